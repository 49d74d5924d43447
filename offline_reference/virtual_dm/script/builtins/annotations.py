"""Components: annotations, their tree below a document, their place, look and text; the older numbered annotations."""

import numpy as np

from offline_reference.virtual_dm import displays
from offline_reference.virtual_dm.displays import Component
from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.images import Image
from offline_reference.virtual_dm.registry import dm_function
from offline_reference.virtual_dm.script.builtins.recorded import (
    DRAWN,
    attribute,
    attributes,
    does_nothing,
    hand_out,
    remember,
)

EDGES = "number top, number left, number bottom, number right"
EDGES_OUT = "number &top, number &left, number &bottom, number &right"
FOUR_IN = "number offsetX, number offsetY, number scaleX, number scaleY"
FOUR = "number &offsetX, number &offsetY, number &scaleX, number &scaleY"

MASKS = (8, 9, 15, 19)  # types of spot, array, band pass and wedge masks (SEEN 1 f)

# -- making -----------------------------------------------------------------------------------------------------------


def _maker(type_code):
    def run(call, *edges):
        return Component(type_code, edges)

    return run


for _name, _code, _evidence in (
    ("Line", displays.LINE, "SEEN 4 f, SDK"),
    ("Arrow", displays.ARROW, "SEEN 2 f, SDK"),
    ("DoubleArrow", displays.DOUBLE_ARROW, "SDK"),
    ("Box", displays.BOX, "SEEN 3 f, SDK"),
    ("Oval", displays.OVAL, "SEEN 6 f, SDK"),
):
    dm_function(f"component New{_name}Annotation({EDGES})", _evidence)(_maker(_code))


@dm_function("component NewGroupAnnotation()", "SDK")
def new_group(call):
    return Component(displays.GROUP)


@dm_function("component NewTextAnnotation(number left, number top, string text, number size)", "SEEN 5 f, SDK")
def new_text(call, left, top, text, size):
    component = Component(displays.TEXT, (top, left, top + size, left + size * max(len(text), 1) / 2))
    component.text, component.font_size = text, size
    return component


@dm_function(
    "component NewTextAnnotation(component parent, number left, number top, string text, number size)",
    "SEEN 1 f",
    "added to the display",
)
def new_text_on(call, parent, left, top, text, size):
    return parent.add(new_text(call, left, top, text, size))


@dm_function(
    "component NewComponent(number type, number a, number b, number c, number d)",
    "SEEN 3 f, SDK",
    "the four numbers are top, left, bottom, right",
)
def new_component(call, type_code, *edges):
    return Component(type_code, edges)


@dm_function(
    "component ComponentAddNewComponent(component parent, number type, number a, number b, number c, number d)",
    "SDK",
    "the four numbers are top, left, bottom, right",
)
def add_new_component(call, parent, type_code, *edges):
    return parent.add(Component(type_code, edges))


@dm_function("component ComponentClone(component component, number deep)", "SDK")
def clone(call, component, deep):
    twin = component.clone()
    if not deep:
        twin.children = []
    return twin


# -- the tree ---------------------------------------------------------------------------------------------------------


@dm_function("void ComponentAddChildAtEnd(component parent, component child)", "SEEN 9 f, SDK")
def add_at_end(call, parent, child):
    parent.add(child)


@dm_function("void ComponentAddChildAtBeginning(component parent, component child)", "SEEN 2 f, SDK")
def add_at_beginning(call, parent, child):
    parent.add(child, 0)


def _place(parent, sibling):
    if sibling not in parent.children:
        raise DMError("The component to insert next to is no child of this one.")
    return parent.children.index(sibling)


@dm_function("void ComponentAddChildAfter(component parent, component child, component sibling)", "SDK")
def add_after(call, parent, child, sibling):
    parent.add(child, _place(parent, sibling) + 1)


@dm_function("void ComponentAddChildBefore(component parent, component child, component sibling)", "SDK")
def add_before(call, parent, child, sibling):
    parent.add(child, _place(parent, sibling))


@dm_function("void ComponentRemoveFromParent(component component)", "SEEN 7 f, SDK")
def remove(call, component):
    component.remove_from_parent()


@dm_function("number ComponentCountChildren(component component)", "SEEN 4 f, SDK")
def count_children(call, component):
    return len(component.children)


@dm_function("number ComponentCountChildrenOfType(component component, number type)", "SEEN 7 f, SDK")
def count_children_of_type(call, component, type_code):
    return len(component.children_of_type(type_code))


def _nth(components, index):
    if not 0 <= index < len(components):
        raise DMError(f"There are {len(components)} such components, none of number {index:g}.")
    return components[int(index)]


