"""The scripts that README shows: the same numbers as NumPy, whichever way DM settles what is contested."""
from pathlib import Path

import numpy as np
import pytest

from offline_reference.virtual_dm import run_script
from offline_reference.virtual_dm.digitalmicrograph import run_python
from offline_reference.virtual_dm.images import Image
from offline_reference.virtual_dm.switches import all_combinations, one_at_a_time
from offline_reference.virtual_dm.workspace import Workspace

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
PIXELS = np.random.default_rng(0).integers(0, 200, (5, 6, 7, 8)).astype(np.uint16)  # (v, u, y, x)


def shown(workspace, name):
    return workspace.image_by_name(name).pixels


def with_front_image(switches):
    workspace = Workspace(switches)
    workspace.show(Image(PIXELS.copy(), "data"))
    return workspace


@pytest.mark.parametrize("switches", list(all_combinations("script")), ids=str)
def test_summed_diffraction_is_numpys_sum_under_every_combination(switches):
    workspace = with_front_image(switches)
    run_script(EXAMPLES / "summed_diffraction.s", workspace)
    assert np.array_equal(shown(workspace, "Summed diffraction"), PIXELS.sum(axis=(2, 3)))
    assert np.array_equal(shown(workspace, "data"), PIXELS)  # the input is not changed


@pytest.mark.parametrize("switches", list(one_at_a_time("python")), ids=str)
def test_summed_map_is_numpys_sum_under_every_switch(switches):
    workspace = with_front_image(switches)
    run_python(EXAMPLES / "summed_map.py", workspace)
    assert np.array_equal(shown(workspace, "Summed map"), PIXELS.sum(axis=(0, 1)))
