"""Runs DM code on NumPy arrays under given switches, and fetches images and numbers back.

    found = dm.run("functions/nmf_steps.s",
                   "image better := MuDiffractions(W, XHt, HHt)\n"
                   "number mean = mean(better)",
                   give="better mean", W=W, XHt=XHt, HHt=HHt, switches=Switches(precision="double"))
    found.better, found.mean, found.workspace.results

Inputs are there under their keyword's name: a 2D array (height, width) as an image of its own type, a 1D array as an
image n x 1, 3D and 4D arrays slowest axis first, an Image as it is (with its calibration and tags), numbers and texts
as variables. What `give` names comes back as an attribute: images as arrays, numbers as floats, texts as str.
"""
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from offline_reference.virtual_dm.images import Image
from offline_reference.virtual_dm.script.errors import Source
from offline_reference.virtual_dm.script.interpreter import of_workspace
from offline_reference.virtual_dm.script.reading import read_source
from offline_reference.virtual_dm.switches import BY_NAME, Switches, all_combinations
from offline_reference.virtual_dm.workspace import Workspace

SCRIPTS = Path(__file__).resolve().parents[2] / "dm_scripts"
#: settings of the switches in which arithmetic is double precision throughout, if the data are
DOUBLE = {"precision": "double", "expression_type": "double"}
#: what pixel arithmetic can feel: 2^4 combinations
PIXEL_SWITCHES = ("precision", "expression_type", "index_rounding", "outside_value")
GIVE = """
void AgreementGive(image value, string name) { value.SetName(name); value.ShowImage() }
void AgreementGive(number value, string name)
{
    GetPersistentTagGroup().TagGroupSetTagAsDouble("Agreement:" + name, value)
}
void AgreementGive(string value, string name)
{
    GetPersistentTagGroup().TagGroupSetTagAsString("Agreement:" + name, value)
}
"""


def run(needs, code, give="", switches=None, workspace=None, **inputs):
    """Run code after loading the libraries it needs.

    Parameters
    ----------
    needs : str or list of str
        Files relative to dm_scripts, separated by blanks; what they need themselves is loaded too.
    code : str
    give : str
        Names of variables to fetch, separated by blanks.
    switches : Switches, optional
    workspace : Workspace, optional
        To use again: shown images, answers and persistent tags stay.
    **inputs : arrays, Images, numbers and texts

    Returns
    -------
    SimpleNamespace
        What ``give`` names, and ``workspace``.

    Raises
    ------
    script.errors.ScriptError
        As the script raises it; lines are counted in ``code``.
    """
    workspace = workspace or Workspace(switches or Switches())
    interpreter = of_workspace(workspace)
    interpreter.add_needed_libraries(_header(needs))
    if "agreementgive" not in interpreter.library_functions:
        interpreter.add_library(Source(GIVE, "dm.py"))
    names = give.split()
    images = {name: _as_image(value, name) for name, value in inputs.items()}  # keeps them alive while the code runs
    interpreter.run(Source(_declarations(images, workspace) + code + "\n" + _handing_over(names), "code"))
    return SimpleNamespace(workspace=workspace, **{name: _fetched(name, workspace) for name in names})


def run_command(file, workspace):
    """Run a command of dm_scripts, such as "nmf_mu.s", as the menu does; its header's libraries are loaded first."""
    source = read_source(SCRIPTS / file)
    of_workspace(workspace).add_needed_libraries(source)
    return of_workspace(workspace).run(source)


def double():
    """Switches in which matrix functions and new images keep double precision."""
    return Switches(**DOUBLE)


def tolerance(switches, dtype):
    """How near numbers must be to NumPy's: 1e-10 where DM can compute in double all along, else 1e-4 (issue 5)."""
    return 1e-10 if switches.precision == "double" and np.dtype(dtype) == np.float64 else 1e-4


def assert_near(found, expected, rtol):
    """Every element within rtol of the largest one."""
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() <= rtol * np.abs(expected).max()


def pixel_combinations(also=()):
    """Every combination of the switches that pixel arithmetic can feel, and of those named in ``also``."""
    unknown = [name for name in also if name not in BY_NAME]
    assert not unknown, f"no such switch: {unknown}"
    return list(all_combinations(only=(*PIXEL_SWITCHES, *also)))


def _header(needs):
    files = needs.split() if isinstance(needs, str) else needs
    return Source(f"/* Needs  {', '.join(files)} */", "test", str(SCRIPTS / "test.s"))


def _as_image(value, name):
    """An array as an image; what is no array stays."""
    if isinstance(value, np.ndarray):
        return Image(np.array(np.atleast_2d(value), order="C"), name)
    return value


def _declarations(inputs, workspace):
    """One line without an end, so that the code's lines keep their numbers."""
    parts = []
    for name, value in inputs.items():
        if isinstance(value, str):
            quoted = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
            parts.append(f'string {name} = "{quoted}"')
        elif isinstance(value, Image):
            parts.append(f"image {name} := FindImageByID({workspace.id_of(value)})")
        else:
            parts.append(f"number {name} = {float(value)!r}")
    return "".join(part + "; " for part in parts)


def _handing_over(names):
    return "".join(f'AgreementGive({name}, "{name}")\n' for name in names)


def _fetched(name, workspace):
    tag = workspace.persistent_tags.find(f"Agreement:{name}")
    if tag is not None:
        workspace.persistent_tags.delete(f"Agreement:{name}")
        return tag.value
    image = workspace.image_by_name(name)
    workspace.hide(image)
    return image.pixels
