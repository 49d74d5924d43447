"""Text -> tree -> text: precedence, statements, and that printing loses nothing."""
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offline_reference.virtual_dm.script import nodes
from offline_reference.virtual_dm.script.errors import ScriptError, ScriptSyntaxError
from offline_reference.virtual_dm.script.expression_parser import ASSIGNMENTS, KEYWORDS, LEVEL_OF
from offline_reference.virtual_dm.script.parser import parse
from offline_reference.virtual_dm.script.printer import print_expression, print_script
from offline_reference.virtual_dm.script.tokens import OPERATORS


def expression(text):
    return parse(text).statements[0].value


def as_read(text):
    """The expression with every bracket that its precedence implies."""

    def bracketed(node):
        if isinstance(node, nodes.Binary):
            return f"({bracketed(node.left)}{node.operator}{bracketed(node.right)})"
        if isinstance(node, nodes.Unary):
            return f"({node.operator}{bracketed(node.operand)})"
        return print_expression(node)

    return bracketed(expression(text))


@pytest.mark.parametrize(
    "text, read",
    [
        ("a + b * c", "(a+(b*c))"),
        ("a - b - c", "((a-b)-c)"),
        ("-x ** 2", "(-(x**2))"),
        ("2 ** -x", "(2**(-x))"),
        ("a ** b ** c", "(a**(b**c))"),
        ("a < b == c", "((a<b)==c)"),
        ("icol >= 1 & icol <= 2", "((icol>=1)&(icol<=2))"),
        ("a & b | c", "((a&b)|c)"),
        ("a || b && c | d", "(a||(b&&(c|d)))"),
        ("1 << 2 + 3", "(1<<(2+3))"),
        ("!a == b", "((!a)==b)"),
        ("a % b * c", "((a%b)*c)"),
    ],
)
def test_operators_bind_as_in_dm(text, read):
    assert as_read(text) == read


def test_method_calls_chain_and_numbers_have_methods():
    tree = expression('(i + 1).Format("%i").len()')
    assert isinstance(tree, nodes.MethodCall) and tree.name == "len"
    assert isinstance(tree.target, nodes.MethodCall) and isinstance(tree.target.target, nodes.Binary)


def test_assignment_is_an_expression():
    assert expression("a = b = 3") == nodes.Assign("=", nodes.Name("a"), nodes.Assign("=", nodes.Name("b"),
                                                                                    nodes.Number(3.0)))  # fmt: skip


def test_a_statement_ends_at_a_newline_or_semicolon():
    assert len(parse("a(); b()\nc();;\n\n;d()").statements) == 4


def test_two_statements_on_one_line_need_a_semicolon():
    with pytest.raises(ScriptSyntaxError, match="need a ; between"):
        parse("a = 1 b = 2")


def test_line_breaks_in_brackets_are_read_and_noted():
    tree = parse("f(a,\n  b)")
    assert len(tree.statements[0].value.arguments) == 2
    assert "backslash" in tree.notes[0][1]
    assert not parse("f(a,\\\n  b)").notes


def test_line_breaks_in_an_image_literal_are_free():
    tree = parse("image m := [3,2] :\n{\n {1,2,3},\n {4,5,6}\n}")
    assert not tree.notes
    assert [len(row) for row in tree.statements[0].declarators[0].value.rows] == [3, 3]


@pytest.mark.parametrize(
    "text, kind",
    [
        ("number a, b = 2, c := d", nodes.Declaration),
        ("if (a) b()\nelse c()", nodes.If),
        ("if (a)\n{\n}\nelse if (b) { }", nodes.If),
        ("while (a) { break; continue }", nodes.While),
        ("for (number i = 0; i < 3; i++) f(i)", nodes.For),
        ("for (;;) { }", nodes.For),
        ("for (i = 0, j = 1; i < j; i++, j--) f()", nodes.For),
        ("foreach (object o; list) o.Go()", nodes.ForEach),
        ("foreach (o; list) { o.Go() }", nodes.ForEach),
        ("do { a() } while (b)", nodes.DoWhile),
        ("try { a() }\ncatch { break }", nodes.Try),
        ("try a()\ncatch b()", nodes.Try),
        ("void F(number x, image &y, object)", nodes.Function),
        ("void F(void) { }", nodes.Function),
        ("number F(number x)\n{\n return x\n};", nodes.Function),
        ("number F() return 1", nodes.Function),
        ("class A : B { number n; A(object self) { n = 1 } ~A(object self) f(); void M(object self); }", nodes.Class),
        ("interface I { void F(object self); }", nodes.Interface),
        ("module a.b.c", nodes.Module),
        ("img{0}[1,2] += disp{\"label\"}", nodes.ExpressionStatement),
        ("a ? b : c ? d : e", nodes.ExpressionStatement),
        ("img[] = 0", nodes.ExpressionStatement),
        ("self.super.Init(a)", nodes.ExpressionStatement),
        ("s.Slice2(0,0,i,0,w,1,1,h,1) = img", nodes.ExpressionStatement),
    ],
)
def test_every_kind_of_statement_is_read_and_printed_back(text, kind):
    tree = parse(text)
    assert isinstance(tree.statements[0], kind)
    assert parse(print_script(tree)) == tree


