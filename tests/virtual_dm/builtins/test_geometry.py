"""Warp, shifts, rotations, mirrors and binning."""

import numpy as np
import pytest

from offline_reference.virtual_dm.images import Image
from tests.virtual_dm.builtins.scripts import error_of, pixels_of, ramp, run

PIXELS = np.random.default_rng(4).random((5, 6)).astype(np.float32)


def test_warp_interpolates_between_four_pixels():
    target = 'image t := RealImage("t", 8, 1, 1)\nt = warp(A, 2.25, 1.5)'
    found = run(target + "\nt.ShowImage()", Image(PIXELS.copy())).front_image().pixels[0, 0]
    a, b, c, d = (float(PIXELS[place]) for place in ((1, 2), (1, 3), (2, 2), (2, 3)))
    assert found == pytest.approx((a * 0.75 + b * 0.25 + c * 0.75 + d * 0.25) / 2)


def test_warp_at_whole_positions_copies_or_transposes():
    np.testing.assert_array_equal(pixels_of("warp(A, icol, irow)", Image(PIXELS.copy())), PIXELS)
    code = 'image t := RealImage("t", 4, 5, 6)\nt = warp(A, irow, icol)\nt.ShowImage()'
    np.testing.assert_array_equal(run(code, Image(PIXELS.copy())).front_image().pixels, PIXELS.T)


@pytest.mark.parametrize("outside, expected", [("zero", 0.0), ("edge", float(PIXELS[0, 5]))])
def test_warp_outside_the_image_is_a_switch(outside, expected):
    pixels = pixels_of("warp(A, icol + 6, irow - 9)", Image(PIXELS.copy()), outside_value=outside)
    np.testing.assert_allclose(pixels, expected)


def test_warp_takes_complex_images():
    pixels = pixels_of("warp(complex(A, 1), icol, irow)", Image(PIXELS.copy()))
    np.testing.assert_allclose(pixels, PIXELS + 1j, rtol=1e-6)


@pytest.mark.parametrize("dx, dy", [(2, 1), (-1, -3), (0, 2), (9, 0)])
def test_offset_shifts_right_and_down_and_fills_with_zero(dx, dy):
    padded = np.pad(PIXELS, 10)
    expected = padded[10 - dy : 15 - dy, 10 - dx : 16 - dx]
    np.testing.assert_array_equal(pixels_of(f"offset(A, {dx}, {dy})", Image(PIXELS.copy())), expected)


@pytest.mark.parametrize(
    "call, turned",
    [
        ("RotateLeft(A)", np.rot90(PIXELS)),
        ("RotateRight(A)", np.rot90(PIXELS, -1)),
        ("FlipHorizontal(A)", PIXELS[:, ::-1]),
        ("FlipVertical(A)", PIXELS[::-1]),
    ],
)
def test_quarter_turns_and_mirrors_change_the_image_itself(call, turned):
    np.testing.assert_array_equal(run(call, Image(PIXELS.copy())).front_image().pixels, turned)


def test_a_quarter_turn_takes_the_calibrations_with_it():
    image = ramp(6, 5)
    image.calibrations[0].units, image.calibrations[1].units = "nm", "eV"
    assert [c.units for c in run("RotateLeft(A)", image).front_image().calibrations] == ["eV", "nm"]


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_rotate_by_right_angles_is_counter_clockwise(turns):
    np.testing.assert_allclose(
        pixels_of(f"Rotate(A, {turns} * pi() / 2)", Image(PIXELS.copy())), np.rot90(PIXELS, turns), atol=1e-6
    )


def test_rebin_sums_blocks_and_scales_the_calibration():
    image = ramp(6, 5)
    image.calibrations[0].scale, image.calibrations[0].units = 0.1, "nm"
    front = run("RebinInPlace(A, 3, 2)", image).front_image()
    np.testing.assert_array_equal(front.pixels, ramp(6, 5).pixels[:4].reshape(2, 2, 2, 3).sum(axis=(1, 3)))
    assert front.calibrations[0].scale == pytest.approx(0.3)


def test_reduce_takes_means_of_two_by_two():
    np.testing.assert_array_equal(
        run("Reduce(A)", ramp(6, 4)).front_image().pixels, ramp(6, 4).pixels.reshape(2, 2, 3, 2).mean(axis=(1, 3))
    )


def test_blocks_larger_than_the_image_are_refused():
    assert "larger than the image" in error_of("RebinInPlace(A, 7, 1)", ramp(6, 5))


def test_a_line_profile_along_a_row_is_the_row():
    profile = pixels_of("LiveProfile_ExtractLineProfile(A, 0, 2, 5, 2, 1)", Image(PIXELS.copy()))
    np.testing.assert_allclose(profile, PIXELS[2, :5], rtol=1e-6)
    wide = pixels_of("LiveProfile_ExtractLineProfile(A, 0, 2, 5, 2, 3)", Image(PIXELS.copy()))
    np.testing.assert_allclose(wide, PIXELS[1:4, :5].mean(axis=0), rtol=1e-6)
