"""BandMatrix: every product is that with the explicitly low-passed X."""
import numpy as np
import pytest

from offline_reference.numerics.band_matrix import BandMatrix
from offline_reference.numerics.data_matrix import DataMatrix
from offline_reference.numerics.map_constraint import Band
from tests.numerics.small_data import SHAPE, random_factors, relative_difference

SCAN = (7, 8)
#: sums of 56 terms, forth and back through the cosine transform
ROUNDING = 1e-12


@pytest.fixture(params=["C", "transposed"])
def X(request):
    counts = np.random.default_rng(5).integers(0, 250, SHAPE[:2]).astype(np.uint16)
    return counts if request.param == "C" else np.ascontiguousarray(counts.T).T


@pytest.fixture(params=[0.2, 0.35])
def band(request):
    return Band(SCAN, request.param)


def test_products_equal_those_of_the_low_passed_matrix(X, band):
    low_passed, matrix, (W, H) = band.low_pass(X.astype(float)), BandMatrix(DataMatrix(X), band), random_factors()
    assert matrix.shape == X.shape
    assert relative_difference(matrix @ H.T, low_passed @ H.T) < ROUNDING
    assert relative_difference(W.T @ matrix, W.T @ low_passed) < ROUNDING


def test_chosen_columns_are_low_passed_diffractions(X, band):
    expected = band.low_pass(X.astype(float))[:, [51, 3, 3]]
    assert relative_difference(BandMatrix(DataMatrix(X), band).columns(np.array([51, 3, 3])), expected) < ROUNDING


def test_the_squared_error_of_band_limited_maps_is_that_of_the_whole_data(X, band):
    W, H = random_factors()
    H = band.low_pass(H)
    literal = ((X.astype(float) - W @ H) ** 2).sum()
    assert BandMatrix(DataMatrix(X), band).squared_error(W, H) == pytest.approx(literal, rel=1e-10)


def test_the_squared_error_uses_the_product_of_these_very_factors(X, band):
    (W, H), (other, _) = random_factors(), random_factors(9)
    matrix, H = BandMatrix(DataMatrix(X), band), band.low_pass(H)
    other.T @ matrix
    assert matrix.squared_error(W, H) == pytest.approx(((X.astype(float) - W @ H) ** 2).sum(), rel=1e-10)


def test_sums_are_those_of_the_data_themselves(X, band):
    matrix, literal = BandMatrix(DataMatrix(X), band), X.astype(float)
    rows, columns = matrix.sums()
    assert np.array_equal(rows, literal.sum(axis=1)) and np.array_equal(columns, literal.sum(axis=0))
    assert matrix.sum_of_squares() == (literal ** 2).sum()
    weights = np.linspace(0.5, 2, 30)
    assert matrix.weighted_sum_of_squares(weights) == pytest.approx((weights[:, None] * literal ** 2).sum(), rel=1e-12)


def test_least_squares_on_the_band_is_low_passed_least_squares_on_the_data(X, band):
    """What the iteration relies on: solve first or low-pass first, the maps are the same."""
    W, _ = random_factors()
    gram, matrix = W.T @ W, BandMatrix(DataMatrix(X), band)
    solved_then_low_passed = band.low_pass(np.linalg.solve(gram, W.T @ X))
    assert relative_difference(np.linalg.solve(gram, W.T @ matrix), solved_then_low_passed) < ROUNDING
