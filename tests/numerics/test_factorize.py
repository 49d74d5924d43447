"""factorize: the listings for 50 iterations, the best kept, what died revived, cancelling, stopping, refusals."""
import numpy as np
import pytest

from offline_reference.numerics import random_start
from offline_reference.numerics.data_matrix import DataMatrix
from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.factorize import canonical_form, factorize, join_runs, to_unit_sum
from offline_reference.numerics.metrics import mean_squared_error, pca_floor
from offline_reference.numerics.nmf_steps import als_maps, mu_diffractions, mu_maps
from tests.numerics.small_data import SHAPE, counts_of_three, random_factors, relative_difference

N_UV, N_XY, N_K = SHAPE
STEPS = ("mu", "als", "hals")


def listing_mu(X, W, H):
    """Listing S1, with W H formed."""
    W = W * (X @ H.T) / ((W @ H) @ H.T)
    return W, H * (W.T @ X) / ((W.T @ W) @ H)


def listing_als(X, W, H):
    """Listing S2, with explicit inverses."""
    W = X @ H.T @ np.linalg.inv(H @ H.T)
    W[W < 0] = 0
    H = np.linalg.inv(W.T @ W) @ (W.T @ X)
    H[H < 0] = 0
    return W, H


def literal_mse(X, W, H):
    return ((X - W @ H) ** 2).mean()


def same_factorization(first, second):
    return np.array_equal(first.W, second.W) and np.array_equal(first.H, second.H)


class TestEqualsTheListings:
    @pytest.mark.parametrize("step, listing", [("mu", listing_mu), ("als", listing_als)])
    @pytest.mark.parametrize("seed", range(3))
    def test_fifty_iterations_equal_the_listing_from_the_same_start(self, step, listing, seed):
        X, (W, H) = counts_of_three(seed), random_factors(seed + 50)
        iterates = []
        found = factorize(X, N_K, step, start=(W, H), max_iter=50)
        for _ in range(50):
            W, H = listing(X, W, H)
            iterates.append((literal_mse(X, W, H), W, H))
        assert np.allclose(found.mse_history, [mse for mse, _, _ in iterates], rtol=1e-10, atol=0)
        mse, W, H = min(iterates, key=lambda one: one[0])
        assert relative_difference(found.W, W) < 1e-10
        assert relative_difference(found.H, H) < 1e-10
        assert found.n_iter == 50 and found.stopped == "max_iter" and found.events == ()

    def test_hals_never_raises_the_error(self):
        history = factorize(counts_of_three(), N_K, "hals", seed=4, max_iter=200).mse_history
        assert (np.diff(history) <= 1e-12 * history[0]).all()

    @pytest.mark.parametrize("step", STEPS)
    def test_factors_are_nonnegative_and_above_the_pca_floor(self, step):
        X = counts_of_three()
        found = factorize(X, N_K, step, seed=1, max_iter=200)
        assert found.W.min() >= 0 and found.H.min() >= 0
        assert found.mse_history.min() >= pca_floor(X, N_K) * (1 - 1e-9)
        assert found.mse_history.min() < 1.3 * pca_floor(X, N_K)


