"""Tag groups as DM writes them: .gtg files of tags, and .dm3/.dm4 images, which are tags too.

The layout is the one that public readers agree on: a header (version 3 or 4, length, byte order), then groups within
groups; sizes are big-endian and 32 or 64 bits wide by version, values little-endian. Each tag keeps its type, so a
float comes back as a float.
"""
import mmap
import struct

import numpy as np

from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.images import RGB, Image, dtype_of
from offline_reference.virtual_dm.tags import Tag, TagGroup, read_as

GROUP, DATA = 20, 21
STRUCT, STRING, ARRAY = 15, 18, 20
MARK = b"%%%%"
LITTLE_ENDIAN = 1

NUMBER_FORMATS = {
    "short": (2, "h"),
    "long": (3, "i"),
    "ushort": (4, "H"),
    "ulong": (5, "I"),
    "float": (6, "f"),
    "double": (7, "d"),
    "boolean": (8, "?"),
    "int64": (11, "q"),
    "uint64": (12, "Q"),
}
KIND_OF_CODE = {code: kind for kind, (code, _) in NUMBER_FORMATS.items()}
FORMAT_OF_CODE = {code: letter for code, letter in NUMBER_FORMATS.values()} | {9: "b", 10: "B"}
CODE_OF_DTYPE = {
    "int16": 2,
    "int32": 3,
    "uint16": 4,
    "uint32": 5,
    "float32": 6,
    "float64": 7,
    "bool": 8,
    "int8": 9,
    "uint8": 10,
    "int64": 11,
    "uint64": 12,
}
DTYPE_OF_CODE = {code: np.dtype(name) for name, code in CODE_OF_DTYPE.items()}
FIELD_OF_STRUCT = {"color": 4, "rgb uint16": 4, "short point": 2, "short rect": 2, "long point": 3, "long rect": 3,
                   "float point": 6, "float rect": 6, "float complex": 6, "double complex": 7}
KIND_OF_STRUCT = {(2, 2): "short point", (2, 4): "short rect", (3, 2): "long point", (3, 4): "long rect",
                  (4, 3): "rgb uint16", (6, 2): "float point", (6, 4): "float rect", (7, 2): "double complex"}
MOST_NESTED = 100
PIXELS = "Data"  # label of an image's pixels


# -- tag groups -------------------------------------------------------------------------------------------------------


def write_tags(path, group, version=4):
    """Write a tag group as a file of version 3 or 4."""
    body = _Writer(version).group(group)
    size = struct.pack(">q" if version == 4 else ">i", _length(body))
    with open(path, "wb") as file:
        file.write(struct.pack(">i", version) + size + struct.pack(">i", LITTLE_ENDIAN))
        file.writelines(body)
        file.write(bytes(8))


def read_tags(path, with_pixels=True):
    """Read the tag group of a file of DM's.

    Parameters
    ----------
    path : path
    with_pixels : bool
        False leaves out what is labelled "Data", so that only small tags are read from a large image.

    Raises
    ------
    DMError
        If it is no such file, or ends too soon.
    """
    try:
        with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return _Reader(content, with_pixels).group()
    except (struct.error, ValueError, KeyError, IndexError, RecursionError, OverflowError, MemoryError) as error:
        raise DMError(f"{str(path)!r} is no file of tags that DM wrote, or it is cut off: {error}.") from error


class _Writer:
    """Turns tags into pieces of bytes; an image's pixels are a piece that is never copied."""

    def __init__(self, version):
        self.size = ">q" if version == 4 else ">i"
        self.version = version

    def sizes(self, *numbers):
        return b"".join(struct.pack(self.size, number) for number in numbers)

    def group(self, group):
        pieces = [bytes([not group.is_list, 0]) + self.sizes(len(group.tags))]
        for tag in group.tags:
            pieces += self.entry(tag)
        return pieces

    def entry(self, tag):
        label = tag.label.encode("latin-1", "replace")
        body = self.group(tag.value) if tag.kind == "group" else self.data(tag)
        head = bytes([GROUP if tag.kind == "group" else DATA]) + struct.pack(">H", len(label)) + label
        return [head, self.sizes(_length(body)) if self.version == 4 else b"", *body]

    def data(self, tag):
        info, content = _encoded(tag)
        return [MARK + self.sizes(len(info), *info), content]


def _length(pieces):
    return sum(len(piece) for piece in pieces)


