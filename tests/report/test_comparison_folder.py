"""The folder of a comparison: components matched whatever their order and number."""
import json

import numpy as np
import pytest

from offline_reference import report
from offline_reference.numerics.errors import RefusedError
from offline_reference.report import comparison_folder
from offline_reference.report.comparison_folder import matched

from .conftest import make_dataset
from .page import Page


def results(name, diffractions, maps, **record):
    axes = make_dataset(diffractions.shape[1:], maps.shape[1:]).axes
    return report.Results(name, diffractions, maps, record, axes)


@pytest.fixture
def trio():
    """A, the same in another order, and B, which lacks one component."""
    random = np.random.default_rng(0)
    diffractions, maps = random.random((3, 11, 12)) ** 4, random.random((3, 7, 8))
    diffractions /= diffractions.sum((1, 2), keepdims=True)
    return [
        results("a", diffractions, maps, method="als", mean_squared_error=2.5, input={"path": "one.dm4"}),
        results("turned", diffractions[[2, 0, 1]], maps[[2, 0, 1]], method="mu", mean_squared_error=3.5),
        results("fewer", diffractions[[2, 0]], maps[[2, 0]], method="mu", events=["iteration 5: restarted."]),
    ]


def test_components_are_matched_by_their_diffractions(trio):
    a, turned, fewer = trio
    assert matched(a, a) == [0, 1, 2]
    assert matched(a, turned) == [1, 2, 0]
    assert matched(a, fewer) == [1, None, 0]


def test_the_folder_says_what_belongs_to_what(tmp_path, trio, run):
    report.write_comparison(tmp_path / "cmp", trio, {**run, "measures": {"a": {"hole index": 0.01}}})
    assert {path.name for path in (tmp_path / "cmp").iterdir()} == set(comparison_folder.FILES)
    record = json.loads((tmp_path / "cmp" / "result.json").read_text("ascii"))
    assert record["reference"] == "a"
    assert [one["component_of_reference"] for one in record["compared"]] == [[1, 2, 3], [2, 3, 1], [2, None, 1]]
    assert record["compared"][1]["map_correlation"] == pytest.approx([1, 1, 1])
    assert record["compared"][2]["spot_similarity"][1] is None
    page = Page((tmp_path / "cmp" / "report.html").read_text("utf-8"))
    page.assert_sound()
    assert page.text.count("no counterpart") == 2  # its place in the figure, its place in the table
    for fact in ("2.500", "3.500", "hole index", "0.01", "Notes on fewer iteration 5: restarted."):
        assert fact in page.text
    assert len(page.pngs()) == 4 * 8


def test_the_largest_set_is_the_reference_wherever_it_stands(tmp_path, trio, run):
    report.write_comparison(tmp_path / "cmp", trio[::-1], run)
    record = json.loads((tmp_path / "cmp" / "result.json").read_text("ascii"))
    assert record["reference"] == "turned"
    assert [one["name"] for one in record["compared"]] == ["fewer", "turned", "a"]


def test_results_of_different_files_are_compared_with_a_warning(tmp_path, trio, run):
    trio[1].record["input"] = {"path": "two.dm4"}
    report.write_comparison(tmp_path / "cmp", trio, run)
    assert "2 different files (one.dm4, two.dm4)" in (tmp_path / "cmp" / "report.html").read_text("utf-8")


def test_what_cannot_be_compared_is_refused_and_nothing_is_written(tmp_path, trio, run):
    a = trio[0]
    other_scan = results("b", a.diffractions, a.maps.transpose(0, 2, 1))
    broken = results("c", a.diffractions, np.full_like(a.maps, np.nan))
    for group, message in (([a], "at least two"), ([a, a], "called 'a'"),
                           ([a, other_scan], r"\(11, 12, 7, 8\) and 'b' has \(11, 12, 8, 7\)"),
                           ([a, broken], "'c' holds values that are not finite")):
        with pytest.raises(RefusedError, match=message):
            report.write_comparison(tmp_path / "cmp", group, run)
    assert list(tmp_path.iterdir()) == []


def test_a_written_factorization_can_be_read_and_compared(tmp_path, dataset, factors, run):
    for name in ("one", "two"):
        report.write_results(tmp_path / name, dataset, factors, run)
    report.write_comparison(tmp_path / "cmp", [report.read_results(tmp_path / name) for name in ("one", "two")], run)
    assert json.loads((tmp_path / "cmp" / "result.json").read_text("ascii"))["compared"][1]["name"] == "two"
