"""Displays, ROIs, components, documents: what is recorded of them."""
import numpy as np
import pytest

from offline_reference.virtual_dm import displays
from offline_reference.virtual_dm.displays import ROI, Component, ImageDisplay, ImageDocument
from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.images import Image


@pytest.fixture
def image():
    return Image(np.arange(30.0).reshape(5, 6), "ramp")


def test_a_row_is_a_line_plot_and_an_image_a_raster(image):
    assert ImageDisplay(image).display_type == displays.RASTER
    assert ImageDisplay(Image(np.zeros(6))).display_type == displays.LINE_PLOT
    assert ImageDisplay(Image(np.zeros((1, 6)))).display_type == displays.LINE_PLOT
    assert ImageDisplay(image, displays.LINE_PLOT).display_type == displays.LINE_PLOT


def test_contrast_limits_are_the_pixels_range_until_they_are_set(image):
    display = ImageDisplay(image)
    assert display.limits() == (0, 29)
    display.contrast_limits = (1.0, 2.0)
    assert display.limits() == (1, 2)


@pytest.mark.parametrize(
    "draw, selection",
    [
        (lambda roi: roi.set_rectangle(1, 2, 3, 5), (1, 2, 3, 5)),
        (lambda roi: roi.set_rectangle(0.5, 1.2, 2.1, 4.9), (0, 1, 3, 5)),
        (lambda roi: roi.set_rectangle(-3, -3, 99, 99), (0, 0, 5, 6)),
        (lambda roi: roi.set_circle(3, 2, 1), (1, 2, 3, 4)),
        (lambda roi: roi.set_range(1, 4), (0, 1, 5, 4)),
        (lambda roi: roi.set_point(1, 4), None),
        (lambda roi: roi.set_line(0, 0, 3, 3), None),
        (lambda roi: roi.set_rectangle(7, 7, 9, 9), None),
    ],
)
def test_the_selection_is_the_rois_rectangle_inside_the_image(image, draw, selection):
    roi, display = ROI(), ImageDisplay(image)
    draw(roi)
    display.add_roi(roi)
    assert display.selection == selection


def test_a_deleted_roi_is_no_selection(image):
    roi, display = ROI(), ImageDisplay(image)
    roi.set_rectangle(0, 0, 2, 2)
    display.add_roi(roi)
    display.add_roi(roi)
    assert display.rois == [roi]
    display.delete_roi(roi)
    assert display.selection is None and roi.display is None


def test_a_polygon_has_bounds():
    roi = ROI()
    for x, y in [(1, 2), (5, 3), (2, 8)]:
        roi.add_vertex(x, y)
    assert roi.bounds == (2, 1, 8, 5)
    assert roi.clone().vertices == roi.vertices and roi.clone().vertices is not roi.vertices


def test_components_are_a_tree(image):
    document = ImageDocument("document")
    display = document.add_image(image)
    text = display.add(Component(displays.TEXT, (1, 2, 3, 4)))
    assert (text.parent_display, text.image_document) == (display, document)
    assert display.children_of_type(displays.TEXT) == [text]
    assert list(document.root.below()) == [display, text]
    text.remove_from_parent()
    assert display.children == [] and text.image_document is None


def test_a_component_cannot_become_its_own_descendant():
    group, child = Component(displays.GROUP), Component(displays.GROUP)
    group.add(child)
    with pytest.raises(DMError, match="own descendant"):
        child.add(group)


def test_a_cloned_component_has_its_own_children():
    group = Component(displays.GROUP)
    group.add(Component(displays.TEXT)).text = "a"
    twin = group.clone()
    twin.children[0].text = "b"
    assert group.children[0].text == "a" and twin.children[0].parent is twin


def test_removing_an_image_ends_its_display(image):
    document = ImageDocument()
    display = document.add_image(image)
    assert document.name == "ramp"
    assert document.remove_image(image) == 1
    assert image.displays == [] and not display.is_valid and document.root.children == []
