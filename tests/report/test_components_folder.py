"""The folder of a study of the number of components."""
import json
from types import SimpleNamespace

import numpy as np
import pytest

from offline_reference import report
from offline_reference.numerics.components import Curve
from offline_reference.report import components_folder

from .page import Page


@pytest.fixture
def study():
    errors = {"pca": np.array([4.0, 2.0, 1.5]), "als": np.array([4.0, 2.1, np.nan])}
    return SimpleNamespace(
        curve=Curve(np.array([1, 2, 3]), errors, np.array([90.0, 8.0, 1.01, 0.99]), 1.02, "cancelled"), suggested=2,
        reason="2 principal components stand above.", errors=errors,
        stability={"mean component": np.array([1, 0.98, 0.5])},
        artefacts={"dark peaks": {"als": np.array([0.01, 0.02, np.nan])}},
        residuals=(2, np.ones((5, 6)), np.full((7, 8), 1.2)))


def test_the_folder_holds_what_it_lists(tmp_path, dataset, run, study):
    report.write_components(tmp_path / "out", dataset, study, run)
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(components_folder.FILES)
    record = json.loads((tmp_path / "out" / "result.json").read_text("ascii"))
    assert record["suggested"] == 2 and record["errors"]["als"] == [4.0, 2.1, None]
    with np.load(tmp_path / "out" / "components.npz") as arrays:
        assert set(arrays) == {"numbers", "strengths", "mse_pca", "mse_als", "mean_component", "dark_peaks_als",
                               "residual_diffraction", "residual_map"}


def test_the_page_says_the_suggestion_and_its_reason(tmp_path, dataset, run, study):
    report.write_components(tmp_path / "out", dataset, study, run)
    page = Page((tmp_path / "out" / "report.html").read_text("utf-8"))
    page.assert_sound()
    assert "2 components. 2 principal components stand above." in page.text
    assert "What 2 components leave over" in page.text and "not known" in page.text and "0.980" in page.text


def test_without_an_elbow_and_residuals_it_says_so(tmp_path, dataset, run, study):
    study.suggested, study.reason, study.residuals = None, "no elbow: they sink.", None
    report.write_components(tmp_path / "out", dataset, study, run)
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(components_folder.FILES) - {"residuals.png"}
    page = Page((tmp_path / "out" / "report.html").read_text("utf-8"))
    page.assert_sound()
    assert "No number suggests itself. No elbow: they sink." in page.text and "over" not in page.all("h2")


def test_a_failure_in_the_middle_leaves_nothing_behind(tmp_path, dataset, run, study, monkeypatch):
    monkeypatch.setattr(components_folder, "components_page", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        report.write_components(tmp_path / "out", dataset, study, run)
    assert list(tmp_path.iterdir()) == []
