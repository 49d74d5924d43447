"""The folder of `dm-nmf compare`: several factorizations of the same data side by side."""
import numpy as np

from offline_reference import figures, files
from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.metrics import map_correlation, match_components, spot_similarity

from .html import comparison_page
from .record import plain, run_record, to_json

FILES = {
    "report.html": "this page: everything at a glance, in one file",
    "comparison.png": "all methods as one picture, for a talk",
    "result.json": "what was compared, and how alike the components are, for programs",
}

CARRIED_OVER = ("method", "mean_squared_error", "n_iter", "stopped", "seconds")


def write_comparison(out, results, run, overwrite=False):
    """Write the folder of a comparison, whole or not at all.

    Components are matched by their diffractions with those of the reference: the results with the most components,
    the first of them if several have as many.

    Parameters
    ----------
    out : str or Path
    results : list of Results
        At least two, of the same detector and scan: see `read_results`.
    run : dict
        See `record.result_record`; `measures` may hold, under the name of each of the results, a dict of numbers
        (where the truth is known).
    overwrite : bool
        Replace a folder of results that is there.
    """
    results = list(results)
    _refuse_incomparable(results)
    reference = max(results, key=lambda one: len(one.maps))
    matches = [matched(reference, one) for one in results]
    axes = reference.axes
    record = _record(results, reference, matches, run)
    with files.whole_folder(out, overwrite) as folder:
        methods = [
            (one.name, _pick(one.diffractions, match), _pick(one.maps, match)) for one, match in zip(results, matches)
        ]
        figure = figures.comparison_figure(methods, (axes["v"], axes["u"]), (axes["y"], axes["x"]))
        (folder / "comparison.png").write_bytes(figures.to_png(figure))
        page = comparison_page(record, results, matches, axes)
        (folder / "report.html").write_text(page, encoding="utf-8", errors="replace")
        (folder / "result.json").write_text(to_json(record), encoding="ascii")


def matched(reference, other):
    """For each component of the reference the number, from 0, of its counterpart in the other; None if it has none."""
    if other is reference:
        return list(range(len(reference.maps)))
    places = match_components(other.diffractions, reference.diffractions)
    counterpart = dict(zip(map(int, places), range(len(other.maps))))
    return [counterpart.get(k) for k in range(len(reference.maps))]


def _pick(images, match):
    return [None if i is None else images[i] for i in match]


def _record(results, reference, matches, run):
    measures = run.get("measures", {})
    compared = []
    for one, match in zip(results, matches):
        theirs = one.record
        compared.append({
            "name": one.name,
            "path": theirs.get("input", {}).get("path"),
            "n_components": len(one.maps),
            **{key: theirs.get(key) for key in CARRIED_OVER},
            "component_of_reference": [None if i is None else i + 1 for i in match],
            "spot_similarity": _alike(spot_similarity, reference.diffractions, one.diffractions, match),
            "map_correlation": _alike(map_correlation, reference.maps, one.maps, match),
            "measures": measures.get(one.name, {}),
            "events": theirs.get("events", []),
            "warnings": theirs.get("warnings", []),
        })
    warnings = [*run.get("warnings", [])]
    inputs = sorted({one["path"] for one in compared if one["path"]})
    if len(inputs) > 1:
        warnings.append(
            "The results come from {} different files ({}): compare them only if these hold the same data.".format(
                len(inputs), ", ".join(inputs))
        )
    return plain({
        **run_record(None, run),
        "parameters": run.get("parameters", {}),
        "notes": run.get("notes", []),
        "reference": reference.name,
        "compared": compared,
        "events": [],
        "warnings": list(dict.fromkeys(warnings)),
        "files": FILES,
    })


def _alike(measure, reference, other, match):
    """The measure of each component and its counterpart, None where it has none."""
    return [None if i is None else measure(reference[k], other[i]) for k, i in enumerate(match)]


def _refuse_incomparable(results):
    if len(results) < 2:
        raise RefusedError(
            "a comparison needs at least two results folders, and {} was given: name another".format(len(results))
        )
    names = [one.name for one in results]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise RefusedError(
            "two of the results are called '{}', and a reader could not tell them apart: give each a name of its "
            "own".format(twice[0])
        )
    first = results[0]
    for one in results[1:]:
        sizes, theirs = (r.diffractions.shape[1:] + r.maps.shape[1:] for r in (first, one))
        if sizes != theirs:
            raise RefusedError(
                "'{}' has (n_v, n_u, n_y, n_x) = {} and '{}' has {}: only results of the same data can be "
                "compared".format(first.name, sizes, one.name, theirs)
            )
    for one in results:
        if not all(np.isfinite(images).all() for images in (one.diffractions, one.maps)):
            raise RefusedError("'{}' holds values that are not finite: factorize again".format(one.name))
