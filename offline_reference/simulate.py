"""4D-STEM data whose diffractions and maps are known.

crystals_in_amorphous   one amorphous halo and n crystals in one field of view
rotated_precipitates    many rotated copies of a few crystals in an amorphous matrix

Every diffraction shares the central disc (the probe's own, of `disc_radius`), a
crystal adds Bragg discs on a lattice of its own over a weak diffuse
background. A map is a group of grains seen through the probe: it is convolved with the
intensity of an aberration-free probe, whose transfer function ends at
`cutoff`, so it is nonnegative and holds nothing beyond. The field of view is cut out of
a larger one: real scans do not wrap round at their edges.
"""

from dataclasses import dataclass, field

import numpy as np

from .numerics.errors import RefusedError
from .numerics.unfold import ORDERS, H_from_maps, W_from_diffractions, refold

#: radius of the central disc as a part of the smaller detector side
DISC_RADIUS = 2.6 / 64
#: ... but never so small that it falls between pixels [pixel]
SMALLEST_DISC = 0.8
VOLTAGE_KV = 200.0
CONVERGENCE_MRAD = 1.5


@dataclass
class Simulation:
    """Counts and the truth behind them.

    Attributes
    ----------
    pixels : ndarray, 4D in ``order``
        Poisson counts. [counts]
    order : "vuyx" or "yxvu"
    diffractions : ndarray, shape (n_k, n_v, n_u)
        True diffractions, each of sum 1; number 0 is amorphous.
    maps : ndarray, shape (n_k, n_y, n_x)
        True maps. [expected counts of the whole pattern]
    spots : tuple of ndarray, one (n, 3) for each component
        Bragg discs: v, u [pixel] and relative strength (1 = strongest).
    cutoff : float
        Where the probe's transfer function ends. [cycles per scan pixel]
    disc_radius : float
        Radius of central and Bragg discs. [pixel]
    centre : tuple of float
        v, u of the central disc. [pixel]
    mask : ndarray of bool, shape (n_v, n_u)
        False where dead, hot, or behind the beam stop.
    labels : tuple of int
        For each component, which crystal it is a rotated copy of (0 = amorphous).
    angles : tuple of float
        Its rotation. [rad]
    """

    pixels: np.ndarray
    order: str
    diffractions: np.ndarray
    maps: np.ndarray
    spots: tuple
    cutoff: float
    disc_radius: float
    centre: tuple
    mask: np.ndarray
    labels: tuple = ()
    angles: tuple = ()
    voltage_kv: float = VOLTAGE_KV
    convergence_mrad: float = CONVERGENCE_MRAD
    settings: dict = field(default_factory=dict)

    @property
    def scan_step_nm(self):
        """Scan step for which this probe has this cut-off: f_max = 2 alpha / lambda. [nm]"""
        return self.cutoff * electron_wavelength_nm(self.voltage_kv) / (2e-3 * self.convergence_mrad)

    @property
    def detector_step_per_nm(self):
        """Detector step for which the disc has the convergence angle's radius. [1/nm]"""
        return 1e-3 * self.convergence_mrad / electron_wavelength_nm(self.voltage_kv) / self.disc_radius


def electron_wavelength_nm(voltage_kv):
    """Relativistic de Broglie wavelength of the electron. [nm]"""
    electron_volts = 1e3 * voltage_kv
    return 1.226426 / np.sqrt(electron_volts * (1 + 0.978476e-6 * electron_volts))


