"""Measures on cases made by hand, and against NumPy's and scipy's own."""
import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from offline_reference.numerics import metrics
from offline_reference.numerics.data_matrix import DataMatrix
from offline_reference.numerics.metrics import (
    azimuthal_median,
    cosines,
    hole_index,
    hungarian,
    map_correlation,
    match_components,
    mean_squared_error,
    pca_floor,
    spot_similarity,
)
from offline_reference.numerics.nmf_steps import als_step, hals_step, mu_step
from offline_reference.numerics.polar import radius_of_pixels
from tests.numerics.small_data import SHAPE, counts_of_three, random_factors

DETECTOR = (32, 38)


def literal_mse(X, W, H):
    return ((np.asarray(X, dtype=float) - W @ H) ** 2).sum() / (X.shape[0] * X.shape[1])


class TestMeanSquaredError:
    @pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.float64])
    @pytest.mark.parametrize("memory", ["C", "transposed"])
    def test_the_identity_equals_the_literal_sum(self, dtype, memory):
        X = np.random.default_rng(0).integers(0, 250, SHAPE[:2]).astype(dtype)
        X = X if memory == "C" else np.ascontiguousarray(X.T).T
        W, H = random_factors()
        assert mean_squared_error(X, 9 * W, 9 * H) == pytest.approx(literal_mse(X, 9 * W, 9 * H), rel=1e-10)
        assert mean_squared_error(DataMatrix(X), W, H) == pytest.approx(literal_mse(X, W, H), rel=1e-10)

    @pytest.mark.parametrize("residual", [1e-2, 1e-3, 1e-4, 1e-6, 1e-8])
    @pytest.mark.parametrize("memory", ["C", "transposed"])
    def test_a_near_perfect_fit_loses_no_digits(self, residual, memory):
        """The three terms of the identity cancel: at 1e-8 nothing of their difference would be left."""
        W, H = random_factors()
        X = W @ H + residual * np.random.default_rng(1).standard_normal(SHAPE[:2])
        stored = X if memory == "C" else np.ascontiguousarray(X.T).T
        # X itself is rounded to 1e-16, and so W H - X to 1e-16 / residual
        expected = literal_mse(X, W, H)
        assert mean_squared_error(stored, W, H) == pytest.approx(expected, rel=max(1e-10, 1e-15 / residual), abs=0)

    def test_a_perfect_fit_has_no_error_and_never_a_negative_one(self):
        W, H = np.round(9 * random_factors()[0]), np.round(9 * random_factors()[1])
        assert mean_squared_error(W @ H, W, H) == 0

    def test_single_precision_factors_are_summed_in_double(self):
        X = counts_of_three()
        W, H = (factor.astype(np.float32) for factor in random_factors())
        assert mean_squared_error(X, W, H) == pytest.approx(literal_mse(X, W.astype(float), H.astype(float)), rel=1e-10)


class TestPcaFloor:
    @pytest.mark.parametrize("n_k", [1, 2, 5, 30])
    @pytest.mark.parametrize("wide", [True, False])
    def test_the_floor_is_the_power_of_the_singular_values_left_out(self, n_k, wide):
        X = counts_of_three() if wide else counts_of_three().T
        singular = np.linalg.svd(X, compute_uv=False)
        expected = (singular[n_k:] ** 2).sum() / X.size
        assert pca_floor(X, n_k) == pytest.approx(expected, rel=1e-10, abs=1e-12)

    def test_the_centred_floor_leaves_the_mean_diffraction_out(self):
        X = counts_of_three()
        singular = np.linalg.svd(X - X.mean(axis=1, keepdims=True), compute_uv=False)
        assert pca_floor(X, 2, centred=True) == pytest.approx((singular[2:] ** 2).sum() / X.size, rel=1e-10)

    @pytest.mark.parametrize("seed", range(3))
    def test_no_nonnegative_factorization_falls_below_it(self, seed):
        X, floor = counts_of_three(seed), pca_floor(counts_of_three(seed), 3)
        (W_mu, H_mu), (W_hals, H_hals), (_, H_als) = (random_factors(seed + start) for start in (10, 20, 30))
        for _ in range(100):
            W_mu, H_mu = mu_step(X, W_mu, H_mu)
            W_hals, H_hals = hals_step(X, W_hals, H_hals)
            W_als, H_als = als_step(X, H_als)
        errors = [mean_squared_error(X, *factors) for factors in ((W_mu, H_mu), (W_hals, H_hals), (W_als, H_als))]
        assert min(errors) >= floor * (1 - 1e-9)  # rounding
        assert min(errors) < 1.2 * floor  # and comes near it, or the floor would say nothing


