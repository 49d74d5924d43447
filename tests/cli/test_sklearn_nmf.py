"""scikit-learn's NMF behind our signature: the same numbers, translated once."""
import warnings

import numpy as np
import pytest
from sklearn.decomposition import NMF

from offline_reference.cli.sklearn_nmf import nmf_sklearn
from offline_reference.numerics.unfold import H_from_maps, W_from_diffractions, unfold


@pytest.fixture(scope="module")
def pixels():
    return np.random.default_rng(1).poisson(5, (5, 6, 7, 8)).astype(np.float64)


def test_it_equals_one_long_run_of_scikit_learn(pixels):
    theirs = NMF(3, init="random", random_state=4, tol=0, max_iter=25)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # not converged, on purpose
        product = theirs.fit_transform(unfold(pixels).T) @ theirs.components_
    ours = nmf_sklearn(pixels, 3, seed=4, tol=0, max_iter=25)
    assert ours.n_iter == len(ours.mse_history) == 25
    assert np.allclose(W_from_diffractions(ours.diffractions) @ H_from_maps(ours.maps), product.T, rtol=1e-10)
    assert ours.mean_squared_error == pytest.approx(theirs.reconstruction_err_ ** 2 / pixels.size, rel=1e-10)


def test_it_stops_when_the_error_hardly_falls(pixels):
    found = nmf_sklearn(pixels, 2, tol=0.5)
    assert found.stopped == "converged" and found.n_iter == 20


def test_it_stops_between_when_cancelled_and_keeps_what_it_has(pixels):
    said = []
    found = nmf_sklearn(pixels, 2, progress=lambda *now: said.append(now), cancelled=lambda: bool(said))
    assert found.stopped == "cancelled" and found.n_iter == 10
    assert said == [(10, 500, found.mse_history[-1])]
