"""Regions of interest: making them, where they are, how they look, masks from them."""

import numpy as np

from offline_reference.virtual_dm.displays import ROI
from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.images import converted
from offline_reference.virtual_dm.registry import dm_function
from offline_reference.virtual_dm.script.builtins.recorded import (
    DRAWN,
    attribute,
    attributes,
    does_nothing,
    hand_out,
    remember,
)
from offline_reference.virtual_dm.values import RGBNumber


@dm_function("roi NewROI()", "SEEN 11 f, SDK")
@dm_function("roi CreateROI()", "SEEN 10 f, SDK")
def new_roi(call):
    roi = ROI()
    call.workspace.id_of(roi)
    return roi


@dm_function("number ROIIsValid(roi? roi)", "SEEN 3 f, SDK")
def is_valid(call, roi):
    return roi is not None


@dm_function("number ROIGetID(roi roi)", "SEEN 10 f, SDK")
def get_id(call, roi):
    return call.workspace.id_of(roi)


@dm_function("roi GetROIFromID(number id)", "SEEN 1 f, SDK")
def from_id(call, number):
    return call.workspace.by_id(number, ROI)


@dm_function("roi ROIClone(roi roi)", "SDK")
def clone(call, roi):
    return roi.clone()


# -- shapes -----------------------------------------------------------------------------------------------------------

SHAPES = {  # name -> (method of displays.ROI, numbers, evidence)
    "Point": ("set_point", "x y", "SDK"),
    "Range": ("set_range", "start end", "SEEN 10 f, SDK"),
    "Line": ("set_line", "startX startY endX endY", "SEEN 3 f, SDK"),
    "Rectangle": ("set_rectangle", "top left bottom right", "SEEN 8 f, SDK"),
    "Oval": ("set_oval", "top left bottom right", "SEEN 1 f"),
    "Circle": ("set_circle", "x y radius", "SEEN 4 f"),
}


def _setter(method):
    def run(call, roi, *numbers):
        getattr(roi, method)(*numbers)

    return run


for _name, (_method, _numbers, _evidence) in SHAPES.items():
    _given = ", ".join(f"number {one}" for one in _numbers.split())
    dm_function(f"void ROISet{_name}(roi roi, {_given})", _evidence)(_setter(_method))


def _flat(roi, n, what):
    numbers = [number for vertex in roi.vertices[:n] for number in vertex]
    if len(numbers) < 2 * n:
        raise DMError(f"This ROI is no {what}: it is a {roi.kind} of {len(roi.vertices)} points.")
    return numbers


@dm_function("void ROIGetPoint(roi roi, number &x, number &y)", "SEEN 2 f, SDK")
def get_point(call, roi, *references):
    hand_out(_flat(roi, 1, "point"), references)


@dm_function("void ROIGetRange(roi roi, number &start, number &end)", "SEEN 13 f, SDK")
def get_range(call, roi, start, end):
    left, right = sorted(vertex[0] for vertex in roi.vertices[:2]) if len(roi.vertices) > 1 else _flat(roi, 2, "range")
    start.set(left)
    end.set(right)


@dm_function("void ROIGetLine(roi roi, number &startX, number &startY, number &endX, number &endY)", "SEEN 4 f, SDK")
def get_line(call, roi, *references):
    hand_out(_flat(roi, 2, "line"), references)


@dm_function(
    "void ROIGetRectangle(roi roi, number &top, number &left, number &bottom, number &right)",
    "SEEN 14 f, SDK",
    "the bounding rectangle of every kind",
)
@dm_function("void ROIGetOval(roi roi, number &top, number &left, number &bottom, number &right)", "SEEN 1 f")
def get_rectangle(call, roi, *references):
    bounds = roi.bounds
    if bounds is None:
        xs, ys = zip(*(roi.vertices or [(0.0, 0.0)]), strict=True)
        bounds = (min(ys), min(xs), max(ys), max(xs))
    hand_out(bounds, references)


@dm_function("void ROIGetCircle(roi roi, number &x, number &y, number &radius)", "RECALLED")
def get_circle(call, roi, *references):
    hand_out((*_flat(roi, 1, "circle"), roi.radius), references)


def _kind_test(*kinds):
    def run(call, roi):
        return roi.kind in kinds

    return run


for _name, _kinds, _evidence in (
    ("Point", ("point",), "SEEN 2 f, SDK"),
    ("Range", ("range",), "SEEN 2 f, SDK"),
    ("Line", ("line",), "SEEN 6 f, SDK"),
    ("Rectangle", ("rectangle",), "SEEN 4 f, SDK"),
    ("Oval", ("oval", "circle"), "SEEN 1 f"),
    ("Circle", ("circle",), "SEEN 2 f"),
):
    dm_function(f"number ROIIs{_name}(roi roi)", _evidence)(_kind_test(*_kinds))


