"""Facts about an image: validity, name, id, label, sizes, tags, description; finding open images."""

from offline_reference.virtual_dm.displays import ImageDisplay
from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.registry import dm_function
from offline_reference.virtual_dm.values import ScriptObject


@dm_function("number ImageIsValid(image? img)", "SEEN 20 f, SDK")
@dm_function("number IsValid(image? img)", "RECALLED")
def image_is_valid(call, img):
    return img is not None and not img.is_deleted


@dm_function("number DoesImageExist(number id)", "SEEN 4 f, SDK")
def does_image_exist(call, number):
    return _living(call, number) is not None


def _living(call, number):
    img = call.workspace.image_by_id(number)
    return None if img is None or img.is_deleted else img


# -- names, ids, labels -----------------------------------------------------------------------------------------------


@dm_function("string GetName(image img)", "SEEN 58 f, SDK")
@dm_function("string ImageGetName(image img)", "SEEN 9 f, SDK")
def get_name(call, img):
    return img.name


@dm_function("void GetName(image img, string &buffer)", "SDK")
def get_name_into(call, img, buffer):
    buffer.set(img.name)


@dm_function("void SetName(image img, string name)", "SEEN 67 f, SDK", "the window's title follows")
@dm_function("void ImageSetName(image img, string name)", "SEEN 5 f, SDK", "the window's title follows")
def set_name(call, img, name):
    img.name = name
    document = call.workspace.document_of(img)
    if document is not None and document.images and document.images[0] is img:
        document.name = document.window.title = name


@dm_function("number ImageGetID(image? img)", "SEEN 4 f, SDK", "0 of a variable that holds no image")
@dm_function("number GetImageID(image? img)", "SEEN 5 f, SDK", "0 of a variable that holds no image")
def image_get_id(call, img):
    return 0 if img is None else call.workspace.id_of(img)


@dm_function("string GetLabel(image img)", "SEEN 1 f, SDK")
@dm_function("string ImageGetLabel(image img)", "SEEN 5 f, SDK")
def get_label(call, img):
    """The image's letter, A, B, ..., by which scripts may call it."""
    return call.workspace.label_of(img)


@dm_function("void GetLabel(image img, string &buffer)", "SDK")
def get_label_into(call, img, buffer):
    buffer.set(call.workspace.label_of(img))


@dm_function("string ImageGetDescriptionText(image img)", "SEEN 1 f, SDK")
def get_description(call, img):
    return img.description


@dm_function("void ImageSetDescriptionText(image img, string text)", "SDK")
def set_description(call, img, text):
    img.description = text


@dm_function("taggroup ImageGetTagGroup(image img)", "SEEN 31 f, SDK")
def image_get_tag_group(call, img):
    """The image's own tags: what is written there is written to the image."""
    return img.tags


@dm_function("object ImageGetUniqueID(image img)", "SDK", "an object whose id is the image's")
def image_get_unique_id(call, img):
    return ScriptObject("UniqueID", state={"id": call.workspace.id_of(img)})


# -- sizes ------------------------------------------------------------------------------------------------------------


def _size(img, dimension):
    return img.sizes[dimension] if dimension < img.n_dimensions else 1


@dm_function("void GetSize(image img, number &width, number &height)", "SEEN 57 f, SDK", "height 1 for 1D")
@dm_function("void Get2DSize(image img, number &width, number &height)", "SEEN 3 f, SDK", "height 1 for 1D")
@dm_function("void Get3DSize(image img, number &d0, number &d1, number &d2)", "SEEN 12 f, SDK", "1 where there is none")
@dm_function("void Get1DSize(image img, number &d0)", "SDK")
@dm_function("void ImageGetDimensionSizes(image img, number &d0)", "SEEN 7 f")
@dm_function("void ImageGetDimensionSizes(image img, number &d0, number &d1)", "SEEN 7 f")
@dm_function("void ImageGetDimensionSizes(image img, number &d0, number &d1, number &d2)", "SEEN 7 f")
@dm_function("void ImageGetDimensionSizes(image img, number &d0, number &d1, number &d2, number &d3)", "SEEN 7 f")
def get_sizes(call, img, *references):
    for dimension, reference in enumerate(references):
        reference.set(_size(img, dimension))


@dm_function("number ImageGetDimensionSize(image img, number dimension)", "SEEN 24 f, SDK", "1 where there is none")
def image_get_dimension_size(call, img, dimension):
    if not 0 <= dimension < 8:
        raise DMError(f"There is no dimension {dimension:g}: they count from 0.")
    return _size(img, int(dimension))


@dm_function("number ImageGetNumDimensions(image img)", "SEEN 12 f, SDK")
def image_get_num_dimensions(call, img):
    return img.n_dimensions


@dm_function("number GetDepth(image img)", "SDK 1999", "bytes of a pixel")
def get_depth(call, img):
    return img.pixels.itemsize


@dm_function("number GetRawSize(image img)", "SDK")
def get_raw_size(call, img):
    """Bytes of all pixels."""
    return img.pixels.nbytes


@dm_function("number ImageGetDataSeed(image img)", "SDK", "counts UpdateImage")
@dm_function("number GetImageDataSeed(image img)", "SDK", "counts UpdateImage")
def image_data_seed(call, img):
    return img.n_updates


