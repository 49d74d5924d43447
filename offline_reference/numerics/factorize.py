"""Repeats a step and the constraints it is handed, and keeps the best factors.

One iteration, in this order (see `methods` for why):

    W <- step          least squares, or whichever step was asked for
    W <- W / sum(W)    each diffraction sums to one, its scale goes to the map
    W <- [W]W          each diffraction constraint, then sum one again
    H <- step          with the rows of X weighted, if weights are given
    H <- [H]H          each map constraint

A constraint is a function of one factor: W (n_uv, n_k) -> W, or H (n_k, n_xy) -> H.
"""

from collections import namedtuple

import numpy as np

from .checks import is_whole, refuse_settings
from .data_matrix import DataMatrix, inner_product, last_product
from .errors import RefusedError
from .nmf_steps import is_near_singular, step_named
from .random_start import random_factors, uniform_random

#: the error is compared with the one of so many iterations ago: single steps of ALS go up and down
WINDOW = 20
#: rises of the error above the best by more than this are reported as drift
DRIFT = 0.02
#: below this part of ||X||^2 the error may do what it likes: near an exact fit it is rounding, of either sign
EXACT = 1e-6

Factorization = namedtuple("Factorization", "W H mse_history objective_history n_iter best_iter stopped events")
Factorization.__doc__ = """What `factorize` found.

W (n_uv, n_k), H (n_k, n_xy) of the best iteration; mse_history [counts^2], one
an iteration; objective_history, the same weighted (what "best" refers to); n_iter
iterations made; best_iter (1-based); stopped: "converged", "max_iter" or
"cancelled"; events: sentences about every recovery.
"""


def factorize(X, n_components, step="als", constrain_W=(), constrain_H=(), weights=None, start=None, seed=0,
              max_iter=500, tol=0.0, slack=0.0, progress=None, cancelled=None, already=0, checkpoint=None):
    """Factorize X ~ W H with nonnegative factors.

    Parameters
    ----------
    X : ndarray (n_uv, n_xy), DataMatrix or BandMatrix
        Data, one diffraction a column. [counts]
    n_components : int
        n_k.
    step : "mu", "als", "hals", or a pair of functions
        As in `nmf_steps.STEPS`.
    constrain_W, constrain_H : sequence of functions
        W -> W and H -> H, applied in this order in each iteration.
    weights : ndarray, shape (n_uv,), optional
        Of the squared residuals of each row of X. They cancel in least squares for W.
    start : (W, H), optional
        Factors to start from; by default random numbers from ``seed``. ALS uses H alone.
    seed : int
        Of the start and of restarts of dead components.
    max_iter : int
    tol : float
        Stop when the objective of the last 20 iterations lies within this part of itself. 0 = never.
    slack : float
        Return the latest iterate whose objective is within this part of the lowest. 0 (default): the
        best one, because plain ALS can get worse. A constrained ALS passes through lower objectives on its way to
        better components (see `methods.nmf_constrained`), and asks for a slack.
    progress : function (iteration, max_iter, mse), optional
        Called after each iteration, the first is 1.
    cancelled : function () -> bool, optional
        Asked before each iteration; True stops and keeps the best so far. One iteration is always made.
    already : int
        Iterations made by runs before this one: events and progress count from there.
    checkpoint : object with load() and save(state), optional
        Asked once for the state of an interrupted run with these very arguments (None: begin), and given the state
        after each iteration; see `offline_reference.lazy.checkpoint`.

    Returns
    -------
    Factorization

    Raises
    ------
    RefusedError
        If n_components is not between 1 and min(n_uv, n_xy), or the start does not fit.
    """
    X = DataMatrix(X) if isinstance(X, np.ndarray) else X
    n_components = refuse_n_components(n_components, X.shape)
    refuse_settings(max_iter, tol, seed)
    improve_W, improve_H = step_named(step)
    W, H = _checked_start(start, X.shape, n_components) if start is not None \
        else random_factors(X.shape[0], X.shape[1], n_components, seed)
    revival, objective_of = _Revival(X, seed, already), _Objective(X, weights)
    kept, history, objectives, stopped = _Kept(slack), [], [], "max_iter"
    saved = None if checkpoint is None else checkpoint.load()
    if saved is not None:
        W, H, history, objectives, stopped = (saved[name] for name in ("W", "H", "history", "objectives", "stopped"))
        kept.best, kept.latest = saved["best"], saved["latest"]
        revival.restore(saved["revival"])
    last = 0 if stopped == "converged" else max_iter
    for iteration in range(len(history) + 1, last + 1):
        if cancelled is not None and cancelled() and iteration > 1:  # one iteration at least, so that there is a best
            stopped = "cancelled"
            break
        revival.note_singular(H @ H.T, step, iteration)
        W, H = revival.of_diffractions(improve_W(X, W, H), H, iteration)
        if constrain_W:
            W, H = to_unit_sum(W, H)
            for constraint in constrain_W:
                W, H = to_unit_sum(constraint(W), H)
        weighted_W = W if weights is None else weights[:, None] * W
        H = improve_H(X, W, H, weighted_W)
        for constraint in constrain_H:
            H = constraint(H)
        objective = objective_of(W, H, weighted_W)
        mse = objective if weights is None else X.squared_error(W, H)
        W, H = revival.of_maps(W, H, iteration)
        history.append(mse / X.size)
        objectives.append(objective)
        if not revival.happened_in(iteration):
            kept.offer(objective, iteration, W, H)
        if progress is not None:
            progress(already + iteration, already + max_iter, history[-1])
        if tol and is_settled(objectives, tol):
            stopped = "converged"
        if checkpoint is not None:
            checkpoint.save({"W": W, "H": H, "history": history, "objectives": objectives, "stopped": stopped,
                             "best": kept.best, "latest": kept.latest, "revival": revival.state()})
        if stopped == "converged":
            break
    return _finish(kept, W, H, history, objectives, stopped, revival, objective_of.squares)


