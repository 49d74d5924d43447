"""components: how many components do the data hold?

For 1 to K components: the mean squared error of PCA (the floor), ALS and MU (Supplement S4 and Fig. S2 of Kimoto et
al., 2025), how many principal components stand above the counting noise, whether several starts of the
constrained method find the same components, and what artefacts show. Suggests a number with its reason, and says so
where there is none, as in a glass whose patterns do not repeat (Fig. S4). Last, for the suggested number, where more
than counting noise is left over.

DIR holds numbers.png, residuals.png, components.npz, report.html and result.json. Ctrl+C once stops and writes what
is there; twice aborts.

examples:
  dm-nmf components scan.dm4
  dm-nmf components scan.dm4 -n 12 --starts 5
  dm-nmf components counts.npy --order yxvu --starts 0 -o quick
"""
import shlex
import time
from argparse import Namespace
from datetime import datetime
from pathlib import Path

from . import counts, factorize, reading, table
from .interrupt import Interrupt
from .pca import gram
from .place import refuse_if_unwritable
from .progress import progress
from .threads import one_thread

TOLERANCE = 1e-6  # an error that changes less in 20 iterations has ended
FEW_ITERATIONS = 100  # of the constrained method: 50 were enough on simulated data


def add_arguments(parser):
    reading.add_arguments(parser)
    group = parser.add_argument_group("what to try")
    group.add_argument("-n", "--most", type=reading.whole_number(1), metavar="K", default=8,
                       help="try 1 to K components (default: 8)")
    group.add_argument("--max-iter", type=reading.whole_number(1), metavar="N", default=500,
                       help="iterations of ALS and MU at most (default: 500, as in the paper)")
    group.add_argument("--exact-listing", action="store_true",
                       help="iterate on the data themselves, not on their compressed form; slower, and the errors "
                       "differ little")
    group.add_argument("--starts", type=reading.whole_number(0), metavar="S", default=3,
                       help="starts of the constrained method for each number, whose agreement is measured; 0 leaves "
                       "this out (default: 3)")
    group.add_argument("--cutoff", metavar="C",
                       help="finest detail that a map may hold, see dm-nmf factorize (default: known or estimated)")
    group.add_argument("--seed", type=reading.whole_number(0), metavar="S", default=0, help="first start (default: 0)")
    group.add_argument("--residuals-of", type=reading.whole_number(1), metavar="K",
                       help="show what K components leave over (default: the suggested number, else the most)")
    reading.add_microscope_arguments(parser)
    group = parser.add_argument_group("results")
    group.add_argument("-o", "--out", metavar="DIR", help="folder to write (default: FILE's name + -components)")
    group.add_argument("--overwrite", action="store_true", help="replace DIR if it holds results")
    group.add_argument("-q", "--quiet", action="store_true", help="no progress; say only what was written")


def run(args):
    from offline_reference import report

    out = Path(args.out or Path(args.data).stem + "-components")
    refuse_if_unwritable(out, args.overwrite)
    dataset, contents = reading.read_counts(args)
    dataset.warnings.extend(counts.empty_patterns(contents))
    _refuse_too_many(args, dataset)
    if not args.quiet:
        print(reading.in_one_line(dataset))
        print("order: " + dataset.order_reason)
        print("diagonalizing the {0} x {0} products of {1} with one another, twice ...".format(*gram(dataset)),
              flush=True)
    started, clock = datetime.now().astimezone(), time.monotonic()
    with Interrupt() as interrupt, one_thread():
        found = studied(args, dataset, contents, interrupt)
        record = {
            "command": shlex.join(args.command_line),
            "method": "components",
            "parameters": {"most": args.most, "max_iter": args.max_iter, "starts": args.starts,
                           "solver": "exact" if args.exact_listing else "auto", "tol": TOLERANCE, **found.settings},
            "seed": args.seed,
            "seconds": round(time.monotonic() - clock, 2),
            "started": started.isoformat(timespec="seconds"),
            "warnings": _warnings(args, found, interrupt),
        }
        report.write_components(out, dataset, found, record, args.overwrite)
    for line in said(out, found, [*dataset.warnings, *record["warnings"]], args.quiet):
        print(line)


