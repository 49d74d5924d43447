"""Where the maps end: the resolution limit from the probe, or from the data.

A probe of convergence semi-angle alpha passes no frequency above 2 alpha /
lambda into a map (the overlap of two apertures). Without alpha, the noise tells: counting noise is white
along the scan, so what rises above its level ends where the probe ends.
"""

import numpy as np

from .map_constraint import NYQUIST
from .random_start import uniform_random

#: electrons: h / sqrt(2 m e), and e / (2 m c^2), for lambda in nm and volts
_WAVELENGTH, _RELATIVITY = 1.226426, 0.978476e-6
#: a ring of frequencies holds signal if its power is so many standard deviations above the noise's ...
SIGNIFICANT = 4.0
#: ... and by at least this part of it: below, a ring brings more noise into a map than signal
WORTHWHILE = 0.25
#: if the highest frequencies hold more than this times the most that noise can, they are signal too
STILL_SIGNAL = 1.5
#: a scan with fewer pixels on its shorter side has too few frequencies to tell [pixel]
SMALLEST_SCAN = 8


def electron_wavelength(voltage_kv):
    """Relativistic de Broglie wavelength. [nm]"""
    volts = 1e3 * voltage_kv
    return _WAVELENGTH / np.sqrt(volts * (1 + _RELATIVITY * volts))


def cutoff_of_probe(voltage_kv, convergence_mrad):
    """Highest frequency a map can hold, 2 alpha / lambda. [1/nm]"""
    return 2e-3 * convergence_mrad / electron_wavelength(voltage_kv)


def estimate_cutoff(X, scan, weights, n_components):
    """Estimate the highest frequency of the maps from the data themselves.

    Parameters
    ----------
    X : DataMatrix
        (n_uv, n_xy) counts.
    scan : (int, int)
        n_y, n_x. [pixel]
    weights : ndarray, shape (n_uv,)
        1 / variance of each row, up to a factor.
    n_components : int
        How many directions of the data to look at.

    Returns
    -------
    float
        [cycles per scan pixel], 0.5 if the signal reaches Nyquist.

    Notes
    -----
    The weighted data are projected on their n_components leading diffractions; the
    power of these maps is averaged over rings of equal frequency. The noise level
    is the median ring beyond 0.35, unless that is far above what the other
    directions have: then the signal reaches Nyquist. The cut-off is the end of the
    last ring of the unbroken run, from zero, that stands 4 standard deviations and 25 % above the noise.
    """
    if min(scan) < SMALLEST_SCAN:
        return NYQUIST
    maps, noise_variance = leading_maps(X, weights, n_components)
    maps = maps.reshape((-1,) + tuple(scan))
    # A window, because the edges of a scan that does not wrap round look like high frequencies.
    window = np.outer(*(np.sin(np.pi * (np.arange(n) + 0.5) / n) ** 2 for n in scan))
    maps = (maps - maps.mean(axis=(1, 2), keepdims=True)) * window
    power = abs(np.fft.fft2(maps)) ** 2
    frequency = np.hypot(np.fft.fftfreq(scan[0])[:, None], np.fft.fftfreq(scan[1]))
    width = 1.0 / min(scan)  # one coefficient of the shorter side
    # A frequency that is a whole number of rings must not fall into the one below by rounding.
    ring = np.floor(frequency / width * (1 + 1e-6)).astype(int)
    n_rings = int(np.ceil(NYQUIST / width))
    spectrum = np.array([power[:, ring == r].mean() for r in range(n_rings)])
    # a real map has each coefficient twice, and the window ties neighbours together: so many independent ones
    count = np.array([(ring == r).sum() * len(maps) for r in range(n_rings)]) / 4
    noise = np.median(spectrum[np.arange(n_rings) * width >= 0.7 * NYQUIST])
    # Leading directions are those that fit noise best: of pure noise they hold up to this times their share.
    overfit = (1 + np.sqrt(X.shape[0] / X.shape[1])) ** 2
    if noise > STILL_SIGNAL * overfit * noise_variance * (window ** 2).sum():
        return NYQUIST
    signal = spectrum > noise * (1 + np.maximum(WORTHWHILE, SIGNIFICANT * np.sqrt(2.0 / count)))
    last = int(np.argmin(signal[1:])) + 1  # the first ring that is noise; ring 0 is the mean, which was taken away
    return float(min(NYQUIST, last * width))


def leading_maps(X, weights, n, passes=4):
    """Maps (n, n_xy) of the n leading directions of the weighted data, by subspace iteration.

    Also the variance of the noise to be expected in them: what the other directions hold, shared out over detector
    pixels as counting noise is, in proportion to their mean.
    """
    n = min(n, min(X.shape))
    root = np.sqrt(weights)
    # any start will do; this one is the same in DM-script
    basis = uniform_random(X.shape[0] * n).reshape(X.shape[0], n) - 0.5
    for _ in range(passes):
        basis, _ = np.linalg.qr(basis)
        basis = root[:, None] * (X @ ((root[:, None] * basis).T @ X).T)
    basis, _ = np.linalg.qr(basis)
    maps = (root[:, None] * basis).T @ X
    rest = X.weighted_sum_of_squares(weights) - float(np.vdot(maps, maps))
    share = weights * X.sums()[0]
    return maps, rest / X.shape[1] * float(np.mean(share @ basis ** 2)) / share.sum()
