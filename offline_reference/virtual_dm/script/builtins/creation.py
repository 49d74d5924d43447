"""New images: by type and size, as copies, by conversion."""

from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.registry import dm_function

SIZES = (
    "number d0",
    "number d0, number d1",
    "number d0, number d1, number d2",
    "number d0, number d1, number d2, number d3",
)
ZERO = "new images hold zeros"

REAL_CODES = {4: 2, 8: 12}
COMPLEX_CODES = {8: 3, 16: 13}
RGB_CODES = {4: 23}
SIGNED_CODES = {1: 9, 2: 1, 4: 7, 8: 39}
UNSIGNED_CODES = {1: 6, 2: 10, 4: 11, 8: 40}


def _code(kind, codes, n_bytes):
    if n_bytes not in codes:
        raise DMError(f"A pixel of a {kind} image has {' or '.join(map(str, codes))} bytes, not {n_bytes:g}.")
    return codes[n_bytes]


def real_image(call, title, n_bytes, *sizes):
    return call.workspace.new_image(title, _code("real", REAL_CODES, n_bytes), *sizes)


def complex_image(call, title, n_bytes, *sizes):
    return call.workspace.new_image(title, _code("complex", COMPLEX_CODES, n_bytes), *sizes)


def rgb_image(call, title, n_bytes, *sizes):
    return call.workspace.new_image(title, _code("RGB", RGB_CODES, n_bytes), *sizes)


def integer_image(call, title, n_bytes, is_signed, *sizes):
    codes = SIGNED_CODES if is_signed else UNSIGNED_CODES
    return call.workspace.new_image(title, _code("integer", codes, n_bytes), *sizes)


def binary_image(call, title, *sizes):
    return call.workspace.new_image(title, 14, *sizes)


def image_of_type(call, title, data_type, *sizes):
    return call.workspace.new_image(title, int(data_type), *sizes)


for _n, _sizes in enumerate(SIZES, start=1):
    dm_function(f"image RealImage(string title, number bytes, {_sizes})", "SEEN 48 f, SDK", ZERO)(real_image)
    dm_function(f"image ComplexImage(string title, number bytes, {_sizes})", "SEEN 9 f, SDK", ZERO)(complex_image)
    dm_function(f"image RGBImage(string title, number bytes, {_sizes})", "SEEN 6 f, SDK", ZERO)(rgb_image)
    dm_function(f"image BinaryImage(string title, {_sizes})", "SDK", ZERO)(binary_image)
    dm_function(f"image NewImage(string title, number type, {_sizes})", "SEEN 11 f, SDK", ZERO)(image_of_type)
    dm_function(f"image IntegerImage(string title, number bytes, number isSigned, {_sizes})", "SEEN 13 f, SDK", ZERO)(
        integer_image
    )
    if _n <= 3:
        dm_function(f"image CreateReal{_n}DImage(string title, number bytes, {_sizes})", "SDK", ZERO)(real_image)
        dm_function(f"image CreateComplex{_n}DImage(string title, number bytes, {_sizes})", "SDK", ZERO)(complex_image)
        dm_function(f"image CreateRGB{_n}DImage(string title, number bytes, {_sizes})", "SDK", ZERO)(rgb_image)
        dm_function(f"image CreateBinary{_n}DImage(string title, {_sizes})", "SDK", ZERO)(binary_image)
        dm_function(
            f"image CreateInteger{_n}DImage(string title, number bytes, number isSigned, {_sizes})", "SDK", ZERO
        )(integer_image)


def _creator(code):
    def run(call, title, width, height):
        return call.workspace.new_image(title, code, width, height)

    return run


for _name, _code_of_type, _evidence in (
    ("CreateFloatImage", 2, "SEEN 4 f, SDK"),
    ("CreateByteImage", 6, "SEEN 1 f, SDK"),
    ("CreateShortImage", 1, "SDK"),
    ("CreateLongImage", 7, "SDK"),
    ("CreateComplexImage", 3, "SDK"),
    ("CreateRGBImage", 23, "SDK"),
):
    dm_function(f"image {_name}(string title, number width, number height)", _evidence, ZERO)(_creator(_code_of_type))


@dm_function("image ImageClone(image img)", "SEEN 43 f, SDK")
def image_clone(call, img):
    """Independent copy with name, calibration and tags."""
    call.workspace.refuse_too_large(img.sizes, img.pixels.itemsize)
    return img.clone()


@dm_function("void ImageResize(image img, number nDim, number d0)", "SEEN 5 f", "pixels become 0")
@dm_function("void ImageResize(image img, number nDim, number d0, number d1)", "SEEN 5 f", "pixels become 0")
@dm_function("void ImageResize(image img, number nDim, number d0, number d1, number d2)", "SEEN 5 f", "pixels become 0")
@dm_function(
    "void ImageResize(image img, number nDim, number d0, number d1, number d2, number d3)",
    "SEEN 5 f",
    "pixels become 0",
)
def image_resize(call, img, n_dimensions, *sizes):
    """Give an image another number of dimensions and other sizes, in place."""
    if n_dimensions > len(sizes):
        raise DMError(f"ImageResize to {n_dimensions:g} dimensions needs as many sizes, {len(sizes)} were given.")
    blank = call.workspace.new_image("", img.type_code, *sizes[: int(n_dimensions)])
    img.replace_pixels(blank.pixels)


