"""Supplement S5: PCA and varimax (Fig. S3), scree plot of a glass (Fig. S4).

Limits are from 24 other datasets (seeds 1100 to 1123) of this size. The negative part of the worst diffraction and map
was 49 % at least for PCA, that of the worst varimax map 19 %. Dark dips (hole index above 0.1) were in 20 of 24 after
varimax of the centred components, in 1 of 24 where the mean was kept.
"""
import numpy as np
import pytest

from offline_reference.claims import s5_principal_components, s5_scree_of_glass
from offline_reference.claims.claim import DOES_NOT, IN_PART, REPRODUCES

SEEDS = range(2000, 2010)


@pytest.fixture(scope="module")
def rotated():
    return [s5_principal_components.measure(seed, "quick") for seed in SEEDS]


@pytest.fixture(scope="module")
def screes():
    return [s5_scree_of_glass.measure(seed, "quick") for seed in SEEDS]


@pytest.mark.parametrize("kind", s5_principal_components.KINDS)
def test_principal_components_are_negative(rotated, kind):
    for one in rotated:
        assert max(one[kind]["PCA"]["diffractions"]) > 0.3
        assert max(one[kind]["PCA"]["maps"]) > 0.3


@pytest.mark.parametrize("kind", s5_principal_components.KINDS)
def test_varimax_leaves_negative_values_in_a_map(rotated, kind):
    assert all(max(one[kind]["varimax"]["maps"]) > 0.1 for one in rotated)


def test_varimax_of_centred_components_leaves_dark_dips(rotated):
    assert dips(rotated, "mean subtracted") >= 5


def test_varimax_leaves_hardly_any_dips_where_the_mean_was_kept(rotated):
    """Not in the paper: the dips come from the mean that was subtracted."""
    assert dips(rotated, "mean kept") <= 3


@pytest.mark.xfail(reason="S5 says they disappear; in 8 of 24 datasets more than half of PCA's negative part is left")
def test_varimax_removes_the_negative_peaks_of_diffractions(rotated):
    for one in rotated:
        left, before = (max(one["mean subtracted"][method]["diffractions"]) for method in ("varimax", "PCA"))
        assert left < 0.5 * before


def test_the_sentence_tells_both_kinds_apart(rotated):
    found = s5_principal_components.claim(rotated)
    assert found.key == "s5-varimax" and found.verdict == IN_PART
    assert "dark dips in {}".format("{} of 10".format(dips(rotated, "mean subtracted"))
                                    if dips(rotated, "mean subtracted") < 10 else "all 10") in found.sentence
    assert "With the mean kept" in found.sentence


def test_no_elbow_on_glass_like_data(screes):
    """23 of 24; the largest step between neighbouring strengths was 1.3 to 1.9."""
    assert sum(one["glass-like"]["suggested"] is None for one in screes) >= 8
    assert max(one["glass-like"]["largest_step"] for one in screes) < 2.4


def test_an_elbow_where_there_are_few_components(screes):
    """The control, without which "no elbow" would say nothing: 24 of 24, steps of 3 to 8."""
    assert sum(one["3 crystals"]["suggested"] == 4 for one in screes) >= 9
    assert np.median([one["3 crystals"]["largest_step"] for one in screes]) > 3


def test_the_scree_sentence_counts_what_was_measured(screes):
    found = s5_scree_of_glass.claim(screes)
    assert found.key == "s5-scree" and found.verdict in (REPRODUCES, IN_PART)
    with_elbow = [{**one, "glass-like": {**one["glass-like"], "suggested": 4}} for one in screes]
    found = s5_scree_of_glass.claim(with_elbow)
    assert found.verdict == DOES_NOT
    assert "no elbow is found in none of 10 datasets" in found.sentence


def dips(rotated, kind):
    """In how many datasets varimax leaves dark dips."""
    return sum(one[kind]["varimax"]["holes"] > s5_principal_components.SEEN_HOLES for one in rotated)
