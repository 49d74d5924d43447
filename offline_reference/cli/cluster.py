"""cluster: find components that are one crystal, turned, and integrate them.

Compares the diffractions of a results folder at all rotations, joins the most alike first (dendrogram), and cuts
the tree in its widest gap, or where you say. Each cluster gets one diffraction, of its members turned into register and
weighted by their counts, one map, their sum, and the angle of each member, shown as an orientation map.

RESULTS is a folder that dm-nmf factorize wrote, or a file with a stack of diffractions (3D). DIR holds clusters.png,
diffractions.hspy, maps.hspy, clusters.npz, report.html and result.json.

examples:
  dm-nmf cluster scan-constrained
  dm-nmf cluster scan-constrained -n 3 -o three
  dm-nmf cluster scan-constrained --height 0.3 --mirror
  dm-nmf cluster patterns.hspy --inner-radius 8
"""
import shlex
import time
from datetime import datetime
from pathlib import Path

from offline_reference.numerics.errors import RefusedError

from . import reading, table
from .place import refuse_if_unwritable


def add_arguments(parser):
    parser.add_argument("results", metavar="RESULTS",
                        help="folder that dm-nmf factorize wrote, or a file with a stack of diffractions")
    group = parser.add_argument_group("where the tree is cut (default: in its widest gap)")
    group.add_argument("-n", "--clusters", type=reading.whole_number(1), metavar="N", help="into N clusters")
    group.add_argument("--height", type=float, metavar="D",
                       help="at this distance (0 = the same, 1 = nothing in common)")
    group = parser.add_argument_group("how diffractions are compared")
    group.add_argument("--inner-radius", type=float, metavar="R",
                       help="leave out what lies inside, the central disc that all share, in detector pixels (default: "
                       "1.1 x its radius + 1.5, found in the data)")
    group.add_argument("--outer-radius", type=float, metavar="R",
                       help="leave out what lies outside, in detector pixels (default: the largest whole ring)")
    group.add_argument("--centre", nargs=2, type=float, metavar=("V", "U"),
                       help="centre of the diffractions in detector pixels, row then column (default: that of the "
                       "factorization, else found)")
    group.add_argument("--mirror", action="store_true",
                       help="mirror images are alike too: grains seen from the other side")
    group.add_argument("--linkage", choices=("average", "complete", "single"), default="average",
                       help="distance of two clusters: mean, largest or least of their members' (default: average)")
    group = parser.add_argument_group("results")
    group.add_argument("-o", "--out", metavar="DIR", help="folder to write (default: RESULTS' name + -clusters)")
    group.add_argument("--overwrite", action="store_true", help="replace DIR if it holds results")
    group.add_argument("-q", "--quiet", action="store_true", help="say only what was written")


def run(args):
    from offline_reference import report

    path = Path(args.results)
    out = Path(args.out or (path.resolve().name if path.is_dir() else path.stem) + "-clusters")
    refuse_if_unwritable(out, args.overwrite)
    started, clock = datetime.now().astimezone(), time.monotonic()
    components = read(path)
    found = clustered(components, n_clusters=args.clusters, height=args.height, linkage=args.linkage,
                      centre=args.centre and tuple(args.centre), inner_radius=args.inner_radius,
                      outer_radius=args.outer_radius, mirror=args.mirror)
    record = {
        "command": shlex.join(args.command_line),
        "method": "cluster",
        "seconds": round(time.monotonic() - clock, 2),
        "started": started.isoformat(timespec="seconds"),
    }
    report.write_clusters(out, found, components.diffractions, components.maps, components.axes, record,
                          components.source, args.overwrite)
    if not args.quiet:
        for line in said(found):
            print(line)
    print("Results: {} ({})".format(out, ", ".join(sorted(one.name for one in out.iterdir()))))


class Components:
    """Diffractions (n, n_v, n_u), maps (n, n_y, n_x), axes, and where they come from; maps of one pixel if unknown.

    centre and mask are those of the factorization, None if it had none.
    """

    def __init__(self, diffractions, maps, axes, source, centre=None, mask=None):
        self.diffractions, self.maps, self.axes, self.source = diffractions, maps, axes, source
        self.centre, self.mask = centre, mask


def read(path):
    """Components of a results folder, or the stack of diffractions of a file."""
    return from_results(path) if Path(path).is_dir() and Path(path).suffix != ".zspy" else _from_stack(path)


def from_results(path):
    from offline_reference import report

    results = report.read_results(path)
    theirs = results.record.get("input", {})
    source = {"path": str(path), "title": theirs.get("title") or Path(theirs.get("path", "")).name,
              "instrument": theirs.get("instrument", {})}
    parameters = results.record["parameters"]
    # The record only counts the pixels that were left out; they are 0 in every diffraction.
    mask = None if parameters.get("mask") is None else results.diffractions.any(axis=0)
    return Components(results.diffractions, results.maps, results.axes, source, parameters.get("centre"), mask)


def _from_stack(path):
    import numpy as np

    from offline_reference import files

    images = [image for image in files.read_image(path) if image.pixels.ndim == 3]
    if len(images) != 1:
        raise RefusedError("'{}' holds {} stacks of images (3D), and one is to be clustered: give a results folder of "
                           "dm-nmf factorize, or a file with one stack of diffractions.".format(path, len(images)))
    image = images[0]
    axes = {"v": image.axes[1], "u": image.axes[2], "y": files.Axis("y", 1), "x": files.Axis("x", 1)}
    pixels = np.asarray(image.pixels)
    return Components(pixels, np.ones((len(pixels), 1, 1)), axes, {"path": str(path), "title": image.title})


def clustered(components, **how):
    """The Clustering; centre and mask are those of the factorization where they are known and not given."""
    from offline_reference.clustering import cluster

    given = how.pop("centre", None)
    found = cluster(components.diffractions, components.maps, mask=components.mask, centre=given or components.centre,
                    **how)
    if given is None and components.centre is not None:
        found.settings["centre_origin"] = "that of the factorization"
    return found


def said(found):
    """Lines that say what was found."""
    yield "{} clusters of {} components: {}".format(found.n_clusters, len(found.labels), found.reason)
    yield ""
    totals = found.clusters.maps.sum(axis=(1, 2))
    yield from table.lines(["cluster", "share", "symmetry", "components (turned by, degrees)"], [
        [number + 1, "{:.1f} %".format(100 * totals[number] / (totals.sum() or 1)),
         found.symmetry[number] or "round", _members(found, number)] for number in range(found.n_clusters)])
    yield ""


def _members(found, number):
    angles = found.orientations()
    return ", ".join(
        str(k + 1) + ("" if found.symmetry[number] == 0 else " ({:.1f}{})".format(
            angles[k], ", mirrored" if found.clusters.mirrored[k] else ""))
        for k in found.clusters.members[number])
