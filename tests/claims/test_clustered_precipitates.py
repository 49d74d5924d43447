"""Clustering of turned precipitates in an amorphous matrix, from counts to clusters.

Here 2 crystals in 2 orientations, so that it is quick; `dm-nmf reproduce` has 4 orientations. On 24 other datasets
(seeds 1100 to 1123) the clusters of constrained components were exactly right in 21, of ALS components in 13, of the
true diffractions in all.
"""
import copy

import pytest

from offline_reference.claims import clustered_precipitates
from offline_reference.claims.claim import DOES_NOT, IN_PART, REPRODUCES

SEEDS = range(2000, 2003)


@pytest.fixture(scope="module")
def measured():
    return [clustered_precipitates.measure(seed, "quick") for seed in SEEDS]


@pytest.mark.parametrize("cut", ["suggested", "three"])
def test_true_diffractions_are_clustered_without_fault(measured, cut):
    assert all(one[cut]["truth"] == pytest.approx(1) for one in measured)


@pytest.mark.parametrize("cut", ["suggested", "three"])
def test_constrained_components_are_clustered_like_the_true_ones(measured, cut):
    assert sum(one[cut]["constrained"] > clustered_precipitates.RIGHT for one in measured) >= 2


def test_the_sentence_counts_what_was_measured(measured):
    found = clustered_precipitates.claim(measured)
    assert found.key == "clustering" and found.verdict in (REPRODUCES, IN_PART)
    assert found.sentence.endswith("of the true diffractions themselves in all 3 and all 3.")
    assert found.clustering[0].n_clusters >= 2
    worse = copy.deepcopy(measured)
    for one in worse:
        one["suggested"]["constrained"] = 0.4
    found = clustered_precipitates.claim(worse)
    assert found.verdict == DOES_NOT
    assert "exactly the true ones in none of 3 datasets at the suggested cut" in found.sentence
