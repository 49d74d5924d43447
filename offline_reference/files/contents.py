"""What the counts of a dataset are like, found in one pass that needs little memory."""
from dataclasses import dataclass

import numpy as np

from offline_reference.numerics.unfold import diffractions_from_W, unfold

BLOCK_VALUES = 2**22  # looked at at a time: 32 MB as float64
HOT_FACTOR = 3.0  # a hot pixel reads so many times its brightest neighbour; a Bragg disc is wider than a pixel
HOT_SIGMA = 10.0  # and exceeds it by so many standard deviations of Poisson counts


@dataclass
class Contents:
    """Facts about 4D pixels; images are (n_v, n_u) or (n_y, n_x).

    Attributes
    ----------
    n_values, n_zero, n_nan, n_infinite, n_negative : int
    least, most, mean : float
        Over the finite values. [counts]
    mean_diffraction : ndarray, shape (n_v, n_u)
        Mean over the scan, of finite values. [counts]
    scan_image : ndarray, shape (n_y, n_x)
        Sum of each pattern, of finite values. [counts]
    empty : ndarray of bool, shape (n_y, n_x)
        Patterns that are zero everywhere.
    dead : ndarray of bool, shape (n_v, n_u)
        Detector pixels that never count (also those that a beam stop shades, or that nothing reaches).
    saturated : ndarray of bool, shape (n_v, n_u)
        Detector pixels that reach the largest value of their integer type somewhere.
    hot : ndarray of bool, shape (n_v, n_u)
        Detector pixels far brighter on average than all their neighbours.
    """

    n_values: int
    n_zero: int
    n_nan: int
    n_infinite: int
    n_negative: int
    least: float
    most: float
    mean: float
    mean_diffraction: np.ndarray
    scan_image: np.ndarray
    empty: np.ndarray
    dead: np.ndarray
    saturated: np.ndarray
    hot: np.ndarray

    @property
    def sparsity(self):
        """Part of the values that are zero."""
        return self.n_zero / self.n_values


def describe(dataset):
    """Look once at all pixels of a Dataset, block by block, and return its `Contents`."""
    n_v, n_u, n_y, n_x = dataset.sizes
    pixel_sums, pattern_sums = np.zeros(n_v * n_u), np.zeros(n_y * n_x)
    at_top, pixel_never, pattern_never = (np.zeros(n_v * n_u, bool), np.ones(n_v * n_u, bool), np.ones(n_y * n_x, bool))
    n_values = n_v * n_u * n_y * n_x
    n_zero = n_nan = n_infinite = n_negative = 0
    least, most = np.inf, -np.inf
    for rows, columns, block in _blocks(dataset):
        zero = block == 0
        n_zero += np.count_nonzero(zero)
        n_negative += np.count_nonzero(block < 0)
        pixel_never[rows] &= zero.all(axis=1)
        pattern_never[columns] &= zero.all(axis=0)
        if block.dtype.kind == "f":
            n_nan += np.count_nonzero(np.isnan(block))
            n_infinite += np.count_nonzero(np.isinf(block))
            block = np.where(np.isfinite(block), block, 0)
        else:
            at_top[rows] |= (block == np.iinfo(block.dtype).max).any(axis=1)
        least, most = min(least, block.min()), max(most, block.max())
        pixel_sums[rows] += block.sum(axis=1, dtype=np.float64)
        pattern_sums[columns] += block.sum(axis=0, dtype=np.float64)
    n_finite = n_values - n_nan - n_infinite
    sums = diffractions_from_W(pixel_sums[:, None], (n_v, n_u))[0]
    return Contents(
        n_values, n_zero, n_nan, n_infinite, n_negative, float(least), float(most),
        float(pixel_sums.sum() / n_finite) if n_finite else float("nan"),
        sums / (n_y * n_x), pattern_sums.reshape(n_y, n_x), pattern_never.reshape(n_y, n_x),
        pixel_never.reshape(n_v, n_u), at_top.reshape(n_v, n_u), hot_pixels(sums))


def hot_pixels(sums):
    """Pixels of a summed diffraction, shape (n_v, n_u) [counts], that stand far above all eight neighbours."""
    neighbours = _brightest_neighbour(sums)
    return (sums > HOT_FACTOR * neighbours) & (sums - neighbours > HOT_SIGMA * np.sqrt(np.maximum(sums, 1)))


def _brightest_neighbour(image):
    n_v, n_u = image.shape
    padded = np.pad(image, 1, constant_values=0)
    shifts = [(v, u) for v in range(3) for u in range(3) if (v, u) != (1, 1)]
    return np.max([padded[v:v + n_v, u:u + n_u] for v, u in shifts], axis=0)


def _blocks(dataset):
    """Parts of X with their places, along the axis that is slow in the file, so that it is read from front to end."""
    whole, start = slice(None), 0
    for part in _stored_rows(dataset):
        rows = slice(start, start + len(part))
        start += len(part)
        yield (rows, whole, part) if dataset.order == "vuyx" else (whole, rows, part.T)


def _stored_rows(dataset):
    """Detector pixels ("vuyx") or patterns ("yxvu"), some at a time."""
    if hasattr(dataset.pixels, "stored_blocks"):  # data larger than memory read themselves in parts
        yield from dataset.pixels.stored_blocks()
        return
    X = unfold(dataset.pixels, dataset.order)
    rows = X if dataset.order == "vuyx" else X.T
    step = max(1, BLOCK_VALUES // rows.shape[1])
    for start in range(0, len(rows), step):
        yield np.asarray(rows[start:start + step])
