"""pca: principal components of a 4D-STEM file, plain and varimax-rotated.

How much each component explains (scree), and the first K as diffractions and maps. They may be negative and are
no physical diffractions (Supplement S5 of Kimoto et al., 2025, Figs. S3 and S4): use them to see how many
components the data hold, and factorize to find these. The mean is not subtracted, so data of K components need K.

DIR holds scree.png, pca.png, varimax.png, pca.npz, report.html and result.json.

examples:
  dm-nmf pca scan.dm4 -n 6
  dm-nmf pca counts.npy --order vuyx -n 4 -o first-look --centred
"""
import shlex
import time
from datetime import datetime
from pathlib import Path

from . import counts, reading
from .place import refuse_if_unwritable
from .threads import one_thread

IN_SCREE = 30  # components in the scree plot, of which K are shown


def add_arguments(parser):
    reading.add_arguments(parser)
    parser.add_argument("-n", "--components", type=int, metavar="K", default=4, help="how many to show (default: 4)")
    parser.add_argument("--centred", action="store_true",
                        help="subtract the mean diffraction first, as textbooks do; data of K components then need "
                        "only K - 1")
    parser.add_argument("-o", "--out", metavar="DIR", help="folder to write (default: FILE's name + -pca)")
    parser.add_argument("--overwrite", action="store_true", help="replace DIR if it holds results")
    parser.add_argument("-q", "--quiet", action="store_true", help="say only what was written")


def run(args):
    from offline_reference import report

    out = Path(args.out or Path(args.data).stem + "-pca")
    refuse_if_unwritable(out, args.overwrite)
    dataset, contents = reading.read_counts(args)
    dataset.warnings.extend(counts.empty_patterns(contents))
    _refuse_too_many(args.components, dataset)
    if not args.quiet:
        print(reading.in_one_line(dataset))
        print("order: " + dataset.order_reason)
        print("diagonalizing the {0} x {0} products of {1} with one another ...".format(*gram(dataset)), flush=True)
    started, clock = datetime.now().astimezone(), time.monotonic()
    with one_thread():
        ratios, plain, rotated = components(dataset, args.components, args.centred)
    record = {
        "command": shlex.join(args.command_line),
        "method": "pca",
        "parameters": {"n_components": args.components, "centred": args.centred, "order": dataset.order},
        "seconds": round(time.monotonic() - clock, 2),
        "started": started.isoformat(timespec="seconds"),
    }
    report.write_pca(out, dataset, *plain, ratios, record, varimax=rotated, overwrite=args.overwrite)
    if not args.quiet:
        for number, ratio in enumerate(ratios[:args.components], start=1):
            print("  component {}: {:.4g} % of {}".format(
                number, 100 * ratio, "the variance" if args.centred else "the squared counts"))
    for sentence in dataset.warnings:
        print("Note: " + sentence)
    print("Results: {} ({})".format(out, ", ".join(sorted(path.name for path in out.iterdir()))))


def components(dataset, n_components, centred):
    """Parts of the variance, and (diffractions, maps) of the principal and of the rotated components, as images."""
    from offline_reference.numerics.pca import pca, varimax_components
    from offline_reference.numerics.unfold import diffractions_from_W, maps_from_H, unfold

    n_v, n_u, n_y, n_x = dataset.sizes
    X = unfold(dataset.pixels, dataset.order)
    found = pca(X, min(*X.shape, max(IN_SCREE, n_components)), centred=centred)

    def images(W, H):
        return diffractions_from_W(W, (n_v, n_u)), maps_from_H(H, (n_y, n_x))

    plain = images(found.diffractions[:, :n_components], found.maps[:n_components])
    return found.variances / found.total_variance, plain, images(*varimax_components(found, n_components))


def _refuse_too_many(n_components, dataset):
    from offline_reference.numerics.pca import refuse_if_gram_too_large

    reading.refuse_n_components(n_components, dataset)
    n_v, n_u, n_y, n_x = dataset.sizes
    refuse_if_gram_too_large((n_v * n_u, n_y * n_x), n_components)


def gram(dataset):
    """Size of the matrix that is diagonalized, and of what it holds the products."""
    n_v, n_u, n_y, n_x = dataset.sizes
    return min((n_y * n_x, "patterns"), (n_v * n_u, "detector pixels"))
