"""compare: methods side by side, with artefacts that show without the truth."""
import json

import numpy as np
import pytest

from offline_reference import report
from offline_reference.cli import compare
from offline_reference.files import Axis


@pytest.fixture
def two(run, dm4):
    for method in ("als", "constrained"):
        run("factorize", dm4, "-n", 2, "--max-iter", 30, "--method", method, "-o", method)
    return "als", "constrained"


def results(diffractions, maps):
    axes = {name: Axis(name, size) for name, size in zip("vuyx", diffractions.shape[1:] + maps.shape[1:])}
    return report.Results("made up", diffractions, maps, {"parameters": {}}, axes)


def test_a_table_and_a_folder(run, two, workplace):
    answer = run("compare", *two)
    assert answer.code == 0, answer.err
    assert {path.name for path in (workplace / "comparison").iterdir()} == {
        "comparison.png", "report.html", "result.json"}
    header, *rows = answer.out.splitlines()[:3]
    assert header.split()[:3] == ["results", "K", "MSE"] and "out of band" in header and "dark peaks" in header
    assert [row.split()[0] for row in rows] == list(two)
    record = json.loads((workplace / "comparison" / "result.json").read_text())
    als, constrained = (one["measures"] for one in record["compared"])
    assert constrained["out of band"] < 1e-4 < als["out of band"]
    assert als["negative"] == constrained["negative"] == 0


def test_three_results_get_a_matrix_of_each_with_each(run, two, dm4, workplace):
    run("factorize", dm4, "-n", 3, "--max-iter", 30, "--method", "hals", "-o", "hals")
    answer = run("compare", *two, "hals", "-o", "c")
    assert "each with each" in answer.out
    parameters = json.loads((workplace / "c" / "result.json").read_text())["parameters"]
    for what in ("diffractions", "maps"):
        matrix = np.array(parameters["similarity_of_" + what])
        assert np.allclose(np.diag(matrix), 1) and np.allclose(matrix, matrix.T)


def test_a_hole_counts_as_a_dark_peak_with_its_volume():
    v, u = np.indices((24, 26))
    radius = np.hypot(v - 12, u - 13)
    flat = np.where(radius < 3, 50.0, 1.0)
    flat /= flat.sum()
    holed = flat.copy()
    holed[5, 13] = 0
    maps = np.ones((1, 4, 5))
    missing = compare.dark_peak_volume(results(holed[None], maps)) - compare.dark_peak_volume(results(flat[None], maps))
    assert missing == pytest.approx(flat[5, 13], rel=0.05)  # the reference is interpolated between radii


def test_negative_values_are_counted():
    rng = np.random.default_rng(0)
    diffractions, maps = rng.random((2, 14, 16)), rng.random((2, 5, 6))
    maps[0, 0, :5] = -1
    assert compare.measures(results(diffractions, maps))["negative"] == 5 / (2 * 14 * 16 + 2 * 5 * 6)


def test_two_folders_of_the_same_name_are_told_apart_by_their_paths(run, dm4, workplace):
    for place in ("first", "second"):
        (workplace / place).mkdir()
        run("factorize", dm4, "-n", 2, "--max-iter", 5, "--method", "als", "-o", place + "/als")
    answer = run("compare", "first/als", "second/als")
    assert answer.code == 0 and "first/als" in answer.out and "second/als" in answer.out


def test_what_cannot_be_compared_is_refused(refuses, run, two, npy):
    refuses("compare", "als", saying="at least two")
    refuses("compare", "als", "nothing", saying="no results folder")
    refuses("compare", *two, "--cutoff", 0.9, saying="Nyquist")
    pixels = np.random.default_rng(0).poisson(5, (6, 7, 8, 9)).astype(np.uint16)
    run("factorize", npy(pixels), "--order", "vuyx", "-n", 2, "--max-iter", 5, "--method", "als", "-o", "other")
    refuses("compare", "als", "other", saying="only results of the same data")
    run("compare", *two)
    refuses("compare", *two, saying="--overwrite")
