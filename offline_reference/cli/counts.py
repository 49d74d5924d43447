"""What is in the counts, found in one pass: impossible values, empty patterns, silent and saturated pixels."""
from dataclasses import dataclass, field

import numpy as np

from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.unfold import sizes_of

BLOCK_VALUES = 2**21  # read at a time, so that a file larger than memory passes through
EXPECTED_COUNTS = 30  # a pixel that should have counted this often and never did is silent: chance gives it 1e-13


@dataclass
class Counts:
    """Sums and faults of a 4D dataset.

    Attributes
    ----------
    values, not_finite, negative : int
        How many values there are, how many are NaN or infinite, how many negative.
    least, most : float
        Smallest and largest value. [counts]
    detector : ndarray, shape (n_v, n_u)
        Sum over the scan. [counts]
    scan : ndarray, shape (n_y, n_x)
        Sum over each diffraction. [counts]
    silent : ndarray of bool, shape (n_v, n_u)
        Detector pixels that never counted although pixels farther out did: dead, or behind a beam stop.
    saturated : ndarray of bool, shape (n_v, n_u)
        Detector pixels that reached the largest number of an integer type.
    """

    values: int
    not_finite: int
    negative: int
    least: float
    most: float
    detector: np.ndarray
    scan: np.ndarray
    saturated: np.ndarray
    silent: np.ndarray = field(init=False)

    def __post_init__(self):
        self.silent = silent_pixels(self.detector)

    @property
    def empty_patterns(self):
        """How many scan positions counted nothing."""
        return int((self.scan == 0).sum())

    @property
    def mean_per_pattern(self):
        """Mean total of a diffraction. [counts]"""
        return float(self.scan.mean())


def look_at(pixels, order):
    """Pass once through 4D pixels, block by block, and return `Counts`.

    Raises
    ------
    RefusedError
        If the values are no real numbers (complex, RGB, text).
    """
    refuse_if_not_real(pixels.dtype)
    n_v, n_u, n_y, n_x = sizes_of(pixels, order)
    slow, fast = pixels.shape[0] * pixels.shape[1], pixels.shape[2] * pixels.shape[3]
    rows = pixels.reshape(slow, fast)
    top = np.iinfo(pixels.dtype).max if pixels.dtype.kind in "iu" else None
    slow_sums, fast_sums = np.zeros(slow), np.zeros(fast)
    at_top_slow, at_top_fast = np.zeros(slow, dtype=bool), np.zeros(fast, dtype=bool)
    not_finite = negative = 0
    least, most = np.inf, -np.inf
    step = max(1, BLOCK_VALUES // fast)
    for start in range(0, slow, step):
        block = np.asarray(rows[start:start + step])
        if block.dtype.kind == "f":
            not_finite += int(block.size - np.isfinite(block).sum())
        smallest, largest = float(np.fmin.reduce(block, axis=None)), float(np.fmax.reduce(block, axis=None))
        least, most = min(least, smallest), max(most, largest)
        if smallest < 0:
            negative += int((block < 0).sum())
        if largest == top:
            at_top_slow[start:start + step] = (block == top).any(axis=1)
            at_top_fast |= (block == top).any(axis=0)
        with np.errstate(invalid="ignore"):  # infinities are counted above
            slow_sums[start:start + step] = block.sum(axis=1, dtype=np.float64)
            fast_sums += block.sum(axis=0, dtype=np.float64)
    if order == "vuyx":
        detector, scan, saturated = slow_sums, fast_sums, at_top_slow
    else:
        detector, scan, saturated = fast_sums, slow_sums, at_top_fast
    return Counts(pixels.size, not_finite, negative, least, most, detector.reshape(n_v, n_u), scan.reshape(n_y, n_x),
                  saturated.reshape(n_v, n_u))


def refuse_if_not_real(dtype):
    if dtype.kind not in "iuf":
        kind = "complex numbers" if dtype.kind == "c" else "RGB colours" if dtype.names else "{} values".format(dtype)
        raise RefusedError("the data are {}, and a diffraction has counts, which are real numbers: choose the counts "
                           "themselves, or save the intensity.".format(kind))


def silent_pixels(detector):
    """Pixels that never counted although some ring as far out or farther did, shape (n_v, n_u).

    Intensity falls with the scattering angle, so what a ring reads bounds what any pixel
    within it should have read; the shade of a beam stop over the centre is found that way too.
    """
    v, u = np.indices(detector.shape)
    radius = np.hypot(v - detector.shape[0] / 2, u - detector.shape[1] / 2).astype(int)
    rings = np.array([np.median(detector[radius == r]) if (radius == r).any() else 0.0
                      for r in range(radius.max() + 1)])
    expected = np.maximum.accumulate(rings[::-1])[::-1][radius]
    return (detector == 0) & (expected >= EXPECTED_COUNTS)


def remarks(counts, dtype):
    """Sentences about what is unusual in the counts and what is done about it."""
    lines = []
    if counts.empty_patterns:
        lines.append("{} of {} scan positions counted nothing; their maps are zero there.".format(
            counts.empty_patterns, counts.scan.size))
    if counts.silent.any():
        lines.append("{} of {} detector pixels never counted although pixels farther out did: dead, or behind a beam "
                     "stop.".format(counts.silent.sum(), counts.silent.size))
    if counts.saturated.any():
        lines.append("{} detector pixels are saturated (reach {}, the largest {}): their intensities are too low.".format(
            counts.saturated.sum(), int(counts.most), dtype))
    return lines


def refuse_unless_counts(counts, clip_negative=False):
    """Refuse NaN, infinity, negative and constant data; negative ones pass if they are to be clipped."""
    if counts.not_finite:
        raise RefusedError("{} of {} values are NaN or infinite, and a fit would spread them over everything: replace "
                           "them (for instance by 0) and mask their pixels with --mask.".format(
                               counts.not_finite, counts.values))
    if counts.negative and not clip_negative:
        raise RefusedError("{} of {} values are negative (down to {:g}), and counts cannot be: add --clip-negative to "
                           "set them to 0, or subtract less background.".format(
                               counts.negative, counts.values, counts.least))
    if counts.least == counts.most:
        raise RefusedError("every value of the data is {:g}, so there is nothing to separate: choose the 4D dataset "
                           "itself.".format(counts.least))
