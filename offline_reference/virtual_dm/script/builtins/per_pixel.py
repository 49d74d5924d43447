"""Mathematics pixel by pixel: each argument is a number, or the grid of an image expression."""

import math

import numpy as np

from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.registry import dm_function

OUT_OF_DOMAIN = "outside its domain: NaN or infinity, no error"


def _of_one(function):
    """A NumPy function as a built-in."""

    def run(call, x):
        return function(x)

    return run


def _one_by_one(function):
    """A function of the math module for arrays."""
    return np.vectorize(function, otypes=[float])


def _real_only(name, function):
    def run(x):
        if np.iscomplexobj(x):
            raise DMError(f"{name} takes real numbers; this one is complex: take its real part or modulus first.")
        return function(x)

    return run


def round_half_away(x):
    """To the nearest whole number, halves away from zero, as C's round."""
    return np.trunc(x + np.copysign(0.5, x))


def gamma(x):
    """Gamma function; NaN or infinity where it has none."""
    try:
        return math.gamma(x)
    except (ValueError, OverflowError):
        return math.inf


def log_gamma(x):
    """log |gamma(x)|; infinity at its poles, 0 and the negative whole numbers, and where a double cannot hold it."""
    try:
        return math.lgamma(x)
    except (ValueError, OverflowError):
        return math.inf


def factorial(n):
    """n! of the whole part; infinity where a double cannot hold it."""
    if not n >= 0:
        return math.nan
    return math.inf if n > 170 else float(math.factorial(int(n)))


# -- one argument: the same NumPy function for numbers, images and complex values -------------------------------------

ANY_NUMBER = {
    "Sqrt": (np.sqrt, "SEEN 29 f"),
    "Exp": (np.exp, "SEEN 15 f"),
    "Exp2": (np.exp2, "RECALLED"),
    "Exp10": (lambda x: np.power(10.0, x), "RECALLED"),
    "Log": (np.log, "SEEN 9 f"),
    "Log2": (np.log2, "SEEN 6 f"),
    "Log10": (np.log10, "SEEN 4 f"),
    "Log1p": (np.log1p, "RECALLED"),
    "Sin": (np.sin, "SEEN 22 f"),
    "Cos": (np.cos, "SEEN 22 f"),
    "Tan": (np.tan, "SEEN 3 f"),
    "Sinh": (np.sinh, "RECALLED"),
    "Cosh": (np.cosh, "RECALLED"),
    "Tanh": (np.tanh, "RECALLED"),
    "ASin": (np.arcsin, "SEEN 5 f"),
    "ACos": (np.arccos, "SEEN 7 f"),
    "ATan": (np.arctan, "SEEN 5 f"),
    "ASinh": (np.arcsinh, "RECALLED"),
    "ACosh": (np.arccosh, "RECALLED"),
    "ATanh": (np.arctanh, "RECALLED"),
}
REAL_NUMBER = {
    "Floor": (np.floor, "SEEN 10 f", ""),
    "Ceil": (np.ceil, "SEEN 7 f", ""),
    "Trunc": (np.trunc, "SEEN 16 f", ""),
    "Round": (round_half_away, "SEEN 17 f", "halves go away from zero"),
    "Nearest": (round_half_away, "SEEN 1 f", "halves go away from zero"),
    "Sgn": (np.sign, "SEEN 2 f", "0 of 0"),
    "Erf": (_one_by_one(math.erf), "SEEN 4 f", ""),
    "ErfC": (_one_by_one(math.erfc), "RECALLED", ""),
    "Gamma": (_one_by_one(gamma), "RECALLED", ""),
    "LogGamma": (_one_by_one(log_gamma), "RECALLED", "infinity at 0 and negative whole numbers"),
    "Factorial": (_one_by_one(factorial), "SEEN 1 f", "infinity above 170"),
}

for _name, (_function, _evidence) in ANY_NUMBER.items():
    dm_function(f"pixels {_name}(pixels x)", _evidence, OUT_OF_DOMAIN)(_of_one(_function))
for _name, (_function, _evidence, _guess) in REAL_NUMBER.items():
    dm_function(f"pixels {_name}(pixels x)", _evidence, _guess)(_of_one(_real_only(_name, _function)))


@dm_function("number Pi()", "SEEN 32 f, SDK")
def pi(call):
    return math.pi


@dm_function("number Infinity()", "SEEN 29 f")
def infinity(call):
    return math.inf


@dm_function("pixels Abs(pixels x)", "SEEN 32 f")
def absolute(call, x):
    """Absolute value; the modulus of a complex number."""
    return np.abs(x)


@dm_function("pixels IsNaN(pixels x)", "SEEN 1 f")
def is_nan(call, x):
    return np.isnan(x) * 1.0


@dm_function("pixels IsInfinite(pixels x)", "SEEN 1 f")
def is_infinite(call, x):
    return np.isinf(x) * 1.0


# -- two and three arguments ------------------------------------------------------------------------------------------


@dm_function("pixels ATan2(pixels y, pixels x)", "SEEN 7 f")
def atan2(call, y, x):
    return np.arctan2(y, x)


@dm_function("pixels Distance(pixels x, pixels y)", "SEEN 2 f")
def distance(call, x, y):
    return np.hypot(x, y)


@dm_function("pixels Pow(pixels x, pixels power)", "RECALLED", OUT_OF_DOMAIN)
def power(call, x, power):
    return np.power(np.asarray(x) * 1.0, power)[()]


@dm_function("pixels Mod(pixels x, pixels m)", "SEEN 8 f", "sign of a negative x: as C's fmod; m = 0 gives 0")
def mod(call, x, m):
    """Rest of the division, fractions allowed."""
    return _rest(x, m)


