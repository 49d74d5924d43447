"""[.]W: a diffraction has no downward-convex ("dark") peaks.

Supplement S3, Listing S4 of Kimoto et al. (2025), one diffraction at a time,
literal:

    column_outlier_eraser                   samples of one radius >= 2 x their mean become the mean
    rotational_average_without_outliers     RAWOO: the radial profile of what is left, as an image
    dark_peaks                              max(RAWOO - diffraction, 0), both of sum 1
    remove_dark_peaks                       diffraction + dark peaks

and `DarkPeakFill`, the same for all columns of W at once, which `factorize` takes as a
constraint.
"""

import numpy as np

from .errors import RefusedError
from .polar import PolarGrid

REFERENCES = ("quantile", "listing-s4")


def column_outlier_eraser(columns, threshold=2.0):
    """Replace outliers of each column by the column's mean.

    Listing S4, `ColumnOutlierEraser`.

    Parameters
    ----------
    columns : ndarray, shape (n_rows, n_columns)
        In the listing, a row is an angle and a column a radius.
    threshold : float
        Values >= threshold x mean are outliers.

    Returns
    -------
    ndarray, shape (n_rows, n_columns)
    """
    mean = columns.mean(axis=0)
    return np.where(columns < threshold * mean, columns, mean)


def rotational_average_without_outliers(diffraction, centre=None, threshold=2.0, sampling=8, mask=None):
    """RAWOO: the rotational average of a diffraction, Bragg discs left out.

    Listing S4, `RotationalAvergeWOO` (its spelling).

    Parameters
    ----------
    diffraction : ndarray, shape (n_v, n_u)
    centre : (float, float), optional
        v, u; half the size by default. [pixel]
    threshold, sampling : see `column_outlier_eraser` and `polar.PolarGrid`
    mask : ndarray of bool, optional
        True where a pixel is good.

    Returns
    -------
    ndarray, shape (n_v, n_u)
        In the units of the diffraction; 0 beyond the largest sampled radius.
    """
    diffraction = _checked(diffraction)
    grid = PolarGrid(diffraction.shape, centre, sampling, mask)
    profile = _profiles_without_outliers(diffraction.reshape(-1, 1), grid, threshold)
    return grid.spread(profile).reshape(diffraction.shape)


def dark_peaks(diffraction, centre=None, threshold=2.0, sampling=8, mask=None):
    """How far a diffraction lies below its RAWOO, pixel by pixel; both compared at sum 1.

    Parameters as in `rotational_average_without_outliers`.

    Returns
    -------
    ndarray, shape (n_v, n_u)
        Nonnegative, in the units of the diffraction.

    Raises
    ------
    RefusedError
        If the diffraction, or its RAWOO, does not have a positive sum.
    """
    rawoo = rotational_average_without_outliers(diffraction, centre, threshold, sampling, mask)
    good = np.ones(rawoo.shape, dtype=bool) if mask is None else mask
    total, average = np.sum(diffraction[good], dtype=np.float64), rawoo[good].sum()
    if total <= 0 or average <= 0:
        raise RefusedError("the diffraction sums to {:g} and its rotational average to {:g}: both must be positive to "
                           "be compared. Subtract less background, or check the centre.".format(total, average))
    return np.clip(rawoo / average * total - diffraction, 0, None) * good


def remove_dark_peaks(diffraction, centre=None, threshold=2.0, sampling=8, mask=None):
    """Raise each pixel of a diffraction that lies below its rotational average (Listing S4).

    Parameters as in `rotational_average_without_outliers`. The sum grows by what
    was filled. Not idempotent: the raised pattern has a higher average of its own.
    """
    return diffraction + dark_peaks(diffraction, centre, threshold, sampling, mask)


