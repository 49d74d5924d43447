"""Image displays: showing images, ROIs on them, contrast, colours, layers, curves of line plots."""

import numpy as np

from offline_reference.virtual_dm.displays import (
    LINE_PLOT,
    ImageDisplay,
    Slice,
    automatic_display_type,
    with_rows_as_curves,
)
from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.images import RGB, Image
from offline_reference.virtual_dm.registry import dm_function
from offline_reference.virtual_dm.script.builtins.recorded import (
    DRAWN,
    attribute,
    attributes,
    does_nothing,
    hand_out,
    remember,
)
from offline_reference.virtual_dm.script.builtins.rois import inside
from offline_reference.virtual_dm.values import ScriptObject

# -- showing ----------------------------------------------------------------------------------------------------------


@dm_function("documentwindow ShowImage(image img)", "SEEN 76 f, SDK")
def show_image(call, img):
    """Show an image in a window of its own, in front."""
    return call.workspace.show(img).window


@dm_function("documentwindow ShowImage(image img, imagedisplay? &display)", "SDK")
@dm_function("documentwindow ShowImage(image img, imagedisplay? &display, imagedocument? &document)", "SDK")
def show_image_and_tell(call, img, display, document=None):
    shown = call.workspace.show(img)
    display.set(img.displays[0])
    if document is not None:
        document.set(shown)
    return shown.window


@dm_function("documentwindow ShowImageDisplay(imagedisplay display)", "SDK")
def show_image_display(call, display):
    return show_image(call, display.image)


@dm_function("void DisplayAt(image img, number x, number y)", "SEEN 4 f, SDK")
def display_at(call, img, x, y):
    """Show an image with its window at (x, y) of the screen."""
    call.workspace.show(img).window.position = (x, y)


@dm_function("void HideImage(image img)", "SEEN 3 f, SDK")
def hide_image(call, img):
    call.workspace.hide(img)


@dm_function("void SelectImage(image img)", "SEEN 1 f, SDK", "an error if it is not shown")
def select_image(call, img):
    call.workspace.select(img)


@dm_function("void UpdateDisplay(image img, number startRow, number endRow)", "SDK")
def update_display(call, img, start_row, end_row):
    img.n_updates += 1


# -- finding displays -------------------------------------------------------------------------------------------------


@dm_function(
    "imagedisplay ImageGetImageDisplay(image img, number index)", "SEEN 58 f, SDK", "an error if the image is not shown"
)
def image_get_image_display(call, img, index):
    if not 0 <= index < len(img.displays):
        raise DMError(
            f"The image {img.name!r} has {len(img.displays)} displays, none of number {index:g}: show it first."
        )
    return img.displays[int(index)]


@dm_function("number ImageCountImageDisplays(image img)", "SEEN 2 f, SDK")
@dm_function("number CountImageDisplays(image img)", "SEEN 1 f, SDK")
def count_displays(call, img):
    return len(img.displays)


@dm_function("number CountImageDisplays()", "SDK")
def count_all_displays(call):
    return sum(len(document.displays) for document in call.workspace.documents)


@dm_function("imagedisplay GetNthImageDisplay(number index)", "SEEN 1 f, SDK", "front first; not valid outside")
def get_nth_display(call, index):
    displays = [display for document in call.workspace.documents for display in document.displays]
    return displays[int(index)] if 0 <= index < len(displays) else None


@dm_function("imagedisplay GetNthImageDisplay(image img, number index)", "SDK", "not valid outside")
def get_nth_display_of(call, img, index):
    return img.displays[int(index)] if 0 <= index < len(img.displays) else None


@dm_function("imagedisplay ImageCreateImageDisplay(image img, number displayType)", "SDK", "in the image's document")
def create_display(call, img, display_type):
    return with_rows_as_curves(call.workspace.document_for(img).add_image(img, int(display_type)))


