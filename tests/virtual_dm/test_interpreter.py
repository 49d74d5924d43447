"""What a running script does: variables, functions, branches, loops, exceptions, classes."""
import gc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offline_reference.virtual_dm.script.cursor import KEYWORDS
from offline_reference.virtual_dm.script.errors import ScriptError, ScriptException, ScriptStopped
from offline_reference.virtual_dm.script.limits import Limits
from offline_reference.virtual_dm.script.tokens import OPERATORS
from offline_reference.virtual_dm.workspace import MenuItem, Workspace
from tests.virtual_dm.running import error_of, run, text_of, value_of


@pytest.mark.parametrize(
    "expression, value",
    [
        ("1/5", 0.2),
        ("7 % 3", 1),
        ("-7 % 3", -1),
        ("2 ** 3 ** 2", 512),
        ("-(2) ** 2", -4),
        ("1 << 32", 2**32),
        ("255 & 0xF0 | 1", 241),
        ("1 < 2 && !(3 < 2)", 1),
        ("0 || 2", 1),
        ("1 ? 10 : 20", 10),
        ("3 == 3.0", 1),
        ('"a" == "A"', 0),
        ("1 / 0 > 1e300", 1),
        ("~5", -6),
        ("0xFF", 255),
    ],
)
def test_numbers_are_computed_as_in_c_but_always_floating(expression, value):
    assert value_of(expression) == value


def test_names_are_the_same_in_any_case():
    assert value_of("NEWSIZEX + newsizex", before="Number newSizeX = 3") == 6


def test_declarations_run_from_left_to_right():
    assert value_of("c", before="number a = 2, b, c = a + b + 1") == 3


def test_uninitialised_variables_are_zero_empty_or_invalid():
    assert value_of('n == 0 && s == "" && !ImageIsValid(img) && !ScriptObjectIsValid(o)',
                    before="number n\nstring s\nimage img\nobject o") == 1  # fmt: skip


def test_both_forms_of_the_steps():
    assert value_of("a * 100 + b * 10 + i", before="number i = 1\nnumber a = i++\nnumber b = ++i") == 133


def test_numbers_become_text_beside_a_text():
    assert text_of('1 + 2 + "x" + 0.5 + 1e-8') == "3x0.51e-08"


def test_how_many_digits_a_number_gets_is_a_switch():
    assert text_of('"" + 1/3') == "0.333333"
    assert text_of('"" + 1/3', number_digits="15") == "0.333333333333333"


def test_an_inner_variable_hides_the_outer_one_until_its_block_ends():
    assert value_of("a", before="number a = 1\n{ number a = 5; a = 6 }\nif (1) number a = 7") == 1


def test_a_variable_of_a_function_s_name_hides_no_call():
    assert value_of("max", before="number max = max(3, 4)") == 4


def test_for_while_do_break_and_continue():
    script = """
    number s = 0, n = 0
    for (number i = 0; i < 10; i++) { if (i == 3) continue; if (i == 6) break; s += i }
    while (1) { n++; if (n > 4) break }
    do n += 10; while (n < 30)
    """
    assert value_of("s * 100 + n", before=script) == (0 + 1 + 2 + 4 + 5) * 100 + 35


def test_else_belongs_to_the_nearest_if_and_may_stand_on_a_line_of_its_own():
    assert value_of("a", before="number a\nif (0)\n a = 1\nelse if (0) a = 2\n\nelse\n{\n a = 3\n}") == 3


# -- functions --------------------------------------------------------------------------------------------------------


def test_ampersand_parameters_change_the_caller_s_variable_and_others_do_not():
    script = "void F(number a, number &b) { a = 10; b = 20 }\nnumber x = 1, y = 2\nF(x, y)"
    assert value_of("x + y", before=script) == 21


def test_references_are_handed_on():
    script = "void G(number &n) { n += 1 }\nvoid F(number &n) { G(n); n.G() }\nnumber x\nF(x)"
    assert value_of("x", before=script) == 2


def test_an_image_parameter_is_the_caller_s_image_and_only_a_reference_rebinds_it():
    script = """
    image a := RealImage("", 4, 3, 2), b := RealImage("", 4, 3, 2)
    void Fill(image img) { img = 5; img := RealImage("", 4, 7, 7) }
    void Swap(image &img) { img := RealImage("", 4, 7, 7); img = 1 }
    Fill(a)
    Swap(b)
    """
    assert value_of("sum(a) + sum(b)", before=script) == 5 * 6 + 49