# -- vertices ---------------------------------------------------------------------------------------------------------


@dm_function("void ROIAddVertex(roi roi, number x, number y)", "SEEN 1 f, SDK")
def add_vertex(call, roi, x, y):
    roi.add_vertex(x, y)


@dm_function("number ROICountVertices(roi roi)", "SEEN 1 f, SDK")
def count_vertices(call, roi):
    return len(roi.vertices)


def _vertex(roi, index):
    if not 0 <= index < len(roi.vertices):
        raise DMError(f"The ROI has {len(roi.vertices)} vertices, none of number {index:g}.")
    return int(index)


@dm_function("void ROIGetVertex(roi roi, number index, number &x, number &y)", "SEEN 1 f, SDK")
def get_vertex(call, roi, index, *references):
    hand_out(roi.vertices[_vertex(roi, index)], references)


@dm_function("void ROISetVertex(roi roi, number index, number x, number y)", "SDK")
def set_vertex(call, roi, index, x, y):
    roi.vertices[_vertex(roi, index)] = (x, y)


@dm_function("void ROIInsertVertex(roi roi, number before, number x, number y)", "SDK")
def insert_vertex(call, roi, before, x, y):
    if not 0 <= before <= len(roi.vertices):
        raise DMError(f"ROIInsertVertex: there is no vertex {before:g}; the ROI has {len(roi.vertices)}.")
    roi.vertices.insert(int(before), (x, y))


@dm_function("void ROIDeleteVertex(roi roi, number index)", "SDK")
def delete_vertex(call, roi, index):
    del roi.vertices[_vertex(roi, index)]


@dm_function("void ROIClearVertices(roi roi)", "SDK")
def clear_vertices(call, roi):
    roi.vertices.clear()


# -- looks ------------------------------------------------------------------------------------------------------------

attribute("roi", "ROI", "Label", "label", "string", "SEEN 15 f, SDK")
attribute("roi", "ROI", "Name", "name", "string", "SEEN 3 f, SDK")
attribute("roi", "ROI", "Volatile", "is_volatile", evidence="SEEN 18 f, SDK")
attribute("roi", "ROI", "Moveable", "is_movable", evidence="SEEN 6 f, SDK")
attribute("roi", "ROI", "Resizable", "is_resizable", evidence="SEEN 2 f, SDK")
attribute("roi", "ROI", "Deletable", "is_deletable", evidence="SEEN 2 f, SDK")
attribute("roi", "ROI", "Selectable", "is_selectable", evidence="RECALLED")
attribute("roi", "ROI", "IsClosed", "is_closed", evidence="SEEN 2 f, SDK", getter="ROIIsClosed")
attributes("roi", "ROI", "Color", "color", "red green blue", "SEEN 16 f, SDK")
remember("roi", "ROI", "BoldLabel", "number bold", (0.0,), getter="none")
remember("roi", "ROI", "BorderThickness", "number thickness", (1.0,), getter="none")
remember("roi", "ROI", "DrawFilled", "number on", (0.0,), "SEEN 1 f", getter="none")
remember("roi", "ROI", "RestrictToDisplay", "number on", (1.0,), "SEEN 3 f", getter="none")
remember(
    "roi",
    "ROI",
    "FillProperties",
    "number alpha, number red, number green, number blue",
    (0.0,) * 4,
    "SEEN 1 f",
    getter="none",
)


@dm_function("void ROIGetLabelStripeColor(roi roi, number &red, number &green, number &blue)", "SDK", DRAWN)
def label_stripe_color(call, roi, *references):
    hand_out(roi.color, references)


does_nothing("void ROISetLabelStripeColor(roi roi, number red, number green, number blue)", "RECALLED")


# -- pixels inside ----------------------------------------------------------------------------------------------------


def inside(roi, height, width):
    """Boolean array of the pixels whose centre a ROI encloses; a line or point encloses the pixels it touches."""
    rows, columns = np.indices((height, width))
    x, y = columns + 0.5, rows + 0.5
    if roi.kind in ("point", "line"):
        return _touched(roi, height, width)
    if not roi.vertices:
        return np.zeros((height, width), bool)
    top, left, bottom, right = roi.bounds
    if roi.kind == "range":
        return (x >= left) & (x < right)
    if roi.kind == "rectangle":
        return (x >= left) & (x < right) & (y >= top) & (y < bottom)
    if roi.kind in ("oval", "circle"):
        radius_x, radius_y = max((right - left) / 2, 1e-12), max((bottom - top) / 2, 1e-12)
        return ((x - (left + right) / 2) / radius_x) ** 2 + ((y - (top + bottom) / 2) / radius_y) ** 2 <= 1
    return _inside_polygon(roi.vertices, x, y)