@dm_function("imagedisplay NewImageDisplay(image img, string type)", "SEEN 2 f, SDK", "in no document yet")
def new_image_display(call, img, display_type):
    display = ImageDisplay(img, _type_code(display_type, img))
    img.displays.append(display)
    return with_rows_as_curves(display)


TYPE_OF_WORD = {"raster": 1, "rasterimage": 1, "surface": 2, "surfaceplot": 2, "lineplot": 3, "line plot": 3}


def _type_code(word, img):
    return TYPE_OF_WORD.get(str(word).lower(), automatic_display_type(img))


@dm_function("image ImageDisplayGetImage(imagedisplay display)", "SEEN 2 f, SDK")
@dm_function("image ImageDisplayGetDisplayedImage(imagedisplay display)", "SDK", "the image itself")
def get_image(call, display):
    return display.image


@dm_function("number ImageDisplayIsValid(imagedisplay? display)", "SEEN 3 f, SDK")
def is_valid(call, display):
    return display is not None and display.is_valid


@dm_function("number ImageDisplayGetDisplayType(imagedisplay display)", "SDK")
def get_display_type(call, display):
    return display.display_type


@dm_function("void ImageDisplayChangeDisplayType(imagedisplay display, number type)", "SEEN 2 f, SDK")
def change_display_type(call, display, display_type):
    display.display_type = int(display_type)
    with_rows_as_curves(display)


@dm_function("imagedisplay ImageDisplayChangeDisplayType(imagedisplay display, string type)", "SDK")
def change_display_type_by_name(call, display, display_type):
    display.display_type = _type_code(display_type, display.image)
    return with_rows_as_curves(display)


@dm_function("void SetDisplayType(image img, number type)", "SEEN 3 f, SDK", "4 is the line plot of older versions")
def set_display_type(call, img, display_type):
    display = _shown(call, img)
    display.display_type = LINE_PLOT if display_type == 4 else int(display_type)
    with_rows_as_curves(display)


@dm_function("number Is2DDisplay(image img)", "SDK")
def is_2d_display(call, img):
    return bool(img.displays) and img.displays[0].display_type == 1


def _shown(call, img):
    """The image's first display; the image is given a document if it has none, but no window."""
    if not img.displays:
        call.workspace.document_for(img)
    return img.displays[0]


# -- ROIs on a display ------------------------------------------------------------------------------------------------


@dm_function("void ImageDisplayAddROI(imagedisplay display, roi roi)", "SEEN 19 f, SDK", "it becomes the selected one")
@dm_function("void ImageDisplayAddROIAtEnd(imagedisplay display, roi roi)", "SDK")
def add_roi(call, display, roi):
    display.add_roi(roi)


@dm_function("void ImageDisplayAddROIAtBeginning(imagedisplay display, roi roi)", "SDK")
def add_roi_at_beginning(call, display, roi):
    display.add_roi(roi, 0)


@dm_function("number ImageDisplayCountROIs(imagedisplay display)", "SEEN 18 f, SDK")
def count_rois(call, display):
    return len(display.rois)


@dm_function(
    "roi ImageDisplayGetROI(imagedisplay display, number index)",
    "SEEN 24 f, SDK",
    "an error if there is none",
)
def get_roi(call, display, index):
    if not 0 <= index < len(display.rois):
        raise DMError(f"The display has {len(display.rois)} ROIs, none of number {index:g}.")
    return display.rois[int(index)]


@dm_function("roi ImageDisplayGetPrimaryROI(imagedisplay display)", "SEEN 1 f", "the selected one, else the first")
def get_primary_roi(call, display):
    return next(iter(display.selected_rois or display.rois), None)


@dm_function("void ImageDisplayDeleteROI(imagedisplay display, roi roi)", "SEEN 11 f, SDK")
def delete_roi(call, display, roi):
    display.delete_roi(roi)


@dm_function("void ImageDisplayDeleteAllROIs(imagedisplay display)", "RECALLED")
def delete_all_rois(call, display):
    for roi in list(display.rois):
        display.delete_roi(roi)


