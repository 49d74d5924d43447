"""functions/merging.s against numerics/merging.py: which components are merged, and what they become."""
import numpy as np
import pytest

from offline_reference.numerics.merging import disc_similarity, merge_same_patterns
from offline_reference.numerics.polar import radius_of_pixels
from tests.agreement import dm

DETECTOR, CENTRE, CENTRAL_RADIUS = (24, 29), (12.5, 14.2), 3.0
PLACE = {"nU": DETECTOR[1], "nV": DETECTOR[0], "u0": CENTRE[1], "v0": CENTRE[0], "centralRadius": CENTRAL_RADIUS}
MERGE = """image newW := W
image newH := H
number n = MergeSamePatterns(newW, newH, nU, nV, u0, v0, centralRadius)
image mergedW := newW.ImageClone()
image mergedH := newH.ImageClone()"""
TOLERANCE = {np.float64: 1e-10, np.float32: 1e-4}


def pattern(*spots, seed=0):
    """A halo with some noise and spots (v, u, counts), of sum 1, as a column."""
    radius = radius_of_pixels(DETECTOR, CENTRE)
    image = 20 * (radius < 2) + 5 * np.exp(-((radius - 8) / 3) ** 2)
    for v, u, strength in spots:
        image[v:v + 2, u:u + 2] += strength
    image += np.random.default_rng(seed).uniform(0, 0.3, DETECTOR)
    return (image / image.sum()).ravel()


FIRST, SECOND = [(12, 22, 30), (12, 6, 30)], [(5, 14, 30), (19, 13, 30)]
WEAKER = [(12, 22, 20), (12, 6, 20)]  # the first one again, and rounder


def components(*kinds, dtype=np.float64):
    """W (n_uv, n_k) of patterns with these spots, and maps."""
    W = np.array([pattern(*spots, seed=k) for k, spots in enumerate(kinds)]).T
    return W.astype(dtype), np.random.default_rng(9).uniform(1, 2, (len(kinds), 35)).astype(dtype)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_similarity_and_strength_are_those_of_numerics(dtype):
    W, _ = components(FIRST, [], SECOND, FIRST, dtype=dtype)
    found = dm.run("functions/merging.s", "image similarity, strength\nDiscSimilarity(W, MakeRings(nU, nV, u0, v0), "
                   "nU, nV, u0, v0, centralRadius, similarity, strength)", give="similarity strength", W=W, **PLACE)
    similarity, strength = disc_similarity(W.T.reshape((4,) + DETECTOR), CENTRE, CENTRAL_RADIUS)
    assert np.allclose(found.similarity, similarity, rtol=0, atol=TOLERANCE[dtype])
    assert np.allclose(found.strength, strength, rtol=TOLERANCE[dtype], atol=0)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("kinds, n_merged", [
    ([FIRST, [], SECOND], 0),
    ([FIRST, [], FIRST, SECOND], 1),
    ([SECOND, FIRST, FIRST, [], SECOND, FIRST], 3),
    ([FIRST, FIRST], 1),
    ([FIRST, WEAKER], 1),
    ([FIRST], 0),
])
def test_components_are_merged_as_in_numerics(kinds, n_merged, dtype):
    W, H = components(*kinds, dtype=dtype)
    found = dm.run("functions/merging.s", MERGE, give="n mergedW mergedH W H", W=W, H=H, **PLACE)
    expected_W, expected_H, events = merge_same_patterns(W, H, DETECTOR, CENTRE, CENTRAL_RADIUS)
    assert found.n == len(events) == n_merged
    assert np.allclose(found.mergedW, expected_W, rtol=TOLERANCE[dtype], atol=0) and found.mergedW.dtype == dtype
    assert np.allclose(found.mergedH, expected_H, rtol=TOLERANCE[dtype], atol=0)
    assert (found.W == W).all() and (found.H == H).all()  # the old images keep their pixels


@pytest.mark.parametrize("switches", dm.pixel_combinations(), ids=repr)
def test_no_switch_changes_a_merge(switches):
    W, H = components(FIRST, [], FIRST, SECOND)
    found = dm.run("functions/merging.s", MERGE, give="n mergedW mergedH", switches=switches, W=W, H=H, **PLACE)
    expected_W, expected_H, _ = merge_same_patterns(W, H, DETECTOR, CENTRE, CENTRAL_RADIUS)
    assert found.n == 1 and not found.workspace.warnings
    assert np.allclose(found.mergedW, expected_W, rtol=1e-10, atol=0)
    assert np.allclose(found.mergedH, expected_H, rtol=1e-10, atol=0)
