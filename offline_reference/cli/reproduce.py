"""reproduce: the paper's claims, measured again on simulated data of many seeds.

For each claim of Kimoto et al. (2025) and its Supplement: our figure, the numbers over the seeds, and a sentence that
says whether it reproduces:

  fig1         PCA is negative; primitive NMF and scikit-learn have dark peaks, constrained NMF has none (Fig. 1, S1)
  s4           the error of ALS is nearer to PCA's than to MU's (Fig. S2)
  s5-varimax   PCA and varimax leave negative values and dark dips (Fig. S3)
  s5-scree     no elbow in the scree plot of a glass (Fig. S4)
  s6           30 components, primitive against constrained (Fig. S5)
  clustering   turned precipitates are found to belong together

DIR holds report.html, the figures and result.json. All claims with 10 seeds take about ten minutes on one core, one
with --quick. Ctrl+C once ends after the dataset in work and writes what is there; twice aborts.

examples:
  dm-nmf reproduce
  dm-nmf reproduce --quick --seeds 3 -o look
  dm-nmf reproduce --only s4 --seeds 20 --first-seed 100 -o errors
"""
import shlex
import time
from datetime import datetime
from pathlib import Path

from . import reading, table
from .interrupt import Interrupt
from .place import refuse_if_unwritable
from .threads import one_thread

KEYS = ("fig1", "s4", "s5-varimax", "s5-scree", "s6", "clustering")  # in the order of claims.NAMES


def add_arguments(parser):
    parser.add_argument("-o", "--out", metavar="DIR", default="dm-nmf-claims",
                        help="folder to write (default: dm-nmf-claims)")
    parser.add_argument("--seeds", type=reading.whole_number(1), metavar="N", default=10,
                        help="datasets for each claim (default: 10)")
    parser.add_argument("--first-seed", type=reading.whole_number(0), metavar="S", default=0,
                        help="seed of the first dataset and its start (default: 0)")
    parser.add_argument("--quick", action="store_true", help="smaller data: a first look, with other numbers")
    parser.add_argument("--only", nargs="+", choices=KEYS, metavar="CLAIM", help="only these: " + ", ".join(KEYS))
    parser.add_argument("--overwrite", action="store_true", help="replace DIR if it holds results")
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress; say only what was written")


def run(args):
    from offline_reference import report

    out = Path(args.out)
    refuse_if_unwritable(out, args.overwrite)
    started, clock = datetime.now().astimezone(), time.monotonic()
    with Interrupt() as interrupt, one_thread():
        claims = reproduced(args, interrupt)
        about = {
            "command": shlex.join(args.command_line), "method": "reproduce", "seed": args.first_seed,
            "parameters": {"seeds": args.seeds, "size": _size(args)},
            "seconds": round(time.monotonic() - clock, 2), "started": started.isoformat(timespec="seconds"),
            "warnings": list(warnings(args, interrupt)),
        }
        report.write_claims(out, claims, about, args.overwrite)
    for line in said(out, claims):
        print(line)


def reproduced(args, interrupt=None):
    """Each claim that was asked for; a claim of which no dataset was measured is left out."""
    from offline_reference.claims import studies

    claims = []
    for key, study in zip(KEYS, studies()):
        if args.only and key not in args.only:
            continue
        measured = []
        for seed in range(args.first_seed, args.first_seed + args.seeds):
            if interrupt is not None and interrupt() and (measured or claims):  # one dataset at least
                break
            if not args.quiet:
                print("{}: dataset {} of {}".format(key, len(measured) + 1, args.seeds), flush=True)
            measured.append(study.measure(seed, _size(args)))
        if measured:
            claims.append(study.claim(measured))
    return claims


def warnings(args, interrupt):
    """What to know before one believes the page."""
    if args.quick:
        yield "these are the small data of --quick: without it the numbers are better founded."
    if args.seeds < 10:
        yield "{} dataset{} for each claim: ten or more tell how often it holds.".format(
            args.seeds, "" if args.seeds == 1 else "s")
    if interrupt.pressed:
        yield "stopped by Ctrl+C: some claims have fewer datasets, or are missing."


def said(out, claims):
    """Lines for the end."""
    yield ""
    yield from table.lines(["claim", "here it"], [[one.source, one.verdict] for one in claims])
    yield ""
    yield "Report: {}".format(out / "report.html")


def _size(args):
    return "quick" if args.quick else "full"
