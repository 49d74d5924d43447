"""Refuse data that no factorization should start from, before any work is done."""

import numpy as np

from .errors import RefusedError
from .unfold import sizes_of

#: elements looked at in one go, so that a check needs no memory of the data's size
CHUNK = 2 ** 22


def refuse_pixels(pixels, order):
    """Raise if 4D pixels are no finite, nonnegative, varying real numbers.

    Parameters
    ----------
    pixels : ndarray, 4D
    order : "vuyx" or "yxvu"

    Returns
    -------
    events : list of str
        What is unusual but can be worked with: patterns without a single count.

    Raises
    ------
    RefusedError
        With what was met, how often, and what to do.
    """
    n_v, n_u, n_y, n_x = sizes_of(pixels, order)
    refuse_type(pixels.dtype)
    least, largest, not_finite, negative = _extremes(pixels)
    if not_finite:
        raise RefusedError("{} of {} values are NaN or infinite: replace them (for example by 0) before an "
                           "analysis.".format(not_finite, pixels.size))
    if negative:
        raise RefusedError("{} of {} values are negative, the least is {:g}, and counts cannot be: set them to 0 "
                           "(--clip-negative, numpy.clip, or in DM tert(image < 0, 0, image)), or subtract less "
                           "background.".format(
                               negative, pixels.size, least))
    if least == largest:
        raise RefusedError("all {} values are {:g}: constant data hold nothing to separate.".format(
            pixels.size, float(least)))
    return _note_empty_patterns(pixels, order, n_y * n_x)


def refuse_type(dtype):
    """Raise unless the data type is a real number: integer, unsigned integer, boolean or float."""
    if dtype.names is not None:
        raise RefusedError("the data are colour pixels (RGB, {}), and an analysis needs counts: choose the dataset "
                           "with the counts.".format(dtype))
    if dtype.kind not in "iufb":
        raise RefusedError("the data are of type {}, and an analysis needs real counts: take the modulus of complex "
                           "data, or choose another dataset.".format(dtype))


def is_whole(number):
    """Whether a number is finite and whole: 4 and 4.0, not 4.5, nan, None or True."""
    if isinstance(number, (bool, np.bool_)) or not isinstance(number, (int, float, np.integer, np.floating)):
        return False
    return bool(np.isfinite(number)) and number == int(number)


def refuse_settings(max_iter, tol, seed):
    """Raise unless the numbers that steer an iteration make sense."""
    if not is_whole(max_iter) or max_iter < 1:
        raise RefusedError("{} iterations are not possible: max_iter is a whole number from 1.".format(max_iter))
    if not is_whole(seed) or seed < 0:
        raise RefusedError("the seed {} is no whole number from 0: give one, for example 0.".format(seed))
    if not 0 <= tol < 1:
        raise RefusedError("the tolerance {} is not between 0 (never stop) and 1: give a small number, for example "
                           "1e-6.".format(tol))


def _extremes(pixels):
    """Least, largest, and how many are not finite, and how many negative."""
    flat = pixels.reshape(-1)
    least, largest, not_finite, negative = np.inf, -np.inf, 0, 0
    for start in range(0, flat.size, CHUNK):
        part = flat[start:start + CHUNK]
        if part.dtype.kind == "f":
            finite = np.isfinite(part)
            not_finite += int(part.size - np.count_nonzero(finite))
            part = part[finite]
        if part.size:
            least, largest = min(least, part.min()), max(largest, part.max())
        if part.dtype.kind in "if":
            negative += int(np.count_nonzero(part < 0))
    return least, largest, not_finite, negative


def _note_empty_patterns(pixels, order, n_patterns):
    """A sentence if some scan positions have no counts at all."""
    detector_axes = (0, 1) if order == "vuyx" else (2, 3)
    empty = int(n_patterns - np.count_nonzero(pixels.any(axis=detector_axes)))
    if not empty:
        return []
    return ["{} of {} patterns have no counts at all (blanked beam, or lost frames): their maps are zero.".format(
        empty, n_patterns)]
