"""A small dataset with unequal sizes, its factors, and the record of a run."""
from types import SimpleNamespace

import numpy as np
import pytest

from offline_reference import files


@pytest.fixture
def dataset():
    return make_dataset()


@pytest.fixture
def factors():
    return make_factors()


@pytest.fixture
def run():
    return make_run()


def make_dataset(detector=(5, 6), scan=(7, 8), title="Zr glass, area 3"):
    sizes = dict(zip("vuyx", (*detector, *scan)))
    axes = {
        "v": files.Axis("v", sizes["v"], 0.25, -0.5, "1/nm"), "u": files.Axis("u", sizes["u"], 0.25, -0.75, "1/nm"),
        "y": files.Axis("y", sizes["y"], 0.8, 0.0, "nm"), "x": files.Axis("x", sizes["x"], 0.4, 0.0, "nm"),
    }
    return files.Dataset(
        pixels=np.broadcast_to(np.uint16(1), tuple(sizes.values())),
        order="vuyx",
        order_reason="the units say so: nm is a scan, 1/nm a detector.",
        axes=axes,
        path="glass.dm4",
        title=title,
        instrument={"voltage_kv": 300.0},
        warnings=["2 detector pixels never count."],
    )


def make_factors(n_k=3, detector=(5, 6), scan=(7, 8), seed=0):
    random = np.random.default_rng(seed)
    diffractions = random.random((n_k, *detector))
    diffractions /= diffractions.sum((1, 2), keepdims=True)
    maps = random.random((n_k, *scan)) * np.arange(n_k, 0, -1)[:, None, None]
    return SimpleNamespace(
        diffractions=diffractions, maps=maps, mean_squared_error=2.5, mse_history=np.array([9.0, 3.0, 2.5, 2.75]),
        n_iter=4, best_iter=3, stopped="max_iter", events=("iteration 2: the map of component 3 was restarted.",),
        settings={"cutoff": 0.2, "cutoff_origin": "given", "centre": (2.5, 3.0), "central_radius": 1.0},
    )


def make_run():
    return {
        "command": "dm-nmf factorize glass.dm4 -n 3", "method": "constrained", "parameters": {"n_components": 3},
        "seed": 7, "versions": {"rosettasciio": "0.9"}, "seconds": 1.25, "started": "2026-11-24T12:00:00+00:00",
        "warnings": ["2 detector pixels never count.", "iteration 2: the map of component 3 was restarted."],
    }
