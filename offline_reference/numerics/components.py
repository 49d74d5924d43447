"""How many components do the data hold? (Supplement S4 and S5, Figs. S2 and S4)

error_curve             mean squared error of PCA, ALS and MU against n_k, and what stands above the noise
suggest_n_components    a number with its reason, or None where the data do not decide
noise_strengths         principal components in units of what counting noise alone would give

The error against n_k always falls, because noise can be fitted too. What counting noise can give is
known: for data whose noise has variance 1 everywhere, no principal component of it is larger than
(sqrt(n_uv) + sqrt(n_xy))^2 (Marchenko and Pastur 1967). Counts vary by their mean, so they are divided by
its root first.
"""

from collections import namedtuple

import numpy as np

from .checks import refuse_pixels, refuse_settings
from .data_matrix import DataMatrix
from .errors import RefusedError
from .factorize import factorize, refuse_n_components
from .fast import factorize as fast
from .fast.compressed_matrix import RESERVE, CompressedMatrix, rank_for
from .fast.scaled_matrix import ScaledMatrix
from .metrics import mean_squared_error
from .unfold import sizes_of, unfold

METHODS = ("pca", "als", "mu")
#: strengths within this part of the noise's largest are noise: it is the largest on average, and maps vary the noise
ABOVE_NOISE = 1.1
#: the last component that counts must be so many times as strong as the next, else there is no elbow
CLEAR_STEP = 1.2
#: a component of this strength is there for certain
CERTAIN = 1.5
#: where all else is above noise: a step this high, and then as many components without another one this high
HIGH_STEP, NO_STEP, FOLLOWING = 1.5, 1.15, 5
#: so many strengths are kept
STRENGTHS = 200
#: of large data so many are found, with so many readings
LEADING, PASSES = 100, 6
#: see `methods.VARIANCE_FLOOR`: dark pixels do not get infinite weight
VARIANCE_FLOOR = 0.02

Curve = namedtuple("Curve", "numbers errors strengths noise_level stopped")
Curve.__doc__ = """Mean squared error against the number of components.

numbers (m,): n_k, increasing
errors: dict from method ("pca", "als", "mu") to an array (m,) [counts^2]; nan where a run was cancelled
strengths (s,): principal components of the data divided by their expected noise, largest first; 1 = the
    largest that noise alone would give [-]
noise_level: variance of the noise over the mean count: 1 for counted electrons [counts]
stopped: "max_iter" or "cancelled"
"""


def error_curve(pixels, numbers, order="vuyx", methods=METHODS, max_iter=500, seed=0, progress=None, cancelled=None,
                tol=0.0, solver="exact", keep=None):
    """Mean squared error of each method for each number of components (Fig. S2).

    Parameters
    ----------
    pixels : ndarray, 4D
        Counts in one of the two axis orders of `unfold`.
    numbers : sequence of int
        The n_k to try.
    order : "vuyx" or "yxvu"
    methods : sequence of "pca", "als", "mu", "hals"
        "pca" is the floor: the best that any n_k components can reach, whatever their signs.
    max_iter, tol, seed, cancelled : see `factorize`
    progress : function (iteration, all iterations, mse), optional
        Over all runs together.
    solver : "exact", "compressed" or "auto"
        Whether iterations read the data, or a compressed form of them that is made once (see `fast`). Errors are those
        of the data always.
    keep : function (method, n_k, W, H), optional
        Is handed the factors of each finished run.

    Returns
    -------
    Curve

    Raises
    ------
    RefusedError
        On data that no factorization should start from, on a number that the data cannot have, on another method.
    """
    refuse_pixels(pixels, order)
    refuse_settings(max_iter, tol, seed)
    n_v, n_u, n_y, n_x = sizes_of(pixels, order)
    X = DataMatrix(unfold(pixels, order))
    numbers = sorted({refuse_n_components(n, X.shape) for n in numbers})
    _refuse_methods(methods, numbers)
    errors = {}
    solver = fast.choose_solver(solver, X.shape, max(numbers))
    compressed = None if solver == "exact" else CompressedMatrix(X.in_type(np.float32), rank_for(max(numbers)))
    if "pca" in methods:
        errors["pca"] = pca_floors(X, numbers) if compressed is None \
            else np.array([compressed.floor(n_k) for n_k in numbers])
    strengths, noise_level = noise_strengths(X, solver)
    runs = [(method, n_k) for method in methods if method != "pca" for n_k in numbers]
    run = _runner(X, compressed, max_iter=max_iter, tol=tol, seed=seed, cancelled=cancelled)
    stopped = "max_iter"
    for place, (method, n_k) in enumerate(runs):
        found = errors.setdefault(method, np.full(len(numbers), np.nan))
        if cancelled is not None and cancelled():
            stopped = "cancelled"
            continue
        one = run(n_k, method, progress=_progress_of_all(progress, place * max_iter, len(runs) * max_iter))
        if one.stopped == "cancelled":  # an error from fewer iterations would be a dent in the curve
            stopped = "cancelled"
            continue
        found[numbers.index(n_k)] = mean_squared_error(X, one.W, one.H)
        if keep is not None:
            keep(method, n_k, one.W, one.H)
    return Curve(np.array(numbers), errors, strengths, noise_level, stopped)


