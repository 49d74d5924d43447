"""The menu wrappers: one line each, files as they are at the click, from the folder of the menu or as installed."""
import re
import shutil
import sys

import numpy as np
import pytest

from offline_reference.virtual_dm import run_script
from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.script.builtins import scripts
from offline_reference.virtual_dm.switches import all_combinations
from tests.dm_python.running import ROOT, click, name_of_switches, refuse_strays, scan_image, workspace_with

WRAPPERS = sorted((ROOT / "dm_scripts" / "python").glob("*.s"))
COMMAND = """
from dm_python import bridge

def from_menu():
    {}
"""


@pytest.fixture
def project(tmp_path):
    """A copy of the two folders, to be changed at will; name("...") writes what its command does."""
    for folder in ("dm_python", "offline_reference/numerics"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "offline_reference" / "__init__.py", tmp_path / "offline_reference")
    return tmp_path


def write(project, does, module="simulate"):
    (project / "dm_python" / (module + ".py")).write_text(COMMAND.format(does), encoding="utf-8")


@pytest.mark.parametrize("path", WRAPPERS, ids=lambda path: path.stem)
def test_a_wrapper_is_a_header_and_one_line_for_the_module_of_its_name(path):
    text = path.read_text(encoding="ascii")
    header, code = re.fullmatch(r"(/\*.*?\*/)\n(.*)\n", text, re.DOTALL).groups()
    assert code == f'RunPythonCommand("{path.stem}")'
    assert f"Twin     dm_python/{path.stem}.py" in header
    assert (ROOT / "dm_python" / (path.stem + ".py")).is_file()


def test_every_command_of_dm_python_has_a_wrapper():
    commands = {path.stem for path in (ROOT / "dm_python").glob("*.py") if "def from_menu(" in path.read_text("utf-8")}
    assert commands == {path.stem for path in WRAPPERS}


@pytest.mark.parametrize("switches", list(all_combinations("script", ["python_flag", "catch_without_break"])),
                         ids=name_of_switches)
def test_a_changed_file_takes_effect_at_the_next_click_and_numpy_stays(project, switches):
    workspace, numpy = workspace_with(switches=switches), sys.modules["numpy"]
    for text in ("one", "another"):
        write(project, "import numpy\n    print({!r}, id(numpy))".format(text))
        click("simulate", workspace, project)
    assert workspace.results == "one {0}\nanother {0}\n".format(id(numpy))
    assert workspace.deferred == []  # it ran before the click returned, whatever a flag would mean


def test_a_changed_formula_takes_effect_too(project):
    """Both packages are forgotten, also where an unchanged file has imported the changed one."""
    write(project, "from offline_reference.numerics.pca import GRAM_COPIES\n    print(GRAM_COPIES)")
    formula = project / "offline_reference" / "numerics" / "pca.py"
    workspace = click("simulate", workspace_with(), project)
    formula.write_text(formula.read_text("utf-8").replace("GRAM_COPIES = 4", "GRAM_COPIES = 4000"), encoding="utf-8")
    click("simulate", workspace, project)
    assert workspace.results == "4\n4000\n"


def test_stale_modules_of_an_earlier_click_are_dropped(project):
    """As in DM, where modules outlive a run: what an earlier click has left must not be met again."""
    write(project, "import sys\n    print(bridge.__file__)")
    left = sys.modules["dm_python.bridge"] = type(sys)("dm_python.bridge")
    try:
        workspace = click("simulate", workspace_with(), project)
    finally:
        sys.modules.pop("dm_python.bridge", None)
    assert workspace.results == "{}\n".format(project / "dm_python" / "bridge.py") and not hasattr(left, "__file__")


def test_the_folder_of_the_menu_wins_over_an_installed_package_and_the_package_is_taken_without_it(project):
    write(project, "print('from the folder')")
    assert click("simulate", workspace_with(), project).results == "from the folder\n"
    installed = click("simulate", workspace_with(answers=["cancel"]), None)  # ROOT is on sys.path
    assert installed.dialogs[0].prompt.startswith("Simulated") and installed.results == ""


def test_a_folder_that_has_moved_falls_back_on_the_package(tmp_path):
    workspace = click("simulate", workspace_with(answers=["cancel"]), tmp_path / "moved away")
    assert len(workspace.dialogs) == 1


class NoPackage:
    """The import system of a Python without dm_python, installed or not where these tests run."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.split(".")[0] == "dm_python":
            raise ModuleNotFoundError("No module named 'dm_python'")


def test_nothing_installed_is_one_readable_message(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "meta_path", [NoPackage, *sys.meta_path])
    for name in [name for name in sys.modules if name.split(".")[0] == "dm_python"]:
        monkeypatch.delitem(sys.modules, name)
    workspace = click("simulate", workspace_with(), tmp_path)
    first, _, rest = workspace.results.partition("\n")
    assert first.startswith("NMF 4D-STEM: the folders dm_python and offline_reference could not be loaded from '")
    assert "run install_menu.s again" in first and "No module named 'dm_python'" in rest


@pytest.mark.parametrize("does, message, last", [
    ("from offline_reference.numerics.errors import RefusedError as No\n    raise No('no image is open: open one.')",
     "Stopped: no image is open: open one.", "RefusedError: no image is open: open one."),
    ("1 / 0", "Stopped by an error that this program did not foresee (ZeroDivisionError: division by zero).",
     "ZeroDivisionError: division by zero"),
    ("raise MemoryError", "Stopped: there is not enough memory.", "MemoryError"),
    ("import sklearn_of_nobody", "Stopped by an error", "this run hides it, as a bare GMS would"),
])
def test_a_failing_command_leaves_one_readable_message_the_traceback_below_it_and_no_window(
        does, message, last, project):
    write(project, does)
    workspace = click("simulate", workspace_with(scan_image()), project)
    lines = workspace.results.strip().split("\n")
    assert lines[0].startswith(message) and lines[-1].endswith(last)
    traceback = lines.index("Traceback (most recent call last):")
    assert lines[1:traceback] in ([""], []) and any("simulate.py" in line for line in lines[traceback:])
    refuse_strays(workspace, "Scan")


def test_a_file_with_a_slip_of_the_pen_is_one_readable_message(project):
    write(project, "print('open")
    workspace = click("simulate", workspace_with(), project)
    assert workspace.results.startswith("Stopped by an error") and "SyntaxError" in workspace.results
    (project / "dm_python" / "bridge.py").write_text("def (", encoding="utf-8")
    workspace.clear_results()
    click("simulate", workspace, project)
    assert workspace.results.startswith("NMF 4D-STEM: the folders") and "SyntaxError" in workspace.results


@pytest.mark.parametrize("after_catch", ["swallow", "rethrow"])
def test_a_dm_without_python_is_one_readable_message(after_catch, monkeypatch):
    def fails(call, text):
        raise DMError("There is no Python.")

    monkeypatch.setattr(scripts, "_run_python", fails)
    workspace = workspace_with(catch_without_break=after_catch)
    workspace.folder = ROOT / "dm_scripts"
    run_script('InstallScriptLibraryFile("functions/python_command.s")', workspace)
    run_script('RunPythonCommand("simulate")', workspace)
    assert workspace.results.startswith("NMF 4D-STEM: DM could not run Python.")


def test_modules_of_ours_are_as_before_after_a_click(project):
    from offline_reference.numerics import pca

    click("simulate", workspace_with(answers=["cancel"]), ROOT)
    assert sys.modules["offline_reference.numerics.pca"] is pca and sys.modules["numpy"] is np
