"""The self-test: all passes whatever DM does; what is broken on purpose fails, and everything else is still tried."""
import re

import pytest

from tests.dm_python.running import (
    EVERY_SWITCH,
    click,
    name_of_switches,
    refuse_strays,
    run,
    scan_image,
    workspace_with,
)

CALL = "from dm_python import self_test\nresult = self_test.main()\n"
SKLEARN = ("numpy", "sklearn", "scipy", "joblib", "threadpoolctl", "cloudpickle", "narwhals")
# What a breakage breaks must be a copy: virtual_dm puts the modules of before back afterwards.
FRESH = """
import sys
for name in [name for name in sys.modules if name.startswith(("dm_python", "offline_reference.numerics"))]:
    del sys.modules[name]
"""


def verdicts(report):
    return {row.what: row.verdict for row in report.rows}


@pytest.mark.parametrize("switches", EVERY_SWITCH, ids=name_of_switches)
def test_all_checks_pass_whatever_dm_does_and_no_window_is_left(switches):
    workspace = run(CALL, scan_image(), switches=switches)
    report = workspace.result
    assert report.passed and "FAIL" not in verdicts(report).values(), report.text
    assert verdicts(report)["nmf_sklearn"] == "skip"  # this run hides scikit-learn
    refuse_strays(workspace, "Scan")
    assert workspace.results == report.text + "\n" and workspace.front_image().name == "Scan"
    assert workspace.leaks == [] and not workspace.persistent_tags.exists("NMF 4D-STEM:Self-test")


def test_with_scikit_learn_nothing_is_skipped():
    report = run(CALL, packages=SKLEARN).result
    assert verdicts(report)["nmf_sklearn"] == "PASS" and "skip" not in verdicts(report).values()


def test_the_table_has_the_versions_and_ends_with_the_verdict():
    report = run(CALL).result
    assert re.search(r"versions: Python 3\.\d+\.\d+, NumPy \d+\.\d+", report.text) and "\nok       GMS: " in report.text
    last = report.text.strip().split("\n")[-1]
    assert re.fullmatch(r"PASS     all in all: 0 of 20 checks failed, \d+ s", last)


