"""Reading a file for a verb: the arguments that say how, the pixels, and what is wrong with them."""
import argparse
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from offline_reference.numerics.errors import RefusedError

from . import counts


def add_arguments(parser):
    """What every verb that reads 4D data takes."""
    parser.add_argument("data", metavar="FILE",
                        help="4D-STEM data: .dm4, .dm3, .hspy, .zspy, .mib, .emd, .npy, .npz, and what else "
                        "rosettasciio reads")
    group = parser.add_argument_group("how to read FILE")
    group.add_argument("--order", choices=("vuyx", "yxvu"),
                       help="axis order, slowest axis first: vuyx = scan fastest, yxvu = detector fastest (default: "
                       "what the file says; an .npy cannot say)")
    group.add_argument("--scan", nargs=2, type=int, metavar=("N_Y", "N_X"),
                       help="fold a 3D stack of patterns into a scan of N_Y rows and N_X columns")
    group.add_argument("--dataset", metavar="NAME",
                       help="title or number of the image, where FILE holds several 4D ones")
    group.add_argument("--clip-negative", action="store_true",
                       help="set negative values to 0, as a subtracted background leaves them")


def add_microscope_arguments(parser):
    group = parser.add_argument_group("microscope, where FILE does not say (gives the cut-off 2 alpha / lambda)")
    group.add_argument("--voltage", type=float, metavar="KV", help="accelerating voltage, in kV")
    group.add_argument("--convergence", type=float, metavar="MRAD", help="convergence semi-angle, in mrad")


def add_memory_arguments(parser):
    """For verbs that can work on data larger than memory."""
    group = parser.add_argument_group("data larger than memory")
    group.add_argument("--memory", type=size, metavar="SIZE",
                       help="read the data in parts and use about so much memory, for instance 500MB or 2GB (default: "
                       "as data in memory if they fit, else a quarter of what is free)")


def add_cluster_arguments(parser):
    """For verbs whose blocks may live on several computers."""
    group = parser.add_argument_group("several processes or computers (Dask)")
    group.add_argument("--workers", type=whole_number(1), metavar="N",
                       help="N processes on this computer; they are started, and stopped at the end")
    group.add_argument("--scheduler", metavar="ADDRESS",
                       help="workers of a scheduler that runs already, for instance tcp://head:8786; FILE must have "
                       "the same path for all of them")


@contextmanager
def on_workers(args, dataset):
    """The Dataset with its blocks on the workers that were asked for; as it is if none were."""
    if args.workers is None and args.scheduler is None:
        yield dataset
        return
    if args.workers is not None and args.scheduler is not None:
        raise RefusedError("--workers starts processes here and --scheduler uses some elsewhere: leave one out.")
    from offline_reference.lazy import cluster

    asked = cluster.connected(args.scheduler) if args.scheduler else cluster.started(args.workers)
    with asked as client:
        array = dataset.pixels.array if hasattr(dataset.pixels, "array") else dataset.pixels
        pixels = cluster.ClusterPixels(Path(args.data).resolve(), array, dataset.order, client, args.memory)
        yield replace(dataset, pixels=pixels)


def size(text):
    """The type of an argument such as 500MB, 1.5GB or 2e9: bytes."""
    number = text.strip().upper().removesuffix("B").removesuffix("I")
    factor = {"K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}.get(number[-1:], 1)
    try:
        value = float(number.rstrip("KMGT")) * factor
    except ValueError:
        value = 0
    if not 1e6 <= value < 1e15:
        raise argparse.ArgumentTypeError("{!r} is no size of at least 1 MB: give 500MB, or 2GB".format(text))
    return value


def whole_number(least):
    """The type of an argument that argparse refuses unless it is a whole number from `least` on."""

    def parse(text):
        if not text.lstrip("+-").isdigit() or int(text) < least:
            raise argparse.ArgumentTypeError("{!r} is not a whole number of at least {}".format(text, least))
        return int(text)

    return parse


def read(args):
    """The Dataset of args.data, with what the user knows of the microscope."""
    import numpy as np

    from offline_reference import files

    in_parts = any(getattr(args, name, None) is not None for name in ("memory", "workers", "scheduler"))
    with np.errstate(invalid="ignore"):  # NaN and infinity are refused in words, further on
        dataset = files.read_4d(args.data, order=args.order, dataset=args.dataset,
                                scan=None if args.scan is None else tuple(args.scan), in_parts=in_parts)
    if in_parts:
        from offline_reference.lazy import LazyPixels

        dataset = replace(dataset, pixels=LazyPixels(dataset.pixels, dataset.order, getattr(args, "memory", None)))
    return replace(dataset, instrument={**dataset.instrument, **_told(args)})


def read_counts(args):
    """As `read`, and the Contents; refuses what is no counts, and clips negatives if asked."""
    import numpy as np

    from offline_reference import files
    from offline_reference.numerics.memory import refuse_if_too_large

    dataset = read(args)
    contents = files.describe(dataset)
    counts.refuse_unless_counts(contents, args.clip_negative)
    if contents.n_negative:
        if hasattr(dataset.pixels, "as_matrix"):
            raise RefusedError("{} values are negative, and data read in parts (--memory) cannot be changed: clip them "
                               "in the program that made them.".format(contents.n_negative))
        refuse_if_too_large(dataset.pixels.nbytes, "a copy of the data without negative values")
        clipped = "{} of {} values were negative (down to {:g}) and set to 0".format(
            contents.n_negative, contents.n_values, contents.least)
        dataset = replace(dataset, pixels=np.maximum(dataset.pixels, 0), warnings=[*dataset.warnings, clipped])
        contents = files.describe(dataset)
    dataset.warnings.extend(counts.remarks(contents, dataset.pixels.dtype))
    return dataset, contents


def refuse_n_components(n_components, dataset):
    """Refuse what no factorization of this dataset can have."""
    from offline_reference.numerics import factorize

    n_v, n_u, n_y, n_x = dataset.sizes
    factorize.refuse_n_components(n_components, (n_v * n_u, n_y * n_x))


def in_one_line(dataset):
    """'scan.dm4: scan 64 x 64 (y, x), detector 64 x 64 (v, u), uint16, 34 MB'."""
    from offline_reference.numerics.memory import in_words

    n_v, n_u, n_y, n_x = dataset.sizes
    return "{}: scan {} x {} (y, x), detector {} x {} (v, u), {}, {}".format(
        dataset.path, n_y, n_x, n_v, n_u, dataset.pixels.dtype, in_words(dataset.pixels.nbytes))


def _told(args):
    """The microscope's settings that the user gave."""
    told = {"voltage_kv": getattr(args, "voltage", None), "convergence_mrad": getattr(args, "convergence", None)}
    for name, option, unit in (("voltage_kv", "--voltage", "kV"), ("convergence_mrad", "--convergence", "mrad")):
        if told[name] is not None and not 0 < told[name] < 1e4:
            raise RefusedError("{} {:g} cannot be: give it in {}, for instance {}.".format(
                option, told[name], unit, "--voltage 300" if unit == "kV" else "--convergence 1.5"))
    return {name: value for name, value in told.items() if value is not None}
