"""Bad detector pixels left out of methods that know no mask, and put back as zeros.

The pixels that are left become a detector of one column: such methods do not ask which pixels are neighbours.
"""
import numpy as np

from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.unfold import sizes_of


def good_alone(pixels, order, mask):
    """4D pixels with a detector of (n_good, 1); the pixels themselves if there is no mask, True = good."""
    if mask is None:
        return pixels
    if not mask.any():
        raise RefusedError("the mask marks every detector pixel of the region as bad: it is 0 where a pixel is bad, "
                           "and something else where it is good.")
    n_v, n_u, n_y, n_x = sizes_of(pixels, order)
    good = mask.ravel()
    if order == "vuyx":
        return np.ascontiguousarray(pixels.reshape(n_v * n_u, n_y, n_x)[good])[:, None]
    return np.ascontiguousarray(pixels.reshape(n_y, n_x, n_v * n_u)[:, :, good])[..., None]


def on_whole_detector(diffractions, mask):
    """Diffractions (n, n_good, 1) as (n, n_v, n_u), 0 at bad pixels."""
    if mask is None:
        return diffractions
    whole = np.zeros((len(diffractions),) + mask.shape, diffractions.dtype)
    whole[:, mask] = diffractions.reshape(len(diffractions), -1)
    return whole
