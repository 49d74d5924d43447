"""The cut-off of the map constraint, from words, from the microscope, or left to the data."""
import pytest

from offline_reference.cli import cutoff
from offline_reference.files import Axis
from offline_reference.numerics.errors import RefusedError

MICROSCOPE = {"voltage_kv": 200.0, "convergence_mrad": 1.5}
WAVELENGTH_200_KV = 0.0025079  # nm; Reimer and Kohl, Transmission Electron Microscopy, table of electron wavelengths


def scan(step, units="nm"):
    return {"y": Axis("y", 10, step, 0.0, units), "x": Axis("x", 12, step, 0.0, units)}


def test_a_bare_number_is_in_cycles_per_scan_pixel():
    chosen = cutoff.decide("0.2", scan(3.0), MICROSCOPE)
    assert chosen.value == 0.2 and chosen.constrain_maps


@pytest.mark.parametrize("text", ["1.5 1/nm", "1.5/nm", "1.5 nm^-1", "1.5 nm-1", "1.5nm^-1", "0.15 1/A", "1.5e3 1/um",
                                  "0.15 1/angstrom", "1.5  /nm "])
def test_a_unit_is_converted_through_the_scan_step(text):
    assert cutoff.decide(text, scan(0.2), {}).value == pytest.approx(0.3, rel=1e-12)


def test_the_scan_step_may_be_in_another_unit():
    assert cutoff.decide("1.5 1/nm", scan(2.0, "Å"), {}).value == pytest.approx(0.3, rel=1e-12)
    assert cutoff.decide("1.5 1/nm", scan(2e-4, "µm"), {}).value == pytest.approx(0.3, rel=1e-12)


def test_steps_that_differ_take_the_coarser_which_cuts_nothing_that_the_probe_passes():
    axes = {"y": Axis("y", 10, 0.1, 0.0, "nm"), "x": Axis("x", 12, 0.2, 0.0, "nm")}
    assert cutoff.decide("1.5 1/nm", axes, {}).value == pytest.approx(0.3, rel=1e-12)


def test_without_a_word_the_microscope_decides_by_2_alpha_over_lambda():
    chosen = cutoff.decide(None, scan(0.2), MICROSCOPE)
    assert chosen.value == pytest.approx(2 * 1.5e-3 / WAVELENGTH_200_KV * 0.2, rel=1e-4)  # 4 digits of the table
    assert "200 kV" in chosen.reason and "1.5 mrad" in chosen.reason


def test_a_scan_coarser_than_the_probe_needs_no_map_constraint():
    chosen = cutoff.decide(None, scan(1.0), MICROSCOPE)
    assert chosen.value is None and not chosen.constrain_maps
    assert "none needed" in chosen.reason


@pytest.mark.parametrize("axes, instrument", [(scan(0.2), {}), (scan(0.2), {"voltage_kv": 200.0}),
                                              (scan(1.0, ""), MICROSCOPE), (scan(1.0, "px"), MICROSCOPE)])
def test_otherwise_the_data_decide(axes, instrument):
    chosen = cutoff.decide(None, axes, instrument)
    assert chosen.value is None and chosen.constrain_maps
    assert "estimated from the data" in chosen.reason


@pytest.mark.parametrize("text, phrase", [
    ("0.51", "Nyquist"),
    ("3 1/nm", "0.6 cycles per scan pixel"),
    ("0", "not above 0"),
    ("-0.2", "not above 0"),
    ("nan", "no number"),
    ("fine", "no number"),
    ("1.2.3", "no number"),
    ("2 1/parsec", "unit"),
    ("2 nm", "unit"),
])
def test_a_cutoff_that_cannot_be_is_refused(text, phrase):
    with pytest.raises(RefusedError, match=phrase):
        cutoff.decide(text, scan(0.2), {})


def test_a_unit_without_a_calibrated_scan_is_refused():
    with pytest.raises(RefusedError, match="not calibrated"):
        cutoff.decide("2.1 1/nm", scan(1.0, ""), {})
