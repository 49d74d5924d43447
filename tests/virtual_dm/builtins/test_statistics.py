"""Sums, means, extremes, histograms and projections."""

import numpy as np
import pytest

from offline_reference.virtual_dm.images import Image
from tests.virtual_dm.builtins.scripts import error_of, pixels_of, ramp, run, value_of

PIXELS = (np.random.default_rng(7).random((5, 6)) * 100 - 30).astype(np.float32)


def image():
    return Image(PIXELS.copy(), "data")


@pytest.mark.parametrize(
    "name, expected",
    [
        ("sum", PIXELS.astype(float).sum()),
        ("mean", PIXELS.astype(float).mean()),
        ("average", PIXELS.astype(float).mean()),
        ("variance", PIXELS.astype(float).var()),
        ("rms", np.sqrt((PIXELS.astype(float) ** 2).mean())),
        ("meansquare", (PIXELS.astype(float) ** 2).mean()),
        ("median", np.median(PIXELS.astype(float))),
        ("max", PIXELS.max()),
        ("min", PIXELS.min()),
        ("ImageGetSum", PIXELS.astype(float).sum()),
    ],
)
def test_statistics_agree_with_numpy_in_double_precision(name, expected):
    assert value_of(f"{name}(A)", image()) == pytest.approx(expected, rel=1e-13)


def test_statistics_take_expressions_and_sub_areas():
    assert value_of("sum(abs(A) * icol)", image()) == pytest.approx((abs(PIXELS.astype(float)) * np.arange(6)).sum())
    assert value_of("mean(A[1, 2, 4, 6])", image()) == pytest.approx(PIXELS[1:4, 2:6].astype(float).mean())


def test_a_sum_of_many_large_float32_pixels_keeps_its_small_parts():
    """Added in single precision the ones would vanish beside 2^24."""
    assert value_of("sum(A)", Image(np.full((300, 300), 2.0**24 + 2, np.float32))) == 90000 * (2.0**24 + 2)


def test_max_and_min_say_where_the_value_is():
    code = "number x, y\nnumber v = {0}(A, x, y)\nexit(x * 100 + y)"
    for name, place in (("max", PIXELS.argmax()), ("min", PIXELS.argmin())):
        y, x = np.unravel_index(place, PIXELS.shape)
        assert run(code.format(name), image()).exit_value == x * 100 + y


def test_minmax_sets_both_ends():
    assert run("number lo, hi\nminmax(A, lo, hi)\nexit(hi - lo)", image()).exit_value == PIXELS.max() - float(
        PIXELS.min()
    )


def test_mean_and_variance_come_together():
    code = "number m, v\nImageGetMeanAndVariance(A, m, v)\nexit(m + 1000 * v)"
    data = PIXELS.astype(float)
    assert run(code, image()).exit_value == pytest.approx(data.mean() + 1000 * data.var())


def test_dot_product_multiplies_pixel_by_pixel():
    assert value_of("DotProduct(A, B)", image(), ramp(6, 5)) == pytest.approx(
        (PIXELS * ramp(6, 5).pixels).sum(), rel=1e-6
    )
    assert "one size" in error_of("result(DotProduct(A, B))", image(), ramp(5, 5))


def test_the_sum_of_a_complex_image_is_complex():
    assert value_of("imaginary(sum(complex(A, 1)))", image()) == 30


def test_a_histogram_counts_whole_numbers_one_a_channel():
    data = Image(np.array([[0, 1, 1, 255], [7, 7, 7, 300]], np.int32))
    code = 'image h := RealImage("h", 4, 256)\nImageCalculateHistogram(A, h, 0, 0, 255)\nh.ShowImage()'
    counts = run(code, data).front_image().pixels
    assert (counts[0], counts[1], counts[7], counts[255], counts.sum()) == (1, 2, 3, 1, 7)


def test_a_histogram_without_width_is_refused():
    code = 'image h := RealImage("h", 4, 8)\nImageCalculateHistogram(A, h, 0, 5, 5)'
    assert "no width" in error_of(code, image())


@pytest.mark.parametrize("dimension", [0, 1, 2])
def test_project_sums_along_one_dimension(dimension):
    stack = ramp(6, 5, 4)
    expected = stack.pixels.sum(axis=2 - dimension)
    np.testing.assert_array_equal(pixels_of(f"Project(A, {dimension})", stack), expected)


def test_project_keeps_the_calibrations_of_the_other_dimensions():
    stack = ramp(6, 5, 4)
    stack.calibrations[2].units, stack.calibrations[0].units = "eV", "nm"
    front = run("image p := Project(A, 1)\np.ShowImage()", stack).front_image()
    assert [calibration.units for calibration in front.calibrations] == ["nm", "eV"]


def test_projecting_along_a_missing_dimension_is_refused():
    assert "cannot be projected" in error_of("image p := Project(A, 2)", image())