@dm_function("pixels Remainder(pixels x, pixels m)", "SEEN 2 f", "whole parts only; sign as C's %; m = 0 gives 0")
def remainder(call, x, m):
    """Rest of the division of whole numbers."""
    return _rest(np.trunc(x), np.trunc(m))


def _rest(x, m):
    if isinstance(x, float) and isinstance(m, float) and m and math.isfinite(x):
        return math.fmod(x, m)
    return np.where(np.asarray(m) == 0, 0.0, np.fmod(x, m))[()]


@dm_function("number Max(number a, number b)", "SEEN 33 f")
@dm_function("number Max(number a, number b, number c)", "SEEN 33 f")
def larger(call, *numbers):
    return max(numbers)


@dm_function("number Min(number a, number b)", "SEEN 28 f")
@dm_function("number Min(number a, number b, number c)", "SEEN 28 f")
def smaller(call, *numbers):
    return min(numbers)


@dm_function("pixels Maximum(pixels a, pixels b)", "RECALLED", "pixel by pixel")
@dm_function("pixels Maximum(pixels a, pixels b, pixels c)", "RECALLED", "pixel by pixel")
def largest_per_pixel(call, a, *others):
    for other in others:
        a = np.maximum(a, other)
    return a


@dm_function("pixels Minimum(pixels a, pixels b)", "RECALLED", "pixel by pixel")
@dm_function("pixels Minimum(pixels a, pixels b, pixels c)", "RECALLED", "pixel by pixel")
def smallest_per_pixel(call, a, *others):
    for other in others:
        a = np.minimum(a, other)
    return a


@dm_function("pixels Clip(pixels x, pixels low, pixels high)", "SEEN 2 f")
def clip(call, x, low, high):
    """x no smaller than low and no larger than high."""
    return np.minimum(np.maximum(x, low), high)


@dm_function("number BitAnd(number a, number b)", "RECALLED")
def bit_and(call, a, b):
    return int(a) & int(b)


@dm_function("number BitOr(number a, number b)", "RECALLED")
def bit_or(call, a, b):
    return int(a) | int(b)


@dm_function("number BitXor(number a, number b)", "RECALLED")
def bit_xor(call, a, b):
    return int(a) ^ int(b)


@dm_function(
    "number LegendrePolynomial(number degree, number order, number x)",
    "RECALLED",
    "associated P_l^m(x), m >= 0",
)
def legendre_polynomial(call, degree, order, x):
    """Associated Legendre polynomial with the Condon-Shortley phase."""
    if not (0 <= order <= degree <= 1000):
        raise DMError("LegendrePolynomial needs 0 <= order <= degree <= 1000.")
    coefficients = np.zeros(int(degree) + 1)
    coefficients[-1] = 1
    derivative = np.polynomial.legendre.legder(coefficients, int(order))
    return (-1) ** int(order) * (1 - x * x) ** (int(order) / 2) * np.polynomial.legendre.legval(x, derivative)


@dm_function("number BesselJ(number order, number x)", "RECALLED", "whole orders")
def bessel_j(call, order, x):
    """Bessel function of the first kind, from its integral over a full turn."""
    turn = _turn(x)
    return float(np.cos(int(order) * turn - x * np.sin(turn)).mean())


@dm_function("number BesselI(number order, number x)", "RECALLED", "whole orders")
def bessel_i(call, order, x):
    """Modified Bessel function of the first kind, from its integral over a full turn."""
    turn = _turn(x)
    return float((np.exp(x * np.cos(turn)) * np.cos(int(order) * turn)).mean())


def _turn(x):
    """Angles of a full turn, enough of them for an argument x: the mean over them is exact to rounding."""
    return 2 * np.pi * np.arange(int(min(64 + 4 * abs(x), 1e6))) / int(min(64 + 4 * abs(x), 1e6))


@dm_function("number Beta(number a, number b)", "RECALLED")
def beta(call, a, b):
    return math.exp(math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)) if a > 0 and b > 0 else math.nan


# -- complex values ---------------------------------------------------------------------------------------------------


@dm_function("pixels Complex(pixels re, pixels im)", "SEEN 11 f")
def complex_number(call, re, im):
    return re + 1j * np.asarray(im)[()]


@dm_function("pixels Real(pixels z)", "SEEN 8 f")
def real(call, z):
    return np.asarray(z).real[()]


@dm_function("pixels Imaginary(pixels z)", "SEEN 6 f")
def imaginary(call, z):
    return np.asarray(z).imag[()]


@dm_function("pixels Modulus(pixels z)", "SEEN 12 f")
def modulus(call, z):
    return np.abs(z)


@dm_function("pixels Phase(pixels z)", "SEEN 4 f", "-pi to pi")
def phase(call, z):
    return np.angle(z)


@dm_function("pixels Norm(pixels z)", "SEEN 1 f")
def norm(call, z):
    """Modulus squared."""
    return np.asarray(z * np.conj(z)).real[()]


@dm_function("pixels Conjugate(pixels z)", "SEEN 2 f")
def conjugate(call, z):
    return np.conj(z)


@dm_function("pixels Cis(pixels phi)", "RECALLED")
def cis(call, phi):
    """cos(phi) + i sin(phi)."""
    return np.exp(1j * np.asarray(phi))[()]


@dm_function("pixels Polar(pixels z)", "RECALLED", "modulus + i phase")
def polar(call, z):
    """Rectangular to polar: modulus in the real part, phase in the imaginary part."""
    return np.abs(z) + 1j * np.angle(z)


@dm_function("pixels Rect(pixels z)", "RECALLED", "inverse of Polar")
def rect(call, z):
    """Polar to rectangular: the inverse of Polar."""
    return np.real(z) * np.exp(1j * np.imag(z))
