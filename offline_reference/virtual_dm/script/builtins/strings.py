"""Strings: parts, search, case, characters, numbers to text and back."""

import re

from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.registry import dm_function

MOST_CHARACTERS = 10_000  # of one formatted number

# -- parts ------------------------------------------------------------------------------------------------------------


@dm_function("number Len(string text)", "SEEN 20 f")
def length(call, text):
    return len(text)


def _count(number):
    return max(int(min(number, 1e9)), 0)


@dm_function("string Left(string text, number count)", "SEEN 17 f", "at most the whole text")
def left(call, text, count):
    return text[: _count(count)]


@dm_function("string Right(string text, number count)", "SEEN 15 f", "at most the whole text")
def right(call, text, count):
    return text[max(len(text) - _count(count), 0) :]


@dm_function("string Mid(string text, number start, number count)", "SEEN 16 f", "what lies outside is left out")
def middle(call, text, start, count):
    """count characters from start, which counts from 0."""
    return text[_count(start) : _count(start) + _count(count)]


@dm_function("number Find(string text, string part)", "SEEN 3 f", "-1 if it is not there")
def find(call, text, part):
    """Place of the first occurrence, from 0."""
    return text.find(part)


@dm_function("string StringToLower(string text)", "SEEN 3 f")
def to_lower(call, text):
    return text.lower()


@dm_function("string StringToUpper(string text)", "SEEN 1 f")
def to_upper(call, text):
    return text.upper()


@dm_function("number StringCompare(string a, string b)", "SEEN 2 f, SDK", "-1, 0 or 1 by character codes")
def compare(call, a, b):
    return (a > b) - (a < b)


@dm_function("number StringIsValid(string text)", "SDK")
def is_valid(call, text):
    return 1


@dm_function("string StringAppend(string &text, string more)", "SDK")
def append(call, text, more):
    text.set(text.get() + more)
    return text.get()


@dm_function("string StringConvertToEncoding(string text, number encoding)", "SDK", "the text as it is")
def convert_to_encoding(call, text, encoding):
    return text


# -- characters -------------------------------------------------------------------------------------------------------


@dm_function("number Asc(string text)", "SEEN 8 f", "0 of an empty text")
def character_code(call, text):
    """Windows-1252 code of the first character."""
    if not text:
        return 0
    encoded = text[0].encode("cp1252", errors="ignore")
    return encoded[0] if encoded else ord(text[0])


@dm_function("string Chr(number code)", "SEEN 5 f")
def character(call, code):
    """The character of a Windows-1252 code."""
    code = int(code)
    if code < 0 or code > 0x10FFFF:
        raise DMError(f"{code} is no character code.")
    return bytes([code]).decode("cp1252", errors="replace") if code < 256 else chr(code)


# -- numbers ----------------------------------------------------------------------------------------------------------

_SPECIFIER = re.compile(r"%([-+ 0#]*)(\d*)(?:\.(\d*))?(hh|h|ll|l|L|I64)?([diuoxXfFeEgGcs])")
_NUMBER = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)")


@dm_function("string Format(number value, string format)", "SEEN 33 f")
def format_number(call, value, pattern):
    """One number by a C printf format, with text around it."""
    plain = pattern.replace("%%", "\0")
    found = list(_SPECIFIER.finditer(plain))
    if len(found) != 1 or plain.count("%") != 1:
        raise DMError(f'Format takes a pattern with one number in it, such as "%.3f", not {pattern!r}.')
    text = plain[: found[0].start()] + _formatted(value, *found[0].groups()) + plain[found[0].end() :]
    return text.replace("\0", "%")


def _formatted(value, flags, width, precision, size, kind):
    if len(width) > 4 or len(precision or "") > 4:
        raise DMError("Format: the width or precision is too large.")
    layout = "%" + flags + width + ("" if precision is None else "." + precision)
    if kind in "diuoxXc" and not abs(value) < 2**63:
        kind, layout = "g", "%" + width
    if kind in "di":
        return (layout + "d") % int(value)
    if kind in "uoxX":
        return (layout + kind.replace("u", "d")) % (int(value) % 2**32 if value < 0 else int(value))
    if kind == "c":
        return chr(int(value) % 0x110000)
    return (layout + ("g" if kind == "s" else kind)) % value


@dm_function("string Decimal(number value)", "SEEN 4 f", "fractions are cut off")
def decimal(call, value):
    """All digits of a whole number."""
    return str(_whole(value))


@dm_function("string Hex(number value)", "SEEN 7 f", "capital letters, no 0x")
@dm_function("string Hex(number value, number digits)", "SEEN 7 f", "filled with zeros")
def hexadecimal(call, value, digits=0.0):
    return base_n(call, value, 16.0, digits)


@dm_function("string Binary(number value)", "SEEN 4 f", "no filling zeros")
@dm_function("string Binary(number value, number digits)", "RECALLED", "filled with zeros")
def binary(call, value, digits=0.0):
    return base_n(call, value, 2.0, digits)


@dm_function("string Octal(number value)", "RECALLED", "no filling zeros")
@dm_function("string Octal(number value, number digits)", "RECALLED", "filled with zeros")
def octal(call, value, digits=0.0):
    return base_n(call, value, 8.0, digits)


@dm_function("string BaseN(number value, number base)", "SEEN 1 f")
@dm_function("string BaseN(number value, number base, number digits)", "SEEN 2 f", "filled with zeros")
def base_n(call, value, base, digits=0.0):
    """A whole number in another base; capital letters."""
    number, base = _whole(value), int(base)
    if not 2 <= base <= 36:
        raise DMError(f"A base of {base} is not between 2 and 36.")
    sign, number, text = "-" if number < 0 else "", abs(number), ""
    while number or not text:
        number, digit = divmod(number, base)
        text = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[digit] + text
    return sign + text.rjust(min(_count(digits), MOST_CHARACTERS), "0")


def _whole(value):
    if not abs(value) < 1e300:
        raise DMError(f"{value} is no whole number.")
    return int(value)


@dm_function("number Val(string text)", "SEEN 18 f", "0 where the text does not begin with a number")
def value_of(call, text):
    """The number at the beginning of a text."""
    found = _NUMBER.match(text)
    return float(found[1]) if found else 0.0
