"""DM command: scikit-learn's NMF of a 4D image, as Listing S3 meant it, shown as two stacks.

In DM's Python window:

    from dm_python import nmf_sklearn
    plain = nmf_sklearn.main(n_components=4)
    regularized = nmf_sklearn.main(n_components=4, alpha_W=0.1, alpha_H=0.1)

Which is which: scikit-learn counts samples in rows. A sample is a diffraction, so

    its data (n_samples, n_features)  are our X transposed (n_xy, n_uv)
    its W (n_samples, n_components)   is our H transposed: the maps
    its H (n_components, n_features)  is our W transposed: the diffractions

and so ``alpha_W`` holds the maps down and ``alpha_H`` the diffractions.

What alpha means, in each version. scikit-learn 1.0 (the last for Python 3.7 is 1.0.2) up to the current 1.9 minimize

    1/2 ||X - W H||^2 + alpha_W n_features (l1_ratio |W| + (1 - l1_ratio)/2 ||W||^2)
                      + alpha_H n_samples  (l1_ratio |H| + (1 - l1_ratio)/2 ||H||^2)

so a penalty grows with the size of the data, as the error does: alpha = 0.1 on 4096 detector pixels weighs the
squared maps with 409.6. Versions before 1.0 had one ``alpha`` for both, without these factors; they are refused.
``l1_ratio`` is 0 by default, so Listing S3 penalizes squares and not sums.
"""
import sys
import warnings

import numpy as np

from dm_python import bridge
from dm_python.good_pixels import good_alone, on_whole_detector
from dm_python.needs import refuse_if_no_room
from dm_python.showing import ask_and_run, refuse_show, say_start, show_factors
from offline_reference.numerics.checks import refuse_pixels, refuse_settings
from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.factorize import Factorization, canonical_form, refuse_n_components
from offline_reference.numerics.methods import Factors
from offline_reference.numerics.metrics import mean_squared_error
from offline_reference.numerics.unfold import diffractions_from_W, maps_from_H, sizes_of, unfold

NAME = "scikit-learn NMF"
#: between two looks at the cancel key
ITERATIONS_AT_A_TIME = 10
SOLVERS = ("cd", "mu")
STARTS = ("random", "nndsvd", "nndsvda", "nndsvdar")
FIELDS = [
    ("n_components", "Components", 4),
    ("alpha_W", "alpha_W: penalty of maps", 0.0),
    ("alpha_H", "alpha_H: penalty of diffractions", 0.0),
    ("l1_ratio", "l1_ratio: 0 squares, 1 sums", 0.0),
    ("solver", "Solver", list(SOLVERS)),
    ("init", "Start", list(STARTS)),
    ("max_iter", "Iterations", 500),
    ("tol", "Tolerance", 1e-4),
    ("seed", "Seed", 0),
]


def main(n_components=4, alpha_W=0.0, alpha_H="same", l1_ratio=0.0, solver="cd", init="random", max_iter=500, tol=1e-4,
         seed=0, in_one_call=False, image=None, order=None, roi=True, binning=1, mask=None, dtype="float32", show=True):
    """Factorize a 4D image by scikit-learn.

    Parameters
    ----------
    n_components : int
    alpha_W, alpha_H, l1_ratio : float
        Regularization of maps and of diffractions (alpha_H = "same": as alpha_W), and its kind; 0 is none. What the
        numbers mean is told by help(nmf_sklearn).
    solver : "cd" or "mu"
        Coordinate descent or multiplicative updates.
    init : "random", "nndsvd", "nndsvda" or "nndsvdar"
    max_iter : int
        Most iterations to make.
    tol : float
        Stop when ten iterations lower what is minimized by less than this part of it.
    seed : int
        Of the start: the same seed, the same result.
    in_one_call : bool
        Stop by scikit-learn's own rule, as Listing S3 does; then nothing can be cancelled.
    image, order, roi, binning, mask, dtype
        What is analysed: the front image (or one by its name or ID), in the axis order that its tags or units tell (or
        "vuyx", scan fastest, or "yxvu"), inside its rectangular ROI, binned by so many by so many detector pixels,
        without the pixels that are 0 in a mask. More in help(bridge.four_d).
        scikit-learn computes in float32 or float64.
    show : bool, "stacks", "film roll" or "stacks and film roll"

    Returns
    -------
    numerics.methods.Factors
        diffractions (n_k, n_v, n_u), each of sum 1; maps (n_k, n_y, n_x) in counts, the largest total first;
        mean_squared_error [counts^2]; n_iter, stopped, events, settings; images: the DM images that were shown.

    Raises
    ------
    bridge.RefusedError
        With what was met and what to do: no such image, no counts, too little memory, settings that make no sense.
    """
    version = sklearn_version()
    refuse_show(show)
    source = bridge.four_d(image, order, roi, binning, mask, dtype or "float32")
    copies = (source.mask is not None) + (2 if solver == "mu" else 0)  # "mu" forms W H and the residual
    refuse_if_no_room(source, n_components, copies=copies)
    say_start(source, "{} {}".format(NAME, version), n_components)
    with bridge.progress(NAME) as progress:
        factors = nmf_sklearn(
            good_alone(source.pixels, source.order, source.mask), n_components, source.order, alpha_W, alpha_H,
            l1_ratio, solver, init, max_iter, tol, seed, in_one_call, progress.report, progress.cancelled)
    factors.diffractions = on_whole_detector(factors.diffractions, source.mask)
    factors.images = show_factors(source, factors, NAME, show)
    return factors


