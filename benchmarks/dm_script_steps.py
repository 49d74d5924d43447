"""What an iteration of DM-script's NMF costs in virtual_dm, against the same iteration of numerics in the same process.

    python -m benchmarks.dm_script_steps

Scan 64 x 64, detector 64 x 64, n_k = 10, data in 4 bytes. Wanted: at most 2 x numerics. An iteration makes both half
steps and the error; in DM-script and in NumPy it passes over X twice and never forms W H. Times depend on the machine
and on what else runs on it, their ratio hardly does: turns of both are taken alternately, and the median counts.

The error of an iteration comes from the products that its step has made: ||X||^2 - 2 <Wt X, H> + <Wt W, H Ht>. In 4
bytes its three terms cancel at the cost of digits: measured was a rounding of at most 1e-7 of ||X||^2 (last column),
which is 1e-5 of the error or less from 1e3 to 1e6 electrons a pattern. That is enough for progress and for keeping the
best iterate. The number that a command tells at the end is summed from the residual where the error is below 1e-3 of
||X||^2, where the rounding may be 1e-4 of it (NmfMatrix.MeanSquaredError): one more pass, once.
"""

import time
from pathlib import Path

import numpy as np

from offline_reference.numerics.factorize import factorize
from offline_reference.numerics.metrics import mean_squared_error
from offline_reference.numerics.unfold import unfold
from offline_reference.simulate import crystals_in_amorphous
from offline_reference.virtual_dm.images import Image
from offline_reference.virtual_dm.script.errors import Source
from offline_reference.virtual_dm.script.interpreter import of_workspace
from offline_reference.virtual_dm.workspace import Workspace

SCRIPTS = Path(__file__).resolve().parents[1] / "dm_scripts"
STEPS = ("mu", "als", "hals")
SCRIPT = """/* Needs functions/factorize.s */
image X := FindImageByID({data})
object run = alloc(NmfFactorization).Of(alloc(NmfMatrix).Of(X), {n_k}, "{step}")
run.SetIterations({iterations}, 0)
number start = GetHighResTickCount()
run.Run()
number seconds = CalcHighResSecondsBetween(start, GetHighResTickCount())
image W := run.Diffractions()
image H := run.Maps()
image errors := run.ErrorHistory()
W.SetName("W")
H.SetName("H")
errors.SetName("errors")
W.ShowImage()
H.ShowImage()
errors.ShowImage()
exit(seconds)
"""


def run_in_dm(X, n_k, step, iterations):
    """Seconds of a run, W, H and the error of each iteration, by DM-script in virtual_dm."""
    workspace = Workspace()
    data = Image(X, "X")
    text = SCRIPT.format(data=workspace.id_of(data), n_k=n_k, step=step, iterations=iterations)
    source = Source(text, "benchmark", str(SCRIPTS / "benchmark.s"))
    interpreter = of_workspace(workspace)
    interpreter.add_needed_libraries(source)
    seconds = interpreter.run(source)
    return (seconds, *(workspace.image_by_name(name).pixels for name in ("W", "H", "errors")))


def run_in_numpy(X, n_k, step, iterations):
    """The same by numerics."""
    start = time.perf_counter()
    found = factorize(X, n_k, step, max_iter=iterations)
    return time.perf_counter() - start, found.W, found.H, found.mse_history[np.newaxis]


def seconds_of_an_iteration(run, X, n_k, step, iterations):
    """Without what is done once: the start, and ||X||^2."""
    return (run(X, n_k, step, iterations + 1)[0] - run(X, n_k, step, 1)[0]) / iterations


def compare(X, n_k, step, iterations, repeats):
    """Median seconds of an iteration by DM-script and by NumPy, turns taken alternately."""
    turns = [[seconds_of_an_iteration(run, X, n_k, step, iterations) for run in (run_in_dm, run_in_numpy)]
             for _ in range(repeats)]
    return np.median(turns, axis=0)


def rounding_of_the_error(X, n_k, step, iterations):
    """By how much the error of the last iteration is off, as a part of itself and of the mean square of X."""
    _, W, H, errors = run_in_dm(X, n_k, step, iterations)
    exact = mean_squared_error(X, W, H)
    off = abs(errors[0, -1] - exact)
    return off / exact, off / np.mean(X.astype(np.float64) ** 2)


def data(size=64, dose=1e4, seed=0):
    return unfold(crystals_in_amorphous(scan=(size, size), detector=(size, size), dose=dose, seed=seed).pixels).astype(
        np.float32)


def main():
    X = data()
    print("64 x 64 scan, 64 x 64 detector, n_k = 10     DM-script      numerics     ratio")
    for step in STEPS:
        script, numpy = compare(X, 10, step, iterations=8, repeats=5)
        print(f"  {step:40s} {1e3 * script:8.1f} ms {1e3 * numpy:10.1f} ms {script / numpy:9.2f}")
    print("rounding of the error, 20 iterations        of itself      of ||X||^2")
    for dose in (1e3, 1e4, 1e6):
        for step in STEPS:
            of_itself, of_data = rounding_of_the_error(data(48, dose), 4, step, 20)
            print(f"  {step:5s} {dose:8.0e} electrons a pattern {of_itself:18.1e} {of_data:14.1e}")


def check():
    """The script and numerics make the same iterations, and the table has sensible numbers."""
    X = data(size=20)
    for step in STEPS:
        _, W, H, errors = run_in_dm(X, 4, step, 3)
        _, in_numpy, _, errors_in_numpy = run_in_numpy(X, 4, step, 3)
        assert np.allclose(errors, errors_in_numpy, rtol=1e-3), step
        assert np.abs(W - in_numpy).max() < 1e-3 * in_numpy.max(), step
        assert rounding_of_the_error(X, 4, step, 5)[0] < 1e-4, step
    assert min(compare(X, 4, "mu", iterations=5, repeats=3)) > 0


if __name__ == "__main__":
    main()
