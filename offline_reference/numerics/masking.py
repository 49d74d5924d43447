"""A 2D mask on 4D data: set pixels to zero, or add them up (a virtual detector).

A mask lies on the detector, shape (n_v, n_u), or on the scan, shape (n_y, n_x).
It selects where it is not zero; a sum takes its values as weights, so that a
soft aperture works too.
"""

import numpy as np

from .errors import RefusedError
from .unfold import sizes_of

PLACES = ("detector", "scan")


def zero_masked(pixels, mask, on="detector", order="vuyx", outside=False):
    """Copy 4D pixels with zeros where the mask selects.

    Parameters
    ----------
    pixels : ndarray, 4D
        Counts, stored in ``order``.
    mask : ndarray, 2D
        On the detector (n_v, n_u) or on the scan (n_y, n_x); nonzero = selected.
    on : "detector" or "scan"
    order : "vuyx" or "yxvu"
    outside : bool
        Set to zero what the mask does not select.

    Returns
    -------
    ndarray, 4D
        Of the shape and type of ``pixels``.

    Raises
    ------
    RefusedError
        If the mask does not fit, selects nothing, or its place is unknown.
    """
    mask = _checked(pixels, mask, on, order)
    chosen = mask == 0 if outside else mask != 0
    return np.where(_beside_pixels(chosen, on, order), np.zeros(1, pixels.dtype), pixels)


def sum_masked(pixels, mask, on="detector", order="vuyx"):
    """Add up 4D pixels, weighted with the mask.

    A mask on the detector gives a map, the image of a virtual detector; a mask
    on the scan gives the diffraction of a region. Parameters as `zero_masked`.

    Returns
    -------
    ndarray, 2D, float64
        Map (n_y, n_x) or diffraction (n_v, n_u). [counts]
    """
    mask = _checked(pixels, mask, on, order).astype(np.float64)
    detector_axes, scan_axes = ((0, 1), (2, 3)) if order == "vuyx" else ((2, 3), (0, 1))
    return np.tensordot(mask, pixels, axes=((0, 1), detector_axes if on == "detector" else scan_axes))


def _checked(pixels, mask, on, order):
    n_v, n_u, n_y, n_x = sizes_of(pixels, order)
    if on not in PLACES:
        raise RefusedError("a mask lies on the detector or on the scan, not on {!r}: give one of {}.".format(
            on, " or ".join(PLACES)))
    mask = np.asarray(mask)
    wanted = (n_v, n_u) if on == "detector" else (n_y, n_x)
    if mask.shape != wanted:
        raise RefusedError("the mask has shape {}, and the {} of the data has {}: make the mask on an image of that "
                           "size.".format(mask.shape, on, wanted))
    if not mask.any():
        raise RefusedError("the mask is zero everywhere, so it selects nothing: set the pixels that you mean to 1.")
    return mask


def _beside_pixels(mask, on, order):
    """The mask with two axes of length 1 where the data have the other pair of axes."""
    is_first_pair = (on == "detector") == (order == "vuyx")
    return mask[:, :, None, None] if is_first_pair else mask
