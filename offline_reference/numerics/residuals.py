"""Where a factorization leaves more than counting noise: at which places, and on which detector pixels.

residual_images   X, W, H -> residual diffraction and residual map
"""

from collections import namedtuple

import numpy as np

from .data_matrix import DataMatrix

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
    expected_of_pixel = W @ H.sum(axis=1)
    weights = 1 / (expected_of_pixel + VARIANCE_FLOOR * max(expected_of_pixel.mean(), 1e-300))
    of_pixel, of_place = X.residual_squares(W, H, weights)
    return Residuals(_over(of_pixel, expected_of_pixel), _over(of_place, (weights @ W) @ H))


def _over(squares, expected):
    """Quotient, 0 where next to nothing is expected."""
    some = expected > 1e-12 * max(float(np.max(expected)), 1e-300)
    return np.where(some, squares / np.where(some, expected, 1), 0.0)
