"""The data as a matrix that multiplies block by block, so that counts keep their type.

`DataMatrix` stands where a formula has X: ``X @ H.T`` and ``W.T @ X`` read as in
the paper. Counts of any type are converted to float64 a block at a time and
never as a whole, so uint8, uint16, float32 and float64 data give the same numbers; a float64
matrix goes straight to BLAS.
"""

import numpy as np

#: a converted block is about this large, so that it stays in a processor's cache [bytes]
BLOCK_BYTES = 2 ** 21
#: a Gram matrix is as large as a block's product with itself: fewer, larger blocks
GRAM_BLOCK_BYTES = 2 ** 25


class DataMatrix:
    """X (n_uv, n_xy) of any real type, for products in float64 (or float32), and squared errors in float64.

    Parameters
    ----------
    X : ndarray, shape (n_uv, n_xy)
        As `unfold` gives it: C-ordered, or the transpose of a C-ordered array. [counts]
    good : ndarray of bool, shape (n_uv,), optional
        False for detector pixels to leave out: they count as 0, and are in no error.
    dtype : np.float64 or np.float32
        Type of the products. Sums of squares are made in float64 always.

    Attributes
    ----------
    shape : (int, int)
    size : int
        Number of elements that count: good pixels x scan positions.
    """

    __array_ufunc__ = None  # so that ``W.T @ X`` asks this class and not NumPy

    def __init__(self, X, good=None, dtype=np.float64):
        self.shape, self.dtype = X.shape, np.dtype(dtype)
        self._good = None if good is None or good.all() else good
        self.size = X.shape[1] * (X.shape[0] if good is None else int(np.count_nonzero(good)))
        self._transposed = not X.flags.c_contiguous and X.T.flags.c_contiguous
        self._rows = X.T if self._transposed else X  # the slow axis of memory first
        self._squares = None
        self._last_product = self._last_right_product = (None, None)

    def in_type(self, dtype):
        """The same data with products of another type; nothing is copied."""
        if self.dtype == dtype:
            return self
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__)
        other.dtype = np.dtype(dtype)
        other._last_product = other._last_right_product = (None, None)
        return other

    @property
    def rows_are_pixels(self):
        """Whether memory holds one detector pixel after the other (order "vuyx"), not one scan position."""
        return not self._transposed

    def __matmul__(self, right):
        """X @ right, right (n_xy, n)."""
        return self._sum_over_blocks(right) if self._transposed else self._block_by_block(right)

    def __rmatmul__(self, left):
        """left @ X, left (n, n_uv): remembered for `squared_error`, which needs the same product."""
        product = (self._block_by_block(left.T) if self._transposed else self._sum_over_blocks(left.T)).T
        self._last_product = (left, product)
        return product

    def power(self, directions):
        """Stored rows, transposed, @ stored rows @ directions, in one reading: Xt X D, or X Xt D if rows are
        scan positions."""
        directions = directions.astype(self.dtype, copy=False)
        return sum(block.T @ (block @ directions) for block in self._blocks())

    def renew_rows(self, renew, other):
        """Improve the factor that belongs to the stored rows and make the product that improves the other one.

        One reading of X for both halves of an iteration.

        Parameters
        ----------
        renew : function (slice, target) -> rows
            New rows of the factor from target = stored rows @ other.
        other : ndarray, shape (n_fast, n_k)
            H transposed if rows are pixels, else W.

        Returns
        -------
        factor : ndarray, shape (n_slow, n_k)
            W if rows are pixels, else H transposed. Its product with X is remembered for the other half (Wt X, or
            X Ht). If rows are scan positions, so is the target, Wt X, because the error is made of it.
        """
        other = np.asarray(other, dtype=self.dtype)
        parts, targets, product, start = [], [], 0.0, 0
        for block in self._blocks():
            target = block @ other
            parts.append(renew(slice(start, start + block.shape[0]), target))
            product = product + block.T @ parts[-1]
            start += block.shape[0]
            if self._transposed:
                targets.append(target)
        factor = np.concatenate(parts)
        if self._transposed:
            self._last_right_product = (factor.T, product)
            self._last_product = (other.T, np.concatenate(targets).T)
        else:
            self._last_product = (factor.T, product.T)
        return factor

    def columns(self, indices):
        """Some diffractions, X[:, indices], in the type of the products."""
        some = (self._rows[indices].T if self._transposed else self._rows[:, indices]).astype(self.dtype)
        return some if self._good is None else some * self._good[:, None]

    def sum_of_squares(self):
        """||X||^2 (a float32 sum was measured 0.67 % wrong at 2.7e8 elements)."""
        if self._squares is None:
            self._squares = sum(float(np.vdot(block, block)) for block in self._blocks(dtype=np.float64))
        return self._squares

    def weighted_sum_of_squares(self, weights, of_columns=None):
        """sum of weights (n_uv,) x X^2 over all scan positions, which may have weights (n_xy,) too."""
        of_columns = np.ones(self.shape[1]) if of_columns is None else of_columns
        of_slow, of_fast = (of_columns, weights) if self._transposed else (weights, of_columns)
        total, start = 0.0, 0
        for block in self._blocks(dtype=np.float64):
            total += float(of_slow[start:start + len(block)] @ ((block ** 2) @ of_fast))
            start += len(block)
        return total

    def sums(self):
        """Total of each row (n_uv,) and of each column (n_xy,): the summed diffraction and map."""
        along, across = 0.0, []
        for block in self._blocks(dtype=np.float64):
            along = along + block.sum(axis=0)
            across.append(block.sum(axis=1))
        across = np.concatenate(across)
        return (along, across) if self._transposed else (across, along)

    def squared_error(self, W, H):
        """||X - W H||^2 = ||X||^2 - 2 <Wt X, H> + <Wt W, H Ht>, without forming W H.

        The product Wt X of the step just made is used again. The terms cancel
        when the fit is close: `metrics.mean_squared_error` then sums the residual itself.
        """
        product = last_product(self, W)
        return self.sum_of_squares() - 2 * inner_product(product, H) + inner_product(W.T @ W, H @ H.T)

    def residual_sum_of_squares(self, W, H):
        """||X - W H||^2, the literal sum, a block of the residual at a time."""
        slow, fast = (H.T, W.T) if self._transposed else (W, H)
        total, start = 0.0, 0
        for block in self._blocks(dtype=np.float64):
            total += float(np.sum((block - slow[start:start + block.shape[0]] @ fast) ** 2))
            start += block.shape[0]
        return total

    def residual_squares(self, W, H, weights):
        """Squares of X - W H summed over the places, (n_uv,), and over the detector pixels with weights (n_uv,),
        (n_xy,), in one reading."""
        slow, fast = (H.T, W.T) if self._transposed else (W, H)
        along, across, start = 0.0, [], 0
        for block in self._blocks(dtype=np.float64):
            rows = slice(start, start + block.shape[0])
            squares = (block - slow[rows] @ fast) ** 2
            along = along + (squares.sum(axis=0) if self._transposed else weights[rows] @ squares)
            across.append(squares @ weights if self._transposed else squares.sum(axis=1))
            start += block.shape[0]
        across = np.concatenate(across)
        return (along, across) if self._transposed else (across, along)

    def band_coefficients(self, band):
        """Coefficients of X along the scan below the band's cut-off: (n_uv, band.n), in one pass."""
        if not self._transposed:
            return np.concatenate([band.coefficients(block) for block in self._blocks()])
        n_x = band.scan[1]
        total = np.zeros((band.basis_y.shape[1], band.basis_x.shape[1], self.shape[0]))
        for y, weights in enumerate(band.basis_y):  # a scan row of diffractions at a time
            row = band.basis_x.T @ self._rows[y * n_x:(y + 1) * n_x].astype(np.float64)
            total += weights[:, None, None] * row
        if self._good is not None:
            total *= self._good
        return np.ascontiguousarray(total[band.inside].T)

    def gram_of_pixels(self, weights=None):
        """X Xt, (n_uv, n_uv); ``weights`` (n_xy,) are of the scan positions that are summed over."""
        return self._gram_across(weights) if self._transposed else self._gram_along(weights)

    def gram_of_patterns(self, weights=None):
        """Xt X, (n_xy, n_xy); ``weights`` (n_uv,) are of the detector pixels that are summed over."""
        return self._gram_along(weights) if self._transposed else self._gram_across(weights)

    def _gram_across(self, weights):
        """stored rows, transposed, @ stored rows: a sum over blocks."""
        total, start = 0.0, 0
        for block in self._blocks(GRAM_BLOCK_BYTES):
            rows = slice(start, start + block.shape[0])
            total = total + block.T @ (block if weights is None else weights[rows, None] * block)
            start += block.shape[0]
        return total

    def _gram_along(self, weights):
        """stored rows @ stored rows, transposed: one block against the others."""
        return np.concatenate([self._block_by_block((block if weights is None else block * weights).T).T
                               for block in self._blocks(GRAM_BLOCK_BYTES)])

    def _blocks(self, block_bytes=None, dtype=None):
        """Rows of the stored array in the type of the products, or another, a cache-sized block at a time."""
        rows = max(1, (block_bytes or BLOCK_BYTES) // (self._rows.shape[1] * 8))
        for start in range(0, self._rows.shape[0], rows):
            block = self._rows[start:start + rows].astype(dtype or self.dtype, copy=False)
            if self._good is not None:
                block = block * (self._good if self._transposed else self._good[start:start + rows, None])
            yield block

    def _is_direct(self):
        """Whether BLAS can take the stored array as it is."""
        return self._rows.dtype == self.dtype and self._good is None

    def _block_by_block(self, right):
        """stored rows @ right."""
        right = right.astype(self.dtype, copy=False)
        if self._is_direct():
            return self._rows @ right
        return np.concatenate([block @ right for block in self._blocks()])

    def _sum_over_blocks(self, left):
        """stored rows, transposed, @ left."""
        left = left.astype(self.dtype, copy=False)
        if self._is_direct():
            return self._rows.T @ left
        total, start = 0.0, 0
        for block in self._blocks():
            total = total + block.T @ left[start:start + block.shape[0]]
            start += block.shape[0]
        return total


def inner_product(A, B):
    """Sum of A * B in float64; BLAS would sum float32 factors in float32."""
    return float(np.vdot(A.astype(np.float64, copy=False), B.astype(np.float64, copy=False)))


def last_product(X, W):
    """Wt X: the one that X remembers if it was made with this very W, else a new one.

    The same memory means the same W, because steps make new arrays and never write into old ones.
    """
    left, product = X._last_product
    return product if _same_memory(left, W.T) else W.T @ X


def last_right_product(X, H):
    """X Ht: the one that X remembers from `DataMatrix.renew_rows`, if it was made with this very H, else a new one."""
    right, product = X._last_right_product
    return product if _same_memory(right, H) else X @ H.T


def _same_memory(one, other):
    return one is not None and one.__array_interface__ == other.__array_interface__
