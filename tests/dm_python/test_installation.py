"""The checker: which copy is used and how it got there, what is missing, NumPy newer than DM's; one readable table."""
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from dm_python import installation
from offline_reference import __version__
from tests.dm_python.running import ROOT, click, run, workspace_with

# Runs the checker in a Python that sees the standard library and the folders given, nothing else.
ALONE = """
import sys
folders, sys.argv = sys.argv[1:], []
sys.path[:] = folders + [place for place in sys.path if "-packages" not in place and place]
from dm_python import installation
installation.main()
"""


@pytest.fixture
def numpy_alone(tmp_path):
    """A folder with NumPy and no other package."""
    folder = tmp_path / "only-numpy"
    folder.mkdir()
    for part in Path(np.__file__).parents[1].glob("numpy*"):
        (folder / part.name).symlink_to(part)
    return folder


def copy_packages(folder, names=("dm_python", "offline_reference")):
    for name in names:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(
            "__pycache__", "virtual_dm", "cli", "report", "files", "figures"))
    return folder


def rows_alone(*folders):
    """The table of a fresh Python, as {what: whole line}."""
    answer = subprocess.run([sys.executable, "-I", "-c", ALONE, *map(str, folders)], capture_output=True, text=True,
                            cwd=folders[0], check=True)
    lines = answer.stdout.splitlines()
    assert lines[0] == "dm-nmf: installation"
    return {line[9:].partition(":")[0]: line for line in lines[1:] if not line.startswith(" ")}


def row(report, what):
    return next(one for one in report.rows if one.what == what)


def test_copied_folders_are_told(tmp_path, numpy_alone):
    site = copy_packages(tmp_path / "site-packages")
    rows = rows_alone(site, numpy_alone)
    assert rows["dm_python"] == f"ok       dm_python: {site} (copied into site-packages)"
    assert rows["offline_reference"].endswith(f"{site} (copied into site-packages)")
    assert rows["dm-nmf"] == f"ok       dm-nmf: {__version__}"
    assert "all" in rows["modules"] and "not used" not in rows
    assert rows["scikit-learn"].startswith("note") and "not installed" in rows["scikit-learn"]


def test_pip_is_told_and_a_copy_over_it_is_a_problem(tmp_path, numpy_alone):
    site = copy_packages(tmp_path / "site-packages")
    record = site / f"dm_nmf-{__version__}.dist-info"
    record.mkdir()
    assert rows_alone(site, numpy_alone)["dm_python"].endswith("(pip)")
    record.rename(site / "dm_nmf-0.0.1.dist-info")
    rows = rows_alone(site, numpy_alone)
    assert rows["dm-nmf"] == f"PROBLEM  dm-nmf: files {__version__}, but pip recorded 0.0.1"


def test_a_path_file_is_told_and_a_second_copy_is_noted(tmp_path, numpy_alone):
    project = copy_packages(tmp_path / "project")
    site = copy_packages(tmp_path / "site-packages")
    (site / "dm-nmf.pth").write_text(f"import os\n{project}\n", encoding="utf-8")
    rows = rows_alone(project, site, numpy_alone)  # as if the path file had been read
    assert rows["dm_python"].endswith(f"{project} (path file dm-nmf.pth)")
    assert rows["not used"] == f"note     not used: {site} (copied into site-packages)"


def test_other_ways_are_told(tmp_path, numpy_alone):
    plugins, elsewhere = copy_packages(tmp_path / "Plugins"), copy_packages(tmp_path / "elsewhere")
    assert rows_alone(plugins, numpy_alone)["dm_python"].endswith("(copied into DM's Plugins)")
    assert rows_alone(elsewhere, numpy_alone)["dm_python"].endswith("(sys.path of a script, or PYTHONPATH)")


def test_a_missing_folder_is_a_problem_that_is_named(tmp_path, numpy_alone):
    rows = rows_alone(copy_packages(tmp_path / "site-packages", ["dm_python"]), numpy_alone)
    assert rows["offline_reference"] == "PROBLEM  offline_reference: not found"
    assert rows["modules"].startswith("PROBLEM") and "No module named 'offline_reference'" in rows["modules"]
    assert "NumPy" in rows  # it goes on to the end


