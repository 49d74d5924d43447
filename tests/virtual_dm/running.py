"""Runs little scripts for the tests of DM-script."""
import numpy as np
import pytest

from offline_reference.virtual_dm import run_script
from offline_reference.virtual_dm.images import Image
from offline_reference.virtual_dm.script.errors import ScriptError
from offline_reference.virtual_dm.switches import Switches
from offline_reference.virtual_dm.workspace import Workspace

WIDTH, HEIGHT, DEPTH = 6, 5, 4  # unequal, so that swapped axes cannot pass


def ramp(*sizes, dtype=np.float32):
    """An image of sizes in DM's order whose pixels are all different."""
    shape = sizes[::-1]
    return Image(np.arange(np.prod(shape), dtype=dtype).reshape(shape), "ramp")


def run(text, *images, limits=None, **switches):
    """Run a script on shown images, the first one in front; returns the workspace, its exit value in `.exit_value`."""
    workspace = Workspace(switches=Switches(**switches))
    for image in reversed(images):
        workspace.show(image)
    workspace.exit_value = run_script(text, workspace, limits=limits)
    return workspace


def value_of(expression, *images, before="", **switches):
    """The number that an expression has; `before` stands above it."""
    return run(f"{before}\nexit({expression})", *images, **switches).exit_value


def text_of(expression, before="", **switches):
    """The text that an expression has."""
    return run(f"{before}\nResult({expression})", **switches).results


def pixels_of(expression, *images, before="", **switches):
    """The pixels of the image that an expression gives."""
    workspace = run(f"{before}\nimage found := {expression}\nfound.ShowImage()", *images, **switches)
    return workspace.front_image().pixels


def error_of(text, *images, kind=ScriptError, **options):
    """The error in which a script ends."""
    with pytest.raises(kind) as caught:
        run(text, *images, **options)
    return caught.value
