"""Small 4D-STEM data with a known truth that DM-script makes as well, count by count.

So that anyone can try a command with no data, inside GMS or outside, and so that a self-test at a microscope has
numbers to compare with. Everything is a closed formula of a few random numbers (`random_start`), lengths in parts of
``size``, the detector's or the scan's smaller side:

    central and Bragg discs   radius R = 0.045 size, an edge of one pixel: clip(R + 1/2 - distance, 0, 1)
    amorphous halo            rings at 0.30 and 0.17 size (Gaussians) on an exponential decay
    crystal                   discs on a square lattice, g = 0.20 size (every third crystal: hexagonal, g = 0.23 size),
                              turned by 34 degrees from one crystal to the next. Strengths fall off with the length
                              of g and are two-fold, so that a rotation can be told. A weak diffuse background.
    each diffraction          a quarter of its intensity in the central disc, sum 1
    map of a crystal          two grains sinc(a x)^4 sinc(a y)^4 with a = 2.2 / size, evenly spread: nonnegative, and no
                              frequency beyond 2 a in x or in y, so none beyond the cut-off 2 sqrt(2) a (scans of less
                              than 13 pixels are too coarse for it: there the cut-off is 0.5)
    amorphous map             what the crystals leave of a film of even thickness; they take 95 % of it at most

    counts                    Poisson, by inversion: the number of terms of the Poisson distribution whose running sum
                              does not exceed a random number, one random number a pixel

The specimen takes the first three numbers of the seed's sequence (a turn of all crystals, a shift of all grains in y
and in x), then come the pixels in the order (v, u, y, x).
"""

from collections import namedtuple

import numpy as np

from .checks import is_whole
from .errors import RefusedError
from .map_constraint import NYQUIST
from .polar import default_centre, radius_of_pixels
from .random_start import uniform_random
from .unfold import ORDERS, refold

#: in parts of the smaller detector side
DISC_RADIUS, SQUARE_G, HEXAGONAL_G, FALL_OFF = 0.045, 0.20, 0.23, 0.30
#: from one crystal to the next [degrees]
TURN = 34.0
MOST_CRYSTALS = 6
BEAM_PART, DIFFUSE_PART = 0.25, 0.35
#: grains: sharpness a x smaller scan side, and strengths; largest crystalline part of the film
GRAIN, GRAIN_STRENGTHS, CRYSTALLINE_PART = 2.2, (1.0, 0.7), 0.95
#: from one grain to the next, y and x: points of the sequence i (1/p, 1/p^2) mod 1, p^3 = p + 1, keep apart
SPREAD = (0.7548776662466927, 0.5698402909980532)
#: random numbers for the specimen: the turn of the first crystal, and a shift of all grains
N_CHOICES = 3
#: exp(-rate) must stay far above the smallest double, and each count is a step of the inversion [counts]
LARGEST_RATE = 500.0
#: the probe, for the calibration
VOLTAGE_KV, WAVELENGTH_NM, CONVERGENCE_MRAD = 200.0, 2.50793e-3, 1.5
SMALLEST_SIDE = 8

ExampleData = namedtuple("ExampleData", "pixels diffractions maps centre central_radius cutoff labels angles")
ExampleData.__doc__ = """Counts and the truth behind them.

pixels (4D, uint16) in the order asked for; diffractions (n_k, n_v, n_u), each of sum 1, number 0 is amorphous; maps
(n_k, n_y, n_x) [expected counts of the whole pattern]; centre (v, u) and central_radius [pixel], inside which the
diffraction constraint should not act; cutoff of the maps [cycles per scan pixel]; labels (n_k,): 0 amorphous, 1 square,
2 hexagonal lattice; angles (n_k,), of each lattice [degrees], from the v axis towards the u axis.
"""


