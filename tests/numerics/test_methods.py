"""The methods by name: the same numbers from every order and type, the canonical form, masks, refusals, and quality."""
import numpy as np
import pytest

from offline_reference.numerics.diffraction_constraint import DarkPeakFill
from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.map_constraint import Band, out_of_band
from offline_reference.numerics.merging import disc_similarity
from offline_reference.numerics.methods import (
    fit_maps,
    nmf_als,
    nmf_constrained,
    nmf_hals,
    nmf_mu,
    poisson_weights,
)
from offline_reference.numerics.metrics import (
    hole_index,
    map_correlation,
    match_components,
    mean_squared_error,
    spot_similarity,
)
from offline_reference.numerics.nmf_steps import als_maps
from offline_reference.numerics.unfold import ORDERS, H_from_maps, W_from_diffractions, unfold
from offline_reference.simulate import crystals_in_amorphous
from tests.numerics.small_data import relative_difference

SCAN, DETECTOR = (11, 13), (16, 18)
METHODS = (nmf_mu, nmf_als, nmf_hals, nmf_constrained)


@pytest.fixture(params=METHODS, ids=lambda method: method.__name__)
def method(request):
    return request.param


def small(**settings):
    return crystals_in_amorphous(**{"scan": SCAN, "detector": DETECTOR, "n_crystals": 2, "dose": 3000.0, "seed": 3,
                                    **settings})


def same_bits(first, second):
    return np.array_equal(first.diffractions, second.diffractions) and np.array_equal(first.maps, second.maps)


