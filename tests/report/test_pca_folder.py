"""The folder of a PCA."""
import json

import numpy as np
import pytest

from offline_reference import report
from offline_reference.numerics.errors import RefusedError
from offline_reference.report import pca_folder

from .page import Page


@pytest.fixture
def parts():
    random = np.random.default_rng(0)
    return random.standard_normal((2, 5, 6)), random.standard_normal((2, 7, 8)), np.array([0.6, 0.2, 0.1])


def test_components_variances_and_rotation_are_written(tmp_path, dataset, run, parts):
    diffractions, maps, ratio = parts
    report.write_pca(tmp_path / "pca", dataset, diffractions, maps, ratio, run, varimax=(-diffractions, -maps))
    assert {path.name for path in (tmp_path / "pca").iterdir()} == set(pca_folder.FILES)
    with np.load(tmp_path / "pca" / "pca.npz") as arrays:
        np.testing.assert_array_equal(arrays["maps"], maps)
        np.testing.assert_array_equal(arrays["varimax_diffractions"], -diffractions)
        np.testing.assert_array_equal(arrays["variance_ratio"], ratio)
    record = json.loads((tmp_path / "pca" / "result.json").read_text("ascii"))
    assert record["variance_ratio"] == [0.6, 0.2, 0.1] and record["n_components"] == 2
    assert set(record["files"]) == set(pca_folder.FILES)


def test_the_page_shows_each_component_and_how_much_of_it_is_negative(tmp_path, dataset, run, parts):
    diffractions, maps, ratio = parts
    report.write_pca(tmp_path / "pca", dataset, diffractions, maps, ratio, run, varimax=(abs(diffractions), maps))
    page = Page((tmp_path / "pca" / "report.html").read_text("utf-8"))
    page.assert_sound()
    assert len(page.pngs()) == 4 * 4 + 1
    assert "80 % of the variance" in page.text and "60 % of the variance" in page.text
    assert "{:.0f} %".format(100 * (diffractions[0] < 0).mean()) in page.text and " 0 % " in page.text


def test_without_rotation_nothing_is_said_of_varimax(tmp_path, dataset, run, parts):
    report.write_pca(tmp_path / "pca", dataset, *parts, run)
    assert not (tmp_path / "pca" / "varimax.png").exists()
    assert "arimax" not in (tmp_path / "pca" / "report.html").read_text("utf-8")


def test_without_centring_the_shares_are_of_the_squared_counts(tmp_path, dataset, run, parts):
    run["parameters"] = {"centred": False}
    report.write_pca(tmp_path / "pca", dataset, *parts, run)
    page = Page((tmp_path / "pca" / "report.html").read_text("utf-8"))
    assert "80 % of the squared counts" in page.text and "of the variance" not in page.text


def test_components_of_other_data_are_refused_and_nothing_is_written(tmp_path, dataset, run, parts):
    diffractions, maps, ratio = parts
    with pytest.raises(RefusedError, match="PCA diffractions of shape"):
        report.write_pca(tmp_path / "pca", dataset, diffractions, maps[:, :, 1:], ratio, run)
    assert list(tmp_path.iterdir()) == []


def test_a_failure_in_the_middle_leaves_nothing_behind(tmp_path, dataset, run, parts, monkeypatch):
    monkeypatch.setattr(pca_folder, "pca_page", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        report.write_pca(tmp_path / "pca", dataset, *parts, run)
    assert list(tmp_path.iterdir()) == []