def _touched(roi, height, width):
    mask = np.zeros((height, width), bool)
    (x0, y0), (x1, y1) = roi.vertices[0], roi.vertices[-1]
    n = int(max(abs(x1 - x0), abs(y1 - y0))) + 1
    for x, y in zip(np.linspace(x0, x1, n), np.linspace(y0, y1, n), strict=True):
        if 0 <= x < width and 0 <= y < height:
            mask[int(y), int(x)] = True
    return mask


def _inside_polygon(vertices, x, y):
    """Even-odd rule."""
    found = np.zeros(x.shape, bool)
    for (x0, y0), (x1, y1) in zip(vertices, vertices[1:] + vertices[:1], strict=True):
        if y0 != y1:
            crosses = (y0 > y) != (y1 > y)
            found ^= crosses & (x < (x1 - x0) * (y - y0) / (y1 - y0) + x0)
    return found


def _area(roi, img, top, left, bottom, right):
    """The rectangle of an image and where the ROI covers it."""
    part = img.rectangle(top, left, bottom, right)
    height, width = np.atleast_2d(img.pixels).shape[-2:]
    mask = inside(roi, height, width)[int(top) : int(bottom), int(left) : int(right)]
    return part, mask.reshape(part.pixels.shape[-2:] if part.n_dimensions > 1 else part.pixels.shape)


RECTANGLE = "number top, number left, number bottom, number right"
CENTRES = "a pixel belongs to a ROI if its centre lies inside"


@dm_function(f"void ROIAddToMask(roi roi, image mask, {RECTANGLE})", "SDK", CENTRES)
def add_to_mask(call, roi, mask, *edges):
    """Set mask pixels inside the ROI to 1."""
    part, covered = _area(roi, mask, *edges)
    part.pixels[covered] = 1


@dm_function(f"void ROISetRegionToValue(roi roi, image img, number value, {RECTANGLE})", "SDK", CENTRES)
@dm_function(f"void ROISetRegionToComplexValue(roi roi, image img, complexnumber value, {RECTANGLE})", "SDK", CENTRES)
@dm_function(f"void ROISetRegionToRGBValue(roi roi, image img, rgbnumber value, {RECTANGLE})", "SDK", CENTRES)
def set_region(call, roi, img, value, *edges):
    part, covered = _area(roi, img, *edges)
    if isinstance(value, RGBNumber):
        part.pixels[covered] = tuple(int(channel) for channel in (value.blue, value.green, value.red, value.alpha))
    else:
        part.pixels[covered] = converted(np.asarray(value), part.pixels.dtype)


@dm_function("number ROIContainsPoint(roi roi, number x, number y)", "SDK")
def contains_point(call, roi, x, y):
    if roi.kind in ("point", "line", "range"):
        return roi.kind == "range" and roi.bounds[1] <= x <= roi.bounds[3]
    top, left, bottom, right = roi.bounds or (0, 0, 0, 0)
    if roi.kind == "rectangle":
        return left <= x <= right and top <= y <= bottom
    if roi.kind in ("oval", "circle"):
        radii = max((right - left) / 2, 1e-12), max((bottom - top) / 2, 1e-12)
        return ((x - (left + right) / 2) / radii[0]) ** 2 + ((y - (top + bottom) / 2) / radii[1]) ** 2 <= 1
    return bool(_inside_polygon(roi.vertices, np.array([x]), np.array([y]))[0])


# -- the selection of an image ----------------------------------------------------------------------------------------


@dm_function(
    "number GetSelection(image img, number &top, number &left, number &bottom, number &right)",
    "SEEN 12 f, SDK",
    "whole pixels; the whole image and 0 if nothing is selected",
)
def get_selection(call, img, *references):
    """The selected rectangle: 1 and its edges, or 0 and the edges of the image."""
    selection = img.displays[0].selection if img.displays else None
    height = img.sizes[1] if img.n_dimensions > 1 else 1
    hand_out(selection or (0.0, 0.0, float(height), float(img.sizes[0])), references)
    return selection is not None


@dm_function("void SetSelection(image img, number top, number left, number bottom, number right)", "SEEN 7 f, SDK")
def set_selection(call, img, *edges):
    """Select a rectangle, in place of whatever was selected."""
    clear_selection(call, img)
    roi = new_roi(call)
    roi.set_rectangle(*edges)
    for display in img.displays[:1]:
        display.add_roi(roi)


@dm_function("void ClearSelection(image img)", "SEEN 7 f, SDK", "the selected ROI goes")
def clear_selection(call, img):
    for display in img.displays[:1]:
        for roi in list(display.selected_rois):
            display.delete_roi(roi)