@dm_function(
    "roi ImageDisplayLookupROI(imagedisplay display, string name)",
    "SEEN 2 f, SDK",
    "not valid if there is none",
)
def look_up_roi(call, display, name):
    return next((roi for roi in display.rois if roi.name == name), None)


@dm_function("roi ImageDisplayLookupROIByID(imagedisplay display, number id)", "SDK", "not valid if there is none")
def look_up_roi_by_id(call, display, number):
    return next((roi for roi in display.rois if call.workspace.id_of(roi) == number), None)


@dm_function("number ImageDisplayDoesROIExist(imagedisplay display, string name)", "SDK")
def does_roi_exist(call, display, name):
    return look_up_roi(call, display, name) is not None


@dm_function("number ImageDisplayIsROISelected(imagedisplay display, roi roi)", "SEEN 3 f, SDK")
def is_roi_selected(call, display, roi):
    return roi in display.selected_rois


@dm_function("void ImageDisplaySetROISelected(imagedisplay display, roi roi, number select)", "SEEN 1 f, SDK")
def set_roi_selected(call, display, roi, select):
    display.selected_rois = [other for other in display.selected_rois if other is not roi]
    if select:
        display.selected_rois.append(roi)


@dm_function(
    "void ImageDisplayAccumulateROIsToMask(imagedisplay display, image mask, number top, number left, number bottom, "
    "number right, number value)",
    "SDK",
    "pixels whose centre lies in a ROI become the value",
)
def accumulate_rois(call, display, mask, top, left, bottom, right, value):
    if mask.pixels.ndim != 2:
        raise DMError(f"ImageDisplayAccumulateROIsToMask needs a 2D mask; this one has {mask.pixels.ndim} dimensions.")
    area = mask.rectangle(top, left, bottom, right).pixels
    height, width = mask.pixels.shape
    for roi in display.rois:
        area[inside(roi, height, width)[int(top) : int(bottom), int(left) : int(right)]] = value


# -- contrast and colours ---------------------------------------------------------------------------------------------


@dm_function(
    "void ImageDisplaySetContrastLimits(imagedisplay display, number low, number high)",
    "SEEN 6 f, SDK",
    DRAWN,
)
def set_contrast_limits(call, display, low, high):
    display.contrast_limits = (low, high)


@dm_function(
    "void ImageDisplayGetContrastLimits(imagedisplay display, number &low, number &high)",
    "SEEN 2 f, SDK",
    "smallest and largest value until set",
)
def get_contrast_limits(call, display, *references):
    hand_out(display.limits(), references)


@dm_function("void SetLimits(image img, number low, number high)", "SEEN 1 f, SDK", DRAWN)
def set_limits(call, img, low, high):
    _shown(call, img).contrast_limits = (low, high)


@dm_function("void GetLimits(image img, number &low, number &high)", "SDK", "smallest and largest value until set")
def get_limits(call, img, *references):
    hand_out(_shown(call, img).limits(), references)


attribute("imagedisplay", "ImageDisplay", "DoAutoSurvey", "do_auto_survey", evidence="SEEN 3 f, SDK")
attribute("imagedisplay", "ImageDisplay", "GammaCorrection", "gamma", evidence="SEEN 1 f")
attribute("imagedisplay", "ImageDisplay", "ContrastMode", "contrast_mode")
attribute("imagedisplay", "ImageDisplay", "SurveyTechnique", "survey_technique")
attribute(
    "imagedisplay",
    "ImageDisplay",
    "CaptionOn",
    "is_caption_on",
    evidence="SEEN 4 f, SDK",
    getter="ImageDisplayIsCaptionOn",
)
attribute(
    "imagedisplay",
    "ImageDisplay",
    "IntensityScaleBarOn",
    "is_scale_bar_on",
    evidence="python_reference 8",
    getter="ImageDisplayIsIntensityScaleBarOn",
)
attributes(
    "imagedisplay", "ImageDisplay", "ContrastParameters", "contrast_parameters", "brightness contrast", "SEEN 2 f, SDK"
)
for _name, _values, _default in (
    ("ComplexMode", "number mode", (0.0,)),
    ("ComplexModeRange", "number range", (0.0,)),
    ("MinimumContrast", "number contrast", (0.0,)),
    ("OutlierTrimLimits", "number low, number high", (0.0, 0.0)),
    ("ContrastChangeTriggerFractions", "number low, number high", (0.0, 0.0)),
    ("IntensityLabel", "string label", ("",)),
    ("ShowExtractionAnnotation", "number show", (1.0,)),
):
    remember("imagedisplay", "ImageDisplay", _name, _values, _default)