class TestMatching:
    @pytest.mark.parametrize("shape", [(1, 1), (1, 5), (4, 4), (5, 8), (12, 12)])
    def test_assignments_cost_what_scipys_do(self, shape):
        for seed in range(20):
            random = np.random.default_rng(seed)
            for cost in (random.normal(size=shape), random.integers(0, 4, shape), -random.uniform(size=shape)):
                columns = hungarian(cost)
                assert len(set(columns.tolist())) == shape[0]  # each row has a column of its own
                expected = cost[linear_sum_assignment(cost)].sum()
                assert cost[np.arange(shape[0]), columns].sum() == pytest.approx(expected, rel=1e-12, abs=1e-12)

    def test_the_greedy_choice_is_given_up_when_the_total_gains(self):
        assert hungarian([[1, 2], [2, 9]]).tolist() == [1, 0]

    def test_permuted_components_are_found_again(self):
        true = np.random.default_rng(0).uniform(0, 1, (5,) + DETECTOR)
        order = np.array([3, 0, 4, 1, 2])
        assert match_components(true, 7 * true[order]).tolist() == np.argsort(order).tolist()

    def test_surplus_components_are_left_over(self):
        random = np.random.default_rng(0)
        true = random.uniform(0, 1, (3,) + DETECTOR)
        found = np.concatenate([random.uniform(0, 1, (2,) + DETECTOR), true[[1, 2, 0]]])
        assert match_components(true, found).tolist() == [4, 2, 3]

    def test_crystals_are_told_apart_by_spots_and_not_by_their_common_background(self):
        halo = 50 * np.exp(-radius_of_pixels(DETECTOR) / 5)
        first, second = (np.zeros(DETECTOR) for _ in range(2))
        first[16, 29] = second[9, 19] = 3
        true = np.stack([halo, halo + first, halo + second])
        found = np.stack([1.5 * halo + second, 0.7 * halo + first, halo])
        assert match_components(true, found).tolist() == [2, 1, 0]

    def test_spots_outweigh_the_shape_of_the_halo(self):
        """Each crystal's discs are found on the other one's halo."""
        narrow, wide = (9 * np.exp(-radius_of_pixels(DETECTOR) / length) for length in (3, 9))
        first, second = (np.zeros(DETECTOR) for _ in range(2))
        first[16, 29] = first[16, 9] = second[9, 19] = second[23, 19] = 3
        true, found = np.stack([narrow + first, wide + second]), np.stack([narrow + second, wide + first])
        assert match_components(true, found).tolist() == [1, 0]

    def test_patterns_without_spots_are_told_apart_by_their_shape(self):
        narrow, wide = (9 * np.exp(-np.round(radius_of_pixels(DETECTOR)) / length) for length in (3, 9))
        assert match_components(np.stack([wide]), np.stack([narrow, wide])).tolist() == [1]

    def test_another_similarity_can_be_handed_in(self):
        assert match_components(None, None, similarity=np.array([[0.1, 0.9], [0.8, 0.9]])).tolist() == [1, 0]

    def test_cosines_of_rows(self):
        found = cosines(np.array([[3.0, 4], [0, 0]]), np.array([[4.0, 3], [1, 0], [-3, -4]]))
        assert np.allclose(found, [[0.96, 0.6, -1], [0, 0, 0]], rtol=1e-14, atol=0)


