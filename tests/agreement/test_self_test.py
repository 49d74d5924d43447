"""self_test.s: passes whatever DM does where that is contested, fails when a library is broken, leaves nothing."""
import importlib.util
import re
import shutil
from types import SimpleNamespace

import numpy as np
import pytest

from offline_reference import __version__
from offline_reference.virtual_dm.displays import DocumentWindow
from offline_reference.virtual_dm.images import Image
from offline_reference.virtual_dm.script.needs import needed_sources
from offline_reference.virtual_dm.script.reading import read_source
from offline_reference.virtual_dm.switches import one_at_a_time
from offline_reference.virtual_dm.tags import TagGroup
from offline_reference.virtual_dm.workspace import Workspace
from tests.agreement import dm

PROJECT = dm.SCRIPTS.parent
FACTS = read_source(dm.SCRIPTS / "functions" / "self_test_facts.s").text
SELF_TEST = read_source(dm.SCRIPTS / "self_test.s").text
#: commands that the self-test cannot run: they change the menu, or are the self-test
NOT_RUN = {"install_menu.s", "uninstall_menu.s", "make_package.s", "self_test.s"}
MENU = "NMF 4D-STEM"


@pytest.fixture
def pc(tmp_path):
    """A PC on which the scripts can be broken."""
    scripts = tmp_path / "C" / "nmf" / "dm_scripts"
    shutil.copytree(dm.SCRIPTS, scripts)
    return SimpleNamespace(root=tmp_path, scripts=scripts)


def installed(pc, **options):
    workspace = Workspace(folder=pc.root, **options)
    window = DocumentWindow("install_menu.s")
    window.file = "C:\\nmf\\dm_scripts\\install_menu.s"
    workspace.windows.insert(0, window)
    dm.run_command("install_menu.s", workspace)
    workspace.windows.clear()
    workspace.clear_results()
    return workspace


def run(pc, answer="default", **options):
    """Install the menu and choose Self-test; the workspace, with the table's lines by verdict in `.lines`."""
    workspace = installed(pc, **options)
    workspace.answers.append(answer)
    workspace.choose(MENU, "", "Self-test")
    workspace.lines = {verdict: re.findall(rf"^{verdict}  (.*?)  +(.*)$", workspace.results, re.MULTILINE)
                       for verdict in ("PASS", "FAIL", "NOTE")}
    return workspace


@pytest.mark.parametrize("switches", list(one_at_a_time("script")), ids=repr)
def test_it_passes_whatever_dm_does_where_it_is_contested(pc, switches):
    workspace = run(pc, switches=switches)
    assert workspace.lines["FAIL"] == []
    assert len(workspace.lines["PASS"]) > 100
    assert f"RESULT: {len(workspace.lines['PASS'])} passed, 0 failed, {len(workspace.lines['NOTE'])} notes" in \
        workspace.results
    assert workspace.images() == [] and workspace.progress_window is None and not workspace.answers


def test_the_notes_tell_what_dm_does(pc):
    """The one reason for the notes: to hear which way each contested behaviour is."""
    notes = {}
    for switches in one_at_a_time("script"):
        if switches.changed().keys() & {"outside_value", "index_rounding", "expression_type", "one_dimension",
                                        "catch_without_break", "number_digits"} or not switches.changed():
            workspace = Workspace(switches=switches)
            found = dm.run("functions/self_test_facts.s functions/self_test_report.s",
                           "object report = alloc(NmfReport).Begin()\nCheckContestedPixels(report)\n"
                           "CheckExceptions(report)\nCheckNumbers(report)\nreport.End(\"\")", workspace=workspace)
            notes[next(iter(switches.changed()), "default")] = dict(
                re.findall(r"^NOTE  (.*?)  +(.*)$", found.workspace.results, re.MULTILINE))
    for switch, name in (("outside_value", "outside-read"), ("index_rounding", "fractional-index"),
                         ("expression_type", "expression-type"), ("one_dimension", "one-dimension"),
                         ("catch_without_break", "catch-without-break"), ("number_digits", "number-text")):
        assert notes[switch][name] != notes["default"][name]


