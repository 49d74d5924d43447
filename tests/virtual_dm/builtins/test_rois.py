"""Regions of interest, masks from them, the selection of an image."""

import numpy as np
import pytest

from tests.virtual_dm.builtins.scripts import error_of, ramp, run, value_of

ON_A = "ImageDisplay d = A.ImageGetImageDisplay(0)\nROI r = NewROI()\nnumber t, l, b, e\n"


def test_a_rectangle_is_added_found_named_and_deleted():
    code = ON_A + (
        'r.ROISetRectangle(1, 2, 4, 5)\nr.ROISetName("box")\nd.ImageDisplayAddROI(r)\n'
        'ROI again = d.ImageDisplayLookupROI("box")\nagain.ROIGetRectangle(t, l, b, e)\n'
        "Result(d.ImageDisplayCountROIs() + t + l + b + e)\nd.ImageDisplayDeleteROI(r)\n"
        "Result(d.ImageDisplayCountROIs())"
    )
    assert run(code, ramp(6, 5)).results == "130"


@pytest.mark.parametrize(
    "kind, numbers",
    [
        ("Point", "1, 2"),
        ("Line", "0, 1, 2, 3"),
        ("Range", "2, 5"),
        ("Rectangle", "0, 1, 2, 3"),
        ("Oval", "0, 1, 2, 3"),
        ("Circle", "3, 2, 1"),
    ],
)
def test_each_shape_knows_what_it_is(kind, numbers):
    assert value_of(f"r.ROIIs{kind}()", ramp(6, 5), before=ON_A + f"r.ROISet{kind}({numbers})") == 1


def test_shapes_give_their_numbers_back():
    assert value_of("t * 10 + l", ramp(6, 5), before=ON_A + "r.ROISetRange(5, 2)\nr.ROIGetRange(t, l)") == 25
    code = ON_A + "r.ROISetLine(1, 2, 3, 4)\nr.ROIGetLine(t, l, b, e)"
    assert value_of("t * 1000 + l * 100 + b * 10 + e", ramp(6, 5), before=code) == 1234
    code = ON_A + "r.ROISetCircle(3, 2, 1.5)\nr.ROIGetRectangle(t, l, b, e)"
    assert value_of("t * 1000 + l * 100 + b * 10 + e", ramp(6, 5), before=code) == pytest.approx(500 + 150 + 35 + 4.5)


def test_vertices_make_a_polygon():
    code = ON_A + "r.ROIAddVertex(0, 0)\nr.ROIAddVertex(4, 0)\nr.ROIAddVertex(0, 4)\nr.ROIGetVertex(1, t, l)\n"
    assert value_of("r.ROICountVertices() * 10 + t", ramp(6, 5), before=code) == 34
    assert value_of("r.ROIContainsPoint(1, 1) * 10 + r.ROIContainsPoint(3, 3)", ramp(6, 5), before=code) == 10
    assert "none of number 7" in error_of(code + "r.ROIGetVertex(7, t, l)", ramp(6, 5))


def test_masks_hold_the_pixels_whose_centre_lies_inside():
    code = ON_A + (
        '{0}\nd.ImageDisplayAddROI(r)\nimage m := RealImage("m", 4, 6, 5)\n'
        "d.ImageDisplayAccumulateROIsToMask(m, 0, 0, 5, 6, 1)\nm.ShowImage()"
    )
    expected = np.zeros((5, 6))
    expected[1:4, 2:5] = 1
    mask = run(code.format("r.ROISetRectangle(1, 2, 4, 5)"), ramp(6, 5)).front_image().pixels
    np.testing.assert_array_equal(mask, expected)
    y, x = np.indices((5, 6)) + 0.5
    circle = run(code.format("r.ROISetCircle(3, 2, 2)"), ramp(6, 5)).front_image().pixels
    np.testing.assert_array_equal(circle, np.hypot(x - 3, y - 2) <= 2)


def test_the_selection_is_what_empty_brackets_mean():
    code = "A.SetSelection(1, 2, 4, 5)\nnumber t, l, b, e\nnumber ok = A.GetSelection(t, l, b, e)\n"
    assert value_of("sum(A[])", ramp(6, 5), before=code) == ramp(6, 5).pixels[1:4, 2:5].sum()
    assert value_of("ok * 10000 + t * 1000 + l * 100 + b * 10 + e", ramp(6, 5), before=code) == 11245


def test_without_a_selection_the_whole_image_is_meant():
    code = "A.SetSelection(1, 2, 4, 5)\nA.ClearSelection()\nnumber t, l, b, e\nnumber ok = A.GetSelection(t, l, b, e)\n"
    assert value_of("ok * 10000 + t * 1000 + l * 100 + b * 10 + e", ramp(6, 5), before=code) == 56
    assert value_of("sum(A[])", ramp(6, 5), before=code) == ramp(6, 5).pixels.sum()


def test_looks_are_remembered():
    code = ON_A + 'r.ROISetColor(1, 0.5, 0)\nr.ROISetLabel("L")\nr.ROISetVolatile(0)\nr.ROIGetColor(t, l, b)\n'
    found = value_of("t * 100 + l * 10 + r.ROIGetVolatile() + len(r.ROIGetLabel())", ramp(6, 5), before=code)
    assert found == 106


def test_rois_are_found_by_their_number():
    code = ON_A + "r.ROISetPoint(3, 4)\nGetROIFromID(r.ROIGetID()).ROIGetPoint(t, l)\n"
    assert value_of("t * 10 + l", ramp(6, 5), before=code) == 34


def test_a_rectangle_has_no_line():
    assert "is no line" in error_of(ON_A + "r.ROISetPoint(3, 4)\nr.ROIGetLine(t, l, b, e)", ramp(6, 5))
