"""Python's door: a stand-in module named ``DigitalMicrograph`` over a workspace.

    workspace = Workspace(answers=[4])
    workspace.show(Image(pixels, "Scan"))
    run_python("nmf.py", workspace)             # a file, or the text of a script
    workspace.front_image().pixels, workspace.results

It is as strict as DM is known to be, and says of each lenient choice that it is one (``switches``). It never takes
the place of DM's own module.
"""
import types
import weakref

from offline_reference.virtual_dm.images import DTYPE_OF_CODE
from offline_reference.virtual_dm.python import events, images, inventory, tags, windows
from offline_reference.virtual_dm.python import run as runner
from offline_reference.virtual_dm.python.functions import Functions
from offline_reference.virtual_dm.python.run import NotRun, PythonRun
from offline_reference.virtual_dm.workspace import Workspace

__all__ = ["NotRun", "PythonRun", "fire", "make_module", "run_python"]

SIMULATED = {
    "Py_Component": windows.Py_Component,
    "Py_Window": windows.Py_Window,
    "Py_Image": images.Py_Image,
    "Py_ImageDocument": windows.Py_ImageDocument,
    "Py_ImageDisplay": windows.Py_ImageDisplay,
    "Py_LinePlotImageDisplay": windows.Py_LinePlotImageDisplay,
    "Py_ROI": windows.Py_ROI,
    "Py_TagGroup": tags.Py_TagGroup,
    "Py_ScriptObject": events.Py_ScriptObject,
}
INVALID_NP_IMAGE_TYPE = max(DTYPE_OF_CODE) + 1  # its value in DM is not known, only its name

_is_ours = weakref.WeakSet()


def make_module(workspace):
    """The ``DigitalMicrograph`` module over a workspace; the same one each time. Nothing is installed.

    Returns
    -------
    module
        With every function and class that DM is known to have, and no others. What is not simulated raises
        NotSimulated when it is called.
    """
    if workspace.python_module is None:
        workspace.python_module = _new_module(workspace)
        _is_ours.add(workspace.python_module)
    return workspace.python_module


def run_python(script, workspace=None, packages=None, seconds=None):
    """Run a DM-Python script.

    Parameters
    ----------
    script : Path or str
        A .py file, or the text of a script.
    workspace : Workspace, optional
        What it acts on; an empty one if left out.
    packages : iterable of str, optional
        Allow no other third-party packages than these, such as ("numpy",): a bare GMS has no more.
    seconds : float, optional
        Stop a run that takes longer (POSIX, main thread only).

    Returns
    -------
    PythonRun
        exit_code, namespace, leaks.

    Raises
    ------
    NotRun
        Where DM's own module is at hand, or there is no such file.
    Exception
        Whatever the script raises. ``workspace.complaints`` says what it swallowed of ours.
    """
    runner.refuse_real_module(_is_ours.__contains__)
    workspace = Workspace() if workspace is None else workspace
    return runner.run(script, make_module(workspace), workspace, packages, seconds)


def fire(workspace, event, target=None, *details):
    """Tell a script's listeners that something happened; what they print goes to Results. See ``python.events.fire``.

        fire(workspace, "DataChanged", workspace.front_image())
    """
    with runner.as_in_dm(make_module(workspace), workspace):
        return events.fire(workspace, event, target, *details)


def _new_module(workspace):
    module = types.ModuleType(runner.MODULE)
    module.INVALID_NP_IMAGE_TYPE = INVALID_NP_IMAGE_TYPE
    door = Functions(workspace)
    for name in inventory.METHODS:
        door.classes[name] = _bound_class(name, door)
        setattr(module, name, door.classes[name])
    for name in inventory.FUNCTIONS:
        setattr(module, name, getattr(door, name, None) or inventory.not_simulated(name, workspace))
    return module


def _bound_class(name, door):
    """The class of that name over one workspace, with a stand-in for each method that is not simulated."""
    methods = {"__module__": runner.MODULE, "_door": door}
    simulated = SIMULATED.get(name)
    for method in inventory.METHODS[name]:
        if not hasattr(simulated, method):
            methods[method] = inventory.not_simulated(f"{name}.{method}", door.workspace)
    bases = [] if simulated is None else [simulated]
    if name in inventory.BASE_OF:
        bases.append(door.classes[inventory.BASE_OF[name]])
    return type(name, tuple(bases), methods)
