"""What speaks for a factorization or against it: what the diffraction constraint fills, what the components leave over.

Made for every results folder, in one or two further readings of the data.
"""
from dataclasses import dataclass

import numpy as np

from offline_reference.numerics.data_matrix import DataMatrix
from offline_reference.numerics.diffraction_constraint import DarkPeakFill
from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.metrics import match_components
from offline_reference.numerics.nmf_steps import hals_sweep
from offline_reference.numerics.polar import default_centre, find_centre
from offline_reference.numerics.residuals import residual_images
from offline_reference.numerics.unfold import H_from_maps, W_from_diffractions, diffractions_from_W, unfold

SWEEPS = 20  # of least squares; started from the constrained diffractions, they settle in fewer
FILL = ("reference", "quantile", "margin", "threshold", "sampling")  # settings of the constraint that are used again


@dataclass(frozen=True)
class Evidence:
    """Diffractions without and with the constraint, and residuals.

    Attributes
    ----------
    without, filled : ndarray, shape (n_k, n_v, n_u)
        Of a run with the diffraction constraint: the same component of a primitive run if there is one, else what
        least squares alone would make of the same maps; and what was kept. Of a run without it: what was found, and
        what the constraint would make of it. [-]
    is_constrained : bool
        Which of the two.
    primitive : str
        Name of the primitive run, "" if there is none.
    dark_peaks : ndarray, shape (n_k, n_v, n_u)
        How far each pixel without the constraint lies below its ring. [-]
    missing, still_missing : ndarray, shape (n_k,)
        Part of each diffraction that is missing below its own rings, without and with the constraint.
    residual_diffraction, residual_map : ndarray, shapes (n_v, n_u) and (n_y, n_x), or None
        Squared residuals over expected counts: see `numerics.residuals`. None for data that other computers read.
    """

    without: np.ndarray
    filled: np.ndarray
    is_constrained: bool
    primitive: str
    dark_peaks: np.ndarray
    missing: np.ndarray
    still_missing: np.ndarray
    residual_diffraction: np.ndarray | None
    residual_map: np.ndarray | None


def evidence(dataset, diffractions, maps, settings, primitive=None):
    """Look at the data once more.

    Parameters
    ----------
    dataset : files.Dataset
    diffractions : ndarray, shape (n_k, n_v, n_u)
        Each of sum 1. [-]
    maps : ndarray, shape (n_k, n_y, n_x)
        [counts]
    settings : dict
        Of the run; `centre`, `central_radius`, `mask` and those of the constraint are used where they are known.
    primitive : Results, optional
        Of a run without constraints on the same data, to set a constrained one against.

    Returns
    -------
    Evidence or None
        None for a detector of one row, column or pixel, which has no rings to compare with.
    """
    if min(diffractions.shape[1:]) < 2:
        return None
    detector, W, H = diffractions.shape[1:], W_from_diffractions(diffractions), H_from_maps(maps)
    mask = settings.get("mask")
    good = None if mask is None else np.asarray(mask, bool).ravel()
    is_constrained = bool(settings.get("constrain_diffractions"))
    X = _matrix(dataset, good)
    fill = _fill(detector, W @ H.sum(axis=1), settings, mask)
    is_compared = is_constrained and primitive is not None and len(primitive.maps) >= len(maps)
    if is_compared:
        without = W_from_diffractions(primitive.diffractions[match_components(diffractions, primitive.diffractions)])
    else:
        without = _least_squares(X, W, H) if is_constrained else W
    filled = W if is_constrained else fill(W)
    dark, still_dark = _dark_peaks(fill, without), _dark_peaks(fill, filled)
    is_here = not hasattr(dataset.pixels, "gather")  # else this computer would read alone what many have shared
    residuals = _residuals(X, W, H, detector, maps.shape[1:]) if is_here else (None, None)
    return Evidence(
        *(diffractions_from_W(one, detector) for one in (without, filled)), is_constrained,
        primitive.name if is_compared else "", diffractions_from_W(dark, detector), _part(dark, without),
        _part(still_dark, filled), *residuals)


def _matrix(dataset, good):
    """X, as `numerics.methods` makes it."""
    if hasattr(dataset.pixels, "as_matrix"):
        return dataset.pixels.as_matrix(good)
    return DataMatrix(unfold(dataset.pixels, dataset.order), good)


def _fill(detector, mean, settings, mask):
    """The constraint of the run, or that of the defaults with a centre found in the mean diffraction."""
    centre, central_radius = settings.get("centre"), settings.get("central_radius")
    if centre is None or central_radius is None:
        try:
            centre, disc_radius = find_centre(mean.reshape(detector), mask)
            central_radius = 1.1 * disc_radius + 1.5
        except RefusedError:  # a detector too small or too empty to have a centre is looked at from its middle
            centre, central_radius = default_centre(detector), 0.0
    chosen = {name: settings[name] for name in FILL if settings.get(name) is not None}
    return DarkPeakFill(detector, centre=centre, central_radius=central_radius, mask=mask, **chosen)


def _least_squares(X, W, H):
    """The nonnegative W that is nearest to X for these maps, from W on: the step before the constraint."""
    target, gram = X @ H.T, H @ H.T
    for _ in range(SWEEPS):
        W = hals_sweep(W, target, gram)
    return W


def _dark_peaks(fill, W):
    """How far each pixel lies below the lower bound of the constraint, shape (n_uv, n_k)."""
    return np.clip(fill.lower_bound(W) - W, 0, None)


def _part(dark, W):
    """Sum of the dark peaks over that of the diffraction, shape (n_k,)."""
    total = W.sum(axis=0)
    return dark.sum(axis=0) / np.where(total > 0, total, 1)


def _residuals(X, W, H, detector, scan):
    found = residual_images(X, W, H)
    return found.diffraction.reshape(detector), found.map.reshape(scan)
