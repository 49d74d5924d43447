"""functions/example_data.s against numerics/example_data.py: the same truth, and the same counts one by one."""
import numpy as np
import pytest

from offline_reference.numerics.example_data import calibration, poisson_counts, simulate
from offline_reference.numerics.random_start import uniform_random
from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.script.errors import ScriptError
from offline_reference.virtual_dm.switches import one_at_a_time
from tests.agreement import dm

LIBRARY = "functions/example_data.s"
SCAN, DETECTOR = (9, 11), (20, 17)  # n_y, n_x and n_v, n_u
SIZES = {"nX": SCAN[1], "nY": SCAN[0], "nU": DETECTOR[1], "nV": DETECTOR[0]}
ALL_SWITCHES = list(one_at_a_time("script"))


def example(order="vuyx", switches=None, n_crystals=3, dose=2000, seed=0, **sizes):
    code = f'image data := ExampleData(nX, nY, nU, nV, nK, dose, seed, "{order}")'
    sizes = {**SIZES, **sizes}
    return dm.run(LIBRARY, code, give="data", switches=switches, nK=n_crystals, dose=dose, seed=seed, **sizes).data


@pytest.mark.parametrize("switches", ALL_SWITCHES, ids=repr)
@pytest.mark.parametrize("order", ["vuyx", "yxvu"])
def test_counts_are_numpys_one_by_one(order, switches):
    found = example(order, switches, seed=3)
    assert found.dtype == np.uint16
    assert np.array_equal(found, simulate(SCAN, DETECTOR, seed=3, order=order).pixels)


@pytest.mark.parametrize("n_crystals, dose, seed", [(1, 50, 1), (6, 2000, 2), (4, 2500.5, 10 ** 8)])
def test_counts_are_numpys_for_any_specimen(n_crystals, dose, seed):
    assert np.array_equal(example("vuyx", None, n_crystals, dose, seed),
                          simulate(SCAN, DETECTOR, n_crystals, dose, seed).pixels)


def test_counts_of_the_default_sizes_are_numpys():
    """760 000 of them: one that differs would show rounding in the rule that makes counts."""
    found = example(nX=22, nY=24, nU=36, nV=40)
    assert np.array_equal(found, simulate().pixels)
    assert found.sum() == 1056020  # also written down in numerics' test: both could drift alike


@pytest.mark.parametrize("switches", ALL_SWITCHES, ids=repr)
def test_truth_is_numpys(switches):
    found = dm.run(LIBRARY, "image W := ExampleDiffractions(nU, nV, 5, 7)\nimage H := ExampleMaps(nX, nY, 5, 300, 7)",
                   give="W H", switches=switches, **SIZES)
    truth = simulate(SCAN, DETECTOR, 5, 300, 7)
    np.testing.assert_allclose(found.W, truth.diffractions.reshape(6, -1).T, rtol=1e-12)
    np.testing.assert_allclose(found.H, truth.maps.reshape(6, -1), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("rate", [0.0, 0.3, 40.0, 480.0])
def test_poisson_counts_are_numpys(rate):
    numbers = uniform_random(60, seed=2).reshape(6, 10)
    rates = rate * (1 + numbers[::-1])
    found = dm.run(LIBRARY, "image counts := PoissonCounts(rates, numbers)", give="counts", rates=rates,
                   numbers=numbers)
    assert np.array_equal(found.counts, poisson_counts(rates, numbers))


@pytest.mark.parametrize("skip", [0, 1, 1000, 12345678])
def test_random_numbers_may_begin_later(skip):
    found = dm.run("functions/random_start.s", "image numbers := UniformRandomNumbersAfter(9, 5, skip)", give="numbers",
                   skip=skip)
    assert np.array_equal(found.numbers.ravel(), uniform_random(9, 5, skip=skip))


@pytest.mark.parametrize("order", ["vuyx", "yxvu"])
@pytest.mark.parametrize("switches", ALL_SWITCHES, ids=repr)
def test_calibration_is_numpys_and_the_tag_tells_the_order(order, switches):
    code = f"""
image data := RealImage("", 4, 2, 2, 2, 2)
CalibrateExample(data, "{order}", nX, nY, nU, nV)
string found = AxisOrderOf(data)
number origin, scale
string units
image numbers := RealImage("", 8, 2, 4)
for (number d = 0; d < 4; d++)
{{
    data.ImageGetDimensionCalibration(d, origin, scale, units, 0)
    SetPixel(numbers, 0, d, origin)
    SetPixel(numbers, 1, d, scale)
}}"""
    found = dm.run(LIBRARY, code, give="found numbers", switches=switches, **SIZES)
    assert found.found == order
    axes = calibration(SCAN, DETECTOR)
    names = "xyuv" if order == "vuyx" else "uvxy"
    np.testing.assert_allclose(found.numbers, [axes[axis][:2] for axis in names], rtol=1e-12)


@pytest.mark.parametrize("settings, words", [
    ({"nX": 7}, "scan of 7 x 9"), ({"nV": 9.5}, "17 x 9.5"), ({"n_crystals": 7}, "7 crystals"),
    ({"n_crystals": 1.5}, "1.5 crystals"), ({"dose": 0}, "dose of 0"), ({"seed": -1}, "seed -1"),
    ({"seed": 0.5}, "seed 0.5"), ({"dose": 1e6}, "choose a dose of at most"),
])
def test_settings_that_cannot_be_are_refused(settings, words):
    with pytest.raises((ScriptError, DMError), match=words):
        example(**settings)


def test_the_highest_dose_is_numpys():
    """The refusal names it, and both count with it."""
    with pytest.raises(ScriptError) as refusal:
        example(dose=1e6)
    offered = float(str(refusal.value).split("at most ")[1].split(".")[0])
    assert np.array_equal(example(dose=offered), simulate(SCAN, DETECTOR, dose=offered).pixels)
