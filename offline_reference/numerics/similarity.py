"""How alike diffractions are, whatever their rotation (clustering of precipitates, Kimoto et al., 2025).

pattern_similarity      every pattern of a stack with every other one, and by which angle they are turned
rotational_symmetry     how often a pattern looks the same in a full turn; 0 if it is round
disc_part               how much of a pattern is not round
turned_autocorrelation  correlation of a pattern with itself after each turn

Two grains of one crystal give the same diffraction, turned. On polar coordinates a turn is a shift
along the angle, so one FFT along the angle gives the correlation for all turns at once.

Angles are in degrees and grow from the direction of rows (v, downwards) towards that of columns (u, to
the right): counter-clockwise on a screen, where row 0 is at the top.
"""

from collections import namedtuple

import numpy as np

from .errors import RefusedError
from .memory import refuse_if_too_large
from .metrics import cosines
from .polar import PolarGrid, default_centre, radius_of_pixels, refuse_centre

KINDS = ("rotation", "cosine", "correlation", "cross-correlation")
#: angles whose correlation lies within this of the largest are taken for equally good: the smallest turn is reported
EQUALLY_GOOD = 1e-6
#: a pattern that is as like itself after a turn has that symmetry
SAME_AGAIN = 0.8
#: a pattern of which a smaller part remains when the mean of each ring is subtracted has no orientation
ROUND = 0.25
SYMMETRIES = (12, 8, 6, 5, 4, 3, 2)

Similarity = namedtuple("Similarity", "values angles mirrored")
Similarity.__doc__ = """Every pattern of a stack against every other one.

values (n, n): similarity, 1 on the diagonal, symmetric [-]
angles (n, n): turning pattern i by angles[i, j] lays it on pattern j [degrees, -180 .. 180]; 0 but for "rotation"
mirrored (n, n): True where pattern i must be mirrored (u -> -u about the centre) before it is turned
"""


def pattern_similarity(diffractions, kind="rotation", centre=None, inner_radius=0.0, outer_radius=None, mirror=False,
                       mask=None, sampling=8):
    """Similarity of every diffraction with every other one.

    Parameters
    ----------
    diffractions : ndarray, shape (n, n_v, n_u)
        Linear intensity. [-]
    kind : str
        "rotation"           largest correlation coefficient of the polar transforms over all turns
        "cosine"             of the pixels
        "correlation"        coefficient of the pixels
        "cross-correlation"  largest correlation coefficient over all shifts
    centre : (float, float), optional
        v, u [pixel]; half the size by default, as in the listings.
    inner_radius : float
        What lies inside does not count: the central disc, which all patterns share. [pixel]
    outer_radius : float, optional
        What lies outside does not count [pixel]; by default the largest ring that is whole on the detector for
        "rotation", else no limit.
    mirror : bool
        For "rotation": also compare with the mirror image (a grain seen from the other side).
    mask : ndarray of bool, shape (n_v, n_u), optional
        True where a pixel is good. Samples that need a bad one are left out, for each turn of both patterns.
    sampling : int
        Angles for each radius of the largest ring, as in `polar.PolarGrid`.

    Returns
    -------
    Similarity

    Raises
    ------
    RefusedError
        If the stack is no stack, values are not finite, or no ring lies between the radii.

    Notes
    -----
    One mean for the whole of a pattern is subtracted, not one for each ring: so halos count too, and an
    amorphous pattern is like another one. Samples are weighted by their radius, which is the area they stand
    for. All diffractions with inversion symmetry (Friedel) look the same after 180 degrees.
    """
    diffractions = _checked_stack(diffractions)
    if kind not in KINDS:
        raise RefusedError("the similarity {!r} is unknown: choose one of {}.".format(kind, ", ".join(KINDS)))
    detector = diffractions.shape[1:]
    centre = default_centre(detector) if centre is None else tuple(centre)
    refuse_centre(centre, detector)
    if kind == "rotation":
        return _over_rotation(diffractions, _Rings(detector, centre, inner_radius, outer_radius, mask, sampling),
                              mirror)
    radius = radius_of_pixels(detector, centre)
    used = (radius >= inner_radius) & (radius <= (np.inf if outer_radius is None else outer_radius))
    used &= True if mask is None else mask
    if not used.any():
        raise RefusedError("no good pixel lies between the radii {} and {}: choose a wider ring.".format(
            inner_radius, outer_radius))
    values = {"cosine": _cosine, "correlation": _correlation, "cross-correlation": _over_shifts}[kind](
        diffractions, used)
    return Similarity(_symmetric(values), np.zeros(values.shape), np.zeros(values.shape, dtype=bool))


