"""Mathematics of numbers and, by the same functions, of image expressions."""

import math

import numpy as np
import pytest

from tests.virtual_dm.builtins.scripts import error_of, pixels_of, ramp, value_of

OF_ONE = {
    "abs(-2.5)": 2.5,
    "sqrt(2)": math.sqrt(2),
    "exp(1.5)": math.exp(1.5),
    "log(3)": math.log(3),
    "log2(8)": 3,
    "log10(1000)": 3,
    "exp2(3)": 8,
    "exp10(2)": 100,
    "sin(0.3)": math.sin(0.3),
    "cos(0.3)": math.cos(0.3),
    "tan(0.3)": math.tan(0.3),
    "asin(0.3)": math.asin(0.3),
    "acos(0.3)": math.acos(0.3),
    "atan(0.3)": math.atan(0.3),
    "sinh(0.3)": math.sinh(0.3),
    "floor(-1.5)": -2,
    "ceil(-1.5)": -1,
    "trunc(-1.7)": -1,
    "round(2.5)": 3,
    "round(-2.5)": -3,
    "nearest(1.4)": 1,
    "sgn(-3)": -1,
    "erf(0.5)": math.erf(0.5),
    "erfc(0.5)": math.erfc(0.5),
    "gamma(5)": 24,
    "factorial(5)": 120,
    "pi()": math.pi,
    "infinity()": math.inf,
    "isnan(0)": 0,
    "isinfinite(infinity())": 1,
}
OF_MORE = {
    "atan2(1, -1)": 3 * math.pi / 4,
    "distance(3, 4)": 5,
    "mod(7.5, 2)": 1.5,
    "mod(5, 0)": 0,
    "remainder(17, 5)": 2,
    "max(3, 7)": 7,
    "max(3, 9, 7)": 9,
    "min(3, 7)": 3,
    "min(3, 9, -7)": -7,
    "clip(5, 0, 3)": 3,
    "clip(-5, 0, 3)": 0,
    "bitand(12, 10)": 8,
    "bitor(12, 10)": 14,
    "bitxor(12, 10)": 6,
    "legendrepolynomial(2, 0, 0.5)": (3 * 0.25 - 1) / 2,
    "besselj(0, 2.404825557695773)": 0,
    "besseli(0, 1)": 1.2660658777520084,
    "beta(2, 3)": 1 / 12,
}
OF_COMPLEX = {
    "real(complex(3, 4))": 3,
    "imaginary(complex(3, 4))": 4,
    "modulus(complex(3, 4))": 5,
    "abs(complex(3, 4))": 5,
    "norm(complex(3, 4))": 25,
    "phase(complex(0, 2))": math.pi / 2,
    "imaginary(conjugate(complex(3, 4)))": -4,
    "real(cis(pi()))": -1,
    "imaginary(polar(complex(0, 2)))": math.pi / 2,
    "real(rect(complex(2, 0)))": 2,
}


@pytest.mark.parametrize("expression, expected", (OF_ONE | OF_MORE | OF_COMPLEX).items())
def test_functions_of_numbers_give_the_numbers_of_a_calculator(expression, expected):
    assert value_of(expression) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    "name, reference",
    [("sqrt", np.sqrt), ("exp", np.exp), ("atan", np.arctan), ("trunc", np.trunc), ("floor", np.floor)],
)
def test_the_same_functions_run_pixel_by_pixel(name, reference):
    pixels = pixels_of(f"{name}(A * 0.3)", ramp(6, 5))
    np.testing.assert_allclose(pixels, reference(ramp(6, 5).pixels.astype(float) * 0.3), rtol=1e-6)


def test_atan2_takes_y_first_also_for_images():
    pixels = pixels_of("ExprSize(6, 5, atan2(irow - 2, icol - 3))")
    y, x = np.indices((5, 6))
    np.testing.assert_allclose(pixels, np.arctan2(y - 2, x - 3), atol=1e-6)


def test_functions_outside_their_domain_give_nan_and_no_error():
    assert value_of("isnan(sqrt(-1))") == 1
    assert value_of("isnan(log(-1)) + isinfinite(log(0))") == 2


def test_complex_images_go_through_the_same_functions():
    pixels = pixels_of("modulus(complex(A, 2 * A))", ramp(6, 5))
    np.testing.assert_allclose(pixels, ramp(6, 5).pixels * math.sqrt(5), rtol=1e-6)


def test_floor_of_a_complex_number_is_refused():
    assert "take its real part" in error_of("result(floor(complex(1, 2)))")


def test_colours_are_no_numbers():
    assert "rgbnumber" in error_of("result(round(rgb(1, 2, 3)))")