def crystals_in_amorphous(scan=(64, 64), detector=(64, 64), n_crystals=3, dose=1e4, cutoff=0.2, seed=0, order="vuyx",
                          dtype=np.uint16, centre_shift=(0.0, 0.0), dead_pixels=0, hot_pixels=0, beam_stop=False,
                          disc_radius=None, beam_part=0.25):
    """Simulate one amorphous halo and ``n_crystals`` crystals whose maps overlap.

    Parameters
    ----------
    scan, detector : (int, int)
        (n_y, n_x) and (n_v, n_u). [pixel]
    dose : float
        Mean electrons in a pattern. [counts]
    cutoff : float
        Resolution limit of the probe. [cycles per scan pixel]
    seed : int
        Same seed, same data.
    order : "vuyx" or "yxvu"
        Axis order of the result, as DM files have it.
    dtype : data type
        Of the counts; values beyond its range are refused, never wrapped.
    centre_shift : (float, float)
        Shift of the whole pattern by a tilt, v then u. [pixel]
    dead_pixels, hot_pixels : int
        How many detector pixels always read 0, or read far too much.
    beam_stop : bool
        Shade the central disc and a bar from it to the edge.
    disc_radius : float, optional
        Radius of the discs, 2.6/64 of the smaller detector side by default. [pixel]
    beam_part : float
        Part of each diffraction's intensity that is in the central disc.

    Returns
    -------
    Simulation
    """
    faults = (dead_pixels, hot_pixels, beam_stop)
    _refuse_settings(dose, dtype, faults, n_crystals, detector, beam_part)
    random = np.random.default_rng(seed)
    settings = {"kind": "crystals_in_amorphous", "n_crystals": n_crystals, "dose": dose, "seed": seed}
    geometry = _geometry(detector, centre_shift, disc_radius, scan, order, cutoff)
    spots = [np.empty((0, 3))] + [_lattice_spots(random, geometry) for _ in range(n_crystals)]
    diffractions = np.array([_diffraction(random, geometry, one, beam_part) for one in spots])
    matrix = 0.5 + _seen_through_probe(_grains(random, scan, 6), cutoff, scan)
    maps = np.array([matrix] + [_seen_through_probe(_grains(random, scan, random.integers(3, 6)), cutoff, scan)
                                for _ in range(n_crystals)])
    return _expose(random, geometry, diffractions, maps, spots, dose, dtype, faults, settings,
                   labels=tuple(range(n_crystals + 1)), angles=(0.0,) * (n_crystals + 1))


def rotated_precipitates(scan=(64, 64), detector=(64, 64), n_crystals=2, n_copies=4, dose=1e4, cutoff=0.2, seed=0,
                         order="vuyx", dtype=np.uint16, centre_shift=(0.0, 0.0), dead_pixels=0, hot_pixels=0,
                         beam_stop=False, disc_radius=None):
    """Simulate ``n_copies`` rotated precipitates of each of ``n_crystals`` crystals in an amorphous matrix.

    Parameters as in `crystals_in_amorphous`. `Simulation.labels` says which
    crystal a component is a copy of, `Simulation.angles` by how much it is turned.
    """
    faults = (dead_pixels, hot_pixels, beam_stop)
    _refuse_settings(dose, dtype, faults, min(n_crystals, n_copies), detector)
    random = np.random.default_rng(seed)
    settings = {"kind": "rotated_precipitates", "n_crystals": n_crystals, "n_copies": n_copies, "dose": dose,
                "seed": seed}
    geometry = _geometry(detector, centre_shift, disc_radius, scan, order, cutoff)
    spots, labels, angles = [np.empty((0, 3))], [0], [0.0]
    for crystal in range(1, n_crystals + 1):
        original = _lattice_spots(random, geometry)
        for angle in random.uniform(0, np.pi, n_copies):
            spots.append(_rotated(original, geometry, angle))
            labels.append(crystal)
            angles.append(float(angle))
    background = random.uniform(0.9, 1.1)  # one for all: the matrix is the same around every precipitate
    diffractions = np.array([_diffraction(random, geometry, one, halo_position=background) for one in spots])
    maps = np.array([np.ones(scan)] + [_seen_through_probe(_grains(random, scan, 1), cutoff, scan)
                                       for _ in spots[1:]])
    return _expose(random, geometry, diffractions, maps, spots, dose, dtype, faults, settings,
                   tuple(labels), tuple(angles))


@dataclass
class _Geometry:
    """Where things are on the detector, and how the result is laid out."""

    v: np.ndarray
    u: np.ndarray
    centre: tuple
    disc_radius: float
    rim: float
    scan: tuple
    order: str
    cutoff: float

    @property
    def radius(self):
        return np.hypot(self.v - self.centre[0], self.u - self.centre[1])


def _refuse_settings(dose, dtype, faults, n_crystals, detector, beam_part=0.25):
    """Raise before any work on settings that have no meaning."""
    dead_pixels, hot_pixels, _ = faults
    if not 0 < dose < np.inf:
        raise RefusedError("a dose of {} electrons a pattern cannot be simulated: give a positive number.".format(dose))
    if np.dtype(dtype).kind not in "iuf":
        raise RefusedError("counts cannot be stored as {}: choose an integer or float type.".format(np.dtype(dtype)))
    if not 0 < beam_part < 1:
        raise RefusedError("a central disc with {} of the intensity leaves nothing else, or is none: give a part "
                           "between 0 and 1.".format(beam_part))
    if n_crystals < 0:
        raise RefusedError("{} crystals cannot be simulated: give 0 or more.".format(n_crystals))
    if min(dead_pixels, hot_pixels) < 0 or dead_pixels + hot_pixels > detector[0] * detector[1]:
        raise RefusedError("{} dead and {} hot pixels do not fit a detector of {} x {}: give numbers from 0.".format(
            dead_pixels, hot_pixels, *detector))


