"""Rules for every script of dm_scripts: its header, its names, where it may reach, what DM is known to have."""
import functools
import re
from pathlib import Path

import pytest

from offline_reference.virtual_dm import registry
from offline_reference.virtual_dm.script import catalogue, nodes
from offline_reference.virtual_dm.script.check import check_source
from offline_reference.virtual_dm.script.needs import needed_names, needed_sources
from offline_reference.virtual_dm.script.parser import parse
from offline_reference.virtual_dm.script.reading import read_source

PROJECT = Path(__file__).resolve().parents[1]
SCRIPTS = PROJECT / "dm_scripts"
FIELDS = ["What", "Input", "Output", "Source", "Needs", "Twin", "Tested"]
ALL = sorted(SCRIPTS.rglob("*.s"))
LIBRARIES = [path for path in ALL if path.parent.name == "functions"]
#: the libraries whose very purpose is to fetch the front image or to show results, for the commands
FETCHES, SHOWS = {"input", "pattern_settings", "self_test_facts"}, {"results", "factors_shown", "self_test_facts"}
FRONT = {"getfrontimage", "findfrontimage", "findnextimage", "getfrontimagedocument"}
SHOWING = {"showimage", "displayat", "showstack", "imagedocumentshow", "showalert", "okdialog", "pose"}

#: words of the language and its types: virtual_dm may take one as a name, DM may not
RESERVED = set("""
    if else for while do break continue return try catch recover class interface module uses foreach switch case default
    goto null super this new delete true false and or not const static private public virtual
    number realnumber complexnumber rgbnumber string void image realimage compleximage rgbimage binaryimage basicimage
    taggroup taglist roi imagedisplay rasterimagedisplay lineplotimagedisplay argandimagedisplay imagedocument
    documentwindow window component annotation object scriptobject menu menuitem thread compounddocument subarea
    realsubarea complexsubarea rgbsubarea complex long float double bool short int char signed unsigned""".split())


def name_of(path):
    return str(path.relative_to(SCRIPTS))


each_script = pytest.mark.parametrize("path", ALL, ids=name_of)
each_library = pytest.mark.parametrize("path", LIBRARIES, ids=name_of)


def header_of(path):
    """The title, and {field: text} of the header; prose may follow the fields after a blank line."""
    text = read_source(path).text
    assert text.startswith("/* "), f"{path.name} does not begin with its header"
    lines = text[3 : text.index("*/")].split("\n\n")[0].splitlines()
    fields, last = {}, None
    for line in lines[1:]:
        found = re.match(r"   ([A-Z]\w+)\s+(.*)", line)
        if found:
            last = found[1]
            fields[last] = found[2]
        elif line.strip():
            assert last, f"{path.name}: a line above the first field of its header"
            fields[last] += " " + line.strip()
    return lines[0].strip(), fields


def nodes_in(value):
    if isinstance(value, nodes.Node):
        yield value
        for name in value.__dataclass_fields__:
            yield from nodes_in(getattr(value, name))
    elif isinstance(value, list):
        for one in value:
            yield from nodes_in(one)


@functools.cache
def tree_of(path):
    return parse(read_source(path))


@functools.cache
def defined(path):
    """{lower-case name: node} of the functions and classes that a script defines at its top level."""
    tree = tree_of(path)
    return {node.name.lower(): node for node in tree.statements if isinstance(node, (nodes.Function, nodes.Class))}


@functools.cache
def called(path):
    """Lower-case names of all functions, methods and classes that a script calls or allocates."""
    names = set()
    for node in nodes_in(tree_of(path).statements):
        if isinstance(node, (nodes.Call, nodes.MethodCall)):
            names.add(node.name.lower())
            if node.name.lower() == "alloc":
                names |= {argument.name.lower() for argument in node.arguments if isinstance(argument, nodes.Name)}
    return names


