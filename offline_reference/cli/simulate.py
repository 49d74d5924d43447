"""simulate: write a 4D dataset whose diffractions and maps are known.

The data have Poisson noise at the dose you choose. Next to FILE appears FILE-truth.npz with the true
diffractions (k, v, u) and maps (k, y, x), the cut-off, the centre and the mask of good detector pixels.

examples:
  dm-nmf simulate -o crystals.dm4
  dm-nmf simulate -o low_dose.npy --dose 1000 --scan 48 56 --detector 80 72 --seed 7
  dm-nmf simulate -o precipitates.hspy --kind precipitates --crystals 2
  dm-nmf simulate -o spoiled.dm4 --dead-pixels 20 --beam-stop --centre-shift 1.5 -0.5
"""
import math
from pathlib import Path

from offline_reference.numerics.errors import RefusedError

from . import reading
from .place import refuse_if_unwritable

HIGHEST_DOSE = 1e12
BYTES_PER_VALUE = 8 + 8 + 8  # expected counts, counts, and their copy in the file's order and type


def add_arguments(parser):
    parser.add_argument("-o", "--out", metavar="FILE", default="simulated.dm4",
                        help="file to write: .dm4, .npy, .npz, .hspy or .zspy (default: simulated.dm4)")
    parser.add_argument("--kind", choices=("crystals", "precipitates"), default="crystals",
                        help="crystals: different crystals in amorphous material; precipitates: rotated copies of a "
                        "few crystals in an amorphous matrix (default: crystals)")
    parser.add_argument("--scan", nargs=2, type=int, metavar=("N_Y", "N_X"), default=(64, 64),
                        help="scan positions, rows then columns (default: 64 64)")
    parser.add_argument("--detector", nargs=2, type=int, metavar=("N_V", "N_U"), default=(64, 64),
                        help="detector pixels, rows then columns (default: 64 64)")
    parser.add_argument("--crystals", type=int, metavar="N", help="how many crystals (default: 3; precipitates: 2)")
    parser.add_argument("--dose", type=float, metavar="ELECTRONS", default=1e4,
                        help="mean electrons in each diffraction pattern (default: 10000)")
    parser.add_argument("--cutoff", type=float, metavar="C", default=0.2,
                        help="resolution limit of the probe, in cycles per scan pixel (default: 0.2)")
    parser.add_argument("--order", choices=("vuyx", "yxvu"), default="vuyx",
                        help="axis order in the file: vuyx = scan fastest, yxvu = detector fastest (default: vuyx)")
    parser.add_argument("--dtype", choices=("uint8", "uint16", "uint32", "float32"), default="uint16",
                        help="number type of the counts (default: uint16)")
    parser.add_argument("--centre-shift", nargs=2, type=float, metavar=("V", "U"), default=(0.0, 0.0),
                        help="shift every pattern off the detector's centre, in pixels (default: 0 0)")
    parser.add_argument("--dead-pixels", type=int, metavar="N", default=0, help="detector pixels that always read 0")
    parser.add_argument("--hot-pixels", type=int, metavar="N", default=0, help="detector pixels that read far too much")
    parser.add_argument("--beam-stop", action="store_true", help="put a beam stop over the central disc")
    parser.add_argument("--seed", type=reading.whole_number(0), metavar="S", default=0,
                        help="same seed, same data (default: 0)")
    parser.add_argument("--overwrite", action="store_true", help="replace FILE if it exists")


def run(args):
    from offline_reference import files

    path = Path(args.out)
    truth = path.with_name(path.stem + "-truth.npz")
    for one in (path, truth):
        refuse_if_unwritable(one, args.overwrite, files.whole_file)
    simulation = simulated(args)
    write(path, truth, simulation, args.overwrite)
    print("{}: scan {} x {} (y, x), detector {} x {} (v, u), {}, order {}; {} components, {:g} electrons a "
          "pattern".format(path, *args.scan, *args.detector, args.dtype, args.order, len(simulation.maps), args.dose))
    print("{}: the true diffractions and maps".format(truth))
    if path.suffix.lower() == ".npy":
        print("An .npy holds no axis order and no calibration: read it with --order {}.".format(args.order))


