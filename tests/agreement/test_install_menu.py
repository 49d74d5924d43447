"""install_menu.s, uninstall_menu.s, make_package.s: what is in the menu, that it runs, that nothing is there twice."""
import re
import shutil
from types import SimpleNamespace

import numpy as np
import pytest

from offline_reference.virtual_dm import registry, run_script
from offline_reference.virtual_dm.displays import DocumentWindow
from offline_reference.virtual_dm.images import Image
from offline_reference.virtual_dm.script.needs import needed_names
from offline_reference.virtual_dm.script.reading import read_source
from offline_reference.virtual_dm.switches import one_at_a_time
from offline_reference.virtual_dm.workspace import Workspace
from tests.agreement import dm

MENU = "NMF 4D-STEM"
PROJECT = "C:\\Users\\a user\\dm-nmf"
INSTALLER = read_source(dm.SCRIPTS / "install_menu.s").text
NOT_IN_THE_MENU = {"install_menu.s"}


@pytest.fixture
def pc(tmp_path):
    """A PC with the project's scripts in a folder with a blank in its name."""
    shutil.copytree(dm.SCRIPTS, tmp_path / "C" / "Users" / "a user" / "dm-nmf" / "dm_scripts")
    return SimpleNamespace(root=tmp_path, scripts=tmp_path / "C" / "Users" / "a user" / "dm-nmf" / "dm_scripts")


def start(pc, answers=(), opened=True, **options):
    """A workspace on that PC; with opened, install_menu.s stands in the front window as after File > Open."""
    workspace = Workspace(answers=answers, folder=pc.root, **options)
    if opened:
        window = DocumentWindow("install_menu.s")
        window.file = PROJECT + "\\dm_scripts\\install_menu.s"
        workspace.windows.insert(0, window)
    return workspace


def install(pc, **options):
    workspace = start(pc, **options)
    dm.run_command("install_menu.s", workspace)
    return workspace


def entries(workspace):
    return [(item.submenu, item.command) for item in workspace.menu]


def title_of(path):
    """The first line of a command's header: how the menu calls it."""
    return re.match(r"/\* (.*?)\s*\n", read_source(path).text)[1]


def listed(kind):
    """[(stem, title or None)] as install_menu.s lists its libraries, commands or Python commands."""
    calls = re.findall(rf'installer\.{kind}\("(\w+)"(, "(.*?)")?\)', INSTALLER)
    return [(stem, title or None) for stem, _, title in calls]


def test_every_library_is_listed_once_and_after_what_it_needs():
    libraries = [stem for stem, _ in listed("Library")]
    assert sorted(libraries) == sorted(path.stem for path in (dm.SCRIPTS / "functions").glob("*.s"))
    for place, stem in enumerate(libraries):
        needed = needed_names(read_source(dm.SCRIPTS / "functions" / f"{stem}.s"))
        for name, _ in needed:
            assert name.removeprefix("functions/").removesuffix(".s") in libraries[:place], f"{stem} needs {name}"


@pytest.mark.parametrize("kind, folder", [("Command", "."), ("PythonCommand", "python")])
def test_every_command_is_listed_once_with_the_title_of_its_header(kind, folder):
    paths = [path for path in (dm.SCRIPTS / folder).glob("*.s") if path.name not in NOT_IN_THE_MENU]
    files = {path.stem: title_of(path) for path in paths}
    found = listed(kind)
    assert dict(found) == files
    assert len(found) == len(files)


def test_a_command_of_the_menu_runs(pc):
    workspace = install(pc)
    assert "Restart DigitalMicrograph" in workspace.results and "NOT installed" not in workspace.results
    stack = Image(np.random.RandomState(0).rand(3, 5, 6).astype(np.float32), "Diffractions")
    workspace.show(stack)
    workspace.answers.append("default")
    workspace.choose(MENU, "", "Film roll")
    assert workspace.front_image().name == "Film roll of Diffractions"
    assert workspace.front_image().sizes == (3 * 7 - 1, 6)


@pytest.mark.parametrize("switches", list(one_at_a_time("script")), ids=repr)
def test_no_contested_behaviour_matters(pc, switches):
    workspace = install(pc, switches=switches)
    assert entries(workspace) == entries(install(pc))
    dm.run_command("uninstall_menu.s", _answering(workspace, "yes", "Keep"))
    assert workspace.menu == workspace.menu_libraries == []