def from_menu():
    """Ask for the settings, then run on the front image."""
    return ask_and_run("nmf_sklearn", NAME, FIELDS, main)


def nmf_sklearn(pixels, n_components, order="vuyx", alpha_W=0.0, alpha_H="same", l1_ratio=0.0, solver="cd",
                init="random", max_iter=500, tol=1e-4, seed=0, in_one_call=False, progress=None, cancelled=None):
    """scikit-learn's NMF of an array.

    Parameters
    ----------
    pixels : ndarray, 4D of float32 or float64
        Counts; other types are converted to float32.
    n_components, order, max_iter, seed, progress, cancelled : as `numerics.methods.nmf_mu`
    alpha_W, alpha_H, l1_ratio : float
        Regularization of maps and of diffractions: see the top of this file. alpha_H = "same" takes alpha_W.
    solver : "cd" (coordinate descent) or "mu" (multiplicative updates)
    init : "random", "nndsvd", "nndsvda" or "nndsvdar"
    tol : float
        Stop when ten iterations lower what is minimized by less than this part of it.
    in_one_call : bool
        Let scikit-learn iterate on its own until its own rule with ``tol`` stops it, as Listing S3 does. Then nothing
        can be cancelled. By default ten iterations are asked for at a time, each time from where the last ended: the
        same numbers as one call of as many iterations.

    Returns
    -------
    numerics.methods.Factors
        In canonical form; W H is scikit-learn's. The mean squared error is made without forming W H.
    """
    n_v, n_u, n_y, n_x = sizes_of(pixels, order)
    X = unfold(pixels, order)
    _refuse_options(alpha_W, alpha_H, l1_ratio, solver, init)
    refuse_settings(max_iter, tol, seed)
    n_components = refuse_n_components(n_components, X.shape)
    events = refuse_pixels(pixels, order)
    samples = X.T if X.dtype.name in ("float32", "float64") else X.T.astype(np.float32)  # a view where it can be
    options = {"solver": solver, "random_state": int(seed), "alpha_W": float(alpha_W), "l1_ratio": float(l1_ratio),
               "alpha_H": float(alpha_W if alpha_H == "same" else alpha_H)}
    run = _Run(samples, X, n_components, init, options)
    stopped = run.in_one_call(max_iter, tol) if in_one_call else run.by_tens(max_iter, tol, progress, cancelled)
    W, H = canonical_form(run.diffractions.T.astype(np.float64), run.maps.T.astype(np.float64))
    history = np.array(run.history)
    found = Factorization(W, H, history, np.array(run.objectives), len(history), len(history), stopped, ())
    settings = dict(options, method="sklearn", n_components=n_components, order=order, init=init, max_iter=max_iter,
                    tol=tol, seed=seed, in_one_call=in_one_call, scikit_learn=sklearn_version())
    return Factors(diffractions_from_W(W, (n_v, n_u)), maps_from_H(H, (n_y, n_x)), mean_squared_error(X, W, H), found,
                   events, settings)


