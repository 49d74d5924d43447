"""Where a factorization leaves more than counting noise: at which places, and on which detector pixels.

residual_images   X, W, H -> residual diffraction and residual map
"""

from collections import namedtuple

import numpy as np

from .data_matrix import DataMatrix

#: so many values are looked at in one go
CHUNK = 2 ** 22
#: see `methods.VARIANCE_FLOOR`
VARIANCE_FLOOR = 0.02

Residuals = namedtuple("Residuals", "diffraction map")
Residuals.__doc__ = """Squared residuals over expected counts: 1 = counting noise alone, more = something is missing.

diffraction (n_uv,): of each detector pixel, over all places [counts]
map (n_xy,): of each place, over all detector pixels, weighted by 1 / expected so that the central disc does not
    outshine them [counts]
"""


def residual_images(X, W, H):
    """Squared residuals of X ~ W H over the counts that W H expects, summed along each axis.

    Parameters
    ----------
    X : ndarray (n_uv, n_xy) or DataMatrix
        Counts.
    W : ndarray, shape (n_uv, n_k)
    H : ndarray, shape (n_k, n_xy)

    Returns
    -------
    Residuals
        0 where nothing is expected. Counted electrons have a variance of their mean, so noise alone gives 1.
    """
    X = X if isinstance(X, DataMatrix) else DataMatrix(np.asarray(X))
    of_pixel, of_place = np.zeros(X.shape[0]), np.zeros(X.shape[1])
    expected_of_pixel = W @ H.sum(axis=1)
    weights = 1 / (expected_of_pixel + VARIANCE_FLOOR * max(expected_of_pixel.mean(), 1e-300))
    step = max(1, CHUNK // X.shape[0])
    for start in range(0, X.shape[1], step):
        places = np.arange(start, min(start + step, X.shape[1]))
        squares = (X.columns(places).astype(np.float64) - W @ H[:, places]) ** 2
        of_pixel += squares.sum(axis=1)
        of_place[places] = weights @ squares
    return Residuals(_over(of_pixel, expected_of_pixel), _over(of_place, (weights @ W) @ H))


def _over(squares, expected):
    """Quotient, 0 where next to nothing is expected."""
    some = expected > 1e-12 * max(float(np.max(expected)), 1e-300)
    return np.where(some, squares / np.where(some, expected, 1), 0.0)