@pytest.mark.parametrize(
    "text, message",
    [
        ("if (a) {", "never closed"),
        ("}", "closes nothing"),
        ("f(a", "expected"),
        ("else b()", "cannot start"),
        ("try a()", "catch is expected"),
        ("1 = a", "left of ="),
        ("a +", "value is expected"),
        ("class A { f() }", "declarations and methods"),
        ("image m := [2]: {1 2}", "between the rows"),
        ("for (a; b) c()", "after the condition"),
        ("return return", "value is expected"),
        ("if (a or b) c()", r"no word or: write \|\|"),
        ("switch (a) { }", "no switch"),
        ("void F(number n = 3) { }", "no default values"),
    ],
)
def test_broken_text_is_refused_with_a_reason(text, message):
    with pytest.raises(ScriptSyntaxError, match=message):
        parse(text)


def test_nesting_without_end_is_refused():
    with pytest.raises(ScriptSyntaxError, match="too deeply"):
        parse("(" * 100_000 + "1")


# -- property: printing loses nothing --------------------------------------------------------------------------------

names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,6}", fullmatch=True).filter(lambda name: name.lower() not in KEYWORDS)
leaves = st.one_of(
    st.floats(min_value=0, allow_nan=False).map(nodes.Number),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8).map(nodes.String),
    names.map(nodes.Name),
)


def larger(children):
    lists = st.lists(children, max_size=3)
    some = st.lists(children, min_size=1, max_size=3)
    targets = st.one_of(names.map(nodes.Name), st.builds(nodes.Index, names.map(nodes.Name), lists))
    return st.one_of(
        st.builds(nodes.Unary, st.sampled_from("-+!~"), children),
        st.builds(nodes.Binary, st.sampled_from([*LEVEL_OF, "**"]), children, children),
        st.builds(nodes.Conditional, children, children, children),
        st.builds(nodes.Assign, st.sampled_from(ASSIGNMENTS), targets, children),
        st.builds(nodes.Step, st.sampled_from(["++", "--"]), targets, st.booleans()),
        st.builds(nodes.Call, names, lists),
        st.builds(nodes.MethodCall, children, names, lists),
        st.builds(nodes.Index, children, lists),
        st.builds(nodes.SliceIndex, children, children),
        st.builds(nodes.ImageLiteral, some, st.lists(some, min_size=1, max_size=3)),
    )


expressions = st.recursive(leaves, larger, max_leaves=12)
parameters = st.lists(st.builds(nodes.Parameter, names, names, st.booleans()), max_size=3)
declarations = st.builds(
    nodes.Declaration,
    names,
    st.lists(
        st.one_of(st.builds(nodes.Declarator, names),
                  st.builds(nodes.Declarator, names, st.sampled_from(["=", ":="]), expressions)),
        min_size=1, max_size=3,
    ),
)  # fmt: skip


def statements_with(children):
    blocks = st.lists(children, max_size=3).map(nodes.Block)
    return st.one_of(
        blocks,
        st.builds(nodes.If, expressions, blocks, st.one_of(st.none(), blocks)),
        st.builds(nodes.While, expressions, blocks),
        st.builds(nodes.DoWhile, blocks, expressions),
        st.builds(nodes.For, st.lists(expressions, max_size=2), st.one_of(st.none(), expressions),
                  st.lists(expressions, max_size=2), blocks),
        st.builds(nodes.ForEach, names, names, expressions, blocks),
        st.builds(nodes.Try, blocks, blocks),
        st.builds(nodes.Function, names, names, parameters, st.one_of(st.none(), blocks)),
    )  # fmt: skip


simple = st.one_of(
    st.builds(nodes.ExpressionStatement, expressions),
    declarations,
    st.builds(nodes.Return, st.one_of(st.none(), expressions)),
    st.just(nodes.Break()),
    st.just(nodes.Continue()),
)
scripts = st.lists(st.recursive(simple, statements_with, max_leaves=6), max_size=4).map(nodes.Script)


@given(scripts)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])  # trees take time to draw, not to parse
def test_parsing_what_was_printed_gives_the_same_tree(tree):
    assert parse(print_script(tree)) == tree


# -- property: nothing but script errors ------------------------------------------------------------------------------


@given(st.text(max_size=200))
@settings(max_examples=150)
def test_random_text_is_a_script_or_a_script_error(text):
    try:
        parse(text)
    except ScriptError as error:
        assert str(error)


TOKENS = [*OPERATORS, *KEYWORDS, "number", "image", "a", "b", "icol", "self", "1", "2.5", '"t"', "\n", "\\\n"]


@given(st.lists(st.sampled_from(TOKENS), max_size=60).map(" ".join))
@settings(max_examples=200)
def test_random_tokens_are_a_script_or_a_script_error(text):
    try:
        tree = parse(text)
    except ScriptError as error:
        assert str(error)
    else:
        assert parse(print_script(tree)) == tree
