"""The quick steps are the plain ones: sweep for sweep, and on data that are not negative."""
import numpy as np
import pytest

from offline_reference.numerics import data_matrix, nmf_steps
from offline_reference.numerics.fast import nmf_steps as fast
from tests.numerics.fast.test_compressed_matrix import Counted
from tests.numerics.small_data import counts_of_three, random_factors, relative_difference


def test_one_quick_sweep_is_the_plain_sweep():
    X, (W, H) = counts_of_three(), random_factors()
    found = fast.sweeps(W.T, (X @ H.T).T, H @ H.T, times=1).T
    assert relative_difference(found, nmf_steps.hals_sweep(W, X @ H.T, H @ H.T)) < 1e-13


def test_three_quick_sweeps_are_three_plain_ones_of_one_product():
    X, (W, H) = counts_of_three(), random_factors()
    expected, target, gram = W, X @ H.T, H @ H.T
    for _ in range(fast.SWEEPS):
        expected = nmf_steps.hals_sweep(expected, target, gram)
    assert relative_difference(fast.hals_diffractions(X, W, H), expected) < 1e-13


def test_maps_follow_the_weighted_data():
    X, (W, H) = counts_of_three(), random_factors()
    weights = np.linspace(0.1, 2, len(X))[:, None]
    expected = H.T
    for _ in range(fast.SWEEPS):
        expected = nmf_steps.hals_sweep(expected, X.T @ (weights * W), W.T @ (weights * W))
    assert relative_difference(fast.hals_maps(X, W, H, weights * W), expected.T) < 1e-13


def test_a_component_whose_partner_is_dead_is_left_alone():
    X, (W, H) = counts_of_three(), random_factors()
    H[1] = 0
    assert (fast.hals_diffractions(X, W, H)[:, 1] == W[:, 1]).all()


@pytest.mark.parametrize("step", ["mu", "als"])
def test_mu_and_als_are_the_plain_ones_on_counts(step):
    X, (W, H) = counts_of_three(), random_factors()
    for quick, plain in zip(fast.STEPS[step], nmf_steps.STEPS[step]):
        assert relative_difference(quick(X, W, H), plain(X, W, H)) < 1e-13


def test_mu_stays_nonnegative_on_products_that_compression_made_negative():
    X, (W, H) = counts_of_three() - 30, random_factors()
    assert fast.mu_diffractions(X, W, H).min() >= 0 and fast.mu_maps(X, W, H).min() >= 0


def test_the_factor_handed_in_is_not_changed():
    X, (W, H) = counts_of_three(), random_factors()
    before = W.copy(), H.copy()
    fast.hals_maps(X, fast.hals_diffractions(X, W, H), H)
    assert (W == before[0]).all() and (H == before[1]).all()


@pytest.mark.parametrize("memory", ["C", "transposed"])
@pytest.mark.parametrize("dtype", [np.uint8, np.float64])
def test_fused_iterations_are_the_unfused_ones_with_one_reading_each(memory, dtype, monkeypatch):
    X = counts_of_three().astype(dtype)
    monkeypatch.setattr(data_matrix, "BLOCK_BYTES", 4 * 56 * 8 + 100)  # several blocks, the last not full
    data = Counted(X if memory == "C" else np.ascontiguousarray(X.T).T)
    W, H = fused = random_factors()
    for _ in range(3):
        W = fast.hals_diffractions(X.astype(float), W, H)
        H = fast.hals_maps(X.astype(float), W, H)
        new_W = fast.fused_hals_diffractions(data, *fused)
        fused = new_W, fast.fused_hals_maps(data, new_W, fused[1])
        assert data_matrix.last_product(data, new_W) == pytest.approx(new_W.T @ X.astype(float), rel=1e-12)
    assert relative_difference(fused[0], W) < 1e-11 and relative_difference(fused[1], H) < 1e-11
    assert data.reads == (3 if memory == "C" else 4)  # rows of scan positions need X Ht once, to begin with


@pytest.mark.parametrize("memory", ["C", "transposed"])
def test_a_power_pass_is_the_product_with_the_gram_matrix(memory):
    X = counts_of_three()
    data = data_matrix.DataMatrix(X if memory == "C" else np.ascontiguousarray(X.T).T)
    D = np.random.default_rng(0).standard_normal((56 if memory == "C" else 30, 4))
    assert relative_difference(data.power(D), X.T @ (X @ D) if memory == "C" else X @ (X.T @ D)) < 1e-13
