"""Stability over starts: the same components in another order, and none at all."""
import numpy as np
import pytest
from scipy.cluster import hierarchy
from scipy.spatial.distance import pdist, squareform

from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.linkage import average_linkage
from offline_reference.numerics.stability import consensus, cophenetic_distances, matched_similarity


def factors(seed=0, n_k=3):
    random = np.random.default_rng(seed)
    return random.random((30, n_k)) ** 3, random.random((n_k, 56)) ** 3


def test_the_same_components_in_another_order_and_scale_are_fully_alike():
    W, H = factors()
    order = [2, 0, 1]
    assert np.allclose(matched_similarity((W, H), (5 * W[:, order], H[order] / 7)), 1, rtol=1e-12, atol=0)


def test_the_similarity_is_the_cosine_of_what_a_component_adds_to_the_data():
    (W, H), (other_W, other_H) = factors(0, 1), factors(1, 1)
    one, other = (W @ H).ravel(), (other_W @ other_H).ravel()
    expected = one @ other / np.linalg.norm(one) / np.linalg.norm(other)
    assert matched_similarity((W, H), (other_W, other_H))[0] == pytest.approx(expected, rel=1e-12)


def test_one_component_that_is_another_one_shows_alone():
    W, H = factors()
    other_H = H.copy()
    other_H[1] = factors(7)[1][0]
    found = matched_similarity((W, H), (W, other_H))
    assert np.allclose(found[[0, 2]], 1) and found[1] < 0.8


def regions(order=(0, 1, 2)):
    """Three maps, each high in its own third of 60 places."""
    H = np.full((3, 60), 0.1)
    for k in range(3):
        H[order[k], 20 * k:20 * k + 20] = 1 + k
    return H


def test_runs_that_agree_have_a_full_consensus_whatever_their_order():
    found = consensus([regions(), regions((2, 0, 1)), regions((1, 0, 2))])
    assert found.cophenetic == pytest.approx(1) and found.dispersion == pytest.approx(1)


def test_runs_that_disagree_have_little_consensus():
    random = np.random.default_rng(0)
    found = consensus([random.random((3, 60)) for _ in range(6)])
    assert found.cophenetic < 0.8 and found.dispersion < 0.5


def test_a_map_that_is_high_everywhere_does_not_own_all_places():
    """An amorphous matrix: without the division by each map's maximum all places would be its own, and agree."""
    matrix = np.full((1, 60), 50.0) + np.random.default_rng(0).random((1, 60))
    different = [np.concatenate([matrix, np.roll(regions(), shift, axis=1)]) for shift in (0, 17)]
    assert consensus(different).dispersion < 1


def test_many_places_are_thinned_out():
    assert consensus([np.random.default_rng(0).random((2, 5000))] * 2).dispersion == 1


def test_one_component_has_a_full_consensus():
    assert consensus([np.ones((1, 12))] * 2) == (1.0, 1.0)


@pytest.mark.parametrize("n", [2, 3, 20])
def test_heights_of_joining_are_scipys(n):
    distances = pdist(np.random.default_rng(n).random((n, 3)))
    expected = squareform(hierarchy.cophenet(hierarchy.average(distances)))
    assert np.allclose(cophenetic_distances(average_linkage(squareform(distances))), expected, rtol=1e-12, atol=0)


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(RefusedError, match="as many components"):
        matched_similarity(factors(0, 2), factors(0, 3))
    with pytest.raises(RefusedError, match="at least two runs"):
        consensus([np.ones((2, 9))])
