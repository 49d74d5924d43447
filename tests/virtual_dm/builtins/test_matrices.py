"""Matrix functions: width = columns, height = rows, single precision unless switched."""

import numpy as np
import pytest

from offline_reference.virtual_dm.images import Image
from tests.virtual_dm.builtins.scripts import error_of, pixels_of, run, value_of

RNG = np.random.default_rng(11)
LEFT = RNG.random((3, 5)).astype(np.float32)  # 5 wide, 3 high
RIGHT = RNG.random((5, 4)).astype(np.float32)  # 4 wide, 5 high
SQUARE = RNG.random((4, 4)).astype(np.float32) + np.eye(4, dtype=np.float32)


def test_the_product_has_the_width_of_the_second_and_the_height_of_the_first():
    product = pixels_of("MatrixMultiply(A, B)", Image(LEFT.copy()), Image(RIGHT.copy()))
    assert product.shape == (3, 4)
    np.testing.assert_allclose(product, LEFT.astype(float) @ RIGHT.astype(float), rtol=1e-6)


@pytest.mark.parametrize("precision, dtype", [("single", np.float32), ("double", np.float64)])
def test_the_precision_of_results_is_switchable(precision, dtype):
    images = [Image(LEFT.astype(np.float64)), Image(RIGHT.astype(np.float64))]
    assert pixels_of("MatrixMultiply(A, B)", *images, precision=precision).dtype == dtype


def test_unfit_sizes_are_refused_with_both_of_them():
    message = error_of("image p := MatrixMultiply(B, A)", Image(LEFT.copy()), Image(RIGHT.copy()))
    assert "4 x 5" in message and "5 x 3" in message


def test_transpose_swaps_rows_and_columns():
    np.testing.assert_array_equal(pixels_of("MatrixTranspose(A)", Image(LEFT.copy())), LEFT.T)


def test_inverse_and_determinant_agree_with_numpy():
    np.testing.assert_allclose(
        pixels_of("MatrixInverse(A)", Image(SQUARE.copy())), np.linalg.inv(SQUARE.astype(float)), rtol=1e-4, atol=1e-5
    )
    assert value_of("MatrixDeterminant(A)", Image(SQUARE.copy())) == pytest.approx(
        np.linalg.det(SQUARE.astype(float)), rel=1e-5
    )


def test_a_singular_or_oblong_matrix_has_no_inverse():
    assert "singular" in error_of("image i := MatrixInverse(A)", Image(np.ones((3, 3), np.float32)))
    assert "square" in error_of("image i := MatrixInverse(A)", Image(LEFT.copy()))


def test_cross_product_keeps_the_shape_of_the_first_vector():
    a, b = Image(np.array([[1.0], [2], [3]], np.float32)), Image(np.array([[0.0, 1, 4]], np.float32))
    assert pixels_of("CrossProduct(A, B)", a, b).tolist() == [[5.0], [-4.0], [1.0]]
    assert "3 elements" in error_of("image c := CrossProduct(A, A)", Image(LEFT.copy()))


@pytest.mark.parametrize("call", ["LUDecomposition(A, B)", "SVDecomposition(A, B)", "SVDFit(A, B, 1e-7)"])
def test_solvers_solve(call):
    right = RNG.random((4, 2)).astype(np.float32)
    solution = pixels_of(call, Image(SQUARE.copy()), Image(right.copy()))
    np.testing.assert_allclose(SQUARE @ solution, right, atol=1e-5)


def test_matrix_print_writes_one_row_a_line():
    assert run("MatrixPrint(A)", Image(np.array([[1, 2], [3, 4.5]], np.float32))).results == "1\t2\n3\t4.5\n"


def test_volumes_are_no_matrices():
    assert "2D" in error_of("image t := MatrixTranspose(A)", Image(np.zeros((2, 3, 4), np.float32)))
