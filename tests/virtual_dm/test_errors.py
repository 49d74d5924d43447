"""Errors name the file, the line and the column, show the line with a caret, and say what to do."""
import re

import pytest

from offline_reference.virtual_dm.script.errors import ScriptError, ScriptException, ScriptStopped, ScriptSyntaxError
from tests.virtual_dm.running import error_of, ramp


def test_an_error_shows_its_line_with_a_caret_under_the_place():
    error = error_of("number a = 1\n\tnumber b = Foo(a)")
    assert str(error).splitlines() == [
        "script, line 2, column 13: DM has no function Foo that we know of; the nearest name is Floor.",
        "    number b = Foo(a)",
        "               ^",
    ]


def test_of_a_long_line_the_part_around_the_place_is_shown():
    shown, caret = str(error_of("number a = " + "1 + " * 500 + "Foo()")).splitlines()[1:]
    assert len(shown) < 200 and shown[caret.index("^"):].startswith("Foo()")


def test_what_a_screen_cannot_show_is_blank():
    assert str(error_of('Result("\x07")\tFoo()')).splitlines()[1] == '    Result(" ") Foo()'


@pytest.mark.parametrize(
    "script, kind, message",
    [
        ("CM_GetCurrentCamera()", ScriptStopped, "known to DM, not simulated here"),
        ("EMGetFocus()", ScriptStopped, "known to DM, not simulated here"),
        ("GetFrontImagee()", ScriptStopped, "DM has no function GetFrontImagee .* nearest name is GetFrontImage"),
        ("ImageClone()", ScriptStopped, r"does not take 0 argument\(s\): it is image ImageClone\(image"),
        ('Sqrt("x")', ScriptStopped, r"does not take \(string\)"),
        ("number a = true", ScriptException, "DM has no true: write 1"),
        ("number a = cat", ScriptException, "cat is not declared"),
        ('number a = "3"', ScriptException, "number is wanted here, not a string"),
        ('string s = "a" - "b"', ScriptException, "no operator - between a string and a string"),
        ("image a := 3", ScriptException, "image is wanted here, not a number"),
        ("image a = 3", ScriptException, "nothing says how large"),
        ("image a = icol", ScriptException, "says how large"),
        ("image a\na += 1", ScriptException, "no image yet"),
        ("image a\nnumber s = sum(a)", ScriptException, "no image yet|no valid image"),
        ("number a = icol", ScriptException, "not an image expression"),
        ("object o = alloc(Nothing)", ScriptException, "no class Nothing"),
        ("class A : Nothing { }\nobject o = alloc(A)", ScriptException, "derives from Nothing"),
        ("number a\na.b", ScriptSyntaxError, "without"),
        ("foreach (object o; 3) { }", ScriptException, "ObjectList"),
        ("[1,2] : {{1},{2},{3}}", ScriptException, "3 values"),
        ("number a := 3\na[0,0] = 1", ScriptException, "Only images have pixels"),
        ("void F(number &n) { }\nF(3)", ScriptStopped, "does not take"),
        ("void F();\nF()", ScriptStopped, "never defined"),
        ("class A { void M(number n) { } }", ScriptSyntaxError, "object self"),
        ("image a := RGBImage(\"\", 4, 2, 2)\nimage b := rgb(a, a, a)", ScriptException, "does not take colours"),
        ("if (ExprSize(2,2,icol)) { }", ScriptException, "not an image expression"),
    ],
)
def test_what_dm_refuses_is_refused_in_a_sentence(script, kind, message):
    error = error_of(script, kind=kind)
    assert re.search(message, error.message), error.message


def test_a_number_is_no_pixel():
    """script_reference 3.1: an index gives an image of one pixel."""
    error = error_of("image a := GetFrontImage()\nnumber v = a[1,1]", ramp(3, 2))
    assert "GetPixel" in error.message


def test_sizes_must_match():
    error = error_of("image a := GetFrontImage()\nimage b := RealImage(\"\", 4, 2, 3)\nb = a", ramp(3, 2))
    assert "3 x 2" in error.message and "2 x 3" in error.message
    assert isinstance(error, ScriptException)


def test_an_error_inside_a_function_names_the_line_inside():
    error = error_of('void F() {\n  Throw("inside")\n}\n\nF()', kind=ScriptError)
    assert (error.line, error.message) == (2, "inside")