class TestStart:
    @pytest.mark.parametrize("step", STEPS)
    def test_the_default_start_is_the_seeded_one(self, step):
        X = counts_of_three()
        from_seed = factorize(X, N_K, step, seed=7, max_iter=5)
        from_start = factorize(X, N_K, step, start=random_start.random_factors(N_UV, N_XY, N_K, 7), max_iter=5)
        assert same_factorization(from_seed, from_start)

    def test_the_same_seed_gives_the_same_bits_and_another_seed_does_not(self):
        X = counts_of_three()
        first, again, other = (factorize(X, N_K, "hals", seed=seed, max_iter=5) for seed in (7, 7, 8))
        assert same_factorization(first, again) and not same_factorization(first, other)

    def test_als_needs_maps_alone(self):
        X, (W, H) = counts_of_three(), random_factors(3)
        assert same_factorization(factorize(X, N_K, start=(None, H), max_iter=5),
                                  factorize(X, N_K, start=(W, H), max_iter=5))

    @pytest.mark.parametrize("step", STEPS)
    def test_the_start_and_the_data_are_not_changed(self, step):
        X, (W, H) = counts_of_three(), random_factors(3)
        before = [array.copy() for array in (X, W, H)]
        factorize(X, N_K, step, start=(W, H), max_iter=5)
        for array, copy in zip((X, W, H), before, strict=True):
            assert np.array_equal(array, copy)

    @pytest.mark.parametrize("step", STEPS)
    def test_permuting_scan_positions_permutes_maps(self, step):
        X, (W, H) = counts_of_three(), random_factors(3)
        shuffled = np.random.default_rng(0).permutation(N_XY)
        found = factorize(X, N_K, step, start=(W, H), max_iter=20)
        moved = factorize(X[:, shuffled], N_K, step, start=(W, H[:, shuffled]), max_iter=20)
        assert relative_difference(moved.H, found.H[:, shuffled]) < 1e-9  # sums in another sequence round differently
        assert relative_difference(moved.W, found.W) < 1e-9

    @pytest.mark.parametrize("step", STEPS)
    @pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
    def test_counts_of_every_type_and_memory_order_give_the_same_factors(self, step, dtype):
        X = counts_of_three()
        expected = factorize(X, N_K, step, seed=2, max_iter=20)
        for stored in (X.astype(dtype), np.ascontiguousarray(X.T.astype(dtype)).T):
            found = factorize(DataMatrix(stored), N_K, step, seed=2, max_iter=20)
            assert relative_difference(found.W, expected.W) < 1e-9
            assert relative_difference(found.H, expected.H) < 1e-9

    def test_a_start_of_another_shape_is_refused(self):
        W, H = random_factors()
        with pytest.raises(RefusedError, match=r"the start has shapes W \(30, 3\) and H \(3, 55\), but 3 components of "
                                               r"these data need W \(30, 3\) and H \(3, 56\)"):
            factorize(counts_of_three(), N_K, start=(W, H[:, :-1]))
        with pytest.raises(RefusedError, match=r"W \(29, 3\)"):
            factorize(counts_of_three(), N_K, start=(W[1:], H))


def spoiled_after(n, seed=0):
    """A constraint that lets n iterations pass and then multiplies by noise."""
    random, calls = np.random.default_rng(seed), []

    def constraint(H):
        calls.append(1)
        return H if len(calls) <= n else H * random.uniform(0.5, 1.5, H.shape)
    return constraint