class TestAzimuthalMedian:
    def test_each_pixel_gets_the_median_of_its_rounded_radius(self):
        image = np.random.default_rng(0).uniform(0, 1, (5, 6))
        found = azimuthal_median(image)
        for v in range(5):
            for u in range(6):
                ring = [image[a, b] for a in range(5) for b in range(6)
                        if round(np.hypot(a - 2.5, b - 3)) == round(np.hypot(v - 2.5, u - 3))]
                assert found[v, u] == np.median(ring)

    def test_spots_on_less_than_half_of_a_ring_do_not_count(self):
        image = np.full(DETECTOR, 2.0)
        image[8:11, 18:21] = 99
        assert (azimuthal_median(image) == 2).all()

    def test_the_centre_can_lie_elsewhere(self):
        image = np.round(radius_of_pixels(DETECTOR, (14.0, 22.0)))
        assert np.array_equal(azimuthal_median(image, (14.0, 22.0)), image)


class TestSpotSimilarity:
    def pattern(self, *spots):
        image = np.zeros(DETECTOR)
        for v, u, strength in spots:
            image[v, u] = strength
        return image

    def test_the_azimuthal_background_and_the_scale_play_no_part(self):
        spots = self.pattern((16, 29, 5), (9, 19, 3))
        background = np.round(radius_of_pixels(DETECTOR)) ** 2  # one value for each rounded radius
        assert spot_similarity(spots + 7, 4 * spots + background) == pytest.approx(1, abs=1e-12)

    def test_it_is_the_cosine_of_the_spots(self):
        first, second = self.pattern((16, 29, 4), (9, 19, 3)), self.pattern((16, 29, 3), (9, 19, 4))
        assert spot_similarity(first, second) == pytest.approx(24 / 25)
        assert spot_similarity(first, self.pattern((20, 12, 1))) == 0

    def test_holes_count_against_it(self):
        spots = self.pattern((16, 29, 4))
        holed = spots - self.pattern((9, 19, 3))
        assert spot_similarity(spots, holed) == pytest.approx(4 / 5)

    def test_the_central_disc_and_the_corners_are_left_out(self):
        """The central radius is 3.5/64 of 32 = 1.75, the inscribed circle has radius 16."""
        spots = self.pattern((16, 29, 4))
        outside = self.pattern((16, 20, 99), (0, 0, 99), (31, 37, 99), (16, 2, 99))
        assert spot_similarity(spots, spots + outside) == pytest.approx(1, abs=1e-12)
        assert spot_similarity(spots, spots + self.pattern((16, 21, 4))) == pytest.approx(np.sqrt(0.5))  # radius 2
        assert spot_similarity(spots, spots + self.pattern((0, 19, 4))) == pytest.approx(np.sqrt(0.5))  # radius 16
        assert spot_similarity(spots, spots + self.pattern((16, 21, 4)), central_radius=3) == pytest.approx(1)

    def test_a_pattern_without_spots_is_similar_to_nothing(self):
        assert spot_similarity(self.pattern((16, 29, 4)), np.full(DETECTOR, 3.0)) == 0


class TestMapCorrelation:
    def test_it_is_pearsons(self):
        first, second = np.random.default_rng(0).uniform(0, 1, (2, 7, 8))
        assert map_correlation(first, second) == pytest.approx(np.corrcoef(first.ravel(), second.ravel())[0, 1])
        assert map_correlation(first, 5 - 3 * first) == pytest.approx(-1)

    def test_a_flat_map_correlates_with_nothing(self):
        assert map_correlation(np.full((7, 8), 2.0), np.arange(56.0).reshape(7, 8)) == 0