def simulated(args):
    """The Simulation that the arguments ask for."""
    from offline_reference import simulate

    refuse_impossible_dose(args)
    _refuse_impossible_numbers(args)
    kinds = {"crystals": simulate.crystals_in_amorphous, "precipitates": simulate.rotated_precipitates}
    crystals = {} if args.crystals is None else {"n_crystals": args.crystals}
    return kinds[args.kind](
        scan=tuple(args.scan), detector=tuple(args.detector), dose=args.dose, cutoff=args.cutoff, seed=args.seed,
        order=args.order, dtype=args.dtype, centre_shift=tuple(args.centre_shift), dead_pixels=args.dead_pixels,
        hot_pixels=args.hot_pixels, beam_stop=args.beam_stop, **crystals,
    )


def write(path, truth, simulation, overwrite=False):
    """Write the data and, beside them, the truth: both or neither."""
    import numpy as np

    from offline_reference import files

    instrument = {"voltage_kv": simulation.voltage_kv, "convergence_mrad": simulation.convergence_mrad}
    spots = [np.column_stack([np.full(len(discs), k), discs]) for k, discs in enumerate(simulation.spots)]
    with files.whole_file(truth, overwrite) as unfinished:
        files.write_factors(
            unfinished, simulation.diffractions, simulation.maps, cutoff=simulation.cutoff, centre=simulation.centre,
            disc_radius=simulation.disc_radius, mask=simulation.mask, labels=simulation.labels,
            angles=simulation.angles,
            spots=np.concatenate(spots),  # component, v, u, relative strength
        )
        files.write_4d(path, simulation.pixels, simulation.order, axes_of(simulation), instrument, overwrite)


def axes_of(simulation):
    """Calibrated axes of a simulation, for the file: scan in nm, detector in 1/nm from the centre."""
    from offline_reference.files import Axis

    n_v, n_u = simulation.diffractions.shape[1:]
    n_y, n_x = simulation.maps.shape[1:]
    step, pixel = simulation.scan_step_nm, simulation.detector_step_per_nm
    v_0, u_0 = simulation.centre
    return {
        "y": Axis("y", n_y, step, 0.0, "nm"),
        "x": Axis("x", n_x, step, 0.0, "nm"),
        "v": Axis("v", n_v, pixel, -v_0 * pixel, "1/nm"),
        "u": Axis("u", n_u, pixel, -u_0 * pixel, "1/nm"),
    }


def _refuse_impossible_numbers(args):
    n_pixels = args.detector[0] * args.detector[1]
    crystals = 1 if args.crystals is None else args.crystals
    for what, number, least in (("number of crystals", crystals, 1), ("number of dead pixels", args.dead_pixels, 0),
                                ("number of hot pixels", args.hot_pixels, 0)):
        if number < least:
            raise RefusedError("the {} is {}, which cannot be: choose one of at least {}.".format(what, number, least))
    if args.dead_pixels + args.hot_pixels > n_pixels:
        raise RefusedError("{} dead and {} hot pixels are more than the detector's {}: choose fewer.".format(
            args.dead_pixels, args.hot_pixels, n_pixels))


def refuse_impossible_dose(args):
    """What `simulate` and `demo` have in common: args.dose and the sizes."""
    from offline_reference.numerics.memory import refuse_if_too_large

    if not 0 < args.dose <= HIGHEST_DOSE:
        raise RefusedError("a dose of {:g} electrons a pattern cannot be simulated: choose one above 0 and up to "
                           "{:g}.".format(args.dose, HIGHEST_DOSE))
    refuse_if_too_large(BYTES_PER_VALUE * math.prod((*args.detector, *args.scan)), "simulating this")
