"""functions/similarity.s against numerics/similarity.py, and the command similarity.s."""
import re

import numpy as np
import pytest

from offline_reference.numerics.example_data import true_diffractions
from offline_reference.numerics.polar import find_centre
from offline_reference.numerics.similarity import pattern_similarity
from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.images import Calibration, Image
from offline_reference.virtual_dm.script.builtins import fourier
from offline_reference.virtual_dm.script.errors import ScriptError
from offline_reference.virtual_dm.switches import one_at_a_time
from tests.agreement import commands, dm

LIBRARY = "functions/similarity.s"
WHERE = [{}, {"inner": 2.5}, {"inner": 2.0, "outer": 6.0}, {"u0": 7.75, "v0": 9.5, "inner": 1.5}]
KINDS = ("rotation", "cosine", "correlation", "cross-correlation")
DETECTOR = (20, 17)  # n_v, n_u
ALL_SWITCHES = list(one_at_a_time("script"))


def patterns(dtype=np.float64, noise=0.02):
    """Two lattices in several turns and an amorphous pattern, all with noise: no two angles are equally good."""
    clean = true_diffractions(DETECTOR, [1, 1, 2, 0, 2], [10.0, 57.0, 3.0, 0.0, 41.0])
    random = np.random.default_rng(3)
    return (1e3 * clean * (1 + noise * random.normal(size=clean.shape))).astype(dtype)


def similarity(stack, kind, u0=8.5, v0=10.0, inner=0.0, outer=0.0, switches=None):
    code = f'number nCompared\nimage values := PatternSimilarity(stack, "{kind}", u0, v0, inner, outer, "", nCompared)'
    return dm.run(LIBRARY, code, give="values nCompared", switches=switches, stack=stack, u0=u0, v0=v0, inner=inner,
                  outer=outer).values


def numpys(stack, kind, u0=8.5, v0=10.0, inner=0.0, outer=0.0):
    return pattern_similarity(stack, kind, (v0, u0), inner, outer or None).values


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("where", WHERE)
def test_values_are_numpys_in_double_precision(kind, where):
    np.testing.assert_allclose(similarity(patterns(), kind, switches=dm.double(), **where),
                               numpys(patterns(), kind, **where), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("switches", ALL_SWITCHES, ids=repr)
def test_values_are_numpys_in_single_precision_under_every_switch(kind, switches):
    stack = patterns(np.float32)
    np.testing.assert_allclose(similarity(stack, kind, inner=2.5, switches=switches), numpys(stack, kind, inner=2.5),
                               rtol=1e-4, atol=1e-5)


def turns(stack, switches=None, **where):
    """Turns of "rotation", and numerics' angles."""
    where = {"u0": 8.5, "v0": 10.0, "inner": 2.0, "outer": 0.0, **where}
    code = ('number nCompared\nimage turns\n'
            'PatternSimilarity(stack, "rotation", u0, v0, inner, outer, "", nCompared, turns)')
    found = dm.run(LIBRARY, code, give="turns", switches=switches, stack=stack, **where).turns
    return found, pattern_similarity(stack, "rotation", (where["v0"], where["u0"]), where["inner"]).angles


def test_turns_are_numpys_in_double_precision():
    found, expected = turns(patterns(), dm.double())
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-8)
    for turn, made in ((found[0, 1], 47), (found[4, 2], -38)):  # as patterns() turned them, but for 180 degrees
        assert abs((turn - made + 90) % 180 - 90) < 1


@pytest.mark.parametrize("switches", ALL_SWITCHES, ids=repr)
def test_turns_are_numpys_in_single_precision_under_every_switch(switches):
    found, expected = turns(patterns(np.float32), switches)
    np.testing.assert_allclose(found, expected, atol=0.02)  # degrees; a step is 5.3


def test_of_equally_good_turns_the_smallest_is_taken():
    """Without noise a crystal is the same after 180 degrees, and the larger turn is as good but for rounding."""
    found, expected = turns(true_diffractions((21, 21), [1, 1, 1], [20.0, 130.0, 10.0]), dm.double(), u0=10.5, v0=10.5)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert abs(found[0, 1] - (130 - 20 - 180)) < 1.5 and (abs(found) <= 90).all()


def test_patterns_without_turns_have_turn_zero():
    stack = patterns()
    stack[1] = 0
    assert (turns(stack)[0][1] == 0).all()
    code = 'number nCompared\nimage turns\nPatternSimilarity(stack, "cosine", 8, 9, 0, 0, "", nCompared, turns)'
    assert (dm.run(LIBRARY, code, give="turns", stack=stack).turns == 0).all()


