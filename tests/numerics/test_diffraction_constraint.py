"""[.]W against Listing S4 in slow loops, and against what a constraint on dark peaks must do."""
import math

import numpy as np
import pytest
from scipy.ndimage import map_coordinates

from offline_reference.numerics.diffraction_constraint import (
    DarkPeakFill,
    column_outlier_eraser,
    dark_peaks,
    remove_dark_peaks,
    rotational_average_without_outliers,
)
from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.polar import radius_of_pixels

#: even, odd, oblong both ways, all mixed
DETECTORS = [(16, 16), (15, 15), (12, 17), (13, 10), (11, 14)]


def pattern_with_spots_and_holes(detector, seed=0):
    """A falling background with noise, bright spots and dark holes, of sum 1."""
    random = np.random.default_rng(seed)
    image = np.exp(-radius_of_pixels(detector) / (0.3 * min(detector))) * random.uniform(0.7, 1.3, detector)
    for _ in range(4):
        v, u = (random.integers(2, size - 2) for size in detector)
        image[v:v + 2, u:u + 2] += 3
        v, u = (random.integers(2, size - 2) for size in detector)
        image[v, u] = 0
    return image / image.sum()


def warp(image, x, y):
    """DM's value of an image between its pixels: bilinear, 0 outside; x runs along a row."""
    height, width = len(image), len(image[0])
    x, y = round(x, 9), round(y, 9)
    if x < 0 or y < 0 or x > width - 1 or y > height - 1:
        return 0.0
    left, top = int(x), int(y)
    right, bottom = min(left + 1, width - 1), min(top + 1, height - 1)
    upper = image[top][left] + (x - left) * (image[top][right] - image[top][left])
    lower = image[bottom][left] + (x - left) * (image[bottom][right] - image[bottom][left])
    return upper + (y - top) * (lower - upper)


def outliers_erased_one_by_one(columns):
    """Listing S4's first function: what reaches twice its column's mean becomes the mean."""
    height, width = len(columns), len(columns[0])
    erased = [[0.0] * width for _ in range(height)]
    for column in range(width):
        mean = math.fsum(row[column] for row in columns) / height
        for row in range(height):
            value = columns[row][column]
            erased[row][column] = value if value < 2 * mean else mean
    return erased


def rotational_average_one_by_one(image):
    """Listing S4's second function: polar image, outliers erased, projected, and read back at each radius."""
    height, width = image.shape
    size = min(height, width)
    n_angles, n_radii = int(size / 2 * 8), int(size / 2)
    polar = [[warp(image, r * math.sin(a * 2 * math.pi / n_angles) + width / 2,
                   r * math.cos(a * 2 * math.pi / n_angles) + height / 2)
              for r in range(n_radii)] for a in range(n_angles)]
    polar = outliers_erased_one_by_one(polar)
    profile = [[sum(row[r] for row in polar) / n_angles for r in range(n_radii)]]
    return np.array([[warp(profile, math.hypot(column - width / 2, row - height / 2), 0)
                      for column in range(width)] for row in range(height)])


def filled_one_by_one(image):
    """Listing S4's main part, for an image of sum 1."""
    average = rotational_average_one_by_one(image)
    average = average / average.sum()
    return np.array([[value + (reference - value if reference - value > 0 else 0)
                      for value, reference in zip(*rows, strict=True)] for rows in zip(image, average, strict=True)])


