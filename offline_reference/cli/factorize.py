"""factorize: split a 4D-STEM file into diffractions and maps.

Finds K diffractions, and for each a map of where it occurs, so that their products add up to the data.
The default method, constrained, is that of Kimoto et al. (2025): no dark holes in a diffraction where
another has spots, and no map finer than the probe. The results folder DIR holds diffractions.hspy and
maps.hspy (calibrated, for HyperSpy), factors.npz, components.png, report.html and result.json.
It appears whole or not at all, and an existing one is replaced only with --overwrite.

Ctrl+C once stops and writes the best factors so far; twice aborts and writes nothing.

examples:
  dm-nmf factorize scan.dm4 -n 4
  dm-nmf factorize scan.dm4 -n 6 -o six --seed 1
  dm-nmf factorize scan.dm4 -n 4 --cutoff "2.1 1/nm"
  dm-nmf factorize scan.dm4 -n 4 --voltage 300 --convergence 1.2
  dm-nmf factorize counts.npy --order yxvu -n 4 --method als -o als
"""
import hashlib
import shlex
import time
from datetime import datetime
from pathlib import Path

from offline_reference.numerics.errors import RefusedError

from . import counts, cutoff, estimate, reading, results
from .interrupt import Interrupt
from .place import refuse_if_unwritable
from .progress import duration, progress
from .threads import one_thread

METHODS = ("constrained", "als", "hals", "mu", "sklearn")
CONSTRAINTS = {  # option -> what argparse stores where the option is absent
    "cutoff": None, "reference": "quantile", "centre": None, "mask": None, "no_diffraction_constraint": False,
    "no_map_constraint": False, "mask_hot": False,
}


def add_arguments(parser):
    reading.add_arguments(parser)
    group = parser.add_argument_group("what to do")
    group.add_argument("-n", "--components", type=int, metavar="K", default=4,
                       help="how many diffractions to look for (default: 4)")
    group.add_argument("--method", choices=METHODS, default="constrained",
                       help="constrained: with both physical constraints; als, hals, mu, sklearn (scikit-learn, cd): "
                       "primitive NMF (default: constrained)")
    group.add_argument("--max-iter", type=reading.whole_number(1), metavar="N",
                       help="stop after N iterations (default: the method's own)")
    group.add_argument("--exact-listing", action="store_true",
                       help="method hals: plain iterations on the data, not on their compressed form (mu and als are "
                       "the listings' own iterations always)")
    group.add_argument("--seed", type=reading.whole_number(0), metavar="S", default=0,
                       help="start of the factors; same seed, same result (default: 0)")
    group = parser.add_argument_group("physical constraints (method constrained)")
    group.add_argument("--cutoff", metavar="C",
                       help="finest detail that a map may hold: cycles per scan pixel (0.2), or, if the scan is "
                       "calibrated, with a unit (\"2.1 1/nm\"); default: 2 alpha / lambda where voltage, convergence "
                       "angle and scan step are known, else estimated from the data")
    group.add_argument("--no-map-constraint", action="store_true", help="let maps hold any detail")
    group.add_argument("--no-diffraction-constraint", action="store_true", help="let diffractions have dark holes")
    group.add_argument("--reference", choices=("quantile", "listing-s4"), default="quantile",
                       help="background that a diffraction may not fall below: what lies between the discs of a ring "
                       "(its 0.3 quantile), or the rotational average of Listing S4 of the paper (default: quantile)")
    group.add_argument("--centre", nargs=2, type=float, metavar=("V", "U"),
                       help="centre of the diffractions in detector pixels, row then column (default: found in the "
                       "data)")
    group.add_argument("--mask", metavar="FILE.npy",
                       help="detector pixels to use, an array (n_v, n_u), true = use (default: all but those that "
                       "never count)")
    group.add_argument("--mask-hot", action="store_true",
                       help="leave out the pixels, too, that are far brighter than all their neighbours; not if your "
                       "discs are as small as a pixel")
    reading.add_microscope_arguments(parser)
    reading.add_memory_arguments(parser)
    reading.add_cluster_arguments(parser)
    group = parser.add_argument_group("results")
    group.add_argument("-o", "--out", metavar="DIR", help="folder to write (default: FILE's name + -METHOD)")
    group.add_argument("--state", metavar="DIR",
                       help="keep the state of the run in DIR after each iteration: the same command goes on from "
                       "there if the run was killed; DIR is removed at the end")
    group.add_argument("--overwrite", action="store_true", help="replace DIR if it holds results")
    group.add_argument("-q", "--quiet", action="store_true", help="no progress; say only what was written")