def simulate(scan=(24, 22), detector=(40, 36), n_crystals=3, dose=2000, seed=0, order="vuyx"):
    """Simulate one amorphous halo and ``n_crystals`` crystals whose maps overlap.

    Parameters
    ----------
    scan, detector : (int, int)
        (n_y, n_x) and (n_v, n_u), at least 8. [pixel]
    n_crystals : int
        1 to 6.
    dose : float
        Mean counts of a pattern, everywhere the same.
    seed : int
        Same seed, same counts, in NumPy and in DM-script.
    order : "vuyx" or "yxvu"

    Returns
    -------
    ExampleData

    Raises
    ------
    RefusedError
        On settings outside these ranges, or a dose at which a pixel expects more than 500 counts.
    """
    _refuse_settings(scan, detector, n_crystals, dose, seed, order)
    choices = uniform_random(N_CHOICES, seed)
    labels = np.array([0] + [2 if k % 3 == 2 else 1 for k in range(n_crystals)])
    angles = np.array([0.0] + [180 * choices[0] + TURN * k for k in range(n_crystals)])
    diffractions = true_diffractions(detector, labels, angles)
    maps = true_maps(scan, n_crystals, choices[1:3]) * dose
    W, H = diffractions.reshape(n_crystals + 1, -1).T, maps.reshape(n_crystals + 1, -1)
    _refuse_rate(dose * diffractions.max(), dose)  # no pixel of W H is brighter: the film is evenly thick
    X = _counts(W, H, detector, seed)
    radius = DISC_RADIUS * min(detector)
    return ExampleData(refold(X, tuple(detector) + tuple(scan), order), diffractions, maps, default_centre(detector),
                       1.1 * radius + 1.5, cutoff_of(scan), labels, angles)


def calibration(scan, detector):
    """Axis -> (value of the first pixel, step, units), for a probe of 1.5 mrad at 200 kV whose limit is the cut-off.

    The probe's transfer function ends at 2 alpha / lambda, and its discs have the radius alpha / lambda.
    """
    radius = 1e-3 * CONVERGENCE_MRAD / WAVELENGTH_NM  # [1/nm]
    scan_step = cutoff_of(scan) / (2 * radius)
    pixel = radius / (DISC_RADIUS * min(detector))
    v, u = (-at * pixel for at in default_centre(detector))
    return {"y": (0.0, scan_step, "nm"), "x": (0.0, scan_step, "nm"), "v": (v, pixel, "1/nm"), "u": (u, pixel, "1/nm")}


def cutoff_of(scan):
    """Where the spectrum of a map ends. [cycles per scan pixel]"""
    return min(2 * np.sqrt(2) * GRAIN / min(scan), NYQUIST)


def true_diffractions(detector, labels, angles):
    """Amorphous halo and crystals, shape (n_k, n_v, n_u), each of sum 1."""
    size, centre = min(detector), default_centre(detector)
    part = radius_of_pixels(detector, centre) / size
    beam = _disc(radius_of_pixels(detector, centre), size)
    patterns = []
    for label, angle in zip(labels, angles):
        if label == 0:
            scattered = np.exp(-((part - 0.30) / 0.06) ** 2) + 0.6 * np.exp(-((part - 0.17) / 0.05) ** 2) \
                + 0.5 * np.exp(-part / 0.15)
        else:
            discs, diffuse = _bragg_discs(detector, label, angle), np.exp(-part / 0.2)
            scattered = (1 - DIFFUSE_PART) * discs / discs.sum() + DIFFUSE_PART * diffuse / diffuse.sum()
        patterns.append(BEAM_PART * beam / beam.sum() + (1 - BEAM_PART) * scattered / scattered.sum())
    return np.array(patterns)


def _bragg_discs(detector, label, angle):
    """Discs of one lattice, but the central one."""
    size, centre = min(detector), default_centre(detector)
    g = size * (SQUARE_G if label == 1 else HEXAGONAL_G)
    between = np.radians(90.0 if label == 1 else 60.0)
    v, u = np.indices(detector)
    image = np.zeros(detector)
    for h in range(-3, 4):
        for k in range(-3, 4):
            along, across = g * (h + k * np.cos(between)), g * k * np.sin(between)  # in the crystal's own axes
            length = np.hypot(along, across)
            if not 0 < length < size / 2 - DISC_RADIUS * size - 1:  # whole discs only
                continue
            # two-fold, not four- or six-fold: a lattice direction that is unlike the others
            strength = np.exp(-(length / (FALL_OFF * size)) ** 2) * (0.3 + 0.7 * (along / length) ** 2)
            cosine, sine = np.cos(np.radians(angle)), np.sin(np.radians(angle))
            disc_v = centre[0] + along * cosine - across * sine
            disc_u = centre[1] + along * sine + across * cosine
            image += strength * _disc(np.hypot(v - disc_v, u - disc_u), size)
    return image