def test_a_missing_file_is_a_problem_that_is_named(tmp_path, numpy_alone):
    site = copy_packages(tmp_path / "site-packages")
    os.remove(site / "offline_reference" / "numerics" / "linkage.py")
    rows = rows_alone(site, numpy_alone)
    assert rows["modules"].startswith("PROBLEM") and "dm_python.cluster: ModuleNotFoundError" in rows["modules"]


def test_halves_from_two_folders_are_a_problem(tmp_path, numpy_alone):
    one, two = (copy_packages(tmp_path / name, [name]) for name in ("dm_python", "offline_reference"))
    assert rows_alone(one, two, numpy_alone)["two copies"].startswith("PROBLEM")


@pytest.mark.parametrize("loaded, verdict", [("1.23.5", "ok"), ("1.23.9", "ok"), ("1.18.2", "ok"),
                                             ("1.24.0", "PROBLEM"), ("2.0.1rc1", "PROBLEM"), ("1.100.0", "PROBLEM")])
@pytest.mark.parametrize("known_by", ["the version of Python", "conda's record"])
def test_numpy_must_not_be_newer_than_dms(loaded, verdict, known_by, tmp_path, monkeypatch):
    monkeypatch.setattr(np, "__version__", loaded)
    monkeypatch.setattr(installation, "NUMPY_OF_DM", {sys.version_info[:2]: "1.23.5"})
    if known_by != "the version of Python":
        monkeypatch.setattr(installation, "NUMPY_OF_DM", {})
        (tmp_path / "conda-meta").mkdir()
        (tmp_path / "conda-meta" / "numpy-1.23.5-py310h9ccaf4f_0.json").touch()
        (tmp_path / "conda-meta" / "numpy-base-1.23.5-py310_0.json").touch()
        monkeypatch.setattr(sys, "prefix", str(tmp_path))
    report = installation.main(show=False)
    assert row(report, "NumPy").verdict == verdict and loaded in row(report, "NumPy").found
    if verdict == "PROBLEM":
        assert not report.is_sound and "pip install --no-deps numpy==1.23.5" in report.text


def test_a_look_that_fails_is_a_problem_and_the_others_are_told(monkeypatch):
    def forbidden(folder):
        raise PermissionError("may not be read")

    monkeypatch.setattr(installation.os, "listdir", forbidden)
    report = installation.main(show=False)
    assert row(report, "packages").found == "PermissionError: may not be read" and not report.is_sound
    assert row(report, "Python").verdict == "ok"


def test_packages_of_single_commands_are_found_by_their_records_without_an_import(tmp_path, monkeypatch):
    for name in ("scikit_learn-1.0.2.dist-info", "scipy-1.7.3-py3.7.egg-info", "scipy_extras-9.9.dist-info"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    report = installation.main(show=False)
    assert "1.0.2" in row(report, "scikit-learn").found and "1.7.3" in row(report, "scipy").found
    assert "9.9" not in report.text


def test_inside_dm_the_folder_of_the_menu_and_the_version_of_gms_are_told():
    workspace = workspace_with()
    workspace.persistent_tags.set("Private:Configuration:ApplicationVersion_2", "string", "3.60.4435.0")
    click("installation", workspace)
    assert "ok       GMS: 3.60.4435.0\n" in workspace.results
    assert f"ok       dm_python: {ROOT} (folder of the menu, written by install_menu.s)\n" in workspace.results
    assert "PROBLEM" not in workspace.results and workspace.dialogs == []


def test_outside_dm_it_answers_too():
    report = installation.main(show=False)
    assert row(report, "GMS").verdict == "note" and report.is_sound


def test_the_report_is_plain():
    workspace = run("from dm_python import installation\nresult = installation.main()")
    assert workspace.results == workspace.result.text + "\n" and workspace.result.is_sound