# -- open images ------------------------------------------------------------------------------------------------------


@dm_function("image GetFrontImage()", "SEEN 96 f, SDK", "an error if no image is open")
def get_front_image(call):
    return call.workspace.front_image()


@dm_function("number GetFrontImage(image? &img)", "SDK")
def get_front_image_into(call, img):
    return _found(img, call.workspace.find_front_image())


def _found(reference, img):
    if img is not None:
        reference.set(img)
    return img is not None


@dm_function("image FindFrontImage()", "SEEN 1 f, SDK")
@dm_function("image FirstImage()", "SDK", "the front image")
def find_front_image(call):
    return call.workspace.find_front_image()


@dm_function("number GetFrontImageID()", "SDK")
def get_front_image_id(call):
    img = call.workspace.find_front_image()
    return 0 if img is None else call.workspace.id_of(img)


@dm_function("image FindNextImage(image img)", "SEEN 6 f, SDK")
@dm_function("image NextImage(image img)", "SDK")
def find_next_image(call, img):
    """The image behind; not valid behind the last one."""
    return call.workspace.next_image(img)


@dm_function("image GetNamedImage(string name)", "SEEN 2 f, SDK", "an error if there is none")
def get_named_image(call, name):
    img = call.workspace.image_by_name(name)
    if img is None:
        raise DMError(f"There is no open image named {name!r}.")
    return img


@dm_function("number GetNamedImage(image? &img, string name)", "SDK")
def get_named_image_into(call, img, name):
    return _found(img, call.workspace.image_by_name(name))


@dm_function("image FindImageByName(string name)", "SDK")
def find_image_by_name(call, name):
    return call.workspace.image_by_name(name)


@dm_function("image FindImageByLabel(string label)", "SDK")
def find_image_by_label(call, label):
    return call.workspace.image_by_label(label)


@dm_function("image FindImageByID(number id)", "SEEN 1 f, SDK")
def find_image_by_id(call, number):
    return _living(call, number)


@dm_function("image GetImageFromID(number id)", "SDK", "an error if there is none")
def get_image_from_id(call, number):
    img = _living(call, number)
    if img is None:
        raise DMError(f"There is no image with id {number:g}.")
    return img


@dm_function("number GetImageFromID(image? &img, number id)", "SDK")
def get_image_from_id_into(call, img, number):
    return _found(img, _living(call, number))


@dm_function("image FindImageByIndex(number index)", "SEEN 1 f, SDK", "front first")
def find_image_by_index(call, index):
    images = call.workspace.images()
    return images[int(index)] if 0 <= index < len(images) else None


@dm_function("number CountImages()", "SEEN 1 f, SDK", "shown images")
@dm_function("number CountAllImages()", "SDK", "shown images")
def count_images(call):
    return len(call.workspace.images())


@dm_function("number GetNthImageID(number n)", "SDK", "front first")
def get_nth_image_id(call, n):
    img = find_image_by_index(call, n)
    return 0 if img is None else call.workspace.id_of(img)


@dm_function("number GetNextImageID(number id)", "SDK")
def get_next_image_id(call, number):
    img = _living(call, number)
    behind = None if img is None else call.workspace.next_image(img)
    return 0 if behind is None else call.workspace.id_of(behind)


@dm_function("number IsImageReal(number id)", "SDK")
def is_image_real(call, number):
    img = _living(call, number)
    return img is not None and (img.is_float or img.is_integer)


@dm_function("number IsImageComplex(number id)", "SDK")
def is_image_complex(call, number):
    img = _living(call, number)
    return img is not None and img.is_complex


@dm_function("number IsImageRGB(number id)", "SDK")
def is_image_rgb(call, number):
    img = _living(call, number)
    return img is not None and img.is_rgb


@dm_function("number IsDisplayValid(image img)", "SDK")
def is_display_valid(call, img):
    return any(isinstance(display, ImageDisplay) for display in img.displays)


# -- life -------------------------------------------------------------------------------------------------------------


@dm_function("void KeepImage(image img)", "SDK")
def keep_image(call, img):
    """Let an image that is not shown outlive the script."""
    call.workspace.keep(img)


@dm_function("void DeleteImage(image img)", "SEEN 24 f, SDK")
def delete_image(call, img):
    """Close without a question."""
    call.workspace.delete(img)


@dm_function("void CloseImage(image img)", "SEEN 7 f, SDK", "no question about saving is asked")
def close_image(call, img):
    call.workspace.delete(img)


@dm_function("void SetToZero(image img)", "SDK")
def set_to_zero(call, img):
    img.pixels[...] = 0 if not img.is_rgb else (0, 0, 0, 0)


@dm_function("void SetUsesToZero(image img)", "SDK", "does nothing")
@dm_function("void FlushCache(image img)", "SDK 1999", "does nothing")
@dm_function("void CleanImage(image img)", "SEEN 2 f, SDK", "the document counts as saved")
def clean_image(call, img):
    document = call.workspace.document_of(img)
    if document is not None:
        document.is_dirty = False


@dm_function("void ImageDataChanged(image img)", "SDK")
@dm_function("void UpdateImage(image img)", "SEEN 17 f, SDK")
def update_image(call, img):
    """Refresh the displays after the pixels changed."""
    img.n_updates += 1