def test_turned_crystals_are_alike_whatever_their_turn_and_lattices_differ():
    values = similarity(patterns(), "rotation", inner=3.0)
    assert values[0, 1] > 0.9 and values[2, 4] > 0.9
    assert max(values[0, 2], values[1, 2], values[0, 3], values[2, 3]) < 0.8
    without = similarity(patterns(), "correlation", inner=3.0)
    assert without[0, 1] < 0.5


def test_a_shifted_pattern_is_alike_over_shifts_alone():
    stack = np.zeros((2, 20, 17))
    stack[0, 6:9, 5:8], stack[1, 9:12, 4:7] = 1, 1
    assert similarity(stack, "cross-correlation")[0, 1] > 0.99
    assert similarity(stack, "cosine")[0, 1] == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_flat_pattern_is_like_none_but_itself(kind):
    stack = patterns()
    stack[1] = 0.0
    values = similarity(stack, kind)
    assert values[1].tolist() == [0, 1, 0, 0, 0] and values[0, 2] > 0.1


def test_integer_stacks_are_compared_as_well():
    stack = np.round(patterns() * 100).astype(np.uint16)
    found = similarity(stack, "rotation", switches=dm.double())
    np.testing.assert_allclose(found, numpys(stack, "rotation"), rtol=1e-10)


@pytest.mark.parametrize("kind", ["rotation", "cross-correlation"])
def test_where_transforms_put_shift_zero_and_how_they_are_scaled_does_not_matter(kind, monkeypatch):
    """script_reference 4.5 is one test suite's word; here the inverse is centred and three times as large."""
    expected, backward = numpys(patterns(), kind), fourier.backward
    monkeypatch.setattr(fourier, "backward", lambda spectrum: 3 * np.fft.fftshift(backward(spectrum)))
    np.testing.assert_allclose(similarity(patterns(), kind, switches=dm.double()), expected, rtol=1e-10)
    found, expected = turns(patterns(), dm.double())
    np.testing.assert_allclose(found, expected, atol=1e-8)


@pytest.mark.parametrize("kind, factor", [("cross-correlation", 4), ("rotation", 2)])
def test_patterns_that_need_too_much_memory_are_refused_before_any_is_taken(kind, factor):
    """The stack is a view of one pixel: 450 patterns of 512 x 512; each pixel of the pictures takes 24 bytes."""
    stack = Image(np.zeros((2, 4, 4), np.float32), "Stack")
    stack.pixels = np.broadcast_to(np.float32(0), (450, 512, 512))
    gigabytes = f"{factor * 512 * 512 * 450 * 24 / 1e9:.1f} GB"
    with pytest.raises((ScriptError, DMError), match=gigabytes):
        similarity(stack, kind, 256.0, 256.0)


@pytest.mark.parametrize("settings, words", [
    ({"kind": "euclidean"}, "choose rotation"), ({"kind": "cosine", "inner": 40.0}, "wider ring"),
    ({"kind": "rotation", "inner": 12.0}, "smaller inner"), ({"kind": "cosine", "u0": -3.0}, "outside the detector"),
])
def test_what_cannot_be_compared_is_refused(settings, words):
    with pytest.raises((ScriptError, DMError), match=words):
        similarity(patterns(), **settings)


# -- the command ------------------------------------------------------------------------------------------------------


def front(dtype=np.float32):
    """A stack as a factorization shows it."""
    image = Image(patterns(dtype), "Diffractions")
    for d in range(2):
        image.calibrations[d] = Calibration(8.0, 0.2, "1/nm")
    return image


def heatmap_of(answer, image=None, **options):
    image = image or front()
    workspace = commands.run("similarity.s", image, answers=[answer], **options)
    [heatmap] = commands.new_images(workspace, image)
    return workspace, heatmap


@pytest.mark.parametrize("entry, kind", list(enumerate(KINDS, start=1)))
def test_the_command_shows_a_heatmap_of_each_kind(entry, kind):
    _, heatmap = heatmap_of(f"kind={entry}; find=0; u0=8.25; v0=9.5; inner=2; outer=7")
    np.testing.assert_allclose(heatmap.pixels, numpys(patterns(np.float32), kind, 8.25, 9.5, 2.0, 7.0), atol=1e-5)
    note = heatmap.tags.to_plain()["Processing"][-1]
    assert (note["Operation"], note["Compared by"], note["Input"]) == ("Similarity", kind, "Diffractions")
    assert (note["Centre u"], note["Centre v"], note["Inner radius"], note["Outer radius"]) == (8.25, 9.5, 2, 7)