class TestListingS4:
    def test_outliers_of_a_column_become_its_mean(self):
        columns = np.array([[1.0, 5], [1, 5], [1, 5], [9, 5]])
        assert column_outlier_eraser(columns).tolist() == [[1, 5], [1, 5], [1, 5], [3, 5]]

    def test_a_value_of_exactly_twice_the_mean_is_an_outlier(self):
        assert column_outlier_eraser(np.array([[2.0], [0], [1], [1]])).tolist() == [[1], [0], [1], [1]]
        assert column_outlier_eraser(np.array([[4.0], [0], [0], [4]])).tolist() == [[2], [0], [0], [2]]

    def test_the_eraser_equals_a_loop_over_all_values(self):
        columns = np.random.default_rng(0).exponential(1, (56, 7))
        found = column_outlier_eraser(columns)
        assert np.allclose(found, outliers_erased_one_by_one(columns.tolist()), rtol=1e-14, atol=0)
        assert (found != columns).any()

    def test_another_threshold_erases_more(self):
        columns = np.array([[1.0], [1], [1], [2]])
        assert column_outlier_eraser(columns).tolist() == columns.tolist()
        assert column_outlier_eraser(columns, threshold=1.5).tolist() == [[1], [1], [1], [1.25]]

    @pytest.mark.parametrize("detector", DETECTORS)
    def test_the_rotational_average_equals_slow_loops(self, detector):
        image = pattern_with_spots_and_holes(detector)
        found = rotational_average_without_outliers(image)
        expected = rotational_average_one_by_one(image)
        # places between pixels are rounded to 1e-9, so values agree to about that
        assert np.allclose(found, expected, rtol=0, atol=1e-8 * image.max())

    @pytest.mark.parametrize("detector", DETECTORS)
    def test_dark_peak_removal_equals_slow_loops(self, detector):
        image = pattern_with_spots_and_holes(detector)
        found, expected = remove_dark_peaks(image), filled_one_by_one(image)
        assert np.allclose(found, expected, rtol=0, atol=1e-8 * image.max())
        assert np.allclose(dark_peaks(image), expected - image, rtol=0, atol=1e-8 * image.max())

    def test_bright_spots_are_left_out_of_the_average(self):
        """Not quite: what replaces them is a mean that they have raised, and so the average stays above the ring."""
        image = np.ones((32, 40))
        image[16 - 8:16 - 5, 19:22] = 50
        assert 1 < rotational_average_without_outliers(image)[16, 27] < 1.4
        assert rotational_average_without_outliers(image, threshold=1e9)[16, 27] > 3

    @pytest.mark.parametrize("detector", DETECTORS)
    def test_a_filled_diffraction_is_nowhere_darker(self, detector):
        image = pattern_with_spots_and_holes(detector)
        filled = remove_dark_peaks(image)
        assert (filled >= image).all()
        assert (filled > image).any()

    def test_a_hole_in_a_ring_is_filled_to_the_ring(self):
        radius = radius_of_pixels((40, 46))
        ring = np.exp(-((radius - 10) / 4) ** 2)
        holed = ring.copy()
        holed[19:22, 32:35] = 0  # radius 10, to the right
        filled = remove_dark_peaks(holed)
        # the hole is a twentieth of the circumference, and lowers the average of its ring by about as much
        assert filled[20, 33] == pytest.approx(ring[20, 33], rel=0.08)

    @pytest.mark.parametrize("detector", [(40, 40), (41, 41), (40, 46), (47, 42)])
    def test_a_round_pattern_comes_back_unchanged_to_interpolation_error(self, detector):
        """A Gaussian of sigma 5 that has ended at the rim.

        Linear interpolation of a curvature f'' over one pixel errs by f''/8 at most; two directions on the way to
        polar samples and one on the way back make 3/8 of f'' = peak/25, that is 1.5 % of the peak.
        """
        image = np.exp(-radius_of_pixels(detector) ** 2 / (2 * 5.0 ** 2))
        assert np.abs(remove_dark_peaks(image) - image).max() < 0.015 * image.max()

    def test_the_fill_does_not_depend_on_the_scale(self):
        image = pattern_with_spots_and_holes((12, 17))
        assert np.allclose(remove_dark_peaks(3e5 * image), 3e5 * remove_dark_peaks(image), rtol=1e-12, atol=0)

    def test_counts_of_a_detector_are_filled_too(self):
        counts = np.round(1e5 * pattern_with_spots_and_holes((12, 17)))
        assert np.array_equal(remove_dark_peaks(counts.astype(np.uint16)), remove_dark_peaks(counts))

    def test_a_shifted_pattern_is_averaged_about_its_own_centre(self):
        image = np.exp(-radius_of_pixels((40, 46), (17.3, 25.1)) ** 2 / (2 * 4.0 ** 2))
        own = remove_dark_peaks(image, centre=(17.3, 25.1)) - image
        default = remove_dark_peaks(image) - image
        assert own.max() < 0.025 * image.max()  # 3/8 of peak/16, see the round pattern
        assert default.max() > 5 * own.max()

    def test_bad_pixels_do_not_change_the_rotational_average(self):
        image, mask = pattern_with_spots_and_holes((24, 29)), np.ones((24, 29), dtype=bool)
        mask[10:13, 18:20] = mask[5, 5] = False
        averages = [rotational_average_without_outliers(np.where(mask, image, bad), mask=mask) for bad in (0, 7, 1e6)]
        assert np.array_equal(averages[0], averages[1]) and np.array_equal(averages[0], averages[2])

    def test_bad_pixels_do_not_change_the_fill_of_good_ones(self):
        image, mask = pattern_with_spots_and_holes((24, 29)), np.ones((24, 29), dtype=bool)
        mask[10:13, 18:20] = mask[5, 5] = False
        fills = [remove_dark_peaks(np.where(mask, image, bad), mask=mask)[mask] for bad in (0, 7)]
        assert np.allclose(fills[0], fills[1], rtol=1e-12, atol=0)

    def test_a_diffraction_without_counts_is_refused(self):
        with pytest.raises(RefusedError, match="sums to 0 and its rotational average to 0: both must be positive"):
            remove_dark_peaks(np.zeros((12, 17)))

    def test_a_diffraction_of_negative_sum_is_refused(self):
        with pytest.raises(RefusedError, match="Subtract less background, or check the centre"):
            dark_peaks(-np.ones((12, 17)))

    def test_a_stack_is_refused(self):
        with pytest.raises(RefusedError, match=r"2 dimensions and this has 3, shape \(4, 12, 17\): hand them over one"):
            remove_dark_peaks(np.ones((4, 12, 17)))

    def test_a_centre_outside_is_refused(self):
        with pytest.raises(RefusedError, match=r"the centre \(v, u\) = \(20, 3\) lies outside the detector of 12 x 17"):
            remove_dark_peaks(np.ones((12, 17)), centre=(20, 3))


