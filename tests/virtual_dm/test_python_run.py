"""Running DM-Python scripts: the surroundings they find, and that ours are as before afterwards."""
import builtins
import os
import sys
import types

import numpy as np
import pytest

from offline_reference.virtual_dm.digitalmicrograph import NotRun, fire, run_python
from offline_reference.virtual_dm.errors import LimitReached, NoAnswer, NotSimulated
from offline_reference.virtual_dm.images import Image
from offline_reference.virtual_dm.switches import Switches, one_at_a_time
from offline_reference.virtual_dm.workspace import Workspace


def run(text, *images, answers=(), packages=None, seconds=None, **switches):
    """The workspace after a script; its PythonRun in ``.done``."""
    workspace = Workspace(switches=Switches(**switches), answers=answers)
    for image in reversed(images):
        workspace.show(image)
    workspace.done = run_python(text, workspace, packages=packages, seconds=seconds)
    return workspace


def ramp():
    return Image(np.arange(20, dtype=np.float32).reshape(4, 5), "ramp")


# -- what a script finds ----------------------------------------------------------------------------------------------


def test_dm_is_there_with_and_without_an_import():
    assert run("import DigitalMicrograph\nprint(DM is DigitalMicrograph, __name__)").results == "True __main__\n"


def test_a_script_does_not_know_its_file_arguments_or_folder():
    before = os.getcwd()
    workspace = run("import os, sys\nprint('__file__' in globals(), sys.argv, os.listdir('.'))\nprint(os.getcwd())")
    assert workspace.results.startswith("False [] []\n") and before not in workspace.results


def test_the_usual_cure_for_the_empty_argv_works():
    assert run("import sys\nsys.argv.extend(['-a', ' '])\nprint(sys.argv)").results == "['-a', ' ']\n"


def test_argv_may_be_absent():
    assert run("import sys\nprint(hasattr(sys, 'argv'))", sys_argv="absent").results == "False\n"


def test_print_goes_to_results_and_so_does_a_traceback():
    text = "import traceback\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    traceback.print_exc()\nprint('after')"
    results = run(text).results
    assert "ZeroDivisionError" in results and "1 / 0" in results and results.endswith("after\n")


def test_an_echo_that_prints_reaches_our_stdout_once(capsys):
    workspace = Workspace(echo=lambda text: print(text, end=""))
    run_python("print('one')\nDM.Result('two\\n')", workspace)
    assert capsys.readouterr().out == workspace.results == "one\ntwo\n"


def test_input_takes_prepared_answers():
    workspace = run("print(int(input('How many?')) + 1)", answers=["4"])
    assert workspace.results == "5\n" and workspace.dialogs[0].prompt == "How many?"
    with pytest.raises(NoAnswer, match="input asks 'How many.'"):
        run("input('How many?')")


@pytest.mark.parametrize("leave", ["exit()", "quit()", "import sys; sys.exit()", "exit(0)"])
def test_leaving_ends_the_script_and_nothing_else(leave):
    workspace = run(f"print('a')\n{leave}\nprint('b')")
    assert workspace.results == "a\n" and workspace.done.exit_code == 0


def test_exit_codes_and_texts():
    assert run("exit(3)").done.exit_code == 3
    workspace = run("exit('no image')")
    assert workspace.done.exit_code == 1 and workspace.results == "no image\n"


def test_file_dialogs_of_tkinter_take_prepared_answers():
    text = (
        "import tkinter as tk\nimport tkinter.filedialog as tkf\nroot = tk.Tk()\nroot.withdraw()\n"
        "print(tkf.askopenfilename(title='Scan'), tkf.askopenfilenames())"
    )
    workspace = run(text, answers=["a.tif", "b.tif; c.tif"])
    assert workspace.results == "a.tif ('b.tif', 'c.tif')\n" and workspace.dialogs[0].prompt == "Scan"


def test_windows_of_tkinter_are_not_simulated():
    with pytest.raises(NotSimulated, match="tkinter.Button is not simulated"):
        run("import tkinter\ntkinter.Button(tkinter.Tk())")


def test_only_certain_packages_may_be_allowed():
    text = "import json, numpy\ntry:\n    import hypothesis\nexcept ImportError as error:\n    print(error.name)"
    assert run(text, packages=("numpy",)).results == "hypothesis\n"
    assert run(text).results == ""
    assert "hypothesis" in sys.modules  # it was hidden, not lost


def test_a_run_may_be_limited_in_time():
    with pytest.raises(LimitReached, match="ran for more than 0.2 s"):
        run("while True:\n    pass", seconds=0.2)


# -- what a script leaves ---------------------------------------------------------------------------------------------


def test_nothing_of_ours_has_changed_afterwards():
    def state():
        return list(sys.path), sys.argv, os.getcwd(), builtins.input, builtins.exit, sys.stdout, dict(os.environ)

    before = state()
    for text in ("import sys\nsys.path.append('x')", "1 / 0", "exit(2)"):
        try:
            run(text)
        except ZeroDivisionError:
            pass
        assert state() == before
        assert "DigitalMicrograph" not in sys.modules


def test_an_exception_reaches_the_caller():
    with pytest.raises(ValueError, match="too few"):
        run("raise ValueError('too few')")


def test_images_and_listeners_outlive_the_script_and_leaks_are_named():
    image = ramp()
    workspace = run(
        "class Mean(DM.Py_ScriptObject):\n"
        "    def __init__(self):\n"
        "        DM.Py_ScriptObject.__init__(self)\n"
        "    def HandleDataChangedEvent(self, flags, image):\n"
        "        print(image.GetNumArray().mean())\n"
        "img = DM.GetFrontImage()\n"
        "listener = Mean()\n"
        "listener.ImageHandleDataChangedEvent(img, 'x')",
        image,
    )
    assert workspace.done.leaks == ["img"]
    assert fire(workspace, "DataChanged", image) == 1
    assert workspace.results == "9.5\n"
    assert run("img = DM.GetFrontImage()\ndel img", ramp()).done.leaks == []