@functools.cache
def names_of_dm():
    """Lower-case names of all functions that DM is known or said to have."""
    registry.load_builtins()
    return set(catalogue.all_entries()) | set(registry.FUNCTIONS)


def methods_of(path):
    classes = [node for node in defined(path).values() if isinstance(node, nodes.Class)]
    return {member.name.lower() for node in classes for member in node.members if isinstance(member, nodes.Function)}


@each_script
def test_the_header_has_every_field_in_order(path):
    title, fields = header_of(path)
    assert title and list(fields) == FIELDS
    assert all(fields.values())


@each_script
def test_text_is_ascii(path):
    """DM reads a file in the code page of its Windows, git in UTF-8: only ASCII is the same text in both."""
    assert path.read_bytes().isascii()


@each_script
def test_needs_are_there_and_each_is_used(path):
    use = called(path)
    needed = [SCRIPTS / name for name, _ in needed_names(read_source(path))]
    for library in needed:
        assert library.is_file()
        assert library in LIBRARIES
        offered = set(defined(library)) | methods_of(library)
        assert offered & use, f"{path.name} uses nothing of {library.name}: take it out of Needs"
    assert len(needed) == len(set(needed))


@each_script
def test_what_a_script_uses_directly_stands_in_its_needs(path):
    """Not only by way of another library, which may stop needing it."""
    own, use = set(defined(path)), called(path)
    needed = {SCRIPTS / name for name, _ in needed_names(read_source(path))}
    for library in LIBRARIES:
        if library not in needed and library != path:
            missing = (set(defined(library)) & use) - own
            assert not missing, f"{path.name} uses {sorted(missing)}: add functions/{library.name} to Needs"


@each_script
def test_the_twin_exists(path):
    twins = re.findall(r"[\w./]+\.py", header_of(path)[1]["Twin"])
    assert twins or header_of(path)[1]["Twin"].startswith("-")
    for twin in twins:
        assert (PROJECT / twin).is_file(), f"{path.name} names {twin}, which is not there"


@each_script
def test_dm_is_known_to_have_every_function_with_that_many_arguments(path):
    assert [str(finding) for finding in check_source(read_source(path))] == []


def test_no_two_libraries_define_the_same_name():
    seen = {}
    for library in LIBRARIES:
        for name in defined(library):
            assert name not in seen, f"{library.name} and {seen[name]} both define {name}"
            seen[name] = library.name


@pytest.mark.parametrize("path", [path for path in ALL if path not in LIBRARIES], ids=name_of)
def test_no_command_defines_what_a_library_defines(path):
    for library in LIBRARIES:
        both = set(defined(path)) & set(defined(library))
        assert not both, f"{path.name} defines {sorted(both)} again: use functions/{library.name}"


def test_no_helper_is_copied_from_one_script_to_another():
    """The same body under any name: it belongs into a library."""
    seen = {}
    for path in ALL:
        for node in defined(path).values():
            if isinstance(node, nodes.Function) and node.body is not None and len(node.body.statements) > 1:
                body = repr(strip_places(node.body))
                assert body not in seen, f"{node.name} of {path.name} is also {seen[body]}"
                seen[body] = f"{node.name} of {path.name}"


def strip_places(node):
    """The tree of a body as nested tuples, without where it stood."""
    if isinstance(node, nodes.Node):
        return (type(node).__name__, *(strip_places(getattr(node, name))
                                       for name in node.__dataclass_fields__ if name != "place"))
    return tuple(strip_places(one) for one in node) if isinstance(node, list) else node


@each_library
def test_a_library_leaves_the_front_image_and_the_screen_alone(path):
    use = called(path)
    if path.stem not in FETCHES:
        assert not use & FRONT
    if path.stem not in SHOWS:
        assert not use & (SHOWING if path.stem not in ("settings", "input") else SHOWING - {"pose"})


@each_library
def test_a_library_only_defines(path):
    """Its statements would run at every start of DM, and its globals would be everybody's."""
    others = [node for node in tree_of(path).statements
              if not isinstance(node, (nodes.Function, nodes.Class, nodes.Interface))]
    assert others == []