def test_functions_are_overloaded_by_number_and_types():
    script = """
    number F(number x) { return 1 }
    number F(string x) { return 2 }
    number F(image x) { return 3 }
    number F(number x, number y) { return 4 }
    """
    assert value_of('F(0)*1000 + F("")*100 + F(ExprSize(2,2,icol))*10 + F(1,1)', before=script) == 1234


def test_a_script_s_function_wins_over_dm_s_own():
    assert value_of("Abs(-3) + Abs(-3, 1)", before="number Abs(number x) { return 7 }\n"
                    "number Abs(number x, number y) { return 100 }") == 107  # fmt: skip


def test_recursion_and_forward_declarations():
    script = """
    number Even(number n);
    number Odd(number n) { return n == 0 ? 0 : Even(n - 1) }
    number Even(number n) { return n == 0 ? 1 : Odd(n - 1) }
    """
    assert value_of("Even(10) + Odd(7)", before=script) == 2


def test_functions_see_globals_and_are_warned_of_those_that_stand_below():
    assert value_of("F()", before="number n = 3\nnumber F() { return n }\nn = 4") == 4
    workspace = run("number F() { return count }\nnumber count = 3\nexit(F())")
    assert workspace.exit_value == 3
    assert workspace.warnings == ["script, line 1: count is declared further down: DM may not know it here"]


def test_a_function_that_stands_below_its_call_is_refused():
    error = error_of("F()\nvoid F() { }", kind=ScriptStopped)
    assert "further down (line 2)" in error.message


def test_method_calls_work_on_any_value():
    assert text_of('(1 + 2).Twice().Show("<")', before='number Twice(number n) { return 2 * n }\n'
                   'string Show(number n, string s) { return s + n }') == "<6"  # fmt: skip


def test_void_functions_return_early_and_others_without_return_give_nothing():
    assert value_of("a + F()", before="number a = 1\nvoid G() { return; a = 9 }\nnumber F() { G() }") == 1


# -- exceptions -------------------------------------------------------------------------------------------------------


def test_break_in_a_catch_block_leaves_only_that_block():
    script = """
    number n = 0, turns = 0
    while (turns < 3) {
        turns++
        try { Throw("no"); n = 100 }
        catch { n++; break; n = 1000 }
        n += 10
    }
    """
    assert value_of("n", before=script) == 33


def test_the_text_of_an_exception_is_known_in_the_catch_block():
    assert run('try Throw("what")\ncatch { Result(GetExceptionString()); break }').results == "what"


def test_whether_falling_out_of_a_catch_block_ends_the_exception_is_a_switch():
    script = 'number n = 1\ntry Throw("x")\ncatch n = 2\nexit(n)'
    assert run(script).exit_value == 2
    assert error_of(script, kind=ScriptException, catch_without_break="rethrow").message == "x"


def test_what_dm_refuses_can_be_caught_and_what_it_does_not_know_cannot():
    assert run("number n\ntry GetFrontImage()\ncatch { n = 5; break }\nexit(n)").exit_value == 5
    assert "no function" in error_of("try NoSuchThing()\ncatch break").message


def test_exit_is_no_exception_and_gives_its_value():
    assert run("try exit(3)\ncatch break\nexit(4)").exit_value == 3
    assert run("number n = 1").exit_value == 0


def test_return_at_the_top_level_ends_the_script():
    assert run('Result("a")\nreturn\nResult("b")').results == "a"


# -- classes ----------------------------------------------------------------------------------------------------------

SHAPES = """
class Shape {
    number side
    Shape(object self) { side = 2 }
    void SetSide(object self, number s) { side = s }
    number Area(object self) { return side }
    number Twice(object self) { return 2 * self.Area() }
}
class Square : Shape {
    string name = "square"
    number Area(object self) { return side * self.super.Area() }
    ~Square(object self) { Result("gone ") }
}
"""


def test_methods_are_inherited_overridden_and_reached_by_super():
    script = SHAPES + "object o = alloc(Square)\no.SetSide(3)"
    assert value_of("o.Area() * 100 + o.Twice()", before=script) == 918


def test_members_belong_to_each_object():
    script = SHAPES + "object a = alloc(Shape), b = alloc(Shape)\na.SetSide(5)"
    assert value_of("a.Area() * 10 + b.Area()", before=script) == 52


