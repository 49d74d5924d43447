"""The numerical choices of the constrained NMF, each tried against its alternatives.

    python -m benchmarks.constrained_choices --seeds 6       half an hour on one core
    python -m benchmarks.constrained_choices --only default  12 data seeds, a minute

The data are simulated (`crystals_in_amorphous`: an amorphous halo and 3 crystals, scan 64 x 64
or 48 x 56, detector 64 x 64 or 80 x 72 in turn, cut-off 0.2), at 1e4 and 1e3 electrons a pattern; n_k is 4 (the truth)
and, at 1e4, 6; in a fourth case the central disc holds 3/4 of the intensity. The
table that `nmf_constrained` quotes is printed here.
"""

import argparse
from unittest.mock import patch

import numpy as np

from offline_reference.numerics import map_constraint, methods, metrics
from offline_reference.numerics.diffraction_constraint import DarkPeakFill
from offline_reference.numerics.factorize import to_unit_sum
from offline_reference.numerics.map_constraint import NYQUIST, Band
from offline_reference.numerics.methods import nmf_als, nmf_constrained
from offline_reference.numerics.unfold import H_from_maps, W_from_diffractions, unfold
from offline_reference.simulate import crystals_in_amorphous

FIRST_SEED = 500
CASES = ((1e4, 4, 0.25), (1e3, 4, 0.25), (1e4, 6, 0.25), (1e3, 4, 0.75))  # electrons a pattern, n_k, central disc


class SoftBand(Band):
    """The band with a cut-off that falls over its last fifth, as a cosine does, instead of at once."""

    def maps(self, coefficients):
        frequency = np.hypot(*np.meshgrid(*(np.arange(basis.shape[1]) / (2 * basis.shape[0])
                                            for basis in (self.basis_y, self.basis_x)), indexing="ij"))[self.inside]
        along = np.clip((frequency / self.cutoff - 0.8) / 0.2, 0, 1)
        return super().maps(coefficients * 0.5 * (1 + np.cos(np.pi * along)))