def test_a_swallowed_complaint_is_remembered():
    workspace = run("try:\n    DM.GetActiveCamera()\nexcept Exception:\n    pass")
    assert "GetActiveCamera() is known to DM" in str(workspace.complaints[0])


def test_modules_that_use_dm_meet_the_next_runs_workspace(tmp_path):
    (tmp_path / "my_dm_helper.py").write_text("import DigitalMicrograph as DM\ndef name():\n"
                                              "    return DM.GetFrontImage().GetName()\n")  # fmt: skip
    text = f"import sys\nsys.path.insert(0, {str(tmp_path)!r})\nimport my_dm_helper\nprint(my_dm_helper.name())"
    for name in ("first", "second"):
        image = ramp()
        image.name = name
        assert run(text, image).results == f"{name}\n"


def test_so_do_modules_that_use_those_and_what_was_imported_anew_is_as_before(tmp_path):
    (tmp_path / "my_dm_helper.py").write_text("import DigitalMicrograph as DM\n")
    (tmp_path / "my_command.py").write_text("import my_dm_helper\ndef name():\n"
                                            "    return my_dm_helper.DM.GetFrontImage().GetName()\n")  # fmt: skip
    (tmp_path / "my_menu.py").write_text("from my_command import name\n")
    text = f"import sys\nsys.path.insert(0, {str(tmp_path)!r})\nimport my_menu\nprint(my_menu.name())"
    drop = "import sys\nsys.modules.pop('offline_reference.virtual_dm.switches', None)\n"
    before = sys.modules["offline_reference.virtual_dm.switches"]
    for name in ("first", "second"):
        image = ramp()
        image.name = name
        assert run(text, image).results == f"{name}\n"
        run(drop + "import offline_reference.virtual_dm.switches")
        assert sys.modules["offline_reference.virtual_dm.switches"] is before


# -- files and texts --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("as_type", [str, lambda path: path])
def test_files_are_run_in_their_own_encoding(tmp_path, as_type):
    path = tmp_path / "script.py"
    path.write_bytes("print('\u00b5m')\n".encode("cp1252"))  # no coding line: an editor on Windows
    assert run(as_type(path)).results == "\u00b5m\n"
    path.write_bytes("# -*- coding: latin-1 -*-\nprint('\u00e9')\n".encode("latin-1"))
    assert run(as_type(path)).results == "\u00e9\n"


def test_a_missing_file_is_refused():
    with pytest.raises(NotRun, match="There is no script 'nowhere.py'"):
        run("nowhere.py")


def test_the_stand_in_never_takes_the_real_modules_place(monkeypatch):
    real = types.ModuleType("DigitalMicrograph")
    monkeypatch.setitem(sys.modules, "DigitalMicrograph", real)
    with pytest.raises(NotRun, match="has a DigitalMicrograph module of its own"):
        run("print(1)")
    assert sys.modules["DigitalMicrograph"] is real


def test_nor_of_one_that_could_be_imported(tmp_path, monkeypatch):
    (tmp_path / "DigitalMicrograph.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(NotRun, match="has a DigitalMicrograph module of its own"):
        run("print(1)")


# -- both doors -------------------------------------------------------------------------------------------------------

HYBRID = """
image = DM.GetFrontImage()
DM.ExecuteScriptString(
    'image img := FindImageByID({})\\n'
    'ExecutePythonScriptString("DM.GetFrontImage().GetNumArray()[0, 0] = 100")\\n'
    'Result(sum(img) + "\\\\n")'.format(image.GetID()))
print(image.GetNumArray().sum())
"""


def test_python_in_a_script_in_python_acts_on_one_workspace():
    assert run(HYBRID, ramp()).results == "290\n290.0\n"  # 0 + 1 + .. + 19, and 100 for the first


CAUTIOUS = """
import numpy as np
image = DM.GetFrontImage()
a = np.array(image.GetNumArray(), dtype=np.float64, order="C", copy=True).reshape(-1)
tags = image.GetTagGroup()
found = tags.GetTagAsTagGroup("Scan")
group = found[1] if isinstance(found, tuple) else found
units = image.GetDimensionUnitString(0)
units = units.decode("latin-1") if isinstance(units, bytes) else units
origin, scale, _ = image.GetDimensionCalibration(0, 0)
result = DM.CreateImage(np.array(a[::-1], dtype=np.float32, order="C"))
result.SetDimensionCalibration(0, float(origin), float(scale), "um" if units == "\\u00b5m" else units, 0)
result.SetName("result")
result.ShowImage()
print(group.GetTagAsDouble("step")[1], units == "\\u00b5m", origin, scale, result.GetNumArray().reshape(-1).tolist())
"""


@pytest.mark.parametrize("switches", list(one_at_a_time("python")), ids=lambda switches: str(switches.changed()))
def test_a_cautious_script_gives_the_same_answer_under_every_switch(switches):
    image = Image(np.arange(6, dtype=np.float32), "line")
    image.calibrations[0].scale, image.calibrations[0].units = 0.5, "\u00b5m"
    image.tags.set("Scan:step", "double", 0.25)
    workspace = Workspace(switches=switches)
    workspace.show(image)
    run_python(CAUTIOUS, workspace)
    assert workspace.results == "0.25 True 0.0 0.5 [5.0, 4.0, 3.0, 2.0, 1.0, 0.0]\n"
