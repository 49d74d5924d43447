"""The paper's methods by name: pixels in, diffractions and maps out.

nmf_mu, nmf_als, nmf_hals   primitive NMF
nmf_constrained             with both constraints: no dark peaks, maps limited to the probe's resolution
"""

from functools import partial

import numpy as np

from .band_matrix import BandMatrix
from .checks import refuse_pixels, refuse_settings
from .cutoff import estimate_cutoff
from .data_matrix import DataMatrix
from .diffraction_constraint import DarkPeakFill
from .errors import RefusedError
from .factorize import canonical_form, factorize, join_runs, refuse_n_components, to_unit_sum
from .fast.factorize import choose_solver
from .fast.factorize import factorize as fast_factorize
from .map_constraint import NYQUIST, Band, low_pass_nonnegative, refuse_cutoff
from .merging import merge_same_patterns
from .metrics import mean_squared_error
from .nmf_steps import als_maps, hals_sweep
from .polar import default_centre, find_centre, refuse_centre
from .unfold import diffractions_from_W, maps_from_H, sizes_of, unfold

#: the variance of a row is taken for its mean plus this part of the mean over the detector, so that dark
#: corners do not get infinite weight
VARIANCE_FLOOR = 0.02
#: the last fit of the maps: so many times so many sweeps, with rounds of low-pass and clip after each and at the end
LAST_TIMES, LAST_SWEEPS, LAST_ROUNDS, FINAL_ROUNDS = 20, 5, 3, 50
#: in so many parts are the iterations made; after each, components are compared
QUARTERS = 4
#: constrained iterations keep the latest iterate whose objective is within this part of the lowest
SLACK = 0.02


class Factors:
    """Diffractions, maps, and how they came about.

    Attributes
    ----------
    diffractions : ndarray, shape (n_k, n_v, n_u)
        Each sums to 1.
    maps : ndarray, shape (n_k, n_y, n_x)
        Counts of the whole pattern that belong to the component; the largest total first. [counts]
    mean_squared_error : float
        ||X - W H||^2 / (n_uv n_xy). [counts^2]
    mse_history : ndarray, one value an iteration
    n_iter, best_iter : int
        Iterations made, and which one (from 1) is returned.
    stopped : "converged", "max_iter" or "cancelled"
    events : tuple of str
        Every recovery, in sentences.
    settings : dict
        All parameters as used.
    """

    def __init__(self, diffractions, maps, mean_squared_error, found, events, settings):
        self.diffractions, self.maps, self.mean_squared_error = diffractions, maps, mean_squared_error
        self.mse_history, self.n_iter, self.best_iter = found.mse_history, found.n_iter, found.best_iter
        self.stopped, self.events, self.settings = found.stopped, tuple(events), settings

    def __repr__(self):
        return "Factors({} components, {} iterations, {}, mean squared error {:.4g})".format(
            len(self.maps), self.n_iter, self.stopped, self.mean_squared_error)


def nmf_mu(pixels, n_components, order="vuyx", max_iter=500, tol=0.0, seed=0, progress=None, cancelled=None,
           checkpoint=None):
    """Primitive NMF by multiplicative updates (Supplement S1, equations S3 and S4).

    Parameters
    ----------
    pixels : ndarray, 4D
        Counts in one of the two axis orders of `unfold`.
    n_components : int
    order : "vuyx" or "yxvu"
    max_iter, tol, seed, progress, cancelled : see `factorize`
    checkpoint : lazy.checkpoint.Checkpoint, optional
        Where an interrupted run left its state, and is to leave it again.

    Returns
    -------
    Factors

    Raises
    ------
    RefusedError
        On data that no factorization should start from; see `checks.refuse_pixels`.
    """
    return _primitive("mu", pixels, n_components, order, max_iter, tol, seed, progress, cancelled, checkpoint)


def nmf_als(pixels, n_components, order="vuyx", max_iter=500, tol=0.0, seed=0, progress=None, cancelled=None,
            checkpoint=None):
    """Primitive NMF by alternating least squares (S1, S2), the best iterate kept. Parameters as in `nmf_mu`."""
    return _primitive("als", pixels, n_components, order, max_iter, tol, seed, progress, cancelled, checkpoint)