def test_a_destructor_runs_when_the_last_variable_lets_go():
    workspace = run(SHAPES + '{ object o = alloc(Square); object p = o }\nResult("after ")\nobject q = alloc(Square)')
    gc.collect()
    assert workspace.results == "gone after gone "


def test_members_of_two_overloads_and_of_an_interface():
    script = """
    interface Listener { number Heard(object self, number n); }
    class Ear { number Heard(object self, number n) { return n }  number Heard(object self, string s) { return 50 } }
    number Tell(object who) { return who.Heard(7) + who.Heard("x") }
    """
    assert value_of("Tell(alloc(Ear))", before=script) == 57


def test_foreach_walks_an_object_list():
    script = SHAPES + """
    object list = alloc(ObjectList)
    for (number i = 1; i < 4; i++) { object s = alloc(Shape); s.SetSide(i); list.AddObjectToList(s) }
    number total
    foreach (object s; list) total += s.Area()
    """
    assert value_of("total", before=script) == 6


def test_threads_run_at_once():
    script = """
    number done = 0
    class Worker : Thread { void RunThread(object self) { done += 1 }  void Other(object self) { done += 10 } }
    alloc(Worker).StartThread()
    alloc(Worker).StartThread("Other")
    """
    assert value_of("done", before=script) == 11


def test_objects_are_found_by_their_id_while_they_live():
    script = SHAPES + "object o = alloc(Shape)\nnumber id = o.ScriptObjectGetID()\nobject p = GetScriptObjectFromID(id)"
    assert value_of("p.Area()", before=script) == 2


# -- several scripts --------------------------------------------------------------------------------------------------


def test_a_script_run_by_a_script_has_its_own_variables_and_gives_its_exit_value():
    assert value_of('ExecuteScriptString("number a = 5\\nexit(a + 1)") + a', before="number a = 100") == 106


def test_functions_and_classes_of_a_library_are_there_for_every_later_script():
    workspace = Workspace()
    workspace.install(MenuItem("", "", "lib", "number gN = 2\nnumber Twice(number n) { return gN * n }\n" + SHAPES,
                               is_library=True))  # fmt: skip
    from offline_reference.virtual_dm import run_script

    assert run_script("exit(Twice(4) + alloc(Shape).Area())", workspace) == 10
    assert run_script("class S : Shape { }\nexit(Twice(1) + alloc(S).Area())", workspace) == 4


# -- limits -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "script, message",
    [
        ("while (1) { }", "more than 5000 steps"),
        ("void F() { F() }\nF()", "deep"),
        ('string s = "x"\nwhile (1) s = s + s', "characters"),
        ("image a := RealImage(\"\", 8, 1e6, 1e6)", "more than"),
        ("image a := ExprSize(1e6, 1e6, icol)", "more than"),
        ("while (1) { try Throw(\"x\")\ncatch break }", "more than 5000 steps"),
    ],
)
def test_nothing_hangs_or_eats_the_memory(script, message):
    assert message in error_of(script, kind=ScriptStopped, limits=Limits(steps=5000, characters=10**5)).message


def test_a_run_is_stopped_by_the_clock():
    assert "longer than" in error_of("while (1) { }", kind=ScriptStopped, limits=Limits(seconds=0.05)).message


# -- properties -------------------------------------------------------------------------------------------------------

SOUP = [*OPERATORS, *KEYWORDS, "number", "image", "string", "object", "a", "b", "icol", "self", "1", "2.5", '"t"', "\n",
        "max(", "sum(", "RealImage(\"\",4,3,2)", "void F(", "alloc(", "Result(", "[0,0]", "a=", "number a=1\n",
        "image b := ExprSize(2,2,icol)\n"]  # fmt: skip


@given(st.lists(st.sampled_from(SOUP), max_size=40).map(" ".join))
@settings(max_examples=250)
def test_random_tokens_run_to_an_end_or_a_script_error(text):
    try:
        run(text, limits=Limits(steps=10_000, seconds=1))
    except ScriptError as error:
        assert "virtual_dm itself failed" not in str(error)


@given(st.binary(max_size=120))
@settings(max_examples=100)
def test_random_bytes_run_to_an_end_or_a_script_error(data):
    from offline_reference.virtual_dm.script.reading import decode

    try:
        run(decode(data), limits=Limits(steps=10_000, seconds=1))
    except ScriptError as error:
        assert "virtual_dm itself failed" not in str(error)