def _geometry(detector, centre_shift, disc_radius, scan, order, cutoff):
    if order not in ORDERS:
        raise RefusedError("the axis order {!r} is unknown: choose one of {}.".format(order, " or ".join(ORDERS)))
    if min(detector) < 5 or min(scan) < 2:
        raise RefusedError("a detector of {} x {} and a scan of {} x {} pixels are too small to simulate: use at least "
                           "5 x 5 and 2 x 2.".format(*detector, *scan))
    if disc_radius is not None and not 0 < disc_radius < min(detector):
        raise RefusedError("a disc radius of {} pixels does not fit a detector of {} x {}: give a positive number "
                           "below its size.".format(disc_radius, *detector))
    if not 0 < cutoff <= 0.5:
        raise RefusedError("the cut-off {} is not between 0 and 0.5 cycles per scan pixel (Nyquist): "
                           "choose one that is.".format(cutoff))
    centre = (detector[0] / 2 + centre_shift[0], detector[1] / 2 + centre_shift[1])
    v, u = np.indices(detector)
    rim = min(centre[0], centre[1], detector[0] - 1 - centre[0], detector[1] - 1 - centre[1])
    if not rim >= 1:
        raise RefusedError("a centre shifted by ({}, {}) pixels comes too near the rim of a detector of {} x {}: shift "
                           "it less.".format(*centre_shift, *detector))
    disc_radius = disc_radius or max(DISC_RADIUS * min(detector), SMALLEST_DISC)
    return _Geometry(v, u, centre, disc_radius, rim, tuple(scan), order, cutoff)


def _lattice_spots(random, geometry):
    """A crystal's zero-order Laue zone: a random 2D lattice with random structure factors."""
    shortest = max(3.2 * geometry.disc_radius, 0.28 * geometry.rim)  # discs of one lattice stay apart
    a = shortest * random.uniform(1.0, 1.5)
    b = a * random.uniform(1.0, 1.3)
    first = random.uniform(0, np.pi)
    second = first + np.deg2rad(random.uniform(65, 115))
    h, k = (index.ravel() for index in np.indices((13, 13)) - 6)
    v = a * h * np.sin(first) + b * k * np.sin(second)
    u = a * h * np.cos(first) + b * k * np.cos(second)
    distance = np.hypot(v, u)
    inside = (distance > 0) & (distance < geometry.rim - geometry.disc_radius)
    # Friedel pairs share a strength; the envelope falls as a Debye-Waller factor does.
    strengths = random.lognormal(0, 0.6, (13, 13))
    strengths = np.sqrt(strengths * strengths[::-1, ::-1]).ravel()
    strengths *= np.exp(-1.2 * (distance / geometry.rim) ** 2)
    if not inside.any():
        return np.empty((0, 3))
    strongest = strengths[inside].max()
    return np.column_stack([geometry.centre[0] + v[inside], geometry.centre[1] + u[inside],
                            strengths[inside] / strongest])


def _rotated(spots, geometry, angle):
    """The same spots turned about the centre."""
    v, u = spots[:, 0] - geometry.centre[0], spots[:, 1] - geometry.centre[1]
    cos, sin = np.cos(angle), np.sin(angle)
    return np.column_stack([geometry.centre[0] + cos * v - sin * u, geometry.centre[1] + sin * v + cos * u,
                            spots[:, 2]])


def _diffraction(random, geometry, spots, beam_part=0.25, halo_position=None):
    """Central disc + diffuse halo (+ Bragg discs), of sum 1, in the proportions of a thin film."""
    relative = geometry.radius / geometry.rim
    halo_position = random.uniform(0.9, 1.1) if halo_position is None else halo_position
    halo = (np.exp(-0.5 * ((relative - 0.45 * halo_position) / 0.09) ** 2)
            + 0.35 * np.exp(-0.5 * ((relative - 0.8 * halo_position) / 0.12) ** 2)
            + 0.8 * np.exp(-3.0 * relative))
    central = _disc(geometry, *geometry.centre)
    parts = [beam_part * central / central.sum()]
    if spots.size:
        bragg = sum(strength * _disc(geometry, v, u) for v, u, strength in spots)
        parts += [(1 - beam_part) * (0.6 * bragg / bragg.sum() + 0.4 * halo / halo.sum())]
    else:
        parts += [(1 - beam_part) * halo / halo.sum()]
    whole = sum(parts)
    return whole / whole.sum()