class TestEveryMethod:
    def test_results_are_in_canonical_form(self, method):
        found = method(small().pixels, 3, max_iter=30)
        assert found.diffractions.shape == (3,) + DETECTOR and found.maps.shape == (3,) + SCAN
        assert np.allclose(found.diffractions.sum(axis=(1, 2)), 1, rtol=1e-12, atol=0)
        assert (np.diff(found.maps.sum(axis=(1, 2))) <= 0).all()
        assert found.diffractions.min() >= 0 and found.maps.min() >= 0

    def test_maps_are_in_counts(self, method):
        """All electrons of all patterns are shared out, to the few percent that a fit with bounds leaves."""
        simulation = small()
        found = method(simulation.pixels, 3, max_iter=60)
        assert found.maps.sum() == pytest.approx(simulation.pixels.sum(), rel=0.05)

    def test_the_error_is_the_literal_one_of_what_is_returned(self, method):
        pixels = small().pixels
        found = method(pixels, 3, max_iter=30)
        model = np.einsum("kvu,kyx->vuyx", found.diffractions, found.maps)
        assert found.mean_squared_error == pytest.approx(((pixels - model) ** 2).mean(), rel=1e-10)

    def test_both_orders_give_the_same_numbers(self, method):
        classic, swapped = (method(small(order=order).pixels, 3, order=order, max_iter=30) for order in ORDERS)
        # the same sums in another sequence; thirty iterations let their rounding grow
        assert relative_difference(swapped.diffractions, classic.diffractions) < 1e-7
        assert relative_difference(swapped.maps, classic.maps) < 1e-7
        assert swapped.mean_squared_error == pytest.approx(classic.mean_squared_error, rel=1e-9)
        assert swapped.settings["order"] == "yxvu" and classic.settings["order"] == "vuyx"

    @pytest.mark.parametrize("order", ORDERS)
    def test_every_type_gives_the_same_numbers(self, method, order):
        pixels = np.minimum(small(order=order).pixels, 255)
        expected = method(pixels.astype(np.float64), 3, order=order, max_iter=30)
        for dtype in (np.uint8, np.uint16, np.int32, np.float32):
            found = method(pixels.astype(dtype), 3, order=order, max_iter=30)
            assert relative_difference(found.diffractions, expected.diffractions) < 1e-7
            assert relative_difference(found.maps, expected.maps) < 1e-7

    def test_the_same_seed_gives_the_same_bits(self, method):
        pixels = small().pixels
        first, again, other = (method(pixels, 3, seed=seed, max_iter=10) for seed in (4, 4, 5))
        assert same_bits(first, again) and not same_bits(first, other)

    def test_pixels_are_only_read(self, method):
        pixels = small().pixels
        before = pixels.copy()
        pixels.setflags(write=False)
        method(pixels, 3, max_iter=3)
        assert np.array_equal(pixels, before)

    def test_progress_counts_iterations(self, method):
        calls = []
        found = method(small().pixels, 3, max_iter=6, progress=lambda *call: calls.append(call))
        assert [call[0] for call in calls] == [1, 2, 3, 4, 5, 6] and {call[1] for call in calls} == {6}
        assert np.allclose([call[2] for call in calls], found.mse_history)
        assert found.n_iter == 6 and 1 <= found.best_iter <= 6 and found.stopped == "max_iter"

    def test_cancelling_keeps_the_best_so_far(self, method):
        asked, pixels = [], small().pixels

        def after_four():
            asked.append(1)
            return len(asked) > 4

        found = method(pixels, 3, max_iter=50, cancelled=after_four)
        assert found.stopped == "cancelled" and found.n_iter == 4
        assert np.array_equal(found.mse_history, method(pixels, 3, max_iter=50).mse_history[:4])
        assert np.isfinite(found.mean_squared_error) and found.maps.min() >= 0

    @pytest.mark.parametrize("n", [1, 20, 45])
    def test_cancelling_at_any_time_keeps_what_there_is(self, method, n):
        asked, calls = [], []

        def after_n():
            asked.append(1)
            return len(asked) > n

        found = method(small().pixels, 3, max_iter=50, tol=0, cancelled=after_n,
                       progress=lambda *call: calls.append(call[0]))
        assert found.stopped == "cancelled" and found.n_iter == n and calls == list(range(1, n + 1))
        assert 1 <= found.best_iter <= n
        assert np.isfinite(found.mean_squared_error)

    def test_a_tolerance_stops_early(self, method):
        found = method(small().pixels, 3, max_iter=5000, tol=1e-3)
        assert found.stopped == "converged" and found.n_iter < 5000

    def test_what_was_asked_for_is_recorded(self, method):
        settings = method(small().pixels, 3, max_iter=6, seed=8).settings
        assert settings["method"] == method.__name__[len("nmf_"):]
        assert (settings["n_components"], settings["max_iter"], settings["seed"]) == (3, 6, 8)

    def test_empty_patterns_are_an_event_and_their_maps_are_zero(self, method):
        """A lost frame; the map constraint spreads its neighbours into it, so the others alone leave it empty."""
        pixels = small().pixels
        pixels[:, :, 4, 5] = 0
        found = method(pixels, 3, max_iter=10)
        assert any("1 of 143 patterns have no counts at all" in event for event in found.events)
        if method is not nmf_constrained:
            assert not found.maps[:, 4, 5].any()

    def test_the_representation_says_how_it_went(self, method):
        assert "3 components, 4 iterations, max_iter, mean squared error" in repr(method(small().pixels, 3, max_iter=4))

    @pytest.mark.parametrize("n_components", [0, 144, 1.5])
    def test_impossible_numbers_of_components_are_refused(self, method, n_components):
        with pytest.raises(RefusedError, match="ask for a whole number from 1 to 143"):
            method(small().pixels, n_components)

    @pytest.mark.parametrize("settings", [
        {"n_components": float("nan")}, {"n_components": float("inf")}, {"n_components": None}, {"n_components": True},
        {"max_iter": 0}, {"max_iter": -3}, {"max_iter": 2.5}, {"seed": None}, {"tol": float("nan")},
    ], ids=str)
    def test_settings_that_no_iteration_can_use_are_refused(self, method, settings):
        with pytest.raises(RefusedError):
            method(small().pixels, **{"n_components": 3, "max_iter": 2, **settings})

    def test_a_whole_number_of_components_may_be_a_float(self, method):
        assert len(method(small().pixels, 2.0, max_iter=2).maps) == 2

    def test_cancelling_at_once_still_makes_one_iteration_to_keep(self, method):
        found = method(small().pixels, 3, cancelled=lambda: True)
        assert (found.n_iter, found.best_iter, found.stopped) == (1, 1, "cancelled")

    @pytest.mark.parametrize("scan", [(1, 12), (12, 1), (3, 4)])
    @pytest.mark.parametrize("order", ORDERS)
    def test_line_scans_and_tiny_scans_are_factorized_too(self, method, scan, order):
        random = np.random.default_rng(0)
        pixels = random.poisson(9, DETECTOR + scan if order == "vuyx" else scan + DETECTOR)
        found = method(pixels, 2, order=order, max_iter=5)
        assert found.maps.shape == (2,) + scan and np.isfinite(found.maps).all()

    def test_a_part_of_a_larger_array_gives_the_numbers_of_its_copy(self, method):
        """Cropped and binned views are neither C- nor Fortran-ordered."""
        part = small().pixels[1:, ::2, 2:, :-1]
        found, expected = (method(pixels, 3, max_iter=10) for pixels in (part, part.copy()))
        assert relative_difference(found.diffractions, expected.diffractions) < 1e-7
        assert relative_difference(found.maps, expected.maps) < 1e-7

    def test_counts_of_another_byte_order_give_the_same_numbers(self, method):
        """As some detectors write them."""
        pixels = small().pixels
        found, expected = (method(one, 3, max_iter=10) for one in (pixels.astype(">u2"), pixels))
        assert relative_difference(found.maps, expected.maps) < 1e-7

    @pytest.mark.parametrize("value, message", [
        (np.nan, "1 of 41184 values are NaN or infinite"),
        (np.inf, "1 of 41184 values are NaN or infinite"),
        (-1.0, "1 of 41184 values are negative, the least is -1, and counts cannot be"),
    ])
    def test_data_that_are_no_counts_are_refused(self, method, value, message):
        pixels = small().pixels.astype(np.float32)
        pixels[1, 2, 3, 4] = value
        with pytest.raises(RefusedError, match=message):
            method(pixels, 3)

    def test_constant_data_are_refused(self, method):
        with pytest.raises(RefusedError, match="constant data hold nothing to separate"):
            method(np.full(DETECTOR + SCAN, 7, dtype=np.uint16), 3)

    def test_an_unknown_order_is_refused(self, method):
        with pytest.raises(RefusedError, match="axis order 'xyuv' is unknown"):
            method(small().pixels, 3, order="xyuv")

    def test_data_of_three_dimensions_are_refused(self, method):
        with pytest.raises(RefusedError, match="3 dimensions.*Choose the 4D dataset"):
            method(small().pixels[0], 3)

    def test_complex_data_are_refused(self, method):
        with pytest.raises(RefusedError, match="needs real counts: take the modulus"):
            method(small().pixels.astype(np.complex64), 3)


