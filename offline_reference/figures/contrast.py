"""Contrast: which value takes which colour."""
import numpy as np
from matplotlib.colors import AsinhNorm, LogNorm, Normalize, PowerNorm

from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.polar import radius_of_pixels

STRETCHES = ("log", "gamma", "linear")
GAMMA = 0.4


def diffraction_norm(diffractions, stretch="log", centre=None, central_radius=None):
    """Contrast that shows the spots and the diffuse halo of one diffraction, or of several on one scale.

    The upper limit is the brightest place outside the central disc, which is often 100 times brighter than all else
    and saturates. The lower limit of "log" is the darkest tenth of what is not zero, yet never more than three decades
    below the upper: further down there is only noise.

    Parameters
    ----------
    diffractions : ndarray, shape (n_v, n_u) or (n, n_v, n_u)
        Nonnegative. [-]
    stretch : "log", "gamma" (power 0.4) or "linear"
    centre : pair of float, optional
        v, u of the central disc; default the middle of the detector. [pixel]
    central_radius : float, optional
        Inside it nothing counts for the limits; default 1.5 times the radius at which the radial profile has fallen to
        half, and a pixel more, because a disc has a rim. [pixel]

    Returns
    -------
    matplotlib.colors.Normalize
        It clips: values beyond the limits take the first or last colour.
    """
    if stretch not in STRETCHES:
        raise RefusedError(
            "stretch={!r} is not a way to show diffractions: use one of {}".format(stretch, ", ".join(STRETCHES))
        )
    images = np.asarray(diffractions, dtype=float)
    images = images.reshape((-1,) + images.shape[-2:])
    outside = _outside_central_disc(images, centre, central_radius)
    top = _brightest(outside)
    if stretch == "linear":
        return Normalize(0, top, clip=True)
    if stretch == "gamma":
        return PowerNorm(GAMMA, 0, top, clip=True)
    positive = outside[outside > 0]
    bottom = np.percentile(positive, 10) if positive.size else 0
    return LogNorm(float(np.clip(bottom, top * 1e-3, top / 3)), top, clip=True)


def map_norm(maps):
    """Contrast of one map, or of several on one scale: linear, from zero counts."""
    return Normalize(0, _brightest(np.asarray(maps, dtype=float)), clip=True)


def signed_diffraction_norm(diffraction, centre=None, central_radius=None):
    """Contrast of one diffraction that may be negative: zero in the middle, both signs to one limit, weak parts raised.

    The central disc is left out as in `diffraction_norm`.
    """
    images = np.abs(np.asarray(diffraction, dtype=float))[np.newaxis]
    return _signed(_brightest(_outside_central_disc(images, centre, central_radius)))


def signed_map_norm(image):
    """Contrast of one map that may be negative, in the same way."""
    return _signed(_brightest(np.abs(np.asarray(image, dtype=float))))


def _signed(top):
    return AsinhNorm(linear_width=top / 10, vmin=-top, vmax=top, clip=True)


def _brightest(values):
    """The maximum, or the 99.9th percentile where a few hot pixels stand far above the rest; always positive."""
    values = values[np.isfinite(values)]
    if not values.size or values.max() <= 0:
        return 1.0
    maximum, nearly = float(values.max()), float(np.percentile(values, 99.9))
    return nearly if maximum > 1.5 * nearly > 0 else maximum


def _outside_central_disc(images, centre, central_radius):
    """Values (n, pixels) where the direct beam does not reach; all values, if there is nothing but the beam."""
    radius = radius_of_pixels(images.shape[1:], centre)
    if central_radius is None:
        central_radius = 1.5 * _radius_at_half(images.sum(0), radius) + 1
    outside = images[:, radius > central_radius]
    return outside if (outside > 0).any() else images.reshape(len(images), -1)


def _radius_at_half(image, radius):
    """Where the radial profile has fallen to half of its middle, or 0 where it never does. [pixel]"""
    ring = np.rint(radius).astype(int).ravel()
    profile = np.bincount(ring, image.ravel()) / np.maximum(np.bincount(ring), 1)
    below = np.flatnonzero(profile < profile[:3].max() / 2)
    below = below[below > 0]  # a beam stop makes the middle itself dark
    return below[0] if below.size else 0
