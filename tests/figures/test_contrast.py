"""Contrast: spots and halo are visible, the central disc and hot pixels do not swallow the scale."""
import numpy as np
import pytest

from offline_reference.figures import diffraction_norm, map_norm, signed_diffraction_norm, signed_map_norm
from offline_reference.figures.contrast import STRETCHES
from offline_reference.numerics.errors import RefusedError

CENTRE = (20, 24)  # half of a 40 x 48 detector


def pattern(halo=1.0, spot=20.0, disc=1000.0):
    """A ring-shaped halo, one spot and a central disc of radius 3, on 40 x 48 pixels."""
    v, u = np.indices((40, 48))
    r = np.hypot(v - CENTRE[0], u - CENTRE[1])
    image = halo * np.exp(-(((r - 12) / 3) ** 2))
    image[np.hypot(v - 9, u - 30) < 2] += spot
    image[r < 3] = disc
    return image / image.sum()


@pytest.mark.parametrize("stretch", STRETCHES)
def test_a_central_disc_50_times_the_spot_does_not_set_the_upper_limit(stretch):
    image = pattern()
    assert diffraction_norm(image, stretch).vmax == pytest.approx(image[9, 30], rel=0.01)  # 1 %: its halo


@pytest.mark.parametrize("stretch", ["log", "gamma"])
def test_spot_halo_and_background_take_clearly_different_colours(stretch):
    image = pattern()
    shade = diffraction_norm(image, stretch)(image)
    spot, halo, background = shade[9, 30], shade[20, 36], shade[0, 0]
    assert spot > halo + 0.25 and halo > background + 0.25  # a quarter of the colour scale apart


def test_a_central_disc_that_is_off_the_middle_is_left_out_when_its_centre_is_told():
    image = np.roll(pattern(), (6, -5), (0, 1))
    told = diffraction_norm(image, centre=(CENTRE[0] + 6, CENTRE[1] - 5))
    assert told.vmax == pytest.approx(image[15, 25], rel=0.01)


def test_one_hot_pixel_does_not_darken_the_rest():
    image = pattern()
    brightest_spot = image[9, 30]
    image[2, 3] = 100 * brightest_spot
    assert diffraction_norm(image).vmax == pytest.approx(brightest_spot, rel=0.01)
    counts = np.ones((40, 48))
    counts[2, 3] = 1e6
    assert map_norm(counts).vmax == 1


def test_limits_are_usable_for_empty_and_for_single_pixel_patterns():
    for image in (np.zeros((5, 6)), np.eye(5, 6) * (np.arange(6) == 2), np.ones((1, 1)), np.full((5, 6), 1e-9)):
        for stretch in STRETCHES:
            norm = diffraction_norm(image, stretch)
            shade = np.ma.filled(norm(image), np.nan)
            assert norm.vmin < norm.vmax and np.isfinite(shade).all() and shade.min() >= 0 and shade.max() <= 1


def test_the_log_scale_spans_three_decades_at_most():
    image = pattern(halo=1e-9)
    norm = diffraction_norm(image)
    assert norm.vmax / norm.vmin == pytest.approx(1000)


def test_maps_begin_at_zero_counts_and_signed_images_have_zero_in_the_middle():
    assert map_norm(np.array([[5.0, 9.0]])).vmin == 0
    for norm in (signed_map_norm(np.array([[-1.0, 0.0, 3.0]])), signed_diffraction_norm(-pattern())):
        assert norm.vmin == -norm.vmax and float(norm(0.0)) == pytest.approx(0.5)


def test_the_central_disc_of_a_principal_component_does_not_set_its_limits():
    image = -pattern()
    assert signed_diffraction_norm(image).vmax == pytest.approx(abs(image[9, 30]), rel=0.01)


def test_an_unknown_stretch_is_refused_with_those_that_exist():
    with pytest.raises(RefusedError, match="'sqrt'.*log, gamma, linear"):
        diffraction_norm(pattern(), "sqrt")