def test_its_windows_settings_and_the_users_images_are_as_before(pc):
    mine = Image(np.random.RandomState(0).rand(5, 6).astype(np.float32), "mine")
    workspace = installed(pc)
    workspace.persistent_tags.set("NMF 4D-STEM:MU NMF:components", "double", 7.0)
    workspace.show(mine)
    before, pixels, menu = workspace.persistent_tags.to_plain(), mine.pixels.copy(), list(workspace.menu)
    workspace.answers.append("default")
    workspace.choose(MENU, "", "Self-test")
    assert "0 failed" in workspace.results
    assert workspace.images() == [mine] and (mine.pixels == pixels).all()
    assert workspace.persistent_tags.to_plain() == before
    assert workspace.menu == menu


#: library: what stands there, what a slip of the pen makes of it, the check that must see it
SLIPS = {
    "nmf_steps.s": ("return ScaledByRatio(W,", "return 2 * ScaledByRatio(W,", "MU diffractions, sum"),
    "masking.s": ("total += weight *", "total += 2 * weight *", "mask command, sum"),
    "merging.s": ("best = -2", "best = 2", "merged components"),
    "results.s": ("/ (high - low)", "/ (2 * high - low)", "film command, sum"),
    "similarity.s": ("size = sqrt(gram[icol, icol])", "size = sqrt(gram[icol, 0])", "similarity, cosine, sum"),
    "sorting.s": ("even = tert(low < high, low, high)", "even = low", "sorting"),
    "diffraction_constraint.s": ("= bound * margin * applies", "= bound * 0.9 * applies", "dark peaks of a ring, sum"),
    "map_constraint.s": ("inside[icol, irow % nLowX]", "inside[icol, 0]", "low-passed maps, place"),
    "find_centre.s": ("number VertexOf(number before, number middle, number after)\n{\n",
                      "number VertexOf(number before, number middle, number after)\n{\n    after = middle\n",
                      "centre u"),
}


def test_it_fails_where_a_library_is_broken(pc):
    for name, (right, wrong, _) in SLIPS.items():
        path = pc.scripts / "functions" / name
        assert right in path.read_text(), f"{name} has changed: choose another slip"
        path.write_text(path.read_text().replace(right, wrong))
    failed = [name for name, _ in run(pc).lines["FAIL"]]
    for _, _, check in SLIPS.values():
        assert check in failed
    for check in ("ALS maps, sum", "example data, sum", "refold command", "slice-view"):
        assert check not in failed


@pytest.mark.parametrize("name, right, wrong, check", [
    ("results.s", "CarryCalibration(target, 1, source, u + 1)", "CarryCalibration(target, 1, source, u)",
     "ALS command, units"),
    ("masking.s", "if (isSelected == isOutside) continue", "if (isSelected != isOutside) continue",
     "mask command, zero"),
])
def test_it_fails_where_a_command_mixes_up_axes_or_pixels(pc, name, right, wrong, check):
    path = pc.scripts / "functions" / name
    assert right in path.read_text(), f"{name} has changed: choose another slip"
    path.write_text(path.read_text().replace(right, wrong))
    assert check in [found for found, _ in run(pc).lines["FAIL"]]


def test_other_data_fail(pc):
    path = pc.scripts / "functions" / "random_start.s"
    text = path.read_text()
    path.write_text(text.replace("30307", "30308"))
    assert path.read_text() != text
    assert {"random numbers, sum", "example data, sum"} <= {name for name, _ in run(pc).lines["FAIL"]}


def test_a_dm_of_another_kind_is_found_out(pc, monkeypatch):
    """Slices that are copies, and tags that replace others: most numbers are wrong then, and the table says why."""
    slice_of, merge_from = Image.slice, TagGroup.merge_from

    def copied(image, *arguments):
        part = slice_of(image, *arguments)
        part.pixels = part.pixels.copy()
        return part

    def replaced(tags, source):
        tags.clear()
        merge_from(tags, source)

    monkeypatch.setattr(Image, "slice", copied)
    monkeypatch.setattr(TagGroup, "merge_from", replaced)
    workspace = run(pc)
    failed = {name for name, _ in workspace.lines["FAIL"]}
    assert {"slice-view", "slice-assign", "slice-from-function", "tag-copy", "example data, sum"} <= failed
    assert "slice-permuted" not in failed and "tag-list" not in failed
    assert workspace.images() == [] and workspace.progress_window is None


