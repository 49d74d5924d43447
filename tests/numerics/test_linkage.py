"""Average linkage against scipy's, and cuts of the tree."""
import numpy as np
import pytest
from scipy.cluster import hierarchy
from scipy.spatial.distance import pdist, squareform

from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.linkage import average_linkage, labels_at, leaf_order, suggest_cut


def random_distances(n, seed):
    return pdist(np.random.default_rng(seed).random((n, 3)))


@pytest.mark.parametrize("n, seed", [(2, 0), (3, 1), (7, 2), (40, 3), (41, 4)])
def test_the_tree_is_scipys(n, seed):
    distances = random_distances(n, seed)
    ours, scipys = average_linkage(squareform(distances)), hierarchy.average(distances)
    assert np.array_equal(ours[:, [0, 1, 3]], scipys[:, [0, 1, 3]])
    assert np.allclose(ours[:, 2], scipys[:, 2], rtol=1e-12, atol=0)
    assert np.array_equal(leaf_order(ours), hierarchy.leaves_list(scipys))


@pytest.mark.parametrize("seed", range(3))
def test_cuts_are_scipys(seed):
    Z = average_linkage(squareform(random_distances(23, seed)))
    for n_clusters in (22, 23):  # nearly all apart: scipy 1.9 to 1.13 give a cluster less or two
        assert len(set(labels_at(Z, n_clusters=n_clusters))) == n_clusters
    for n_clusters in (1, 2, 5, 21):
        theirs = hierarchy.fcluster(Z, n_clusters, "maxclust")
        assert same_partition(labels_at(Z, n_clusters=n_clusters), theirs)
    for height in (0.0, 0.2, 0.45, 2.0):
        assert same_partition(labels_at(Z, height=height), hierarchy.fcluster(Z, height, "distance"))


def same_partition(one, other):
    return np.array_equal(one[:, None] == one, other[:, None] == other)


def test_scipy_draws_our_tree():
    Z = average_linkage(squareform(random_distances(9, 0)))
    assert hierarchy.is_valid_linkage(Z)
    assert hierarchy.dendrogram(Z, no_plot=True)["leaves"] == leaf_order(Z).tolist()


def test_labels_are_numbered_by_first_member():
    distance = np.ones((5, 5)) - np.eye(5)
    distance[1, 4] = distance[4, 1] = 0.1
    distance[0, 3] = distance[3, 0] = 0.2
    assert labels_at(average_linkage(distance), n_clusters=3).tolist() == [0, 1, 2, 0, 1]


def test_the_input_is_not_changed():
    distance = squareform(random_distances(6, 0))
    before = distance.copy()
    average_linkage(distance)
    assert np.array_equal(distance, before)


def groups(within, between, sizes=(3, 2, 4)):
    label = np.repeat(range(len(sizes)), sizes)
    distance = np.where(label[:, None] == label, within, between)
    np.fill_diagonal(distance, 0)
    return distance, label


@pytest.mark.parametrize("within, between", [(0.1, 0.7), (0.02, 0.3), (0.25, 0.9)])
def test_the_cut_is_in_the_widest_gap(within, between):
    distance, label = groups(within, between)
    n_clusters, height, reason = suggest_cut(average_linkage(distance))
    assert n_clusters == 3 and height == pytest.approx((within + between) / 2)
    assert "joined up to a distance of {:.2f}, different clusters only from {:.2f} on".format(within, between) in reason
    assert same_partition(labels_at(average_linkage(distance), height=height), label)


def test_a_factor_decides_and_not_a_difference():
    """Turned copies at 0.02, two crystals at 0.3, an amorphous pattern at 0.7: the largest difference is 0.4."""
    label = np.array([0, 0, 0, 1, 1, 2])
    distance = np.where(label[:, None] == label, 0.02, 0.3)
    distance[5] = distance[:, 5] = 0.7
    np.fill_diagonal(distance, 0)
    assert suggest_cut(average_linkage(distance))[0] == 3


def test_patterns_that_are_all_alike_are_one_cluster():
    n_clusters, height, reason = suggest_cut(average_linkage(groups(0.02, 0.06)[0]))
    assert n_clusters == 1 and height > 0.06 and "they are one cluster" in reason


def test_patterns_that_are_all_different_are_clusters_of_their_own():
    n_clusters, height, reason = suggest_cut(average_linkage(groups(0.8, 0.9)[0]))
    assert n_clusters == 9 and 0 < height < 0.8 and "each is a cluster of its own" in reason


def test_without_a_gap_it_says_so():
    """Each pattern joins all before it a little further out: 20 merges from 0.03 to 0.9."""
    height = np.concatenate([[0], np.linspace(0.03, 0.9, 20)])
    distance = np.maximum(height[:, None], height) * (1 - np.eye(21))
    Z = average_linkage(distance)
    n_clusters, at, reason = suggest_cut(Z)
    assert reason.startswith("no clear gap: the merges follow one another closely") and at == 0.3
    assert n_clusters == labels_at(Z, height=0.3).max() + 1 == 21 - (height[1:] <= 0.3).sum()


@pytest.mark.parametrize("distance, words", [
    (np.zeros((1, 1)), "at least 2 patterns"),
    (np.zeros((3, 4)), r"shape \(3, 4\)"),
    (np.full((3, 3), np.nan), "NaN or infinite"),
    (np.triu(np.ones((3, 3)), 1), "the way back"),
])
def test_what_is_no_distance_is_refused(distance, words):
    with pytest.raises(RefusedError, match=words):
        average_linkage(distance)


@pytest.mark.parametrize("how, words", [
    ({}, "either by n_clusters or at a height"), ({"n_clusters": 2, "height": 0.1}, "either by n_clusters"),
    ({"n_clusters": 0}, "ask for 1 to 4"), ({"n_clusters": 5}, "4 patterns cannot be put into 5 clusters"),
])
def test_a_cut_without_meaning_is_refused(how, words):
    with pytest.raises(RefusedError, match=words):
        labels_at(average_linkage(squareform(random_distances(4, 0))), **how)
