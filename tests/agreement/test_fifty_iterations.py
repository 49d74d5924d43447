"""Fifty iterations of each NMF command in single precision, from the same start as NumPy: issue 5's limits.

The libraries below them are held to the same in test_factorize.py and test_constrained.py, under every switch.
"""
from functools import cache

import numpy as np
import pytest

from offline_reference.numerics import methods
from offline_reference.numerics.metrics import cosines, hungarian
from offline_reference.simulate import crystals_in_amorphous
from offline_reference.virtual_dm.images import Image
from tests.agreement import commands

TWINS = {"nmf_mu.s": (methods.nmf_mu, {}), "nmf_als.s": (methods.nmf_als, {}),
         "nmf_constrained.s": (methods.nmf_constrained, {"cutoff": 0.2})}
SETTINGS = {"nmf_mu.s": "tolerance=0", "nmf_als.s": "tolerance=0", "nmf_constrained.s": "cutoff=0.2"}
SQUARE, OBLONG, LARGE = ((12, 14), (20, 20)), ((12, 14), (22, 18)), ((26, 30), (40, 36))


@cache
def pixels_of(scan, detector, seed=1):
    return crystals_in_amorphous(scan=scan, detector=detector, seed=seed, cutoff=0.2).pixels


def fifty(file, pixels, n_k, order):
    """Diffractions (n_k, n_v n_u) and mean squared error, of the command's windows and of NumPy."""
    stored = pixels if order == "vuyx" else pixels.transpose(2, 3, 0, 1)
    image = Image(np.array(stored, order="C"), "Scan")
    image.tags.set("Meta Data:Data Order Swapped", "boolean", order == "yxvu")
    workspace = commands.run(file, image, answers=[f"components={n_k}; iterations=50; {SETTINGS[file]}"])
    maps, diffractions = commands.new_images(workspace, image)
    assert diffractions.pixels.dtype == maps.pixels.dtype == np.float32
    method, settings = TWINS[file]
    twin = method(pixels, n_k, max_iter=50, **settings)
    error = maps.tags.to_plain()["Processing"][-1]["Mean squared error"]
    flat = (n_k, -1)
    return (diffractions.pixels.reshape(flat).astype(np.float64), twin.diffractions.reshape(flat), error,
            twin.mean_squared_error)


def matched_cosines(ours, theirs):
    similarity = cosines(theirs, ours)
    pairs = hungarian(-similarity)
    return similarity[np.arange(len(pairs)), pairs]


@pytest.mark.parametrize("n_k", [1, 4])
@pytest.mark.parametrize("sizes, order", [(SQUARE, "vuyx"), (OBLONG, "vuyx"), (OBLONG, "yxvu")])
@pytest.mark.parametrize("file", sorted(TWINS))
def test_a_command_finds_what_numpy_finds(file, sizes, order, n_k):
    ours, theirs, error, expected = fifty(file, pixels_of(*sizes), n_k, order)
    assert error == pytest.approx(expected, rel=1e-3)
    assert matched_cosines(ours, theirs).min() >= 0.999


@pytest.mark.parametrize("file", ["nmf_mu.s", "nmf_als.s"])  # constrained: test_constrained.py, with merging
def test_a_command_with_thirty_components_ends_within_a_percent_and_loses_none(file):
    ours, theirs, error, expected = fifty(file, pixels_of(*LARGE, seed=3), 30, "yxvu")
    assert error == pytest.approx(expected, rel=1e-2)
    assert np.isfinite(ours).all() and ours.any(axis=1).all()
