"""Libraries that a script's header needs: loaded before it runs or is checked."""
import pytest

from offline_reference.virtual_dm import run_script
from offline_reference.virtual_dm.script.check import check_source
from offline_reference.virtual_dm.script.errors import ScriptError, ScriptStopped, Source
from offline_reference.virtual_dm.script.needs import needed_names, needed_sources
from offline_reference.virtual_dm.script.reading import read_source
from offline_reference.virtual_dm.workspace import Workspace

HEADER = "/* Name\n   What     Something.\n   Needs    {}\n   Twin     numerics/other.s\n*/\n"


@pytest.fixture
def suite(tmp_path):
    """A command that needs `twice`, which needs `once`, which needs `twice` again."""
    functions = tmp_path / "functions"
    functions.mkdir()
    (functions / "once.s").write_text(
        HEADER.format("functions/twice.s") + 'Result("loaded\\n")\nnumber Once(number x) { return x }'
    )
    (functions / "twice.s").write_text(
        HEADER.format("functions/once.s") + "number Twice(number x) { return 2 * Once(x) }"
    )
    (tmp_path / "command.s").write_text(HEADER.format("functions/twice.s, functions/once.s") + "exit(Twice(4))")
    return tmp_path


def test_what_a_command_needs_is_loaded_before_it_each_library_once(suite):
    workspace = Workspace()
    assert run_script(suite / "command.s", workspace) == 8
    assert run_script(suite / "command.s", workspace) == 8
    assert workspace.results == "loaded\n"


def test_a_library_stands_after_those_that_it_needs(suite):
    names = [source.name for source in needed_sources(read_source(suite / "command.s"))]
    assert names == ["once.s", "twice.s"]


def test_a_library_that_was_edited_is_loaded_again(suite):
    workspace = Workspace()
    run_script(suite / "command.s", workspace)
    (suite / "functions" / "twice.s").write_text("number Twice(number x) { return 20 * Once(x) }")
    assert run_script(suite / "command.s", workspace) == 80


def test_a_check_knows_the_functions_of_needed_libraries(suite):
    assert check_source(read_source(suite / "command.s")) == []
    alone = Source((suite / "command.s").read_text())
    assert "no function Twice" in check_source(alone)[0].text


def test_a_missing_library_is_named_with_the_line_that_needs_it(suite):
    (suite / "functions" / "once.s").unlink()
    with pytest.raises(ScriptStopped, match=r"needs functions/once.s, and there is no such file") as caught:
        run_script(suite / "command.s", Workspace())
    assert caught.value.source.name == "twice.s"
    assert (caught.value.line, caught.value.column) == (3, 13)
    finding = check_source(read_source(suite / "command.s"))[0]
    assert finding.severity == "error" and "functions/once.s" in finding.text


def test_an_error_in_a_needed_library_is_shown_where_it_stands(suite):
    (suite / "functions" / "once.s").write_text("number Once(number x) {")
    with pytest.raises(ScriptError) as caught:
        run_script(suite / "command.s", Workspace())
    assert caught.value.source.name == "once.s"
    assert check_source(read_source(suite / "command.s"))[0].source.name == "once.s"


def test_a_script_that_another_starts_gets_no_libraries_as_in_dm(suite):
    with pytest.raises(ScriptError, match="no function Twice"):
        run_script('ExecuteScriptFile("command.s")', Workspace(folder=suite))


@pytest.mark.parametrize(
    "text, names",
    [
        ("number a", []),
        ("/* Needs a.s */", ["a.s"]),
        ("/* Name\n   Needs    -\n   Twin   b.s */", []),
        ("/* Name\n   Needs    a.s,\n            b/c.S\n   Twin   d.s */", ["a.s", "b/c.S"]),
        ("/* Name\n * Needs: a.s, b.s\n * Tested   with e.s\n */", ["a.s", "b.s"]),
        ("/* Name */\n/* Needs a.s */", []),
        ("/* Needs GMS 3.4, and a.s. */", ["a.s"]),
    ],
)
def test_which_names_a_header_needs(text, names):
    assert [name for name, _ in needed_names(Source(text))] == names
