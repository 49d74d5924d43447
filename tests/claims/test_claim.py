"""Words for numbers over seeds, and verdicts."""
import pytest

from offline_reference.claims.claim import DOES_NOT, IN_PART, REPRODUCES, holds, how_often, number, spread, verdict_of
from offline_reference.claims.measures import negative_share


@pytest.mark.parametrize("value, words", [(0.2149, "0.21"), (7.2e-8, "7.2×10⁻⁸"), (0, "0"), (0.04, "0.04"),
                                          (1948.0, "1.9×10³")])
def test_numbers_are_written_as_a_person_does(value, words):
    assert number(value) == words


def test_spread_is_the_median_with_smallest_and_largest():
    assert spread([3.0, 1.0, 2.0, 10.0]) == "2.5 (1 to 10)"
    assert spread([float("nan"), 4.0]) == "4 (4 to 4)"
    assert spread([float("nan")]) == "not known"


@pytest.mark.parametrize("found, words", [([True] * 3, "all 3"), ([True, False, True], "2 of 3"),
                                          ([False] * 3, "none of 3")])
def test_how_often_counts(found, words):
    assert how_often(found) == words


def test_a_part_holds_from_eight_of_ten_on():
    assert holds([True] * 8 + [False] * 2)
    assert not holds([True] * 7 + [False] * 3)


@pytest.mark.parametrize("parts, verdict", [((True, True), REPRODUCES), ((True, False), IN_PART),
                                            ((False, False), DOES_NOT)])
def test_a_claim_reproduces_whole_in_part_or_not(parts, verdict):
    assert verdict_of(*parts) == verdict


def test_negative_share_is_the_part_of_absolute_values_below_zero():
    assert negative_share([[1.0, -1.0], [2.0, 0.0]]) == pytest.approx(0.25)
    assert negative_share([[1.0, 2.0]]) == 0
    assert negative_share([[0.0, 0.0]]) == 0
