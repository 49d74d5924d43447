"""One crystal found twice becomes one component again, and the freed one starts round."""
import numpy as np
import pytest

from offline_reference.numerics.merging import disc_similarity, merge_same_patterns
from offline_reference.numerics.metrics import azimuthal_median
from offline_reference.numerics.polar import radius_of_pixels
from offline_reference.numerics.unfold import W_from_diffractions, diffractions_from_W

DETECTOR, CENTRE, CENTRAL_RADIUS = (32, 38), (16.0, 19.0), 3.0
PLACE = {"detector": DETECTOR, "centre": CENTRE, "central_radius": CENTRAL_RADIUS}


def pattern(*spots, scale=1.0):
    """A halo, a central disc and spots (v, u, counts), of sum 1; spots change the sum, so halos differ a little."""
    radius = radius_of_pixels(DETECTOR, CENTRE)
    image = 20 * (radius < 2) + 5 * np.exp(-((radius - 8) / 3) ** 2)
    for v, u, strength in spots:
        image[v:v + 2, u:u + 2] += strength
    return scale * image / image.sum()


AMORPHOUS = pattern()
FIRST, SECOND = pattern((16, 28, 30), (15, 9, 30)), pattern((8, 19, 30), (24, 18, 30))


def torn_crystal():
    """The first crystal twice, each with a half of its map."""
    whole = np.random.default_rng(0).uniform(1, 2, (3, 35))
    left = np.arange(35) < 14
    W = W_from_diffractions(np.stack([FIRST, AMORPHOUS, FIRST, SECOND]))
    H = np.stack([whole[0] * left, 5 * whole[1], whole[0] * ~left, whole[2]])
    return W, H, whole


class TestDiscSimilarity:
    def test_the_same_discs_are_alike_and_others_are_not(self):
        similarity, strength = disc_similarity(np.stack([FIRST, AMORPHOUS, SECOND, FIRST]), CENTRE, CENTRAL_RADIUS)
        assert similarity[0, 3] == pytest.approx(1)
        assert abs(similarity[0, 2]) < 0.1
        assert strength[1] < 0.3 * min(strength[0], strength[2])

    def test_what_lies_in_the_central_disc_and_the_corners_does_not_count(self):
        with_more = FIRST.copy()
        with_more[16, 20] += 1
        with_more[0, 0] += 1
        similarity, _ = disc_similarity(np.stack([FIRST, with_more]), CENTRE, CENTRAL_RADIUS)
        assert similarity[0, 1] > 0.999

    def test_strength_does_not_depend_on_the_scale(self):
        _, strength = disc_similarity(np.stack([FIRST, 7 * FIRST]), CENTRE, CENTRAL_RADIUS)
        assert strength[0] == pytest.approx(strength[1])


class TestMerge:
    def test_a_torn_map_is_whole_again(self):
        W, H, whole = torn_crystal()
        merged_W, merged_H, events = merge_same_patterns(W, H, **PLACE)
        assert np.allclose(merged_W[:, 0], W[:, 0], rtol=1e-12, atol=0)
        assert np.allclose(merged_H[0], whole[0], rtol=1e-12, atol=0)
        assert np.array_equal(merged_W[:, [1, 3]], W[:, [1, 3]]) and np.array_equal(merged_H[3], H[3])
        assert len(events) == 1 and "the same Bragg discs (similarity 1.00): they were merged" in events[0]

    def test_the_freed_component_is_round_and_takes_its_map_from_the_roundest(self):
        W, H, _ = torn_crystal()
        merged_W, merged_H, _ = merge_same_patterns(W, H, **PLACE)
        freed = diffractions_from_W(merged_W, DETECTOR)[2]
        assert np.array_equal(azimuthal_median(freed, CENTRE), freed)
        assert freed.sum() == pytest.approx(1)
        assert np.allclose(merged_H[1] + merged_H[2], H[1], rtol=1e-12, atol=0)
        assert merged_H.sum() == pytest.approx(H.sum())
        assert merged_H[2].min() > 0

    def test_two_noisy_versions_are_averaged_by_their_shares(self):
        random = np.random.default_rng(1)
        W, H, _ = torn_crystal()
        W[:, [0, 2]] *= random.uniform(0.95, 1.05, (W.shape[0], 2))
        W /= W.sum(axis=0)
        merged_W, _, events = merge_same_patterns(W, H, **PLACE)
        shares = H[[0, 2]].sum(axis=1)
        expected = (shares[0] * W[:, 0] + shares[1] * W[:, 2]) / shares.sum()
        assert np.allclose(merged_W[:, 0], expected, rtol=1e-12, atol=0)
        assert len(events) == 1

    def test_three_of_a_kind_become_one(self):
        W = W_from_diffractions(np.stack([FIRST, AMORPHOUS, FIRST, SECOND, FIRST]))
        H = np.random.default_rng(0).uniform(1, 2, (5, 35))
        merged_W, merged_H, events = merge_same_patterns(W, H, **PLACE)
        assert len(events) == 2
        assert np.allclose(merged_H[0], H[[0, 2, 4]].sum(axis=0), rtol=1e-12, atol=0)
        assert np.isfinite(merged_W).all() and np.allclose(merged_W.sum(axis=0), 1)

    def test_different_crystals_are_left_alone(self):
        W = W_from_diffractions(np.stack([FIRST, AMORPHOUS, SECOND]))
        H = np.random.default_rng(0).uniform(1, 2, (3, 35))
        merged_W, merged_H, events = merge_same_patterns(W, H, **PLACE)
        assert merged_W is W and merged_H is H and list(events) == []

    def test_a_single_component_has_no_twin(self):
        W, H = W_from_diffractions(FIRST[None]), np.ones((1, 35))
        assert merge_same_patterns(W, H, **PLACE)[0] is W

    def test_the_input_is_not_changed(self):
        W, H, _ = torn_crystal()
        before = W.copy(), H.copy()
        merge_same_patterns(W, H, **PLACE)
        assert np.array_equal(W, before[0]) and np.array_equal(H, before[1])

    def test_the_threshold_decides(self):
        W, H, _ = torn_crystal()
        assert list(merge_same_patterns(W, H, threshold=1.1, **PLACE)[2]) == []
