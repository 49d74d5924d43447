"""Similarity of diffractions: known turns come back, whatever the detector, the mirror, or a beam stop."""
import numpy as np
import pytest

from offline_reference.numerics import memory
from offline_reference.numerics.clusters import rotated
from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.similarity import (
    disc_part,
    pattern_similarity,
    rotational_symmetry,
    turned_autocorrelation,
)

DETECTOR, CENTRE = (44, 52), (21.3, 26.4)
SPOTS = ((9, 20), (12, 75), (8, 150), (15, 200), (11, 310))  # radius [pixel], angle [degrees]


def pattern(turn=0.0, mirror=False, spots=SPOTS, centre=CENTRE, detector=DETECTOR):
    """A central disc and soft spots, drawn at their turned places, so that no interpolation of ours is in it."""
    v, u = np.indices(detector)
    image = 5.0 * (np.hypot(v - centre[0], u - centre[1]) < 3)
    for radius, angle in spots:
        at = np.deg2rad((-angle if mirror else angle) + turn)
        image = image + np.exp(-((v - centre[0] - radius * np.cos(at)) ** 2
                                 + (u - centre[1] - radius * np.sin(at)) ** 2) / 4)
    return image


def alike(image, other):
    """Correlation outside the central disc, whose sharp edge any interpolation rounds."""
    v, u = np.indices(DETECTOR)
    outside = np.hypot(v - CENTRE[0], u - CENTRE[1]) > 5
    return np.corrcoef(image[outside], other[outside])[0, 1]


def difference(angle, expected):
    """Between two angles, in degrees, whatever the full turns between them."""
    return abs((np.asarray(angle) - expected + 180) % 360 - 180)


@pytest.mark.parametrize("turn", [0.0, 17.0, 90.0, -123.4, 179.0])
def test_a_known_turn_comes_back(turn):
    found = pattern_similarity([pattern(), pattern(turn)], centre=CENTRE, inner_radius=5)
    assert found.values[0, 1] > 0.99
    assert difference(found.angles[0, 1], turn) < 0.5  # a sixth of the angle between samples at the rim
    assert found.angles[1, 0] == -found.angles[0, 1]


def test_positive_angles_go_from_rows_to_columns():
    """A spot below the centre (along v) turns by 90 degrees to the right of it (along u)."""
    below, right = (pattern(spots=[(12, angle)]) for angle in (0, 90))
    assert np.unravel_index(np.argmax(below * (pattern(spots=[]) == 0)), DETECTOR)[0] > CENTRE[0] + 5
    found = pattern_similarity([below, right], centre=CENTRE, inner_radius=5)
    assert found.angles[0, 1] == pytest.approx(90, abs=0.5)
    assert alike(rotated(below, 90, CENTRE), right) > 0.98


def test_turning_one_pattern_by_the_angle_lays_it_on_the_other():
    first, second = pattern(), pattern(-64.0)
    angle = pattern_similarity([first, second], centre=CENTRE, inner_radius=5).angles[0, 1]
    assert alike(rotated(first, angle, CENTRE), second) > 0.98


def test_different_patterns_are_less_alike_than_turned_ones():
    other = pattern(spots=((9, 0), (14, 60), (10, 120), (13, 240)))
    values = pattern_similarity([pattern(), pattern(40), other], centre=CENTRE, inner_radius=5).values
    assert values[0, 1] > 0.99 and values[0, 2] < 0.8


