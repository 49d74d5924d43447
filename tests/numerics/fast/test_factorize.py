"""The quick factorization ends where the plain one does, or lower, and behaves like it."""
import numpy as np
import pytest

from offline_reference.numerics.data_matrix import DataMatrix
from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.factorize import factorize as plain
from offline_reference.numerics.fast import factorize as fast
from offline_reference.numerics.methods import nmf_hals
from offline_reference.numerics.metrics import mean_squared_error
from offline_reference.numerics.unfold import unfold
from offline_reference.simulate import crystals_in_amorphous


def counts(seed, dose=1e4, order="vuyx"):
    simulated = crystals_in_amorphous(scan=(20, 24), detector=(26, 22), dose=dose, seed=seed, order=order)
    return simulated.pixels


@pytest.mark.parametrize("n_k", [4, 9])
@pytest.mark.parametrize("seed, dose", [(21, 1e4), (22, 1e3), (23, 1e4)])
def test_hals_on_compressed_data_ends_no_higher_than_on_the_data(seed, dose, n_k):
    data = DataMatrix(unfold(counts(seed, dose), "vuyx"))
    exact = plain(data, n_k, "hals", max_iter=100, seed=seed)
    quick = fast.factorize(data, n_k, "hals", max_iter=100, seed=seed)
    assert mean_squared_error(data, quick.W, quick.H) <= mean_squared_error(data, exact.W, exact.H) * (1 + 1e-4)
    assert quick.n_iter == len(quick.mse_history) == 100


def test_the_last_error_of_the_history_is_the_exact_one():
    data = DataMatrix(unfold(counts(24), "vuyx"))
    found = fast.factorize(data, 5, "hals", max_iter=60)
    exact = mean_squared_error(data, found.W, found.H)
    assert found.mse_history[-1] == pytest.approx(exact, rel=1e-4)  # products in float32, and terms that cancel


def test_both_axis_orders_give_the_same_factors():
    one, other = (nmf_hals(counts(25, order=order), 4, order, max_iter=40, solver="compressed")
                  for order in ("vuyx", "yxvu"))
    assert one.mean_squared_error == pytest.approx(other.mean_squared_error, rel=1e-4)
    assert one.diffractions == pytest.approx(other.diffractions, abs=1e-3 * float(one.diffractions.max()))


def test_progress_counts_on_through_the_exact_iterations():
    heard = []
    fast.factorize(DataMatrix(unfold(counts(26), "vuyx")), 3, "hals", max_iter=12,
                   progress=lambda iteration, last, mse: heard.append((iteration, last)))
    assert heard == [(iteration, 12) for iteration in range(1, 13)]


def test_a_cancelled_run_keeps_what_it_has():
    asked = []
    found = fast.factorize(DataMatrix(unfold(counts(27), "vuyx")), 3, "hals", max_iter=50,
                           cancelled=lambda: asked.append(1) or len(asked) > 5)
    assert found.stopped == "cancelled" and found.n_iter == 5 and np.isfinite(found.W).all()


def test_a_compression_can_be_used_for_several_numbers_of_components():
    data = DataMatrix(unfold(counts(28), "vuyx"))
    compressed = fast.CompressedMatrix(data.in_type(np.float32), fast.rank_for(6))
    for n_k in (2, 6):
        again = fast.factorize(data, n_k, "als", max_iter=30, compressed=compressed)
        anew = fast.factorize(data, n_k, "als", max_iter=30)
        assert mean_squared_error(data, again.W, again.H) == pytest.approx(mean_squared_error(data, anew.W, anew.H),
                                                                            rel=2e-3)


def test_als_on_compressed_data_is_computed_in_double_because_its_inverse_amplifies_rounding():
    data = DataMatrix(unfold(counts(28), "vuyx"))
    compressed = fast.CompressedMatrix(data.in_type(np.float32), fast.rank_for(12))
    found = fast.factorize(data, 12, "als", max_iter=40, compressed=compressed)
    in_double = plain(compressed.in_type(np.float64).leading(fast.rank_for(12)), 12, "als", max_iter=40)
    assert (found.mse_history == in_double.mse_history).all() and np.isfinite(found.mse_history).all()


def test_small_or_thick_data_are_not_compressed_unless_asked():
    assert fast.choose_solver("auto", (4096, 4096), 10) == "compressed"
    assert fast.choose_solver("auto", (30, 56), 3) == "exact"
    assert fast.choose_solver("auto", (60, 10 ** 6), 10) == "exact"  # 40 of 60 directions
    assert fast.choose_solver("compressed", (30, 56), 3) == "compressed"
    with pytest.raises(RefusedError, match="'quick' is unknown: choose one of auto, exact, compressed"):
        fast.choose_solver("quick", (30, 56), 3)


def test_what_was_chosen_is_recorded():
    assert nmf_hals(counts(29), 3, max_iter=5).settings["solver"] == "exact"
    assert nmf_hals(counts(29), 3, max_iter=5, solver="compressed").settings["solver"] == "compressed"


def test_dead_components_are_revived_as_in_the_plain_loop():
    data = DataMatrix(unfold(counts(30), "vuyx"))
    start = np.full((data.shape[0], 2), 1.0), np.vstack([np.ones(data.shape[1]), np.zeros(data.shape[1])])
    found = fast.factorize(data, 2, "hals", start=start, max_iter=30)
    assert found.W.any(axis=0).all() and found.H.any(axis=1).all()