def columns_of_patterns(detector, n_k=3):
    return np.array([pattern_with_spots_and_holes(detector, seed).ravel() for seed in range(n_k)]).T


#: the median, and a tenth below it
MEDIAN = {"reference": "quantile", "quantile": 0.5, "margin": 0.9}
LISTING = {"reference": "listing-s4"}


class TestFillOfAllComponentsAtOnce:
    @pytest.mark.parametrize("detector", DETECTORS)
    def test_the_listing_reference_equals_the_functions_column_by_column(self, detector):
        W = columns_of_patterns(detector) * [1, 20, 0.3]  # columns of any scale
        filled = DarkPeakFill(detector, reference="listing-s4")(W)
        for column, found in zip(W.T, filled.T, strict=True):
            expected = remove_dark_peaks(column.reshape(detector)).ravel()
            assert np.allclose(found, expected, rtol=1e-12, atol=0)

    def test_the_listing_reference_takes_centre_threshold_and_sampling(self):
        W, options = columns_of_patterns((12, 17)), {"centre": (5.5, 9), "threshold": 1.5, "sampling": 12}
        filled = DarkPeakFill((12, 17), reference="listing-s4", **options)(W)
        expected = remove_dark_peaks(W[:, 1].reshape(12, 17), **options).ravel()
        assert np.allclose(filled[:, 1], expected, rtol=1e-12, atol=0)

    @pytest.mark.parametrize("quantile", [0.0, 0.3, 0.5, 1.0])
    def test_the_bound_on_an_axis_is_the_margin_times_the_rings_quantile(self, quantile):
        """There the radius is a whole number, so nothing is interpolated on the way back."""
        detector = (24, 30)
        W = columns_of_patterns(detector)
        bound = DarkPeakFill(detector, quantile=quantile, margin=0.8).lower_bound(W).T.reshape(3, 24, 30)
        angle = 2 * np.pi * np.arange(96) / 96
        for k, pattern in enumerate(W.T.reshape(3, 24, 30)):
            for radius in range(12):
                places = np.array([12 + radius * np.cos(angle), 15 + radius * np.sin(angle)])
                expected = 0.8 * np.quantile(map_coordinates(pattern, places, order=1), quantile)
                # places are rounded to 1e-9 pixel
                assert bound[k, 12 - radius, 15] == pytest.approx(expected, abs=1e-8 * pattern.max())
                assert bound[k, 12, 15 + radius] == pytest.approx(expected, abs=1e-8 * pattern.max())

    @pytest.mark.parametrize("settings", [{}, MEDIAN, LISTING], ids=["default", "median", "listing"])
    def test_a_filled_diffraction_is_nowhere_darker_and_components_do_not_mix(self, settings):
        W = columns_of_patterns((24, 29))
        fill = DarkPeakFill((24, 29), **settings)
        filled = fill(W)
        assert (filled >= W).all() and (filled > W).any()
        assert np.allclose(filled[:, [2]], fill(W[:, [2]]), rtol=1e-13, atol=0)

    @pytest.mark.parametrize("settings", [{}, MEDIAN, LISTING], ids=["default", "median", "listing"])
    def test_the_fill_does_not_depend_on_the_scale(self, settings):
        W, fill = columns_of_patterns((24, 29)), DarkPeakFill((24, 29), **settings)
        assert np.allclose(fill(7e4 * W), 7e4 * fill(W), rtol=1e-12, atol=0)

    def test_a_round_pattern_comes_back_unchanged_whatever_lies_in_its_corners(self):
        """With a margin of 0.9 the interpolation error of 1.5 % of the peak (see above) does not count at all."""
        image = 0.5 + np.exp(-radius_of_pixels((40, 46)) ** 2 / (2 * 5.0 ** 2))
        W = image.reshape(-1, 1)
        assert np.array_equal(DarkPeakFill((40, 46), **MEDIAN)(W), W)
        for quantile in (0.3, 0.5):
            assert np.abs(DarkPeakFill((40, 46), quantile=quantile, margin=1.0)(W) - W).max() < 0.015

    def test_a_hole_is_filled_to_the_margin_of_its_ring(self):
        image = np.full((40, 46), 2.0)
        image[19:22, 32:35] = 0
        filled = DarkPeakFill((40, 46), **MEDIAN)(image.reshape(-1, 1)).reshape(40, 46)
        assert np.allclose(filled[19:22, 32:35], 1.8, rtol=1e-12, atol=0)
        image[19:22, 32:35] = 2
        assert filled[image == 2].max() == 2

    def test_what_lies_above_the_margin_is_left_alone(self):
        image = np.full((40, 46), 2.0)
        image[19:22, 32:35] = 1.81
        assert np.array_equal(DarkPeakFill((40, 46), **MEDIAN)(image.reshape(-1, 1)), image.reshape(-1, 1))

    def test_filling_twice_is_filling_once_where_rings_are_flat(self):
        image = np.full((40, 46), 2.0)
        image[19:22, 32:35] = image[8:10, 20:22] = 0
        fill = DarkPeakFill((40, 46), **MEDIAN)
        once = fill(image.reshape(-1, 1))
        assert np.allclose(fill(once), once, rtol=1e-12, atol=0)

    @pytest.mark.parametrize("settings", [{}, MEDIAN], ids=["default", "median"])
    def test_filling_twice_is_filling_once_to_one_percent_of_the_bound(self, settings):
        """A halo with sparse spots and holes. Samples between a filled pixel and its neighbours move a little; a
        quantile that stood among spots, on rings full of them, would move more."""
        radius = radius_of_pixels((40, 46))
        image = 0.2 + np.exp(-((radius - 9) / 4) ** 2)
        image[[11, 20, 29, 20], [23, 32, 23, 14]] = 20
        for v, u in ((14, 28), (26, 17), (26, 29), (20, 37)):
            image[v - 1:v + 2, u - 1:u + 2] = 0.02
        fill = DarkPeakFill((40, 46), **settings)
        once = fill(image.reshape(-1, 1))
        again = fill(once) - once
        assert (once > image.reshape(-1, 1)).sum() >= 4 * 9
        assert again.max() <= 0.01 * fill.lower_bound(once).max()

    def test_it_acts_only_between_the_central_radius_and_the_inscribed_circle(self):
        """Three pixels of ten are empty, so the median is not, and each would be filled if it might."""
        detector, radius = (24, 29), radius_of_pixels((24, 29))
        image = np.where(np.random.default_rng(0).uniform(size=detector) < 0.3, 0.0, 1.0)
        filled = DarkPeakFill(detector, central_radius=4.5, **MEDIAN)(image.reshape(-1, 1)).reshape(detector)
        raised = filled > image
        assert raised[(radius >= 4.5) & (radius <= 11) & (image == 0)].all()
        assert not raised[(radius < 4.5) | (radius > 11)].any()

    @pytest.mark.parametrize("settings", [{}, MEDIAN], ids=["default", "median"])
    def test_bad_pixels_have_no_influence_and_are_not_filled(self, settings):
        W, mask = columns_of_patterns((24, 29)), np.ones((24, 29), dtype=bool)
        mask[10:13, 18:20] = mask[5, 5] = False
        good = mask.ravel()
        fill = DarkPeakFill((24, 29), mask=mask, **settings)
        fills = [fill(np.where(good[:, None], W, bad)) for bad in (0, 7, 1e6)]
        assert np.array_equal(fills[0][good], fills[1][good]) and np.array_equal(fills[0][good], fills[2][good])
        assert not fills[0][~good].any()

    @pytest.mark.parametrize("quantile", [0.0, 0.3, 0.5, 1.0])
    def test_the_bound_of_a_masked_ring_is_the_quantile_of_its_good_samples(self, quantile):
        W, mask = columns_of_patterns((24, 30)), np.random.default_rng(2).uniform(size=(24, 30)) < 0.9
        fill = DarkPeakFill((24, 30), quantile=quantile, margin=1.0, mask=mask)
        samples, valid = fill.grid.sample(W), fill.grid.valid
        bound = fill.lower_bound(W).T.reshape(3, 24, 30)
        assert not valid.all()
        for radius in range(1, 12):
            if mask[12 - radius, 15]:
                expected = np.quantile(samples[:, radius, valid[radius]], quantile, axis=1)
                assert np.allclose(bound[:, 12 - radius, 15], expected, rtol=1e-12, atol=0)

    def test_a_ring_behind_the_beam_stop_has_no_bound(self):
        mask = radius_of_pixels((24, 30)) > 5
        bound = DarkPeakFill((24, 30), mask=mask).lower_bound(np.ones((720, 1))).reshape(24, 30)
        assert np.isfinite(bound).all()
        assert not bound[~mask].any()

    def test_a_centre_off_the_middle_is_used(self):
        centre, detector = (17.3, 25.1), (40, 46)
        image = 0.5 + np.exp(-radius_of_pixels(detector, centre) ** 2 / (2 * 4.0 ** 2))
        W = image.reshape(-1, 1)
        assert np.array_equal(DarkPeakFill(detector, centre=centre, **MEDIAN)(W), W)
        assert (DarkPeakFill(detector, **MEDIAN)(W) > W).any()

    def test_an_unknown_reference_is_refused(self):
        with pytest.raises(RefusedError, match="the reference 'mean' is unknown: choose one of quantile or listing-s4"):
            DarkPeakFill((12, 17), reference="mean")

    @pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
    @pytest.mark.parametrize("name", ["quantile", "margin"])
    def test_a_quantile_or_margin_outside_zero_to_one_is_refused(self, name, value):
        with pytest.raises(RefusedError, match="the {} {:g} is not between 0 and 1".format(name, value)):
            DarkPeakFill((12, 17), **{name: value})