class TestConstrained:
    def test_maps_end_at_the_cutoff_and_are_nonnegative(self):
        found = nmf_constrained(small(scan=(24, 28)).pixels, 3, cutoff=0.2)
        assert found.maps.min() >= 0
        assert found.settings["cutoff"] == 0.2 and found.settings["cutoff_origin"] == "given"
        # clipping after the low-pass puts a little back; the demand on real sizes is 1e-3
        assert out_of_band(H_from_maps(found.maps), (24, 28), 0.2).max() < 1e-3

    def test_the_map_constraint_can_be_switched_off(self):
        found = nmf_constrained(small(scan=(24, 28)).pixels, 3, constrain_maps=False, max_iter=30)
        assert found.settings["constrain_maps"] is False and found.maps.min() >= 0
        assert out_of_band(H_from_maps(found.maps), (24, 28), 0.2).max() > 1e-2

    def test_the_diffraction_constraint_fills_and_can_be_switched_off(self):
        """What is missing to the bound, in parts of the pattern: next to nothing with, a few percent without."""
        pixels = small(detector=(32, 36), scan=(24, 28)).pixels
        missing = []
        for wanted in (True, False):
            found = nmf_constrained(pixels, 3, cutoff=0.2, constrain_diffractions=wanted, max_iter=60)
            assert found.settings["constrain_diffractions"] is wanted
            fill = DarkPeakFill((32, 36), quantile=0.3, margin=1.0, centre=(16, 18), central_radius=3.5)
            W = W_from_diffractions(found.diffractions)
            missing.append((fill(W) - W).sum(axis=0).max())
        assert missing[0] < 0.5 * missing[1]

    def test_centre_and_central_radius_are_taken_as_given(self):
        settings = nmf_constrained(small().pixels, 3, centre=(8.5, 9), central_radius=2.25, max_iter=3).settings
        assert settings["centre"] == (8.5, 9.0) and settings["central_radius"] == 2.25
        assert settings["centre_origin"] == "given"

    def test_a_masked_hot_region_does_not_change_the_central_radius(self):
        """Also when the centre is given, and only the radius is looked for."""
        simulation, mask = small(detector=(32, 36)), np.ones((32, 36), dtype=bool)
        mask[25:29, 2:7] = False
        radii = []
        for bad in (0, 60000):
            pixels = simulation.pixels.copy()
            pixels[~mask] = bad
            for centre in (None, (16, 18)):
                found = nmf_constrained(pixels, 3, mask=mask, centre=centre, max_iter=2)
                radii.append(found.settings["central_radius"])
        assert len(set(radii)) == 1

    def test_the_centre_is_found_where_a_tilt_has_moved_it(self):
        settings = nmf_constrained(small(detector=(32, 36), centre_shift=(2.0, -3.0)).pixels, 3, max_iter=3).settings
        assert settings["centre"] == pytest.approx((18, 15), abs=0.5)
        assert settings["centre_origin"].startswith("found")

    def test_the_listing_uses_half_the_size_for_its_centre(self):
        pixels = small(centre_shift=(1.0, 0.0)).pixels
        settings = nmf_constrained(pixels, 3, reference="listing-s4", max_iter=3).settings
        assert settings["reference"] == "listing-s4" and settings["centre"] == (8.0, 9.0)

    @pytest.mark.parametrize("step", ["als", "hals", "mu"])
    @pytest.mark.parametrize("reference", ["quantile", "listing-s4"])
    def test_every_step_and_reference_ends_finite(self, step, reference):
        found = nmf_constrained(small().pixels, 3, step=step, reference=reference, max_iter=20)
        assert np.isfinite(found.diffractions).all() and np.isfinite(found.maps).all()
        assert found.diffractions.min() >= 0 and found.maps.min() >= 0
        assert found.settings["step"] == step

    def test_the_margin_is_passed_on(self):
        pixels = small(detector=(32, 36), scan=(24, 28)).pixels
        gentle, strict = (nmf_constrained(pixels, 3, cutoff=0.2, margin=margin, max_iter=20) for margin in (0.0, 1.0))
        assert gentle.settings["margin"] == 0.0 and strict.settings["margin"] == 1.0
        dark = [(found.diffractions < 1e-7).mean() for found in (gentle, strict)]
        assert dark[0] > dark[1]

    @pytest.mark.parametrize("order", ORDERS)
    def test_bad_pixels_have_no_influence_and_hold_zero(self, order):
        simulation = small(order=order, seed=6)
        mask = np.ones(DETECTOR, dtype=bool)
        mask[3, 4] = mask[8, 9] = mask[12, 2:5] = False  # the centre of the disc is among them
        results = []
        for bad in (0, 50000):
            pixels = simulation.pixels.copy()
            X = unfold(pixels, order)
            X[~mask.ravel()] = bad
            results.append(nmf_constrained(pixels, 3, order=order, mask=mask, max_iter=30))
        for found in results:
            assert not found.diffractions[:, ~mask].any()
            assert found.diffractions[:, mask].any(axis=1).all()
        assert results[0].settings["cutoff"] == results[1].settings["cutoff"]
        assert results[0].settings["centre"] == results[1].settings["centre"]
        assert relative_difference(results[1].diffractions, results[0].diffractions) < 1e-6
        assert relative_difference(results[1].maps, results[0].maps) < 1e-6

    def test_a_mask_of_good_pixels_alone_changes_nothing(self):
        pixels = small().pixels
        plain, masked = (nmf_constrained(pixels, 3, mask=mask, max_iter=15) for mask in (None, np.ones(DETECTOR, bool)))
        assert relative_difference(masked.diffractions, plain.diffractions) < 1e-9

    @pytest.mark.parametrize("mask", [np.ones((18, 16), bool), np.ones(DETECTOR, int), np.ones(DETECTOR + (1,), bool)])
    def test_a_mask_that_does_not_fit_is_refused(self, mask):
        with pytest.raises(RefusedError, match=r"the detector has \(16, 18\): give True for good pixels"):
            nmf_constrained(small().pixels, 3, mask=mask)

    def test_a_mask_without_a_good_pixel_is_refused(self):
        with pytest.raises(RefusedError, match="marks every detector pixel as bad: True means good"):
            nmf_constrained(small().pixels, 3, mask=np.zeros(DETECTOR, bool))

    @pytest.mark.parametrize("settings, message", [
        ({"cutoff": 0.6}, r"cut-off 0.6 is not between 0 and 0.5 cycles per scan pixel \(Nyquist\)"),
        ({"cutoff": 0}, "cut-off 0 is not between 0 and 0.5"),
        ({"reference": "mean"}, "the reference 'mean' is unknown: choose one of quantile or listing-s4"),
        ({"margin": 1.5}, "the margin 1.5 is not between 0 and 1"),
        ({"centre": (40, 3)}, "lies outside the detector of 16 x 18 pixels"),
        ({"step": "newton"}, "the step 'newton' is unknown"),
    ])
    def test_settings_without_a_meaning_are_refused(self, settings, message):
        with pytest.raises(RefusedError, match=message):
            nmf_constrained(small().pixels, 3, **settings)


    @pytest.mark.parametrize("central_radius", [-1.0, float("nan")])
    def test_a_central_radius_without_a_meaning_is_refused(self, central_radius):
        with pytest.raises(RefusedError):
            nmf_constrained(small().pixels, 3, central_radius=central_radius, max_iter=2)