@each_library
def test_classes_of_a_library_begin_with_nmf(path):
    classes = [node.name for node in defined(path).values() if isinstance(node, nodes.Class)]
    assert all(name.startswith("Nmf") for name in classes)


@each_script
def test_every_catch_ends_in_break_or_return(path):
    """Whether DM throws on from a catch that ends otherwise is not known."""
    for node in nodes_in(tree_of(path).statements):
        if isinstance(node, nodes.Try):
            last = node.handler.statements[-1] if isinstance(node.handler, nodes.Block) else node.handler
            assert isinstance(last, (nodes.Break, nodes.Return)) or _ends_the_script(last), f"line {node.place[0]}"


def _ends_the_script(node):
    value = getattr(node, "value", None)
    return isinstance(value, nodes.Call) and value.name.lower() in ("throw", "exit", "stopwith")


def test_a_script_and_what_it_needs_load_in_the_order_found():
    for path in ALL:
        sources = needed_sources(read_source(path))
        assert len({source.path for source in sources}) == len(sources)


def names_in(path):
    """Names of all functions, methods, classes, parameters and variables that a script declares."""
    for node in nodes_in(tree_of(path).statements):
        if isinstance(node, (nodes.Function, nodes.Class)):
            yield node.name
        if isinstance(node, nodes.Function):
            yield from (parameter.name for parameter in node.parameters)
        if isinstance(node, nodes.Declaration):
            yield from (declarator.name for declarator in node.declarators)


@each_script
def test_no_name_is_a_word_of_the_language(path):
    """`number component` or a method `Number` is no declaration where Component and Number are types."""
    assert {name for name in names_in(path) if name.lower() in RESERVED} == set()


@each_script
def test_no_function_or_method_has_the_name_of_one_that_dm_has(path):
    """run.SetLimits(1, 0) is another way to write SetLimits(run, 1, 0), and DM's own sets the contrast of an image."""
    own = {node.name for node in nodes_in(tree_of(path).statements) if isinstance(node, nodes.Function)}
    assert {name for name in own if name.lower() in names_of_dm()} == set()


@each_script
def test_no_variable_hides_a_function_that_is_called_beside_it(path):
    """In DM a variable may have the name of a function; that function cannot be called there any more."""
    for function in nodes_in(tree_of(path).statements):
        if not isinstance(function, nodes.Function) or function.body is None:
            continue
        inside = list(nodes_in(function.body))
        variables = {parameter.name.lower() for parameter in function.parameters}
        for node in inside:
            if isinstance(node, nodes.Declaration):
                variables |= {declarator.name.lower() for declarator in node.declarators}
        assert variables & {node.name.lower() for node in inside if isinstance(node, nodes.Call)} == set()


@each_script
def test_a_method_stands_above_those_of_its_class_that_call_it(path):
    """Of 1141 calls through self in public scripts, 17 (of one author) name a method that is defined further down."""
    for node in defined(path).values():
        members = node.members if isinstance(node, nodes.Class) else []
        methods = [member for member in members if isinstance(member, nodes.Function)]
        for place, method in enumerate(methods):
            above = {other.name.lower() for other in methods[:place]}
            later = {other.name.lower() for other in methods[place + 1 :]} - above
            on_self = {call.name.lower() for call in nodes_in(method.body) if isinstance(call, nodes.MethodCall)
                       and isinstance(call.target, nodes.Name) and call.target.name.lower() == "self"}
            assert on_self & later == set(), f"{node.name}.{method.name}"


@each_script
def test_no_return_leaves_a_try(path):
    """Whether DM forgets the handler of a try that a return has left is not known; a variable carries the value out."""
    for node in nodes_in(tree_of(path).statements):
        if isinstance(node, nodes.Try):
            assert [inner.place for inner in nodes_in(node.body) if isinstance(inner, nodes.Return)] == []
