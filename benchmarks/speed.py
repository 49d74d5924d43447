"""Ours against scikit-learn and HyperSpy on the same data and start, and against what this computer can do at all.

    python -m benchmarks              the whole table, some minutes
    python -m benchmarks --only NAME  one line: hals10, hals30, large, constrained, curve, roofline, ...

Every ratio is of two runs in this same process, one BLAS thread for both, repeated in pairs; the median ratio is
printed, with the exact mean squared error of both on all data in float64. Seconds are not quoted: they belong to a
computer, ratios do so less.
"""

import argparse
import platform
import subprocess
import sys
import tempfile
import time
import warnings
from dataclasses import dataclass

import numpy as np

from offline_reference.numerics.components import error_curve
from offline_reference.numerics.data_matrix import DataMatrix
from offline_reference.numerics.factorize import factorize
from offline_reference.numerics.fast.compressed_matrix import CompressedMatrix, rank_for
from offline_reference.numerics.fast.factorize import factorize as fast_factorize
from offline_reference.numerics.fast.nmf_steps import FUSED_HALS
from offline_reference.numerics.methods import nmf_constrained
from offline_reference.numerics.metrics import mean_squared_error
from offline_reference.numerics.random_start import random_factors
from offline_reference.numerics.unfold import unfold
from offline_reference.simulate import crystals_in_amorphous

PAIRS = 3
SEED = 20


@dataclass
class Line:
    """One line of the table."""

    what: str
    ratio: float
    note: str

    def __str__(self):
        return "{:<78} {:>7.2f}   {}".format(self.what, self.ratio, self.note)


def counts(side, dtype=np.uint16, dose=1e4):
    """X of side^2 detector pixels and side^2 scan positions."""
    return unfold(crystals_in_amorphous(scan=(side, side), detector=(side, side), dose=dose, seed=SEED,
                                        dtype=dtype).pixels, "vuyx")


def timed(function):
    started = time.perf_counter()
    result = function()
    return time.perf_counter() - started, result


def paired(ours, theirs, pairs=PAIRS):
    """Median of theirs / ours in time, and the last result of each."""
    ratios = []
    for _ in range(pairs):
        t_ours, one = timed(ours)
        t_theirs, other = timed(theirs)
        ratios.append(t_theirs / t_ours)
    return float(np.median(ratios)), one, other


def start_for(X, n_k):
    """The same start for both, at the scale of the data, as scikit-learn wants it."""
    W, H = random_factors(*X.shape, n_k, SEED)
    scale = np.sqrt(X.mean() / (W.mean() * H.mean() * n_k))
    return W * scale, H * scale


def coordinate_descent(X, n_k, max_iter, start, solver="cd"):
    """scikit-learn's NMF; its samples are our scan positions, in float32, which it keeps."""
    from sklearn.decomposition import NMF

    W, H = start
    samples = np.ascontiguousarray(X.T, dtype=np.float32)
    model = NMF(n_k, init="custom", solver=solver, tol=0, max_iter=max_iter)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "has not converged": it was told not to stop
        maps = model.fit_transform(samples, W=np.ascontiguousarray(H.T, dtype=np.float32),
                                   H=np.ascontiguousarray(W.T, dtype=np.float32))
    return model.components_.T, maps.T


def compressed(X, n_k, max_iter, start):
    found = fast_factorize(DataMatrix(X), n_k, "hals", start=start, max_iter=max_iter)
    return found.W, found.H


def errors(X, *factors):
    return [mean_squared_error(DataMatrix(X), W, H) for W, H in factors]


def hals_against_scikit_learn(n_k, max_iter=500, side=64):
    X = counts(side)
    start = start_for(X, n_k)
    ratio, ours, theirs = paired(lambda: compressed(X, n_k, max_iter, start),
                                 lambda: coordinate_descent(X, n_k, max_iter, start))
    e_ours, e_theirs = errors(X, ours, theirs)
    yield Line("{0}^2 x {0}^2, n_k = {1}, {2} iterations: scikit-learn cd / ours".format(side, n_k, max_iter), ratio,
               "MSE ours / cd {:.4f}".format(e_ours / e_theirs))