def turned_autocorrelation(diffractions, centre=None, inner_radius=0.0, outer_radius=None, mask=None, sampling=8):
    """Correlation of each pattern with itself after a turn: angles (n_angles,) [degrees] and values (n, n_angles).

    Parameters as in `pattern_similarity`, but the mean of each ring is subtracted: what is round does not count.
    """
    diffractions = _checked_stack(diffractions)
    detector = diffractions.shape[1:]
    centre = default_centre(detector) if centre is None else tuple(centre)
    rings = _Rings(detector, centre, inner_radius, outer_radius, mask, sampling)
    patterns = rings.without_ring_means(rings.samples(diffractions))
    spectra, power = np.fft.rfft(patterns, axis=2), np.fft.rfft(patterns ** 2, axis=2)
    valid = np.fft.rfft(rings.valid, axis=1)
    products = rings.turned(np.einsum("r,nrf->nf", rings.weights, np.abs(spectra) ** 2))
    first = rings.turned(np.einsum("r,nrf,rf->nf", rings.weights, power.conj(), valid))
    second = rings.turned(np.einsum("r,rf,nrf->nf", rings.weights, valid.conj(), power))
    return rings.angles, _quotient(products, first * second)


def rotational_symmetry(diffractions, centre=None, inner_radius=0.0, outer_radius=None, mask=None, sampling=8):
    """How often each pattern looks the same in a full turn, an int array (n,): 2 for most crystals, 1 for none.

    An angle between two patterns of symmetry m is known modulo 360 / m degrees. A round pattern, as of an amorphous
    material, has no orientation at all: 0. Parameters as in `pattern_similarity`.
    """
    angles, values = turned_autocorrelation(diffractions, centre, inner_radius, outer_radius, mask, sampling)
    symmetry = np.ones(len(values), dtype=int)
    for fold in reversed(SYMMETRIES):
        turns = np.mod(360.0 / fold * np.arange(1, fold), 360)
        like = np.array([np.interp(turns, angles % 360, row, period=360) for row in values])
        symmetry[(like > SAME_AGAIN).all(axis=1)] = fold
    discs = disc_part(diffractions, centre, inner_radius, outer_radius, mask, sampling)
    return np.where(discs < ROUND, 0, symmetry)


def disc_part(diffractions, centre=None, inner_radius=0.0, outer_radius=None, mask=None, sampling=8):
    """What of each pattern is not round, an array (n,): 0 for rings alone, 1 for discs alone.

    Norm after the mean of each ring is subtracted, over the norm after one mean is. On components of simulated data
    round ones had 0.02 .. 0.18, crystals 0.5 and more. Parameters as in `pattern_similarity`.
    """
    diffractions = _checked_stack(diffractions)
    centre = default_centre(diffractions.shape[1:]) if centre is None else tuple(centre)
    rings = _Rings(diffractions.shape[1:], centre, inner_radius, outer_radius, mask, sampling)
    polar = rings.samples(diffractions)
    discs, whole = (np.sqrt(np.einsum("r,nra->n", rings.weights, one ** 2))
                    for one in (rings.without_ring_means(polar), rings.without_mean(polar)))
    flat = whole <= 1e-9 * np.abs(polar).max(axis=(1, 2))  # rounding alone is left
    return np.where(flat, 0, discs / np.where(flat, 1, whole))


