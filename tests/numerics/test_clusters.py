"""Integrated clusters: members turned into register and weighted, maps summed."""
import numpy as np
import pytest
from scipy.ndimage import affine_transform

from offline_reference.numerics.clusters import integrate, rotated
from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.similarity import pattern_similarity
from tests.numerics.test_similarity import CENTRE, DETECTOR, alike, difference, pattern

TURNS = (0.0, 35.0, -70.0)


def members():
    """Three turned copies of one crystal and one of another; maps of 3, 1, 2 and 5 counts a position."""
    images = np.array([pattern(turn) for turn in TURNS] + [pattern(spots=((9, 0), (14, 100)))])
    images /= images.sum(axis=(1, 2), keepdims=True)
    maps = np.array([3.0, 1.0, 2.0, 5.0])[:, None, None] * np.arange(1, 13).reshape(3, 4)
    return images, maps, np.array([0, 0, 0, 1])


def integrated(**how):
    images, maps, labels = members()
    similarity = pattern_similarity(images, centre=CENTRE, inner_radius=5)
    return images, maps, integrate(images, maps, labels, similarity, CENTRE, **how)


@pytest.mark.parametrize("angle", [0.0, 30.0, -100.5, 180.0])
@pytest.mark.parametrize("mirror", [False, True])
def test_rotated_is_scipys_linear_interpolation(angle, mirror):
    image = np.random.default_rng(0).random((15, 18))
    centre = np.array([6.8, 9.1])
    a = np.deg2rad(angle)
    turn = np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]) @ np.diag([1, -1 if mirror else 1])
    back = np.linalg.inv(turn)
    expected = affine_transform(image, back, centre - back @ centre, order=1, mode="constant")
    inside = affine_transform(np.ones_like(image), back, centre - back @ centre, order=1, mode="constant") > 0.999
    assert inside.sum() > 80
    assert np.allclose(rotated(image, angle, centre, mirror)[inside], expected[inside], rtol=0, atol=1e-8)


def test_no_turn_changes_nothing():
    image = np.random.default_rng(0).random((5, 6))
    assert np.array_equal(rotated(image, 0, (2.2, 3.1)), image)


def test_maps_are_summed_and_counts_kept():
    _, maps, found = integrated()
    assert np.array_equal(found.maps[0], maps[:3].sum(axis=0)) and np.array_equal(found.maps[1], maps[3])
    assert [one.tolist() for one in found.members] == [[0, 1, 2], [3]]


def test_the_angles_lead_from_the_cluster_to_its_members():
    images, _, found = integrated()
    reference = found.references[0]
    assert difference(found.angles[:3], np.array(TURNS) - TURNS[reference]).max() < 0.5
    assert found.angles[reference] == 0 and found.angles[3] == 0
    for k in range(3):
        turned = rotated(found.diffractions[0], found.angles[k], CENTRE)
        assert alike(turned, images[k]) > 0.97


def test_members_are_turned_into_register_before_they_are_averaged():
    images, _, found = integrated()
    reference = images[found.references[0]]
    correlation = alike(found.diffractions[0], reference)
    assert correlation > 0.98 > 0.9 > alike(images[:3].mean(axis=0), reference)
    assert np.allclose(found.diffractions.sum(axis=(1, 2)), 1)


def test_members_weigh_as_many_counts_as_they_have():
    """Two members in the same orientation, of 1 and 3 counts, so that nothing is interpolated."""
    images, _, _ = members()
    second = images[0] * np.linspace(0.9, 1.1, DETECTOR[1])
    stack = np.array([images[0], second / second.sum()])
    maps = np.array([1.0, 3.0])[:, None, None] * np.ones((2, 3, 4))
    similarity = pattern_similarity(stack, centre=CENTRE, inner_radius=5)
    similarity.angles[:] = 0
    found = integrate(stack, maps, np.array([0, 0]), similarity, CENTRE)
    assert np.allclose(found.diffractions[0], (stack[0] + 3 * stack[1]) / 4, rtol=1e-12, atol=0)


def test_a_mirrored_member_is_mirrored_back():
    stack = np.array([pattern(), pattern(25, mirror=True)])
    similarity = pattern_similarity(stack, centre=CENTRE, inner_radius=5, mirror=True)
    found = integrate(stack, np.ones((2, 3, 4)), np.array([0, 0]), similarity, CENTRE)
    assert found.mirrored.tolist() == [False, True]
    assert alike(found.diffractions[0], stack[0]) > 0.98


def test_corners_and_bad_pixels_are_averaged_over_those_who_have_them():
    """Flat patterns stay flat up to the corners, although a turned one does not reach there; a bad pixel is filled."""
    mask = np.ones(DETECTOR, dtype=bool)
    mask[30, 40] = False
    stack = np.ones((2,) + DETECTOR) * mask
    similarity = pattern_similarity([pattern(), pattern(45)], centre=CENTRE, inner_radius=5)
    flat = integrate(stack, np.ones((2, 3, 4)), np.array([0, 0]), similarity, CENTRE, mask).diffractions[0]
    assert np.allclose(flat, flat.max(), rtol=1e-9, atol=0)


def test_a_cluster_without_counts_is_averaged_evenly():
    images, maps, labels = members()
    found = integrate(images, 0 * maps, labels, pattern_similarity(images, centre=CENTRE, inner_radius=5), CENTRE)
    assert np.isfinite(found.diffractions).all() and np.allclose(found.diffractions.sum(axis=(1, 2)), 1)


@pytest.mark.parametrize("labels, words", [([0, 0, 2, 1], None), ([0, 2, 2, 2], "without a gap"),
                                           ([0, 0, 1], "do not belong together")])
def test_labels_that_fit_nothing_are_refused(labels, words):
    images, maps, _ = members()
    similarity = pattern_similarity(images, centre=CENTRE, inner_radius=5)
    if words is None:
        assert len(integrate(images, maps, np.array(labels), similarity, CENTRE).maps) == 3
        return
    with pytest.raises(RefusedError, match=words):
        integrate(images, maps, np.array(labels), similarity, CENTRE)