def _disc(distance, size):
    return np.clip(DISC_RADIUS * size + 0.5 - distance, 0, 1)


def true_maps(scan, n_crystals, shift):
    """Parts of the film's thickness that are amorphous, then of each crystal, shape (n_k, n_y, n_x).

    ``shift`` (y, x in [0, 1)) moves all grains on.
    """
    grains = []
    for i in range(len(GRAIN_STRENGTHS) * n_crystals):
        y, x = ((shift[axis] + i * SPREAD[axis]) % 1.0 for axis in (0, 1))
        grains.append(GRAIN_STRENGTHS[i // n_crystals] * _grain(scan, 0.1 + 0.8 * y, 0.1 + 0.8 * x))
    crystals = np.array([grains[k] + grains[k + n_crystals] for k in range(n_crystals)])
    crystals = crystals * (CRYSTALLINE_PART / crystals.sum(axis=0).max())
    return np.concatenate([[1 - crystals.sum(axis=0)], crystals])


def _grain(scan, y, x):
    a = GRAIN / min(scan)
    return np.sinc(a * (np.arange(scan[0]) - y * (scan[0] - 1)))[:, None] ** 4 \
        * np.sinc(a * (np.arange(scan[1]) - x * (scan[1] - 1))) ** 4


def _counts(W, H, detector, seed):
    """Poisson counts of W H (n_uv, n_xy), a detector row at a time so that memory stays small."""
    n_v, n_u = detector
    n_xy = H.shape[1]
    X = np.zeros((n_v * n_u, n_xy), dtype=np.uint16)
    for v in range(n_v):
        rows = slice(v * n_u, (v + 1) * n_u)
        numbers = uniform_random(n_u * n_xy, seed, skip=N_CHOICES + v * n_u * n_xy).reshape(n_u, n_xy)
        rate = np.zeros((n_u, n_xy))
        for k in range(H.shape[0]):  # not W @ H: its order of additions is BLAS's own
            rate += W[rows, k][:, None] * H[k]
        X[rows] = poisson_counts(rate, numbers)
    return X


def poisson_counts(rate, numbers):
    """Poisson counts of the given rate by inversion of ``numbers`` in [0, 1), pixel by pixel."""
    highest = rate.max()
    last = int(highest + 12 * np.sqrt(highest) + 20)  # a running sum that rounding keeps below 1 must end too
    counts = np.zeros(rate.shape)
    term = np.exp(-rate)
    total = term.copy()
    for count in range(1, last + 1):
        above = numbers >= total
        if not above.any():
            break
        counts += above
        term = term * rate / count
        total += term
    return counts


def _refuse_settings(scan, detector, n_crystals, dose, seed, order):
    for what, sides in (("scan", scan), ("detector", detector)):
        if len(sides) != 2 or not all(is_whole(side) and side >= SMALLEST_SIDE for side in sides):
            raise RefusedError("a {} of {} cannot be simulated: give two whole numbers of at least {} pixels.".format(
                what, " x ".join(str(side) for side in sides), SMALLEST_SIDE))
    if not is_whole(n_crystals) or not 1 <= n_crystals <= MOST_CRYSTALS:
        raise RefusedError("{} crystals cannot be simulated: choose 1 to {}.".format(n_crystals, MOST_CRYSTALS))
    if not is_whole(seed) or seed < 0:
        raise RefusedError("the seed {} is not a whole number of at least 0: give one.".format(seed))
    if not 0 < dose < np.inf:
        raise RefusedError("a dose of {:g} counts a pattern cannot be simulated: choose one above 0.".format(dose))
    if order not in ORDERS:
        raise RefusedError("the order '{}' is not one of {}: choose one.".format(order, ", ".join(ORDERS)))


def _refuse_rate(highest, dose):
    if highest > LARGEST_RATE:
        raise RefusedError(
            "at {:g} counts a pattern the brightest pixel expects {:.0f}, and this simulation ends at {:g}: choose "
            "a dose of at most {:.0f}.".format(dose, highest, LARGEST_RATE, np.floor(dose * LARGEST_RATE / highest)))
