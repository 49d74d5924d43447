"""functions/sorting.s: whole-image comparisons put every column of a stack in order, as NumPy's sort does."""

import numpy as np
import pytest

from offline_reference.virtual_dm.script.errors import ScriptError
from tests.agreement import dm


def shuffled(n_planes, dtype):
    """Columns with negative, equal and huge values."""
    stack = np.random.default_rng(n_planes).integers(-9, 9, (n_planes, 3, 5)).astype(dtype)
    stack[::3, 1] = 1e30
    return stack


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n_planes", [1, 2, 4, 8, 64, 512])
def test_columns_are_sorted_exactly(n_planes, dtype):
    stack = shuffled(n_planes, dtype)
    found = dm.run("functions/sorting.s", "SortPlanes(stack)", give="stack", stack=stack).stack
    assert found.dtype == dtype and (found == np.sort(stack, axis=0)).all()


@pytest.mark.parametrize("switches", dm.pixel_combinations(), ids=repr)
def test_no_switch_changes_the_order(switches):
    stack = shuffled(16, np.float32)
    found = dm.run("functions/sorting.s", "SortPlanes(stack)", give="stack", switches=switches, stack=stack).stack
    assert (found == np.sort(stack, axis=0)).all()


def test_a_stack_that_is_no_power_of_two_is_refused():
    with pytest.raises(ScriptError, match="6 planes cannot be sorted: fill it up to 8"):
        dm.run("functions/sorting.s", "SortPlanes(stack)", stack=shuffled(6, np.float32))
