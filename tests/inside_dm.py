"""Not a test of pytest's: a program for a Python like DigitalMicrograph's, 3.7 or 3.10 with NumPy alone.

It imports every module that runs there, takes a small scan apart by every method, as arrays and through the
commands of dm_python, and prints the numbers.
.ci/run compares what it prints in each Python: same seed, same data, same settings, same numbers.
"""
import contextlib
import importlib
import importlib.util
import io
import os
import pkgutil

import numpy as np

import dm_python
import offline_reference.numerics
from dm_python import cluster, components, nmf_constrained, nmf_primitive, pca_varimax, simulate
from offline_reference.numerics import example_data, methods, metrics
from offline_reference.numerics.clusters import integrate
from offline_reference.numerics.components import error_curve
from offline_reference.numerics.dendrogram import draw_dendrogram
from offline_reference.numerics.diffraction_constraint import remove_dark_peaks
from offline_reference.numerics.linkage import average_linkage, labels_at
from offline_reference.numerics.pca import pca, varimax
from offline_reference.numerics.random_start import uniform_random
from offline_reference.numerics.similarity import pattern_similarity
from offline_reference.numerics.unfold import unfold

N_V, N_U, N_Y, N_X = 24, 26, 9, 11
ITERATIONS = 15  # few, because rounding differs between versions of NumPy and grows with each


def import_everything():
    for package in (dm_python, offline_reference.numerics):
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            importlib.import_module(module.name)


def run_commands(pixels):
    """The commands of dm_python on the scan, in an imitation of DM; only their lines in Results are not compared."""
    dm = bare_dm().install()
    for order in ("vuyx", "yxvu"):
        scan = dm.show(pixels if order == "vuyx" else pixels.transpose(2, 3, 0, 1).copy(), "Scan")
        for dimension, axis in enumerate(reversed(order)):
            scan.SetDimensionCalibration(dimension, 0.0, 0.5, "nm" if axis in "xy" else "1/nm", 0)
        with contextlib.redirect_stdout(io.StringIO()):
            found = list(results_of_commands())
        show("commands " + order, *found)
        print("windows " + order, sorted(image.GetName() for image in dm.images))
        del dm.images[:]


def results_of_commands():
    """A number of each command; the scan is found by its name, and the stacks of the last analysis are clustered."""
    few = {"max_iter": ITERATIONS, "seed": 1, "image": "Scan", "binning": 2}
    for method in ("mu", "als", "hals"):
        yield nmf_primitive.main(2, method, **few).mean_squared_error
    factors = nmf_constrained.main(3, show="stacks and film roll", **few)
    yield factors.mean_squared_error
    yield pca_varimax.main(2, image="Scan").ratios[0]
    yield components.main(3, max_iter=3, image="Scan").errors["als"][-1]
    maps, diffractions = factors.images[:2]
    yield cluster.main(diffractions, maps, n_clusters=2).clusters.maps.sum()
    yield simulate.main((9, 8), (24, 22), 2, seed=4).data.pixels.sum()


def bare_dm():
    """The module beside the tests: this program runs in folders from which `tests` is not imported."""
    place = os.path.join(os.path.dirname(os.path.abspath(__file__)), "dm_python", "bare_dm.py")
    spec = importlib.util.spec_from_file_location("bare_dm", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def small_scan():
    """Two diffractions of smooth rings and spots on slowly varying maps, in whole counts (v, u, y, x)."""
    v, u = np.mgrid[:N_V, :N_U]
    y, x = np.mgrid[:N_Y, :N_X]
    radius = np.hypot(v - N_V / 2.0, u - N_U / 2.0)
    halo = 300 * np.exp(-(radius / 2.0) ** 2) + 40 * np.exp(-((radius - 7) / 2.0) ** 2) + 3
    spots = sum(120 * np.exp(-np.hypot(v - a, u - b) ** 2 / 2.0) for a, b in ((5, 13), (19, 13), (12, 6), (12, 20)))
    places = np.stack([1 + np.cos(np.pi * y / N_Y), 1 - np.cos(np.pi * x / N_X)])
    patterns = np.stack([halo, 0.6 * halo + spots])
    noise = 4 * uniform_random(N_V * N_U * N_Y * N_X, seed=9).reshape(N_V, N_U, N_Y, N_X)
    return np.floor(np.einsum("kvu,kyx->vuyx", patterns, places) + noise).astype(np.uint16)


def show(name, *numbers):
    print(name, " ".join("{:.4g}".format(number) for number in numbers))


def main():
    import_everything()
    pixels = small_scan()
    show("counts", pixels.sum())
    for method in ("nmf_mu", "nmf_als", "nmf_hals", "nmf_constrained"):
        factors = getattr(methods, method)(pixels, 2, max_iter=ITERATIONS, seed=1)
        show(method, factors.mean_squared_error, *factors.maps.sum(axis=(1, 2)))
    literal = methods.nmf_constrained(pixels, 2, max_iter=ITERATIONS, reference="listing-s4", cutoff=0.3)
    show("listing-s4", literal.mean_squared_error, *literal.maps.sum(axis=(1, 2)))
    show("filled", remove_dark_peaks(factors.diffractions[0]).sum())
    show("matched", *metrics.match_components(literal.diffractions, factors.diffractions))
    show("spots", metrics.spot_similarity(literal.diffractions[0], factors.diffractions[0]))
    principal = pca(unfold(pixels), 2)
    show("variances", *principal.variances)
    show("varimax", *abs(varimax(principal.diffractions)[0]).max(axis=0))
    show("floor", metrics.pca_floor(unfold(pixels), 2))
    curve = error_curve(pixels, [1, 2, 3], methods=("pca", "als"), max_iter=3)
    show("errors", *curve.errors["als"])
    data = example_data.simulate((9, 8), (24, 22), 3, dose=300, seed=4)
    similarity = pattern_similarity(data.diffractions, inner_radius=3)
    tree = average_linkage(1 - similarity.values)
    labels = labels_at(tree, n_clusters=2)
    clusters = integrate(data.diffractions, data.maps, labels, similarity, data.centre)
    show("simulated", data.pixels.sum())
    show("clusters", *list(tree[:, 2]) + list(clusters.angles) + list(clusters.maps.sum(axis=(1, 2))))
    show("dendrogram", draw_dendrogram(tree, 0.3).pixels.sum(dtype=np.int64))
    run_commands(pixels)


if __name__ == "__main__":
    main()