def fourier_basis(n, cutoff=NYQUIST):
    """Orthonormal 1, cos, sin, cos, sin ... of n points that wrap round, column i of frequency about i / (2 n)."""
    n_low = min(n, int(np.floor(2 * n * cutoff * (1 + 1e-9))) + 1)
    angle = 2 * np.pi * np.arange(n)[:, None] * ((np.arange(n_low) + 1) // 2) / n
    basis = np.where(np.arange(n_low) % 2 == 1, np.cos(angle), np.sin(angle))
    basis[:, 0] = 1
    return basis / np.linalg.norm(basis, axis=0)


def unweighted(mean, good=None):
    """In place of the Poisson weights."""
    return np.ones(mean.shape)


def not_merged(W, H, **_):
    """In place of the merging of torn patterns."""
    return W, H, []


#: name -> what to run on pixels with n_k and a seed
VARIANTS = {
    "default": {},
    "no cut-off given -> cut-off given (0.2)": {"cutoff": 0.2},
    "cut-off x 0.5": {"cutoff": 0.1},
    "cut-off x 2": {"cutoff": 0.4},
    "map constraint alone": {"constrain_diffractions": False},
    "diffraction constraint alone": {"constrain_maps": False},
    "Listing S4 literal": {"reference": "listing-s4"},
    "median, margin 0.9": {"quantile": 0.5, "margin": 0.9},
    "median, margin 1": {"quantile": 0.5},
    "quantile 0.2": {"quantile": 0.2},
    "quantile 0.4": {"quantile": 0.4},
    "margin 0.9": {"margin": 0.9},
    "HALS steps": {"step": "hals"},
    "MU steps": {"step": "mu"},
    "no Poisson weights": {"instead": (methods, "poisson_weights", unweighted)},
    "torn patterns not merged": {"instead": (methods, "merge_same_patterns", not_merged)},
    "lowest objective kept, not the latest": {"instead": (methods, "SLACK", 0.0)},
    "soft cut-off": {"instead": (methods, "Band", SoftBand)},
    "Fourier low-pass, edges wrap round": {"instead": (map_constraint, "cosine_basis", fourier_basis)},
    "both constraints once, after ALS": {"afterwards": True},
    "worst of 5 starts": {"starts": 5},
    "50 iterations": {"max_iter": 50},
    "500 iterations, never settled": {"max_iter": 500, "tol": 0.0},
    "central disc not left out": {"central_radius": 0.0},
    "centre off by 1 pixel": {"centre_off": 1.0},
    "centre off by 2 pixels": {"centre_off": 2.0},
    "primitive ALS, 200 iterations": {"primitive": True},
}


def simulated(seed, dose, beam_part=0.25):
    """One dataset; sizes take turns."""
    even = seed % 2 == 0
    return crystals_in_amorphous(scan=(64, 64) if even else (48, 56), detector=(64, 64) if even else (80, 72),
                                 dose=dose, seed=seed, beam_part=beam_part)


def factorized(simulation, n_k, seed, primitive=False, afterwards=False, centre_off=None, instead=None, starts=1,
               **settings):
    """Factors of one variant."""
    if primitive or afterwards:
        factors = nmf_als(simulation.pixels, n_k, max_iter=200, seed=seed)
        return _constrained_once(factors, simulation) if afterwards else factors
    if starts > 1:
        found = [nmf_constrained(simulation.pixels, n_k, seed=seed + 100 * start) for start in range(starts)]
        return min(found, key=lambda factors: measured(simulation, factors)[0])
    if centre_off is not None:
        settings["centre"] = (simulation.centre[0] + centre_off, simulation.centre[1])
    if instead is not None:
        with patch.object(*instead):
            return nmf_constrained(simulation.pixels, n_k, seed=seed, **settings)
    return nmf_constrained(simulation.pixels, n_k, seed=seed, **settings)


def _constrained_once(factors, simulation):
    """The factors of primitive NMF with both constraints applied at the end."""
    n_k, *detector = factors.diffractions.shape
    fill = DarkPeakFill(detector, centre=simulation.centre, central_radius=1.1 * simulation.disc_radius + 1.5)
    W, H = to_unit_sum(fill(W_from_diffractions(factors.diffractions)), H_from_maps(factors.maps))
    band = Band(factors.maps.shape[1:], simulation.cutoff)
    factors.diffractions = W.T.reshape(factors.diffractions.shape)
    factors.maps = np.clip(band.low_pass(H), 0, None).reshape(factors.maps.shape)
    return factors


def measured(simulation, factors):
    """Spot similarity and map correlation of the worst crystal, hole index, out-of-band power, MSE, iterations."""
    found = metrics.match_components(simulation.diffractions, factors.diffractions)
    diffractions, maps = factors.diffractions[found], factors.maps[found]
    crystals = range(1, len(found))
    return (
        min(metrics.spot_similarity(simulation.diffractions[k], diffractions[k], simulation.centre) for k in crystals),
        min(metrics.map_correlation(simulation.maps[k], maps[k]) for k in crystals),
        metrics.hole_index(simulation.diffractions, diffractions, simulation.spots, simulation.disc_radius,
                           simulation.centre),
        metrics.out_of_band(H_from_maps(factors.maps), factors.maps.shape[1:], simulation.cutoff).max(),
        metrics.mean_squared_error(unfold(simulation.pixels), W_from_diffractions(factors.diffractions),
                                   H_from_maps(factors.maps)),
        factors.n_iter,
    )


def check():
    """Fail unless, on two datasets, the default is near the truth where primitive ALS digs holes."""
    for seed in (FIRST_SEED, FIRST_SEED + 1):
        simulation = simulated(seed, 1e4)
        spots, maps, holes, out_of_band, _, _ = measured(simulation, factorized(simulation, 4, seed))
        primitive_holes = measured(simulation, factorized(simulation, 4, seed, primitive=True))[2]
        line = "seed {}: spots {:.4f}, maps {:.4f}, holes {:.4f} (primitive {:.4f}), out of band {:.0e}".format(
            seed, spots, maps, holes, primitive_holes, out_of_band)
        print(line)
        if not (spots > 0.99 and maps > 0.99 and holes < 0.025 < primitive_holes and out_of_band < 1e-4):
            raise SystemExit("constrained_choices: " + line + " is not what the docstring of nmf_constrained says.")


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=12, help="data seeds of each case (default: 12)")
    parser.add_argument("--only", help="run the variants whose name contains this")
    parser.add_argument("--case", type=int, choices=range(1, len(CASES) + 1), help="run only this of the cases")
    args = parser.parse_args(argv)
    for dose, n_k, beam_part in CASES if args.case is None else CASES[args.case - 1:args.case]:
        print("\ndose {:g}, n_k = {}, central disc {:.0%}, {} seeds: worst crystal, median (worst tenth)".format(
            dose, n_k, beam_part, args.seeds))
        print("{:42s} {:>15s} {:>15s} {:>7s} {:>8s} {:>9s} {:>5s}".format(
            "", "spots", "maps", "holes", "out-band", "MSE/floor", "iter"))
        datasets = [simulated(seed, dose, beam_part) for seed in range(FIRST_SEED, FIRST_SEED + args.seeds)]
        floors = [factorized(one, n_k, seed, constrain_diffractions=False).mean_squared_error
                  for seed, one in enumerate(datasets)]
        for name, settings in VARIANTS.items():
            if args.only and args.only not in name:
                continue
            table = np.array([measured(one, factorized(one, n_k, seed, **settings))
                              for seed, one in enumerate(datasets)])
            middle, tenth = np.median(table, axis=0), np.quantile(table, 0.1, axis=0)
            print("{:42s} {:.4f} ({:.4f}) {:.4f} ({:.4f}) {:7.4f} {:8.0e} {:9.4f} {:5.0f}".format(
                name, middle[0], tenth[0], middle[1], tenth[1], middle[2], table[:, 3].max(),
                np.median(table[:, 4] / floors), middle[5]), flush=True)


if __name__ == "__main__":
    main()