class TestKeepsTheBest:
    def test_the_best_iterate_is_kept_when_the_error_rises_again(self):
        X = counts_of_three()
        best = factorize(X, N_K, "hals", seed=1, max_iter=6)
        found = factorize(X, N_K, "hals", seed=1, max_iter=12, constrain_H=[spoiled_after(6)])
        assert found.best_iter == 6 and found.n_iter == 12
        assert same_factorization(found, best)
        assert found.mse_history[-1] > 1.02 * found.mse_history[5]
        assert literal_mse(X, found.W, found.H) == pytest.approx(found.mse_history.min(), rel=1e-10)

    def test_a_drift_is_reported_with_the_iteration_and_its_size(self):
        found = factorize(counts_of_three(), N_K, "hals", seed=1, max_iter=12, constrain_H=[spoiled_after(6)])
        rise = 100 * (found.mse_history[-1] / found.mse_history[5] - 1)
        assert len(found.events) == 1
        assert "rose again after its best at iteration 6 (by {:.1f} % at the end)".format(rise) in found.events[0]

    def test_an_exact_fit_does_not_drift(self):
        """Its error is rounding, of either sign or exactly 0, and its rises mean nothing."""
        for seed in range(6):
            random = np.random.RandomState(seed)
            X = np.outer(random.rand(30), random.rand(56))
            found = factorize(X, 3, "als", seed=seed, max_iter=10)
            assert found.mse_history[found.best_iter - 1] < 1e-9 * np.mean(X ** 2)
            assert not any("rose again" in event for event in found.events)

    def test_plain_als_gets_worse_and_is_kept_at_its_best(self):
        """The clip is no descent: on these counts the last of 60 iterations is worse than an earlier one."""
        rises = 0
        for seed in range(6):
            X = counts_of_three(seed, dose=4.0)
            found = factorize(X, 5, "als", seed=seed, max_iter=60)
            rises += found.best_iter < 60
            assert found.mse_history[found.best_iter - 1] == found.mse_history.min()
            assert literal_mse(X, found.W, found.H) == pytest.approx(found.mse_history.min(), rel=1e-10)
        assert rises >= 1

    def test_best_refers_to_the_weighted_error_when_rows_are_weighted(self):
        X, weights = counts_of_three(), np.random.default_rng(0).uniform(0.01, 3, N_UV)
        found = factorize(X, N_K, "als", weights=weights, seed=1, max_iter=40)
        literal = (weights[:, None] * (X - found.W @ found.H) ** 2).sum()
        assert found.objective_history[found.best_iter - 1] == pytest.approx(literal, rel=1e-10)
        assert found.objective_history.min() == found.objective_history[found.best_iter - 1]
        assert found.mse_history[found.best_iter - 1] == pytest.approx(literal_mse(X, found.W, found.H), rel=1e-10)

    def test_a_slack_keeps_the_latest_that_is_hardly_worse(self):
        """From a good start: three iterations are the best, three a little worse, the last ones much."""
        calls, spoil = [], (1.0, 1.0, 1.0, 1.02, 1.02, 1.02, 1.5, 1.5)
        good = factorize(counts_of_three(), N_K, "hals", seed=1, max_iter=200)

        def spoiling(H):
            calls.append(1)
            return spoil[len(calls) - 1] * H

        kept = {}
        for slack in (0.0, 0.5):
            del calls[:]
            found = factorize(counts_of_three(), N_K, "hals", start=(good.W, good.H), max_iter=8,
                              constrain_H=[spoiling], slack=slack)
            history = found.objective_history
            assert found.best_iter == np.flatnonzero(history <= (1 + slack) * history.min())[-1] + 1
            assert literal_mse(counts_of_three(), found.W, found.H) == pytest.approx(
                found.mse_history[found.best_iter - 1], rel=1e-10)
            kept[slack] = found.best_iter
        assert kept == {0.0: 3, 0.5: 6}

    def test_equal_weights_change_nothing(self):
        X = counts_of_three()
        plain, weighted = (factorize(X, N_K, "als", weights=weights, seed=1, max_iter=10)
                           for weights in (None, np.full(N_UV, 2.5)))
        assert relative_difference(weighted.W, plain.W) < 1e-10
        assert relative_difference(weighted.H, plain.H) < 1e-10