def nmf_hals(pixels, n_components, order="vuyx", max_iter=500, tol=0.0, seed=0, progress=None, cancelled=None,
             checkpoint=None, solver="auto"):
    """Primitive NMF by hierarchical alternating least squares.

    Parameters as in `nmf_mu`, and

    solver : "auto", "exact" or "compressed"
        "exact" is the plain loop on X. "compressed" iterates on X ~ Q B and ends with a few exact iterations (see
        `fast`): on 64^2 x 64^2 counts, 500 iterations take a second. "auto" compresses where X is large and the
        compression thin.

    Notes
    -----
    Mean squared error after 200 iterations, compressed over exact, 4 data sets of 1760 x 1440: 0.995 to 0.9999 at
    n_k = 4, 0.976 to 0.999 at 10, 0.998 to 0.999 at 30, so never higher. The same for ALS: 1.000, 0.997 to 1.002,
    but 1.05 to 2.9 at 30; for MU 0.999 to 1.001, 0.998 to 1.001, 1.007 to 1.009 at 30: those two stay exact.
    """
    return _primitive("hals", pixels, n_components, order, max_iter, tol, seed, progress, cancelled, checkpoint,
                      solver)


def nmf_constrained(pixels, n_components, order="vuyx", cutoff=None, constrain_diffractions=True, constrain_maps=True,
                    reference="quantile", quantile=0.3, margin=1.0, centre=None, central_radius=None, mask=None,
                    step="als", max_iter=200, tol=1e-6, seed=0, progress=None, cancelled=None, checkpoint=None):
    """NMF with the paper's two constraints inside each iteration.

    Parameters
    ----------
    pixels, n_components, order, max_iter, tol, seed, progress, cancelled, checkpoint : see `nmf_mu`
    cutoff : float, optional
        Highest frequency of a map. [cycles per scan pixel] By default estimated from the data.
    constrain_diffractions, constrain_maps : bool
        Switch a constraint off.
    reference, quantile, margin : see `diffraction_constraint.DarkPeakFill`
        "listing-s4" is Listing S4 as printed.
    centre : (float, float), optional
        v, u of the diffraction's centre [pixel]; found from the mean diffraction by default.
    central_radius : float, optional
        Inside it [.]W does not act [pixel]; 1.1 x the central disc's radius + 1.5 by default.
    mask : ndarray of bool, shape (n_v, n_u), optional
        True where a detector pixel is good. Bad pixels are in no product and no error; in the result they hold 0.
    step : "als", "hals" or "mu"

    Returns
    -------
    Factors
        ``settings`` also holds the cut-off, centre and central radius that were used, and where they came from.

    Notes
    -----
    One iteration: least squares for W (S1), clip; each diffraction to sum 1, its scale to the map; [.]W, sum 1
    again; least squares for H (S2) with rows weighted by 1 / variance; low-pass, clip. The low-pass is made on the
    data, once (see `band_matrix`). After each quarter, components with the same discs are merged (see `merging`).
    At the end the maps are fitted again for fixed diffractions (`fit_maps`).

    The paper leaves these choices open. They were made by ``benchmarks/constrained_choices.py``: amorphous halo and 3
    crystals, 6 data seeds, scans 64 x 64 and 48 x 56, detectors 64 x 64 and 80 x 72. Spot similarity / map correlation
    of the worst crystal (medians of the seeds, in 1e-4 below 1), and hole index in 1e-4:

    ======================================  ===============  ===============  ===============
    choice                                  1e4 e, n_k = 4   1e3 e, n_k = 4   1e4 e, n_k = 6
    ======================================  ===============  ===============  ===============
    default                                 11 /   5 / 15    89 /  34 / 20    11 /   6 /  27
    cut-off given (0.2), not estimated      11 /   6 / 15    89 /  38 / 23    12 /   6 /  17
    cut-off x 0.5                           11 /  52 / 47    89 /  67 / 23    16 /  52 /  49
    cut-off x 2                             11 /  10 / 17    89 /  79 / 45    12 /   9 /  30
    map constraint alone                    94 /  70 / 1744  178 / 49 / 1406  28 /  81 / 1368
    diffraction constraint alone            11 /  15 / 20    91 / 142 / 55    12 /  15 /  10
    Listing S4 to the letter                713 / 436 / 48   538 / 480 / 23   307 / 92 /  36
    median, margin 0.9                      20 /   4 / 54    92 /  33 / 49    17 /   6 /  67
    median, margin 1                        20 /  11 / 17    75 /  62 / 11    45 /   9 /  22
    quantile 0.2                            12 /   4 / 18    98 /  26 / 30    13 /  17 /  65
    quantile 0.4                            10 /   7 / 16    81 /  45 / 11    11 /   4 /  18
    HALS steps                              25 /  24 / 40    137 / 56 / 13    65 /  88 /  74
    MU steps                                26 /  21 / 62    87 /  54 / 39    48 /   6 /  24
    50 iterations                           11 /   5 / 15    89 /  33 / 20    11 /   5 /  18
    500 iterations                          11 /   6 / 14    89 /  33 / 20    12 /   5 /  43
    central disc not left out               80 /  67 / 11    119 / 115 / 17   47 /  24 /  54
    centre off by 1 pixel                   28 /   8 / 98    100 / 37 / 89    14 /   5 / 124
    centre off by 2 pixels                  62 /  13 / 192   125 / 41 / 174   22 /  10 / 190
    primitive ALS, 200 iterations           84 /  76 / 2089  1876 / 2863 / 1373  91 / 27 / 613
    ======================================  ===============  ===============  ===============

    Some more, in the first column and in a fourth, 1e3 electrons of which 3/4 are in the central disc:

    ======================================  ===============  ===============
    choice                                  1e4 e, n_k = 4   1e3 e, beam 75 %
    ======================================  ===============  ===============
    default                                 11 /   5 / 15    281 /  63 / 44
    no Poisson weights                      11 /   4 / 14    4473 / 6002 / 81
    torn patterns not merged                11 /   5 / 15    281 /  63 / 44
    lowest error kept, not the latest       19 /   9 / 15    281 /  63 / 56
    soft cut-off                            11 /   7 / 15    279 /  68 / 39
    Fourier low-pass, edges wrap round      11 /  33 / 19    283 / 105 / 44
    both constraints once, after ALS        49 /  62 / 471   6119 / 6118 / 0
    worst of 5 starts                       11 /   6 / 14    305 /  63 / 53
    ======================================  ===============  ===============

    The default is the best or within the spread of the best in all three columns and, what the medians do not show, has
    the best worst tenth: rings near the centre may be more than half full of discs, where a median looks at discs.
    Listing S4's reference lies above a crystal's background and more than doubles the error at 1e4 e. "50
    iterations" does as well on these data; 200 are made because slow mixtures of two crystals were seen to need 130.
    The latest iterate is kept, not the one of lowest error, because a constrained ALS passes through lower errors on
    its way; an error 2 % above the lowest is taken for a divergence, and the latest iterate below that is kept.
    Merging shows at n_k = 6: the worst tenth of map correlations is 0.9992 with it, 0.979 without. Poisson weights
    decide when the central disc is strong: without them its counting noise outweighs all else.

    The column of n_k = 6 was measured before the maps were fitted anew after a merging. With that, 12 data seeds: 12 /
    8 / 34 instead of 12 / 7 / 37, worst tenths of spots and maps 20 / 16 instead of 25 / 18.

    What the data do not determine: an amorphous pattern that is everywhere may be counted to a crystal in part, so
    the map of the amorphous component under a crystal, and a crystal's diffuse background, are not unique.
    """
    n_v, n_u, n_y, n_x = sizes_of(pixels, order)
    n_components = refuse_n_components(n_components, (n_v * n_u, n_y * n_x))
    refuse_settings(max_iter, tol, seed)
    if cutoff is not None:
        refuse_cutoff(cutoff)
    good = _checked_mask(mask, (n_v, n_u))
    data, events = _checked_matrix(pixels, order, good)
    mean = data.sums()[0] / data.shape[1]
    weights = poisson_weights(mean, good)
    settings = {"method": "constrained", "n_components": int(n_components), "order": order, "step": step,
                "max_iter": max_iter, "tol": tol, "seed": seed}
    fill, about_fill = _diffraction_constraint(constrain_diffractions, mean.reshape(n_v, n_u), reference, quantile,
                                               margin, centre, central_radius, mask)
    band, about_band = _map_constraint(constrain_maps, data, (n_y, n_x), weights, n_components, cutoff)
    settings.update(about_fill)
    settings.update(about_band)
    low_passed = data if band is None else BandMatrix(data, band)
    constrain_W = [] if fill is None else [fill]
    constrain_H = [] if band is None else [lambda H: np.clip(band.low_pass(H), 0, None)]
    run = partial(factorize, low_passed, n_components, step, constrain_W=constrain_W, constrain_H=constrain_H,
                  weights=weights, seed=seed, tol=tol, slack=SLACK, cancelled=cancelled,
                  progress=None if progress is None else lambda iteration, _, mse: progress(iteration, max_iter, mse))
    part = (lambda name: None) if checkpoint is None else checkpoint.part
    if fill is None:
        found = run(max_iter=max_iter, checkpoint=part("all"))
    else:
        merge = partial(merge_same_patterns, detector=(n_v, n_u), centre=fill.grid.centre,
                        central_radius=about_fill["central_radius"])
        refit = partial(_refit_maps, low_passed, weights=weights, constrain_H=constrain_H)
        found = _least_squares_and_merging(run, max_iter, merge, refit, part)
    H = found.H if band is None else fit_maps(low_passed, found.W, found.H, weights, band)
    return _as_factors(data, found.W, H, (n_v, n_u), (n_y, n_x), found, events, settings)


