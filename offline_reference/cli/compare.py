"""compare: results folders of the same data side by side.

Matches the components by their diffractions and says how alike they are, what error each method leaves, and what
artefacts it shows, none of which needs the truth:

  dark peaks   part of a diffraction that is missing below its own radial median, mean of the components
  out of band  part of a map's power beyond the cut-off, the worst component
  negative     part of the values that are below zero

A lower error does not mean better components: noise can be fitted too. DIR holds report.html, comparison.png and
result.json.

examples:
  dm-nmf compare scan-als scan-constrained
  dm-nmf compare scan-mu scan-als scan-constrained -o methods --cutoff 0.2
"""
import shlex
import time
from collections import Counter
from datetime import datetime
from pathlib import Path

from . import cutoff, table
from .place import refuse_if_unwritable


def add_arguments(parser):
    parser.add_argument("results", nargs="+", metavar="RESULTS", help="folders that dm-nmf factorize wrote")
    parser.add_argument("--cutoff", metavar="C",
                        help="cut-off for the column out of band, in cycles per scan pixel or with a unit (\"2.1 "
                        "1/nm\"); default: that of the first results that have one")
    parser.add_argument("-o", "--out", metavar="DIR", default="comparison",
                        help="folder to write (default: comparison)")
    parser.add_argument("--overwrite", action="store_true", help="replace DIR if it holds results")


def run(args):
    from offline_reference import report

    out = Path(args.out)
    refuse_if_unwritable(out, args.overwrite)
    started, clock = datetime.now().astimezone(), time.monotonic()
    results = [report.read_results(folder, name) for folder, name in zip(args.results, _names(args.results))]
    chosen = _cutoff(args.cutoff, results)
    report.write_comparison(out, results, {
        "command": shlex.join(args.command_line),
        "method": "compare",
        "parameters": {"cutoff": chosen, **_how_alike(results)},
        "measures": {one.name: measures(one, chosen) for one in results},
        "seconds": round(time.monotonic() - clock, 2),
        "started": started.isoformat(timespec="seconds"),
    }, overwrite=args.overwrite)
    for line in said(out):
        print(line)


def measures(result, cutoff_used=None):
    """Artefacts of one of the results that show without knowing the truth.

    Parameters
    ----------
    result : report.Results
    cutoff_used : float, optional
        [cycles per scan pixel]; without it nothing is out of band.
    """
    import numpy as np

    from offline_reference.numerics.metrics import out_of_band
    from offline_reference.numerics.unfold import H_from_maps

    values = np.concatenate([result.diffractions.ravel(), result.maps.ravel()])
    found = {"dark peaks": dark_peak_volume(result), "negative": float((values < 0).mean())}
    if cutoff_used is not None:
        found["out of band"] = float(out_of_band(H_from_maps(result.maps), result.maps.shape[1:], cutoff_used).max())
    return found


def dark_peak_volume(result):
    """Part of a diffraction missing below its radial median, outside the central disc; mean of the components."""
    import numpy as np

    from offline_reference.numerics.diffraction_constraint import DarkPeakFill
    from offline_reference.numerics.polar import find_centre
    from offline_reference.numerics.unfold import W_from_diffractions

    mean = np.tensordot(result.maps.sum(axis=(1, 2)), result.diffractions, axes=1)
    centre, disc_radius = find_centre(mean)
    fill = DarkPeakFill(mean.shape, margin=1.0, centre=centre, central_radius=1.1 * disc_radius + 1.5)
    W = W_from_diffractions(result.diffractions)
    return float(np.clip(fill.lower_bound(W) - W, 0, None).sum(axis=0).mean())


def said(out):
    """Lines that say what the comparison in a folder found."""
    import json

    record = json.loads((out / "result.json").read_text(encoding="ascii"))
    compared = record["compared"]
    names = list(dict.fromkeys(name for one in compared for name in one["measures"]))
    yield from table.lines(
        ["results", "K", "MSE", *names],
        [[one["name"], one["n_components"], "{:.5g}".format(one["mean_squared_error"]),
          *("{:.2g}".format(one["measures"][name]) for name in names)] for one in compared])
    for what, key in (("diffractions (spots)", "spot_similarity"), ("maps", "map_correlation")):
        yield ""
        yield "Likeness of the {} to those of {}, by its components:".format(what, record["reference"])
        numbers = range(1, max(len(one[key]) for one in compared) + 1)
        yield from table.lines(["", *numbers], [
            [one["name"], *("-" if value is None else "{:.3f}".format(value) for value in one[key])]
            for one in compared])
    if len(compared) > 2:
        yield from _each_with_each(record["parameters"])
    for warning in record["warnings"]:
        yield "Note: " + warning
    yield "Results: {} ({})".format(out, ", ".join(sorted(path.name for path in out.iterdir())))


def _each_with_each(alike):
    names = alike["results"]
    for what in ("diffractions", "maps"):
        yield ""
        yield "Mean likeness of matched {}, each with each:".format(what)
        yield from table.lines(["", *names], [
            [name, *map("{:.3f}".format, row)] for name, row in zip(names, alike["similarity_of_" + what])])


def _how_alike(results):
    """Mean likeness of matched components, each of the results with each other one; nothing if sizes differ."""
    import numpy as np

    from offline_reference.numerics.metrics import map_correlation, match_components, spot_similarity

    def pair(one, other):
        if len(one.maps) > len(other.maps):
            return pair(other, one)
        places = match_components(one.diffractions, other.diffractions)
        return (np.mean([spot_similarity(one.diffractions[k], other.diffractions[at]) for k, at in enumerate(places)]),
                np.mean([map_correlation(one.maps[k], other.maps[at]) for k, at in enumerate(places)]))

    if len({one.diffractions.shape[1:] + one.maps.shape[1:] for one in results}) > 1:
        return {}  # the comparison will be refused
    both = [[pair(one, other) for other in results] for one in results]
    return {"results": [one.name for one in results],
            "similarity_of_diffractions": [[float(value) for value, _ in row] for row in both],
            "similarity_of_maps": [[float(value) for _, value in row] for row in both]}


def _names(folders):
    """Folder names, or whole paths where two folders have the same name."""
    names = [Path(folder).resolve().name for folder in folders]
    return [folder if Counter(names)[name] > 1 else name for folder, name in zip(folders, names)]


def _cutoff(text, results):
    """Cycles per scan pixel: what the user says, else what the first of the results that has one used."""
    if text is not None:
        return cutoff.decide(text, results[0].axes, {}).value
    used = [one.record["parameters"].get("cutoff") for one in results]
    return next((one for one in used if one is not None), None)
