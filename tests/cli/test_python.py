"""dm-nmf python run: image files in, Results on stdout, displayed images out."""
import json
import sys

import numpy as np
import pytest

from offline_reference import cli
from offline_reference.virtual_dm import tag_files
from offline_reference.virtual_dm.images import Calibration, Image
from offline_reference.virtual_dm.switches import SWITCHES

DOUBLE = """
import numpy as np
image = DM.GetFrontImage()
ok, factor = DM.GetNumber("Times what?", 2)
print(image.GetName(), image.FindNextImage() is not None, factor)
result = DM.CreateImage((image.GetNumArray() * factor).astype(np.float32).copy())
result.SetName("a: [product]")
result.SetDimensionCalibration(0, 1.0, 0.5, "nm", 0)
result.GetTagGroup().SetTagAsFloat("Processing:Factor", factor)
result.ShowImage()
del image, result
"""


@pytest.fixture
def scan(tmp_path):
    """A small .dm4 with an unequal shape, a calibration and a float tag."""
    image = Image(np.arange(5 * 6 * 7 * 8, dtype=np.uint16).reshape(8, 7, 6, 5), "scan")
    image.calibrations[0] = Calibration(0.0, 0.25, "nm")
    image.tags.set("Microscope Info:Voltage", "float", 0.1)
    tag_files.write_image(tmp_path / "scan.dm4", image)
    return tmp_path / "scan.dm4"


@pytest.fixture
def run(tmp_path, capsys):
    """Runs a script's text; (exit code, stdout, stderr)."""

    def run_text(text, *options):
        (tmp_path / "script.py").write_text(text, encoding="utf-8")
        code = cli.main(["python", "run", str(tmp_path / "script.py"), *map(str, options)])
        return code, *capsys.readouterr()

    return run_text


def test_images_go_in_and_results_come_out(run, scan, tmp_path):
    code, out, err = run(DOUBLE, "--image", scan, "--answer", 3, "--save", tmp_path / "out")
    assert (code, out) == (0, "scan False 3.0\n")
    assert "1 of 2 displayed images written" in err
    facts = json.loads((tmp_path / "out" / "result.json").read_text())
    assert [one["file"] for one in facts["images"]] == ["01_a___product.dm4", None]
    assert facts["images"][1]["unchanged input"] == str(scan)
    assert (tmp_path / "out" / "results.txt").read_text() == out
    back = tag_files.image_of_file_tags(tag_files.read_tags(tmp_path / "out" / "01_a___product.dm4"))
    np.testing.assert_array_equal(back.pixels, 3 * np.arange(1680, dtype=np.float32).reshape(8, 7, 6, 5))
    assert back.calibrations[0] == Calibration(-2.0, 0.5, "nm") and back.name == "a: [product]"
    assert back.tags.find("Processing:Factor").kind == "float"


def test_tags_of_a_dm_file_keep_their_kinds(run, scan):
    code, out, _ = run(
        "tags = DM.GetFrontImage().GetTagGroup()['Microscope Info']\nprint(tags.GetTagType(0, 0), tags['Voltage'])",
        "--image", scan)  # fmt: skip
    assert (code, out) == (0, "6 0.10000000149011612\n")


def test_the_first_image_is_in_front_and_has_the_first_letter(run, scan, tmp_path):
    np.save(tmp_path / "line.npy", np.arange(6.0))
    text = "a = DM.GetFrontImage()\nb = a.FindNextImage()\nprint(a.GetName(), a.GetLabel(), b.GetLabel(), b.GetName())"
    code, out, _ = run(text, "--image", scan, "--image", tmp_path / "line.npy")
    assert (code, out) == (0, "scan A B line\n")


def test_an_image_changed_in_place_is_written(run, scan, tmp_path):
    run("DM.GetFrontImage().GetNumArray()[0, 0, 0, 0] = 9", "--image", scan, "--save", tmp_path / "out")
    assert (tmp_path / "out" / "01_scan.dm4").exists()


def test_a_roi_is_drawn_on_the_front_image(run, scan):
    text = "print(DM.GetFrontImage().GetImageDisplay(0).GetROI(0).GetRectangle())"
    assert run(text, "--image", scan, "--roi", "0,1,2,3")[:2] == (0, "(0.0, 1.0, 2.0, 3.0)\n")
    code, _, err = run(text, "--image", scan, "--roi", "0,1,2")
    assert code == 2 and "a ROI is four numbers" in err


def test_a_missing_answer_ends_the_run_and_names_the_prompt(run, scan, tmp_path):
    code, _, err = run(DOUBLE, "--image", scan, "--save", tmp_path / "out")
    assert code == 1 and err.count("GetNumber asks 'Times what?' and no prepared answer is left") == 1
    assert "script.py" in err and "line 4" in err
    assert not (tmp_path / "out").exists()


def test_a_swallowed_complaint_still_fails_the_run(run):
    code, _, err = run("try:\n    DM.GetActiveCamera()\nexcept Exception:\n    pass")
    assert code == 1 and "GetActiveCamera() is known to DM, not simulated here" in err


def test_an_exception_shows_the_scripts_own_lines(run):
    code, _, err = run("def f():\n    return 1 / 0\nf()")
    assert code == 1
    assert "script.py" in err and "return 1 / 0" in err and "ZeroDivisionError" in err
    assert "virtual_dm" not in err


def test_exit_codes_are_handed_on(run):
    assert run("exit(7)")[0] == 7


def test_switches_and_packages(run):
    assert run("print(DM.IsScriptOnMainThread())", "--switch", "thread=background")[1] == "False\n"
    code, _, err = run("pass", "--switch", "thraed=background")
    assert code == 2 and "did you mean 'thread'" in err
    code, _, err = run("import hypothesis", "--only-numpy")
    assert code == 1 and "No module named 'hypothesis'" in err


def test_switches_can_be_listed(run, capsys):
    assert cli.main(["python", "run", "--list-switches"]) == 0
    out = capsys.readouterr().out
    assert all(switch.name in out for switch in SWITCHES)


def test_files_are_opened_and_saved_in_the_folder_only(run, scan, tmp_path):
    text = "i = DM.OpenImage('scan.dm4')\ni.SetName('opened')\ni.SaveAsGatan('copy')\nprint(i.GetNumDimensions())"
    code, out, _ = run(text, "--folder", tmp_path)
    assert (code, out) == (0, "4\n") and (tmp_path / "copy.dm4").exists()
    code, _, err = run(text)
    assert code == 1 and "no folder that it may use" in err


@pytest.mark.parametrize(
    "options, why",
    [
        (["--image", "nowhere.dm4"], "there is no file 'nowhere.dm4'"),
        (["--folder", "nowhere"], "there is no folder 'nowhere'"),
        (["--keys", "hyper"], "is no key"),
    ],
)
def test_bad_options_are_refused_before_the_script_runs(run, options, why):
    code, out, err = run("print(1)", *options)
    assert (code, out) == (2, "") and why in err


def test_an_existing_folder_is_not_replaced_unasked(run, tmp_path):
    for options, code in (([], 0), ([], 2), (["--overwrite"], 0)):
        assert run("print(1)", "--save", tmp_path / "out", *options)[0] == code


def test_no_script_is_refused(capsys):
    assert cli.main(["python", "run"]) == 2
    assert cli.main(["python", "run", "nowhere.py"]) == 2
    assert "There is no script 'nowhere.py'" in capsys.readouterr().err


def test_the_run_leaves_no_stand_in_behind(run):
    run("print(1)")
    assert "DigitalMicrograph" not in sys.modules
