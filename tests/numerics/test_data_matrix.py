"""DataMatrix: every product is that of X itself in float64, whatever its type, memory order and block size."""
import numpy as np
import pytest

from offline_reference.numerics import data_matrix
from offline_reference.numerics.data_matrix import DataMatrix
from offline_reference.numerics.map_constraint import Band
from tests.numerics.small_data import SHAPE, random_factors, relative_difference

DTYPES = (np.uint8, np.uint16, np.float32, np.float64)
SCAN = (7, 8)
#: sums of at most 56 terms of a few hundred, in float64
ROUNDING = 1e-13


def whole_counts(dtype=np.uint8, memory="C"):
    """X (30, 56) of the same whole numbers in every type, C-ordered or the transpose of a C-ordered array."""
    X = np.random.default_rng(5).integers(0, 250, SHAPE[:2]).astype(dtype)
    return X if memory == "C" else np.ascontiguousarray(X.T).T


@pytest.fixture(params=["C", "transposed"])
def memory(request):
    return request.param


@pytest.fixture(params=["whole", "tiny"], autouse=True)
def blocks(request, monkeypatch):
    """Blocks so small that the last one is not full: 4 of 30 rows of 56, 8 of 56 rows of 30."""
    if request.param == "tiny":
        monkeypatch.setattr(data_matrix, "BLOCK_BYTES", 4 * 56 * 8 + 100)
        monkeypatch.setattr(data_matrix, "GRAM_BLOCK_BYTES", 11 * 30 * 8)
    return request.param


def test_tiny_blocks_are_really_tiny(memory, blocks):
    """Or all the tests here would run twice on one block."""
    n_blocks = len(list(DataMatrix(whole_counts(np.uint8, memory))._blocks()))
    assert n_blocks == (1 if blocks == "whole" else {"C": 8, "transposed": 8}[memory])


@pytest.mark.parametrize("dtype", DTYPES)
def test_products_equal_those_of_the_float64_matrix(dtype, memory):
    X, (W, H) = whole_counts(dtype, memory), random_factors()
    data, literal = DataMatrix(X), X.astype(np.float64)
    assert relative_difference(data @ H.T, literal @ H.T) < ROUNDING
    assert relative_difference(W.T @ data, W.T @ literal) < ROUNDING
    assert (data @ H.T).dtype == (W.T @ data).dtype == np.float64


@pytest.mark.parametrize("dtype", DTYPES)
def test_sums_equal_those_of_the_float64_matrix(dtype, memory):
    X = whole_counts(dtype, memory)
    data, literal = DataMatrix(X), X.astype(np.float64)
    rows, columns = data.sums()
    assert np.array_equal(rows, literal.sum(axis=1))  # sums of whole numbers are exact
    assert np.array_equal(columns, literal.sum(axis=0))
    assert data.sum_of_squares() == (literal ** 2).sum()
    weights = np.random.default_rng(1).uniform(0.5, 2, 30)
    assert data.weighted_sum_of_squares(weights) == pytest.approx((weights[:, None] * literal ** 2).sum(), rel=ROUNDING)


@pytest.mark.parametrize("dtype", DTYPES)
def test_gram_matrices_equal_those_of_the_float64_matrix(dtype, memory):
    X = whole_counts(dtype, memory)
    data, literal = DataMatrix(X), X.astype(np.float64)
    assert np.array_equal(data.gram_of_pixels(), literal @ literal.T)
    assert np.array_equal(data.gram_of_patterns(), literal.T @ literal)


@pytest.mark.parametrize("dtype", DTYPES)
def test_chosen_columns_are_those_diffractions_in_float64(dtype, memory):
    X = whole_counts(dtype, memory)
    columns = DataMatrix(X).columns(np.array([51, 3, 3]))
    assert columns.dtype == np.float64
    assert np.array_equal(columns, X[:, [51, 3, 3]])


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_squared_error_by_products_equals_the_literal_sum(dtype, memory):
    X, (W, H) = whole_counts(dtype, memory), random_factors()
    data, literal = DataMatrix(X), ((X.astype(np.float64) - W @ H) ** 2).sum()
    assert data.squared_error(W, H) == pytest.approx(literal, rel=1e-10)
    assert data.residual_sum_of_squares(W, H) == pytest.approx(literal, rel=1e-12)


def test_the_residual_is_summed_block_by_block_without_losing_digits(memory):
    """A fit to 1e-9: the squared error is 1e-18 of ||X||^2, far below what a difference of large terms can show."""
    W, H = random_factors()
    X = W @ H + 1e-9 * np.random.default_rng(3).standard_normal(SHAPE[:2])
    data = DataMatrix(X if memory == "C" else np.ascontiguousarray(X.T).T)
    assert data.residual_sum_of_squares(W, H) == pytest.approx(((X - W @ H) ** 2).sum(), rel=1e-6, abs=0)


@pytest.mark.parametrize("dtype", DTYPES)
def test_band_coefficients_are_those_of_each_detector_pixel(dtype, memory):
    X, band = whole_counts(dtype, memory), Band(SCAN, 0.3)
    expected = band.coefficients(X.astype(np.float64))
    assert relative_difference(DataMatrix(X).band_coefficients(band), expected) < ROUNDING


def test_the_squared_error_uses_the_product_of_these_very_factors():
    """A product remembered for other factors of the same shape must not be taken for theirs."""
    X, (W, H), (other, _) = whole_counts(), random_factors(), random_factors(9)
    data = DataMatrix(X)
    other.T @ data
    assert data.squared_error(W, H) == pytest.approx(((X - W @ H) ** 2).sum(), rel=1e-10)


def test_a_remembered_product_is_not_made_twice(monkeypatch):
    X, (W, H) = whole_counts(), random_factors()
    data = DataMatrix(X)
    W.T @ data
    monkeypatch.setattr(DataMatrix, "__rmatmul__", None)  # a second product would now fail
    assert data.squared_error(W, H) == pytest.approx(((X - W @ H) ** 2).sum(), rel=1e-10)


def test_the_data_are_not_changed(memory):
    X, (W, H) = whole_counts(np.uint16, memory), random_factors()
    before = X.copy()
    X.setflags(write=False)
    data = DataMatrix(X)
    data @ H.T, W.T @ data, data.sums(), data.squared_error(W, H), data.gram_of_pixels()
    assert np.array_equal(X, before)


@pytest.mark.parametrize("dtype", DTYPES)
def test_products_in_float32_are_those_in_float64_to_its_rounding_and_squares_stay_float64(dtype, memory):
    X, (W, H) = whole_counts(dtype, memory), random_factors()
    double = DataMatrix(X)
    single = double.in_type(np.float32)
    assert (X @ H.T).dtype == np.float64 and (single @ H.T).dtype == (W.T @ single).dtype == np.float32
    assert relative_difference(single @ H.T, double @ H.T) < 1e-6
    assert relative_difference(W.T @ single, W.T @ double) < 1e-6
    assert single.sum_of_squares() == double.sum_of_squares()
    assert single.squared_error(W, H) == pytest.approx(double.squared_error(W, H), rel=1e-6)
    assert single.in_type(np.float32) is single