remember("imagedisplay", "ImageDisplay", "DimensionLabel", "string label", ("",), extra="number dimension")
remember("imagedisplay", "ImageDisplay", "ROISelectionStyle", "number style", (0.0,), extra="roi roi")
remember(
    "imagedisplay",
    "ImageDisplay",
    "ColorTableInverted",
    "number on",
    (0.0,),
    "SDK",
    getter="ImageDisplayIsColorTableInverted",
)


@dm_function("void ImageDisplaySetColorTableByName(imagedisplay display, string name)", "SEEN 4 f", DRAWN)
def set_color_table_by_name(call, display, name):
    display.color_table_name, display.color_table = name, None


@dm_function("void ImageDisplaySetInputColorTable(imagedisplay display, image table)", "SEEN 3 f, SDK", DRAWN)
def set_color_table(call, display, table):
    display.color_table = table.clone()


@dm_function("image ImageDisplayGetInputColorTable(imagedisplay display)", "SEEN 1 f, SDK", "a grey ramp until set")
@dm_function("image ImageDisplayGetOutputColorTable(imagedisplay display)", "SDK", "a grey ramp until set")
def get_color_table(call, display):
    return display.color_table.clone() if display.color_table is not None else grey_table()


def grey_table():
    """256 x 1 colours from black to white."""
    table = Image(np.zeros((1, 256), RGB))
    for channel in "rgb":
        table.pixels[channel] = np.arange(256)
    return table


@dm_function("void SetCustomCLUT(image img, image table)", "SDK", DRAWN)
def set_custom_table(call, img, table):
    _shown(call, img).color_table = table.clone()


@dm_function("image GetCLUT(image img)", "SDK", "a grey ramp until set")
def get_table(call, img):
    return get_color_table(call, _shown(call, img))


def _image_setting(name, evidence, parameter="number value"):
    """Old functions that take the image and mean its display."""

    def write(call, img, value):
        _shown(call, img).settings[name] = value

    dm_function(f"void Set{name}(image img, {parameter})", evidence, DRAWN)(write)


for _name, _evidence in (
    ("ColorMode", "SEEN 3 f, SDK"),
    ("InversionMode", "SEEN 2 f, SDK"),
    ("Survey", "SEEN 2 f, SDK"),
    ("SurveyTechnique", "SEEN 2 f, SDK"),
    ("ContrastMode", "SDK"),
    ("ComplexMode", "SDK"),
    ("MinContrast", "SDK"),
    ("DoSavePreview", "SDK"),
    ("DoCreateCustomIcon", "SDK"),
):
    _image_setting(_name, _evidence)


@dm_function("number GetInversionMode(image img)", "SDK", DRAWN)
def get_inversion_mode(call, img):
    return _shown(call, img).settings.get("InversionMode", 0.0)


@dm_function("number GetSurvey(image img)", "SDK", DRAWN)
def get_survey(call, img):
    return _shown(call, img).settings.get("Survey", 1.0)