class _Rings:
    """The polar samples that count: rings from the inner to the outer radius, their weights, and the turns."""

    def __init__(self, detector, centre, inner_radius, outer_radius, mask, sampling):
        grid = PolarGrid(detector, centre, sampling, mask)
        if outer_radius is None:  # a ring that the detector's edge cuts would compare part of a turn with another part
            outer_radius = min(centre[0], centre[1], detector[0] - 1 - centre[0], detector[1] - 1 - centre[1]) + 1e-9
        radii = np.arange(grid.n_radii)
        self.used = (radii >= max(inner_radius, 1)) & (radii <= outer_radius) & grid.valid.any(axis=1)
        if not self.used.any():
            raise RefusedError(
                "no ring with good pixels lies between the radii {:g} and {:g} about (v, u) = ({:g}, {:g}): choose a "
                "smaller inner or a larger outer radius.".format(inner_radius, outer_radius, *centre))
        self.grid, self.valid = grid, grid.valid[self.used].astype(np.float64)
        self.weights = radii[self.used] / (self.valid.sum() * radii[self.used].mean())
        turn = 360.0 / grid.n_angles
        self.angles = turn * ((np.arange(grid.n_angles) + grid.n_angles // 2) % grid.n_angles - grid.n_angles // 2)

    def samples(self, diffractions):
        """Patterns (n, n_v, n_u) on polar coordinates, (n, n_radii, n_angles), 0 where not valid."""
        polar = self.grid.sample(diffractions.reshape(len(diffractions), -1).T)
        return polar[:, self.used] * self.valid

    def without_mean(self, polar):
        """One weighted mean subtracted from each pattern."""
        area = (self.weights[:, None] * self.valid).sum()
        mean = np.einsum("r,nra->n", self.weights, polar) / area
        return (polar - mean[:, None, None]) * self.valid

    def without_ring_means(self, polar):
        """The mean of each ring subtracted."""
        means = polar.sum(axis=2) / np.maximum(self.valid.sum(axis=1), 1)
        return (polar - means[:, :, None]) * self.valid

    def turned(self, spectrum):
        """Back from frequencies along the angle: one value for each turn."""
        return np.fft.irfft(spectrum, self.grid.n_angles)


def _over_rotation(diffractions, rings, mirror):
    """Largest correlation over all turns, its turn, and whether the mirror image was the better one."""
    # patterns and their squares on polar coordinates, and the spectra of both (half as many, complex)
    refuse_if_too_large(4 * 8 * len(diffractions) * rings.valid.size, "comparing {} patterns of {} x {} pixels".format(
        *diffractions.shape))
    patterns = rings.without_mean(rings.samples(diffractions))
    # frequency first: then the sum over rings is one small matrix product for each frequency
    spectra = np.moveaxis(np.fft.rfft(patterns, axis=2), 2, 0)
    power = np.moveaxis(np.fft.rfft(patterns ** 2, axis=2), 2, 0)
    valid = np.moveaxis(np.fft.rfft(rings.valid, axis=1), 1, 0)
    n = len(diffractions)
    best = np.full((n, n), -np.inf), np.zeros((n, n)), np.zeros((n, n), dtype=bool)
    for mirrored in (False, True) if mirror else (False,):
        first, first_power, first_valid = (one if mirrored else one.conj() for one in (spectra, power, valid))
        weights = rings.weights
        # energy of pattern i where the turned mask of j is good, and of j where the mask of i is
        energy = rings.turned(np.einsum("fnr,fr->nf", first_power * weights, valid))
        other_energy = rings.turned(np.einsum("fr,fnr->nf", first_valid * weights, power))
        for i in range(n):
            products = rings.turned(np.matmul(spectra, (first[:, i] * weights)[:, :, None])[:, :, 0].T)
            values, angles = _largest(_quotient(products, energy[i] * other_energy), rings.angles)
            better = values > best[0][i]
            for target, found in zip(best, (values, angles, np.full(n, mirrored))):
                target[i, better] = found[better]
    values, angles, mirrored = best
    return Similarity(_symmetric(values), *_consistent(values, angles, mirrored))


def _largest(correlation, angles):
    """Largest value of each row (n, n_angles), and its angle, refined by a parabola through its neighbours."""
    rows = np.arange(len(correlation))
    largest = correlation.max(axis=1)
    size_of_turn = np.where(correlation >= largest[:, None] - EQUALLY_GOOD, np.abs(angles), np.inf)
    at = np.argmin(size_of_turn, axis=1)
    left, middle, right = (correlation[rows, (at + step) % len(angles)] for step in (-1, 0, 1))
    curvature = left - 2 * middle + right
    vertex = np.where(curvature < 0, 0.5 * (left - right) / np.where(curvature < 0, curvature, 1), 0)
    return largest, angles[at] + 360.0 / len(angles) * np.clip(vertex, -1, 1)


def _consistent(values, angles, mirrored):
    """Angles of (j, i) from those of (i, j): the way back is the opposite turn, or the same one after a mirror."""
    upper = np.triu(np.ones(values.shape, dtype=bool), 1)
    mirrored = (mirrored & upper) | (mirrored & upper).T
    angles = np.where(upper, angles, 0)
    return angles + np.where(mirrored, 1, -1) * angles.T, mirrored


def _cosine(diffractions, used):
    pixels = diffractions[:, used]
    return cosines(pixels, pixels)


def _correlation(diffractions, used):
    pixels = diffractions[:, used]
    pixels = pixels - pixels.mean(axis=1, keepdims=True)
    return cosines(pixels, pixels)


def _over_shifts(diffractions, used):
    """Largest correlation coefficient over all shifts; what is shifted beyond the edge meets nothing."""
    centred = np.zeros(diffractions.shape)
    pixels = diffractions[:, used]
    centred[:, used] = pixels - pixels.mean(axis=1, keepdims=True)
    n, sizes = len(centred), [2 * size for size in centred.shape[1:]]
    norms = np.sqrt((centred ** 2).sum(axis=(1, 2)))
    spectra = np.fft.rfft2(centred, sizes)
    values = np.eye(n)
    for i in range(n):
        for j in range(i + 1, n):
            product = np.fft.irfft2(spectra[i].conj() * spectra[j], sizes).max()
            values[i, j] = values[j, i] = product / (norms[i] * norms[j]) if norms[i] * norms[j] > 0 else 0.0
    return values


def _quotient(products, squares):
    """Correlation coefficients; 0 where a pattern is flat (its energy is rounding alone)."""
    # energies come back from an FFT: exact zeros are there as rounding of the largest
    positive = squares > 1e-20 * max(squares.max(), 1e-300)
    return np.where(positive, products / np.sqrt(np.where(positive, squares, 1)), 0.0)


def _symmetric(values):
    """Both triangles from the upper one, 1 on the diagonal; rounding beyond 1 is cut off."""
    upper = np.triu(np.clip(values, -1, 1), 1)
    return upper + upper.T + np.eye(len(values))


def _checked_stack(diffractions):
    diffractions = np.asarray(diffractions)
    if diffractions.ndim != 3 or not len(diffractions):
        raise RefusedError("a stack of diffractions (n, v, u) is needed to compare them, and this has shape {}: give "
                           "one image for each pattern.".format(diffractions.shape))
    if diffractions.dtype.kind not in "iufb" or not np.isfinite(diffractions).all():
        raise RefusedError("the diffractions hold values that are no finite real numbers: replace them, for example "
                           "by 0, before patterns are compared.")
    return diffractions.astype(np.float64)
