"""Libraries, menu commands, Python, what is known of functions, the application, output and keys."""

import pytest

from offline_reference.virtual_dm import run_script
from tests.virtual_dm.builtins.scripts import error_of, ramp, run, text_of, value_of, workspace_with


def test_an_installed_library_is_known_to_later_scripts(tmp_path):
    (tmp_path / "lib.s").write_text("number Twice(number x) { return 2 * x }\n")
    workspace = run('InstallScriptLibraryFile("lib.s")', folder=tmp_path)
    assert run_script("exit(Twice(21))", workspace) == 42


def test_a_menu_command_is_installed_once_chosen_and_removed():
    install = 'AddScriptToMenu("Result(\\"{0}\\")", "Say", "Tools", "Words", 0)'
    workspace = run(install.format("old") + "\n" + install.format("new"))
    assert run_script('exit(ChooseMenuItem("Tools", "Words", "Say"))', workspace) == 1
    assert workspace.results == "new"
    run_script('RemoveScriptFromMenu("Say", "Tools", "Words")', workspace)
    assert workspace.menu == []


def test_libraries_from_packages_are_loaded_at_once(tmp_path):
    (tmp_path / "f.s").write_text("number Thrice(number x) { return 3 * x }\n")
    workspace = run('AddScriptFileToPackage("f.s", "pkg", 3, "f", "", "", 1)', folder=tmp_path)
    assert run_script("exit(Thrice(2))", workspace) == 6
    assert workspace.menu == []


def test_an_installed_library_is_listed_until_it_is_removed(tmp_path):
    (tmp_path / "f.s").write_text("number Thrice(number x) { return 3 * x }\n")
    workspace = run('AddScriptFileToMenu("f.s", "lib", "Tools", "", 1)', folder=tmp_path)
    assert [item.command for item in workspace.menu_libraries] == ["lib"]
    run_script('RemoveScriptFromMenu("lib", "Tools", "")', workspace)
    assert workspace.menu_libraries == []


def test_installing_over_an_installed_script_warns():
    """DM may then show the command twice."""
    once = 'AddScriptToMenu("exit(1)", "Say", "Tools", "", 0)\n'
    assert "installed already" not in str(run(once).warnings)
    assert "installed already" in str(run(once + once).warnings)
    assert "installed already" not in str(run(once + 'RemoveScriptFromMenu("Say", "Tools", "")\n' + once).warnings)


def test_choosing_dms_own_menu_does_nothing_and_warns():
    workspace = run('exit(ChooseMenuItem("Process", "", "FFT"))')
    assert workspace.exit_value == 0 and "'FFT'" in str(workspace.warnings)


def test_python_sees_the_same_images_and_waits_or_not():
    code = (
        'string py = "import DigitalMicrograph as DM\\na = DM.GetFrontImage().GetNumArray()\\na[1, 2] = 50\\ndel a"\n'
        "ExecutePythonScriptString(py{0})\nResult(A.GetPixel(2, 1))"
    )
    assert run(code.format(", 0"), ramp(6, 5)).results == "50"
    workspace = run(code.format(", 1"), ramp(6, 5))
    assert workspace.results == "8"
    workspace.run_deferred()
    assert workspace.front_image().pixels[1, 2] == 50


def test_an_error_in_python_is_an_exception_in_dm_script():
    code = 'try { ExecutePythonScriptString("1 / 0") } catch { Result("caught"); break }'
    assert run(code).results == "caught"
    assert "ZeroDivisionError" in error_of('ExecutePythonScriptString("1 / 0")')


def test_other_programs_are_never_started():
    workspace = run('exit(LaunchExternalProcess("format c:"))')
    assert workspace.exit_value == 0 and "format c:" in str(workspace.warnings)


def test_questions_about_functions():
    assert value_of('CountScriptFunctions("Max") > 2') == 1
    code = 'object f = FindFunctionBySignature("double Warp( const char *a, long b )")\n'
    assert value_of("FunctionIsValid(f)", before=code) == 0
    code = 'object f = FindFunctionBySignature("void OkDialog( const char *prompt )")\n'
    assert value_of("FunctionCountParameters(f)", before=code) == 1


# -- application ------------------------------------------------------------------------------------------------------


def test_the_version_comes_from_the_application_tags():
    workspace = workspace_with()
    workspace.persistent_tags.set("Private:Configuration:ApplicationVersion_2", "string", "3.42.3048")
    assert run_script("number a, b, c\nGetApplicationVersion(a, b, c)\nexit(a * 100 + b)", workspace) == 342
    run_script("Result(GetApplicationVersionString())", workspace)
    assert workspace.results == "3.42.3048"


def test_application_folders_are_made_inside_the_runs_folder(tmp_path):
    code = (
        'string p = GetApplicationDirectory("preference", 1)\n'
        'number f = CreateFileForWriting(p + "a.txt")\nCloseFile(f)'
    )
    run(code, folder=tmp_path)
    assert [path.name for path in tmp_path.rglob("a.txt")] == ["a.txt"]
    code = 'SetApplicationDirectory("open_save", 0, "data\\\\")\nResult(GetApplicationDirectory("open_save", 0))'
    assert run(code).results == "data\\"


def test_the_clipboard_is_the_workspaces_own():
    code = (
        'string s\nnumber before = ClipboardGetAsString(s)\nClipboardSetAsString("x")\n'
        "Result(before + s + ClipboardGetAsString(s) + s)"
    )
    assert run(code).results == "01x"


# -- output and keys --------------------------------------------------------------------------------------------------


def test_results_are_gathered_and_cleared():
    assert run('Result("a")\nResult(1.5)\nResult("\\n")').results == "a1.5\n"
    assert run('Result("a")\nClearResults()\nResult("b")').results == "b"


def test_progress_windows_are_recorded():
    workspace = run(
        'OpenAndSetProgressWindow("a", "b", "c")\nOpenAndSetProgressWindow("d", "", "")\nCloseProgressWindow()'
    )
    assert workspace.progress == [("a", "b", "c"), ("d", "", "")] and workspace.progress_window is None


@pytest.mark.parametrize("keys, expected", [(["esc@3"], 3), (["a", "esc"], 2)])
def test_keys_come_when_they_are_due(keys, expected):
    code = "number n\nfor (n = 1; n < 9; n++) { if (GetKey() == 27) break }\nexit(n)"
    assert run(code, keys=keys).exit_value == expected


def test_held_keys():
    assert value_of("ShiftDown() + 2 * OptionDown() + 4 * SpaceDown()", keys=["shift", "+space"]) == 5
    assert text_of('ControlDown() + "" + ControlDown()', keys=["ctrl@2"]) == "01"
