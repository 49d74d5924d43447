"""Runs commands of dm_scripts as the menu does; says what none may do: change inputs, leave windows behind."""
import numpy as np
import pytest

from offline_reference.virtual_dm.images import Calibration, Image
from offline_reference.virtual_dm.script.errors import ScriptError
from offline_reference.virtual_dm.switches import Switches
from offline_reference.virtual_dm.workspace import Workspace
from tests.agreement import dm

N_V, N_U, N_Y, N_X = 5, 6, 7, 8
CALIBRATIONS = {"x": Calibration(1.0, 0.5, "nm"), "y": Calibration(2.0, 0.25, "nm"),
                "u": Calibration(3.0, 0.1, "1/nm"), "v": Calibration(2.5, 0.2, "1/nm")}


def scan_4d(order="vuyx", dtype=np.uint16, seed=0, calibrated=True, tagged=True, sizes=(N_V, N_U, N_Y, N_X)):
    """A 4D image of random counts in that order; its pixels as (v, u, y, x) are in `.vuyx`."""
    n_v, n_u, n_y, n_x = sizes
    vuyx = np.random.RandomState(seed).randint(0, 500, (n_v, n_u, n_y, n_x)).astype(dtype)
    stored = vuyx if order == "vuyx" else vuyx.transpose(2, 3, 0, 1)
    image = Image(np.array(stored, order="C"), "Scan")
    image.vuyx = vuyx
    if calibrated:
        axes = "xyuv" if order == "vuyx" else "uvxy"
        for d, axis in enumerate(axes):
            source = CALIBRATIONS[axis]
            image.calibrations[d] = Calibration(source.origin, source.scale, source.units)
    if tagged:
        image.tags.set("Meta Data:Data Order Swapped", "boolean", order == "yxvu")
    image.tags.set("Microscope:High Tension", "double", 300.0)
    return image


def workspace_with(*images, **options):
    """A workspace that shows these images, the first one in front; options are its own and switches."""
    known = {name: options.pop(name) for name in ("answers", "keys", "folder", "persistent") if name in options}
    switches = options.pop("switches", None) or Switches(**options)
    workspace = Workspace(switches=switches, **known)
    for image in reversed(images):
        workspace.show(image)
    return workspace


def run(file, *images, **options):
    """Run a command and check what holds for every command that ends well; returns the workspace."""
    workspace = workspace_with(*images, **options)
    before = [_state(image) for image in images]
    dm.run_command(file, workspace)
    assert [_state(image) for image in images] == before, "the command changed an input image"
    assert workspace.progress_window is None, "the progress window is still open"
    assert not workspace.answers, "the command did not ask for all prepared answers"
    return workspace


def new_images(workspace, *images):
    """Images that the command has shown, front first."""
    return [image for image in workspace.images() if not any(image is old for old in images)]


def error_of(file, *images, **options):
    """The message with which a command refuses; checks that it leaves nothing behind."""
    workspace = workspace_with(*images, **options)
    before = [_state(image) for image in images]
    with pytest.raises(ScriptError) as caught:
        dm.run_command(file, workspace)
    assert new_images(workspace, *images) == [], "a window of a failed command is still open"
    assert workspace.progress_window is None, "the progress window is still open"
    assert [_state(image) for image in images] == before, "the command changed an input image"
    return str(caught.value)


def cancelled(file, *images, **options):
    """Run a command whose dialog is cancelled: it must end without a trace. Returns the workspace."""
    workspace = run(file, *images, **options)
    assert new_images(workspace, *images) == []
    return workspace


def _state(image):
    """All that a command could change in an image."""
    return (image.pixels.tobytes(), str(image.pixels.dtype), image.name, str(image.calibrations), str(image.intensity),
            str(image.tags.to_plain()))
