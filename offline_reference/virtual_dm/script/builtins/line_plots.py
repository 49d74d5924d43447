"""Line plots: limits, channels, legend and the look of each curve. Curves themselves are in displays."""

from offline_reference.virtual_dm.registry import dm_function
from offline_reference.virtual_dm.script.builtins.displays import slice_by_id, slice_by_index
from offline_reference.virtual_dm.script.builtins.recorded import DRAWN, hand_out, remember

HANDLE = "imagedisplay"
PREFIX = "LinePlotImageDisplay"

for _name, _values, _default, _evidence, _getter in (
    ("LegendShown", "number on", (0.0,), "SEEN 15 f, SDK", "LinePlotImageDisplayIsLegendShown"),
    ("GridOn", "number on", (1.0,), "SEEN 7 f, SDK", "LinePlotImageDisplayIsGridOn"),
    ("BackgroundOn", "number on", (1.0,), "SEEN 4 f, SDK", "LinePlotImageDisplayIsBackgroundOn"),
    ("FrameOn", "number on", (1.0,), "SDK", "LinePlotImageDisplayIsFrameOn"),
    ("Filled", "number on", (0.0,), "SDK", "LinePlotImageDisplayIsFilled"),
    ("BaseIntensity", "number value", (0.0,), "SDK", ""),
    ("Slice", "number slice", (0.0,), "SEEN 2 f, SDK", ""),
    ("FontSize", "number size", (10.0,), "SEEN 1 f", "none"),
    ("TrackingStyle", "number x, number y", (0.0, 0.0), "SDK", ""),
):
    remember(HANDLE, PREFIX, _name, _values, _default, _evidence, _getter)
remember(HANDLE, PREFIX, "SliceTransparency", "number on, number transparency", (0.0, 0.0), extra="number slice")


@dm_function(
    "void LinePlotImageDisplaySetDoAutoSurvey(imagedisplay display, number low, number high)",
    "SEEN 11 f, SDK",
    DRAWN,
)
def set_do_auto_survey(call, display, low, high):
    display.settings["DoAutoSurvey"] = (low, high)
    display.do_auto_survey = bool(low or high)


@dm_function("void LinePlotImageDisplayGetDoAutoSurvey(imagedisplay display, number &low, number &high)", "SDK", DRAWN)
def get_do_auto_survey(call, display, *references):
    hand_out(display.settings.get("DoAutoSurvey", (1.0, 1.0)), references)


@dm_function(
    "void LinePlotImageDisplaySetContrastLimits(imagedisplay display, number low, number high)", "SEEN 10 f, SDK", DRAWN
)
def set_contrast_limits(call, display, low, high):
    display.contrast_limits = (low, high)


@dm_function(
    "void LinePlotImageDisplayGetContrastLimits(imagedisplay display, number &low, number &high)",
    "SDK",
    "smallest and largest value until set",
)
def get_contrast_limits(call, display, *references):
    hand_out(display.limits(), references)


@dm_function(
    "void LinePlotImageDisplaySetDisplayedChannels(imagedisplay display, number left, number right)",
    "SEEN 4 f, SDK",
    DRAWN,
)
def set_displayed_channels(call, display, left, right):
    display.settings["DisplayedChannels"] = (left, right)


@dm_function(
    "void LinePlotImageDisplayGetDisplayedChannels(imagedisplay display, number &left, number &right)",
    "SDK",
    "the whole width until set",
)
def get_displayed_channels(call, display, *references):
    whole = (0.0, float(display.image.sizes[0]))
    hand_out(display.settings.get("DisplayedChannels", whole), references)


# -- the look of a curve ----------------------------------------------------------------------------------------------


@dm_function(
    "void LinePlotImageDisplaySetSliceComponentColor(imagedisplay display, number slice, number component, "
    "number red, number green, number blue)",
    "SEEN 10 f, SDK",
    DRAWN,
)
def set_slice_color(call, display, index, component, *colour):
    slice_by_index(display, index).colors[int(component)] = colour


@dm_function(
    "void LinePlotImageDisplayGetSliceComponentColor(imagedisplay display, number slice, number component, "
    "number &red, number &green, number &blue)",
    "SDK",
    DRAWN,
)
def get_slice_color(call, display, index, component, *references):
    hand_out(slice_by_index(display, index).colors.get(int(component), (0.0, 0.0, 0.0)), references)


@dm_function(
    "void LinePlotImageDisplaySetSliceDrawingStyle(imagedisplay display, number slice, number style)",
    "SEEN 12 f, SDK",
    DRAWN,
)
def set_drawing_style(call, display, index, style):
    slice_by_index(display, index).drawing_style = int(style)


@dm_function("number LinePlotImageDisplayGetSliceDrawingStyle(imagedisplay display, number slice)", "SDK", DRAWN)
def get_drawing_style(call, display, index):
    return slice_by_index(display, index).drawing_style


@dm_function(
    "void LinePlotImageDisplaySetSliceLineThickness(imagedisplay display, number slice, number thickness)", "SDK", DRAWN
)
def set_line_thickness(call, display, index, thickness):
    slice_by_index(display, index).line_thickness = thickness


@dm_function(
    "void LinePlotImageDisplaySetSliceLineThickness(imagedisplay display, object id, number thickness)",
    "SEEN 2 f",
    DRAWN,
)
def set_line_thickness_by_id(call, display, slice_id, thickness):
    slice_by_id(display, slice_id).line_thickness = thickness


@dm_function("number LinePlotImageDisplayGetSliceLineThickness(imagedisplay display, number slice)", "SDK", DRAWN)
def get_line_thickness(call, display, index):
    return slice_by_index(display, index).line_thickness


TRANSFORM = "number {0}offset, number {0}scale, number {0}position, number {0}positionScale"


@dm_function(
    f"void LinePlotImageDisplaySetImageToGroupTransform(imagedisplay display, object id, object reference, "
    f"{TRANSFORM.format('')})",
    "SEEN 2 f, SDK",
    DRAWN,
)
def set_transform(call, display, slice_id, reference, *numbers):
    slice_by_id(display, slice_id).settings["transform"] = numbers


@dm_function(
    f"void LinePlotImageDisplayGetImageToGroupTransform(imagedisplay display, object id, object reference, "
    f"{TRANSFORM.format('&')})",
    "SEEN 2 f, SDK",
    "offset 0 and scale 1 until set",
)
def get_transform(call, display, slice_id, reference, *references):
    hand_out(slice_by_id(display, slice_id).settings.get("transform", (0.0, 1.0, 0.0, 1.0)), references)


# -- labels and cursors -----------------------------------------------------------------------------------------------


@dm_function(
    "void LinePlotImageDisplayAddPeakLabel(imagedisplay display, number x, number y, string label)",
    "SEEN 2 f, SDK",
    DRAWN,
)
def add_peak_label(call, display, x, y, label):
    display.settings.setdefault("peak labels", []).append((x, y, label))


@dm_function("void LinePlotImageDisplayRemovePeakLabel(imagedisplay display, number x)", "SEEN 2 f, SDK")
def remove_peak_label(call, display, x):
    labels = display.settings.get("peak labels", [])
    display.settings["peak labels"] = [label for label in labels if label[0] != x]


@dm_function(
    "number LinePlotImageDisplayGetCursorState(imagedisplay display, object id, number &x, number &state)",
    "SEEN 1 f",
    "no cursor: 0",
)
def get_cursor_state(call, display, slice_id, x, state):
    x.set(0.0)
    state.set(0.0)
    return 0