def run(args):
    out = Path(args.out or "{}-{}".format(Path(args.data).stem, args.method))
    _refuse_constraints_of_another_method(args)
    refuse_if_unwritable(out, args.overwrite)
    dataset, contents = reading.read_counts(args)
    reading.refuse_n_components(args.components, dataset)
    options, notes = method_options(args, dataset, contents)
    need = estimate.of_run(dataset, args.components, args.method, **options)
    missing = results.without_pictures()
    if not args.quiet:
        for line in (reading.in_one_line(dataset), "order: " + dataset.order_reason, *notes, "needs " + str(need),
                     *missing):
            print(line)
    need.refuse_if_no_room()
    state = _state(args, dataset, options)
    if state is not None and state.has_state() and not args.quiet:
        print("goes on from the state in '{}'".format(args.state))
    with Interrupt() as interrupt, reading.on_workers(args, dataset) as dataset:
        factors, record = factorized(args, dataset, options, notes, interrupt, state)
        results.write(out, dataset, factors, record, args.overwrite)
    if state is not None and factors.stopped != "cancelled":
        state.remove()
    for line in summary(out, dataset, factors, record, args.quiet):
        print(line)


def factorized(args, dataset, options, notes=(), cancelled=None, state=None):
    """Run the method with a progress bar; return Factors and the record of the run."""
    more = {} if state is None else {"checkpoint": state}
    started, clock = datetime.now().astimezone(), time.monotonic()
    with one_thread(), progress(args.method, args.quiet) as report:
        factors = method(args.method)(dataset.pixels, args.components, progress=report, cancelled=cancelled, **options,
                                      **more)
    return factors, {
        "command": shlex.join(args.command_line),
        "method": args.method,
        "parameters": {"n_components": args.components, **options},
        "seed": args.seed,
        "versions": versions(args.method),
        "seconds": round(time.monotonic() - clock, 2),
        "started": started.isoformat(timespec="seconds"),
        "notes": list(notes),
        "warnings": [],
    }


def _state(args, dataset, options):
    """Where the run leaves its state, or None."""
    if args.state is None:
        return None
    from offline_reference import __version__
    from offline_reference.lazy.checkpoint import Checkpoint

    facts = Path(args.data).stat()
    plain = {name: _told_apart(value) for name, value in options.items()}
    return Checkpoint(args.state, {
        "file": str(Path(args.data).resolve()), "bytes": facts.st_size, "changed": facts.st_mtime,
        "method": args.method, "components": args.components, "sizes": list(dataset.sizes), "version": __version__,
        **plain})


def _told_apart(value):
    """A setting as something that JSON can hold; an array (a mask) by its fingerprint, for its text leaves most out."""
    if isinstance(value, (int, float, str, type(None))):
        return value
    if hasattr(value, "tobytes"):
        return "array of {}, SHA-256 {}".format(value.shape, hashlib.sha256(value.tobytes()).hexdigest())
    return repr(value)


def method_options(args, dataset, contents):
    """Keyword arguments of the method, and sentences that say how those not given were chosen."""
    options = {"order": dataset.order, "seed": args.seed}
    if args.max_iter is not None:
        options["max_iter"] = args.max_iter
    if args.method == "hals" and args.exact_listing:
        options["solver"] = "exact"
    if args.method != "constrained":
        return options, []
    options.update(reference=args.reference, constrain_diffractions=not args.no_diffraction_constraint)
    if args.centre is not None:
        options["centre"] = tuple(args.centre)
    mask, why_mask = _mask(args, contents)
    if mask is not None:
        options["mask"] = mask
    if args.no_map_constraint:
        return {**options, "constrain_maps": False}, ["cut-off: none, as asked", *why_mask]
    chosen = cutoff.decide(args.cutoff, dataset.axes, dataset.instrument)
    options.update(cutoff=chosen.value, constrain_maps=chosen.constrain_maps)
    return options, ["cut-off: " + chosen.reason, *why_mask]