# -- types ------------------------------------------------------------------------------------------------------------


@dm_function("number ImageGetDataType(image img)", "SEEN 5 f, SDK")
@dm_function("number GetDataType(image img)", "SDK")
def image_get_data_type(call, img):
    return img.type_code


@dm_function("void ImageChangeDataType(image img, number dataType)", "SEEN 3 f, SDK", "pixels are converted")
def image_change_data_type(call, img, data_type):
    img.change_type(int(data_type))


@dm_function("number ImageConstructDataType(string class, string scalar, number variant, number bits)", "SEEN 1 f, SDK")
def image_construct_data_type(call, data_class, scalar, variant, bits):
    """Data type code from words: ("scalar", "uint", 0, 16) is 10."""
    codes = {
        "uint": {1: 14, 8: 6, 16: 10, 32: 11, 64: 40},
        "sint": {8: 9, 16: 1, 32: 7, 64: 39},
        "int": {8: 9, 16: 1, 32: 7, 64: 39},
        "float": {32: 2, 64: 12},
        "complex": {64: 3, 128: 13},
        "rgb": {32: 23},
    }
    code = codes.get((scalar or data_class).lower(), codes.get(data_class.lower(), {})).get(int(bits))
    if code is None:
        raise DMError(f"There is no data type {data_class!r}, {scalar!r} of {bits:g} bits.")
    return code


def _converter(code):
    def run(call, img):
        img.change_type(code)

    return run


for _name, _code_of_type, _evidence in (
    ("ConvertToFloat", 2, "SEEN 5 f, SDK"),
    ("ConvertToLong", 7, "SEEN 2 f, SDK"),
    ("ConvertToShort", 1, "SEEN 1 f, SDK"),
    ("ConvertToByte", 6, "SEEN 1 f, SDK"),
    ("ConvertToComplex", 3, "SEEN 4 f, SDK"),
    ("ConvertToRGB", 23, "RECALLED"),
    ("ConvertToBinary", 14, "RECALLED"),
):
    dm_function(f"void {_name}(image img)", _evidence, "in place; real to integer truncates")(_converter(_code_of_type))

TYPE_TESTS = {
    "ImageIsDataTypeReal": ("SEEN 1 f, SDK", lambda img: img.is_float or img.is_integer),
    "ImageIsDataTypeFloat": ("SDK", lambda img: img.is_float),
    "ImageIsDataTypeInteger": ("SEEN 1 f, SDK", lambda img: img.is_integer),
    "ImageIsDataTypeSignedInteger": ("SDK", lambda img: img.pixels.dtype.kind == "i"),
    "ImageIsDataTypeUnsignedInteger": ("SDK", lambda img: img.pixels.dtype.kind == "u"),
    "ImageIsDataTypeComplex": ("SEEN 5 f, SDK", lambda img: img.is_complex),
    "ImageIsDataTypePackedComplex": ("SDK", lambda img: False),
    "ImageIsDataTypeRGB": ("SEEN 4 f, SDK", lambda img: img.is_rgb),
    "ImageIsDataTypeBinary": ("SEEN 2 f, SDK", lambda img: img.is_binary),
    "IsByteImage": ("SDK", lambda img: img.type_code in (6, 9)),
    "IsShortImage": ("SDK", lambda img: img.type_code in (1, 10)),
    "IsLongImage": ("SDK", lambda img: img.type_code in (7, 11)),
    "IsFloatImage": ("SDK", lambda img: img.type_code == 2),
    "IsComplexImage": ("SDK", lambda img: img.type_code == 3),
    "IsPackedComplexImage": ("SEEN 2 f, SDK", lambda img: False),
    "IsBinaryDataType": ("SDK", lambda img: img.is_binary),
}


def _type_test(test):
    def run(call, img):
        return test(img)

    return run


for _name, (_evidence, _test) in TYPE_TESTS.items():
    dm_function(f"number {_name}(image img)", _evidence)(_type_test(_test))


@dm_function("number IsComplexDataType(image img, number bytes)", "SEEN 2 f, SDK")
def is_complex_data_type(call, img, n_bytes):
    return img.is_complex and img.pixels.itemsize == n_bytes


@dm_function("number IsRealDataType(image img, number bytes)", "SEEN 1 f, SDK")
def is_real_data_type(call, img, n_bytes):
    return img.is_float and img.pixels.itemsize == n_bytes


@dm_function("number IsRGBDataType(image img, number bytes)", "SEEN 4 f, SDK")
def is_rgb_data_type(call, img, n_bytes):
    return img.is_rgb and img.pixels.itemsize == n_bytes


@dm_function("number IsIntegerDataType(image img, number bytes, number isSigned)", "SDK")
def is_integer_data_type(call, img, n_bytes, is_signed):
    return img.pixels.dtype.kind == ("i" if is_signed else "u") and img.pixels.itemsize == n_bytes


@dm_function("number ImageDataTypeIsComplex(number dataType)", "SEEN 1 f")
def data_type_is_complex(call, data_type):
    return data_type in (3, 13)


@dm_function("number ImageGetDataElementByteSize(image img)", "SDK")
def data_element_byte_size(call, img):
    return img.pixels.itemsize


@dm_function("number ImageGetDataElementBitSize(image img)", "SEEN 2 f, SDK")
def data_element_bit_size(call, img):
    return 1 if img.is_binary else 8 * img.pixels.itemsize
