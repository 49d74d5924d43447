"""Writes dm_scripts/functions/self_test_numbers.s: what NumPy finds where the self-test inside GMS must find the same.

    python tests/golden/make_self_test_numbers.py

Run it after a change of numerics that is meant to change results; a test holds the file equal to what is written here.
"""
from pathlib import Path

import numpy as np

from offline_reference import __version__
from offline_reference.numerics import masking, methods, nmf_steps, unfold
from offline_reference.numerics.components import error_curve
from offline_reference.numerics.cutoff import estimate_cutoff
from offline_reference.numerics.data_matrix import DataMatrix
from offline_reference.numerics.diffraction_constraint import (
    DarkPeakFill,
    column_outlier_eraser,
    dark_peaks,
    remove_dark_peaks,
    rotational_average_without_outliers,
)
from offline_reference.numerics.example_data import simulate
from offline_reference.numerics.map_constraint import Band
from offline_reference.numerics.merging import merge_same_patterns
from offline_reference.numerics.polar import PolarGrid, find_centre
from offline_reference.numerics.random_start import random_factors, uniform_random
from offline_reference.numerics.similarity import pattern_similarity

FILE = Path(__file__).resolve().parents[2] / "dm_scripts" / "functions" / "self_test_numbers.s"
#: the data of the self-test: n_y, n_x; n_v, n_u; and what the settings of its commands are
SCAN, DETECTOR, CRYSTALS, DOSE, SEED = (10, 12), (24, 26), 2, 300, 3
N_K, ITERATIONS, START = 3, 12, 1
CENTRAL_RADIUS, CUTOFF = 3.0, 0.3


def place_of(pixels):
    """PlaceOfPixels of self_test_report.s: mean of 1 + x/width + 2 y/height + 3 z/depth, weighted with the pixels."""
    pixels = np.asarray(pixels, dtype=np.float64)
    weights = 1.0
    for factor, axis in zip((1, 2, 3), reversed(range(pixels.ndim))):
        shape = [1] * pixels.ndim
        shape[axis] = pixels.shape[axis]
        weights = weights + factor * np.arange(pixels.shape[axis]).reshape(shape) / pixels.shape[axis]
    return (pixels * weights).sum() / np.abs(pixels).sum()