def peers_at_n_k_10(max_iter=200):
    """The other solvers people have, as often as ours iterates."""
    X, n_k = counts(64), 10
    start = start_for(X, n_k)

    def ours():
        return compressed(X, n_k, max_iter, start)

    for name, peer in (("scikit-learn mu", lambda: coordinate_descent(X, n_k, max_iter, start, "mu")),
                       ("scikit-learn MiniBatchNMF", lambda: mini_batch(X, n_k, max_iter)),
                       ("HyperSpy decomposition('NMF')", lambda: hyperspy_nmf(X, n_k, max_iter))):
        try:
            ratio, one, other = paired(ours, peer, pairs=1)
        except ImportError as missing:
            yield Line("64^2 x 64^2, n_k = 10: {} / ours".format(name), float("nan"), "not installed: " + missing.name)
            continue
        e_ours, e_theirs = errors(X, one, other)
        yield Line("64^2 x 64^2, n_k = 10, {} iterations: {} / ours".format(max_iter, name), ratio,
                   "MSE ours / theirs {:.4f}".format(e_ours / e_theirs))


def mini_batch(X, n_k, max_iter):
    from sklearn.decomposition import MiniBatchNMF

    model = MiniBatchNMF(n_k, init="random", random_state=0, max_iter=max_iter, tol=0, max_no_improvement=None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        maps = model.fit_transform(np.ascontiguousarray(X.T, dtype=np.float32))
    return model.components_.T, maps.T


def hyperspy_nmf(X, n_k, max_iter):
    import hyperspy.api as hs

    signal = hs.signals.Signal1D(np.ascontiguousarray(X.T, dtype=np.float32))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        signal.decomposition(algorithm="NMF", output_dimension=n_k, max_iter=max_iter, tol=0, init="random",
                             random_state=0, print_info=False)
    results = signal.learning_results
    return results.factors, results.loadings.T


def large_to_the_same_error(n_k=30, max_iter=100, side=128):
    """Time until the error that scikit-learn has after 100 iterations."""
    X = counts(side, np.uint8, dose=2e3)
    start = start_for(X, n_k)
    t_theirs, theirs = timed(lambda: coordinate_descent(X, n_k, max_iter, start))
    (goal,) = errors(X, theirs)
    data = DataMatrix(X)
    t_ours, reached = timed(lambda: until(data, n_k, start, goal))
    yield Line("{0}^2 x {0}^2 uint8, n_k = {1}, to the MSE of scikit-learn's {2} iterations: cd / ours".format(
        side, n_k, max_iter), t_theirs / t_ours, "MSE ours / cd {:.4f}".format(reached / goal))


def until(data, n_k, start, goal):
    """Iterate on one compression until the exact error is no higher than `goal`; asked every 20 iterations."""
    part = CompressedMatrix(data.in_type(np.float32), rank_for(n_k))
    found = None
    for _ in range(50):
        found = fast_factorize(data, n_k, "hals", start=start if found is None else (found.W, found.H), max_iter=24,
                               compressed=part)
        if found.mse_history[-1] <= goal:
            break
    return mean_squared_error(data, found.W, found.H)


def constrained_iteration(n_k=10, iterations=20):
    """What the constraints add to an iteration: all iterations of nmf_constrained but the common preparation."""
    X = counts(64)
    pixels = X.reshape(64, 64, 64, 64)

    def constrained(max_iter):
        return nmf_constrained(pixels, n_k, cutoff=0.2, max_iter=max_iter, tol=0)

    def one_of_ours():
        t_long, _ = timed(lambda: constrained(2 * iterations))
        t_short, _ = timed(lambda: constrained(iterations))
        return (t_long - t_short) / iterations

    data = DataMatrix(X).in_type(np.float32)
    ratios, start = [], start_for(X, n_k)
    for _ in range(PAIRS):
        t_exact, _ = timed(lambda: factorize(data, n_k, FUSED_HALS, start=start, max_iter=iterations))
        ratios.append(one_of_ours() / (t_exact / iterations))
    yield Line("64^2 x 64^2, n_k = 10: constrained iteration / unconstrained exact one", float(np.median(ratios)),
               "below 1: constrained iterations work below the cut-off")


def constrained_against_plain(n_k=10, max_iter=500):
    """Time to within 0.1 % of its own 500-iteration error, against the plain loop on all data."""
    X = counts(64)
    pixels = X.reshape(64, 64, 64, 64)
    times, history = [], []
    started = time.perf_counter()

    def note(iteration, _, mse):
        times.append(time.perf_counter() - started)
        history.append(mse)

    nmf_constrained(pixels, n_k, cutoff=0.2, max_iter=max_iter, tol=0, progress=note)
    near = np.abs(np.array(history) / history[-1] - 1) <= 1e-3
    first = int(np.flatnonzero(~near)[-1]) + 1 if not near.all() else 0
    per_iteration, _ = timed(lambda: factorize(DataMatrix(X), n_k, "als", max_iter=10))
    yield Line("64^2 x 64^2, n_k = 10: constrained to within 0.1 %: plain loop on all data / ours",
               (first + 1) * per_iteration / 10 / times[first],
               "iteration {} of {}; plain: ALS iterations alone, extrapolated".format(first + 1, max_iter))


def roofline(n_k=10, iterations=5):
    """An exact iteration against its two matrix products alone, in the same type."""
    X = counts(64).astype(np.float32)
    W, H = (factor.astype(np.float32) for factor in start_for(X, n_k))
    data = DataMatrix(X, dtype=np.float32)
    data.sum_of_squares()

    def products():
        for _ in range(iterations):
            X @ H.T
            W.T @ X

    ratio, _, _ = paired(lambda: factorize(data, n_k, FUSED_HALS, start=(W, H), max_iter=iterations), products, 5)
    yield Line("64^2 x 64^2 float32, n_k = 10: two matrix products / exact fused iteration", ratio,
               "1 = nothing but BLAS")


def curve(numbers=(2, 10, 20, 30), plain_iterations=5, max_iter=500):
    """Errors of PCA, ALS and MU on one compression, against the plain loop on all data."""
    pixels = counts(64).reshape(64, 64, 64, 64)
    t_ours, ours = timed(lambda: error_curve(pixels, numbers, max_iter=max_iter, solver="compressed"))
    t_few, _ = timed(lambda: error_curve(pixels, numbers, max_iter=plain_iterations, solver="exact"))
    t_fewer, _ = timed(lambda: error_curve(pixels, numbers, max_iter=1, solver="exact"))
    t_iteration = (t_few - t_fewer) / (plain_iterations - 1)
    yield Line("64^2 x 64^2, n_k = {}, PCA + ALS + MU, {} iterations: plain / ours".format(numbers, max_iter),
               (t_fewer + (max_iter - 1) * t_iteration) / t_ours,
               "plain: extrapolated from {} iterations; ALS / PCA at n_k = 10: {:.4f}".format(
                   plain_iterations, ours.errors["als"][1] / ours.errors["pca"][1]))


def peak_memory(side=128, n_k=30):
    """Memory beyond the loaded data, from a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        np.save(folder + "/counts.npy", counts(side, np.uint8, dose=2e3))
        program = (
            "import sys, numpy as np; from offline_reference.numerics.methods import nmf_hals\n"
            "from benchmarks.speed import peak\n"
            "pixels = np.load(sys.argv[1]).reshape({0}, {0}, {0}, {0}); before = peak()\n"
            "nmf_hals(pixels, {1}, max_iter=10); print(peak() - before, pixels.nbytes)").format(side, n_k)
        answer = subprocess.run([sys.executable, "-c", program, folder + "/counts.npy"], check=True, text=True,
                                capture_output=True)
    beyond, data = map(float, answer.stdout.split())
    yield Line("{0}^2 x {0}^2 uint8, n_k = {1}: peak memory beyond the data / data".format(side, n_k), beyond / data,
               "{:.0f} MB beyond {:.0f} MB".format(beyond / 1e6, data / 1e6))


def peak():
    """Largest memory of this process so far; the system's other number is inherited from who started it. [byte]"""
    with open("/proc/self/status", encoding="ascii") as lines:
        return 1024 * int(next(line for line in lines if line.startswith("VmHWM")).split()[1])


def large_file(n_bytes=8e9, limit=2e9, n_k=10):
    """HALS of a file four times as large as the memory the process may have."""
    n_y = int(n_bytes / (2 * 64 * 128 * 128))
    with tempfile.TemporaryDirectory() as folder:
        path = folder + "/counts.npy"
        small = crystals_in_amorphous(scan=(64, 64), detector=(128, 128), seed=SEED, order="yxvu").pixels
        stored = np.lib.format.open_memmap(path, "w+", np.uint16, (n_y, 64, 128, 128))
        for y in range(0, n_y, 64):
            stored[y:y + 64] = small[:n_y - y]
        del stored
        program = (
            "import resource, sys, numpy as np; resource.setrlimit(resource.RLIMIT_DATA, ({0}, {0}))\n"
            "from offline_reference.lazy import LazyPixels; from offline_reference.numerics.methods import nmf_hals\n"
            "from benchmarks.speed import peak\n"
            "pixels = LazyPixels(np.load(sys.argv[1], mmap_mode='r'), 'yxvu', 4e8)\n"
            "read, rows = [], pixels.rows; pixels.rows = lambda *place: read.append(place) or rows(*place)\n"
            "nmf_hals(pixels, {1}, 'yxvu', solver='compressed')\n"
            "print(peak(), sum(stop - start for start, stop in read) / pixels.n_rows)").format(int(limit), n_k)
        seconds, answer = timed(lambda: subprocess.run([sys.executable, "-c", program, path], check=True, text=True,
                                                       capture_output=True))
    most, times = map(float, answer.stdout.split())
    yield Line("{:.0f} GB file, {:.0f} GB allowed, n_k = {}, 500 iterations: peak memory / allowed".format(
        n_bytes / 1e9, limit / 1e9, n_k), most / limit, "file read {:.1f} times in {:.0f} s".format(times, seconds))


LINES = {
    "hals10": lambda: hals_against_scikit_learn(10),
    "hals30": lambda: hals_against_scikit_learn(30),
    "peers": peers_at_n_k_10,
    "large": large_to_the_same_error,
    "constrained": constrained_iteration,
    "constrained-plain": constrained_against_plain,
    "roofline": roofline,
    "curve": curve,
    "memory": peak_memory,
    "file": large_file,
}


def check():
    """The quick check of .ci/run: the table's lines exist, run on small data, and ours ends no higher."""
    (line,) = hals_against_scikit_learn(4, max_iter=40, side=16)
    ours_over_theirs = float(line.note.split()[-1])
    if not ours_over_theirs <= 1.001:
        raise SystemExit("HALS on compressed data ended {} x as high as scikit-learn's cd".format(ours_over_theirs))
    print("speed: quick check holds ({})".format(line))


def main(argv=None):
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=sorted(LINES), help="one line of the table (repeatable)")
    args = parser.parse_args(argv)
    import sklearn
    from threadpoolctl import threadpool_limits

    print("Python {}, NumPy {}, scikit-learn {}, {}, one BLAS thread".format(
        platform.python_version(), np.__version__, sklearn.__version__, platform.machine()))
    with threadpool_limits(1):
        for name in args.only or LINES:
            for line in LINES[name]():
                print(line, flush=True)


if __name__ == "__main__":
    main()
