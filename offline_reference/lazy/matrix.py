"""X of data that are not in memory: the blocks of `DataMatrix`, read from a file while the last one is worked on."""

import os
import tempfile
import weakref
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from offline_reference.numerics.data_matrix import DataMatrix


class LazyMatrix(DataMatrix):
    """X (n_uv, n_xy), in blocks of rows that are read when they are needed and forgotten afterwards.

    Parameters
    ----------
    pixels : LazyPixels
    good : ndarray of bool, shape (n_uv,), optional
        False for detector pixels to leave out.

    Notes
    -----
    All that `DataMatrix` does is done on its blocks, so that the numbers are the same to rounding. One reading:
    each product, `power`, `renew_rows`, `band_coefficients`. The sums were made when the data were checked.
    """

    def __init__(self, pixels, good=None, dtype=np.float64):
        n_v, n_u, n_y, n_x = pixels.sizes
        self.pixels, self.shape, self.dtype = pixels, (n_v * n_u, n_y * n_x), np.dtype(dtype)
        self._good = None if good is None or good.all() else good
        self.size = self.shape[1] * (self.shape[0] if good is None else int(np.count_nonzero(good)))
        self._transposed = pixels.order == "yxvu"
        self._squares = None
        self._last_product = self._last_right_product = (None, None)

    def stored_blocks(self):
        """Rows as stored, (n, n_fast), each read while the one before is worked on."""
        n_rows, at_once = self.pixels.n_rows, self.pixels.rows_at_once
        places = [(start, min(start + at_once, n_rows)) for start in range(0, n_rows, at_once)]
        with ThreadPoolExecutor(1) as reader:
            coming = reader.submit(self.pixels.rows, *places[0])
            for following in places[1:] + [None]:
                block = coming.result()
                if following is not None:
                    coming = reader.submit(self.pixels.rows, *following)
                yield block

    def _blocks(self, block_bytes=None, dtype=None):
        start = 0
        for block in self.stored_blocks():
            rows = slice(start, start + len(block))
            start += len(block)
            block = block.astype(dtype or self.dtype)
            if self._good is not None:
                block *= self._good if self._transposed else self._good[rows, None]
            yield block

    def _is_direct(self):
        return False

    def sums(self):
        """Total of each row and each column, from the check of the data; bad pixels count as 0."""
        if self._good is not None:
            return super().sums()
        facts = self.pixels.facts()
        both = (facts.sums_of_rows, facts.sums_of_fast)
        return both[::-1] if self._transposed else both

    def sum_of_squares(self):
        """||X||^2 of the good pixels."""
        if self._squares is None:
            if self._good is None:
                self._squares = float(self.pixels.facts().squares_of_rows.sum())
            elif not self._transposed:
                self._squares = float(self.pixels.facts().squares_of_rows[self._good].sum())
            else:
                super().sum_of_squares()
        return self._squares

    def weighted_sum_of_squares(self, weights, of_columns=None):
        """sum of weights (n_uv,) x X^2 over all scan positions, which may have weights too."""
        if self._transposed or of_columns is not None:
            return super().weighted_sum_of_squares(weights, of_columns)
        good = 1.0 if self._good is None else self._good
        return float(np.dot(weights * good, self.pixels.facts().squares_of_rows))

    def columns(self, indices):
        """Some diffractions, X[:, indices]."""
        if not self._transposed:
            return np.concatenate([block[:, indices] for block in self._blocks()])
        some = np.concatenate([self.pixels.rows(i, i + 1) for i in np.asarray(indices).tolist()]).T.astype(self.dtype)
        return some if self._good is None else some * self._good[:, None]

    def band_coefficients(self, band):
        """Coefficients of X along the scan below the band's cut-off, (n_uv, band.n).

        In memory if they take at most a quarter of what may be used, else in a scratch file, as a matrix whose
        products read that file.
        """
        n_bytes = self.shape[0] * band.n * 8
        if n_bytes <= self.pixels.memory / 4:
            return self._band_in_memory(band)
        return _band_in_file(self, band)

    def _band_in_memory(self, band):
        if not self._transposed:
            return np.concatenate([band.coefficients(block) for block in self._blocks()])
        return self._band_of_pixels(band, 0, self.shape[0])

    def _band_of_pixels(self, band, first, last):
        """Coefficients of some detector pixels of data whose rows are scan positions: one reading of all."""
        n_y, n_x = band.scan
        total = np.zeros((band.basis_y.shape[1], band.basis_x.shape[1], last - first))
        position = 0
        for block in self._blocks():
            for pattern_row in np.split(block, range(-position % n_x, len(block), n_x)):  # within one scan row each
                y, x = divmod(position, n_x)
                part = band.basis_x[x:x + len(pattern_row)].T @ pattern_row[:, first:last]
                total += band.basis_y[y][:, None, None] * part if len(pattern_row) else 0
                position += len(pattern_row)
        return np.ascontiguousarray(total[band.inside].T)


def _band_in_file(X, band):
    """Band coefficients in a file that is gone when nothing refers to the matrix any more."""
    from .pixels import LazyPixels

    handle, path = tempfile.mkstemp(prefix="dm-nmf-band-", dir=X.pixels.scratch)
    try:
        with os.fdopen(handle, "wb") as file:
            for part in _band_in_parts(X, band):
                part.tofile(file)
    except BaseException:  # a full disk, or Ctrl+C: nothing stays behind
        _remove(path)
        raise
    stored = np.memmap(path, dtype=np.float64, mode="r", shape=(X.shape[0], 1, 1, band.n))
    matrix = LazyPixels(stored, "vuyx", X.pixels.memory).as_matrix()
    weakref.finalize(matrix, _remove, path)
    return matrix


def _band_in_parts(X, band):
    """Rows of band coefficients, some detector pixels at a time."""
    if X.rows_are_pixels:
        yield from (band.coefficients(block) for block in X._blocks())
        return
    at_once = max(1, int(X.pixels.memory / 8 // (band.basis_y.shape[1] * band.basis_x.shape[1] * 8)))
    for first in range(0, X.shape[0], at_once):
        yield X._band_of_pixels(band, first, min(first + at_once, X.shape[0]))


def _remove(path):
    if os.path.exists(path):
        os.remove(path)
