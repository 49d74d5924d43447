"""Supplement S5, Fig. S4: the scree plot of a metallic glass has no elbow."""
import numpy as np

from ..numerics.components import ABOVE_NOISE, Curve, noise_strengths, suggest_n_components
from ..numerics.unfold import unfold
from ..simulate import crystals_in_amorphous, rotated_precipitates
from .claim import Claim, holds, how_often, numbers_of, over_seeds, spread, verdict_of

SIZES = {"full": {"scan": (40, 44), "detector": (40, 44)}, "quick": {"scan": (24, 26), "detector": (26, 28)}}
DOSE = 3e3
GLASS = {"n_crystals": 12, "n_copies": 5}  # 60 weak patterns in an amorphous matrix
N_CRYSTALS = 3  # of the control, whose scree has an elbow behind the 4th component
N_SHOWN = 40
KINDS = ("glass-like", "3 crystals")


def measure(seed, size="full"):
    """Numbers of one dataset of each kind: suggested n_k, and principal components in units of noise."""
    return {"seed": seed,
            "glass-like": _scree(rotated_precipitates(**SIZES[size], **GLASS, dose=DOSE, seed=seed)),
            "3 crystals": _scree(crystals_in_amorphous(**SIZES[size], n_crystals=N_CRYSTALS, dose=DOSE, seed=seed))}


def claim(measured):
    """What the numbers of all seeds say."""
    n_k = {kind: [one[kind]["suggested"] for one in measured] for kind in KINDS}
    none = np.array([one is None for one in n_k["glass-like"]])
    right = np.array([one == N_CRYSTALS + 1 for one in n_k["3 crystals"]])
    steps = {kind: over_seeds(measured, kind, "largest_step") for kind in KINDS}
    above = {kind: over_seeds(measured, kind, "n_above") for kind in KINDS}
    sentence = (
        "On glass-like data no elbow is found in {} datasets: {} principal components stand above the counting noise "
        "and sink into it. As a control, data with {} true components have their elbow at {} in {}.".format(
            how_often(none), spread(above["glass-like"]), N_CRYSTALS + 1, N_CRYSTALS + 1, how_often(right)))
    rows = [[kind, _counted(n_k[kind]), spread(above[kind]), spread(steps[kind])] for kind in KINDS]
    return Claim(
        key="s5-scree", source="Supplement S5, Fig. S4",
        says="In the scree plot of a metallic glass no elbow appears, so that the number of components is hard to say.",
        conditions="Glass-like: {} crystals, each in {} orientations, so {} weak patterns in an amorphous matrix; "
                   "control: amorphous halo and 3 crystals; {:g} electrons a pattern. The paper's data are an "
                   "experiment on ZrCuAl; ours are simulated. An elbow is what numerics.components."
                   "suggest_n_components takes for one.".format(*GLASS.values(), np.prod([*GLASS.values()]), DOSE),
        verdict=verdict_of(holds(none) and holds(right), none.mean() > 0.5),
        sentence=sentence,
        table=(["data", "suggested (how often)", "above the noise", "largest step behind the first"], rows),
        per_seed=numbers_of(measured),
        curves={"x": np.arange(1, N_SHOWN + 1), "xlabel": "principal component",
                "ylabel": "strength (1 = most that noise gives)", "logarithmic": True, "marked": None,
                "lines": {kind: over_seeds(measured, kind, "strengths") for kind in KINDS}})


def _scree(simulation):
    strengths, noise_level = noise_strengths(unfold(simulation.pixels, "vuyx"))
    curve = Curve(np.array([]), {}, strengths, noise_level, "max_iter")
    suggested, reason = suggest_n_components(curve)
    ratios = strengths[1:N_SHOWN - 1] / strengths[2:N_SHOWN]  # the first is the mean diffraction
    return {"suggested": suggested, "reason": reason, "n_above": int(np.count_nonzero(strengths > ABOVE_NOISE)),
            "largest_step": float(ratios.max()), "strengths": strengths[:N_SHOWN]}


def _counted(suggested):
    """"none: 9, 4: 1"."""
    names = ["none" if one is None else str(one) for one in suggested]
    return ", ".join("{}: {}".format(name, names.count(name)) for name in dict.fromkeys(sorted(names, reverse=True)))
