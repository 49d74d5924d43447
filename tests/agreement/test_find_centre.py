"""functions/find_centre.s against polar.find_centre: the same centre and disc radius."""
import numpy as np
import pytest

from offline_reference.numerics import polar
from tests.agreement import dm

FIND = "number u0, v0, discRadius\nFindCentre(diffraction, good, u0, v0, discRadius)\n"
SIZES = [(32, 40), (41, 30), (33, 33)]  # n_v, n_u


def pattern(detector, centre, central_strength=3000, noisy=True, seed=0):
    """Central disc, Friedel pairs of Bragg discs, a halo."""
    radius = polar.radius_of_pixels(detector, centre)
    image = central_strength * (radius < 2.6) + 300 * np.exp(-radius / 8)
    for step in ((0, 9), (8, 3), (-7, 6)):
        for sign in (1, -1):
            image += 900 * (polar.radius_of_pixels(detector, np.add(centre, sign * np.array(step))) < 2.2)
    return np.random.default_rng(seed).poisson(image).astype(np.float64) if noisy else image


def found_by_dm(diffraction, good=None, switches=None):
    good = np.ones(diffraction.shape) if good is None else good.astype(np.float64)
    found = dm.run("functions/find_centre.s", FIND, give="u0 v0 discRadius", switches=switches,
                   diffraction=diffraction, good=good)
    assert not found.workspace.warnings
    return found.v0, found.u0, found.discRadius


def found_by_numerics(diffraction, good=None):
    (v, u), radius = polar.find_centre(diffraction, good)
    return v, u, radius


def agree(found, expected):
    return found == pytest.approx(expected, rel=1e-10, abs=1e-10)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("detector", SIZES)
def test_the_centre_of_a_noisy_pattern_is_that_of_numerics(detector, seed):
    diffraction = pattern(detector, (detector[0] / 2 + 1.3, detector[1] / 2 - 2.2), seed=seed)
    assert agree(found_by_dm(diffraction), found_by_numerics(diffraction))


@pytest.mark.parametrize("dtype", [np.float32, np.uint16])
def test_counts_of_every_type_have_the_centre_of_numerics(dtype):
    diffraction = pattern((32, 40), (17.3, 18.2)).astype(dtype)
    assert agree(found_by_dm(diffraction), found_by_numerics(diffraction.astype(np.float64)))


def test_masked_hot_pixels_and_a_beam_stop_are_treated_as_in_numerics():
    diffraction = pattern((32, 40), (17.3, 18.2))
    stop = polar.radius_of_pixels((32, 40), (17.0, 18.0)) > 4
    stop[:17, 18] = False
    bad = np.ones((32, 40), dtype=bool)
    bad[3, 35] = bad[20, 7] = False
    hot = np.where(bad, diffraction, 1e7)
    for mask in (stop & bad, bad):
        assert agree(found_by_dm(hot, mask), found_by_numerics(hot, mask))
    assert found_by_dm(hot, stop & bad)[2] == 0 < found_by_dm(hot, bad)[2]


def test_a_hot_pixel_that_nobody_masked_is_not_taken_for_the_disc():
    diffraction = pattern((32, 40), (17.3, 18.2))
    diffraction[3, 35] = 1e7
    assert agree(found_by_dm(diffraction), found_by_numerics(diffraction))


def test_where_a_bragg_disc_outshines_the_central_one_the_rounder_centre_wins_as_in_numerics():
    centre = (17.0, 18.0)
    pair = sum(polar.radius_of_pixels((32, 40), (17 + sign * 8, 18 + sign * 3)) < 2.2 for sign in (1, -1))
    alone = polar.radius_of_pixels((32, 40), (26, 27)) < 2.2
    ways = set()
    for diffraction in (pattern((32, 40), centre) + 3000 * pair, pattern((32, 40), centre) + 4000 * alone):
        expected = found_by_numerics(diffraction)
        assert agree(found_by_dm(diffraction), expected)
        ways.add(expected[:2] == polar._mirror_centre(diffraction, np.ones(diffraction.shape, dtype=bool)))
    assert ways == {True, False}  # the mirror centre once, the disc's centre of gravity once


def test_of_equally_bright_discs_the_first_in_reading_order_is_taken():
    diffraction = np.zeros((20, 24))
    for v, u in ((6, 15), (13, 8)):  # symmetric about (9.5, 11.5), saturated at the same value
        diffraction[v - 1:v + 2, u - 1:u + 2] = 1000
    assert agree(found_by_dm(diffraction), found_by_numerics(diffraction))


@pytest.mark.parametrize("switches", dm.pixel_combinations(), ids=repr)
def test_no_switch_changes_the_centre(switches):
    diffraction = pattern((24, 29), (12.6, 14.1))
    assert agree(found_by_dm(diffraction, switches=switches), found_by_numerics(diffraction))


def test_the_form_without_a_mask_takes_every_pixel():
    diffraction = pattern((32, 40), (17.3, 18.2))
    found = dm.run("functions/find_centre.s", "number u0, v0, discRadius\nFindCentre(diffraction, u0, v0, discRadius)",
                   give="u0 v0 discRadius", diffraction=diffraction)
    assert agree((found.v0, found.u0, found.discRadius), found_by_numerics(diffraction))


@pytest.mark.parametrize("image", [np.zeros((12, 17)), np.ones((12, 17))])
def test_a_pattern_without_structure_has_a_centre_on_the_detector(image):
    v0, u0, _ = found_by_dm(image)
    assert 0 <= v0 <= 12 and 0 <= u0 <= 17


def test_whole_numbers_are_rounded_as_numpy_does():
    values = np.array([[-1.5, -0.5, 0.5, 1.5, 2.5, 2.4999, 2.5001, 7.0]])
    found = dm.run("functions/find_centre.s", "image rounded := RoundedToEven(values)\n"
                   "number half = RoundedToEven(6.5)", give="rounded half", values=values)
    assert (found.rounded == np.round(values)).all() and found.half == 6