def test_it_says_which_check_stopped_and_goes_on(pc):
    path = pc.scripts / "functions" / "find_centre.s"
    text = path.read_text()
    path.write_text(text.replace("number Unroundness(", "number NeverCalled(").replace(
        "void CentralDisc(image picture, number &u0, number &v0, number &discRadius)\n{",
        "void CentralDisc(image picture, number &u0, number &v0, number &discRadius)\n{\n    Throw(\"broken\")", 1)
        .replace("Unroundness(picture", "NeverCalled(picture"))
    workspace = run(pc)
    failed = dict(workspace.lines["FAIL"])
    assert "stopped: broken" in failed["diffraction_constraint"]
    assert "sorting" in dict(workspace.lines["PASS"])
    assert "film command, sum" in dict(workspace.lines["PASS"])
    assert workspace.images() == [] and workspace.progress_window is None
    assert "Please mail this whole table" in workspace.results


def test_a_missing_command_is_a_failure_not_the_end(pc):
    workspace = installed(pc)
    (pc.scripts / "film_roll.s").unlink()
    workspace.remove_from_menu(MENU, "", "Film roll")
    workspace.answers.append("default")
    workspace.choose(MENU, "", "Self-test")
    assert "FAIL  Film roll" in workspace.results and "PASS  dark peaks command, dark" in workspace.results


def test_commands_of_a_package_run_from_the_menu(pc):
    """All users of a PC have the menu without the files."""
    workspace = installed(pc)
    workspace.persistent_tags.delete("NMF 4D-STEM:Folder")
    workspace.answers.append("default")
    workspace.choose(MENU, "", "Self-test")
    assert "0 failed" in workspace.results


def test_a_cancelled_dialog_is_told(pc):
    workspace = run(pc, answer="cancel")
    assert [name for name, _ in workspace.lines["FAIL"]] == ["dialog-values"]


def test_the_user_can_stop_it(pc):
    workspace = run(pc, keys=["shift@3", "+space"])
    assert "stopped by the user" in workspace.results
    assert "film command, sum" not in workspace.results
    assert workspace.images() == [] and workspace.progress_window is None
    assert not workspace.persistent_tags.exists("NMF 4D-STEM:Self-test")


def test_every_command_and_library_is_tested():
    commands = {path.name for path in dm.SCRIPTS.glob("*.s")} - NOT_RUN
    assert set(re.findall(r'RunCommand\("(\w+\.s)"', SELF_TEST)) == commands
    sources = [read_source(dm.SCRIPTS / name) for name in ("self_test.s", *sorted(commands))]
    reached = {needed.name for source in sources for needed in needed_sources(source)}
    libraries = {path.name for path in (dm.SCRIPTS / "functions").glob("*.s")}
    assert libraries - reached == {"python_command.s"}  # the Python self-test has its own table


def test_settings_of_commands_exist():
    """A key that a command no longer has would leave its first value, and the check would compare something else."""
    for command, key in re.findall(r'SetForCommand\("([\w ]+)", "(\w+)"', SELF_TEST):
        text = "".join(path.read_text() for path in dm.SCRIPTS.rglob("*.s") if path.name != "self_test.s")
        assert re.search(rf'Add\w+\(items, command, "{key}"', text) or \
            re.search(rf'Add\w+\(items, "{command}", "{key}"', text), f"{command} has no setting {key}"


def stored():
    """{name: number} as self_test_numbers.s has them."""
    text = read_source(dm.SCRIPTS / "functions" / "self_test_numbers.s").text
    return {name: float(value) for name, value in re.findall(r'if \(name == "(.*?)"\) return (\S+)', text)}


def test_stored_numbers_are_those_of_numpy():
    path = PROJECT / "tests" / "golden" / "make_self_test_numbers.py"
    spec = importlib.util.spec_from_file_location("make_self_test_numbers", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = module.numbers()
    assert list(stored()) == list(found), "run tests/golden/make_self_test_numbers.py"
    for name, value in found.items():
        assert stored()[name] == pytest.approx(value, rel=1e-6), "run tests/golden/make_self_test_numbers.py"


def test_it_names_the_version():
    assert f'return "{__version__}"' in read_source(dm.SCRIPTS / "functions" / "self_test_numbers.s").text


def test_the_list_to_verify_and_the_checks_are_the_same():
    """install_to_dm.md promises a line of the self-test for each fact; the last column names it."""
    text = (PROJECT / "install_to_dm.md").read_text()
    section = text[text.index("## To verify on your GMS"):]
    listed = re.findall(r"^\|.*\| `([\w-]+)` \|$", section, re.MULTILINE)
    checked = re.findall(r'report\.(?:Fact|Tell)\("([\w-]+)"', FACTS)
    assert sorted(listed) == sorted(checked)
    assert len(set(listed)) == len(listed)
