"""U-V to R-Phi and back: images whose diffractions lie on (angle, radius) instead of (v, u).

    to_polar        (n_v, n_u) -> (n_phi, n_r), the r-phi image of Listing S4 (Supplement S3)
    from_polar      and back, bilinear in radius and angle

Both take one diffraction (n_v, n_u), a stack (n, n_v, n_u), or 4D pixels in either order; phi stands where v was, and
r where u was. A pattern that is turned about its centre is shifted along phi.
"""

import numpy as np

from .errors import RefusedError
from .polar import PolarGrid, default_centre, radius_of_pixels, refuse_centre
from .unfold import sizes_of

#: scan positions at a time: what lies between the input and the result stays small
BLOCK = 256


def to_polar(pixels, centre=None, sampling=8, mask=None, order="vuyx"):
    """Diffractions on (angle, radius).

    Parameters
    ----------
    pixels : ndarray of any real type, 2D to 4D
        (n_v, n_u), (n, n_v, n_u), or 4D in ``order``. [counts]
    centre : (float, float), optional
        v, u; half the size by default. [pixel]
    sampling, mask : see `polar.PolarGrid`
    order : "vuyx" or "yxvu"
        Of 4D pixels.

    Returns
    -------
    ndarray, float64 if the pixels are, else float32
        (n_phi, n_r), (n, n_phi, n_r), or 4D with v -> phi and u -> r. Angles go once around from the v axis towards
        the u axis, radii 0, 1, .. [pixel]; 0 where a sample needs a pixel that is bad or outside the detector.
    """
    detector, X, fold = _unfolded(pixels, order)
    grid = PolarGrid(detector, centre, sampling, mask)
    return fold(_in_blocks(X, lambda part: _samples(part, grid), grid.n_angles * grid.n_radii),
                (grid.n_angles, grid.n_radii))


def from_polar(polar, detector, centre=None, order="vuyx"):
    """Diffractions on (v, u) again.

    Parameters
    ----------
    polar : ndarray
        As `to_polar` gives it.
    detector : (int, int)
        n_v, n_u. [pixel]
    centre : (float, float), optional
        v, u; half the size by default. [pixel]
    order : "vuyx" or "yxvu"
        Of 4D pixels.

    Returns
    -------
    ndarray, float64 if the polar ones are, else float32
        (n_v, n_u), (n, n_v, n_u), or 4D. Not quite what went into `to_polar`: two interpolations smooth it, and beyond
        the largest radius it is 0.
    """
    if len(detector) != 2 or min(detector) < 1:
        raise RefusedError("a detector of {} pixels cannot be filled: give n_v and n_u, both at least 1.".format(
            " x ".join(str(n) for n in detector)))
    (n_phi, n_r), P, fold = _unfolded(polar, order)
    neighbours = _polar_neighbours(tuple(detector), centre, n_phi, n_r)
    return fold(_in_blocks(P, lambda part: _weighted(part, neighbours), detector[0] * detector[1]), tuple(detector))


def _unfolded(pixels, order):
    """Sizes of the two detector axes, pixels as columns, and what turns columns of other sizes into such an array."""
    pixels = np.asarray(pixels)
    if pixels.ndim not in (2, 3, 4):
        raise RefusedError("the data have {} dimensions, shape {}: give one diffraction (2D), a stack of them (3D) or "
                           "4D pixels.".format(pixels.ndim, pixels.shape))
    detector_first = pixels.ndim == 4 and order == "vuyx"
    if pixels.ndim == 4:
        sizes_of(pixels, order)  # refuses an unknown order
    detector, rest = (pixels.shape[:2], pixels.shape[2:]) if detector_first else (pixels.shape[-2:], pixels.shape[:-2])
    if detector_first:
        return detector, pixels.reshape(detector[0] * detector[1], -1), lambda Y, sizes: Y.reshape(sizes + rest)
    return detector, pixels.reshape(-1, detector[0] * detector[1]).T, lambda Y, sizes: Y.T.reshape(rest + sizes)


def _in_blocks(X, function, height):
    """function of a few columns of X at a time; ``height`` is the number of rows of what it gives."""
    dtype = np.float64 if X.dtype == np.float64 else np.float32
    result = np.empty((height, X.shape[1]), dtype)
    for start in range(0, X.shape[1], BLOCK):
        result[:, start:start + BLOCK] = function(X[:, start:start + BLOCK].astype(dtype))
    return result


def _samples(X, grid):
    """Columns of X (n_uv, n) at the samples: (n_phi n_r, n)."""
    samples = np.where(grid.valid, grid.sample(X), 0)  # (n, n_r, n_phi)
    return samples.transpose(2, 1, 0).reshape(-1, X.shape[1])


def _weighted(P, neighbours):
    return sum(P[row] * weight.astype(P.dtype)[:, None] for row, weight in neighbours)


def _polar_neighbours(detector, centre, n_phi, n_r):
    """The four polar samples around each pixel (n_uv,), as rows of P (n_phi n_r, n), and their weights."""
    centre = default_centre(detector) if centre is None else centre
    refuse_centre(centre, detector)
    v, u = np.indices(detector)
    radius = radius_of_pixels(detector, centre).ravel()
    turn = np.arctan2(u - centre[1], v - centre[0]).ravel() / (2 * np.pi)
    # arctan2 is off by rounding: an angle that belongs to a sample must not lie just before it
    position = np.round(turn * n_phi, 9)
    before, inside = np.floor(position).astype(np.intp), radius <= n_r - 1
    inner = np.minimum(radius.astype(np.intp), n_r - 1)
    outer, beyond, part = np.minimum(inner + 1, n_r - 1), position - before, radius - inner
    return [((before + step) % n_phi * n_r + ring, along * across * inside)
            for step, along in ((0, 1 - beyond), (1, beyond)) for ring, across in ((inner, 1 - part), (outer, part))]
