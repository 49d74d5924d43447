"""X with a pattern subtracted and rows and columns scaled, as products: the scaled data are never made."""

import numpy as np


class ScaledMatrix:
    """diag(of_rows) (X - pattern 1t) diag(of_columns), for `CompressedMatrix`.

    Parameters
    ----------
    X : DataMatrix
        (n_uv, n_xy). [counts]
    of_rows : ndarray, shape (n_uv,), optional
    of_columns : ndarray, shape (n_xy,), optional
    pattern : ndarray, shape (n_uv,), optional
        Subtracted from each column, before the scaling. [counts]
    """

    __array_ufunc__ = None  # so that ``W.T @ X`` asks this class and not NumPy

    def __init__(self, X, of_rows=None, of_columns=None, pattern=None):
        self.X, self.shape, self.size, self.dtype = X, X.shape, X.size, X.dtype
        self.rows_are_pixels = X.rows_are_pixels
        self.of_rows = np.ones(X.shape[0]) if of_rows is None else of_rows
        self.of_columns = np.ones(X.shape[1]) if of_columns is None else of_columns
        self.pattern = np.zeros(X.shape[0]) if pattern is None else pattern

    def __matmul__(self, right):
        """Product with (n_xy, n)."""
        right = self.of_columns[:, None] * right
        return self.of_rows[:, None] * (self.X @ right - np.outer(self.pattern, right.sum(axis=0)))

    def __rmatmul__(self, left):
        """Product of (n, n_uv) with it."""
        left = left * self.of_rows
        return (left @ self.X - (left @ self.pattern)[:, None]) * self.of_columns

    def power(self, directions):
        """As `DataMatrix.power`, in two readings."""
        if self.rows_are_pixels:
            return ((self @ directions).T @ self).T
        return self @ (directions.T @ self).T
