"""Supplement S5, Fig. S3: principal components are negative; varimax leaves negative maps and dark peaks."""
import numpy as np

from ..numerics.pca import pca, varimax_components
from ..numerics.unfold import diffractions_from_W, maps_from_H, unfold
from ..simulate import crystals_in_amorphous
from . import measures
from .claim import Claim, holds, how_often, numbers_of, over_seeds, spread, verdict_of

SIZES = {"full": {"scan": (36, 40), "detector": (44, 48)}, "quick": {"scan": (18, 20), "detector": (24, 26)}}
N_K = 4
DOSE = 1e4
SEEN_NEGATIVE = 0.02
SEEN_HOLES = 0.1
KINDS = {"mean subtracted": True, "mean kept": False}


def measure(seed, size="full"):
    """Numbers of one dataset: negative parts of PCA and varimax, and the holes that varimax leaves."""
    simulation = crystals_in_amorphous(**SIZES[size], n_crystals=N_K - 1, dose=DOSE, seed=seed)
    X = unfold(simulation.pixels, "vuyx")
    numbers, images = {}, []
    for kind, centred in KINDS.items():
        found = pca(X, N_K, centred=centred)
        plain = _images(simulation, found.diffractions, found.maps)
        rotated = _images(simulation, *varimax_components(found, N_K))
        numbers[kind] = {"PCA": _negative(*plain), "varimax": _negative(*rotated)}
        # a diffraction's holes are measured in units of its background, so its sum must be positive: it is by choice
        numbers[kind]["varimax"]["holes"] = measures.hole_index(simulation, measures.matched(simulation, *rotated)[0])
        images += [("PCA", *plain), ("varimax", *rotated)]  # those of the first kind, as PCA programs do, are shown
    return {"seed": seed, **numbers,
            "images": {"pairs": images[:2], "centre": simulation.centre,
                       "central_radius": measures.central_radius(simulation)}}


def claim(measured):
    """What the numbers of all seeds say."""
    rows, strips, parts = [], {"negative part of a map": {}, "negative part of a diffraction": {}}, []
    words = []
    for kind in KINDS:
        values = {(method, what): over_seeds(measured, kind, method, what)
                  for method in ("PCA", "varimax") for what in ("diffractions", "maps")}
        holes = over_seeds(measured, kind, "varimax", "holes")
        for method in ("PCA", "varimax"):
            name = "{}, {}".format(method, kind)
            d, m = values[method, "diffractions"], values[method, "maps"]
            rows.append([name, spread(100 * d.max(axis=1)), spread(100 * m.max(axis=1)),
                         spread(holes) if method == "varimax" else "not defined"])
            strips["negative part of a map"][name] = m.max(axis=1)
            strips["negative part of a diffraction"][name] = d.max(axis=1)
        plain = (values["PCA", "diffractions"].max(axis=1) > SEEN_NEGATIVE) & \
            (values["PCA", "maps"].max(axis=1) > SEEN_NEGATIVE)
        in_map = values["varimax", "maps"].max(axis=1) > SEEN_NEGATIVE
        gone = values["varimax", "diffractions"].max(axis=1) < 0.5 * values["PCA", "diffractions"].max(axis=1)
        dark = holes > SEEN_HOLES
        words.append("With the {}, PCA is negative in {} datasets; varimax leaves negative values in a map in {} and "
                     "dark dips in {}, and the negative part of its worst diffraction is less than half of PCA's in "
                     "{}".format(kind, how_often(plain), how_often(in_map), how_often(dark), how_often(gone)))
        if kind == "mean subtracted":  # what PCA programs do
            parts += map(holds, (plain, in_map, dark, gone))
    images = measured[0]["images"]
    return Claim(
        key="s5-varimax", source="Supplement S5, Fig. S3",
        says="Maps and diffractions of principal components have negative values. After varimax rotation the negative "
             "peaks of the diffractions have disappeared, but negative values remain in the maps and downward-convex "
             "peaks appear in the diffractions.",
        conditions="Amorphous halo and 3 crystals, {:g} electrons a pattern, {} components; varimax of the scores. "
                   "Whether the mean diffraction was subtracted is not said, so both were made. Scores of which the "
                   "mean was subtracted are negative somewhere by construction.".format(DOSE, N_K),
        verdict=verdict_of(*parts), sentence=". ".join(words) + ".",
        table=(["method", "negative part, worst diffraction (%)", "negative part, worst map (%)", "hole index"], rows),
        per_seed=numbers_of(measured), strips=strips,
        limits=dict.fromkeys(strips, SEEN_NEGATIVE), images=images["pairs"], signed=True, centre=images["centre"],
        central_radius=images["central_radius"])


def _images(simulation, W, H):
    return (diffractions_from_W(W, simulation.diffractions.shape[1:]), maps_from_H(H, simulation.maps.shape[1:]))


def _negative(diffractions, maps):
    return {"diffractions": np.array([measures.negative_share(one) for one in diffractions]),
            "maps": np.array([measures.negative_share(one) for one in maps])}