def _warnings(args, study, interrupt):
    found = ["stopped by Ctrl+C: what was not finished is left out."] if interrupt.pressed else []
    if study.suggested is not None and study.suggested > args.most:
        found.append("{} components suggest themselves and only 1 to {} were tried: give -n {} to see what happens "
                     "there.".format(study.suggested, args.most, study.suggested + 2))
    return found


class Study:
    """What was found out about the number of components.

    Attributes
    ----------
    curve : numerics.components.Curve
    suggested, reason : int or None, str
    errors : dict
        Method -> mean squared errors (m,); the curve's and, if there were starts, "constrained".
    stability : dict
        Words for a measure -> values (m,).
    artefacts : dict
        "dark peaks", "out of band" -> method -> values (m,).
    residuals : (int, ndarray, ndarray)
        Number of components, residual diffraction (n_v, n_u) and map (n_y, n_x) in units of counting noise.
    settings : dict
    """

    def __init__(self, curve, suggested, reason):
        self.curve, self.suggested, self.reason = curve, suggested, reason
        self.errors, self.stability, self.artefacts = dict(curve.errors), {}, {}
        self.residuals, self.settings = None, {}


def studied(args, dataset, contents=None, interrupt=None):
    """All of it, a step after the other."""
    from offline_reference.numerics.components import error_curve, suggest_n_components

    factors = {}  # (method, n_k) -> list of (W, H), one a start
    with progress("ALS and MU", args.quiet) as reporter:
        curve = error_curve(
            dataset.pixels, range(1, args.most + 1), dataset.order, max_iter=args.max_iter, seed=args.seed,
            tol=TOLERANCE, solver="exact" if args.exact_listing else "auto", progress=reporter, cancelled=interrupt,
            keep=lambda method, n_k, W, H: factors.setdefault((method, n_k), []).append((W, H)))
    study = Study(curve, *suggest_n_components(curve))
    _start_several_times(args, dataset, contents, interrupt, study, factors)
    _measure_agreement(study, factors)
    _measure_artefacts(dataset, study, factors)
    _measure_residuals(args, dataset, study, factors)
    return study


def _start_several_times(args, dataset, contents, interrupt, study, factors):
    """The constrained method from several seeds, the most components first: they know the cut-off best."""
    import numpy as np

    from offline_reference.numerics.methods import nmf_constrained
    from offline_reference.numerics.unfold import H_from_maps, W_from_diffractions

    if not args.starts:
        return
    options = _options(args, dataset, contents)
    runs = [(int(n_k), args.seed + start) for n_k in study.curve.numbers[::-1] for start in range(args.starts)]
    errors = np.full(len(study.curve.numbers), np.nan)
    with progress("starts of the constrained method", args.quiet) as reporter:
        for place, (n_k, seed) in enumerate(runs, start=1):
            if interrupt is not None and interrupt():
                break
            one = nmf_constrained(dataset.pixels, n_k, **{**options, "seed": seed, "max_iter": FEW_ITERATIONS})
            reporter(place, len(runs), one.mean_squared_error)
            options.update(centre=one.settings["centre"], central_radius=one.settings["central_radius"],
                           cutoff=one.settings.get("cutoff"))
            factors.setdefault(("constrained", n_k), []).append(
                (W_from_diffractions(one.diffractions), H_from_maps(one.maps)))
            at = study.curve.numbers.tolist().index(n_k)
            errors[at] = np.nanmin([errors[at], one.mean_squared_error])
    study.errors["constrained"] = errors
    study.settings = {name: options[name] for name in ("cutoff", "centre", "central_radius") if name in options}


def _options(args, dataset, contents):
    """Those of dm-nmf factorize with nothing given but the cut-off."""
    as_factorize = Namespace(**{**factorize.CONSTRAINTS, "cutoff": args.cutoff, "method": "constrained",
                                "seed": args.seed, "max_iter": None})
    options, notes = factorize.method_options(as_factorize, dataset, contents)
    if not args.quiet:
        for note in notes:
            print(note, flush=True)
    return options


