"""What the counts allow: refused, remarked on, or left out of the fit.

Works on `files.Contents`, which is one pass over the pixels.
"""
import numpy as np

from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.polar import find_centre, radius_of_pixels

EXPECTED_COUNTS = 30  # a pixel that should have counted this often and never did is silent: chance gives it 1e-13


def refuse_unless_counts(contents, clip_negative=False):
    """Refuse NaN, infinity, negative and constant data; negatives pass if they are to be clipped."""
    not_finite = contents.n_nan + contents.n_infinite
    if not_finite:
        raise RefusedError("{} of {} values are NaN or infinite, and a fit would spread them over everything: set them "
                           "to 0 in the program that made them, and leave their detector pixels out with "
                           "--mask.".format(not_finite, contents.n_values))
    if contents.n_negative and not clip_negative:
        raise RefusedError("{} of {} values are negative (down to {:g}), and counts cannot be: add --clip-negative to "
                           "set them to 0, or subtract less background.".format(
                               contents.n_negative, contents.n_values, contents.least))
    if contents.least == contents.most:
        raise RefusedError("every value of the data is {:g}, so there is nothing to separate: choose the 4D dataset "
                           "itself.".format(contents.least))


def silent_pixels(contents):
    """Detector pixels, shape (n_v, n_u), that never counted although some ring as far out or farther did.

    Dead, or behind a beam stop; a corner that no electron reaches is neither. Intensity falls
    with the scattering angle, so what a ring reads bounds what any pixel within should have read.
    """
    sums = contents.mean_diffraction * contents.scan_image.size
    v, u = np.indices(sums.shape)
    radius = np.hypot(v - sums.shape[0] / 2, u - sums.shape[1] / 2).astype(int)
    rings = np.array([np.median(sums[radius == r]) if (radius == r).any() else 0.0 for r in range(radius.max() + 1)])
    expected = np.maximum.accumulate(rings[::-1])[::-1][radius]
    return contents.dead & (expected >= EXPECTED_COUNTS)


def hot_pixels(contents):
    """Detector pixels, shape (n_v, n_u), far brighter than all their neighbours, but for the direct beam itself."""
    if not contents.hot.any():
        return contents.hot
    centre, disc_radius = find_centre(contents.mean_diffraction)
    return contents.hot & (radius_of_pixels(contents.hot.shape, centre) > disc_radius + 1)


def empty_patterns(contents):
    """A sentence, in a list, about patterns without a count; numerics says the same after a factorization."""
    if not contents.empty.any():
        return []
    return ["{} of {} patterns have no counts at all: every map is zero there".format(
        contents.empty.sum(), contents.empty.size)]


def remarks(contents, dtype):
    """Sentences about what is unusual in the detector's pixels."""
    hot = hot_pixels(contents)
    silent, saturated = silent_pixels(contents).sum(), contents.saturated.sum()
    n_pixels, said = contents.dead.size, []
    if silent:
        said.append("{} of {} detector pixels never counted although pixels farther out did: dead, or behind a beam "
                    "stop".format(silent, n_pixels))
    if saturated:
        said.append("{} of {} detector pixels are saturated somewhere (they read {:g}, the largest {}): their "
                    "intensity is too low there".format(saturated, n_pixels, contents.most, dtype))
    if hot.any():
        said.append("{} of {} detector pixels are far brighter than all their neighbours (the first is v, u = {}, "
                    "{}): if they are hot, factorize --mask-hot leaves them out".format(
                        hot.sum(), n_pixels, *np.argwhere(hot)[0]))
    return said
