"""One step of the primitive NMF: MU (S3, S4), ALS (S1, S2), and HALS.

Source: Kimoto et al. (2025), Supplement S1, Listings S1 and S2; HALS after
Cichocki and Phan, IEICE Trans. Fundamentals E92-A (2009) 708. All three lower, or try to
lower, D = 1/2 ||X - W H||^2 and never form W H (n_uv x n_xy): (W H) Ht is
computed as W (H Ht).

    mu_step, als_step, hals_step     W, then H
    STEPS                            their two halves by name, as `factorize` uses them

X is an ndarray, or a `DataMatrix` or `BandMatrix` in its place.
"""

import numpy as np

from .errors import DeadComponentError, RefusedError

#: above this condition number of the normal equations the last digits of a solution are noise
WORST_CONDITION = 1e12
#: what is then added to their diagonal, as a part of the trace
RIDGE = 1e-12


def mu_step(X, W, H):
    """Multiplicative update of W, then of H (equations S3 and S4, Listing S1).

    W <- W * X Ht / W H Ht and H <- H * Wt X / Wt W H, element by element.

    Parameters
    ----------
    X : ndarray, shape (n_uv, n_xy)
        Unfolded data. [counts]
    W : ndarray, shape (n_uv, n_k)
        Diffractions, positive. [-]
    H : ndarray, shape (n_k, n_xy)
        Maps, positive. [counts]

    Returns
    -------
    W, H : ndarray
        New factors; where a denominator is zero the element becomes zero (the
        listing would write 0/0).
    """
    W = mu_diffractions(X, W, H)
    return W, mu_maps(X, W, H)


def als_step(X, H):
    """Solve X = W H for W, then for H, clipping negatives after each solve.

    Equations S1 and S2 of Kimoto et al. (2025), Listing S2:
    W <- [X Ht (H Ht)^-1]+ and H <- [(Wt W)^-1 Wt X]+.

    Parameters
    ----------
    X : ndarray, shape (n_uv, n_xy)
        Unfolded data, one diffraction a column. [counts]
    H : ndarray, shape (n_k, n_xy)
        Maps left by the previous step, nonnegative. [counts]

    Returns
    -------
    W : ndarray, shape (n_uv, n_k)
        Diffractions, nonnegative, not normalized. [-]
    H : ndarray, shape (n_k, n_xy)
        Maps, nonnegative. [counts]

    Raises
    ------
    DeadComponentError
        If clipping has emptied a row of H or a column of W.

    Notes
    -----
    The clip makes ALS a projection, not a descent: the error may rise between
    steps, so `factorize` keeps the best iterate, never just the last. It also
    revives what dies; this function is the listing and refuses.
    """
    refuse_dead_components(H, "map")
    W = als_diffractions(X, None, H)
    refuse_dead_components(W.T, "diffraction")
    return W, als_maps(X, W, None)


def hals_step(X, W, H):
    """One pass of hierarchical ALS: each diffraction, then each map, by exact clipped least squares.

    Shapes and units as in `mu_step`. The error never rises, and no inverse is
    needed, so a surplus component does no harm.
    """
    W = hals_diffractions(X, W, H)
    return W, hals_maps(X, W, H)


def mu_diffractions(X, W, H):
    """Equation S3."""
    return W * _ratio(X @ H.T, W @ (H @ H.T))


def mu_maps(X, W, H, weighted_W=None):
    """Equation S4."""
    weighted_W = W if weighted_W is None else weighted_W
    return H * _ratio(weighted_W.T @ X, (weighted_W.T @ W) @ H)


def als_diffractions(X, W, H):
    """Equation S1; the old W plays no part."""
    return np.clip(solve(H @ H.T, (X @ H.T).T).T, 0, None)


def als_maps(X, W, H, weighted_W=None):
    """Equation S2, by weighted least squares if given W with weighted rows; the old H plays no part."""
    weighted_W = W if weighted_W is None else weighted_W
    return np.clip(solve(weighted_W.T @ W, weighted_W.T @ X), 0, None)


def hals_diffractions(X, W, H):
    """Each diffraction in turn, the others held."""
    return hals_sweep(W, X @ H.T, H @ H.T)


def hals_maps(X, W, H, weighted_W=None):
    """Each map in turn, the others held."""
    weighted_W = W if weighted_W is None else weighted_W
    return hals_sweep(H.T, (weighted_W.T @ X).T, weighted_W.T @ W).T


#: name -> (W from X, W, H; H from X, W, H and W with its rows weighted)
STEPS = {
    "mu": (mu_diffractions, mu_maps),
    "als": (als_diffractions, als_maps),
    "hals": (hals_diffractions, hals_maps),
}


def step_named(name):
    """Return the two halves of a step, or refuse an unknown name; a pair of functions is returned as it is."""
    if isinstance(name, tuple):
        return name
    if name not in STEPS:
        raise RefusedError("the step {!r} is unknown: choose one of {}.".format(name, ", ".join(sorted(STEPS))))
    return STEPS[name]


def hals_sweep(F, target, gram):
    """Improve each column of the nonnegative factor F (n, n_k) in turn, the others held.

    Parameters
    ----------
    F : ndarray, shape (n, n_k)
        Factor to improve; not changed.
    target : ndarray, shape (n, n_k)
        X Ht for F = W, or Xt W for F = Ht.
    gram : ndarray, shape (n_k, n_k)
        H Ht or Wt W.
    """
    F = F.copy()
    for k in range(F.shape[1]):
        if gram[k, k] > 0:  # otherwise the other factor is dead and says nothing about this one
            F[:, k] = np.clip(F[:, k] + (target[:, k] - F @ gram[:, k]) / gram[k, k], 0, None)
    return F


def solve(gram, right):
    """Solve gram @ Y = right, with a small ridge if the gram is near singular (see `is_near_singular`).

    solve, not inverse as in the listing: the same numbers, one rounding less.
    """
    if is_near_singular(gram):
        gram = gram + RIDGE * np.trace(gram) * np.eye(gram.shape[0])
    return np.linalg.solve(gram, right)


def is_near_singular(gram):
    """Whether two components, at equal size, are too alike to be told apart in double precision."""
    size = np.sqrt(np.diag(gram))
    if not size.all():
        return True
    # Component scales are arbitrary, so they must not decide: compare directions only.
    return np.linalg.cond(gram / np.outer(size, size)) > WORST_CONDITION


def refuse_dead_components(rows, what):
    """Raise if a row (one component each) is zero everywhere; ``what`` is "map" or "diffraction"."""
    dead = np.flatnonzero(~rows.any(axis=1))
    if dead.size:
        n_k = rows.shape[0]
        raise DeadComponentError(
            "{} {} of {} is zero everywhere, so least squares cannot separate it: start from another seed, "
            "or ask for fewer than n_components={}.".format(what, dead[0] + 1, n_k, n_k)
        )


def _ratio(numerator, denominator):
    """Elementwise quotient, 0 where the denominator is not positive."""
    return np.divide(numerator, denominator, out=np.zeros_like(denominator), where=denominator > 0)
