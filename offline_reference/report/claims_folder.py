"""The folder of `dm-nmf reproduce`: the paper's claims with our figures, numbers and verdicts."""
from offline_reference import figures, files

from .clusters_folder import figure as clusters_figure
from .html import claims_page
from .record import plain, run_record, to_json

FILES = {
    "report.html": "this page: every claim with its figure, numbers and verdict, in one file",
    "result.json": "all numbers of all datasets, for programs",
}
UNCALIBRATED = dict.fromkeys("vuyx")
IMAGES_DPI = 110  # many panels on one page, which has to stay small


def write_claims(out, claims, run, overwrite=False):
    """Write the folder of a reproduction, whole or not at all.

    Parameters
    ----------
    out : str or Path
    claims : sequence of claims.claim.Claim
    run : dict
        See `record.result_record`; its parameters hold "seeds".
    overwrite : bool
        Replace a folder of results that is there.
    """
    pictures = [_pictures(claim) for claim in claims]
    names = {name: words for found in pictures for name, _, words in found}
    record = plain({
        **run_record(None, run),
        "parameters": run.get("parameters", {}),
        "claims": [_told(claim) for claim in claims],
        "notes": run.get("notes", []),
        "events": [],
        "warnings": run.get("warnings", []),
        "files": {**FILES, **names},
    })
    with files.whole_folder(out, overwrite) as folder:
        for found in pictures:
            for name, png, _ in found:
                (folder / name).write_bytes(png)
        page = claims_page(record, pictures)
        (folder / "report.html").write_text(page, encoding="utf-8", errors="replace")
        (folder / "result.json").write_text(to_json(record), encoding="ascii")


def _told(claim):
    header, rows = claim.table
    return {"key": claim.key, "source": claim.source, "says": claim.says, "conditions": claim.conditions,
            "verdict": claim.verdict, "sentence": claim.sentence, "header": header, "rows": rows,
            "seeds": claim.per_seed}


def _pictures(claim):
    """(file name, PNG, caption) of each figure of a claim."""
    found = []
    if claim.strips:
        found.append((claim.key + "-numbers.png", figures.to_png(figures.strips_figure(claim.strips, claim.limits)),
                      "One dot for each dataset; the black line is their median{}.".format(
                          ", the dotted line the limit above which it counts as seen" if claim.limits else "")))
    if claim.curves:
        curves = claim.curves
        figure = figures.spread_figure(curves["x"], curves["lines"], curves["xlabel"], curves["ylabel"],
                                       curves["marked"], curves["logarithmic"])
        found.append((claim.key + "-curves.png", figures.to_png(figure),
                      "Line: median of the datasets; band: smallest to largest{}.".format(
                          "" if curves["marked"] is None else "; dotted: the true number of components")))
    if claim.images:
        found.append((claim.key + "-images.png", figures.to_png(_images(claim), IMAGES_DPI),
                      "Diffractions and maps of the first dataset."))
    if claim.clustering is not None:
        found.append((claim.key + "-clusters.png", figures.to_png(clusters_figure(*claim.clustering, UNCALIBRATED),
                                                                  IMAGES_DPI),
                      "Dendrogram, integrated diffractions, maps and orientations of the first dataset."))
    return found


def _images(claim):
    if not claim.signed:
        return figures.comparison_figure(claim.images, centre=claim.centre, central_radius=claim.central_radius)
    return figures.signed_comparison_figure(claim.images)