def numbers():
    """{name: number} of all checks, in the order of the self-test."""
    found = {}

    def keep(name, pixels):
        found[name + ", sum"] = float(np.sum(pixels, dtype=np.float64))
        found[name + ", place"] = float(place_of(pixels))

    example = simulate(SCAN, DETECTOR, CRYSTALS, DOSE, SEED)
    X = unfold.unfold(example.pixels).astype(np.float64)
    W, H = random_factors(*X.shape, N_K, seed=5)
    mean = X.mean(axis=1).reshape(DETECTOR)

    keep("random numbers", uniform_random(1000, 7)[None])
    keep("example data", X)
    keep("guarded inverse", np.linalg.inv(W.T @ W))
    for name, step in (("MU", nmf_steps.mu_diffractions), ("ALS", nmf_steps.als_diffractions),
                       ("HALS", nmf_steps.hals_diffractions)):
        keep(name + " diffractions", step(X, W, H))
    for name, step in (("MU", nmf_steps.mu_maps), ("ALS", nmf_steps.als_maps), ("HALS", nmf_steps.hals_maps)):
        keep(name + " maps", step(X, W, H))

    keep("dark peaks removed", remove_dark_peaks(mean))
    keep("dark peaks of a ring", DarkPeakFill(DETECTOR, central_radius=CENTRAL_RADIUS)(W))
    (v, u), radius = find_centre(mean)
    found.update({"centre u": u, "centre v": v, "radius of the disc": radius})
    keep("low-passed maps", Band(SCAN, CUTOFF).low_pass(H))
    weights = methods.poisson_weights(X.mean(axis=1))
    found["cut-off"] = estimate_cutoff(DataMatrix(X), SCAN, weights, N_K)
    for kind in ("rotation", "cosine", "correlation", "cross-correlation"):
        keep("similarity, " + kind, pattern_similarity(example.diffractions, kind, inner_radius=CENTRAL_RADIUS).values)
    twice = unfold.W_from_diffractions(example.diffractions)[:, [0, 1, 1]]
    merged_W, _, events = merge_same_patterns(twice, np.ones((3, 4)), DETECTOR, example.centre, CENTRAL_RADIUS)
    found["merged components"] = len(events)
    keep("merged diffractions", merged_W)

    mask = np.add.outer(np.arange(DETECTOR[0]), np.arange(DETECTOR[1])) % 5 == 0
    keep("mask command", masking.sum_masked(example.pixels, mask))
    for name, command in (("MU", methods.nmf_mu), ("ALS", methods.nmf_als)):
        factors = command(example.pixels, N_K, max_iter=ITERATIONS, seed=START)
        _keep_factors(found, keep, name, factors)
    factors = methods.nmf_constrained(example.pixels, N_K, max_iter=ITERATIONS, seed=START, tol=0.0, cutoff=CUTOFF,
                                      centre=example.centre, central_radius=CENTRAL_RADIUS)
    _keep_factors(found, keep, "constrained", factors)
    keep("similarity command", pattern_similarity(example.diffractions, "cosine").values)
    curve = error_curve(example.pixels, [2, 3], max_iter=ITERATIONS, seed=START)
    keep("components command, ALS and MU", np.array([curve.errors["als"], curve.errors["mu"]]))
    keep("film command", film_of(example.diffractions))
    keep("unfold command", X)
    keep("simulate command", X)
    diffraction = example.diffractions[1]
    keep("dark peaks command, dark", dark_peaks(diffraction))
    keep("dark peaks command, result", remove_dark_peaks(diffraction))
    keep("average command, image", rotational_average_without_outliers(diffraction))
    keep("average command, profile", profile_of(diffraction))
    keep("polar command", rings_of(diffraction).T)
    return found


def rings_of(diffraction):
    """The diffraction on (radius, angle), as Listing S4 samples it."""
    return PolarGrid(diffraction.shape).sample(diffraction.reshape(-1, 1))[0]


def profile_of(diffraction):
    """Mean of each ring without its outliers, as one row."""
    return column_outlier_eraser(rings_of(diffraction).T).mean(axis=0)[None]


def film_of(planes):
    """Wide planes in a row of square cells, from 0 to 1 (5 standard deviations above the mean), ones between."""
    n, height, width = planes.shape
    film = np.ones((width, n * (width + 1) - 1))
    for k, plane in enumerate(planes):
        cell = film[:, k * (width + 1):][:, :width]
        cell[:] = 0
        white = min(plane.max(), plane.mean() + 5 * plane.std())
        cell[(width - height) // 2:][:height] = np.clip((plane - plane.min()) / (white - plane.min()), 0, 1)
    return film


def _keep_factors(found, keep, name, factors):
    found[name + " command, error"] = factors.mean_squared_error
    keep(name + " command, diffractions", factors.diffractions)
    keep(name + " command, maps", factors.maps)


def text(found):
    """The library as DM-script."""
    lines = [f'    if (name == "{name}") return {value:.12g}' for name, value in found.items()]
    return HEADER + "\n".join(lines) + FOOTER


HEADER = f"""/* Self-test numbers
   What     What NumPy finds where the self-test must find the same. Written by a script, not by hand.
   Input    Name of a check.
   Output   The number.
   Source   -
   Needs    -
   Twin     tests/golden/make_self_test_numbers.py
   Tested   virtual_dm in CI; GMS: not yet
*/

string SelfTestVersion()
{{
    return "{__version__}"
}}

number StoredNumber(string name)
{{
"""
FOOTER = """
    Throw("No number is stored for the check " + name + ": self_test_numbers.s is of another " + \\
          "version. Copy the folder dm_scripts anew.")
    return 0
}
"""

if __name__ == "__main__":
    FILE.write_text(text(numbers()), encoding="ascii", newline="\n")
    print(FILE.name, "written")
