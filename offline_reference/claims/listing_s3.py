"""scikit-learn's NMF with the settings of Listing S3."""
import warnings

import numpy as np
from sklearn.decomposition import NMF

from ..numerics.factorize import canonical_form
from ..numerics.unfold import diffractions_from_W, maps_from_H, unfold

TOLERANCE, MAX_ITER = 1e-4, 3000  # as printed


def nmf_listing_s3(pixels, n_components, alpha=0.0, seed=0, max_iter=MAX_ITER):
    """Random start, coordinate descent; alpha is both alpha_W and alpha_H.

    Parameters
    ----------
    pixels : ndarray (n_v, n_u, n_y, n_x)
        [counts]
    alpha : float
        scikit-learn multiplies it by the number of samples or features, so what it does depends on the size of the
        data and on their unit.

    Returns
    -------
    diffractions (n_k, n_v, n_u), maps (n_k, n_y, n_x)
        Not below zero; a component that regularization has emptied is zero.
    """
    estimator = NMF(n_components, init="random", solver="cd", tol=TOLERANCE, max_iter=max_iter, alpha_W=alpha,
                    alpha_H=alpha, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # whether it converged is not what is asked here
        # its samples are our columns, its W is our H transposed and its H our W transposed
        maps = estimator.fit_transform(unfold(pixels, "vuyx").T.astype(np.float64))
    W, H = canonical_form(estimator.components_.T, maps.T)
    return diffractions_from_W(W, pixels.shape[:2]), maps_from_H(H, pixels.shape[2:])