for _signature in (
    "void ApproveSurvey(image img)",
    "void ValidateSurvey(image img)",
    "void ForceSurvey(image img)",
    "void ResetContrastLimitsAlways(image img)",
    "void SetEstimatedMinMax(image img, number low, number high)",
    "void ApplyDefaultLayout(image img)",
    "void AutoApplyDefaultLayout(image img)",
    "void ApproveDisplayBuffer(image img)",
    "void ClearDisplayBuffer(image img)",
    "void UpdateDataBar(image img)",
    "void UpdateDataBar(image img, number updateAll)",
    "void TransferTagsAndApplyDataBar(image img)",
    "void TransferTagsAndApplyDataBar(image img, number promptOptions)",
    "void PrintImage(image img)",
):
    does_nothing(_signature)
does_nothing("void ApplyDataBar(imagedisplay display)", "SEEN 5 f, SDK")
does_nothing("void ApplyDataBar(imagedisplay display, number options)", "SEEN 1 f")


# -- layers of stacks -------------------------------------------------------------------------------------------------


@dm_function("void ImageDisplaySetDisplayedLayers(imagedisplay display, number start, number end)", "SDK", DRAWN)
def set_layers(call, display, start, end):
    display.displayed_layers[0] = (start, end)


@dm_function(
    "void ImageDisplaySetDisplayedLayers(imagedisplay display, number start1, number end1, number start2, number end2)",
    "SDK + SEEN",
    DRAWN,
)
def set_layers_4d(call, display, start1, end1, start2, end2):
    display.displayed_layers[:] = [(start1, end1), (start2, end2)]


@dm_function("void ImageDisplayGetDisplayedLayers(imagedisplay display, number &start, number &end)", "SDK")
def get_layers(call, display, *references):
    hand_out(display.displayed_layers[0], references)


@dm_function(
    "void ImageDisplayGetDisplayedLayers(imagedisplay display, number &start1, number &end1, number &start2, "
    "number &end2)",
    "SDK",
)
def get_layers_4d(call, display, *references):
    hand_out([number for pair in display.displayed_layers for number in pair], references)


# -- pictures of displays ---------------------------------------------------------------------------------------------


def picture_of(display):
    """What a display shows, as 8-bit grey values between its contrast limits, 2D."""
    low, high = display.limits()
    pixels = display.image.pixels
    plane = np.atleast_2d(pixels.reshape(-1, *pixels.shape[-2:])[0] if pixels.ndim > 2 else pixels)
    values = np.abs(plane) if plane.dtype.kind == "c" else plane
    scale = 255 / (high - low) if high > low else 0.0
    return np.clip(np.nan_to_num((values.astype(np.float64) - low) * scale), 0, 255).astype(np.uint8)


@dm_function(
    "image CreateImageFromDisplay(image img)",
    "SEEN 2 f, SDK",
    "grey RGB between the contrast limits, no annotations",
)
@dm_function("image GetDisplayAsImage(image img)", "SDK", "grey RGB between the contrast limits, no annotations")
def create_image_from_display(call, img):
    if img.is_rgb:
        return img.clone()
    return _rgb_picture(_shown(call, img))


@dm_function(
    "image ImageDisplayGetExportImage(imagedisplay display, number mode, imagedisplay? &colours)",
    "SDK",
    "grey RGB between the contrast limits, no annotations",
)
def get_export_image(call, display, mode, colours):
    colours.set(display)
    return display.image.clone() if display.image.is_rgb else _rgb_picture(display)


def _rgb_picture(display):
    grey = picture_of(display)
    picture = Image(np.zeros(grey.shape, RGB), display.image.name)
    for channel in "rgb":
        picture.pixels[channel] = grey
    return picture


# -- curves of a line plot --------------------------------------------------------------------------------------------


def _slice_object(display, number):
    """A curve's id: the same object each time it is asked for."""
    curve = display.slices[number]
    if "id" not in curve.settings:
        curve.settings["id"] = ScriptObject("SliceID", state={"slice": curve})
    return curve.settings["id"]


def slice_by_id(display, slice_id):
    """The curve of an id.

    Raises
    ------
    DMError
        If the display has no such curve.
    """
    curve = getattr(slice_id, "state", {}).get("slice")
    if not any(curve is other for other in display.slices):
        raise DMError("The display has no slice with this id.")
    return curve


