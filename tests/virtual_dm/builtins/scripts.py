"""Runs little scripts for the tests of DM's functions: the first image is A and in front, the second is B behind it."""

import numpy as np
import pytest

from offline_reference.virtual_dm import run_script
from offline_reference.virtual_dm.images import Image
from offline_reference.virtual_dm.script.errors import ScriptError
from offline_reference.virtual_dm.switches import Switches
from offline_reference.virtual_dm.workspace import Workspace


def ramp(*sizes, dtype=np.float32):
    """An image of sizes in DM's order whose pixels are all different."""
    shape = sizes[::-1]
    return Image(np.arange(np.prod(shape), dtype=dtype).reshape(shape), "ramp")


def workspace_with(*images, answers=(), keys=(), folder=None, **switches):
    """A workspace in which these images are shown."""
    workspace = Workspace(switches=Switches(**switches), answers=answers, keys=keys, folder=folder)
    for image in images:
        workspace.label_of(image)
    for image in reversed(images):
        workspace.show(image)
    return workspace


def run(text, *images, **options):
    """Run a script; returns the workspace, the script's exit value in `.exit_value`."""
    workspace = workspace_with(*images, **options)
    workspace.exit_value = run_script(text, workspace)
    return workspace


def value_of(expression, *images, before="", **options):
    """The number that an expression has; `before` stands above it."""
    return run(f"{before}\nexit({expression})", *images, **options).exit_value


def text_of(expression, *images, before="", **options):
    """The text that an expression has."""
    return run(f"{before}\nResult({expression})", *images, **options).results


def pixels_of(expression, *images, before="", **options):
    """The pixels of the image that an expression gives."""
    workspace = run(f"{before}\nimage found := {expression}\nfound.ShowImage()", *images, **options)
    return workspace.front_image().pixels


def error_of(text, *images, kind=ScriptError, **options):
    """The text of the error in which a script ends."""
    with pytest.raises(kind) as caught:
        run(text, *images, **options)
    return str(caught.value)