def _disc(geometry, v, u):
    """A disc of the probe's convergence, its edge one pixel soft."""
    distance = np.hypot(geometry.v - v, geometry.u - u)
    return np.clip(geometry.disc_radius + 0.5 - distance, 0, 1)


def _grains(random, scan, n):
    """Round and oblong grains of random thickness on a field larger than the scan."""
    y, x = np.indices(_larger(scan))
    field_of_view = np.zeros(_larger(scan))
    for _ in range(n):
        # the centre lies inside the scanned part, so that every component is seen
        centre_y, centre_x = (0.5 * (whole - seen) + random.uniform(0.1, 0.9) * seen
                              for whole, seen in zip(_larger(scan), scan, strict=True))
        long, short, turn = random.uniform(0.12, 0.28), random.uniform(0.08, 0.18), random.uniform(0, np.pi)
        along = (y - centre_y) * np.sin(turn) + (x - centre_x) * np.cos(turn)
        across = (y - centre_y) * np.cos(turn) - (x - centre_x) * np.sin(turn)
        inside = (along / long) ** 2 + (across / short) ** 2 < min(scan) ** 2
        field_of_view = np.maximum(field_of_view, inside * random.uniform(0.5, 1.0))
    return field_of_view


def _larger(scan):
    return tuple(2 * size for size in scan)


def _seen_through_probe(grains, cutoff, scan):
    """Convolve with the probe's intensity (Airy pattern) and cut out the scanned part."""
    frequency = np.hypot(np.fft.fftfreq(grains.shape[0])[:, None], np.fft.fftfreq(grains.shape[1])) / cutoff
    inside = np.clip(frequency, 0, 1)
    transfer = 2 / np.pi * (np.arccos(inside) - inside * np.sqrt(1 - inside ** 2))  # two overlapping apertures
    seen = np.fft.ifft2(np.fft.fft2(grains) * transfer).real
    top, left = (size // 2 for size in scan)
    return np.clip(seen[top:top + scan[0], left:left + scan[1]], 0, None)  # clip: rounding only


def _expose(random, geometry, diffractions, maps, spots, dose, dtype, faults, settings, labels, angles):
    """Scale to the dose, count electrons, then spoil what a real detector spoils."""
    maps = maps * (dose / maps.sum(axis=0).mean())
    counts = random.poisson(W_from_diffractions(diffractions) @ H_from_maps(maps))
    mask = _spoil(random, geometry, counts, dose, *faults)
    dtype = np.dtype(dtype)
    if dtype.kind in "iu" and counts.max() > np.iinfo(dtype).max:
        raise RefusedError("a pixel counts {} electrons and {} ends at {}: lower the dose of {:g}, or choose a larger "
                           "data type.".format(counts.max(), dtype.name, np.iinfo(dtype).max, dose))
    pixels = np.ascontiguousarray(_in_order(counts.astype(dtype), geometry))
    return Simulation(pixels, geometry.order, diffractions, maps, tuple(spots), geometry.cutoff, geometry.disc_radius,
                      geometry.centre, mask, labels, angles, settings=settings)


def _in_order(counts, geometry):
    """Matrix to 4D pixels whose memory is really in the wanted order."""
    pixels = refold(counts, geometry.v.shape + geometry.scan, "vuyx")
    return pixels if geometry.order == "vuyx" else pixels.transpose(2, 3, 0, 1)


def _spoil(random, geometry, counts, dose, dead_pixels, hot_pixels, beam_stop):
    """Overwrite bad detector pixels in ``counts`` (n_uv, n_xy); return the mask of good ones."""
    mask = np.ones(geometry.v.shape, dtype=bool)
    if beam_stop:
        bar = (np.abs(geometry.u - geometry.centre[1]) < 0.6 * geometry.disc_radius) & (geometry.v > geometry.centre[0])
        mask &= ~(bar | (geometry.radius < geometry.disc_radius + 1))
        counts[~mask.ravel()] = 0
    bad = random.choice(counts.shape[0], dead_pixels + hot_pixels, replace=False)
    counts[bad[:dead_pixels]] = 0
    hot = bad[dead_pixels:]
    counts[hot] = random.poisson(max(0.05 * dose, 10), (hot.size, counts.shape[1]))
    mask.ravel()[bad] = False
    return mask
