"""functions/random_start.s against numerics.random_start: the same digits, whatever DM does."""
import numpy as np
import pytest

from offline_reference.numerics.random_start import random_factors, uniform_random
from offline_reference.virtual_dm.script.errors import ScriptError
from offline_reference.virtual_dm.switches import one_at_a_time
from tests.agreement import dm

NEEDS = "functions/random_start.s"


@pytest.mark.parametrize("seed", [0, 1, 17, 30268, 2**31])
@pytest.mark.parametrize("count", [1, 2, 3, 1001, 32768])
def test_random_numbers_are_numpys_to_the_last_bit(count, seed):
    found = dm.run(NEEDS, "image numbers := UniformRandomNumbers(count, seed)", give="numbers", count=count, seed=seed)
    assert found.numbers.dtype == np.float64
    assert np.array_equal(found.numbers, uniform_random(count, seed)[np.newaxis])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_random_factors_are_numpys_under_every_switch(dtype):
    expected_W, expected_H = random_factors(30, 56, 3, seed=5)
    for switches in (*dm.pixel_combinations(), *one_at_a_time("script")):
        found = dm.run(NEEDS, "RandomFactors(W, H, 5)", give="W H", switches=switches,
                       W=np.full((30, 3), np.nan, dtype), H=np.full((3, 56), np.nan, dtype))
        assert np.array_equal(found.W, expected_W.astype(dtype)) and np.array_equal(found.H, expected_H.astype(dtype))


@pytest.mark.parametrize("seed", [-1, 0.5])
def test_a_seed_that_is_no_whole_number_is_refused(seed):
    with pytest.raises(ScriptError, match="no whole number from 0"):
        dm.run(NEEDS, "UniformRandomNumbers(4, seed)", seed=seed)
