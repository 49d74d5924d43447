"""Clustering: turned precipitates of a few crystals in an amorphous matrix are found to belong together."""
import numpy as np
from sklearn.metrics import adjusted_rand_score

from ..clustering import cluster
from ..numerics import metrics
from ..numerics.methods import nmf_als, nmf_constrained
from ..simulate import rotated_precipitates
from .claim import Claim, holds, how_often, numbers_of, over_seeds, spread, verdict_of

SIZES = {"full": {"scan": (64, 64), "detector": (60, 64), "n_copies": 4},
         "quick": {"scan": (36, 40), "detector": (56, 60), "n_copies": 2}}
N_CRYSTALS = 2
DOSE = 1e4
METHODS = {"ALS": nmf_als, "constrained": nmf_constrained}
MAX_ITER = 200
RIGHT = 0.999  # an adjusted Rand index of 1, but for rounding


def measure(seed, size="full"):
    """Adjusted Rand index of the clusters, for true, constrained and primitive components."""
    simulation = rotated_precipitates(**SIZES[size], n_crystals=N_CRYSTALS, dose=DOSE, seed=seed)
    numbers = {"suggested": {}, "three": {}}
    stacks = {"truth": (simulation.diffractions, simulation.maps)}
    for name, method in METHODS.items():
        found = method(simulation.pixels, len(simulation.maps), seed=seed, max_iter=MAX_ITER)
        stacks[name] = found.diffractions, found.maps
    for name, (diffractions, maps) in stacks.items():
        for cut, n_clusters in (("suggested", None), ("three", N_CRYSTALS + 1)):
            found = cluster(diffractions, maps, n_clusters=n_clusters)
            numbers[cut][name] = _agreement(simulation, diffractions, found.labels)
            if cut == "suggested" and name == "constrained":
                shown = found, diffractions, maps
    return {"seed": seed, "n_k": len(simulation.maps), "closest_maps": _closest(simulation.maps), **numbers,
            "images": shown}


def claim(measured):
    """What the numbers of all seeds say."""
    names = ("truth", *METHODS)
    values = {cut: {name: over_seeds(measured, cut, name) for name in names} for cut in ("suggested", "three")}
    right = {name: values["suggested"][name] > RIGHT for name in names}
    told = {name: values["three"][name] > RIGHT for name in names}
    sentence = (
        "Clusters of constrained components are exactly the true ones in {} datasets at the suggested cut and in {} "
        "when three are asked for; of primitive (ALS) components in {} and {}; of the true diffractions themselves in "
        "{} and {}.".format(*(how_often(one[name]) for name in ("constrained", "ALS", "truth")
                              for one in (right, told))))
    rows = [[name, spread(values["suggested"][name]), how_often(right[name]), spread(values["three"][name]),
             how_often(told[name])] for name in names]
    n_k = measured[0]["n_k"]
    return Claim(
        key="clustering", source="Main text, clustering of the components of a metallic glass",
        says="Components that are one crystal, turned, are found by their similarity at all rotations and integrated.",
        conditions="{} crystals, each in {} orientations, in an amorphous matrix; {:g} electrons a pattern, n_k = {} "
                   "(the truth). 1 = the clusters are the true ones (adjusted Rand index); average linkage.".format(
                       N_CRYSTALS, (n_k - 1) // N_CRYSTALS, DOSE, n_k),
        verdict=verdict_of(holds(right["constrained"]), right["constrained"].mean() > 0.5),
        sentence=sentence,
        table=(["components", "adjusted Rand index, suggested cut", "all right", "the same, 3 clusters asked for",
                "all right"], rows),
        per_seed=numbers_of(measured),
        strips={"adjusted Rand index, suggested cut": values["suggested"],
                "adjusted Rand index, 3 clusters": values["three"]},
        clustering=measured[0]["images"])


def _closest(maps):
    """Largest correlation between two true maps of precipitates: near 1, no method can tell the two apart."""
    return float(np.corrcoef(maps[1:].reshape(len(maps) - 1, -1))[np.triu_indices(len(maps) - 1, 1)].max())


def _agreement(simulation, diffractions, labels):
    """Of the components that belong to the true ones."""
    found = metrics.match_components(simulation.diffractions, diffractions)
    return float(adjusted_rand_score(simulation.labels, labels[found]))
