"""Where the maps end: the resolution limit from the probe, or from the data.

A probe of convergence semi-angle alpha passes no frequency above 2 alpha /
lambda into a map (the overlap of two apertures). Without alpha, the noise tells: counting noise is white
along the scan, so what rises above its level ends where the probe ends.
"""

import numpy as np

from .map_constraint import NYQUIST, Band

#: electrons: h / sqrt(2 m e), and e / (2 m c^2), for lambda in nm and volts
_WAVELENGTH, _RELATIVITY = 1.226426, 0.978476e-6
#: a ring of frequencies holds signal if its power is so many standard deviations above the noise's
SIGNIFICANT = 4.0


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
    is the median ring beyond 0.35. The cut-off is the end of the last ring of the unbroken
    run, from zero, that stands 4 standard deviations above it.
    """
    maps = leading_maps(X, weights, n_components).reshape((-1,) + tuple(scan))
    band = Band(scan, NYQUIST)
    power = (band.basis_y.T @ (maps @ band.basis_x)) ** 2
    frequency = np.hypot(np.arange(scan[0])[:, None] / (2.0 * scan[0]), np.arange(scan[1]) / (2.0 * scan[1]))
    width = 1.0 / min(scan)  # two coefficients of the shorter side
    ring = np.floor(frequency / width).astype(int)
    n_rings = int(np.ceil(NYQUIST / width))
    spectrum = np.array([power[:, ring == r].mean() for r in range(n_rings)])
    count = np.array([(ring == r).sum() * len(maps) for r in range(n_rings)])
    far = np.arange(n_rings) * width >= 0.7 * NYQUIST
    noise = np.median(spectrum[far])
    signal = spectrum > noise * (1 + SIGNIFICANT * np.sqrt(2.0 / count))
    if signal[far].mean() > 0.5:
        return NYQUIST
    last = int(np.argmin(signal))  # the first ring that is noise; ring 0 always holds the mean
    return float(min(NYQUIST, max(last, 1) * width))


def leading_maps(X, weights, n, passes=4):
    """Maps (n, n_xy) of the n leading directions of the weighted data, by subspace iteration."""
    n = min(n, min(X.shape))
    root = np.sqrt(weights)
    basis = np.random.RandomState(0).standard_normal((X.shape[0], n))
    for _ in range(passes):
        basis, _ = np.linalg.qr(basis)
        basis = root[:, None] * (X @ ((root[:, None] * basis).T @ X).T)
    basis, _ = np.linalg.qr(basis)
    return (root[:, None] * basis).T @ X