BREAKAGES = {
    "a step of ALS": (
        "from offline_reference.numerics import methods\nold = methods.nmf_als\n"
        "methods.nmf_als = lambda *a, **k: old(*a, **dict(k, max_iter=k['max_iter'] - 1))", ["nmf_primitive, ALS"]),
    "the diffraction constraint": (
        "from offline_reference.numerics.diffraction_constraint import DarkPeakFill\n"
        "DarkPeakFill.__call__ = lambda self, W: W\n", ["nmf_constrained"]),
    "axes of maps": (
        "import numpy as np\nfrom dm_python import bridge\nold = bridge.show_maps\n"
        "bridge.show_maps = lambda s, maps, *a: old(s, np.swapaxes(maps, 1, 2), *a)", ["nmf_primitive, MU"]),
    "pixels that are read": (
        "from dm_python import bridge\nold = bridge.four_d\n"
        "def four_d(*a, **k):\n    s = old(*a, **k)\n    return s._replace(pixels=s.pixels[::-1].copy())\n"
        "bridge.four_d = four_d", ["simulate", "nmf_primitive, ALS", "pca_varimax"]),
    "an exception in a command": (
        "from dm_python import pca_varimax\npca_varimax.varimax_components = None", ["pca_varimax"]),
    "a file that cannot be imported": (
        "import sys\nsys.modules['dm_python.cluster'] = None", ["cluster", "installation"]),
    "the generator of random numbers": (
        "from offline_reference.numerics import example_data\nold = example_data.uniform_random\n"
        "example_data.uniform_random = lambda n, seed, **k: old(n, seed + 1, **k)", ["simulate", "components"]),
    "the similarity": (
        "from dm_python import cluster\nold = cluster.pattern_similarity\n"
        "cluster.pattern_similarity = lambda d, *a: old(d ** 0.5, *a)", ["cluster"]),
    "refusals": (
        "from dm_python import nmf_primitive\nold = nmf_primitive.main\n"
        "nmf_primitive.main = lambda *a, **k: None if a else old(**k)", ["a wrong image is refused"]),
    "sizes of images": (
        "old = DM.CreateImage\nDM.CreateImage = lambda a: old(a.T.copy(order='C'))",
        ["arrays become images of reversed sizes"]),
    "live pixels": (
        "old = DM.Py_Image.GetNumArray\nDM.Py_Image.GetNumArray = lambda self: old(self).copy()",
        ["GetNumArray is the image's own memory"]),
    "calibrations": (
        "old = DM.Py_Image.GetDimensionCalibration\n"
        "DM.Py_Image.GetDimensionCalibration = lambda self, axis, form: old(self, axis, 1 - form)",
        ["calibrations come back"]),
    "tags of 32 bits": (
        "import numpy as np\nold = DM.Py_TagGroup.GetTagAsDouble\n"
        "def get(self, path):\n    ok, value = old(self, path)\n    return ok, float(np.float32(value))\n"
        "DM.Py_TagGroup.GetTagAsDouble = get", ["tags come back"]),
    "DM-script from Python": (
        "def fail(text):\n    raise RuntimeError('no DM-script here')\nDM.ExecuteScriptString = fail",
        ["DM-script has what the bridge calls"]),
    "errors of DM-script": ("DM.ExecuteScriptString = lambda text: None", ["errors of DM-script reach Python"]),
    "windows by name": (
        "old = DM.FindImageByName\nDM.FindImageByName = lambda name: DM.GetFrontImage()", ["windows are found"]),
    "closing of windows": ("DM.DeleteImage = lambda image: None", ["windows are counted and closed"]),
    "rectangles of ROIs": (
        "old = DM.Py_ROI.GetRectangle\nDM.Py_ROI.GetRectangle = lambda self: tuple(x + 1 for x in old(self))",
        ["a ROI restricts what is read"]),
}


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_what_is_broken_on_purpose_fails_and_all_else_is_still_tried(breakage):
    code, expected = BREAKAGES[breakage]
    workspace = workspace_with(scan_image())
    broken = run(FRESH + code + "\n" + CALL, workspace=workspace).result
    found = verdicts(broken)
    assert not broken.passed and found["all in all"] == "FAIL", broken.text
    assert [name for name in expected if found[name] != "FAIL"] == [], broken.text
    assert found["versions"] == "-" and {"simulate", "cluster", "installation"} <= set(found)
    if breakage != "closing of windows":
        refuse_strays(workspace, "Scan")


def test_windows_that_cannot_be_counted_do_not_stop_the_other_checks():
    report = run("del DM.CountImageDocuments\n" + CALL).result
    assert verdicts(report)["windows are counted and closed"] == "FAIL"
    assert verdicts(report)["cluster"] == "PASS"


def test_unusual_arrays_are_handed_over_only_if_wanted():
    assert "CreateImage of a view" not in verdicts(run(CALL).result)
    report = run(CALL.replace("main()", "main(probe=True)")).result
    assert verdicts(report)["CreateImage of a view"] == "-" and "it is a view of other memory" in report.text
    nothing = run(CALL.replace("main()", "main(probe=True)"), create_image_failure="None").result
    assert "-        CreateImage of bool: None\n" in nothing.text and nothing.passed


def test_the_menu_item_asks_and_a_cancelled_dialog_leaves_nothing():
    workspace = click("self_test", workspace_with(answers=["default"]))
    assert "PASS     all in all" in workspace.results and "CreateImage of a view" not in workspace.results
    refuse_strays(workspace)
    cancelled = click("self_test", workspace_with(answers=["cancel"]))
    assert cancelled.results == ""
    refuse_strays(cancelled)