def test_the_folder_is_known_afterwards(pc):
    """Python commands find the project there, whatever window is in front."""
    workspace = install(pc)
    assert workspace.persistent_tags.get_as("NMF 4D-STEM:Folder", "string")[1] == PROJECT


@pytest.mark.parametrize("chosen", [PROJECT, PROJECT + "\\dm_scripts", PROJECT + "\\dm_scripts\\"])
def test_a_script_that_does_not_know_its_folder_asks(pc, chosen):
    workspace = install(pc, opened=False, answers=[chosen])
    assert workspace.persistent_tags.get_as("NMF 4D-STEM:Folder", "string")[1] == PROJECT
    assert entries(workspace) == entries(install(pc))


def test_an_image_window_in_front_does_not_confuse_it(pc):
    workspace = start(pc, opened=False, answers=[PROJECT])
    workspace.show(Image(np.ones((4, 5), np.float32), "in front"))
    dm.run_command("install_menu.s", workspace)
    assert entries(workspace) == entries(install(pc))


def test_cancel_leaves_the_menu_as_it_was(pc):
    workspace = install(pc)
    before = entries(workspace)
    workspace.windows.clear()
    workspace.answers.append("cancel")
    dm.run_command("install_menu.s", workspace)
    assert entries(workspace) == before and "cancelled" in workspace.results


def test_a_wrong_folder_is_refused_before_anything_is_removed(pc):
    workspace = install(pc)
    before = entries(workspace)
    workspace.windows.clear()
    workspace.answers.append("C:\\Users")
    with pytest.raises(Exception, match="it is not dm_scripts. Run install_menu.s again"):
        dm.run_command("install_menu.s", workspace)
    assert entries(workspace) == before


def test_installing_twice_doubles_nothing(pc):
    workspace = install(pc)
    before, libraries = entries(workspace), [item.command for item in workspace.menu_libraries]
    dm.run_command("install_menu.s", workspace)
    assert entries(workspace) == before
    assert [item.command for item in workspace.menu_libraries] == libraries
    assert not [warning for warning in workspace.warnings if "installed already" in str(warning)]
    assert f"removed {len(before) + len(libraries)} items of an earlier installation" in workspace.results


def test_an_update_takes_away_what_is_no_longer_there(pc):
    workspace = install(pc)
    tags = workspace.persistent_tags.group("NMF 4D-STEM:Installed", is_list=True)
    last = tags.get_indexed_as(len(tags) - 1, "group")[1]
    old = last.clone()
    old.set("Command", "string", "A command of the last version")
    tags.append("group", old)
    from offline_reference.virtual_dm.workspace import MenuItem

    workspace.install(MenuItem(MENU, old.get_as("Submenu", "string")[1], "A command of the last version", "exit(1)"))
    dm.run_command("install_menu.s", workspace)
    assert "A command of the last version" not in [item.command for item in workspace.menu]


def test_missing_files_are_named_and_all_others_installed(pc):
    (pc.scripts / "film_roll.s").unlink()
    (pc.scripts / "functions" / "masking.s").unlink()
    workspace = install(pc)
    assert "NOT installed" in workspace.results
    assert "functions\\masking.s: there is no such file" in workspace.results
    assert "film_roll.s: there is no such file" in workspace.results
    assert ("", "Film roll") not in entries(workspace) and ("", "Mask 4D") in entries(workspace)


def test_without_python_there_is_no_python_submenu(pc, monkeypatch):
    registry.load_builtins()
    with_python = entries(install(pc))
    monkeypatch.delitem(registry.FUNCTIONS, "executepythonscriptstring")
    workspace = install(pc)
    assert [entry for entry in entries(workspace) if entry[0] == "Python"] == []
    assert "this GMS has no Python" in workspace.results
    assert [entry for entry in with_python if entry[0] == "Python"] != []


def _answering(workspace, *answers):
    workspace.answers.extend(answers)
    return workspace


