"""simulate: data and truth, both or neither."""
import numpy as np
import pytest

from offline_reference import files

SMALL = ("simulate", "--scan", 6, 7, "--detector", 12, 13, "--crystals", 1, "--dose", 500)


@pytest.mark.parametrize("ending", ["dm4", "npz", "hspy"])
def test_a_simulated_file_comes_back_calibrated(run, ending):
    answer = run(*SMALL, "-o", "small." + ending)
    assert answer.code == 0 and "small-truth.npz" in answer.out
    dataset = files.read_4d("small." + ending)
    assert dataset.sizes == (12, 13, 6, 7)
    assert dataset.axes["y"].units == "nm" and dataset.axes["v"].units == "1/nm"
    assert dataset.instrument["voltage_kv"] == pytest.approx(200)


def test_an_npy_says_how_it_is_to_be_read(run):
    answer = run(*SMALL, "-o", "small.npy", "--order", "yxvu")
    assert np.load("small.npy").shape == (6, 7, 12, 13)
    assert "--order yxvu" in answer.out


def test_the_truth_explains_the_data(run):
    run(*SMALL, "-o", "small.npy")
    with np.load("small-truth.npz") as truth:
        expected = np.einsum("kvu,kyx->vuyx", truth["diffractions"], truth["maps"])
    counts = np.load("small.npy").astype(float)
    assert abs(counts.sum() - expected.sum()) < 5 * np.sqrt(expected.sum())  # 5 sigma of Poisson counts


def test_the_same_seed_gives_the_same_bytes(run):
    run(*SMALL, "-o", "a.npy", "--seed", 5)
    run(*SMALL, "-o", "b.npy", "--seed", 5)
    run(*SMALL, "-o", "c.npy", "--seed", 6)
    assert np.array_equal(np.load("a.npy"), np.load("b.npy"))
    assert not np.array_equal(np.load("a.npy"), np.load("c.npy"))


def test_precipitates_are_rotated_copies(run):
    assert run(*SMALL[:5], 20, 21, "--kind", "precipitates", "--crystals", 2, "-o", "p.npy").code == 0
    with np.load("p-truth.npz") as truth:
        assert sorted(set(truth["labels"])) == [0, 1, 2]


def test_an_existing_file_is_replaced_only_when_asked(run, refuses):
    run(*SMALL, "-o", "small.npy")
    refuses(*SMALL, "-o", "small.npy", "--seed", 1, saying=["small", "exists already", "--overwrite"])
    assert run(*SMALL, "-o", "small.npy", "--seed", 1, "--overwrite").code == 0


@pytest.mark.parametrize("words, phrase", [
    (("--dose", 0), "above 0"),
    (("--dose", "nan"), "above 0"),
    (("--dose", 1e9), "lower the dose"),
    (("--cutoff", 0.7), "Nyquist"),
    (("--scan", 0, 5), "too small"),
    (("--crystals", 0), "at least 1"),
    (("--seed", -1), "at least 0"),
    (("--dead-pixels", 1000), "more than the detector"),
    (("-o", "small.jpg"), ".dm4"),
    (("-o", "nowhere/small.dm4"), "does not exist"),
    (("--scan", 100000, 100000), "memory"),
])
def test_what_cannot_be_simulated_is_refused(refuses, words, phrase):
    refuses(*SMALL, *words, saying=phrase)