class TestRecovery:
    @pytest.mark.parametrize("step", ["mu", "als"])
    def test_a_component_that_is_dead_is_revived_with_an_event(self, step):
        X, (W, H) = counts_of_three(), random_factors(3)
        H[1] = 0
        found = factorize(X, N_K, step, start=(W, H), max_iter=100)
        assert any("iteration 1: the diffraction of component 2 became zero everywhere and was restarted from a "
                   "diffraction of the data" in event for event in found.events)
        assert found.W.any(axis=0).all() and found.H.any(axis=1).all()
        assert np.isfinite(found.W).all() and np.isfinite(found.H).all()
        assert found.best_iter > 1  # not an iterate that holds a raw diffraction of the data

    def test_hals_brings_a_dead_map_back_by_itself(self):
        X, (W, H) = counts_of_three(), random_factors(3)
        H[1] = 0
        found = factorize(X, N_K, "hals", start=(W, H), max_iter=100)
        assert found.W.any(axis=0).all() and found.H.any(axis=1).all()
        assert found.mse_history[-1] < 1.3 * pca_floor(X, N_K)

    @pytest.mark.parametrize("step", STEPS)
    def test_a_map_that_a_constraint_empties_is_revived_with_an_event(self, step):
        calls = []

        def emptied_once(H):
            calls.append(1)
            return H * np.array([[1], [1], [len(calls) != 10]])

        found = factorize(counts_of_three(), N_K, step, seed=3, max_iter=100, constrain_H=[emptied_once])
        assert sum("iteration 10: the map of component 3" in event for event in found.events) == 1
        assert found.W.any(axis=0).all() and found.H.any(axis=1).all()
        assert found.best_iter != 10

    def test_a_diffraction_that_a_constraint_empties_again_and_again_does_no_harm(self):
        """The data are of three components, and the fourth is forbidden."""
        def emptied(W):
            return W * np.array([1, 1, 1, 0])

        found = factorize(counts_of_three(), 4, "als", seed=3, max_iter=30, constrain_W=[emptied])
        assert np.isfinite(found.W).all() and np.isfinite(found.H).all()
        assert found.events

    def test_two_equal_maps_are_reported_once_as_near_singular(self):
        X, (W, H) = counts_of_three(), random_factors(3)
        H[2] = H[0]
        found = factorize(X, N_K, "als", start=(W, H), max_iter=100)
        assert sum("near-singular" in event for event in found.events) == 1
        assert "iteration 1: two maps were too alike" in [event for event in found.events if "singular" in event][0]
        assert np.isfinite(found.W).all() and np.isfinite(found.H).all()

    def test_maps_that_are_twins_all_the_time_are_reported_once(self):
        def twins(H):
            return H[[0, 1, 0]]

        found = factorize(counts_of_three(), N_K, "als", seed=3, max_iter=8, constrain_H=[twins])
        assert sum("near-singular" in event for event in found.events) == 1

    def test_an_iterate_with_a_component_just_restarted_is_never_the_best(self):
        """Slow MU, but in the third and last iteration a diffraction dies and least squares fits the maps: the
        least error, but with a raw diffraction of the data in it."""
        X, calls = counts_of_three(), []

        def improve_W(X, W, H):
            calls.append(1)
            return mu_diffractions(X, W, H) * np.array([1, len(calls) != 3, 1])

        def improve_H(X, W, H, weighted_W=None):
            return mu_maps(X, W, H) if len(calls) != 3 else als_maps(X, W, H)

        found = factorize(X, N_K, (improve_W, improve_H), seed=3, max_iter=3)
        assert found.mse_history[2] < found.mse_history[1]
        assert found.best_iter == 2

    @pytest.mark.parametrize("step", STEPS)
    def test_more_components_than_the_data_have_end_finite_and_close(self, step):
        """Two components without noise, six asked for: every set of normal equations is near singular."""
        W, H = random_factors(1, (N_UV, N_XY, 2))
        found = factorize(W @ H, 6, step, seed=0, max_iter=50)
        assert np.isfinite(found.W).all() and np.isfinite(found.H).all()
        assert literal_mse(W @ H, found.W, found.H) < 0.1 * (W @ H).var()

    def test_the_same_seed_revives_in_the_same_way(self):
        X, (W, H) = counts_of_three(), random_factors(3)
        H[1] = 0
        first, again = (factorize(X, N_K, "als", start=(W, H), seed=9, max_iter=20) for _ in range(2))
        assert same_factorization(first, again) and first.events == again.events


