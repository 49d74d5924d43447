"""The data as a product of two thin matrices, so that an iteration does not read them.

X ~ Q B, Q (n_uv, r) orthonormal, B = Qt X (r, n_xy), with r a few times n_k. This is
the randomized range finder (Halko, Martinsson and Tropp, SIAM Review 53 (2011) 217, algorithms 4.4
and 5.1). A factorization of rank n_k looks at X through W and H only, and these live near the leading
directions of X: what lies outside Q is noise to it. One product with X costs n_uv n_xy n_k multiplications,
one with Q B costs (n_uv + n_xy) r n_k.
"""

import numpy as np

from ..data_matrix import inner_product, last_product

#: directions kept: twice the components and a reserve, so that the last ones kept are all noise
TIMES_COMPONENTS, RESERVE = 2, 20
#: power iterations of the range finder: 2 do at n_k = 10, at 30 the MSE still falls by 1e-4 with the third
PASSES = 3


def rank_for(n_components):
    """How many directions to keep for so many components."""
    return TIMES_COMPONENTS * n_components + RESERVE


class CompressedMatrix:
    """X (n_uv, n_xy) as Q B, for products and squared errors; stands where a formula has X.

    Parameters
    ----------
    X : DataMatrix
        The data; read passes + 2 times.
    rank : int
        Directions to keep, at most min(n_uv, n_xy).
    passes : int
        Power iterations, each one reading of X.
    seed : int
        Of the random directions that the search starts from.

    Attributes
    ----------
    basis : ndarray, shape (n_uv, r)
        Q: orthonormal diffractions, the strongest first.
    scores : ndarray, shape (r, n_xy)
        B: their maps. [counts]
    powers : ndarray, shape (r,)
        Squares of the singular values that belong to them. [counts^2]
    """

    __array_ufunc__ = None  # so that ``W.T @ X`` asks this class and not NumPy

    def __init__(self, X, rank, passes=PASSES, seed=0):
        rank = min(rank, *X.shape)
        n_slow, n_fast = X.shape if X.rows_are_pixels else X.shape[::-1]
        directions = np.random.RandomState(seed).standard_normal((n_fast, rank))
        for _ in range(passes):
            directions = _orthonormal(X.power(directions))
        slow = _orthonormal(_rows_times(X, directions))
        fast = _rows_times_transposed(X, slow)
        # strongest first, so that fewer components can be sought with the leading ones alone
        powers, turn = np.linalg.eigh(fast.T.astype(np.float64) @ fast)
        powers, turn = np.clip(powers[::-1], 0, None), turn[:, ::-1]
        slow, fast = slow @ turn, fast @ turn  # fast: columns of lengths sqrt(powers)
        if not X.rows_are_pixels:  # the basis is the detector's side
            strength = np.sqrt(np.where(powers > 0, powers, 1))
            slow, fast = fast / strength, slow * strength
        self._hold(X, slow, fast.T, powers)

    def _hold(self, X, basis, scores, powers):
        self.full, self.shape, self.size, self.dtype = X, X.shape, X.size, X.dtype
        self.basis = np.ascontiguousarray(basis, dtype=X.dtype)
        self.scores = np.ascontiguousarray(scores, dtype=X.dtype)
        self.powers = powers
        self._last_product = (None, None)

    def leading(self, rank):
        """The same data with the strongest ``rank`` directions alone; X is not read again."""
        if rank >= len(self.powers):
            return self
        part = object.__new__(CompressedMatrix)
        part._hold(self.full, self.basis[:, :rank], self.scores[:rank], self.powers[:rank])
        return part

    def in_type(self, dtype):
        """The same with products of another type."""
        if self.dtype == dtype:
            return self
        other = object.__new__(CompressedMatrix)
        other._hold(self.full.in_type(dtype), self.basis, self.scores, self.powers)
        return other

    def __matmul__(self, right):
        """X @ right, right (n_xy, n)."""
        return self.basis @ (self.scores @ right.astype(self.dtype, copy=False))

    def __rmatmul__(self, left):
        """left @ X, left (n, n_uv); remembered for `squared_error`."""
        product = (left.astype(self.dtype, copy=False) @ self.basis) @ self.scores
        self._last_product = (left, product)
        return product

    def columns(self, indices):
        """Some diffractions of the data themselves."""
        return self.full.columns(indices)

    def squared_error(self, W, H):
        """||X - W H||^2, nearly: what W holds outside Q is taken to fit nothing of X."""
        return self.full.sum_of_squares() - 2 * inner_product(last_product(self, W), H) \
            + inner_product(W.T @ W, H @ H.T)

    def sums(self):
        """Total of each row and each column of the data themselves."""
        return self.full.sums()

    def sum_of_squares(self):
        """||X||^2 of the data themselves, so that errors are those of the data."""
        return self.full.sum_of_squares()

    def floor(self, n_k):
        """The least mean squared error of rank n_k (`metrics.pca_floor`)."""
        return max(self.full.sum_of_squares() - float(self.powers[:n_k].sum()), 0.0) / self.size


def _rows_times(X, directions):
    """Stored rows @ directions."""
    return X @ directions if X.rows_are_pixels else (directions.T @ X).T


def _rows_times_transposed(X, slow):
    """Stored rows, transposed, @ slow."""
    return (slow.T @ X).T if X.rows_are_pixels else X @ slow


def _orthonormal(columns):
    return np.linalg.qr(columns)[0]
