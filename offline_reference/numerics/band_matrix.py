"""The data low-passed along the scan, held as its few coefficients below the cut-off.

Maps that end at a cut-off f (cycles per scan pixel) can only fit what the data
hold below f. The projection of X onto that band is made once; it has about pi f^2 n_xy
columns instead of n_xy (an eighth at f = 0.2), and every product of an
iteration is that much cheaper. Nothing is lost: for W H inside the band,
||X - W H||^2 = ||X_band - W H||^2 + the power of X beyond the band, and least
squares for H on X_band is the low-passed least squares on X.
"""

import numpy as np

from .data_matrix import last_product


class BandMatrix:
    """X (n_uv, n_xy) without what lies beyond the band, for products and squared errors.

    Parameters
    ----------
    X : DataMatrix
        The data. Read once.
    band : map_constraint.Band
        Of the scan of X.

    Notes
    -----
    ``X @ H.T`` and ``W.T @ X`` are those of the low-passed data. If X keeps no coefficients (data spread over
    computers: they would have to be in one place), each product is made with X and low-passed; the numbers are the
    same, for the projection is symmetric.
    """

    __array_ufunc__ = None  # so that ``W.T @ X`` asks this class and not NumPy

    def __init__(self, X, band):
        self.shape, self.size, self.band = X.shape, X.size, band
        self.full = X
        self._coefficients = X.band_coefficients(band)
        self._last_product = (None, None)

    def __matmul__(self, right):
        """X_band @ right, right (n_xy, n)."""
        if self._coefficients is None:
            return self.full @ self.band.low_pass(right.T).T
        return self._coefficients @ self.band.coefficients(right.T).T

    def __rmatmul__(self, left):
        """left @ X_band, left (n, n_uv); remembered for `squared_error`."""
        product = self.band.low_pass(left @ self.full) if self._coefficients is None \
            else self.band.maps(left @ self._coefficients)
        self._last_product = (left, product)
        return product

    def columns(self, indices):
        """Several low-passed diffractions (n_uv, n)."""
        one_hot = np.zeros((len(indices), self.shape[1]))
        one_hot[np.arange(len(indices)), indices] = 1
        return self @ one_hot.T

    def squared_error(self, W, H):
        """||X - W H||^2 for H inside the band (what H holds beyond it counts as if X held nothing there)."""
        product = last_product(self, W)
        return self.full.sum_of_squares() - 2 * float(np.vdot(product, H)) + float(np.vdot(W.T @ W, H @ H.T))

    def sums(self):
        """Total of each row and each column of the data themselves."""
        return self.full.sums()

    def sum_of_squares(self):
        """||X||^2 of the data themselves, so that errors are those of the data."""
        return self.full.sum_of_squares()

    def weighted_sum_of_squares(self, weights):
        """Weighted ||X||^2 of the data themselves."""
        return self.full.weighted_sum_of_squares(weights)