def _encoded(tag):
    """(info numbers, little-endian bytes) of one value."""
    if tag.kind in NUMBER_FORMATS:
        code, letter = NUMBER_FORMATS[tag.kind]
        return [code], struct.pack("<" + letter, tag.value)
    if tag.kind == "string":  # text is an array of 16-bit characters
        text = tag.value.encode("utf-16-le")
        return [ARRAY, CODE_OF_DTYPE["uint16"], len(text) // 2], text
    if tag.kind in FIELD_OF_STRUCT:
        value = (tag.value.real, tag.value.imag) if isinstance(tag.value, complex) else tag.value
        code = FIELD_OF_STRUCT[tag.kind]
        info = [STRUCT, 0, len(value)] + [0, code] * len(value)
        return info, struct.pack(f"<{len(value)}{FORMAT_OF_CODE[code]}", *value)
    return _encoded_array(np.ascontiguousarray(tag.value))


def _encoded_array(array):
    content = memoryview(np.ascontiguousarray(array, array.dtype.newbyteorder("<")).reshape(-1).view(np.uint8))
    if array.dtype.kind == "c":
        field = 6 if array.dtype.itemsize == 8 else 7
        return [ARRAY, STRUCT, 0, 2, 0, field, 0, field, array.size], content
    if array.dtype == RGB:
        return [ARRAY, CODE_OF_DTYPE["int32"], array.size], content
    return [ARRAY, CODE_OF_DTYPE[array.dtype.name], array.size], content


class _Reader:
    def __init__(self, content, with_pixels):
        self.content, self.with_pixels = content, with_pixels
        self.place = self.depth = 0
        self.version = self.take(">i")
        if self.version not in (3, 4):
            raise ValueError(f"its version is {self.version}")
        self.size = ">q" if self.version == 4 else ">i"
        self.take(self.size)
        if self.take(">i") != LITTLE_ENDIAN:
            raise ValueError("its byte order is not little-endian")

    def take(self, form):
        value = struct.unpack_from(form, self.content, self.place)
        self.place += struct.calcsize(form)
        return value[0] if len(value) == 1 else value

    def take_bytes(self, number):
        if not 0 <= number <= len(self.content) - self.place:
            raise ValueError(f"it ends {number - len(self.content) + self.place} bytes too soon")
        self.place += number
        return self.content[self.place - number : self.place]

    def group(self):
        self.depth += 1
        if self.depth > MOST_NESTED:
            raise ValueError(f"its groups are nested more than {MOST_NESTED} deep")
        is_group, _, n_tags = self.take("B"), self.take("B"), self.take(self.size)
        group = TagGroup(is_list=not is_group)
        for _ in range(n_tags):
            group.tags.append(self.entry())
        self.depth -= 1
        return group

    def entry(self):
        entry_type, n_letters = self.take("B"), self.take(">H")
        label = self.take_bytes(n_letters).decode("latin-1")
        if self.version == 4:
            self.take(self.size)
        if entry_type == GROUP:
            return Tag(label, "group", self.group())
        if entry_type != DATA or self.take_bytes(4) != MARK:
            raise ValueError(f"something else stands at byte {self.place} where a tag should be")
        kind, value = self.value([self.take(self.size) for _ in range(min(self.take(self.size), 10_000))], label)
        return Tag(label, kind, value)

    def value(self, info, label):
        if info[0] in FORMAT_OF_CODE:
            value = self.take("<" + FORMAT_OF_CODE[info[0]])
            return KIND_OF_CODE.get(info[0], "short"), value
        if info[0] == STRUCT:
            return self.struct_value(info[4::2])
        if info[0] == STRING:
            return "string", self.take_bytes(2 * info[1]).decode("utf-16-le")
        if label == PIXELS and not self.with_pixels:
            self.place += info[-1] * sum(DTYPE_OF_CODE[code].itemsize for code in _fields(info))
            return "array", np.zeros(0, np.uint8)
        if info[1] == STRUCT:
            return "array", self.array_of_structs(_fields(info), info[-1])
        array = np.frombuffer(self.take_bytes(info[2] * DTYPE_OF_CODE[info[1]].itemsize), DTYPE_OF_CODE[info[1]])
        return _text_or_array(array, label)

    def struct_value(self, codes):
        values = tuple(self.take("<" + FORMAT_OF_CODE[code]) for code in codes)
        kind = KIND_OF_STRUCT.get((codes[0], len(codes))) if len(set(codes)) == 1 else None
        if kind is None:
            return "array", np.array(values)
        return kind, complex(*values) if kind.endswith("complex") else values

    def array_of_structs(self, codes, length):
        fields = [(f"f{place}", DTYPE_OF_CODE[code]) for place, code in enumerate(codes)]
        array = np.frombuffer(self.take_bytes(length * np.dtype(fields).itemsize), fields)
        if list(codes) in ([6, 6], [7, 7]):
            return array.view(np.complex64 if codes[0] == 6 else np.complex128).copy()
        return np.array(array.tolist())


def _fields(info):
    """Type codes of one element of an array."""
    return info[5:-1:2] if info[1] == STRUCT else [info[1]]


def _text_or_array(array, label):
    """Texts are arrays of 16-bit characters, and nothing tells them from 16-bit numbers but their look."""
    if array.dtype == np.uint16 and label != PIXELS:
        try:
            text = array.tobytes().decode("utf-16-le")
        except UnicodeDecodeError:
            return "array", array.copy()
        if text.replace("\n", " ").replace("\t", " ").replace("\r", " ").isprintable():
            return "string", text
    return "array", array.copy()


# -- images -----------------------------------------------------------------------------------------------------------


def write_image(path, image, version=4):
    """Write an image with name, calibrations and tags as .dm4 (version 4) or .dm3 (version 3)."""
    write_tags(path, image_file_tags(image), version)


def image_file_tags(image):
    """The tags of an image file, pixels among them, as DM and the public readers expect them."""
    data = TagGroup()
    data.tags.append(Tag(PIXELS, "array", image.pixels))  # not set(), which would copy them
    data.set("DataType", "ulong", image.type_code)
    data.set("PixelDepth", "ulong", image.pixels.dtype.itemsize)
    data.group("Calibrations:Dimension", is_list=True)
    data.group("Dimensions", is_list=True)
    for size, calibration in zip(image.sizes, image.calibrations, strict=True):
        data.group("Dimensions").append("ulong", size)
        data.group("Calibrations:Dimension").append("group", _calibration_tags(calibration))
    data.set("Calibrations:Brightness", "group", _calibration_tags(image.intensity))
    data.set("Calibrations:DisplayCalibratedUnits", "boolean", True)

    root = TagGroup()
    root.set("ImageList[0]:ImageData", "group", data)
    root.set("ImageList[0]:ImageTags", "group", image.tags.clone())
    root.set("ImageList[0]:Name", "string", image.name)
    root.set("ImageSourceList[0]:ClassName", "string", "ImageSource:Simple")
    root.set("ImageSourceList[0]:ImageRef", "ulong", 0)
    root.set("ImageSourceList[0]:Id[0]", "ulong", 0)
    root.set("DocumentObjectList[0]:AnnotationType", "long", 20)
    root.set("DocumentObjectList[0]:ImageSource", "ulong", 0)
    root.set("DocumentObjectList[0]:ImageDisplayType", "long", _display_type(image))
    root.set("InImageMode", "boolean", True)
    return root


def image_of_file_tags(root):
    """The last image of a file's tags (the first is a thumbnail where there are several).

    Raises
    ------
    DMError
        If there is none.
    """
    ok, images = root.get_as("ImageList", "group")
    if not ok or not images.tags:
        raise DMError("The file holds tags, but no image.")
    tags = images.tags[-1].value
    if not isinstance(tags, TagGroup):
        raise DMError("The file holds tags, but no image.")
    code = tags.get_as("ImageData:DataType", "long")[1]
    sizes = [value for _, value in (read_as(tag, "long") for tag in tags.group("ImageData:Dimensions").tags)]
    image = Image(_pixels(tags.find(f"ImageData:{PIXELS}"), code, sizes), tags.get_as("Name", "string")[1])
    image.tags = tags.group("ImageTags")
    saved = tags.group("ImageData:Calibrations:Dimension").tags
    for calibration, tag in zip(image.calibrations, saved, strict=False):
        _calibrate(calibration, read_as(tag, "group")[1])
    _calibrate(image.intensity, tags.group("ImageData:Calibrations:Brightness"))
    return image


def _pixels(data, code, sizes):
    if data is None or data.kind != "array" or not sizes:
        raise DMError("The file's image has no pixels.")
    try:
        return data.value.view(dtype_of(code)).reshape(sizes[::-1]).copy()
    except (ValueError, TypeError) as error:
        raise DMError(f"The file's image has other pixels than its tags say: {error}.") from error


def _calibration_tags(calibration):
    group = TagGroup()
    group.set("Origin", "float", calibration.origin)
    group.set("Scale", "float", calibration.scale)
    group.set("Units", "string", calibration.units)
    return group


def _calibrate(calibration, group):
    for name, kind in (("Origin", "double"), ("Scale", "double"), ("Units", "string")):
        ok, value = group.get_as(name, kind)
        if ok:
            setattr(calibration, name.lower(), value)


def _display_type(image):
    return image.displays[0].display_type if image.displays else 1