def _least_squares_and_merging(run, max_iter, merge, refit, checkpoint_of):
    """Least squares; torn patterns are merged after each quarter of the iterations, so also at the end."""
    runs, events, start = [], [], None
    for part in range(1, QUARTERS + 1):
        already, last = sum(one.n_iter for one in runs), max_iter * part // QUARTERS
        if last == already:  # fewer iterations than quarters
            continue
        runs.append(run(start=start, max_iter=last - already, already=already,
                        checkpoint=checkpoint_of("quarter {}".format(part))))
        W, H, merged = merge(*to_unit_sum(runs[-1].W, runs[-1].H))
        H = refit(W, H) if merged else H
        start, events = (W, H), events + merged
        if runs[-1].stopped == "cancelled" or (runs[-1].stopped == "converged" and not merged):
            break
    return join_runs(runs, events)._replace(W=W, H=H)


def _refit_maps(X, W, H, weights, constrain_H):
    """Maps after a merging: the freed component's is a part of another one's until least squares has seen its pattern.

    Without this the next step for W would have to tell apart two maps that are the same up to a factor, and rounding
    would decide.
    """
    H = als_maps(X, W, H, weights[:, None] * W)
    for constraint in constrain_H:
        H = constraint(H)
    return H


def poisson_weights(mean, good=None):
    """1 / variance of each detector pixel, of mean 1: counts vary by their mean.

    Parameters
    ----------
    mean : ndarray, shape (n_uv,)
        Mean diffraction. [counts]
    good : ndarray of bool, shape (n_uv,), optional
        False = weight 0.
    """
    good = np.ones(mean.shape, dtype=bool) if good is None else good
    weights = good / (mean + VARIANCE_FLOOR * mean[good].mean())
    return weights / weights[good].mean()


