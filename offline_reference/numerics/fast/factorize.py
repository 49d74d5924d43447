"""`factorize` on compressed data: the same loop, which then reads X a dozen times instead of twice an iteration."""

import numpy as np

from .. import factorize as plain
from ..errors import RefusedError
from .compressed_matrix import CompressedMatrix, rank_for
from .nmf_steps import FUSED_HALS, STEPS

#: fewer elements than this are factorized before a compression pays
LARGE = 2 ** 20
#: a compression pays if it keeps at most this part of the directions
THIN = 0.25
SOLVERS = ("auto", "exact", "compressed")
#: the last iterations of HALS are made on X itself: they recover what the compression left out
EXACT_ITERATIONS = 4


def factorize(X, n_components, step="hals", start=None, seed=0, max_iter=500, tol=0.0, progress=None, cancelled=None,
              compressed=None, checkpoint=None):
    """Factorize X ~ W H with nonnegative factors, on X ~ Q B.

    Parameters
    ----------
    X : DataMatrix
        (n_uv, n_xy). [counts]
    step : "mu", "als" or "hals"
    n_components, start, seed, max_iter, tol, progress, cancelled : see `factorize.factorize`
    compressed : CompressedMatrix, optional
        Of these data, to use again; made here by default.
    checkpoint : object with part(name), optional
        Its parts "compressed" and "exact" are checkpoints as `factorize.factorize` takes them.

    Returns
    -------
    Factorization
        As from `factorize.factorize`. The errors of its history are those of the compressed data, which are at most
        a few 1e-4 off; those of the last iterations of HALS are exact.
    """
    X.sum_of_squares()  # in float64, once; the working copy shares it
    working = X.in_type(np.float32)
    n_components = plain.refuse_n_components(n_components, X.shape)
    if compressed is None:
        compressed = CompressedMatrix(working, rank_for(n_components))
    if step == "als":  # its inverse takes the rounding of float32 for directions: with surplus components it overflowed
        compressed = compressed.in_type(np.float64)
    exact = min(EXACT_ITERATIONS, max_iter - 1) if step == "hals" else 0
    report = None if progress is None else lambda iteration, _, mse: progress(iteration, max_iter, mse)
    run = {"seed": seed, "progress": report, "cancelled": cancelled}
    part = (lambda name: None) if checkpoint is None else checkpoint.part
    found = plain.factorize(compressed.leading(rank_for(n_components)), n_components, STEPS[step], start=start,
                            max_iter=max_iter - exact, tol=tol, checkpoint=part("compressed"), **run)
    if not exact or found.stopped == "cancelled":
        return _in_double(found)
    last = plain.factorize(working, n_components, FUSED_HALS, start=(found.W, found.H), max_iter=exact,
                           already=found.n_iter, checkpoint=part("exact"), **run)
    stopped = last.stopped if last.stopped == "cancelled" else found.stopped
    return _in_double(plain.join_runs([found, last])._replace(stopped=stopped))


def _in_double(found):
    """Factors in float64, as the plain loop gives them."""
    return found._replace(W=np.asarray(found.W, dtype=np.float64), H=np.asarray(found.H, dtype=np.float64))


def choose_solver(solver, shape, n_components):
    """"exact" or "compressed": as asked, or by the size of X."""
    if solver not in SOLVERS:
        raise RefusedError("the solver {!r} is unknown: choose one of {}.".format(solver, ", ".join(SOLVERS)))
    if solver != "auto":
        return solver
    worth_it = shape[0] * shape[1] >= LARGE and rank_for(n_components) <= THIN * min(shape)
    return "compressed" if worth_it else "exact"
