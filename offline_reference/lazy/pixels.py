"""4D pixels that are read in parts, a few megabytes to a fraction of the memory each."""

import os

import numpy as np

from offline_reference.numerics.checks import refuse_type
from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.memory import available_bytes, in_words
from offline_reference.numerics.unfold import sizes_of

from .matrix import LazyMatrix

#: without a limit, this part of the free memory is used ...
USUAL_PART = 0.25
#: ... and of that, a block takes this part at most: as stored, the next one as stored, and as float64
PART_OF_A_BLOCK = 0.25
#: larger blocks are no faster [byte]
LARGEST_BLOCK = 2 ** 27


class LazyPixels:
    """4D data as the functions of `numerics.methods` take them, but never in memory as a whole.

    Parameters
    ----------
    array : numpy.memmap, dask or zarr array, 4D
        Anything with a shape, a dtype, and slices along its first axis.
    order : "vuyx" or "yxvu"
    memory : float, optional
        How much may be used; a quarter of what is free by default. [byte]
    scratch : str, optional
        Folder for what does not fit either (the band of a constrained factorization); the system's by default.
    """

    def __init__(self, array, order, memory=None, scratch=None):
        self.array = MappedFile(array) if isinstance(array, np.memmap) else array
        self.order, self.scratch = order, scratch
        self.shape, self.dtype, self.ndim = tuple(array.shape), np.dtype(array.dtype), len(array.shape)
        self.sizes = sizes_of(self, order)
        refuse_type(self.dtype)
        self.memory = float(memory or USUAL_PART * (available_bytes() or 4e9))
        self._facts = None
        self.n_rows, self.n_fast = self.shape[0] * self.shape[1], self.shape[2] * self.shape[3]
        self.rows_at_once = self._rows_at_once()

    @property
    def nbytes(self):
        """As stored."""
        return self.n_rows * self.n_fast * self.dtype.itemsize

    def _rows_at_once(self):
        """Rows of X (or of X transposed) in a block: as many as may be, and whole chunks if the data have chunks."""
        of_a_row = self.n_fast * (8 + 2 * self.dtype.itemsize)
        unit = 1 if isinstance(self.array, MappedFile) else self.shape[1] * chunk_of(self.array)
        most = min(self.memory * PART_OF_A_BLOCK, LARGEST_BLOCK)
        if unit * of_a_row > self.memory:
            raise RefusedError(
                "the data must be read {} at once and {} may be used: allow more memory (--memory, or memory=), or "
                "save the data in smaller chunks.".format(in_words(unit * of_a_row), in_words(self.memory)))
        return max(1, int(most // (of_a_row * unit))) * unit

    def rows(self, start, stop):
        """Rows start to stop of the data as stored: detector pixels ("vuyx") or scan positions ("yxvu")."""
        if isinstance(self.array, MappedFile):
            return self.array.rows(start, stop, self.n_fast)
        n = self.shape[1]
        whole = np.asarray(self.array[start // n:-(-stop // n)]).reshape(-1, self.n_fast)
        return whole[start - start // n * n:][:stop - start]

    def stored_blocks(self):
        """Rows as stored, some at a time, each read while the caller works on the one before."""
        return LazyMatrix(self).stored_blocks()

    @property
    def size(self):
        """Number of values."""
        return self.n_rows * self.n_fast

    def facts(self):
        """Sums, squares and extremes, from one reading."""
        if self._facts is None:
            self._facts = Facts([facts_of_block(block) for block in self.stored_blocks()], self.order == "vuyx")
        return self._facts

    def refuse(self):
        """As `numerics.checks.refuse_pixels`: raise on what no factorization should start from, else return events."""
        return self.facts().refuse()

    def as_matrix(self, good=None):
        """X, read in blocks."""
        return LazyMatrix(self, good)


class MappedFile:
    """Plain numbers in a file, read instead of mapped: pages of a map count as memory in use as long as the system
    likes. Knows no more than where they are, so that another computer can be told."""

    def __init__(self, mapped):
        self.filename, self.offset = os.path.abspath(mapped.filename), mapped.offset
        self.shape, self.dtype = mapped.shape, mapped.dtype

    def rows(self, start, stop, n_fast):
        """Rows of n_fast numbers."""
        with open(self.filename, "rb") as file:
            pixels = np.fromfile(file, dtype=self.dtype, count=(stop - start) * n_fast,
                                 offset=self.offset + start * n_fast * self.dtype.itemsize)
        if pixels.size < (stop - start) * n_fast:
            raise RefusedError("'{}' ends before its last pattern: the file is cut off. Copy it again.".format(
                self.filename))
        return pixels.reshape(-1, n_fast)


def chunk_of(array):
    """Length of a chunk along the first axis; 1 if there are none."""
    chunks = getattr(array, "chunks", None)
    if not chunks:
        return 1
    return int(chunks[0][0] if isinstance(chunks[0], tuple) else chunks[0])


class Facts:
    """What one reading of the data tells: extremes, sums over either pair of axes, squares of each row."""

    def __init__(self, parts, rows_are_pixels):
        """From `facts_of_block` of all blocks, in their order."""
        self.rows_are_pixels = rows_are_pixels
        self.least = min(part["least"] for part in parts)
        self.largest = max(part["largest"] for part in parts)
        self.not_finite, self.negative, self.n_values = (sum(part[name] for part in parts)
                                                         for name in ("not_finite", "negative", "n_values"))
        self.sums_of_rows, self.squares_of_rows = (np.concatenate([part[name] for part in parts])
                                                   for name in ("sums_of_rows", "squares_of_rows"))
        self.sums_of_fast = sum(part["sums_of_fast"] for part in parts)

    def refuse(self):
        """Raise, or return sentences about what is unusual."""
        if self.not_finite:
            raise RefusedError("{} of {} values are NaN or infinite: replace them (for example by 0) before an "
                               "analysis.".format(self.not_finite, self.n_values))
        if self.negative:
            raise RefusedError("{} of {} values are negative, the least is {:g}, and counts cannot be: set them to 0, "
                               "or subtract less background, and save the data anew.".format(
                                   self.negative, self.n_values, float(self.least)))
        if self.least == self.largest:
            raise RefusedError("all {} values are {:g}: constant data hold nothing to separate.".format(
                self.n_values, float(self.least)))
        patterns = self.sums_of_fast if self.rows_are_pixels else self.sums_of_rows
        empty = int(np.count_nonzero(patterns == 0))
        if not empty:
            return []
        return ["{} of {} patterns have no counts at all (blanked beam, or lost frames): their maps are "
                "zero.".format(empty, patterns.size)]


def facts_of_block(block):
    """Of some rows as stored."""
    not_finite, n_values = 0, block.size
    if block.dtype.kind == "f":
        finite = np.isfinite(block)
        not_finite = int(block.size - np.count_nonzero(finite))
        block = np.where(finite, block, 0)
    negative = int(np.count_nonzero(block < 0)) if block.dtype.kind in "if" else 0
    least, largest = block.min(), block.max()
    block = block.astype(np.float64)
    return {"n_values": n_values, "not_finite": not_finite, "negative": negative, "least": least, "largest": largest,
            "sums_of_rows": block.sum(axis=1), "sums_of_fast": block.sum(axis=0),
            "squares_of_rows": np.einsum("ij,ij->i", block, block)}
