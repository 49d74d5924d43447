"""Strings and path texts."""

import math

import pytest

from tests.virtual_dm.builtins.scripts import error_of, text_of, value_of

TEXTS = {
    'Left("diffraction", 4)': "diff",
    'Left("ab", 9)': "ab",
    'Right("diffraction", 3)': "ion",
    'Right("ab", 0)': "",
    'Mid("diffraction", 4, 3)': "rac",
    'Mid("ab", 5, 2)': "",
    'StringToLower("AbC")': "abc",
    'StringToUpper("AbC")': "ABC",
    'Format(3.14159, "%.3f")': "3.142",
    'Format(3.14159, "%8.2f|")': "    3.14|",
    'Format(-7.9, "%i")': "-7",
    'Format(5, "%04d")': "0005",
    'Format(255, "%X")': "FF",
    'Format(12345.678, "%.2e")': "1.23e+04",
    'Format(0.5, "x = %g%%")': "x = 0.5%",
    'Format(infinity(), "%d")': "inf",
    "Decimal(12345678)": "12345678",
    "Hex(255)": "FF",
    "Hex(255, 4)": "00FF",
    "Binary(5)": "101",
    "Octal(64)": "100",
    "BaseN(35, 36)": "Z",
    "BaseN(7, 10, 4)": "0007",
    "Chr(65)": "A",
    "Chr(181)": "\u00b5",
    'PathConcatenate("C:\\\\data", "a.dm4")': "C:\\data\\a.dm4",
    'PathConcatenate("C:\\\\data\\\\", "a.dm4")': "C:\\data\\a.dm4",
    'PathExtractDirectory("C:\\\\data\\\\a.b.dm4", 0)': "C:\\data\\",
    'PathExtractFileName("C:\\\\data\\\\a.b.dm4", 0)': "a.b.dm4",
    'PathExtractBaseName("C:\\\\data\\\\a.b.dm4", 0)': "a.b",
    'PathExtractExtension("C:\\\\data\\\\a.b.dm4", 0)': "dm4",
    'PathExtractExtension("folder\\\\noending", 0)': "",
    'PathExtractParentDirectory("C:\\\\data\\\\sub\\\\", 0)': "C:\\data\\",
}
NUMBERS = {
    'Len("four")': 4,
    'Find("diffraction", "act")': 5,
    'Find("diffraction", "x")': -1,
    'Asc("A")': 65,
    'Asc("")': 0,
    'Val("3.5 nm")': 3.5,
    'Val(" -1e-3")': -1e-3,
    'Val("nm")': 0,
    'StringCompare("a", "b")': -1,
    'StringCompare("b", "b")': 0,
    'PathsSpecifySameFile("C:/a/B", "c:\\\\A\\\\b")': 1,
}


@pytest.mark.parametrize("expression, expected", TEXTS.items())
def test_functions_that_give_texts(expression, expected):
    assert text_of(expression) == expected


@pytest.mark.parametrize("expression, expected", NUMBERS.items())
def test_functions_that_give_numbers(expression, expected):
    assert value_of(expression) == pytest.approx(expected)


def test_format_keeps_every_digit_that_is_asked_for():
    assert float(text_of('Format(pi(), "%.17g")')) == math.pi


def test_format_takes_one_number_and_says_so():
    for pattern in ("no number", "%d and %d", "%y"):
        assert "one number" in error_of(f'result(Format(1, "{pattern}"))')


def test_bases_outside_2_to_36_are_refused():
    assert "between 2 and 36" in error_of("result(BaseN(5, 37))")


def test_append_changes_the_variable():
    assert text_of("s", before='string s = "a"\nStringAppend(s, "b")') == "ab"