@dm_function("component ComponentGetChild(component component, number index)", "SEEN 4 f, SDK")
def get_child(call, component, index):
    return _nth(component.children, index)


@dm_function("component ComponentGetNthChildOfType(component component, number type, number index)", "SEEN 7 f, SDK")
def get_child_of_type(call, component, type_code, index):
    return _nth(component.children_of_type(type_code), index)


@dm_function(
    "component ComponentGetChildByID(component component, number id)",
    "SEEN 1 f, SDK",
    "not valid if there is none",
)
def get_child_by_id(call, component, number):
    return next((child for child in component.children if call.workspace.id_of(child) == number), None)


@dm_function(
    "component ComponentGetDescendentByID(component component, number id)",
    "SDK",
    "not valid if there is none",
)
def get_descendent_by_id(call, component, number):
    return next((child for child in component.below() if call.workspace.id_of(child) == number), None)


@dm_function("component ComponentGetParentComponent(component component)", "SDK")
def get_parent(call, component):
    return component.parent


@dm_function("imagedisplay ComponentGetParentImageDisplay(component component)", "SEEN 1 f, SDK")
def get_parent_display(call, component):
    return component.parent_display


@dm_function("imagedocument ComponentGetImageDocument(component component)", "SEEN 1 f, SDK")
def get_document(call, component):
    return component.image_document


@dm_function("number ComponentIsValid(component? component)", "SEEN 2 f, SDK")
def is_valid(call, component):
    return component is not None


@dm_function("number ComponentGetID(component component)", "SEEN 3 f, SDK")
def get_id(call, component):
    return call.workspace.id_of(component)


@dm_function("number ComponentGetType(component component)", "SEEN 4 f, SDK", "the types of displays.py")
def get_type(call, component):
    return component.type_code


@dm_function("number ComponentIsOfType(component component, number type)", "SDK")
def is_of_type(call, component, type_code):
    return component.type_code == type_code


@dm_function("taggroup ComponentGetTagGroup(component component)", "SDK")
def get_tags(call, component):
    return component.tags


@dm_function("void ComponentExternalizeProperties(component component, taggroup tags)", "SEEN 1 f", "names are ours")
def externalize(call, component, tags):
    """Write what is known of a component into a tag group."""
    tags.set("Type", "long", component.type_code)
    tags.set("Rectangle", "float rect", component.rect)
    if component.text:
        tags.set("Text", "string", component.text)


# -- place ------------------------------------------------------------------------------------------------------------

attributes("component", "Component", "Rect", "rect", "top left bottom right", "SEEN 2 f, SDK")


@dm_function(
    f"void ComponentGetBoundingRect(component component, {EDGES_OUT})",
    "SEEN 3 f, SDK",
    "the rectangle itself",
)
@dm_function(f"void ComponentGetBoundingRectInView(component component, {EDGES_OUT})", "SDK", "the rectangle itself")
@dm_function(f"void ComponentGetRectInView(component component, {EDGES_OUT})", "SDK", "the rectangle itself")
def get_bounding_rect(call, component, *references):
    top, left, bottom, right = component.rect
    hand_out((min(top, bottom), min(left, right), max(top, bottom), max(left, right)), references)


LINES = (displays.LINE, displays.ARROW, displays.DOUBLE_ARROW)
POINTS = (
    "lines: 1 start, 2 end; others: 1 top left, 2 top right, 3 bottom left, 4 bottom right; any other as it was set"
)


def _control_points(component):
    """Number -> (x, y) of a component's control points; SEEN for lines (1 f) and for points that masks were given."""
    top, left, bottom, right = component.rect
    if component.type_code in LINES:
        points = {1: (left, top), 2: (right, bottom)}
    else:
        points = {1: (left, top), 2: (right, top), 3: (left, bottom), 4: (right, bottom)}
    return points | component.settings.get("control points", {})


@dm_function(
    "number ComponentGetControlPoint(component component, number location, number &x, number &y)",
    "SEEN 4 f, SDK",
    POINTS,
)
def get_control_point(call, component, location, *references):
    """1 and the point, or 0 if the component has none of that number."""
    points = _control_points(component)
    if location in points:
        hand_out(points[location], references)
    return location in points


