"""Polar samples against scipy's interpolation, profiles against their definition, centres against known discs."""
import numpy as np
import pytest
from scipy.ndimage import map_coordinates

from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.polar import PolarGrid, default_centre, find_centre, radius_of_pixels

DETECTORS = [(16, 16), (15, 15), (12, 17), (13, 10)]


def columns_of_noise(detector, n_k=3):
    return np.random.default_rng(0).uniform(0, 1, (detector[0] * detector[1], n_k))


def sampled_by_scipy(W, detector, centre, n_radii, n_angles):
    """Bilinear, a row a radius, the angle from the v axis towards the u axis."""
    radius, angle = np.arange(n_radii)[:, None], 2 * np.pi * np.arange(n_angles) / n_angles
    places = np.array([centre[0] + radius * np.cos(angle), centre[1] + radius * np.sin(angle)])
    return np.array([map_coordinates(one.reshape(detector), places, order=1, mode="nearest") for one in W.T])


def disc_image(detector, centre, radius, sub=8):
    """A uniform disc, each pixel holding the covered part of its area."""
    v, u = (np.arange(size * sub).reshape(-1) for size in detector)
    fine = np.hypot((v[:, None] + 0.5) / sub - 0.5 - centre[0], (u + 0.5) / sub - 0.5 - centre[1]) <= radius
    return fine.reshape(detector[0], sub, detector[1], sub).mean(axis=(1, 3))


@pytest.mark.parametrize("detector", DETECTORS)
def test_samples_equal_scipys_bilinear_interpolation(detector):
    grid, W = PolarGrid(detector), columns_of_noise(detector)
    assert (grid.n_radii, grid.n_angles) == (int(min(detector) / 2), int(min(detector) / 2 * 8))
    expected = sampled_by_scipy(W, detector, default_centre(detector), grid.n_radii, grid.n_angles)
    assert np.allclose(grid.sample(W), expected, rtol=0, atol=1e-8)  # the places are rounded to 1e-9 pixel
    assert grid.valid.all()


def test_samples_about_another_centre_equal_scipys_where_they_are_valid():
    detector, centre = (12, 17), (5.3, 9.8)
    grid, W = PolarGrid(detector, centre), columns_of_noise(detector)
    expected = sampled_by_scipy(W, detector, centre, grid.n_radii, grid.n_angles)
    assert np.allclose(grid.sample(W)[:, grid.valid], expected[:, grid.valid], rtol=0, atol=1e-8)


def test_more_samples_can_be_asked_for():
    assert PolarGrid((12, 17), sampling=20).n_angles == 120


def test_a_sample_outside_the_detector_does_not_count():
    detector, centre = (12, 17), (2.0, 9.0)
    grid = PolarGrid(detector, centre)
    radius, angle = np.arange(grid.n_radii)[:, None], 2 * np.pi * np.arange(grid.n_angles) / grid.n_angles
    v, u = np.round(centre[0] + radius * np.cos(angle), 9), np.round(centre[1] + radius * np.sin(angle), 9)
    assert np.array_equal(grid.valid, (v >= 0) & (v <= 11) & (u >= 0) & (u <= 16))
    assert not grid.valid.all()


def test_a_sample_that_needs_a_bad_pixel_does_not_count():
    """Bad pixels of huge value change the samples that touch them, and exactly these are not valid."""
    detector = (12, 17)
    mask = np.ones(detector, dtype=bool)
    mask[3, 9] = mask[8, 5] = False
    W = columns_of_noise(detector, 1)
    spoilt = W + 1e9 * ~mask.reshape(-1, 1)
    grid = PolarGrid(detector, mask=mask)
    touched = grid.sample(spoilt)[0] != grid.sample(W)[0]
    assert np.array_equal(grid.valid, ~touched)
    assert 0 < touched.sum() < 0.2 * touched.size


