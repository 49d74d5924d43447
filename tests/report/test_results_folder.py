"""The results folder: complete or absent, calibrated, readable again."""
import json

import matplotlib
import numpy as np
import pytest

from offline_reference import files, report
from offline_reference.numerics.errors import RefusedError
from offline_reference.report import results_folder

EXPECTED = {"report.html", "components.png", "diffractions.hspy", "maps.hspy", "factors.npz", "result.json"}


@pytest.fixture
def out(tmp_path):
    return tmp_path / "results"


def test_the_folder_holds_what_design_promises(out, dataset, factors, run):
    report.write_results(out, dataset, factors, run)
    assert {path.name for path in out.iterdir()} == EXPECTED == set(results_folder.FILES)
    assert [path.name for path in out.parent.iterdir()] == ["results"]  # nothing beside it
    assert json.loads((out / "result.json").read_bytes().decode("ascii"))["n_components"] == 3
    assert matplotlib.image.imread(out / "components.png").ndim == 3
    evidence = json.loads((out / "result.json").read_text("ascii"))["evidence"]
    assert len(evidence["dark_peaks_without_constraint"]) == len(evidence["dark_peaks_with_constraint"]) == 3
    assert evidence["residual_over_noise"] > 0 and evidence["constraint_was_used"] is False


def test_factors_come_back_as_they_were(out, dataset, factors, run):
    report.write_results(out, dataset, factors, run)
    with np.load(out / "factors.npz", allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["diffractions"], factors.diffractions)
        np.testing.assert_array_equal(arrays["maps"], factors.maps)
        np.testing.assert_array_equal(arrays["mse_history"], factors.mse_history)
        assert arrays["dark_peaks"].shape == factors.diffractions.shape
        assert arrays["residual_diffraction"].shape == (5, 6) and arrays["residual_map"].shape == (7, 8)
    again = report.read_results(out)
    np.testing.assert_array_equal(again.maps, factors.maps)
    assert again.name == "results" and again.axes == dataset.axes and again.record["seed"] == 7


@pytest.mark.parametrize("name, keys", [("diffractions", "vu"), ("maps", "yx")])
def test_signals_carry_the_calibration(out, dataset, factors, run, name, keys):
    report.write_results(out, dataset, factors, run)
    image = files.read_image(out / (name + ".hspy"))[0]
    np.testing.assert_array_equal(image.pixels, getattr(factors, name))
    for found, key in zip(image.axes[1:], keys):
        wanted = dataset.axes[key]
        assert (found.scale, found.offset, found.units) == (wanted.scale, wanted.offset, wanted.units)


WRITERS = ["files.write_factors", "files.write_signals", "figures.to_png", "results_page", "to_json"]


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), KeyboardInterrupt(), RuntimeError("bug")])
@pytest.mark.parametrize("writer", WRITERS)
def test_a_writer_that_fails_in_the_middle_leaves_nothing_behind(
    out, dataset, factors, run, monkeypatch, writer, failure
):
    def fail(*arguments, **options):
        raise failure

    target = results_folder
    *modules, name = writer.split(".")
    for module in modules:
        target = getattr(target, module)
    monkeypatch.setattr(target, name, fail)
    with pytest.raises((RefusedError, type(failure))):
        report.write_results(out, dataset, factors, run)
    assert list(out.parent.iterdir()) == []


def test_a_failed_replacement_keeps_the_old_results(out, dataset, factors, run, monkeypatch):
    report.write_results(out, dataset, factors, run)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    monkeypatch.setattr(results_folder, "results_page", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        report.write_results(out, dataset, factors, run, overwrite=True)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_results_are_replaced_only_when_asked(out, dataset, factors, run):
    report.write_results(out, dataset, factors, run)
    with pytest.raises(RefusedError, match="exists already"):
        report.write_results(out, dataset, factors, run)
    run["seed"] = 8
    report.write_results(out, dataset, factors, run, overwrite=True)
    assert report.read_results(out).record["seed"] == 8


def test_factors_of_other_data_are_refused(out, dataset, factors, run):
    factors.maps = factors.maps.transpose(0, 2, 1)
    with pytest.raises(RefusedError, match=r"\(5, 6, 8, 7\) do not belong to data of \(5, 6, 7, 8\)"):
        report.write_results(out, dataset, factors, run)
    assert not out.exists()


def test_factors_that_are_not_finite_are_refused_with_their_number(out, dataset, factors, run):
    factors.maps[0, :2, 0] = np.nan
    with pytest.raises(RefusedError, match="2 values of the maps are not finite"):
        report.write_results(out, dataset, factors, run)
    assert not out.exists()


def test_uncalibrated_data_without_title_and_without_a_known_run_are_written_too(out, dataset, factors):
    dataset.axes = files.dataset.uncalibrated(dataset.pixels, dataset.order)
    dataset.title, dataset.instrument, dataset.warnings = "", {}, []
    report.write_results(out, dataset, factors, {"method": "als"})
    assert " px" in (out / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("spoil", [
    lambda folder: (folder / "factors.npz").unlink(),
    lambda folder: (folder / "factors.npz").write_bytes(b"PK no archive"),
    lambda folder: (folder / "result.json").write_text("{"),
    lambda folder: (folder / "result.json").write_text("{}"),
    lambda folder: (folder / "result.json").write_text("[]"),
])
def test_a_folder_that_holds_no_results_is_refused_by_name(out, dataset, factors, run, spoil):
    report.write_results(out, dataset, factors, run)
    spoil(out)
    with pytest.raises(RefusedError, match="results' is no results folder"):
        report.read_results(out)
