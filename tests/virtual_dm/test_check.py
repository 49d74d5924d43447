"""script check: names and calls against the catalogue, and what DM is not known to accept."""
import re

import pytest

from offline_reference.virtual_dm.script import catalogue
from offline_reference.virtual_dm.script.check import check_source
from offline_reference.virtual_dm.script.errors import Source

SOUND = """
/* A script that DM takes. */
interface Hears { void Tell(object self, number n); }
number Even(number n);
number Odd(number n) { return n == 0 ? 0 : Even(n - 1) }
number Even(number n) { return n == 0 ? 1 : Odd(n - 1) }
class Base { number count; void Tell(object self, number n) { count = n } }
class Frame : UIFrame { number Go(object self) { return self.super.Init(NewTagGroup()).Pose() } }
object o = alloc(Base)
o.Tell(3)
image img := GetFrontImage()
number w, h
GetSize(img, w, h)
image mask = ExprSize(w, h, iradius < 10 && icol > 1)
for (number i = 0; i < w; i++) { if (i == 3) continue; img[i, 0] = i }
try { Throw("no") }
catch { Result(GetExceptionString() + "\\n"); break }
img.ShowImage()
"""


def findings(text, libraries=()):
    return check_source(Source(text, "t.s"), [Source(library, "lib.s") for library in libraries])


def test_a_sound_script_has_no_findings():
    assert [str(finding) for finding in findings(SOUND)] == []


@pytest.mark.parametrize(
    "text, severity, message",
    [
        ("a = ", "error", "value is expected"),
        ("ImageCone(GetFrontImage())", "error", "nearest name is ImageClone"),
        ("GetSize()", "error", r"does not take 0 argument\(s\)"),
        ("void F(number n) { }\nF(1, 2)", "error", "does not take 2"),
        ("number a = counter + 1", "error", "counter is not declared"),
        ("number a = Pi", "error", "Pi is a function"),
        ("exit", "error", "exit is a function"),
        ("number a = TRUE", "error", "DM has no TRUE: write 1"),
        ("integr a", "error", "no type integr"),
        ("image b = A + 1", "warning", "image labelled A"),
        ("number a = Max(1,\n 2)", "warning", "line break inside brackets"),
        ("number a = 1 +\n 2", "warning", "line ends in +"),
        ("do { } while (0)", "warning", "no script is known to use it"),
        ("number n\nif (n = 2) n = 3", "warning", "condition assigns"),
        ('string a = 1 ? "x" : "y"', "warning", "choose texts"),
        ("try Throw(\"\")\ncatch Result(\"\")", "warning", "ends without break"),
        ("F()\nvoid F() { }", "warning", r"further down \(line 2\)"),
        ("number F() { return count }\nnumber count", "warning", "declared further down"),
        ("// \u00b5m\n", "warning", "beyond ASCII"),
        ("number m = BesselJ(1)", "warning", "hearsay"),
        ("image a := GetFrontImage()\nnumber v = a[1, 2]", "warning", "GetPixel"),
        ("object o = alloc(Other)", "warning", "no class Other above"),
        ("class A : Other { }", "warning", "derives from Other"),
    ],
)
def test_what_dm_may_refuse_is_found(text, severity, message):
    found = findings(text)
    assert len(found) == 1
    assert found[0].severity == severity
    assert re.search(message.replace("+", r"\+"), found[0].text), found[0].text


def test_a_finding_is_shown_with_its_line_and_a_caret():
    assert str(findings("number a\na = Foo(a)")[0]).splitlines() == [
        "t.s, line 2, column 5: error: DM has no function Foo that we know of; the nearest name is Floor.",
        "    a = Foo(a)",
        "        ^",
    ]


def test_functions_and_classes_of_libraries_are_known():
    text = "class B : A { }\nobject o = alloc(A)\nnumber n = Twice(3)"
    assert not findings(text, ["class A { }\nnumber Twice(number n) { return 2 * n }"])


def test_what_may_come_from_a_library_that_is_not_there_is_only_a_warning():
    found = findings("uses com.gatan.dm.mylib\nGoThere()")
    assert [finding.severity for finding in found] == ["warning"]


def test_a_name_dies_with_its_block():
    assert [finding.text for finding in findings("{ number inner = 1 }\ninner = 2")] == ["inner is not declared."]


def test_members_of_a_base_class_are_names_in_its_methods():
    assert not findings("class A { number n; }\nclass B : A { number M(object self) { return n } }")


# -- the catalogue ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, fits, does_not",
    [("GetSize", [3], [0, 1, 4]), ("Pi", [0], [1]), ("SliceN", [9, 12, 15], [1, 2]), ("CM_GetCurrentCamera", [0], [1])],
)
def test_the_catalogue_knows_how_many_arguments_a_function_takes(name, fits, does_not):
    entries = catalogue.entries(name)
    assert all(any(entry.takes(n) for entry in entries) for n in fits)
    assert not any(entry.takes(n) for entry in entries for n in does_not)


def test_every_line_of_the_catalogue_has_a_name_and_its_evidence():
    for entries in catalogue.all_entries().values():
        for entry in entries:
            assert entry.name.isidentifier() and entry.evidence, entry
