"""Which axes are the scan: what counts as evidence, and what happens when it disagrees or is missing."""
import numpy as np
import pytest

from offline_reference import files
from offline_reference.files import axis_order
from offline_reference.numerics import units
from offline_reference.numerics.errors import RefusedError
from tests.example_4d import AXES, UNCALIBRATED, pixels_4d, write_dm4_of_many

ORDERS = ("vuyx", "yxvu")
OTHER = {"vuyx": "yxvu", "yxvu": "vuyx"}


def bright_centre(order):
    """Patterns with a central disc of 400 counts over a background of 1: hard to take for maps."""
    pattern = np.ones((20, 20), np.uint16)
    pattern[8:12, 8:12] = 400
    pixels = np.random.default_rng(0).poisson(np.broadcast_to(pattern, (6, 7, 20, 20))).astype(np.uint16)
    return np.ascontiguousarray(pixels.transpose(2, 3, 0, 1)) if order == "vuyx" else pixels


@pytest.mark.parametrize("order", ORDERS)
def test_the_tag_decides_where_nothing_is_calibrated(tmp_path, order):
    files.write_dm4(tmp_path / "scan.dm4", pixels_4d(order), order, UNCALIBRATED)
    dataset = files.read_4d(tmp_path / "scan.dm4")
    assert dataset.order == order
    assert "Data Order Swapped is {}".format("true" if order == "yxvu" else "false") in dataset.order_reason


@pytest.mark.parametrize("order", ORDERS)
def test_units_decide_where_the_tag_is_missing(tmp_path, order, monkeypatch):
    """rosettasciio calls the last two axes signal in both files."""
    monkeypatch.setattr("offline_reference.files.dm4._tags", lambda order, instrument: {})
    files.write_dm4(tmp_path / "scan.dm4", pixels_4d(order), order, AXES)
    dataset = files.read_4d(tmp_path / "scan.dm4")
    assert dataset.order == order
    assert "1/nm" in dataset.order_reason
    assert dataset.axes == AXES


@pytest.mark.parametrize("order", ORDERS)
def test_the_planned_scan_decides_where_tag_and_units_are_missing(tmp_path, order):
    sampling = {"Height (pixels)": 7, "Width (pixels)": 8}
    tags = {"SI": {"Acquisition": {"Spatial Sampling": sampling}}}
    write_dm4_of_many(tmp_path / "scan.dm4", [("scan", pixels_4d(order), tags)])
    dataset = files.read_4d(tmp_path / "scan.dm4")
    assert dataset.order == order
    assert "plan a scan of 7 x 8" in dataset.order_reason


def test_the_tag_outweighs_a_plan_that_a_cropped_scan_no_longer_follows(tmp_path):
    """A cropped scan of 7 x 8 keeps the plan of 5 x 6, which by chance is the detector's size."""
    sampling = {"Height (pixels)": 5, "Width (pixels)": 6}
    tags = {"SI": {"Acquisition": {"Spatial Sampling": sampling}}, "Meta Data": {"Data Order Swapped": False}}
    write_dm4_of_many(tmp_path / "scan.dm4", [("scan", pixels_4d("vuyx"), tags)])
    assert files.read_4d(tmp_path / "scan.dm4").order == "vuyx"


def test_a_planned_scan_that_fits_both_pairs_or_none_decides_nothing():
    assert axis_order.from_planned_scan((7, 8, 7, 8), (7, 8)) == []
    assert axis_order.from_planned_scan((7, 8, 5, 6), (9, 9)) == []


@pytest.mark.parametrize("value, order", [
    (True, "yxvu"), (1, "yxvu"), ("true", "yxvu"), ("1", "yxvu"), (False, "vuyx"), (0, "vuyx"), ("false", "vuyx")])
def test_the_tag_is_understood_as_truth_number_or_word(value, order):
    assert [one.order for one in axis_order.from_tag(value)] == [order]


def test_a_missing_tag_is_no_evidence():
    assert axis_order.from_tag(None) == []


@pytest.mark.parametrize("unit, kind, plain", [
    ("nm", "scan", "nm"), ("µm", "scan", "µm"), ("\N{GREEK SMALL LETTER MU}m", "scan", "µm"), ("Å", "scan", "Å"),
    ("[n_m]", "scan", "nm"), ("1/nm", "detector", "1/nm"), ("1 / nm", "detector", "1/nm"),
    ("nm^-1", "detector", "1/nm"), ("nm-1", "detector", "1/nm"), ("nm⁻¹", "detector", "1/nm"),
    ("[n_m^-1]", "detector", "1/nm"), ("1/Å", "detector", "1/Å"), ("mrad", "detector", "mrad"), ("", "", ""),
    ("eV", "", "eV"), ("cm", "", "cm"), ("k_nm^-1", "detector", "1/nm"), (r"$\AA^{-1}$", "detector", "1/Å"),
])
def test_units_are_understood_as_files_spell_them(unit, kind, plain):
    assert units.kind_of(unit) == kind
    assert units.plainly(unit) == plain


@pytest.mark.parametrize("unit, length", [
    ("nm", 1), ("Å", 0.1), ("A", 0.1), ("µm", 1e3), ("\N{GREEK SMALL LETTER MU}m", 1e3), ("1/nm", None), ("", None),
    ("px", None)])
def test_a_length_is_known_in_nanometres(unit, length):
    assert units.nanometres(unit) == length


