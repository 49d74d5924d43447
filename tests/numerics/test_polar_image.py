"""U-V to R-Phi and back: what must be exact is, orders agree, a turned pattern is shifted along the angle."""
import numpy as np
import pytest

from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.polar import PolarGrid, radius_of_pixels
from offline_reference.numerics.polar_image import BLOCK, from_polar, to_polar

DETECTOR, CENTRE = (13, 16), (6.2, 8.4)


def pixels_of(*shape):
    return np.random.default_rng(0).uniform(1, 2, shape)


def test_one_diffraction_becomes_the_samples_of_the_polar_grid():
    image = pixels_of(*DETECTOR)
    grid = PolarGrid(DETECTOR, CENTRE)
    found = to_polar(image, CENTRE)
    assert found.shape == (grid.n_angles, grid.n_radii)
    assert np.allclose(found, grid.sample(image.reshape(-1, 1))[0].T, rtol=1e-14)


def test_samples_that_need_a_bad_pixel_or_one_outside_are_zero_even_if_it_is_nan():
    image, mask = pixels_of(*DETECTOR), np.ones(DETECTOR, dtype=bool)
    mask[4, 4:7] = False
    image[~mask] = np.nan
    grid = PolarGrid(DETECTOR, (2.0, 9.0), 5, mask)
    found = to_polar(image, (2.0, 9.0), 5, mask)
    assert ((found == 0) == ~grid.valid.T).all() and not grid.valid.all()


@pytest.mark.parametrize("order", ["vuyx", "yxvu"])
def test_all_diffractions_of_a_scan_are_transformed_as_one_is(order):
    n_y, n_x = 3, BLOCK // 3 + 2  # more than one block, the last one short
    vuyx = pixels_of(*DETECTOR, n_y, n_x).astype(np.float32)
    back_to_vuyx = (0, 1, 2, 3) if order == "vuyx" else (2, 3, 0, 1)
    polar = to_polar(vuyx if order == "vuyx" else vuyx.transpose(2, 3, 0, 1), CENTRE, order=order)
    back = from_polar(polar, DETECTOR, CENTRE, order)
    assert polar.dtype == back.dtype == np.float32
    for y, x in ((0, 0), (1, 80), (2, n_x - 1)):
        one = to_polar(vuyx[:, :, y, x], CENTRE)
        assert np.allclose(polar.transpose(back_to_vuyx)[:, :, y, x], one, rtol=1e-6)
        assert np.allclose(back.transpose(back_to_vuyx)[:, :, y, x], from_polar(one, DETECTOR, CENTRE), rtol=1e-5)


def test_a_stack_is_transformed_plane_by_plane():
    stack = pixels_of(3, *DETECTOR)
    polar = to_polar(stack)
    assert np.allclose(polar[1], to_polar(stack[1])) and polar.shape == (3, 52, 6)
    assert np.allclose(from_polar(polar, DETECTOR)[2], from_polar(polar[2], DETECTOR))


def test_a_function_of_the_radius_and_one_of_the_angle_come_back_exactly():
    radius = radius_of_pixels(DETECTOR, CENTRE)
    n_phi, n_r, inside = 40, 7, radius <= 6
    assert np.allclose(from_polar(np.tile(np.arange(7.0), (n_phi, 1)), DETECTOR, CENTRE), radius * inside, atol=1e-8)
    v, u = np.indices(DETECTOR)
    turn = np.arctan2(u - CENTRE[1], v - CENTRE[0]) / (2 * np.pi) % 1
    ramp = np.repeat(np.arange(n_phi)[:, None] / n_phi, n_r, axis=1)
    smooth = inside & (turn < 1 - 1 / n_phi)  # between the last angle and the first the ramp falls back
    assert np.allclose(from_polar(ramp, DETECTOR, CENTRE)[smooth], turn[smooth], atol=1e-8)


def test_between_the_last_angle_and_the_first_it_is_interpolated_too():
    polar = np.zeros((4, 5))
    polar[0] = polar[3] = 1.0
    found = from_polar(polar, (9, 9), (4, 4))  # angles at 0, 90, 180, 270 degrees from v towards u
    assert found[6, 2] == pytest.approx(1.0)  # v + 2, u - 2: 315 degrees
    assert found[6, 6] == pytest.approx(0.5)


def test_there_and_back_a_smooth_pattern_is_hardly_changed():
    centre = (32.3, 34.8)
    radius = radius_of_pixels((64, 70), centre)
    v, u = np.indices((64, 70))
    image = np.exp(-((radius - 15) / 6) ** 2) * (2 + np.cos(3 * np.arctan2(u - centre[1], v - centre[0])))
    back = from_polar(to_polar(image, centre), (64, 70), centre)
    inside = radius <= 29
    assert np.abs(back - image)[inside].max() < 0.015 * image.max()
    assert not back[radius > 31].any()


def test_a_turned_pattern_is_shifted_along_the_angle():
    image = pixels_of(16, 16)[1:, 1:]
    image = np.pad(image, ((1, 0), (1, 0)))  # a quarter turn about (8, 8) needs pixels 1 to 15
    turned = np.zeros_like(image)
    turned[1:, 1:] = np.rot90(image[1:, 1:])
    polar, shifted = to_polar(image), to_polar(turned)
    assert np.allclose(np.roll(polar, polar.shape[0] // 4, axis=0), shifted, atol=1e-8)
    assert not np.allclose(polar, shifted, atol=0.1)


@pytest.mark.parametrize("call, text", [
    (lambda: to_polar(np.ones(5)), "have 1 dimensions"),
    (lambda: to_polar(np.ones((2, 3, 4, 5)), order="xyuv"), "order 'xyuv' is unknown"),
    (lambda: from_polar(np.ones((8, 3)), (6, 0)), "6 x 0 pixels cannot be filled"),
    (lambda: from_polar(np.ones((8, 3)), (6, 6), (9, 1)), "lies outside the detector"),
])
def test_what_makes_no_sense_is_refused(call, text):
    with pytest.raises(RefusedError, match=text):
        call()