def fit_maps(X, W, H, weights, band):
    """Maps for fixed diffractions: weighted nonnegative least squares inside the band.

    Sweeps of coordinate descent, each followed by rounds of low-pass and clip;
    the last rounds leave nothing negative and next to nothing beyond the band.
    """
    weighted_W = weights[:, None] * W
    target, gram = (weighted_W.T @ X).T, weighted_W.T @ W
    for _ in range(LAST_TIMES):
        for _ in range(LAST_SWEEPS):
            H = hals_sweep(H.T, target, gram).T
        H = low_pass_nonnegative(H, band, LAST_ROUNDS)
    return low_pass_nonnegative(H, band, FINAL_ROUNDS)


def _primitive(step, pixels, n_components, order, max_iter, tol, seed, progress, cancelled, checkpoint,
               solver="exact"):
    n_v, n_u, n_y, n_x = sizes_of(pixels, order)
    data, events = _checked_matrix(pixels, order)
    n_components = refuse_n_components(n_components, data.shape)
    solver = choose_solver(solver, data.shape, n_components)
    run = fast_factorize if solver == "compressed" else factorize
    found = run(data, n_components, step, seed=seed, max_iter=max_iter, tol=tol, progress=progress,
                cancelled=cancelled, checkpoint=checkpoint)
    settings = {"method": step, "solver": solver, "n_components": int(n_components), "order": order,
                "max_iter": max_iter, "tol": tol, "seed": seed}
    return _as_factors(data, found.W, found.H, (n_v, n_u), (n_y, n_x), found, events, settings)


