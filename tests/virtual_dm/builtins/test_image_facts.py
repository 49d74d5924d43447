"""Names, ids, labels, sizes, calibration; finding open images."""

import numpy as np
import pytest

from offline_reference.virtual_dm.images import Image
from tests.virtual_dm.builtins.scripts import error_of, ramp, run, text_of, value_of


def named(name, *sizes):
    return Image(np.zeros(sizes[::-1] or (5, 6), np.float32), name)


def test_names_ids_and_labels_find_an_image_again():
    code = "image x := {0}\nexit(ImageGetID(x) == ImageGetID(B))"
    for way in (
        'GetNamedImage("second")',
        'FindImageByName("second")',
        'FindImageByLabel("B")',
        "FindNextImage(A)",
        "FindImageByID(ImageGetID(B))",
        "GetImageFromID(B.ImageGetID())",
        "FindImageByIndex(1)",
    ):
        assert run(code.format(way), named("first"), named("second")).exit_value == 1, way


def test_what_is_not_there_is_an_invalid_image_or_an_error():
    assert value_of('ImageIsValid(FindImageByName("none")) + ImageIsValid(FindFrontImage())') == 0
    assert value_of("ImageIsValid(x)", before="image x") == 0
    assert "no image is open" in error_of("image x := GetFrontImage()")
    assert "no open image named" in error_of('image x := GetNamedImage("none")')


def test_the_number_form_of_get_front_image_says_whether_there_is_one():
    assert value_of("GetFrontImage(x)", before="image x") == 0
    assert value_of("GetFrontImage(x) * sum(x + 1)", named("first"), before="image x") == 30


def test_a_deleted_image_is_gone():
    workspace = run("number id = A.ImageGetID()\nDeleteImage(A)\nexit(DoesImageExist(id))", named("first"))
    assert workspace.exit_value == 0 and workspace.images() == []


def test_renaming_renames_the_window():
    workspace = run('A.SetName("new")\nResult(A.GetName() + A.GetLabel())', named("first"))
    assert workspace.results == "newA"
    assert workspace.documents[0].window.title == "new"


@pytest.mark.parametrize("sizes", [(6,), (6, 5), (6, 5, 4), (6, 5, 4, 3)])
def test_sizes_in_dms_order_with_one_for_what_is_missing(sizes):
    image = named("x", *sizes)
    padded = (*sizes, 1, 1, 1)
    code = "number d0, d1, d2\nA.Get3DSize(d0, d1, d2)\nnumber w, h\nA.GetSize(w, h)\n"
    expected = padded[0] + 10 * padded[1] + 100 * padded[2] + 1000 * padded[1] + 10000 * len(sizes)
    assert (
        value_of("d0 + 10 * d1 + 100 * d2 + 1000 * h + 10000 * A.ImageGetNumDimensions()", image, before=code)
        == expected
    )
    assert value_of("A.ImageGetDimensionSize(1)", named("x", *sizes)) == padded[1]


def test_calibrations_are_written_and_read_in_both_formats():
    front = run('A.ImageSetDimensionCalibration(1, 2, 0.5, "nm", 1)', ramp(6, 5)).front_image()
    assert (front.calibrations[1].origin, front.calibrations[1].scale, front.calibrations[1].units) == (2, 0.5, "nm")
    code = (
        'A.ImageSetDimensionCalibration(0, -3, 0.5, "nm", 0)\nnumber o, s\nstring u\n'
        'A.ImageGetDimensionCalibration(0, o, s, u, {0})\nResult("" + o + u + s)'
    )
    assert run(code.format(0), ramp(6, 5)).results == "-3nm0.5"  # the first pixel is at -3 nm
    assert run(code.format(1), ramp(6, 5)).results == "6nm0.5"  # zero is at pixel 6


@pytest.mark.parametrize("plain_origin, expected", [("units", -1.0), ("pixels", 2.0)])
def test_the_plain_origin_is_a_switch(plain_origin, expected):
    code = 'A.ImageSetDimensionCalibration(0, 2, 0.5, "nm", 1)\nexit(A.ImageGetDimensionOrigin(0))'
    assert run(code, ramp(6, 5), plain_origin=plain_origin).exit_value == expected


def test_shortcuts_set_both_axes():
    code = 'A.SetScale(0.1, 0.2)\nA.SetOrigin(3, 4)\nA.SetUnitString("1/nm")\n'
    front = run(code, ramp(6, 5)).front_image()
    assert [(c.scale, c.origin, c.units) for c in front.calibrations] == [(0.1, 3, "1/nm"), (0.2, 4, "1/nm")]
    code += "number x, y, p, q\nA.GetScale(x, y)\nA.GetOrigin(p, q)\nstring u\nA.GetUnitString(u)\n"
    assert text_of("u + x + y + p + q", ramp(6, 5), before=code) == "1/nm0.10.234"


def test_intensity_has_a_calibration_of_its_own():
    code = 'A.ImageSetIntensityScale(2)\nA.ImageSetIntensityOrigin(5)\nA.ImageSetIntensityUnitString("counts")\n'
    front = run(code, ramp(6, 5)).front_image()
    assert (front.intensity.scale, front.intensity.origin, front.intensity.units) == (2, 5, "counts")


def test_calibrations_are_copied_from_another_image():
    source = ramp(6, 5)
    source.calibrations[1].units, source.intensity.units = "eV", "e"
    front = run("A.ImageCopyCalibrationFrom(B)", named("target"), source).front_image()
    assert (front.calibrations[1].units, front.intensity.units) == ("eV", "e")


def test_a_dimension_that_is_not_there_has_no_calibration():
    assert "dimensions 0 to 1, not 2" in error_of("result(A.ImageGetDimensionScale(2))", ramp(6, 5))