class TestProgressAndStopping:
    def test_progress_is_called_after_each_iteration_with_its_error(self):
        calls = []
        found = factorize(counts_of_three(), N_K, "als", seed=1, max_iter=7, progress=lambda *call: calls.append(call))
        assert [call[0] for call in calls] == [1, 2, 3, 4, 5, 6, 7]
        assert {call[1] for call in calls} == {7}
        assert [call[2] for call in calls] == found.mse_history.tolist()

    def test_the_history_holds_the_literal_errors(self):
        X, errors = counts_of_three(), []
        for n in (1, 2, 3):
            found = factorize(X, N_K, "hals", seed=1, max_iter=n)
            errors.append(mean_squared_error(X, found.W, found.H))
        assert np.allclose(found.mse_history, errors, rtol=1e-10, atol=0)

    def test_cancelling_keeps_the_best_so_far(self):
        X, asked = counts_of_three(), []

        def after_five():
            asked.append(1)
            return len(asked) > 5

        found = factorize(X, N_K, "hals", seed=1, max_iter=100, cancelled=after_five)
        assert found.stopped == "cancelled" and found.n_iter == len(found.mse_history) == 5
        assert same_factorization(found, factorize(X, N_K, "hals", seed=1, max_iter=5))

    def test_cancelling_at_once_still_makes_one_iteration_to_keep(self):
        found = factorize(counts_of_three(), N_K, start=(None, random_factors()[1]), cancelled=lambda: True)
        assert (found.n_iter, found.stopped) == (1, "cancelled") and found.W.any()

    def test_a_tolerance_stops_when_twenty_iterations_lie_within_it(self):
        X, tol = counts_of_three(), 1e-4
        found = factorize(X, N_K, "hals", seed=1, max_iter=2000, tol=tol)
        assert found.stopped == "converged" and 20 < found.n_iter < 2000

        def spread(history):
            return (history[-20:].max() - history[-20:].min()) / history[-1]
        assert spread(found.mse_history) < tol
        assert spread(found.mse_history[:-1]) >= tol  # and not a moment later than it might

    def test_an_error_that_goes_up_and_down_has_not_converged(self):
        """Two of three iterations are spoilt: the best does not improve, but nothing stands still."""
        calls = []

        def spoiling(H):
            calls.append(1)
            return H if len(calls) % 3 == 0 else 1.2 * H

        found = factorize(counts_of_three(), N_K, "hals", constrain_H=[spoiling], seed=1, max_iter=400, tol=1e-3)
        assert found.stopped == "max_iter"

    def test_without_a_tolerance_all_iterations_are_made(self):
        found = factorize(counts_of_three(), N_K, "hals", seed=1, max_iter=300)
        assert found.stopped == "max_iter" and found.n_iter == 300


class TestRunsInARow:
    """als, then hals from where it ended, then mu from there: the last run's factors are the result."""

    def runs(self):
        X = counts_of_three()
        first = factorize(X, N_K, "als", seed=1, max_iter=4)
        second = factorize(X, N_K, "hals", start=(first.W, first.H), max_iter=5)
        third = factorize(X, N_K, "mu", start=(second.W, second.H), max_iter=1)
        return [first, second, third]

    def test_histories_are_joined_and_the_best_is_counted_from_the_start(self):
        runs = self.runs()
        joined = join_runs(runs, events=("merged.",))
        assert joined.n_iter == len(joined.mse_history) == len(joined.objective_history) == 10
        assert joined.mse_history.tolist() == [mse for run in runs for mse in run.mse_history]
        assert same_factorization(joined, runs[2])
        assert joined.best_iter == 10
        assert joined.stopped == "max_iter" and "merged." in joined.events

    def test_one_run_is_itself(self):
        first = self.runs()[0]
        joined = join_runs([first])
        assert same_factorization(joined, first) and joined.best_iter == first.best_iter