def _checked_matrix(pixels, order, good=None):
    """X of checked pixels, and what is unusual about them. Data outside the memory bring a matrix of their own."""
    if hasattr(pixels, "as_matrix"):
        if pixels.order != order:
            raise RefusedError("the pixels are read in the order {!r} and the factorization is asked for {!r}: give "
                               "the same order to both.".format(pixels.order, order))
        return pixels.as_matrix(good), pixels.refuse()
    return DataMatrix(unfold(pixels, order), good), refuse_pixels(pixels, order)


def _as_factors(data, W, H, detector, scan, found, events, settings):
    """Canonical form, exact error, and images."""
    W, H = canonical_form(W, H)
    return Factors(diffractions_from_W(W, detector), maps_from_H(H, scan), mean_squared_error(data, W, H), found,
                   list(events) + list(found.events), settings)


def _diffraction_constraint(wanted, mean_diffraction, reference, quantile, margin, centre, central_radius, mask):
    """[.]W for these data, and what is to be recorded about it."""
    if not wanted:
        return None, {"constrain_diffractions": False}
    detector = mean_diffraction.shape
    if centre is not None:
        origin = "given"
        refuse_centre(centre, detector)
        _, disc_radius = find_centre(mean_diffraction, mask)
    elif reference == "listing-s4":
        centre, disc_radius, origin = default_centre(detector), 0.0, "half the size, as in Listing S4"
    else:
        centre, disc_radius = find_centre(mean_diffraction, mask)
        origin = "found: centre of gravity of the central disc of the mean diffraction"
    if central_radius is None:
        central_radius = 1.1 * disc_radius + 1.5
    elif not 0 <= central_radius < np.inf:
        raise RefusedError("the central radius {} is no length: give it in detector pixels, 0 or more.".format(
            central_radius))
    fill = DarkPeakFill(detector, reference, quantile, margin, centre, central_radius, mask=mask)
    return fill, {"constrain_diffractions": True, "reference": reference, "quantile": quantile,
                  "margin": margin,
                  "centre": tuple(float(c) for c in centre), "centre_origin": origin,
                  "central_radius": float(central_radius)}


def _map_constraint(wanted, data, scan, weights, n_components, cutoff):
    """[.]H for these data, and what is to be recorded about it."""
    if not wanted:
        return None, {"constrain_maps": False}
    if cutoff is not None:
        origin = "given"
    else:
        cutoff = estimate_cutoff(data, scan, weights, n_components)
        origin = "estimated: where the data's spectrum along the scan meets the noise"
    band = Band(scan, cutoff) if cutoff < NYQUIST else None
    if band is None:
        origin += "; it reaches Nyquist, so the scan itself limits the maps"
    return band, {"constrain_maps": True, "cutoff": float(cutoff), "cutoff_origin": origin}


def _checked_mask(mask, detector):
    if mask is None:
        return np.ones(detector[0] * detector[1], dtype=bool)
    mask = np.asarray(mask)
    if mask.shape != tuple(detector) or mask.dtype != bool:
        raise RefusedError("the mask has shape {} and type {}, but the detector has {}: give True for good pixels, in "
                           "the detector's shape (v, u).".format(mask.shape, mask.dtype, tuple(detector)))
    if not mask.any():
        raise RefusedError("the mask marks every detector pixel as bad: True means good.")
    return mask.ravel()