class DarkPeakFill:
    """[.]W for all diffractions at once: raise W to a lower bound made of its own radial reference.

    Parameters
    ----------
    detector : (int, int)
        n_v, n_u. [pixel]
    reference : "quantile" or "listing-s4"
        "quantile" (default): bound = margin x quantile over angles, outside the
        central disc and inside the inscribed circle. "listing-s4": bound = RAWOO
        at sum 1, everywhere, as printed in the paper.
    quantile : float
        Which one; 0.5 is the median. The background of a crystal's ring is what lies between its
        discs, and they may cover more than half of a ring near the centre: 0.3 still looks between them. It is also
        below the median by half a standard deviation of the noise, so noise alone is hardly raised.
    margin : float
        Part of the quantile that must be reached.
    centre : (float, float), optional
        v, u. [pixel]
    central_radius : float
        Pixels nearer to the centre are left alone (quantile only). [pixel]
    threshold, sampling, mask : see `rotational_average_without_outliers`

    Notes
    -----
    With "quantile" the fill is idempotent up to interpolation: what is raised comes to lie at the quantile,
    which does not move.
    """

    def __init__(self, detector, reference="quantile", quantile=0.3, margin=1.0, centre=None, central_radius=0.0,
                 threshold=2.0, sampling=8, mask=None):
        if reference not in REFERENCES:
            raise RefusedError("the reference {!r} is unknown: choose one of {}.".format(
                reference, " or ".join(REFERENCES)))
        for name, value in (("quantile", quantile), ("margin", margin)):
            if not 0 <= value <= 1:
                raise RefusedError("the {} {:g} is not between 0 and 1: a diffraction must reach the margin's part of "
                                   "the quantile of its ring.".format(name, value))
        self.reference, self.quantile, self.margin, self.threshold = reference, quantile, margin, threshold
        self.grid = PolarGrid(detector, centre, sampling, mask)
        self.applies = (self.grid.radius >= central_radius) & (self.grid.radius <= self.grid.n_radii - 1)
        self.good = np.ones(self.applies.shape, dtype=bool) if mask is None else mask.ravel()
        self.applies &= self.good

    def lower_bound(self, W):
        """The least value each pixel of W (n_uv, n_k) may have; columns of W at any scale."""
        if self.reference == "listing-s4":
            rawoo = self.grid.spread(_profiles_without_outliers(W, self.grid, self.threshold)) * self.good[:, None]
            average = rawoo.sum(axis=0)
            return rawoo * (W[self.good].sum(axis=0) / np.where(average > 0, average, 1))
        profiles = self.margin * _quantile_profiles(W, self.grid, self.quantile)
        return self.grid.spread(profiles) * self.applies[:, None]

    def __call__(self, W):
        """W (n_uv, n_k) with its dark peaks filled."""
        return np.maximum(W, self.lower_bound(W))


def _checked(diffraction):
    diffraction = np.asarray(diffraction)
    if diffraction.ndim != 2:
        raise RefusedError("a diffraction has 2 dimensions and this has {}, shape {}: hand them over one by "
                           "one.".format(diffraction.ndim, diffraction.shape))
    return diffraction.astype(np.float64)


def _profiles_without_outliers(W, grid, threshold):
    """Radial profiles (n_k, n_radii): mean over angles after outliers became the mean."""
    samples, valid = grid.sample(W), grid.valid
    count = np.maximum(valid.sum(axis=1), 1)
    mean = ((samples * valid).sum(axis=2) / count)[:, :, None]
    kept = np.where(samples < threshold * mean, samples, mean)
    return (kept * valid).sum(axis=2) / count


def _quantile_profiles(W, grid, quantile):
    """Radial profiles (n_k, n_radii): quantile over angles of the valid samples; 0 where there is none."""
    samples = np.sort(np.where(grid.valid, grid.sample(W), np.inf), axis=2)  # what does not count goes to the end
    count = grid.valid.sum(axis=1)
    position = quantile * np.maximum(count - 1, 0)
    low = np.floor(position).astype(int)
    high = np.minimum(low + 1, np.maximum(count - 1, 0))
    rings = np.arange(grid.n_radii)
    below, above = samples[:, rings, low], samples[:, rings, high]
    below, above = (np.where(count > 0, values, 0) for values in (below, above))
    return below + (position - low) * (above - below)
