"""Lengths: scale bars are round and right, images have their true shape, numbers read well."""
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_reference.figures import height_over_width, readable_number, readable_units, scale_bar


def axis(scale, units):
    return SimpleNamespace(scale=scale, units=units)


@given(longest=st.floats(1, 1000), step=st.floats(1e-6, 1e6))
def test_a_scale_bar_is_1_2_or_5_times_a_power_of_ten_and_fills_at_least_two_fifths_of_its_place(longest, step):
    bar = scale_bar(longest, axis(step, "nm"))
    assert "{:.0e}".format(bar.length)[0] in "125"
    assert bar.length == pytest.approx(float("{:.0e}".format(bar.length)))
    assert bar.pixels * step == pytest.approx(bar.length)
    assert 0.4 * longest * (1 - 1e-6) <= bar.pixels <= longest * (1 + 1e-6)  # 2 to 5 is the widest gap


@pytest.mark.parametrize(
    "longest, step, units, label",
    [
        (19.2, 0.31, "1/nm", "5 nm⁻¹"),
        (19.2, 0.42, "nm", "5 nm"),
        (25, 0.002, "um", "0.05 µm"),
        (30, -2.0, "mrad", "50 mrad"),  # an axis may run backwards
        (19.2, 1.0, "", "10 px"),
        (19.2, 0.0, "nm", "10 px"),
        (19.2, float("nan"), "nm", "10 px"),
        (0.4, 1.0, "", "1 px"),  # a part of a pixel is no length of an image
    ],
)
def test_labels(longest, step, units, label):
    assert scale_bar(longest, axis(step, units)).label == label


def test_without_an_axis_the_bar_counts_pixels():
    assert (scale_bar(30).length, scale_bar(30).units, scale_bar(30).pixels) == (20, "px", 20)


def test_images_have_the_shape_of_the_specimen_not_of_the_array():
    assert height_over_width((5, 8)) == 5 / 8
    assert height_over_width((5, 8), (axis(2, "nm"), axis(1, "nm"))) == 10 / 8
    assert height_over_width((5, 8), (axis(2, "nm"), axis(1, "s"))) == 5 / 8  # no common unit, no true shape
    assert height_over_width((5, 8), (axis(2, ""), axis(1, ""))) == 5 / 8


@pytest.mark.parametrize(
    "value, text",
    [(0, "0"), (1, "1.00"), (1234, "1230"), (98765, "98800"), (0.01234, "0.0123"), (0.000123456, "1.23×10⁻⁴"),
     (1.5e7, "1.50×10⁷"), (-2.5, "−2.50"), (999.9, "1000"), (float("nan"), "nan")],
)
def test_numbers_have_three_digits_and_no_computer_notation(value, text):
    assert readable_number(value) == text


def test_units_are_printed_as_in_a_paper():
    assert [readable_units(u) for u in ("1/nm", "um", "1/A", "mrad")] == ["nm⁻¹", "µm", "Å⁻¹", "mrad"]
