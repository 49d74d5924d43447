"""One step of the primitive NMF: MU (S3, S4), ALS (S1, S2), and HALS.

Source: Kimoto et al. (2025), Supplement S1, Listings S1 and S2; HALS after
Cichocki and Phan, IEICE Trans. Fundamentals E92-A (2009) 708. All three lower, or try to
lower, D = 1/2 ||X - W H||^2 and never form W H (n_uv x n_xy): (W H) Ht is
computed as W (H Ht).
"""

import numpy as np

from .errors import DeadComponentError


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
    W = W * _ratio(X @ H.T, W @ (H @ H.T))
    H = H * _ratio((X.T @ W).T, (W.T @ W) @ H)
    return W, H


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
    steps, so `factorize` keeps the best iterate, never just the last.
    """
    refuse_dead_components(H, "map")
    W = np.clip(np.linalg.solve(H @ H.T, (X @ H.T).T).T, 0, None)
    refuse_dead_components(W.T, "diffraction")
    H = np.clip(np.linalg.solve(W.T @ W, (X.T @ W).T), 0, None)
    return W, H


def hals_step(X, W, H):
    """One pass of hierarchical ALS: each diffraction, then each map, by exact clipped least squares.

    Shapes and units as in `mu_step`. The error never rises, and no inverse is
    needed, so a surplus component does no harm.
    """
    W = hals_sweep(W, X @ H.T, H @ H.T)
    H = hals_sweep(H.T, X.T @ W, W.T @ W).T
    return W, H


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