class _Run:
    """scikit-learn's W (maps, n_xy x n_k) and H (diffractions, n_k x n_uv) while they become better."""

    def __init__(self, samples, X, n_components, init, options):
        self.samples, self.X, self.n_components, self.init, self.options = samples, X, n_components, init, options
        self.maps = self.diffractions = None
        self.history, self.objectives = [], []

    def in_one_call(self, max_iter, tol):
        n_iter = self._iterate(max_iter, tol)
        return "converged" if n_iter < max_iter else "max_iter"

    def by_tens(self, max_iter, tol, progress, cancelled):
        while len(self.history) < max_iter:
            if self.history and cancelled is not None and cancelled():
                return "cancelled"
            before = self.objectives[-1] if self.history else np.inf
            self._iterate(min(ITERATIONS_AT_A_TIME, max_iter - len(self.history)), 0)
            if progress is not None:
                progress(len(self.history), max_iter, self.history[-1])
            if np.isfinite(before) and before - self.objectives[-1] < tol * before:
                return "converged"
        return "max_iter"

    def _iterate(self, n_iter, tol):
        """At most so many iterations from the start, or from where the last ended; returns how many were made."""
        going_on = self.maps is not None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "not converged": the caller decides whether it is
            self.maps, self.diffractions, n_made = _decomposition().non_negative_factorization(
                self.samples, self.maps, self.diffractions, n_components=self.n_components,
                init="custom" if going_on else self.init, max_iter=n_iter, tol=tol, **self.options)
        error = mean_squared_error(self.X, self.diffractions.T, self.maps.T)
        self.history += [error] * n_made
        self.objectives += [0.5 * error * self.X.size + self._penalty()] * n_made
        return n_made

    def _penalty(self):
        n_samples, n_features = self.samples.shape
        l1_ratio = self.options["l1_ratio"]

        def one(factor):
            factor = factor.astype(np.float64)
            return l1_ratio * factor.sum() + 0.5 * (1 - l1_ratio) * np.vdot(factor, factor)

        return self.options["alpha_W"] * n_features * one(self.maps) \
            + self.options["alpha_H"] * n_samples * one(self.diffractions)


def sklearn_version():
    """Version of scikit-learn; RefusedError if there is none, or one whose alpha means something else."""
    if "sklearn" not in sys.modules and not bridge.is_on_main_thread():
        print("Loading scikit-learn for the first time on a background thread can hang in some versions of GMS. If "
              "nothing happens for a minute, restart DM and run this command once in the foreground.")
    try:
        import sklearn
        import sklearn.decomposition
    except Exception as error:  # a NumPy that does not fit makes it a ValueError or an AttributeError
        raise RefusedError(_advice(error)) from error
    if int(sklearn.__version__.split(".")[0]) < 1:
        raise RefusedError("scikit-learn {} is older than 1.0, where alpha has another meaning: in the Anaconda prompt "
                           "of DM's Python, run {}.".format(sklearn.__version__, _install_line()))
    return sklearn.__version__


def _advice(error):
    if getattr(error, "name", None) == "sklearn":
        return ("scikit-learn is not installed in DM's Python ({}): open the Anaconda prompt as administrator, run "
                "activate GMS_VENV_PYTHON, then {}, and run this command again; or use Primitive NMF with the method "
                "hals, which needs nothing more.".format(sys.exec_prefix, _install_line()))
    return ("scikit-learn is installed in DM's Python ({}) and cannot be loaded ({}): in the Anaconda prompt, run "
            "{} again, and restart DM; or use Primitive NMF with the method hals.".format(
                sys.exec_prefix, error, _install_line()))


def _install_line():
    """pip with DM's own NumPy named, because pip would otherwise replace it."""
    return "pip install scikit-learn numpy=={}".format(np.__version__)


def _decomposition():
    from sklearn import decomposition

    return decomposition


def _refuse_options(alpha_W, alpha_H, l1_ratio, solver, init):
    if solver not in SOLVERS:
        raise RefusedError("there is no solver {!r}: choose one of {}.".format(solver, ", ".join(SOLVERS)))
    if init not in STARTS:
        raise RefusedError("there is no start {!r}: choose one of {}.".format(init, ", ".join(STARTS)))
    for name, value in (("alpha_W", alpha_W), ("alpha_H", alpha_W if alpha_H == "same" else alpha_H)):
        if not 0 <= value < np.inf:
            raise RefusedError("{} = {} is no penalty: give 0 (none) or more.".format(name, value))
    if not 0 <= l1_ratio <= 1:
        raise RefusedError("l1_ratio = {} is not between 0 (squares) and 1 (sums).".format(l1_ratio))