def join_runs(runs, events=()):
    """Several runs, each started where the one before ended, as one: all histories, the last run's factors."""
    before = sum(one.n_iter for one in runs[:-1])
    return Factorization(
        runs[-1].W, runs[-1].H, np.concatenate([one.mse_history for one in runs]),
        np.concatenate([one.objective_history for one in runs]), before + runs[-1].n_iter,
        before + runs[-1].best_iter, runs[-1].stopped,
        tuple(text for one in runs for text in one.events) + tuple(events))


def to_unit_sum(W, H):
    """Give each diffraction sum 1 and its scale to the map; W H stays."""
    total = W.sum(axis=0)
    total = np.where(total > 0, total, 1)
    return W / total, H * total[:, None]


def canonical_form(W, H):
    """Each diffraction of sum 1, components by the total of their maps, largest first; W H stays."""
    W, H = to_unit_sum(W, H)
    order = np.argsort(-H.sum(axis=1), kind="stable")
    return W[:, order], H[order]


def refuse_n_components(n_components, shape):
    """Return n_components as an int, or raise unless 1 <= n_components <= min(n_uv, n_xy)."""
    whole = is_whole(n_components)
    if not whole or not 1 <= n_components <= min(shape):
        raise RefusedError(
            "{} components cannot be found in {} detector pixels x {} scan positions: ask for a whole number from 1 "
            "to {}.".format(n_components, shape[0], shape[1], min(shape)))
    return int(n_components)


class _Objective:
    """sum of weights x (X - W H)^2: what the iteration lowers."""

    def __init__(self, X, weights):
        self.X = X
        self.squares = X.sum_of_squares() if weights is None else X.weighted_sum_of_squares(weights)

    def __call__(self, W, H, weighted_W):
        # the map step has just made the product of this very weighted_W
        return self.squares - 2 * inner_product(last_product(self.X, weighted_W), H) \
            + inner_product(weighted_W.T @ W, H @ H.T)