@pytest.mark.parametrize("answer, remembers", [("Keep", True), ("Forget", False)])
def test_removing_leaves_no_item_and_settings_only_if_wanted(pc, answer, remembers):
    workspace = install(pc)
    workspace.persistent_tags.set("NMF 4D-STEM:Mask 4D:action", "double", 3.0)
    dm.run_command("uninstall_menu.s", _answering(workspace, "yes", answer))
    assert workspace.menu == workspace.menu_libraries == []
    assert workspace.persistent_tags.exists("NMF 4D-STEM:Mask 4D:action") == remembers
    assert not workspace.persistent_tags.exists("NMF 4D-STEM:Installed")
    dm.run_command("uninstall_menu.s", workspace)
    assert "nothing is installed" in workspace.results


def test_removing_can_be_cancelled(pc):
    workspace = install(pc)
    before = entries(workspace)
    dm.run_command("uninstall_menu.s", _answering(workspace, "cancel"))
    assert entries(workspace) == before and workspace.persistent_tags.exists("NMF 4D-STEM:Installed")


def test_a_package_holds_what_is_installed_but_for_the_users_own_items(pc):
    workspace = install(pc)
    n_items = len(workspace.menu) + len(workspace.menu_libraries)
    libraries = [item.file for item in workspace.menu_libraries]
    commands = entries(workspace)
    workspace.choose(MENU, "", "Make package for all users")
    packed = [item for item in workspace.menu if item.package]
    packed_libraries = [item.file for item in workspace.menu_libraries if item.package]
    assert {item.package for item in packed} == {"NMF_4D-STEM"} and {item.level for item in packed} == {3}
    assert packed_libraries == libraries
    assert sorted((item.submenu, item.command) for item in packed) == sorted(
        set(commands) - {("", "Make package for all users"), ("", "Remove this menu")})
    assert f"Make package: {n_items - 2} scripts" in workspace.results and "ProgramData" in workspace.results


def test_a_package_is_not_made_over_an_old_one(pc):
    workspace = install(pc)
    plugins = pc.root / "Users" / "user" / "AppData" / "Local" / "Gatan" / "Plugins"
    plugins.mkdir(parents=True)
    (plugins / "NMF_4D-STEM.gtk").write_bytes(b"old")
    with pytest.raises(Exception, match="Delete that file, restart DigitalMicrograph"):
        workspace.choose(MENU, "", "Make package for all users")
    assert not [item for item in workspace.menu if item.package]


def test_a_dm_that_does_not_tell_its_folder_still_makes_the_package(pc):
    workspace = install(pc)
    text = read_source(dm.SCRIPTS / "make_package.s").text
    text = text.replace("folder = GetApplicationDirectory(1008, 0)", 'Throw("no such folder")')
    run_script(text, workspace)
    assert "in this user's folder Gatan\\Plugins" in workspace.results
    assert [item for item in workspace.menu if item.package]


def test_a_package_needs_an_installed_menu_and_all_files(pc):
    with pytest.raises(Exception, match="Run install_menu.s first"):
        dm.run_command("make_package.s", start(pc))
    workspace = install(pc)
    (pc.scripts / "film_roll.s").unlink()
    with pytest.raises(Exception, match="these files are gone"):
        dm.run_command("make_package.s", workspace)
    assert not [item for item in workspace.menu if item.package]


def test_the_installer_needs_no_library():
    """It runs first: a function of a library would stop it before its first line."""
    for name in ("install_menu.s", "uninstall_menu.s", "make_package.s"):
        assert needed_names(read_source(dm.SCRIPTS / name)) == []


def test_install_to_dm_shows_the_menu_as_it_is():
    text = (dm.SCRIPTS.parent / "install_to_dm.md").read_text()
    libraries, commands, python = (len(listed(kind)) for kind in ("Library", "Command", "PythonCommand"))
    assert f"installed {libraries} libraries and {commands} commands in the menu NMF 4D-STEM, and {python} in" in text
    start = text.index("NMF 4D-STEM\n")
    shown = re.findall(r"^ {5}(\S.*?)(?:  |$)", text[start : text.index("```", start)], re.MULTILINE)
    titles = [title for line in shown for title in line.split(", ")]
    assert titles == [title for _, title in listed("Command")] + ["Python >"]
