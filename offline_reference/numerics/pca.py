"""Principal components, and their varimax rotation (Supplement S5, Figs. S3 and S4)."""

from collections import namedtuple

import numpy as np

from .data_matrix import DataMatrix
from .errors import RefusedError
from .fast.compressed_matrix import CompressedMatrix, rank_for
from .fast.factorize import THIN, choose_solver
from .fast.scaled_matrix import ScaledMatrix
from .memory import refuse_if_too_large

#: the products of all patterns (or pixels) with one another, their eigenvectors, and space to work
GRAM_COPIES = 4

#: a Gram matrix with more rows than this takes seconds, and a compression less
LARGEST_GRAM = 1500
#: readings of the range finder: more than for a factorization, because single components are wanted
PASSES = 6

PCA = namedtuple("PCA", "diffractions maps variances total_variance mean_diffraction")
PCA.__doc__ = """Principal components of unfolded data.

diffractions (n_uv, n) orthonormal columns; maps (n, n_xy), their scores
[counts]; variances (n,) of the scores, largest first [counts^2]; total_variance
of all components; mean_diffraction (n_uv,) that was subtracted (zeros if not centred).
"""


def pca(X, n_components, centred=True, solver="auto"):
    """Principal components of the diffractions of X.

    Parameters
    ----------
    X : ndarray (n_uv, n_xy) or DataMatrix
        One diffraction a column. [counts]
    n_components : int
    centred : bool
        Subtract the mean diffraction first, as PCA does; without, the truncated SVD.
    solver : "auto", "exact" or "compressed"
        "exact": from the eigenvectors of the smaller Gram matrix, Xt X or X Xt. "compressed": by the randomized range
        finder (`fast.compressed_matrix`), for large data: what stands above the noise comes out the same to 8 digits,
        and noise to 3 or more (1224 x 1020 counts). "auto" decides by the smaller side.

    Returns
    -------
    PCA
        Signs so that each diffraction's largest value is positive.

    Raises
    ------
    RefusedError
        If values are not finite, or nothing varies.
    """
    X = X if isinstance(X, DataMatrix) else DataMatrix(np.asarray(X))
    n_uv, n_xy = X.shape
    mean = X.sums()[0] / n_xy if centred else np.zeros(n_uv)
    _refuse_without_variance(X.sum_of_squares(), n_xy * float(mean @ mean))
    if choose_pca_solver(solver, X.shape, n_components) == "compressed":
        return _leading(X, n_components, mean)
    gram = X.gram_of_patterns() if n_xy <= n_uv else X.gram_of_pixels()
    if n_xy <= n_uv:  # Xt X, then the same after subtraction of the mean diffraction from each column
        projection = (mean @ X)[:, None]
        gram = gram - projection - projection.T + mean @ mean
    else:
        gram = gram - n_xy * np.outer(mean, mean)
    values, vectors = np.linalg.eigh(gram)
    values, vectors = np.clip(values[::-1], 0, None), vectors[:, ::-1][:, :n_components]
    if n_xy <= n_uv:
        scales = np.sqrt(np.where(values > 0, values, 1))[:n_components]
        diffractions = (X @ vectors - np.outer(mean, vectors.sum(axis=0))) / scales
    else:
        diffractions = vectors
    diffractions = diffractions * _signs(diffractions)
    maps = diffractions.T @ X - (diffractions.T @ mean)[:, None]
    return PCA(diffractions, maps, values[:n_components] / n_xy, values.sum() / n_xy, mean)


def _refuse_without_variance(squares, squares_of_mean):
    if not np.isfinite(squares):
        raise RefusedError("some values are NaN or infinite: replace them (for example by 0) before PCA.")
    if squares - squares_of_mean <= 1e-12 * squares:  # less is rounding
        raise RefusedError("the data are constant{}: there is no variance to explain.".format(
            "" if squares else ", all 0"))


def choose_pca_solver(solver, shape, n_components):
    """"exact" or "compressed": as asked, or by the smaller side of X."""
    if solver != "auto":
        return choose_solver(solver, shape, n_components)
    thin = rank_for(n_components) <= THIN * min(shape)
    return "compressed" if thin and min(shape) > LARGEST_GRAM else "exact"


def _leading(X, n_components, mean):
    """The same from a compression of the centred data."""
    n_xy = X.shape[1]
    compressed = CompressedMatrix(ScaledMatrix(X, pattern=mean), rank_for(n_components), passes=PASSES)
    diffractions = compressed.basis[:, :n_components]
    signs = _signs(diffractions)
    total = X.sum_of_squares() - n_xy * float(mean @ mean)
    return PCA(diffractions * signs, signs[:, None] * compressed.scores[:n_components],
               compressed.powers[:n_components] / n_xy, total / n_xy, mean)


def refuse_if_gram_too_large(shape, n_components=None):
    """Raise RefusedError where PCA of data of that shape (n_uv, n_xy) would not fit into the free memory.

    Without n_components, for all components (their Gram matrix).
    """
    if n_components is not None and choose_pca_solver("auto", shape, n_components) == "compressed":
        return
    refuse_if_too_large(8 * GRAM_COPIES * min(shape) ** 2, "PCA of these data")


def varimax_components(found, n_components):
    """The first components of a PCA, rotated by varimax so that each map is large in few places (Fig. S3b).

    Parameters
    ----------
    found : PCA
    n_components : int

    Returns
    -------
    W : ndarray, shape (n_uv, n_components)
        Diffractions, each of positive sum. [counts]
    H : ndarray, shape (n_components, n_xy)
        Maps, scores of about unit variance. [-]

    Notes
    -----
    Scores of unit variance are rotated: then it is the maps that become sparse, and the diffractions lose their
    negative peaks. W H is the product of the first components as before.
    """
    W, H = found.diffractions[:, :n_components], found.maps[:n_components]
    scales = np.sqrt(np.where(found.variances > 0, found.variances, 1))[:n_components]
    maps, rotation = varimax((H / scales[:, None]).T)
    diffractions = (W * scales) @ rotation
    signs = np.where(diffractions.sum(axis=0) < 0, -1.0, 1.0)
    return diffractions * signs, (maps * signs).T


def varimax(loadings, max_iter=500, tol=1e-10):
    """Rotate columns so that each is large in few rows and small in the others (Kaiser 1958).

    Parameters
    ----------
    loadings : ndarray, shape (n_rows, n_columns)

    Returns
    -------
    rotated : ndarray, shape (n_rows, n_columns)
        loadings @ rotation.
    rotation : ndarray, shape (n_columns, n_columns)
        Orthogonal.
    """
    n_rows, n_columns = loadings.shape
    rotation, criterion = np.eye(n_columns), 0.0
    for _ in range(max_iter):
        rotated = loadings @ rotation
        gradient = loadings.T @ (rotated ** 3 - rotated * (rotated ** 2).sum(axis=0) / n_rows)
        left, singular, right = np.linalg.svd(gradient)
        rotation = left @ right
        if singular.sum() <= criterion * (1 + tol):
            break
        criterion = singular.sum()
    return loadings @ rotation, rotation


def _signs(columns):
    """+1 or -1 for each column, so that its largest value in size becomes positive."""
    largest = columns[np.argmax(abs(columns), axis=0), np.arange(columns.shape[1])]
    return np.where(largest < 0, -1.0, 1.0)