class TestHoleIndex:
    SPOTS = (np.array([[16.0, 29, 1.0]]), np.array([[8.0, 19, 1.0]]))
    RADIUS = 2.0

    def flat(self, level=1.0):
        """Two components of a flat background each; what a disc adds plays no part elsewhere."""
        return np.full((2,) + DETECTOR, level)

    def dig(self, found, k, v, u, level):
        rows, columns = np.indices(DETECTOR)
        found[k][np.hypot(rows - v, columns - u) <= self.RADIUS] = level
        return found

    def test_holes_dug_to_a_known_depth_are_measured(self):
        """40 % too dark at the other's disc in component 0, 10 % in component 1: 25 % in the mean."""
        found = self.dig(self.dig(self.flat(), 0, 8, 19, 0.6), 1, 16, 29, 0.9)
        assert hole_index(self.flat(), found, self.SPOTS, self.RADIUS) == pytest.approx(0.25)

    def test_the_depth_is_in_parts_of_the_true_background(self):
        found = self.dig(self.flat(), 0, 8, 19, 0.6)
        assert hole_index(self.flat(2.0), found, self.SPOTS, self.RADIUS) == pytest.approx(0.5 * 0.4 / 2)

    def test_the_truth_and_bright_sites_have_no_holes(self):
        assert hole_index(self.flat(), self.flat(), self.SPOTS, self.RADIUS) == 0
        assert hole_index(self.flat(), self.dig(self.flat(), 0, 8, 19, 5.0), self.SPOTS, self.RADIUS) == 0

    def test_a_hole_in_one_place_is_not_outweighed_by_a_peak_in_another(self):
        found = self.dig(self.dig(self.flat(), 0, 8, 19, 0.6), 1, 16, 29, 5.0)
        assert hole_index(self.flat(), found, self.SPOTS, self.RADIUS) == pytest.approx(0.2)

    def test_only_strong_discs_make_sites(self):
        weak = (self.SPOTS[0], np.array([[8.0, 19, 1.0], [24, 19, 0.25], [24, 10, 0.26]]))
        found = self.dig(self.flat(), 0, 24, 19, 0.0)
        assert hole_index(self.flat(), found, weak, self.RADIUS) == 0
        found = self.dig(self.flat(), 0, 24, 10, 0.4)
        assert hole_index(self.flat(), found, weak, self.RADIUS) == pytest.approx(0.6 / 3)  # three sites in all

    def test_a_disc_near_one_of_its_own_is_no_site(self):
        """2.6 radii are 5.2 pixels: 5 is too near, 6 is clear."""
        near = (self.SPOTS[0], np.array([[8.0, 19, 1.0], [16.0, 34, 1.0]]))
        found = self.dig(self.flat(), 0, 8, 19, 0.6)
        # component 1 has no site left at (16, 29), component 0 only that at (8, 19)
        assert hole_index(self.flat(), found, near, self.RADIUS) == pytest.approx(0.4)
        clear = (self.SPOTS[0], np.array([[8.0, 19, 1.0], [16.0, 23, 1.0]]))
        assert hole_index(self.flat(), found, clear, self.RADIUS) == pytest.approx(0.4 / 3)

    def test_an_amorphous_component_has_sites_at_every_crystals_discs(self):
        spots = (np.empty((0, 3)), self.SPOTS[1])
        found = self.dig(self.flat(), 0, 8, 19, 0.6)
        assert hole_index(self.flat(), found, spots, self.RADIUS) == pytest.approx(0.4)

    def test_it_is_nan_without_any_site(self):
        assert np.isnan(hole_index(self.flat(), self.flat(), (np.empty((0, 3)),) * 2, self.RADIUS))


def test_out_of_band_is_offered_with_the_other_measures():
    y = np.arange(16)[:, None] * np.ones((1, 20))
    H = np.cos(np.pi * 12 * (y + 0.5) / 16).reshape(1, -1)  # 12/32 = 0.375 cycles per pixel
    assert metrics.out_of_band(H, (16, 20), 0.37)[0] == pytest.approx(1)
    assert metrics.out_of_band(H, (16, 20), 0.38)[0] == pytest.approx(0, abs=1e-12)


def test_the_central_disc_that_all_share_does_not_decide_the_matching():
    """Found patterns in reverse order, each with a blinding central disc that looks like another one's."""
    detector = (32, 36)
    radius = radius_of_pixels(detector)
    random = np.random.default_rng(0)
    true = 1 + random.uniform(0, 1, (3,) + detector) * (radius > 3)
    centre = random.uniform(0, 500, (3,) + detector) * (radius < 1.7)
    assert list(metrics.match_components(true + centre, true[::-1] + centre)) == [2, 1, 0]
