"""The lines that benchmarks/virtual_dm_speed.py times do the same in DM-script and in NumPy."""
import numpy as np
import pytest

from benchmarks.virtual_dm_speed import EXPRESSIONS, LOOPS, loop_steps_per_second
from offline_reference.virtual_dm.images import Image
from tests.virtual_dm.running import run

HEAD = "image a := GetFrontImage()\nimage b := FindNextImage(a)\nimage c := FindNextImage(b)\n" \
       'image line := RealImage("", 4, 16, 1)\n'  # fmt: skip


@pytest.mark.parametrize("expression", [line for line in EXPRESSIONS if line.startswith("c ")])
def test_script_and_numpy_compute_the_same(expression):
    rng = np.random.default_rng(0)
    a, b, c = (rng.random((16, 16), dtype=np.float32) for _ in range(3))
    of_script = c.copy()
    run(HEAD + expression, Image(a.copy(), "a"), Image(b.copy(), "b"), Image(of_script, "c"))
    EXPRESSIONS[expression](a, b, c)
    assert np.allclose(of_script, c, rtol=1e-5)  # single precision, and NumPy may sum in another order


@pytest.mark.parametrize("loop", LOOPS)
def test_the_timed_loops_run(loop):
    assert loop_steps_per_second(LOOPS[loop], n=10) > 0