def method(name):
    """The function behind --method."""
    if name == "sklearn":
        from .sklearn_nmf import nmf_sklearn

        return nmf_sklearn
    from offline_reference.numerics import methods

    return getattr(methods, "nmf_" + name)


def versions(method_name):
    """What a reader needs to repeat the run."""
    import platform

    import numpy as np

    found = {"python": platform.python_version(), "numpy": np.__version__}
    if method_name == "sklearn":
        import sklearn

        found["scikit-learn"] = sklearn.__version__
    return found


def summary(out, dataset, factors, record, quiet=False):
    """Lines for the end of a run: what came out, what to know about it, and where it is."""
    if factors.stopped == "cancelled":
        yield "Stopped by Ctrl+C after iteration {}; the best factors so far were kept.".format(factors.n_iter)
    if not quiet:
        yield "{}: mean squared error {:.5g} from iteration {} of {}; {}".format(
            record["method"], factors.mean_squared_error, factors.best_iter, factors.n_iter,
            duration(record["seconds"]))
        if "cutoff" in factors.settings and record["parameters"].get("cutoff") is None:
            yield "maps end at {:.4g} cycles per scan pixel ({})".format(
                factors.settings["cutoff"], factors.settings["cutoff_origin"])
        totals = factors.maps.sum(axis=(1, 2))
        for number, share in enumerate(totals / (totals.sum() or 1), start=1):
            yield "  component {}: {:5.1f} % of the intensity".format(number, 100 * share)
    for sentence in dict.fromkeys((*dataset.warnings, *record["warnings"], *factors.events)):
        yield "Note: " + sentence
    yield "Results: {} ({})".format(out, ", ".join(sorted(path.name for path in out.iterdir())))


def _mask(args, contents):
    """Detector pixels to use (None: all), and what is said about it."""
    if args.mask is not None:
        mask, why = _read_mask(args.mask, contents.dead.shape), []
    else:
        silent = counts.silent_pixels(contents)
        mask = ~silent
        why = ["mask: {} detector pixels that never counted are left out (--mask decides otherwise)".format(
            silent.sum())] if silent.any() else []
    if args.mask_hot:
        hot = counts.hot_pixels(contents)
        mask = mask & ~hot
        why.append("mask: {} hot detector pixels are left out, as asked".format(hot.sum()))
    return (None if mask.all() else mask), why


def _read_mask(path, detector):
    from offline_reference import files

    mask = files.read_image(path)[0].pixels
    if mask.shape != detector:
        raise RefusedError("the mask '{}' has the shape {} and the detector (n_v, n_u) is {}: make a mask of the "
                           "detector's shape, true where a pixel is used.".format(path, mask.shape, detector))
    if not (mask != 0).any():
        raise RefusedError("the mask '{}' leaves no detector pixel: set those to true (or 1) that are to be "
                           "used.".format(path))
    return mask != 0


def _refuse_constraints_of_another_method(args):
    if args.no_map_constraint and args.cutoff is not None:
        raise RefusedError("--cutoff {} and --no-map-constraint contradict each other: leave one out.".format(
            args.cutoff))
    if args.exact_listing and args.method in ("constrained", "sklearn"):
        raise RefusedError("--exact-listing is about the primitive methods, and {} is none of Supplement S1: leave it "
                           "out, or use --method als, mu or hals.".format(args.method))
    not_for_sklearn = [name for name in ("memory", "state", "workers", "scheduler") if getattr(args, name) is not None]
    if args.method == "sklearn" and not_for_sklearn:
        raise RefusedError("scikit-learn's NMF needs the data in memory and keeps no state: leave --{} out, or use "
                           "--method hals.".format(not_for_sklearn[0]))
    given = [name for name, absent in CONSTRAINTS.items() if getattr(args, name) != absent]
    if args.method != "constrained" and given:
        raise RefusedError("--{} belongs to the constrained method, and {} knows no constraints: leave it out, or use "
                           "--method constrained.".format(given[0].replace("_", "-"), args.method))
