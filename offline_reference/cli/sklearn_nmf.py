"""scikit-learn's NMF (coordinate descent), with the signature of `numerics.methods`.

scikit-learn counts samples in rows, so its data are our X transposed, its W is our H
transposed and its H our W transposed. That is translated here and nowhere else.

Ten iterations are asked for at a time, each time from where the last ended. That gives the same
numbers as one long run, and lets progress be shown and Ctrl+C be heard in between.
"""
import warnings

import numpy as np

from offline_reference.numerics.checks import refuse_pixels
from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.factorize import Factorization, canonical_form, refuse_n_components
from offline_reference.numerics.methods import Factors
from offline_reference.numerics.metrics import mean_squared_error
from offline_reference.numerics.unfold import diffractions_from_W, maps_from_H, sizes_of, unfold

ITERATIONS_AT_A_TIME = 10


def nmf_sklearn(pixels, n_components, order="vuyx", max_iter=500, tol=1e-4, seed=0, progress=None, cancelled=None):
    """Primitive NMF by scikit-learn, random start, no regularization (Listing S3 with alpha = 0).

    Parameters
    ----------
    pixels, n_components, order, max_iter, seed, progress, cancelled
        As `numerics.methods.nmf_mu`.
    tol : float
        Stop when ten iterations lower the mean squared error by less than this part of it.

    Returns
    -------
    numerics.methods.Factors
        In canonical form. `mse_history` is known after each tenth iteration and held in between.
    """
    events = refuse_pixels(pixels, order)
    n_v, n_u, n_y, n_x = sizes_of(pixels, order)
    X = unfold(pixels, order)
    refuse_n_components(n_components, X.shape)
    samples = X.T.astype(np.float64 if pixels.dtype == np.float64 else np.float32)
    maps, diffractions, history, stopped = None, None, [], "max_iter"
    while len(history) < max_iter:
        if cancelled is not None and cancelled() and history:
            stopped = "cancelled"
            break
        n_more = min(ITERATIONS_AT_A_TIME, max_iter - len(history))
        maps, diffractions, error = _some_iterations(samples, n_components, n_more, seed, maps, diffractions)
        before = history[-1] if history else np.inf
        history += [error / X.size] * n_more
        if progress is not None:
            progress(len(history), max_iter, history[-1])
        if before - history[-1] < tol * before and np.isfinite(before):
            stopped = "converged"
            break
    W, H = canonical_form(diffractions.T.astype(np.float64), maps.T.astype(np.float64))
    found = Factorization(W, H, np.array(history), np.array(history), len(history), len(history), stopped, ())
    settings = {"method": "sklearn", "solver": "cd", "init": "random", "n_components": int(n_components),
                "order": order, "max_iter": max_iter, "tol": tol, "seed": seed}
    return Factors(diffractions_from_W(W, (n_v, n_u)), maps_from_H(H, (n_y, n_x)), mean_squared_error(X, W, H), found,
                   events, settings)


def _some_iterations(samples, n_components, n_iter, seed, maps, diffractions):
    """Their W (n_xy, n_k), H (n_k, n_uv) and squared error after n_iter iterations, from a random start or on."""
    nmf = _estimator()(n_components, init="random" if maps is None else "custom", random_state=seed, max_iter=n_iter,
                       tol=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "not converged": whether it is, is decided by the caller
        maps = nmf.fit_transform(samples, W=maps, H=diffractions)
    return maps, nmf.components_, float(nmf.reconstruction_err_) ** 2


def _estimator():
    try:
        from sklearn.decomposition import NMF
    except ImportError as error:
        raise RefusedError("--method sklearn needs the package scikit-learn, which is not installed: pip install "
                           "scikit-learn, or use --method hals, which needs nothing more.") from error
    return NMF
