"""Contrast of windows, and a film roll of components as one picture."""
import numpy as np

from offline_reference.numerics.polar import radius_of_pixels

#: DM's gamma is 0.5 where grey is proportional to the value; more brightens what is weak
GAMMA = 0.75
#: for the film roll, value ** this
FILM_POWER = 0.4
#: outside this part of the smaller side, the central disc does not set the upper limit
CENTRAL_PART = 0.1
#: pixels between the planes of a film roll
GAP = 2
ROBUST = 99.9  # percentile that takes the place of the maximum, so that a hot pixel does not decide


def diffraction_limits(diffractions):
    """(low, high) for a stack (n, n_v, n_u): Bragg discs are seen, the central disc saturates."""
    return _limits(np.asarray(diffractions, dtype=np.float64), _outside_centre(np.shape(diffractions)[1:]))


def map_limits(maps):
    """(low, high) for a stack (n, n_y, n_x): from zero, or from the least where there are negative values."""
    maps = np.asarray(maps, dtype=np.float64)
    return _limits(maps, np.ones(maps.shape[1:], dtype=bool))


def _limits(planes, where):
    """The median of the planes' own upper limits: one plane ten times as bright does not make all others black."""
    lows, highs = zip(*(_limits_of_plane(plane, where) for plane in planes))
    low, high = min(lows), float(np.median(highs))
    return (low, high) if high > low else (low, low + 1.0)


def _limits_of_plane(plane, where):
    values = plane[where & np.isfinite(plane)]
    if not values.size:
        return 0.0, 0.0
    return min(0.0, float(np.percentile(values, 100 - ROBUST))), float(np.percentile(values, ROBUST))


def _outside_centre(detector):
    outside = radius_of_pixels(detector) > CENTRAL_PART * min(detector)
    return outside if outside.any() else np.ones(detector, dtype=bool)


def film_roll(diffractions, maps):
    """Diffractions (n, n_v, n_u) above their maps (n, n_y, n_x) as one picture, each plane at its own contrast.

    The smaller ones are enlarged by a whole factor, as far as they are not wider than the larger ones.

    Returns
    -------
    ndarray of float32, 2D
        0 = black, 1 = white; planes have GAP columns and rows of white between them.
    """
    outside = _outside_centre(diffractions.shape[1:])
    everywhere = np.ones(maps.shape[1:], dtype=bool)
    upper = [_grey(plane, outside) ** FILM_POWER for plane in diffractions]
    lower = [_grey(plane, everywhere) for plane in maps]
    width = max(upper[0].shape[1], lower[0].shape[1])
    rows = [_row([_enlarged(plane, width) for plane in planes], width) for planes in (upper, lower)]
    return np.concatenate([rows[0], np.ones((GAP, rows[0].shape[1])), rows[1]]).astype(np.float32)


def _grey(plane, where):
    low, high = _limits_of_plane(np.asarray(plane, dtype=np.float64), where)
    return np.clip((plane - low) / (high - low), 0, 1) if high > low else np.zeros(plane.shape)


def _enlarged(plane, width):
    """As many times larger, in whole numbers, as fits into the width."""
    times = width // plane.shape[1]
    return plane.repeat(times, axis=0).repeat(times, axis=1)


def _row(planes, width):
    """Planes side by side, each in the middle of a column of this width."""
    height, own = planes[0].shape
    row = np.ones((height, len(planes) * (width + GAP) - GAP))
    for number, plane in enumerate(planes):
        start = number * (width + GAP)
        row[:, start:start + width] = 0
        start += (width - own) // 2
        row[:, start:start + own] = plane
    return row