class TestParts:
    def test_poisson_weights_are_one_over_the_mean_with_a_floor(self):
        mean = np.array([100.0, 1.0, 0.0, 3.0])
        weights = poisson_weights(mean)
        assert weights.mean() == pytest.approx(1)
        assert weights[1] / weights[0] == pytest.approx((100 + 0.02 * 26) / (1 + 0.02 * 26))
        assert np.isfinite(weights).all()

    def test_a_bad_pixel_has_no_weight_and_no_say_in_the_floor(self):
        mean, good = np.array([100.0, 1.0, 1e9, 3.0]), np.array([True, True, False, True])
        weights = poisson_weights(mean, good)
        assert weights[2] == 0
        assert np.allclose(weights[good], poisson_weights(mean[good]))

    def test_the_last_fit_of_the_maps_brings_them_nearer_to_the_truth(self):
        """From noisy least squares for true diffractions; the band holds an eighth of the noise, sqrt(1/8) = 0.35."""
        simulation = small(scan=(24, 28))
        W, H = W_from_diffractions(simulation.diffractions), H_from_maps(simulation.maps)
        X = unfold(simulation.pixels).astype(float)
        weights = poisson_weights(X.mean(axis=1))
        start = als_maps(X, W, None, weights[:, None] * W)
        found = fit_maps(X, W, start, weights, Band((24, 28), simulation.cutoff))
        assert found.min() >= 0
        assert np.linalg.norm(found - H) < 0.5 * np.linalg.norm(start - H)