def test_a_sample_on_a_good_pixel_does_not_need_its_bad_neighbour():
    mask = np.ones((16, 16), dtype=bool)
    mask[9, 8] = False  # next to the centre, downwards
    valid = PolarGrid((16, 16), mask=mask).valid
    assert valid[0].all()  # radius 0 is the centre pixel alone
    assert not valid[1, 0] and valid[1, valid.shape[1] // 2]  # one step down is bad, one step up is good


def test_the_radius_of_a_pixel_is_its_distance_from_half_the_size():
    radius = radius_of_pixels((5, 6))
    assert radius.shape == (5, 6)
    assert radius[4, 5] == pytest.approx(np.hypot(4 - 2.5, 5 - 3))
    assert radius_of_pixels((5, 6), (4, 1))[0, 4] == 5.0


def test_a_profile_is_spread_linearly_between_radii_and_is_zero_beyond_the_last():
    detector = (12, 17)
    grid, profiles = PolarGrid(detector), np.random.default_rng(1).uniform(1, 2, (2, 6))
    radius = radius_of_pixels(detector).ravel()
    expected = np.array([np.interp(radius, np.arange(6), profile, right=0) for profile in profiles]).T
    assert np.allclose(grid.spread(profiles), expected, rtol=0, atol=1e-14)


def test_single_precision_diffractions_stay_single():
    grid = PolarGrid((12, 17))
    samples = grid.sample(columns_of_noise((12, 17)).astype(np.float32))
    assert samples.dtype == np.float32
    assert grid.spread(samples.mean(axis=2)).dtype == np.float32


@pytest.mark.parametrize("centre", [(-1, 4), (4, -0.1), (12.5, 4), (4, 18), (float("nan"), 4)])
def test_a_centre_outside_the_detector_is_refused(centre):
    with pytest.raises(RefusedError, match="lies outside the detector of 12 x 17 pixels: give it in detector"):
        PolarGrid((12, 17), centre)


@pytest.mark.parametrize("centre", [(16.0, 20.0), (14.3, 22.8), (18.6, 17.1)])
def test_the_centre_of_a_disc_is_found_with_its_radius(centre):
    image = 2.0 + 1000 * disc_image((32, 40), centre, 4.2)
    (v, u), radius = find_centre(image)
    assert (v, u) == pytest.approx(centre, abs=0.2)
    assert radius == pytest.approx(4.2, abs=0.3)


def test_the_centre_of_a_smooth_pattern_is_found_to_a_tenth_of_a_pixel():
    centre = (14.23, 22.76)
    radius = radius_of_pixels((32, 40), centre)
    image = 1000 * np.exp(-(radius / 4) ** 2) + 100 * np.exp(-((radius - 9) / 3) ** 2)
    assert find_centre(image)[0] == pytest.approx(centre, abs=0.1)


@pytest.mark.parametrize("true_radius", [1.3, 1.6, 2.6, 6.0])
def test_small_discs_have_a_radius_too(true_radius):
    """[.]W must not act on the rim of the central disc: half a pixel is what its margin of 1.5 pixels can bear."""
    image = 2.0 + 1000 * disc_image((32, 36), (16, 18), true_radius)
    assert find_centre(image)[1] == pytest.approx(true_radius, abs=0.5)


def test_the_centre_is_found_among_bragg_discs_a_halo_and_noise():
    """Tolerance: half a pixel of centre is known to be harmless."""
    centre, detector = (17.4, 18.7), (32, 40)
    image = 3000 * disc_image(detector, centre, 2.6)
    for step in ((0, 9), (8, 3)):
        for sign in (1, -1):
            image += 900 * disc_image(detector, (centre[0] + sign * step[0], centre[1] + sign * step[1]), 2.6)
    image += 300 * np.exp(-radius_of_pixels(detector, centre) / 8)
    found, radius = find_centre(np.random.default_rng(0).poisson(image))
    assert found == pytest.approx(centre, abs=0.5)
    assert radius == pytest.approx(2.6, abs=0.8)


def test_a_bright_hot_pixel_that_is_masked_does_not_move_the_centre():
    image = 2.0 + 1000 * disc_image((32, 40), (16, 20), 4.2)
    without, _ = find_centre(image)
    image[3, 35] = 1e7
    mask = np.ones((32, 40), dtype=bool)
    mask[3, 35] = False
    assert find_centre(image, mask)[0] == pytest.approx(without, abs=0.05)


def test_a_masked_central_disc_has_no_radius_and_the_centre_is_found_from_the_rest():
    """Friedel pairs and a halo behind a beam stop."""
    centre, detector = (17.0, 18.5), (32, 40)
    image = 300 * np.exp(-radius_of_pixels(detector, centre) / 8)
    for step in ((0, 9), (8, 3), (-7, 6)):
        for sign in (1, -1):
            image += 900 * disc_image(detector, (centre[0] + sign * step[0], centre[1] + sign * step[1]), 2.6)
    mask = radius_of_pixels(detector, centre) > 4
    found, radius = find_centre(image * mask, mask)
    assert found == pytest.approx(centre, abs=0.5)
    assert radius == 0


@pytest.mark.parametrize("image", [np.zeros((12, 17)), np.ones((12, 17))])
def test_a_pattern_without_any_structure_has_a_centre_on_the_detector(image):
    (v, u), radius = find_centre(image)
    assert 0 <= v <= 12 and 0 <= u <= 17 and np.isfinite(radius)