@pytest.mark.parametrize("four_units, orders", [
    (("nm", "nm", "1/nm", "1/nm"), ["yxvu"]),
    (("mrad", "mrad", "nm", "nm"), ["vuyx"]),
    (("nm", "nm", "", ""), ["yxvu"]),
    (("", "", "1/nm", ""), ["yxvu"]),
    (("nm", "nm", "nm", "nm"), []),
    (("nm", "1/nm", "nm", "1/nm"), []),
    (("", "", "", ""), []),
])
def test_units_decide_only_where_one_pair_differs_from_the_other(four_units, orders):
    assert [one.order for one in axis_order.from_units(four_units)] == orders


@pytest.mark.parametrize("order", ORDERS)
def test_tag_and_units_in_conflict_are_refused_with_both_and_the_way_out(tmp_path, order):
    swapped = {name: AXES[twin] for name, twin in zip("vuyx", "yxvu")}
    files.write_dm4(tmp_path / "scan.dm4", pixels_4d(order), order, swapped)
    with pytest.raises(RefusedError) as refusal:
        files.read_4d(tmp_path / "scan.dm4")
    message = str(refusal.value)
    assert "contradictory" in message
    assert "Data Order Swapped is {}, which means {}".format("true" if order == "yxvu" else "false", order) in message
    assert "which means {}".format(OTHER[order]) in message
    assert "--order vuyx" in message and "--order yxvu" in message


def test_the_user_settles_a_conflict_and_is_told_what_she_overruled(tmp_path):
    swapped = {name: AXES[twin] for name, twin in zip("vuyx", "yxvu")}
    files.write_dm4(tmp_path / "scan.dm4", pixels_4d(), "vuyx", swapped)
    dataset = files.read_4d(tmp_path / "scan.dm4", order="yxvu")
    assert dataset.order == "yxvu"
    (warning,) = dataset.warnings
    assert "Data Order Swapped is false" in warning


@pytest.mark.parametrize("ending", [".dm4", ".npz", ".hspy"])
def test_an_order_against_all_the_file_says_is_refused(tmp_path, ending):
    path = tmp_path / ("scan" + ending)
    files.write_4d(path, pixels_4d("yxvu"), "yxvu", AXES)
    with pytest.raises(RefusedError, match="--order vuyx contradicts .* which means yxvu .* Leave --order out"):
        files.read_4d(path, order="vuyx")


def test_an_unknown_order_is_refused(tmp_path):
    files.write_npy(tmp_path / "scan.npy", pixels_4d())
    with pytest.raises(RefusedError, match="the axis order 'xyuv' is unknown: choose one of vuyx or yxvu"):
        files.read_4d(tmp_path / "scan.npy", order="xyuv")


def test_without_any_evidence_the_user_is_asked_and_both_readings_are_named(tmp_path):
    files.write_npy(tmp_path / "scan.npy", pixels_4d())
    with pytest.raises(RefusedError) as refusal:
        files.read_4d(tmp_path / "scan.npy")
    message = str(refusal.value)
    assert "does not say which axes are the scan" in message
    assert "--order vuyx (scan fastest: detector 5 x 6, scan 7 x 8)" in message
    assert "--order yxvu (detector fastest: scan 5 x 6, detector 7 x 8)" in message
    assert "looks like" not in message  # these pixels are noise, and a hint would be made up


@pytest.mark.parametrize("order", ORDERS)
def test_the_question_comes_with_a_hint_where_the_contrast_gives_one(tmp_path, order):
    files.write_npy(tmp_path / "scan.npy", bright_centre(order))
    with pytest.raises(RefusedError, match="By its contrast it looks like {}".format(order)):
        files.read_4d(tmp_path / "scan.npy")


@pytest.mark.parametrize("order", ORDERS)
def test_an_order_against_the_contrast_is_obeyed_with_a_warning(tmp_path, order):
    files.write_npy(tmp_path / "scan.npy", bright_centre(order))
    assert files.read_4d(tmp_path / "scan.npy", order=order).warnings == []
    (warning,) = files.read_4d(tmp_path / "scan.npy", order=OTHER[order]).warnings
    assert "the pixels look like {}".format(order) in warning


def test_a_dm4_that_hyperspy_saved_again_carries_flags_nobody_set_and_is_refused(tmp_path):
    """HyperSpy takes the last two axes of any .dm4 for signal and writes that down; the units know better."""
    from offline_reference.files.signals import _signal, _write

    signal = _signal(pixels_4d("vuyx"), [AXES[name] for name in "vuyx"], 2, "scan", None, "Counts")
    _write(tmp_path / "scan.hspy", signal, overwrite=False)
    with pytest.raises(RefusedError, match="first two axes are navigation axes, which means yxvu"):
        files.read_4d(tmp_path / "scan.hspy")
    assert files.read_4d(tmp_path / "scan.hspy", order="vuyx").axes == AXES


def test_flags_alone_are_believed_but_checked_against_the_contrast(tmp_path):
    """The same without calibration: only the contrast can tell that the flags are wrong."""
    from offline_reference.files.dataset import uncalibrated
    from offline_reference.files.signals import _signal, _write

    for order, n_warnings in (("yxvu", 0), ("vuyx", 1)):
        pixels = bright_centre(order)
        axes = list(uncalibrated(pixels, order).values())
        _write(tmp_path / (order + ".hspy"), _signal(pixels, axes, 2, "scan", None, "Counts"), overwrite=False)
        dataset = files.read_4d(tmp_path / (order + ".hspy"))
        assert dataset.order == "yxvu"
        assert len(dataset.warnings) == n_warnings