QUALITY_SEEDS = range(1000, 1005)


class TestQuality:
    """Small unseen data, default settings. Bounds are loose, because 672 patterns of 32 x 36 pixels are few."""

    @staticmethod
    def measured(simulation, found):
        """Worst crystal's spot similarity and map correlation, and the hole index."""
        order = match_components(simulation.diffractions, found.diffractions)
        diffractions, maps = found.diffractions[order], found.maps[order]
        spots = min(map(spot_similarity, simulation.diffractions[1:], diffractions[1:]))
        correlation = min(map(map_correlation, simulation.maps[1:], maps[1:]))
        return spots, correlation, hole_index(simulation.diffractions, diffractions, simulation.spots,
                                              simulation.disc_radius)

    @pytest.mark.parametrize("dose", [1e4, 1e3])
    def test_constrained_nmf_finds_the_crystals_where_als_digs_holes(self, dose):
        results = []
        for seed in QUALITY_SEEDS:
            simulation = crystals_in_amorphous(scan=(24, 28), detector=(32, 36), dose=dose, seed=seed)
            constrained = nmf_constrained(simulation.pixels, 4)
            als = nmf_als(simulation.pixels, 4, max_iter=100)
            results.append(self.measured(simulation, constrained) + self.measured(simulation, als))
            assert constrained.diffractions.min() >= 0 and constrained.maps.min() >= 0
            assert out_of_band(H_from_maps(constrained.maps), (24, 28), constrained.settings["cutoff"]).max() < 1e-3
        spots, maps, holes, als_spots, als_maps, als_holes = np.array(results).T
        assert spots.min() > 0.9 and np.median(spots) > 0.94
        assert maps.min() > 0.9 and np.median(maps) > 0.96
        assert np.median(holes) < 0.04 and np.median(holes) < 0.25 * np.median(als_holes)
        if dose == 1e3:  # where noise rules, primitive ALS no longer finds them
            assert np.median(als_maps) < 0.8 and np.median(als_spots) < 0.8

    def test_the_error_is_near_that_of_the_map_constraint_alone(self):
        """Filled holes must not drag the fit away from the data."""
        ratios = []
        for seed in QUALITY_SEEDS:
            pixels = crystals_in_amorphous(scan=(24, 28), detector=(32, 36), seed=seed).pixels
            both, maps_alone = (nmf_constrained(pixels, 4, cutoff=0.25, constrain_diffractions=wanted)
                                for wanted in (True, False))
            ratios.append(both.mean_squared_error / maps_alone.mean_squared_error)
        assert np.median(ratios) < 1.08

    def test_the_error_is_that_of_mean_squared_error(self):
        simulation = small()
        found = nmf_constrained(simulation.pixels, 3, max_iter=5)
        again = mean_squared_error(unfold(simulation.pixels), W_from_diffractions(found.diffractions),
                                   H_from_maps(found.maps))
        assert found.mean_squared_error == pytest.approx(again, rel=1e-12)


