"""Contrast of windows, and a film roll of components as one picture."""
import numpy as np

from offline_reference.numerics import lettering
from offline_reference.numerics.polar import radius_of_pixels

#: DM's gamma is 0.5 where grey is proportional to the value; more brightens what is weak
GAMMA = 0.75
#: for the film roll, value ** this
FILM_POWER = 0.4
#: outside this part of the smaller side, the central disc does not set the upper limit
CENTRAL_PART = 0.1
#: pixels between the planes of a film roll, least width of its larger planes, and of a letter's dot
GAP, LEAST_WIDTH, DOT = 2, 128, 2
#: a scale bar is at most this part of a plane
BAR_PART = 0.4
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


def film_roll(diffractions, maps, diffraction_step=None, map_step=None):
    """Diffractions (n, n_v, n_u) above their maps (n, n_y, n_x) as one picture, each plane at its own contrast.

    Both are enlarged by whole factors: the larger ones to at least LEAST_WIDTH, the smaller ones as far as they are not
    wider than those.

    Parameters
    ----------
    diffractions, maps : ndarray
    diffraction_step, map_step : (float, str), optional
        Size of a pixel and its units, for a scale bar below the first plane; none without units.

    Returns
    -------
    ndarray of float32, 2D
        0 = black, 1 = white; planes have GAP columns and rows of white between them.
    """
    widest = max(diffractions.shape[2], maps.shape[2])
    width = widest * -(-LEAST_WIDTH // widest)
    outside = _outside_centre(diffractions.shape[1:])
    everywhere = np.ones(maps.shape[1:], dtype=bool)
    upper = _row([_enlarged(_grey(plane, outside) ** FILM_POWER, width) for plane in diffractions], width)
    lower = _row([_enlarged(_grey(plane, everywhere), width) for plane in maps], width)
    parts = [upper, _strip(diffraction_step, width, diffractions.shape[2], upper.shape[1]),
             np.ones((GAP, upper.shape[1])), lower, _strip(map_step, width, maps.shape[2], upper.shape[1])]
    return np.concatenate(parts).astype(np.float32)


def scale_bar(step, units, n_pixels):
    """(length in pixels, what to write) of a bar of a round length, at most BAR_PART of so many pixels."""
    longest = BAR_PART * n_pixels * abs(step)
    power = 10.0 ** np.floor(np.log10(longest))
    length = max(times * power for times in (1, 2, 5) if times * power <= longest * (1 + 1e-9))
    return length / abs(step), "{:g} {}".format(length, units)


def _strip(step, width, n_pixels, film_width):
    """Black rows with a scale bar and its length, for a film; no rows without units."""
    if step is None or not step[1] or not np.isfinite(step[0]) or not step[0]:
        return np.ones((0, film_width))
    times = width // n_pixels
    length, text = scale_bar(step[0], step[1], n_pixels)
    letters = lettering.drawn(text, DOT)
    left = (width - times * n_pixels) // 2
    bar = max(1, int(round(times * length)))
    strip = np.zeros((letters.shape[0] + 2 * DOT, max(film_width, left + bar + 3 * DOT + letters.shape[1])))
    strip[3 * DOT:6 * DOT, left:left + bar] = 1
    strip[DOT:-DOT, left + bar + 3 * DOT:][:, :letters.shape[1]] = letters
    return strip[:, :film_width]


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
