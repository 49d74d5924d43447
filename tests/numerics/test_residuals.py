"""Residuals in units of counting noise."""
import numpy as np
import pytest

from offline_reference.numerics import data_matrix
from offline_reference.numerics.data_matrix import DataMatrix
from offline_reference.numerics.residuals import residual_images


def data(shape=(40, 56), n_k=3):
    random = np.random.default_rng(0)
    W, H = random.random((shape[0], n_k)) + 0.1, 40 * random.random((n_k, shape[1])) + 1
    return random.poisson(W @ H), W, H


@pytest.mark.parametrize("block_bytes", [2000, 2 ** 22])
@pytest.mark.parametrize("transposed", [False, True])
def test_they_are_sums_of_squares_over_sums_of_expected_counts(monkeypatch, block_bytes, transposed):
    monkeypatch.setattr(data_matrix, "BLOCK_BYTES", block_bytes)
    X, W, H = data()
    stored = DataMatrix(np.ascontiguousarray(X.T).T if transposed else X)
    found = residual_images(stored, W, H)
    squares, expected = (X - W @ H) ** 2, W @ H
    assert np.allclose(found.diffraction, squares.sum(axis=1) / expected.sum(axis=1), rtol=1e-12, atol=0)
    weights = 1 / (expected.sum(axis=1) + 0.02 * expected.sum(axis=1).mean())
    assert np.allclose(found.map, (weights @ squares) / (weights @ expected), rtol=1e-12, atol=0)


def test_counting_noise_alone_gives_one_and_what_is_missing_more():
    X, W, H = data((300, 400))
    found = residual_images(X, W, H)
    assert found.map.mean() == pytest.approx(1, abs=0.02) and found.diffraction.mean() == pytest.approx(1, abs=0.02)
    X[:30, :50] += 40  # a pattern that W H does not have
    found = residual_images(X, W, H)
    assert found.map[:50].min() > 3 > found.map[50:].max()
    assert found.diffraction[:30].min() > 3 > found.diffraction[30:].max()


def test_where_nothing_is_expected_there_is_no_residual():
    X, W, H = data()
    W[5], H[:, 7] = 0, 0
    found = residual_images(X, W, H)
    assert found.diffraction[5] == 0 and found.map[7] == 0 and np.isfinite(found.map).all()


def test_a_bright_disc_does_not_hide_what_is_missing_elsewhere():
    """Its counting noise is 400 times that of the other pixels; summed unweighted it would be all that a map shows."""
    X, W, H = data((300, 400))
    W[:6] *= 400
    X = np.random.default_rng(1).poisson(W @ H)
    X[50:80, :40] += 30
    found = residual_images(X, W, H).map
    assert found[:40].min() > 1.5 > found[40:].max()