class TestConstraints:
    def test_constraints_get_diffractions_of_sum_one_in_the_order_given(self):
        seen = []

        def first(W):
            seen.append(("first", W.sum(axis=0)))
            return 3 * W

        def second(W):
            seen.append(("second", W.sum(axis=0)))
            return W

        def third(H):
            seen.append(("map", H.shape))
            return H

        factorize(counts_of_three(), N_K, "als", seed=1, max_iter=4, constrain_W=[first, second], constrain_H=[third])
        assert [name for name, _ in seen] == ["first", "second", "map"] * 4
        for name, value in seen:
            assert value == (N_K, N_XY) if name == "map" else np.allclose(value, 1, rtol=1e-12, atol=0)

    def test_the_result_obeys_the_constraints(self):
        """Diffractions without their first row of pixels, maps that are flat in their first seven."""
        def without_row(W):
            return np.concatenate([np.zeros((6, W.shape[1])), W[6:]])

        def partly_flat(H):
            return np.concatenate([np.repeat(H[:, :7].mean(axis=1, keepdims=True), 7, axis=1), H[:, 7:]], axis=1)

        found = factorize(counts_of_three(), N_K, "hals", seed=1, max_iter=20, constrain_W=[without_row],
                          constrain_H=[partly_flat])
        assert not found.W[:6].any()
        assert np.allclose(partly_flat(found.H), found.H, rtol=1e-12, atol=0)

    def test_constraints_that_change_nothing_change_nothing(self):
        X = counts_of_three()
        plain = factorize(X, N_K, "als", seed=1, max_iter=20)
        held = factorize(X, N_K, "als", seed=1, max_iter=20, constrain_W=[lambda W: W], constrain_H=[lambda H: H])
        assert np.allclose(held.mse_history, plain.mse_history, rtol=1e-9, atol=0)


class TestCanonicalForm:
    def test_diffractions_sum_to_one_and_the_scale_goes_to_the_map(self):
        W, H = random_factors()
        unit, scaled = to_unit_sum(W, H)
        assert np.allclose(unit.sum(axis=0), 1, rtol=1e-14, atol=0)
        assert np.allclose(unit @ scaled, W @ H, rtol=1e-13, atol=0)

    def test_components_are_sorted_by_the_total_of_their_maps(self):
        W, H = random_factors()
        H *= np.array([[1.0], [9], [3]])
        W_sorted, H_sorted = canonical_form(W, H)
        assert (np.diff(H_sorted.sum(axis=1)) <= 0).all()
        assert np.allclose(W_sorted @ H_sorted, W @ H, rtol=1e-13, atol=0)
        assert np.allclose(W_sorted[:, 0], W[:, 1] / W[:, 1].sum(), rtol=1e-14, atol=0)

    def test_an_empty_diffraction_stays_empty(self):
        W, H = random_factors()
        W[:, 1] = 0
        W_sorted, H_sorted = canonical_form(W, H)
        assert np.isfinite(W_sorted).all() and np.allclose(W_sorted @ H_sorted, W @ H, rtol=1e-13, atol=0)


class TestRefusals:
    @pytest.mark.parametrize("n_components", [0, -1, 31, 2.5])
    def test_impossible_numbers_of_components(self, n_components):
        with pytest.raises(RefusedError, match="components cannot be found in 30 detector pixels x 56 scan positions: "
                                               "ask for a whole number from 1 to 30"):
            factorize(counts_of_three(), n_components)

    def test_the_most_components_possible_are_allowed(self):
        assert factorize(counts_of_three(), 30, "hals", max_iter=2).W.shape == (30, 30)

    def test_an_unknown_step(self):
        with pytest.raises(RefusedError, match="'newton' is unknown"):
            factorize(counts_of_three(), 2, "newton")


def test_reviving_a_dead_map_leaves_the_product_of_the_others_as_it_was():
    """HALS goes on from both factors, so a revival must not change the scale of the living."""
    from offline_reference.numerics.data_matrix import DataMatrix
    from offline_reference.numerics.factorize import _Revival

    X = counts_of_three()
    W, H = (np.array(factor) for factor in random_factors())
    H[1] = 0
    revived_W, revived_H = _Revival(DataMatrix(X), 0, 0).of_maps(W, H, 1)
    living = [0, 2]
    assert revived_W[:, 1].any() and revived_H[1].any()
    assert np.allclose(revived_W[:, living] @ revived_H[living], W[:, living] @ H[living], rtol=1e-14, atol=0)