def _measure_agreement(study, factors):
    """Mean and worst matched similarity over all pairs of starts, and the consensus of their maps."""
    import numpy as np

    from offline_reference.numerics.stability import consensus, matched_similarity

    measures = {"mean component": [], "worst component": [], "consensus (cophenetic)": []}
    for n_k in study.curve.numbers:
        starts = factors.get(("constrained", int(n_k)), [])
        if len(starts) < 2:
            values = [np.nan] * 3
        else:
            pairs = [matched_similarity(one, other) for k, one in enumerate(starts) for other in starts[:k]]
            values = [np.mean(pairs), np.min(pairs), consensus([H for _, H in starts]).cophenetic]
        for row, value in zip(measures.values(), values):
            row.append(value)
    if not np.isnan(measures["mean component"]).all():
        study.stability = {name: np.array(row) for name, row in measures.items()}


def _measure_artefacts(dataset, study, factors):
    """Of the first start: dark peaks of diffractions, and power of maps beyond the cut-off, where one is known."""
    import numpy as np

    from offline_reference.numerics.metrics import out_of_band
    from offline_reference.numerics.unfold import diffractions_from_W, maps_from_H

    from .compare import dark_peak_volume

    n_v, n_u, n_y, n_x = dataset.sizes
    cutoff = study.settings.get("cutoff")
    for method in dict.fromkeys(method for method, _ in factors):
        dark, outside = (np.full(len(study.curve.numbers), np.nan) for _ in range(2))
        for at, n_k in enumerate(study.curve.numbers):
            for W, H in factors.get((method, int(n_k)), [])[:1]:
                scale = np.where(W.sum(axis=0) > 0, W.sum(axis=0), 1)
                dark[at] = dark_peak_volume(Namespace(diffractions=diffractions_from_W(W / scale, (n_v, n_u)),
                                                      maps=maps_from_H(H * scale[:, None], (n_y, n_x))))
                if cutoff is not None:
                    outside[at] = out_of_band(H, (n_y, n_x), cutoff).max()
        study.artefacts.setdefault("dark peaks", {})[method] = dark
        if cutoff is not None:
            study.artefacts.setdefault("out of band", {})[method] = outside


def _measure_residuals(args, dataset, study, factors):
    """What the wanted number of components leaves over: of the constrained method, or of ALS without starts."""
    from offline_reference.numerics.residuals import residual_images
    from offline_reference.numerics.unfold import unfold

    wanted = args.residuals_of or study.suggested or args.most
    done = [(method, n_k) for method, n_k in factors if method in ("constrained", "als")]
    if not done:
        return
    method, n_k = min(done, key=lambda one: (abs(one[1] - wanted), one[0] != "constrained"))
    left = residual_images(unfold(dataset.pixels, dataset.order), *factors[method, n_k][0])
    n_v, n_u, n_y, n_x = dataset.sizes
    study.residuals = (n_k, left.diffraction.reshape(n_v, n_u), left.map.reshape(n_y, n_x))
    study.settings["residuals"] = "{} components, {}".format(n_k, method)


def said(out, study, warnings, quiet):
    """Lines for the end: the table, the suggestion, what to know."""
    if not quiet:
        yield ""
        yield from table.lines(*rows(study))
        yield ""
    if study.suggested:
        yield "Suggested: {} component{}. {}".format(study.suggested, "" if study.suggested == 1 else "s", study.reason)
    else:
        yield "No number suggests itself: " + study.reason
    for sentence in warnings:
        yield "Note: " + sentence
    yield "Results: {} ({})".format(out, ", ".join(sorted(path.name for path in out.iterdir())))


def rows(study):
    """Header and rows of the table: one number of components each."""
    header = ["components", *("MSE " + method for method in study.errors), *study.stability]
    columns = [*study.errors.values(), *study.stability.values()]
    return header, [[n_k, *("-" if column[at] != column[at] else "{:.4g}".format(column[at]) for column in columns)]
                    for at, n_k in enumerate(study.curve.numbers)]


def _refuse_too_many(args, dataset):
    from offline_reference.numerics.pca import refuse_if_gram_too_large

    reading.refuse_n_components(args.most, dataset)
    if args.residuals_of is not None and args.residuals_of > args.most:
        from offline_reference.numerics.errors import RefusedError

        raise RefusedError("--residuals-of {} is more than the {} components that are tried: give a larger -n.".format(
            args.residuals_of, args.most))
    n_v, n_u, n_y, n_x = dataset.sizes
    refuse_if_gram_too_large((n_v * n_u, n_y * n_x), None if args.exact_listing else args.most)
