"""functions/similarity.s against numerics/similarity.py, and the command similarity.s."""
import numpy as np
import pytest

from offline_reference.numerics.example_data import true_diffractions
from offline_reference.numerics.similarity import pattern_similarity
from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.script.builtins import fourier
from offline_reference.virtual_dm.script.errors import ScriptError
from offline_reference.virtual_dm.switches import one_at_a_time
from tests.agreement import dm

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


@pytest.mark.parametrize("settings, words", [
    ({"kind": "euclidean"}, "choose rotation"), ({"kind": "cosine", "inner": 40.0}, "wider ring"),
    ({"kind": "rotation", "inner": 12.0}, "smaller inner"), ({"kind": "cosine", "u0": -3.0}, "outside the detector"),
])
def test_what_cannot_be_compared_is_refused(settings, words):
    with pytest.raises((ScriptError, DMError), match=words):
        similarity(patterns(), **settings)