def pca_floors(X, numbers):
    """Least mean squared error of any W H of rank n_k, for each n_k: all from one eigen-decomposition.

    The mean diffraction is not subtracted, as NMF does not subtract it either (Eckart and Young 1936).
    """
    X = X if isinstance(X, DataMatrix) else DataMatrix(np.asarray(X))
    gram = X.gram_of_patterns() if X.shape[1] <= X.shape[0] else X.gram_of_pixels()
    eigenvalues = np.clip(np.linalg.eigvalsh(gram), 0, None)  # smallest first, so that small ones are added first
    below = np.concatenate([[0.0], np.cumsum(eigenvalues)])[::-1]  # what remains after 0, 1, 2, ... components
    return below[np.asarray(numbers)] / X.size


def noise_strengths(X, solver="exact"):
    """Principal components of the data divided by their noise, 1 = the largest that noise alone would give.

    Parameters
    ----------
    X : ndarray (n_uv, n_xy) or DataMatrix
        Counts.
    solver : "exact" or "compressed"
        From all of the scaled data's Gram matrix, or from their leading 100 directions (large data; strengths of noise
        come out up to 1e-3 low).

    Returns
    -------
    strengths : ndarray
        The largest 200 (100 if compressed), or as many as there are. [-]
    noise_level : float
        Variance of the noise over the mean count: 1 for single electrons, more or less if a count is not an
        electron. It is fitted to the components that are noise. [counts]

    Notes
    -----
    The variance of a value is taken for proportional to (mean of its pixel over the scan) x (total of its
    pattern). Noise that neighbouring pixels share (a point spread of the detector) is not white, and then more
    components stand out than there are.
    """
    X = X if isinstance(X, DataMatrix) else DataMatrix(np.asarray(X))
    pixel_sums, pattern_sums = X.sums()
    of_pixel = _above_floor(pixel_sums / X.shape[1])
    of_pattern = _above_floor(pattern_sums / pattern_sums.mean())
    if solver == "exact":
        eigenvalues = _powers_of_scaled(X, of_pixel, of_pattern)
        total = eigenvalues.sum()
    else:
        scaled = ScaledMatrix(X, 1 / np.sqrt(of_pixel), 1 / np.sqrt(of_pattern))
        eigenvalues = CompressedMatrix(scaled, LEADING + RESERVE, passes=PASSES).powers[:LEADING]
        total = X.weighted_sum_of_squares(1 / of_pixel, 1 / of_pattern)
    rest = total - np.concatenate([[0.0], np.cumsum(eigenvalues)])
    edge, noise_level = (np.sqrt(X.shape[0]) + np.sqrt(X.shape[1])) ** 2, 0.0
    for n_signal in range(len(eigenvalues)):  # the level falls as more components are taken out of the noise
        noise_level = max(rest[n_signal], 0) / ((X.shape[0] - n_signal) * (X.shape[1] - n_signal))
        if eigenvalues[n_signal] <= ABOVE_NOISE * edge * noise_level:
            break
    strengths = eigenvalues[:STRENGTHS] / (edge * noise_level if noise_level > 0 else 1.0)
    counted = (pixel_sums / X.shape[1] / of_pixel).mean() * (pattern_sums / pattern_sums.mean() / of_pattern).mean()
    return strengths, float(noise_level / counted)