@dm_function(
    "void ComponentSetControlPoint(component component, number location, number x, number y, number style)",
    "SEEN 3 f, SDK",
    POINTS,
)
def set_control_point(call, component, location, x, y, style):
    top, left, bottom, right = component.rect
    if component.type_code in LINES:
        rects = {1: (y, x, bottom, right), 2: (top, left, y, x)}
    elif component.type_code in MASKS:
        rects = {}
    else:
        rects = {1: (y, x, bottom, right), 2: (y, left, bottom, x), 3: (top, x, y, right), 4: (top, left, y, x)}
    if location in rects:
        component.rect = rects[location]
    else:
        component.settings.setdefault("control points", {})[int(location)] = (x, y)


@dm_function(
    "void ComponentOffsetControlPoint(component component, number location, number dx, number dy, number style)",
    "SDK",
    "the whole component moves",
)
def offset_control_point(call, component, location, dx, dy, style):
    top, left, bottom, right = component.rect
    component.rect = (top + dy, left + dx, bottom + dy, right + dx)


@dm_function(
    f"void ComponentTransformCoordinates(component component, {FOUR_IN})",
    "SEEN 2 f, SDK",
)
def transform(call, component, offset_x, offset_y, scale_x, scale_y):
    top, left, bottom, right = component.rect
    component.rect = (
        top * scale_y + offset_y,
        left * scale_x + offset_x,
        bottom * scale_y + offset_y,
        right * scale_x + offset_x,
    )


@dm_function(
    "void ComponentPositionAroundPoint(component component, number x, number y, number relativeX, number relativeY, "
    "number horizontal, number vertical)",
    "SEEN 1 f, SDK",
    "the point at the relative place within the rectangle",
)
def position_around(call, component, x, y, relative_x, relative_y, horizontal, vertical):
    top, left, bottom, right = component.rect
    dx = x - (left + relative_x * (right - left)) if horizontal else 0.0
    dy = y - (top + relative_y * (bottom - top)) if vertical else 0.0
    component.rect = (top + dy, left + dx, bottom + dy, right + dx)


def _identity(call, component, *references):
    hand_out((0.0, 0.0, 1.0, 1.0), references)


for _name in (
    "ChildToLocal",
    "ChildToPage",
    "ChildToView",
    "ChildToWindow",
    "LocalToPage",
    "LocalToView",
    "LocalToWindow",
):
    dm_function(
        f"void ComponentGet{_name}Transform(component component, {FOUR})", "SEEN 3 f, SDK", "offset 0, scale 1"
    )(_identity)


# -- looks ------------------------------------------------------------------------------------------------------------

attributes("component", "Component", "ForegroundColor", "foreground", "red green blue", "SEEN 9 f")
attributes("component", "Component", "BackgroundColor", "background", "red green blue", "SEEN 1 f")
attribute("component", "Component", "DrawingMode", "drawing_mode", evidence="SEEN 9 f, SDK")
attribute("component", "Component", "FillMode", "fill_mode", evidence="SEEN 6 f, SDK")
attribute("component", "Component", "FontFaceName", "font_name", "string", "SEEN 2 f, SDK")
attribute("component", "Component", "FontSize", "font_size", evidence="SDK")
attribute("component", "Component", "FontAttributes", "font_attributes", evidence="SDK")
attribute("component", "Component", "Selected", "is_selected", evidence="SEEN 2 f, SDK", getter="ComponentIsSelected")
attribute("component", "Component", "Selectable", "is_selectable", evidence="SEEN 1 f, SDK")
attribute("component", "Component", "Deletable", "is_deletable", evidence="SEEN 1 f")
attribute("component", "Component", "Moveable", "is_movable", evidence="RECALLED")
attribute("component", "Component", "Resizable", "is_resizable", evidence="RECALLED")
attribute("component", "TextAnnotation", "Text", "text", "string", "SEEN 1 f, SDK")
attribute("component", "TextAnnotation", "Alignment", "alignment", evidence="SEEN 1 f, SDK")
attribute("component", "TextAnnotation", "ResizeStyle", "resize_style", evidence="SDK")
remember("component", "Component", "Visible", "number on", (1.0,), "SEEN 1 f")


@dm_function(
    "void ComponentSetFontInfo(component component, string face, number attributes, number size)",
    "SEEN 1 f, SDK",
    DRAWN,
)
def set_font(call, component, face, font_attributes, size):
    component.font_name, component.font_attributes, component.font_size = face, font_attributes, size


@dm_function(
    "void ComponentGetFontInfo(component component, string &face, number &attributes, number &size)", "SEEN 2 f, SDK"
)
def get_font(call, component, *references):
    hand_out((component.font_name, component.font_attributes, component.font_size), references)


@dm_function("void TextAnnotationGetFixedPoint(component component, number &x, number &y)", "SEEN 1 f, SDK", "top left")
def get_fixed_point(call, component, *references):
    hand_out((component.rect[1], component.rect[0]), references)


