"""[.]H: a map holds no frequency beyond the probe's resolution limit.

The scan is a window cut out of a larger specimen, so it does not wrap round.
A Fourier transform would take the step between opposite edges for high
frequencies; the cosine transform (DCT-II) reflects the map at its edges
instead and sees none. Frequencies are in cycles per scan pixel, 0.5 is Nyquist:
coefficient i of n belongs to i / (2 n).
"""

import numpy as np

from .errors import RefusedError

NYQUIST = 0.5


class Band:
    """Maps of one scan size whose frequencies end at ``cutoff``, as few coefficients.

    Parameters
    ----------
    scan : (int, int)
        n_y, n_x. [pixel]
    cutoff : float
        Largest frequency that a map may hold, in any direction. [cycles per scan pixel]

    Attributes
    ----------
    n : int
        Number of coefficients, about pi (cutoff)^2 n_xy.

    Raises
    ------
    RefusedError
        If the cut-off is not above 0 and at most 0.5.
    """

    def __init__(self, scan, cutoff):
        refuse_cutoff(cutoff)
        self.scan, self.cutoff = tuple(scan), float(cutoff)
        self.basis_y, self.basis_x = (cosine_basis(size, cutoff) for size in scan)
        frequency = np.hypot(*np.meshgrid(*(np.arange(basis.shape[1]) / (2 * basis.shape[0])
                                            for basis in (self.basis_y, self.basis_x)), indexing="ij"))
        # Half the distance of two coefficients is no frequency beyond: rounding must not decide about the last one.
        self.inside = frequency <= cutoff * (1 + 1e-9)
        self.n = int(self.inside.sum())

    def coefficients(self, H):
        """Rows of H (n_k, n_xy) to their coefficients (n_k, n): the orthogonal projection onto the band."""
        maps = H.reshape((H.shape[0],) + self.scan)
        dtype = maps.dtype
        return (self.basis_y.T.astype(dtype) @ (maps @ self.basis_x.astype(dtype)))[:, self.inside]

    def maps(self, coefficients):
        """Coefficients (n_k, n) to rows of H (n_k, n_xy); may be negative."""
        n_k, dtype = coefficients.shape[0], coefficients.dtype
        spectrum = np.zeros((n_k,) + self.inside.shape, dtype=dtype)
        spectrum[:, self.inside] = coefficients
        return (self.basis_y.astype(dtype) @ (spectrum @ self.basis_x.T.astype(dtype))).reshape(n_k, -1)

    def low_pass(self, H):
        """Rows of H (n_k, n_xy) without what lies beyond the cut-off; may be negative."""
        return self.maps(self.coefficients(H))


def refuse_cutoff(cutoff):
    """Raise unless 0 < cutoff <= 0.5 cycles per scan pixel."""
    if not 0 < cutoff <= NYQUIST:
        raise RefusedError(
            "the cut-off {:g} is not between 0 and {:g} cycles per scan pixel (Nyquist): a scan step holds no higher "
            "frequency. Give one inside, or switch the map constraint off.".format(cutoff, NYQUIST)
        )


def cosine_basis(n, cutoff=NYQUIST):
    """Orthonormal DCT-II functions of n points up to ``cutoff``, one a column."""
    n_low = min(n, int(np.floor(2 * n * cutoff * (1 + 1e-9))) + 1)
    angle = np.pi * (np.arange(n)[:, None] + 0.5) * np.arange(n_low) / n
    basis = np.cos(angle) * np.sqrt(2.0 / n)
    basis[:, 0] = np.sqrt(1.0 / n)
    return basis


def low_pass_nonnegative(H, band, rounds):
    """Nearly the closest rows that are both band-limited and nonnegative, ending nonnegative.

    Alternates the two projections with Dykstra's correction, which makes the end
    the closest point and not just any point of both sets.
    """
    correction = 0
    for _ in range(rounds):
        low = band.low_pass(H)
        H = np.clip(low + correction, 0, None)
        correction = low + correction - H
    return H


def out_of_band(H, scan, cutoff):
    """Power of each mean-free map beyond the cut-off, as a part of its total (n_k,); 0 for a flat map."""
    whole = Band(scan, NYQUIST).basis_y.T @ H.reshape((-1,) + tuple(scan)) @ cosine_basis(scan[1])
    power = whole ** 2
    power[:, 0, 0] = 0
    frequency = np.hypot(np.arange(scan[0])[:, None] / (2.0 * scan[0]), np.arange(scan[1]) / (2.0 * scan[1]))
    total = power.sum(axis=(1, 2))
    flat = total <= 1e-24 * (whole ** 2).sum(axis=(1, 2))  # what rounding leaves of a constant
    total = np.where(flat, 0, total)
    power = power * ~flat[:, None, None]
    return (power * (frequency > cutoff * (1 + 1e-9))).sum(axis=(1, 2)) / np.where(total > 0, total, 1)