def test_the_value_is_the_correlation_coefficient_of_turned_polar_samples():
    """Against the definition, one turn of the 176 after the other."""
    from offline_reference.numerics.polar import PolarGrid

    a, b = pattern(), pattern(33, spots=SPOTS[:3])
    grid = PolarGrid(DETECTOR, CENTRE)
    rings = np.arange(5, 18)  # the rim of the upper edge is 21.3 pixels away
    polar = [grid.sample(one.reshape(-1, 1))[0][rings] for one in (a, b)]
    weight = np.repeat(rings[:, None], grid.n_angles, axis=1) / (rings.sum() * grid.n_angles)
    polar = [one - (weight * one).sum() for one in polar]
    norms = [np.sqrt((weight * one ** 2).sum()) for one in polar]
    every = [(weight * np.roll(polar[0], turn, axis=1) * polar[1]).sum() / norms[0] / norms[1]
             for turn in range(grid.n_angles)]
    found = pattern_similarity([a, b], centre=CENTRE, inner_radius=5, outer_radius=17)
    assert found.values[0, 1] == pytest.approx(max(every), rel=1e-9)
    assert difference(found.angles[0, 1], 360 * np.argmax(every) / grid.n_angles) <= 360 / grid.n_angles


def test_the_mirror_image_is_found_only_when_asked_for():
    images = [pattern(), pattern(25, mirror=True), pattern(-50)]
    plain = pattern_similarity(images, centre=CENTRE, inner_radius=5)
    both = pattern_similarity(images, centre=CENTRE, inner_radius=5, mirror=True)
    assert plain.values[0, 1] < 0.8 and not plain.mirrored.any()
    assert both.values[0, 1] > 0.99 and both.mirrored[0, 1] and both.mirrored[1, 0] and not both.mirrored[0, 2]
    assert difference(both.angles[0, 1], 25) < 0.5 and difference(both.angles[0, 2], -50) < 0.5
    for i, j in ((0, 1), (1, 0), (1, 2), (2, 1)):
        laid = rotated(images[i], both.angles[i, j], CENTRE, both.mirrored[i, j])
        assert alike(laid, images[j]) > 0.98


def test_a_beam_stop_does_not_decide():
    """A bar hides the disc and some spots of two different orientations; without a mask its shadow is what is alike."""
    mask = np.ones(DETECTOR, dtype=bool)
    mask[20:24, :30] = False
    images = [pattern() * mask, pattern(100) * mask]
    found = pattern_similarity(images, centre=CENTRE, inner_radius=5, mask=mask)
    assert found.values[0, 1] > 0.98
    assert difference(found.angles[0, 1], 100) < 1
    assert pattern_similarity(images, centre=CENTRE, inner_radius=5).values[0, 1] < found.values[0, 1] - 0.005


def test_what_lies_inside_the_inner_radius_does_not_count():
    values = [pattern_similarity([pattern(), pattern(spots=((12, 10), (9, 100)))], centre=CENTRE,
                                 inner_radius=inner).values[0, 1] for inner in (0, 5)]
    assert values[0] > values[1] + 0.1


def test_a_flat_pattern_is_like_nothing_but_itself():
    values = pattern_similarity([pattern(), np.ones(DETECTOR)], centre=CENTRE).values
    assert np.array_equal(values, np.diag(np.diag(values))) and values[1, 1] == 1


def test_brightness_and_background_do_not_count():
    values = pattern_similarity([pattern(), 7 * pattern(12) + 3], centre=CENTRE, inner_radius=5).values
    assert values[0, 1] > 0.99


def test_cosine_and_correlation_are_those_of_the_pixels():
    images = np.random.default_rng(0).random((3, 7, 8))
    flat = images.reshape(3, -1)
    assert np.allclose(pattern_similarity(images, "correlation").values, np.corrcoef(flat), rtol=0, atol=1e-12)
    norms = np.linalg.norm(flat, axis=1)
    assert np.allclose(pattern_similarity(images, "cosine").values, flat @ flat.T / np.outer(norms, norms), rtol=0,
                       atol=1e-12)


def test_cosine_looks_only_between_the_radii_and_at_good_pixels():
    images = np.random.default_rng(0).random((2, 7, 8))
    mask = np.random.default_rng(1).random((7, 8)) > 0.3
    v, u = np.indices((7, 8))
    used = mask & (np.hypot(v - 3.5, u - 4) >= 2) & (np.hypot(v - 3.5, u - 4) <= 3.4)
    a, b = images[:, used]
    found = pattern_similarity(images, "cosine", inner_radius=2, outer_radius=3.4, mask=mask)
    assert found.values[0, 1] == pytest.approx(a @ b / np.linalg.norm(a) / np.linalg.norm(b), rel=1e-12)