def _powers_of_scaled(X, of_pixel, of_pattern):
    """Squares of all singular values of the data divided by the roots of their variances."""
    if X.shape[1] <= X.shape[0]:
        gram, outer = X.gram_of_patterns(1 / of_pixel), of_pattern
    else:
        gram, outer = X.gram_of_pixels(1 / of_pattern), of_pixel
    return np.clip(np.linalg.eigvalsh(gram / np.sqrt(np.outer(outer, outer)))[::-1], 0, None)


def suggest_n_components(curve):
    """How many components the data hold, if they say so.

    Parameters
    ----------
    curve : Curve

    Returns
    -------
    n_components : int or None
        None where there is no elbow.
    reason : str
        A sentence or two for a microscopist.
    """
    strengths = curve.strengths
    n_above = int(np.count_nonzero(strengths > ABOVE_NOISE))
    if n_above == 0:
        return None, ("nothing stands above the counting noise, not even a mean diffraction: more dose, or sum "
                      "neighbouring patterns.")
    if n_above < len(strengths) and strengths[n_above - 1] >= CLEAR_STEP * strengths[n_above]:
        return n_above, ("{} principal component{} above the counting noise; the weakest of them has {:.3g} times the "
                         "strength of the largest that noise would give, the next one {:.3g} times.".format(
                             n_above, " stands" if n_above == 1 else "s stand", *strengths[n_above - 1:n_above + 1]))
    n_apart = _step_before_a_continuum(strengths)
    if n_apart is not None:
        return n_apart, ("{} principal components stand apart: the weakest of them is {:.3g} times as strong as the "
                         "next one, and from there on the strengths fall without a step. But {} more are above "
                         "counting noise: faint patterns, or noise that neighbouring detector pixels share.".format(
                             n_apart, strengths[n_apart - 1] / strengths[n_apart],
                             _how_many(n_above - n_apart, strengths)))
    return None, ("no elbow: {} principal components stand above the counting noise, {} of them clearly, and their "
                  "strengths fall without a step. Either the patterns are not a few that repeat, or the faintest are "
                  "lost in noise; choose n_components by what you want to see, and compare several.".format(
                      _how_many(n_above, strengths), np.count_nonzero(strengths > CERTAIN)))


def _step_before_a_continuum(strengths):
    """After how many components, the mean apart, a high step is followed by none; None if there is no such place.

    A step after the first alone says only that there is a mean diffraction: a glass has that too.
    """
    ratios = strengths[:-1] / np.maximum(strengths[1:], 1e-300)
    for n in range(min(len(ratios) - FOLLOWING, len(strengths) // 2), 1, -1):
        if ratios[n - 1] >= HIGH_STEP and (ratios[n:n + FOLLOWING] < NO_STEP).all():
            return n
    return None


def _how_many(n, strengths):
    """A count of components above noise, which is a least one if all that were kept are."""
    return "{}{}".format("at least " if (strengths > ABOVE_NOISE).all() else "", n)


def _runner(X, compressed, **settings):
    """A function (n_k, method, progress) -> Factorization, on the data or on one compressed form of them for all."""
    if compressed is None:
        return lambda n_k, method, progress: factorize(X, n_k, method, progress=progress, **settings)
    return lambda n_k, method, progress: fast.factorize(X, n_k, method, progress=progress, compressed=compressed,
                                                        **settings)


def _above_floor(mean):
    """A variance as large as the mean, but never next to nothing."""
    return mean + VARIANCE_FLOOR * mean.mean()


def _progress_of_all(progress, already, total):
    if progress is None:
        return None
    return lambda iteration, _, mse: progress(already + iteration, total, mse)


def _refuse_methods(methods, numbers):
    unknown = [one for one in methods if one not in ("pca", "als", "mu", "hals")]
    if unknown or not methods:
        raise RefusedError("the method {!r} gives no error curve: choose among pca, als, mu and hals.".format(
            unknown[0] if unknown else ""))
    if not numbers:
        raise RefusedError("no number of components was given: give some, for example 1 to 8.")