@dm_function("void TextAnnotationSetFixedPoint(component component, number x, number y)", "SDK", "top left")
def set_fixed_point(call, component, x, y):
    top, left, bottom, right = component.rect
    component.rect = (y, x, y + bottom - top, x + right - left)


@dm_function("void GroupAnnotationUngroup(component component)", "SDK")
def ungroup(call, component):
    """Put the members of a group in its place."""
    parent = component.parent
    if parent is None:
        raise DMError("Only a group on a display or page can be ungrouped.")
    place = parent.children.index(component)
    component.remove_from_parent()
    for number, child in enumerate(list(component.children)):
        parent.add(child, place + number)


# -- numbered annotations of an image ---------------------------------------------------------------------------------


def _annotations(img):
    return img.displays[0].children if img.displays else []


def _by_id(call, img, number):
    for component in _annotations(img):
        if call.workspace.id_of(component) == number:
            return component
    raise DMError(f"The image {img.name!r} has no annotation with id {number:g}.")


@dm_function("number CountAnnotations(image img)", "SEEN 2 f")
def count_annotations(call, img):
    return len(_annotations(img))


@dm_function("number GetNthAnnotationID(image img, number index)", "SEEN 2 f")
def nth_annotation_id(call, img, index):
    return call.workspace.id_of(_nth(_annotations(img), index))


@dm_function("number AnnotationType(image img, number id)", "SEEN 2 f")
def annotation_type(call, img, number):
    return _by_id(call, img, number).type_code


@dm_function("number IsAnnotationSelected(image img, number id)", "SEEN 2 f")
def is_annotation_selected(call, img, number):
    return _by_id(call, img, number).is_selected


@dm_function(f"void GetAnnotationRect(image img, number id, {EDGES_OUT})", "SEEN 2 f")
def get_annotation_rect(call, img, number, *references):
    hand_out(_by_id(call, img, number).rect, references)


@dm_function("void DeleteAnnotation(image img, number id)", "RECALLED")
def delete_annotation(call, img, number):
    _by_id(call, img, number).remove_from_parent()


def _old_maker(type_code):
    def run(call, img, *edges):
        display = call.workspace.document_for(img).displays[0]
        return call.workspace.id_of(display.add(Component(type_code, edges)))

    return run


for _name, _code in (
    ("Line", displays.LINE),
    ("Arrow", displays.ARROW),
    ("Box", displays.BOX),
    ("Oval", displays.OVAL),
):
    dm_function(f"number Create{_name}Annotation(image img, {EDGES})", "RECALLED")(_old_maker(_code))


@dm_function("number CreateTextAnnotation(image img, number top, number left, string text)", "RECALLED")
def create_text_annotation(call, img, top, left, text):
    display = call.workspace.document_for(img).displays[0]
    return call.workspace.id_of(display.add(new_text(call, left, top, text, 12.0)))


# -- masks ------------------------------------------------------------------------------------------------------------


@dm_function(
    "image CreateMaskFromAnnotations(imagedisplay display, number filterLength, number isOpaque, number &hasMask)",
    "SEEN 3 f, SDK",
    "1 inside the rectangles' ellipses of mask components (types 8, 9, 15, 19); sharp edges",
)
def create_mask(call, display, filter_length, is_opaque, has_mask):
    """Mask of the image's size from the mask components on it; 1 everywhere if there is none."""
    height, width = np.atleast_2d(display.image.pixels).shape[-2:]
    masks = [component for component in display.children if component.type_code in MASKS]
    has_mask.set(float(bool(masks)))
    rows, columns = np.indices((height, width))
    covered = np.zeros((height, width), bool)
    for component in masks:
        top, left, bottom, right = component.rect
        radius_x, radius_y = max(abs(right - left) / 2, 0.5), max(abs(bottom - top) / 2, 0.5)
        x, y = columns - (left + right) / 2, rows - (top + bottom) / 2
        for sign in (1, -1):  # a spot mask and its twin on the other side of the centre
            dx = x if sign == 1 else columns - (width - (left + right) / 2)
            dy = y if sign == 1 else rows - (height - (top + bottom) / 2)
            covered |= (dx / radius_x) ** 2 + (dy / radius_y) ** 2 <= 1
    passed = ~covered if is_opaque and masks else covered if masks else np.ones((height, width), bool)
    return Image(passed.astype(np.complex64), "Mask")


does_nothing("void ComponentSetLineThickness(component component, number thickness)", "RECALLED")
