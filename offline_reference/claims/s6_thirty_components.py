"""Supplement S6, Fig. S5: thirty components of glass-like data, primitive against constrained."""
import numpy as np

from ..numerics import metrics
from ..numerics.methods import nmf_als, nmf_constrained, nmf_mu
from ..numerics.unfold import H_from_maps
from ..simulate import rotated_precipitates
from . import measures
from .claim import Claim, holds, how_often, number, numbers_of, over_seeds, spread, verdict_of

SIZES = {"full": {"scan": (32, 34), "detector": (36, 40), "n_k": 30, "n_crystals": 12, "n_copies": 3},
         "quick": {"scan": (24, 26), "detector": (26, 28), "n_k": 12, "n_crystals": 6, "n_copies": 3}}
DOSE = 1e4
SEEN = 0.1  # a hole index above this, a tenth of the background, is a dark peak that one sees
SEEN_SPECKLE = 0.01  # so is a map with more than this part of its power beyond the probe's resolution
SHOWN = 6
PRIMITIVE = {"ALS": nmf_als, "MU": nmf_mu}
CONSTRAINED = "constrained"


def measure(seed, size="full"):
    """Numbers of one dataset: holes, dark peaks and power beyond the cut-off of each method."""
    settings = dict(SIZES[size])
    n_k = settings.pop("n_k")
    simulation = rotated_precipitates(**settings, dose=DOSE, seed=seed)
    found = {name: method(simulation.pixels, n_k, seed=seed, max_iter=300) for name, method in PRIMITIVE.items()}
    found[CONSTRAINED] = nmf_constrained(simulation.pixels, n_k, cutoff=simulation.cutoff, seed=seed)
    outside = {name: metrics.out_of_band(H_from_maps(one.maps), one.maps.shape[1:], simulation.cutoff)
               for name, one in found.items()}
    return {
        "seed": seed,
        "n_k": n_k,
        "n_true": len(simulation.maps),
        "holes": {name: measures.hole_index_of_many(simulation, one.diffractions) for name, one in found.items()},
        "dark": {"truth": measures.dark_peak_share(simulation.diffractions, simulation),
                 **{name: measures.dark_peak_share(one.diffractions, simulation) for name, one in found.items()}},
        "out_of_band": {name: float(np.median(one)) for name, one in outside.items()},
        "out_of_band_worst": {name: float(one.max()) for name, one in outside.items()},
        "mse": {name: one.mean_squared_error for name, one in found.items()},
        "images": {"pairs": _like_the_first(found),
                   "centre": simulation.centre, "central_radius": measures.central_radius(simulation)},
    }


def _like_the_first(found):
    """The largest constrained components, and those of the other methods that are most like them."""
    wanted = found[CONSTRAINED].diffractions[:SHOWN]
    places = {name: metrics.match_components(wanted, one.diffractions) for name, one in found.items()}
    return [(name, one.diffractions[places[name]], one.maps[places[name]]) for name, one in found.items()]


def claim(measured):
    """What the numbers of all seeds say."""
    methods = (*PRIMITIVE, CONSTRAINED)
    values = {key: {name: over_seeds(measured, key, name) for name in methods}
              for key in ("holes", "dark", "out_of_band", "out_of_band_worst", "mse")}
    dark = {name: values["holes"][name] > SEEN for name in methods}
    speckle = {name: values["out_of_band"][name] > SEEN_SPECKLE for name in methods}
    n_k = measured[0]["n_k"]
    sentence = (
        "With n_k = {} dark peaks are seen (hole index above {:g}) with ALS in {} datasets, with MU in {}, with both "
        "constraints in {}. More than 1 % of the power of a typical map lies beyond the probe's resolution with ALS in "
        "{}, with MU in {}, with both constraints in {} (largest of all maps {}).".format(
            n_k, SEEN, how_often(dark["ALS"]), how_often(dark["MU"]), how_often(dark[CONSTRAINED]),
            how_often(speckle["ALS"]), how_often(speckle["MU"]), how_often(speckle[CONSTRAINED]),
            number(values["out_of_band_worst"][CONSTRAINED].max())))
    rows = [[name, spread(values["holes"][name]), spread(100 * values["dark"][name]),
             spread(100 * values["out_of_band"][name]), spread(100 * values["out_of_band_worst"][name]),
             spread(values["mse"][name], 3)] for name in methods]
    images = measured[0]["images"]
    return Claim(
        key="s6", source="Supplement S6, Fig. S5",
        says="With 30 components of a metallic glass, primitive NMF gives diffractions with dark peaks and noisy maps; "
             "the fully constrained NMF gives neither.",
        conditions="{} weak patterns (turned precipitates) in an amorphous matrix, {:g} electrons a pattern; MU and "
                   "ALS 300 iterations, constrained 200 with the cut-off given. Fewer components than patterns: the "
                   "hole index holds each component against the true pattern that it is most like. The paper's data "
                   "are an experiment; ours are simulated.".format(measured[0]["n_true"] - 1, DOSE),
        verdict=verdict_of(*(holds(dark[name]) and holds(speckle[name]) for name in PRIMITIVE),
                           holds(~dark[CONSTRAINED]) and holds(~speckle[CONSTRAINED])),
        sentence=sentence,
        table=(["method", "hole index", "dark peaks (% of a diffraction)", "power beyond the cut-off, median map (%)",
                "the same, worst map (%)", "mean squared error"], rows),
        per_seed=numbers_of(measured),
        strips={"hole index": values["holes"], "power beyond the cut-off, median map": values["out_of_band"]},
        limits={"hole index": SEEN, "power beyond the cut-off, median map": SEEN_SPECKLE},
        images=images["pairs"], centre=images["centre"], central_radius=images["central_radius"])
