"""Images of a page: shares of its size, scale bars in two units."""
import pytest

from offline_reference.numerics.cutoff import electron_wavelength
from offline_reference.report.panels import fair_shares, second_units


@pytest.mark.parametrize("sizes, total, most", [
    ([10, 20, 30], 60, 30), ([10, 20, 30], 50, 20), ([10, 40, 40], 50, 20), ([40, 40, 40], 60, 20), ([], 10, 0)])
def test_only_the_largest_are_cut_until_all_fit(sizes, total, most):
    assert fair_shares(sizes, total) == most
    assert sum(min(size, most) for size in sizes) <= total


def test_a_length_on_the_detector_is_an_angle_only_if_the_voltage_is_known():
    mrad = 1e3 * electron_wavelength(200)  # in 1/nm
    assert second_units("1/nm", 200) == (pytest.approx(mrad), "mrad")
    assert second_units("1/A", 200) == (pytest.approx(10 * mrad), "mrad")
    assert second_units("1/pm", 200) == (pytest.approx(1000 * mrad), "mrad")
    assert second_units("mrad", 200) == (pytest.approx(1 / mrad), "1/nm")
    for units, voltage in (("1/nm", None), ("1/nm", 0), ("", 200), ("nm", 200), ("deg", 200)):
        assert second_units(units, voltage) is None