class _Revival:
    """Restarts dead components from a data column, and keeps the record of all that went wrong."""

    def __init__(self, X, seed, already):
        self.already = already
        self.X, self.seed, self.drawn, self.events, self.iterations = X, seed + 1, 0, [], []
        self.singular_said = False

    def of_diffractions(self, W, H, iteration):
        """Give W columns that are zero everywhere a diffraction of the data instead."""
        dead = np.flatnonzero(~W.any(axis=0))
        return (self._revive(W, H, dead, iteration, "diffraction"), H) if dead.size else (W, H)

    def of_maps(self, W, H, iteration):
        """Give H rows that are zero everywhere a flat map, and a diffraction of the data to go with it."""
        dead = np.flatnonzero(~H.any(axis=1))
        if not dead.size:
            return W, H
        H = H.copy()
        H[dead] = H.mean() / W.shape[1] + 1e-12
        return self._revive(W, H, dead, iteration, "map"), H

    def _revive(self, W, H, dead, iteration, what):
        numbers = uniform_random(self.drawn + dead.size, self.seed)[self.drawn:]
        self.drawn += dead.size
        columns = self.X.columns((numbers * self.X.shape[1]).astype(int))
        columns = np.clip(columns, 0, None) + 1e-12 * max(abs(columns).max(), 1)
        W, total = W.copy(), W.sum(axis=0)
        # as large as the living ones are on average: their own scale, and so W H of the others, stays
        scale = total[total > 0].mean() if total.any() else 1.0
        W[:, dead] = columns / columns.sum(axis=0) * scale
        self.iterations.append(iteration)
        self.events.append("iteration {}: the {} of component {} became zero everywhere and was restarted from a "
                           "diffraction of the data.".format(
                               self.already + iteration, what, ", ".join(str(k + 1) for k in dead)))
        return W

    def note_singular(self, gram, step, iteration):
        """Record, once, that normal equations needed the ridge."""
        if step == "als" and not self.singular_said and is_near_singular(gram):
            self.singular_said = True
            self.events.append("iteration {}: two maps were too alike to be told apart (near-singular normal "
                               "equations); a ridge of 1e-12 of the trace was added. Fewer components may "
                               "suffice.".format(self.already + iteration))

    def state(self):
        """What a run needs to go on as if it had not been interrupted."""
        return {"drawn": self.drawn, "events": self.events, "iterations": self.iterations,
                "singular_said": self.singular_said}

    def restore(self, state):
        """Go on from a `state`."""
        self.__dict__.update(state)

    def happened_in(self, iteration):
        return bool(self.iterations) and self.iterations[-1] == iteration


def _checked_start(start, shape, n_k):
    W, H = (None if factor is None else np.array(factor, dtype=np.float64) for factor in start)
    if H is None or H.shape != (n_k, shape[1]) or (W is not None and W.shape != (shape[0], n_k)):
        raise RefusedError(
            "the start has shapes W {} and H {}, but {} components of these data need W {} and H {}.".format(
                None if W is None else W.shape, None if H is None else H.shape, n_k, (shape[0], n_k), (n_k, shape[1])))
    return W, H


class _Kept:
    """The best iterate, and the latest that is hardly worse."""

    def __init__(self, slack):
        self.slack, self.best, self.latest = slack, None, None

    def offer(self, objective, iteration, W, H):
        offered = (objective, iteration, W, H)
        if self.best is None or objective < self.best[0]:
            self.best = offered
        if objective <= self.best[0] + self.slack * abs(self.best[0]):
            self.latest = offered

def is_settled(objectives, tol):
    """Whether the last WINDOW objectives lie within ``tol`` of themselves."""
    if len(objectives) <= WINDOW:
        return False
    recent = objectives[-WINDOW:]
    return bool(max(recent) - min(recent) < tol * abs(recent[-1]))


def _finish(kept, W, H, history, objectives, stopped, revival, squares):
    # nothing is kept if a component died in every single iteration
    objective, iteration, W, H = kept.latest or (objectives[-1], len(history), W, H)
    lowest = max(objective, EXACT * squares)
    if objectives[-1] > lowest * (1 + DRIFT):
        revival.events.append("the error rose again after its best at iteration {} (by {:.1f} % at the end): the "
                              "factors of that iteration are kept.".format(
                                  revival.already + iteration, 100 * (objectives[-1] / lowest - 1)))
    return Factorization(W, H, np.array(history), np.array(objectives), len(history), iteration, stopped,
                         tuple(revival.events))