def test_cross_correlation_finds_a_shift():
    image = np.zeros((20, 23))
    image[5:8, 6:11] = np.random.default_rng(0).random((3, 5)) + 1
    shifted = np.roll(image, (4, 7), axis=(0, 1))
    found = pattern_similarity([image, shifted], "cross-correlation")
    assert found.values[0, 1] > 0.9
    assert pattern_similarity([image, shifted], "correlation").values[0, 1] < 0.3
    assert not found.angles.any() and not found.mirrored.any()


@pytest.mark.parametrize("fold", [1, 2, 3, 4, 6])
def test_symmetry_is_counted(fold):
    spots = [(radius, angle + 360 * k / fold) for radius, angle in ((12, 10), (8, 47)) for k in range(fold)]
    assert rotational_symmetry([pattern(spots=spots)], CENTRE, 5).tolist() == [fold]


def halo():
    v, u = np.indices(DETECTOR)
    return np.exp(-((np.hypot(v - CENTRE[0], u - CENTRE[1]) - 11) / 3) ** 2)


def test_a_round_pattern_has_no_orientation_and_noise_no_symmetry():
    noise = np.random.default_rng(0).random(DETECTOR)
    assert rotational_symmetry([halo() + 0.1 * noise, noise, np.ones(DETECTOR)], CENTRE, 5).tolist() == [0, 1, 0]


def test_the_part_of_the_discs_is_none_for_rings_and_all_for_what_has_no_rings():
    """Spots on every ring as often above as below their mean have no round part."""
    v, u = np.indices(DETECTOR)
    angle = np.arctan2(u - CENTRE[1], v - CENTRE[0])
    rings, spokes, both = disc_part([halo(), np.cos(3 * angle), 4 * halo() + np.cos(3 * angle)], CENTRE, 5)
    assert rings < 0.02 and spokes > 0.99 and 0.4 < both < 0.7


def test_a_pattern_is_itself_without_a_turn():
    angles, values = turned_autocorrelation([pattern()], CENTRE, 5)
    assert values[0, angles == 0] == pytest.approx(1, abs=1e-9) and values.max() <= 1 + 1e-9

def test_the_outermost_ring_is_the_largest_that_is_whole_on_the_detector():
    """The centre is 18.3 pixels from the upper edge, the nearest one: 18 is the last whole ring."""
    images = np.random.default_rng(0).random((2,) + DETECTOR)
    default, whole, cut = (pattern_similarity(images, centre=(18.3, 26.4), outer_radius=radius).values[0, 1]
                           for radius in (None, 18, 20))
    assert default == whole != cut


def test_more_patterns_than_fit_into_memory_are_refused(monkeypatch):
    monkeypatch.setattr(memory, "available_bytes", lambda: 1e5)
    with pytest.raises(RefusedError, match="comparing 2 patterns of 44 x 52 pixels takes"):
        pattern_similarity([pattern(), pattern()], centre=CENTRE)


@pytest.mark.parametrize("settings, words", [
    ({"kind": "rotate"}, "'rotate' is unknown: choose one of rotation"),
    ({"inner_radius": 40}, "no ring with good pixels lies between"),
    ({"kind": "cosine", "inner_radius": 90}, "no good pixel lies between"),
    ({"centre": (60, 3)}, "lies outside the detector"),
])
def test_settings_without_meaning_are_refused(settings, words):
    with pytest.raises(RefusedError, match=words):
        pattern_similarity([pattern(), pattern()], **settings)


@pytest.mark.parametrize("images, words", [
    (np.ones((5, 6)), r"has shape \(5, 6\)"),
    (np.full((2, 6, 7), np.nan), "no finite real numbers"),
])
def test_what_is_no_stack_is_refused(images, words):
    with pytest.raises(RefusedError, match=words):
        pattern_similarity(images)