def slice_by_index(display, index):
    if not 0 <= index < len(display.slices):
        raise DMError(f"The display has {len(display.slices)} slices, none of number {index:g}.")
    return display.slices[int(index)]


@dm_function(
    "object ImageDisplayAddImage(imagedisplay display, image img, string label)",
    "SEEN 13 f, SDK",
    "gives the id of the new slice",
)
def add_image(call, display, img, label):
    display.slices.append(Slice(img, label))
    return _slice_object(display, len(display.slices) - 1)


@dm_function("number ImageDisplayCountSlices(imagedisplay display)", "SEEN 14 f, SDK")
@dm_function("number LinePlotImageDisplayCountSlices(imagedisplay display)", "SEEN 2 f, SDK")
def count_slices(call, display):
    return len(display.slices)


@dm_function("object ImageDisplayGetSliceIDByIndex(imagedisplay display, number index)", "SEEN 15 f, SDK")
def slice_id_by_index(call, display, index):
    slice_by_index(display, index)
    return _slice_object(display, int(index))


@dm_function(
    "object ImageDisplayGetSliceIDByLabel(imagedisplay display, string label)",
    "SDK",
    "not valid if there is none",
)
def slice_id_by_label(call, display, label):
    labels = [curve.label for curve in display.slices]
    return _slice_object(display, labels.index(label)) if label in labels else None


@dm_function("number ImageDisplayFindSliceIDByLabel(imagedisplay display, string label, object? &id)", "SDK")
def find_slice_id_by_label(call, display, label, reference):
    found = slice_id_by_label(call, display, label)
    if found is not None:
        reference.set(found)
    return found is not None


@dm_function("number ImageDisplayFindSliceIndexByID(imagedisplay display, object id, number &index)", "SDK")
def find_slice_index_by_id(call, display, slice_id, index):
    curve = getattr(slice_id, "state", {}).get("slice")
    place = next((number for number, other in enumerate(display.slices) if other is curve), None)
    if place is not None:
        index.set(float(place))
    return place is not None


@dm_function("number ImageDisplayContainsSliceWithID(imagedisplay display, object id)", "SDK")
def contains_slice(call, display, slice_id):
    return any(getattr(slice_id, "state", {}).get("slice") is other for other in display.slices)


@dm_function("number ImageDisplayDeleteSliceWithID(imagedisplay display, object id)", "SEEN 7 f, SDK")
def delete_slice(call, display, slice_id):
    curve = getattr(slice_id, "state", {}).get("slice")
    n_before = len(display.slices)
    display.slices = [other for other in display.slices if other is not curve]
    return len(display.slices) < n_before


@dm_function("string ImageDisplayGetSliceLabelByID(imagedisplay display, object id)", "SEEN 8 f, SDK")
@dm_function(
    "string ImageDisplayGetFullSliceLabelByID(imagedisplay display, object id)",
    "SEEN 1 f, SDK",
    "the same label",
)
def slice_label_by_id(call, display, slice_id):
    return slice_by_id(display, slice_id).label


@dm_function("void ImageDisplaySetSliceLabelByID(imagedisplay display, object id, string label)", "SEEN 13 f, SDK")
def set_slice_label_by_id(call, display, slice_id, label):
    slice_by_id(display, slice_id).label = label


@dm_function("string ImageDisplayGetSliceLabelByIndex(imagedisplay display, number index)", "RECALLED")
def slice_label_by_index(call, display, index):
    return slice_by_index(display, index).label


@dm_function("void ImageDisplaySetSliceLabelByIndex(imagedisplay display, number index, string label)", "SEEN 5 f")
def set_slice_label_by_index(call, display, index, label):
    slice_by_index(display, index).label = label


@dm_function("image ImageDisplayGetSliceImageByID(imagedisplay display, object id)", "SDK")
def slice_image_by_id(call, display, slice_id):
    return slice_by_id(display, slice_id).image


