"""functions/polar_image.s and the command polar_transform.s against numerics/polar_image.py."""
import numpy as np
import pytest

from offline_reference.numerics.polar import find_centre
from offline_reference.numerics.polar_image import from_polar, to_polar
from offline_reference.virtual_dm.images import Image
from offline_reference.virtual_dm.switches import one_at_a_time
from tests.agreement import commands, dm
from tests.agreement.commands import scan_4d
from tests.agreement.diffractions import CENTRE, N_U, N_V, diffraction, mask
from tests.agreement.test_polar import CASES, SWITCHES, TOLERANCE, grids, some_bad_pixels

FILE = "polar_transform.s"
SIZES = (9, 12, 3, 4)  # n_v, n_u, n_y, n_x
GIVEN = "direction=1; centre=3; u0=5.3; v0=4.6; sampling=5"
GIVEN_CENTRE = (4.6, 5.3)


def transformed(image, *others, answer="default", **options):
    workspace = commands.run(FILE, image, *others, answers=[answer], **options)
    [found] = commands.new_images(workspace, image, *others)
    return found


def calibration_of(image):
    return [(round(c.origin, 9), round(c.scale, 9), c.units) for c in image.calibrations]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("detector, centre", CASES[:5])
def test_rows_there_and_back_are_those_of_numerics(detector, centre, dtype):
    good = some_bad_pixels(detector)
    grid, inputs = grids(detector, centre, 5, good)
    stack = np.random.default_rng(0).uniform(1, 2, (3, *detector)).astype(dtype)
    found = dm.run("functions/polar_image.s", """
object grid = MakePolarGrid(nU, nV, u0, v0, sampling, mask)
image polar := RealImage("", bytes, grid.Radii(), grid.Angles(), 3)
number nRows = Resample(polar, Unfold(stack, "yxvu"), grid, "yxvu", "")
object back = MakeDetectorGrid(nU, nV, u0, v0, grid.Radii(), grid.Angles())
image detector := RealImage("", bytes, nU, nV, 3)
Resample(detector, Unfold(polar, "yxvu"), back, "yxvu", "")""", give="polar detector nRows", switches=SWITCHES[dtype],
                   stack=stack, bytes=np.dtype(dtype).itemsize, **inputs)
    polar = to_polar(stack, centre, 5, good)
    assert found.nRows == grid.n_angles and found.polar.dtype == dtype
    assert np.allclose(found.polar, polar, rtol=TOLERANCE[dtype], atol=0)
    expected = from_polar(found.polar, detector, centre)
    assert np.allclose(found.detector, expected, rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype])


@pytest.mark.parametrize("order", ["vuyx", "yxvu"])
def test_4d_data_are_transformed_there_and_back(order):
    scan = scan_4d(order, sizes=SIZES)
    polar = transformed(scan, answer=GIVEN)
    assert np.allclose(polar.pixels, to_polar(scan.pixels, GIVEN_CENTRE, 5, order=order), rtol=1e-6)
    assert polar.pixels.dtype == np.float32
    back = transformed(polar)
    assert np.allclose(back.pixels, from_polar(polar.pixels, SIZES[:2], GIVEN_CENTRE, order), rtol=1e-6, atol=1e-4)
    assert back.pixels.shape == scan.pixels.shape


@pytest.mark.parametrize("order", ["vuyx", "yxvu"])
def test_calibrations_and_the_axis_order_go_there_and_back(order):
    scan = scan_4d(order, sizes=SIZES)
    for calibration in scan.calibrations:
        calibration.scale = 0.25
    polar = transformed(scan, answer=GIVEN)
    units = {d: c.units for d, c in enumerate(polar.calibrations)}
    r = 2 if order == "vuyx" else 0
    assert calibration_of(polar)[r:r + 2] == [(0, 0.25, "1/nm"), (0, round(360 / 22, 9), "deg")]
    assert units[2 - r] == units[3 - r] == "nm"
    back = transformed(polar)
    assert calibration_of(back) == calibration_of(scan)
    assert back.tags.to_plain()["Meta Data"] == scan.tags.to_plain()["Meta Data"]
    assert "R-Phi" not in back.tags.to_plain()
    assert [note["Direction"] for note in back.tags.to_plain()["Processing"]] == ["U-V to R-Phi", "R-Phi to U-V"]


