"""Matrix functions: a matrix of R rows and C columns is an image of width C and height R.

In single precision by default, as DM is believed to compute them (switch ``precision``): the product of two float32
matrices is rounded to float32, and so is an inverse.
"""

import numpy as np

from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.registry import dm_function

PRECISION = "computed and returned in single precision (switch precision)"


def matrix(call, image):
    """An image as a 2D array of the precision that matrix functions work in; a 1D image is one row."""
    _refuse_no_matrix(image)
    return np.atleast_2d(image.pixels).astype(_working_type(call, image), copy=False)


def _refuse_no_matrix(image):
    if image.n_dimensions > 2:
        raise DMError(f"Matrix functions take 2D images, this one has {image.n_dimensions} dimensions.")
    if image.is_rgb:
        raise DMError("Matrix functions take images of numbers, not of colours.")


def _working_type(call, image):
    if call.switches.precision == "double":
        return np.complex128 if image.is_complex else np.float64
    return np.complex64 if image.is_complex else np.float32


def _text(array):
    rows, columns = array.shape
    return f"{columns} x {rows}"


def _square(call, image, name):
    array = matrix(call, image)
    if array.shape[0] != array.shape[1]:
        raise DMError(f"{name} needs a square matrix, this one is {_text(array)} (width x height).")
    return array


@dm_function("image MatrixMultiply(image a, image b)", "SEEN 6 f, Supplement S1, SDK", PRECISION)
def matrix_multiply(call, a, b):
    """Matrix product: width(b) x height(a); needs width(a) = height(b)."""
    left, right = matrix(call, a), matrix(call, b)
    if left.shape[1] != right.shape[0]:
        raise DMError(
            f"MatrixMultiply: the first matrix is {_text(left)}, the second {_text(right)} (width x height); "
            "the width of the first must be the height of the second."
        )
    return left @ right


@dm_function("image MatrixTranspose(image a)", "SEEN 3 f, Supplement S1, SDK")
def matrix_transpose(call, a):
    _refuse_no_matrix(a)
    return np.ascontiguousarray(np.atleast_2d(a.pixels).T)


@dm_function("image MatrixInverse(image a)", "SEEN 4 f, Supplement S1, SDK", PRECISION + "; singular: an error")
def matrix_inverse(call, a):
    array = _square(call, a, "MatrixInverse")
    try:
        inverse = np.linalg.inv(array)
    except np.linalg.LinAlgError:
        inverse = np.full_like(array, np.inf)
    if not np.isfinite(inverse).all():
        raise DMError(f"MatrixInverse: this {_text(array)} matrix is singular, it has no inverse.")
    return inverse


@dm_function("number MatrixDeterminant(image a)", "SEEN 1 f, SDK", PRECISION)
def matrix_determinant(call, a):
    determinant = np.linalg.det(_square(call, a, "MatrixDeterminant"))
    return complex(determinant) if np.iscomplexobj(determinant) else float(determinant)


@dm_function("void MatrixPrint(image a)", "SDK", "layout: one row a line, numbers separated by tabs")
def matrix_print(call, a):
    """Write a matrix into the Results window."""
    _refuse_no_matrix(a)
    for row in np.atleast_2d(a.pixels):
        call.workspace.write("\t".join(f"{value:g}" for value in row) + "\n", "results")


@dm_function("image CrossProduct(image a, image b)", "SEEN 2 f, SDK", PRECISION + "; shape of the first vector")
def cross_product(call, a, b):
    """Vector product of two vectors of three elements, rows or columns."""
    left, right = matrix(call, a), matrix(call, b)
    if left.size != 3 or right.size != 3:
        raise DMError(f"CrossProduct takes two vectors of 3 elements, not of {left.size} and {right.size}.")
    return np.cross(left.ravel(), right.ravel()).reshape(a.pixels.shape)


@dm_function("image LUDecomposition(image a, image b)", "SDK", "solves a x = b for the columns of b")
def lu_solve(call, a, b):
    array, right = _square(call, a, "LUDecomposition"), matrix(call, b)
    _refuse_other_height("LUDecomposition", array, right)
    try:
        return np.linalg.solve(array, right)
    except np.linalg.LinAlgError:
        raise DMError("LUDecomposition: the matrix is singular.") from None


@dm_function("image SVDecomposition(image a, image b)", "SDK", "least-squares solution of a x = b for the columns of b")
def svd_solve(call, a, b):
    array, right = matrix(call, a), matrix(call, b)
    _refuse_other_height("SVDecomposition", array, right)
    return _least_squares("SVDecomposition", array, right, None)


@dm_function(
    "image SVDFit(image a, image b, number tolerance)",
    "SDK",
    "least-squares solution of a x = b; singular values below tolerance times the largest count as zero",
)
def svd_fit(call, a, b, tolerance):
    array, right = matrix(call, a), matrix(call, b)
    _refuse_other_height("SVDFit", array, right)
    return _least_squares("SVDFit", array, right, tolerance)


def _least_squares(name, array, right, tolerance):
    try:
        found = np.linalg.lstsq(array, right, rcond=tolerance)[0]
    except np.linalg.LinAlgError:
        raise DMError(f"{name}: the singular values cannot be found, for instance because of numbers that are not "
                      "finite.") from None
    return found.astype(np.result_type(array, right))


def _refuse_other_height(name, left, right):
    if left.shape[0] != right.shape[0]:
        raise DMError(f"{name}: the two matrices are {_text(left)} and {_text(right)}; their heights must be equal.")
