"""The seeded start: a slow generator written out, stored numbers, and uniformity."""
import numpy as np
import pytest
from scipy.stats import kstest

from offline_reference.numerics.random_start import first_states, random_factors, uniform_random


def wichmann_hill_one_by_one(count, seed):
    """AS 183 as published, in Python's exact integers; the states of a seed as first_states documents them."""
    x, y, z = 1 + (7 * seed + 11) % 30268, 1 + (101 * seed + 22) % 30306, 1 + (1009 * seed + 33) % 30322
    numbers = []
    for _ in range(count):
        x, y, z = 171 * x % 30269, 172 * y % 30307, 170 * z % 30323
        numbers.append((x / 30269 + y / 30307 + z / 30323) % 1.0)
    return numbers


@pytest.mark.parametrize("seed", [0, 1, 12345, 10 ** 9])
@pytest.mark.parametrize("count", [1, 2, 3, 1000])
def test_numbers_are_those_of_the_published_generator(seed, count):
    assert uniform_random(count, seed).tolist() == wichmann_hill_one_by_one(count, seed)


def test_numbers_are_the_same_on_every_platform():
    """Worked by hand for seed 0: states 12, 23, 34, then 171 * 12, 172 * 23, 170 * 34."""
    assert first_states(0) == (12, 23, 34)
    first = (2052 / 30269 + 3956 / 30307 + 5780 / 30323) % 1
    assert uniform_random(1, 0)[0] == first == 0.3889374161348684
    # every sum is rounded alike in every IEEE double, so the digits are compared and not a tolerance
    assert uniform_random(5, 3).tolist() == [
        0.1974629578045859, 0.4553984508150848, 0.7429556136226306, 0.3608686287841434, 0.043281818989642895]


def test_no_state_is_zero_for_any_seed():
    """A zero would stay zero for ever and leave two of the three sequences."""
    for seed in (0, 30256, 30257, 30258, 60525, 2 ** 31):
        assert min(first_states(seed)) >= 1


def test_a_longer_draw_begins_with_the_shorter_one():
    assert np.array_equal(uniform_random(1000, 4)[:77], uniform_random(77, 4))


@pytest.mark.parametrize("skip", [0, 1, 7, 100000])
def test_a_draw_may_begin_later_in_the_sequence(skip):
    assert np.array_equal(uniform_random(5, 4, skip=skip), uniform_random(skip + 5, 4)[skip:])


def test_numbers_are_uniform_and_without_memory():
    numbers = uniform_random(20000, 1)
    assert 0 <= numbers.min() and numbers.max() < 1
    assert kstest(numbers, "uniform").pvalue > 0.01
    # the correlation of 20000 independent pairs scatters by 0.007
    assert abs(np.corrcoef(numbers[:-1], numbers[1:])[0, 1]) < 0.03


def test_neighbouring_seeds_give_unrelated_numbers():
    draws = np.array([uniform_random(5000, seed) for seed in range(5)])
    correlation = np.corrcoef(draws) - np.eye(5)
    assert np.abs(correlation).max() < 0.06  # independent draws of 5000 scatter by 0.014


def test_no_numbers_are_drawn_when_none_are_asked_for():
    assert uniform_random(0, 1).tolist() == []


def test_factors_take_the_numbers_map_by_map_and_then_the_diffractions():
    W, H = random_factors(5, 7, 2, seed=3)
    numbers = uniform_random(24, 3)
    assert W.shape == (5, 2) and H.shape == (2, 7)
    assert H[0].tolist() == numbers[:7].tolist() and H[1].tolist() == numbers[7:14].tolist()
    assert W[0].tolist() == numbers[14:16].tolist() and W[4].tolist() == numbers[22:24].tolist()