def test_the_first_values_make_the_r_phi_image_of_listing_s4():
    image = diffraction()
    polar = transformed(image)
    assert np.allclose(polar.pixels, to_polar(image.pixels), rtol=1e-6)
    assert tuple(polar.sizes) == (12, 96)  # half the size wide, 8 times as high
    assert polar.name == "R-Phi of Pattern"
    back = transformed(polar)
    assert np.allclose(back.pixels, from_polar(polar.pixels, (N_V, N_U)), rtol=1e-6, atol=1e-3)
    assert calibration_of(back) == calibration_of(image)


def test_centre_found_and_mask_reach_the_result():
    image, good = diffraction(), mask()
    polar = transformed(image, good, answer="centre=2; mask=2")
    centre, _ = find_centre(image.pixels.astype(float), good.pixels > 0)
    assert np.hypot(*np.subtract(centre, CENTRE)) < 0.5
    assert np.allclose(polar.pixels, to_polar(image.pixels, centre, mask=good.pixels > 0), rtol=1e-5)
    note = polar.tags.to_plain()["Processing"][-1]
    assert note["Mask"] == "Good pixels" and (note["Centre v"], note["Centre u"]) == pytest.approx(centre)
    back = transformed(polar, answer="centre=2")  # the record is better than the dialog
    assert np.allclose(back.pixels, from_polar(polar.pixels, (N_V, N_U), centre), rtol=1e-5, atol=1e-2)


def test_an_r_phi_image_of_somebody_else_is_turned_back_with_what_the_dialog_says():
    polar = Image(np.random.default_rng(0).uniform(1, 2, (40, 6)).astype(np.float32), "Foreign")
    back = transformed(polar, answer="direction=2; width=15; height=13; centre=3; u0=7; v0=6")
    assert np.allclose(back.pixels, from_polar(polar.pixels, (13, 15), (6, 7)), rtol=1e-6)
    back = transformed(polar, answer="direction=2")
    assert np.allclose(back.pixels, from_polar(polar.pixels, (12, 12)), rtol=1e-6)
    message = commands.error_of(FILE, polar, answers=["direction=2; centre=2"])
    assert "no centre can be found in an R-Phi image" in message


def test_a_stack_of_diffractions_is_transformed_plane_by_plane():
    stack = Image(np.random.default_rng(0).uniform(1, 2, (4, 9, 12)).astype(np.float32), "Stack")
    polar = transformed(stack)
    assert np.allclose(polar.pixels, to_polar(stack.pixels), rtol=1e-6)
    assert np.allclose(transformed(polar).pixels, from_polar(polar.pixels, (9, 12)), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("switches", list(one_at_a_time("script")), ids=repr)
def test_no_contested_behaviour_matters(switches):
    scan = scan_4d("vuyx", sizes=SIZES)
    polar = transformed(scan, answer=GIVEN, switches=switches)
    assert np.allclose(polar.pixels, to_polar(scan.pixels, GIVEN_CENTRE, 5), rtol=1e-6)
    back = transformed(polar, switches=switches)
    assert np.allclose(back.pixels, from_polar(polar.pixels, SIZES[:2], GIVEN_CENTRE), rtol=1e-6, atol=1e-4)
    assert calibration_of(back) == calibration_of(scan)


def test_different_scales_of_u_and_v_leave_the_radius_in_pixels():
    polar = transformed(diffraction(scale_v=0.2))
    assert calibration_of(polar)[0] == (0, 1, "pixel")


def test_it_can_be_stopped_and_then_makes_nothing():
    workspace = commands.cancelled(FILE, scan_4d("vuyx", sizes=SIZES), answers=["default"], keys=["escape"])
    assert "stopped after row 1 of 36; nothing was made" in workspace.results


def test_a_cancelled_dialog_leaves_nothing():
    commands.cancelled(FILE, diffraction(), answers=["cancel"])


@pytest.mark.parametrize("image, answer, text", [
    (Image(np.ones(7, np.float32)), None, "has 1 dimension(s), but this command needs a diffraction (2D), a stack"),
    (Image(np.ones((6, 7), np.complex64)), None, "is complex"),
    (Image(np.eye(6, 7, dtype=np.float32)), "centre=3; u0=9", "lies outside the detector of 7 x 6"),
    (Image(np.eye(6, 1, dtype=np.float32)), "default", "no rings"),
])
def test_what_cannot_be_transformed_is_refused(image, answer, text):
    assert text in commands.error_of(FILE, image, answers=[answer] if answer else [])
