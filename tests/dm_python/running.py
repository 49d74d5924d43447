"""Runs code of dm_python in the stand-in as at a bare GMS (NumPy alone), on small scans of unequal sizes."""
from functools import cache
from pathlib import Path

import numpy as np

from offline_reference.numerics import example_data
from offline_reference.virtual_dm import run_script
from offline_reference.virtual_dm.digitalmicrograph import run_python
from offline_reference.virtual_dm.images import Calibration, Image
from offline_reference.virtual_dm.switches import Switches, all_combinations, one_at_a_time
from offline_reference.virtual_dm.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
SCAN, DETECTOR = (10, 9), (14, 12)  # (n_y, n_x), (n_v, n_u)
CALIBRATION = {
    "v": Calibration(7.0, 0.25, "1/nm"), "u": Calibration(6.0, 0.25, "1/nm"),
    "y": Calibration(0.0, 0.5, "\u00b5m"), "x": Calibration(-4.0, 2.0, "\u00b5m"),  # DM's micro sign
}
EVERY_SWITCH = list(one_at_a_time("python"))
#: every combination of what a command can feel of DM
EVERY_COMBINATION = list(all_combinations("python", [
    "get_tag_as_tag_group", "create_image", "create_image_failure", "unit_strings", "one_dimensional_array", "thread"]))


def name_of_switches(switches):
    return str(switches.changed() or "defaults")


@cache
def example(order="vuyx", n_crystals=2):
    """Simulated counts and the truth, small enough for many runs."""
    return example_data.simulate(SCAN, DETECTOR, n_crystals, dose=1000, seed=3, order=order)


def scan_image(order="vuyx", dtype=np.uint16, name="Scan"):
    """The example as a calibrated DM image; counts stay below 256, so every type holds them."""
    pixels = example(order).pixels
    assert pixels.max() < 256
    image = Image(pixels.astype(dtype), name)
    for calibration, axis in zip(image.calibrations, reversed(order), strict=True):
        calibration.__dict__.update(vars(CALIBRATION[axis]))
    image.tags.set("Meta Data:Data Order Swapped", "boolean", order == "yxvu")
    image.tags.set("Microscope Info:Voltage", "double", 200000.0)
    return image


def stack_image(planes, name, kind="detector"):
    """A stack as results of ours are: float32 planes of the detector or of the scan."""
    image = Image(np.array(planes, dtype=np.float32, order="C"), name)
    for calibration, axis in zip(image.calibrations, "uv" if kind == "detector" else "xy", strict=False):
        calibration.__dict__.update(vars(CALIBRATION[axis]))
    return image


def workspace_with(*images, answers=(), switches=None, keys=(), **values):
    """A DM with these images open, the first one in front."""
    workspace = Workspace(switches=switches or Switches(**values), answers=answers, keys=keys)
    for image in reversed(images):
        workspace.show(image)
    return workspace


def run(text, *images, answers=(), packages=("numpy",), workspace=None, keys=(), switches=None, **values):
    """The workspace after a Python text; what the text calls ``result`` is in ``.result``."""
    if workspace is None:
        workspace = workspace_with(*images, answers=answers, switches=switches, keys=keys, **values)
    done = run_python(text, workspace, packages=packages)
    workspace.result = done.namespace.pop("result", None)
    workspace.leaks = done.leaks
    return workspace


def click(module, workspace, folder=ROOT, packages=("numpy",)):
    """Install a command's wrapper as install_menu.s does, and choose its menu item."""
    if folder is not None:
        workspace.persistent_tags.set("NMF 4D-STEM:Folder", "string", str(folder))
    workspace.folder = ROOT / "dm_scripts"
    run_script(f'InstallScriptLibraryFile("functions/python_command.s")\n'
               f'AddScriptFileToMenu("python/{module}.s", "{module}", "NMF", "", 0)', workspace)
    run_python("DM.ExecuteScriptString('ChooseMenuItem(\"NMF\", \"\", \"{}\")')".format(module), workspace, packages)
    return workspace


def shown(workspace):
    """Name -> image of all open windows; two windows never have the same name in these tests."""
    names = [image.name for image in workspace.images()]
    assert len(set(names)) == len(names), names
    return {image.name: image for image in workspace.images()}


def refuse_strays(workspace, *expected):
    """No window but these, and no progress window."""
    assert sorted(shown(workspace)) == sorted(expected)
    assert workspace.progress_window is None


def last_record(image):
    """The last entry of "Processing" in an image's tags, as a dict."""
    return image.tags.to_plain()["Processing"][-1]