def two_crystals(seed):
    return crystals_in_amorphous(scan=(24, 28), detector=(48, 52), n_crystals=2, seed=seed)


class TestDecisionsOfTheStudy:
    """Each decision, undone, was seen to fail here."""

    @pytest.mark.parametrize("seed", [2001, 2002, 2003])
    def test_with_surplus_components_no_crystal_is_found_twice(self, seed):
        simulation = two_crystals(seed)
        found = nmf_constrained(simulation.pixels, 6, seed=seed)
        similarity, _ = disc_similarity(found.diffractions, simulation.centre, 1.1 * simulation.disc_radius + 1.5)
        assert similarity[~np.eye(6, dtype=bool)].max() < 0.9
        assert any("they were merged" in event for event in found.events)

    def test_after_a_merging_no_two_maps_are_the_same_up_to_a_factor(self):
        """Else the next step for W is left to rounding: single precision, as DM has it, made other components of it."""
        pixels = crystals_in_amorphous(scan=(12, 14), detector=(24, 22), cutoff=0.2).pixels
        found = nmf_constrained(pixels, 3, max_iter=7)
        assert any("they were merged" in event for event in found.events)
        assert not any("near-singular" in event for event in found.events)

    @pytest.mark.parametrize("seed", [2000, 2005])
    def test_a_settled_run_keeps_its_last_iterate_though_an_earlier_one_had_a_lower_error(self, seed):
        found = nmf_constrained(two_crystals(seed).pixels, 3, seed=seed)
        assert found.stopped == "converged" and found.best_iter == found.n_iter
        assert np.argmin(found.mse_history) + 1 < found.n_iter / 2
