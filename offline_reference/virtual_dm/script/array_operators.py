"""Operators between the pixels of images, as NumPy functions of whole arrays."""
import functools

import numpy as np

from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.images import RGB
from offline_reference.virtual_dm.script.image_expressions import computable, is_rgb, rgb_array, without_bools


def _numeric(function):
    """A NumPy function of numbers: integers are computed as float64, bools as 0 and 1, colours by channel.

    The result goes into ``out`` if that can hold it: any real type may, unless ``must_match``.
    """

    @functools.wraps(function)
    def run(*operands, out=None, must_match=False):
        if any(is_rgb(operand) for operand in operands):
            return _by_channel(function, operands)
        operands = [without_bools(operand) for operand in operands]
        dtype = np.result_type(*[_type_to_compute_in(operand) for operand in operands])
        fits = out is not None and (out.dtype == dtype or (out.dtype.kind == dtype.kind == "f" and not must_match))
        try:
            return function(*operands, out=out if fits else None, dtype=dtype)
        except TypeError as error:
            raise DMError(f"This operator does not work on pixels of type {dtype}.") from error

    run.takes_out = True
    return run


def _type_to_compute_in(operand):
    if isinstance(operand, np.ndarray):
        return np.dtype(np.float64) if operand.dtype.kind in "iu" else operand.dtype
    return operand


def _by_channel(function, operands):
    """Arithmetic of colours, channel by channel, clipped to 0..255."""
    operands = [rgb_array(operand) if is_rgb(operand) else operand for operand in operands]
    channels = {}
    for channel in "bgra":
        of_channel = [
            operand[channel].astype(np.float32) if isinstance(operand, np.ndarray) and operand.dtype == RGB else operand
            for operand in operands
        ]
        channels[channel] = function(*of_channel)
    result = np.zeros(np.shape(channels["b"]), RGB)
    for channel, values in channels.items():
        result[channel] = np.clip(np.nan_to_num(values), 0, 255)
    return result


def _whole(values):
    """Values as 64-bit integers, for operators that look at bits."""
    return np.nan_to_num(np.trunc(np.real(values)), posinf=0, neginf=0).astype(np.int64)


def _on_bits(function):
    def run(left, right):
        return function(_whole(left), _whole(right)).astype(np.float64)

    return run


def _both(left, right):
    """a & b between conditions is their `and`; between other numbers it looks at bits."""
    if all(isinstance(side, np.ndarray) and side.dtype.kind == "b" for side in (left, right)):
        return left & right
    return _on_bits(np.bitwise_and)(left, right)


def _either(left, right):
    if all(isinstance(side, np.ndarray) and side.dtype.kind == "b" for side in (left, right)):
        return left | right
    return _on_bits(np.bitwise_or)(left, right)


def _power(base, exponent):
    """Powers of reals stay real: a root of a negative number is NaN."""
    base, exponent = computable(base), computable(exponent)
    if isinstance(base, (int, float)) and not isinstance(exponent, complex):
        base = np.float64(base) if np.asarray(exponent).dtype != np.float32 else np.float32(base)
    return np.power(base, exponent)


ARRAY_OPERATORS = {
    "+": _numeric(np.add),
    "-": _numeric(np.subtract),
    "*": _numeric(np.multiply),
    "/": _numeric(np.divide),
    "%": _numeric(np.fmod),
    "**": _power,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
    "&": _both,
    "|": _either,
    "&&": np.logical_and,
    "||": np.logical_or,
    "<<": _on_bits(lambda left, right: left << np.clip(right, 0, 62)),
    ">>": _on_bits(lambda left, right: left >> np.clip(right, 0, 62)),
}
ARRAY_SIGNS = {
    "-": _numeric(np.negative),
    "+": _numeric(np.positive),
    "!": np.logical_not,
    "~": lambda values: np.invert(_whole(values)).astype(np.float64),
}