@dm_function("image ImageDisplayGetSliceImageByIndex(imagedisplay display, number index)", "SDK")
def slice_image_by_index(call, display, index):
    return slice_by_index(display, index).image


@dm_function("image ImageDisplayGetSliceImageByLabel(imagedisplay display, string label)", "SDK")
def slice_image_by_label(call, display, label):
    for curve in display.slices:
        if curve.label == label:
            return curve.image
    raise DMError(f"The display has no slice labelled {label!r}.")


def _slice_flag(word, field):
    def write(call, display, slice_id, on):
        setattr(slice_by_id(display, slice_id), field, bool(on))

    def read(call, display, slice_id):
        return getattr(slice_by_id(display, slice_id), field)

    dm_function(f"void ImageDisplaySetSlice{word}(imagedisplay display, object id, number on)", "SDK", DRAWN)(write)
    dm_function(f"number ImageDisplayIsSlice{word}(imagedisplay display, object id)", "SDK", DRAWN)(read)


_slice_flag("Selected", "is_selected")
_slice_flag("Visible", "is_visible")


@dm_function("object ImageDisplayGetSinglePrimarySlice(imagedisplay display)", "SDK", "the first")
@dm_function("object ImageDisplayGetCalibrationSlice(imagedisplay display)", "SDK", "the first")
def first_slice(call, display):
    return _slice_object(display, 0)


does_nothing("void ImageDisplaySetCalibrationSlice(imagedisplay display, object id)")


# -- where things are on the screen -----------------------------------------------------------------------------------

EDGES = "number &top, number &left, number &bottom, number &right"


@dm_function(f"void ImageDisplayGetImageRect(imagedisplay display, {EDGES})", "SDK", "pixel coordinates")
@dm_function(
    f"void ImageDisplayGetImageRectInView(imagedisplay display, {EDGES})",
    "SEEN 3 f, SDK",
    "pixel coordinates",
)
@dm_function(f"void ImageDisplayGetImageAdjustRect(imagedisplay display, {EDGES})", "SDK", "pixel coordinates")
@dm_function(f"void ImageDisplayGetImageAdjustRectInView(imagedisplay display, {EDGES})", "SDK", "pixel coordinates")
def get_image_rect(call, display, *references):
    hand_out(display.rect, references)


@dm_function(
    "void ImageDisplaySetImageRect(imagedisplay display, number top, number left, number bottom, number right)",
    "SDK",
    DRAWN,
)
def set_image_rect(call, display, *edges):
    display.rect = tuple(edges)


# -- raster and surface plots -----------------------------------------------------------------------------------------

remember("imagedisplay", "RasterImageDisplay", "ThresholdLimits", "number low, number high", (0.0, 0.0))
remember(
    "imagedisplay", "RasterImageDisplay", "ThresholdOn", "number on", (0.0,), getter="RasterImageDisplayIsThresholdOn"
)
remember(
    "imagedisplay",
    "SurfacePlotImageDisplay",
    "ShadingOn",
    "number on",
    (0.0,),
    "SEEN 2 f, SDK",
    getter="SurfacePlotImageDisplayIsShadingOn",
)
remember(
    "imagedisplay",
    "SurfacePlotImageDisplay",
    "CubeAxes",
    "number xx, number xy, number yx, number yy, number z",
    (1.0, 0.5, -1.0, 0.5, 1.0),
    "SEEN 2 f, SDK",
)


@dm_function(
    "void RasterImageDisplayAddThresholdToMask(imagedisplay display, image mask, number top, number left, "
    "number bottom, number right)",
    "SDK",
    "pixels between the limits become 1",
)
def add_threshold_to_mask(call, display, mask, *edges):
    low, high = display.settings.get(("ThresholdLimits",), (0.0, 0.0))
    values = display.image.rectangle(*edges).pixels
    mask.rectangle(*edges).pixels[(values >= low) & (values <= high)] = 1