@pytest.mark.parametrize("switches", ALL_SWITCHES, ids=repr)
def test_the_command_finds_centre_and_central_disc(switches):
    _, heatmap = heatmap_of("kind=1; find=1", switches=switches)
    (v0, u0), radius = find_centre(patterns(np.float32).sum(axis=0, dtype=np.float64))
    expected = numpys(patterns(np.float32), "rotation", u0, v0, 1.1 * radius + 1.5)
    np.testing.assert_allclose(heatmap.pixels, expected, atol=1e-4)
    axis = heatmap.calibrations[0]
    assert [(i - axis.origin) * axis.scale for i in range(3)] == [1, 2, 3]  # rows and columns count from 1


def test_a_heatmap_has_no_scale_bar():
    """Its axes are numbers of patterns: a bar of 1.3 patterns says nothing."""
    workspace, heatmap = heatmap_of("kind=2; find=0")
    [display] = workspace.document_of(heatmap).root.children_of_type(20)
    assert display.children_of_type(31) == [] and display.contrast_limits == (0, 1)


def test_the_values_are_printed_as_a_table():
    workspace, heatmap = heatmap_of("kind=2; find=0")
    lines = [line.split("\t") for line in workspace.results.splitlines() if "\t" in line]
    assert lines[0] == ["pattern", "1", "2", "3", "4", "5"]
    np.testing.assert_allclose(np.array(lines[1:], dtype=float)[:, 1:], heatmap.pixels, atol=6e-5)


def test_turns_are_printed_and_shown_on_demand():
    image = front()
    workspace = commands.run("similarity.s", image, answers=["kind=1; find=0; inner=2; turns=1"])
    heatmap, shown = commands.new_images(workspace, image)
    np.testing.assert_allclose(heatmap.pixels, numpys(patterns(np.float32), "rotation", inner=2.0), atol=1e-5)
    expected = turns(patterns(np.float32))[1]
    np.testing.assert_allclose(shown.pixels, expected, atol=0.02)
    assert shown.intensity.units == "degrees" and shown.name == "Turns of Diffractions"
    lines = [line.split("\t") for line in workspace.results.splitlines() if "\t" in line]
    assert lines[6][0] == "turned by"
    np.testing.assert_allclose(np.array(lines[7:], dtype=float)[:, 1:], expected, atol=0.06)


def test_no_turns_are_shown_where_patterns_are_not_turned():
    workspace, heatmap = heatmap_of("kind=2; find=0; turns=1")
    assert "(cosine)" in heatmap.name and "turned by" not in workspace.results


@pytest.mark.parametrize("keys", [["esc@2"], ["shift@2", "+space"]])
def test_a_stopped_comparison_shows_what_it_has(keys):
    workspace, heatmap = heatmap_of("kind=1; find=0; inner=2", keys=keys)
    expected = numpys(patterns(np.float32), "rotation", inner=2.0)
    expected[2:, 2:] = np.eye(3)  # pairs of later patterns
    np.testing.assert_allclose(heatmap.pixels, expected, atol=1e-5)
    assert "stopped after pattern 2 of 5" in workspace.results


def test_a_cancelled_dialog_leaves_no_trace():
    workspace = commands.cancelled("similarity.s", front(), answers=["cancel"])
    assert workspace.results == ""


@pytest.mark.parametrize("pixels, words", [
    (np.ones((4, 5), np.float32), "this command needs 3"), (np.ones((1, 5, 6), np.float32), "one diffraction"),
    (np.ones((501, 2, 2), np.float32), "at most 500"), (np.full((3, 5, 6), np.nan, np.float32), "not finite"),
    (np.ones((3, 5, 6), np.complex64), "is complex"),
])
def test_images_that_are_no_stack_are_refused(pixels, words):
    assert words in commands.error_of("similarity.s", Image(pixels, "Stack"), answers=[])


def test_a_ring_that_is_not_there_is_refused_without_a_trace():
    message = commands.error_of("similarity.s", front(), answers=["kind=1; find=0; inner=30"])
    assert re.search(r"between the radii 30 and [1-9]\S* about .* smaller inner", message)  # 0 would be no limit
