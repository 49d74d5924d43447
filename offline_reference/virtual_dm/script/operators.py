"""Operators between values that are known only while the script runs: numbers, texts, colours, images, handles."""
import math
import operator

from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.images import Image
from offline_reference.virtual_dm.script.array_operators import ARRAY_OPERATORS, ARRAY_SIGNS
from offline_reference.virtual_dm.script.conversions import HANDLES, SCALARS, shown, to_text
from offline_reference.virtual_dm.script.image_expressions import (
    Operation,
    PixelExpression,
)
from offline_reference.virtual_dm.values import RGBNumber


def divide(left, right):
    """IEEE division: by zero it gives infinity or NaN, as images do."""
    try:
        return left / right
    except ZeroDivisionError:
        return math.nan if left == 0 or left != left else math.copysign(math.inf, left) * math.copysign(1.0, right)


def power(base, exponent):
    try:
        result = base**exponent
    except ZeroDivisionError:
        return math.inf
    except OverflowError:
        return -math.inf if base < 0 and exponent % 2 == 1 else math.inf
    return math.nan if isinstance(result, complex) else result


def remainder(left, right):
    """Sign of the left side, as in C."""
    try:
        return math.fmod(left, right)
    except ValueError:
        return math.nan


def bits(value):
    """A number as a 64-bit integer."""
    return max(min(int(value), 2**63 - 1), -(2**63)) if math.isfinite(value) else 0


def _bitwise(function):
    return lambda left, right: float(function(bits(left), bits(right)))


def _comparison(function):
    return lambda left, right: 1.0 if function(left, right) else 0.0


COMPARISONS = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
NUMBER_OPERATORS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": divide,
    "%": remainder,
    "**": power,
    "&": _bitwise(operator.and_),
    "|": _bitwise(operator.or_),
    "<<": _bitwise(lambda left, right: bits(float(left << right)) if 0 <= right < 64 else 0),
    ">>": _bitwise(lambda left, right: left >> right if 0 <= right < 64 else 0),
    "&&": lambda left, right: 1.0 if left and right else 0.0,
    "||": lambda left, right: 1.0 if left or right else 0.0,
    **{symbol: _comparison(function) for symbol, function in COMPARISONS.items()},
}
"""Operators between two floats, giving a float."""


def binary(symbol, left, right, call):
    """left symbol right for values of any type.

    Raises
    ------
    DMError
        If DM has no such operator between these types.
    """
    if isinstance(left, str) or isinstance(right, str):
        return _between_texts(symbol, left, right, call)
    if isinstance(left, (Image, PixelExpression)) or isinstance(right, (Image, PixelExpression)):
        if all(isinstance(side, (*SCALARS, Image, PixelExpression)) for side in (left, right)):
            return Operation(ARRAY_OPERATORS[symbol], [left, right], call)
    elif isinstance(left, SCALARS) and isinstance(right, SCALARS):
        return _between_scalars(symbol, left, right)
    elif symbol in ("==", "!="):
        return 1.0 if (left is right) == (symbol == "==") else 0.0
    raise _no_operator(symbol, left, right)


def _between_texts(symbol, left, right, call):
    if symbol == "+":
        digits = int(call.switches.number_digits)
        text = to_text(left, digits) + to_text(right, digits)
        call.refuse_long_text(len(text))
        return text
    if symbol in COMPARISONS and isinstance(left, str) and isinstance(right, str):
        return 1.0 if COMPARISONS[symbol](left, right) else 0.0
    raise _no_operator(symbol, left, right)


def _between_scalars(symbol, left, right):
    if isinstance(left, RGBNumber) or isinstance(right, RGBNumber):
        return _between_colours(symbol, left, right)
    if isinstance(left, complex) or isinstance(right, complex):
        return _between_complex(symbol, complex(left), complex(right))
    return NUMBER_OPERATORS[symbol](float(left), float(right))


def _between_complex(symbol, left, right):
    if symbol in ("==", "!="):
        return NUMBER_OPERATORS[symbol](left, right)
    if symbol in ("+", "-", "*", "/", "**"):
        try:
            return complex(NUMBER_OPERATORS[symbol](left, right) if symbol != "**" else left**right)
        except (ZeroDivisionError, OverflowError, TypeError):
            return complex(math.nan, math.nan)
    raise _no_operator(symbol, left, right)


def _between_colours(symbol, left, right):
    if symbol in ("==", "!="):
        return NUMBER_OPERATORS[symbol](left, right)
    if symbol not in ("+", "-", "*", "/") or isinstance(left, complex) or isinstance(right, complex):
        raise _no_operator(symbol, left, right)
    pairs = zip(_channels(left), _channels(right), strict=True)
    return RGBNumber(*[NUMBER_OPERATORS[symbol](float(a), float(b)) for a, b in pairs])


def _channels(value):
    return value if isinstance(value, RGBNumber) else (value,) * 4


def sign(symbol, value, call):
    """-x, +x, !x, ~x for values of any type."""
    if isinstance(value, (Image, PixelExpression)):
        return Operation(ARRAY_SIGNS[symbol], [value], call)
    if isinstance(value, complex) and symbol in "-+":
        return -value if symbol == "-" else value
    if isinstance(value, (float, int)):
        value = float(value)
        if symbol == "!":
            return 0.0 if value else 1.0
        return {"-": -value, "+": value}[symbol] if symbol in "-+" else float(~bits(value))
    if symbol == "!" and (value is None or isinstance(value, HANDLES)):
        return float(value is None)
    raise DMError(f"DM has no operator {symbol} before {shown(value)}.")


def _no_operator(symbol, left, right):
    return DMError(f"DM has no operator {symbol} between {shown(left)} and {shown(right)}.")
