"""A record and its arrays -> one HTML page that needs nothing else."""
from pathlib import Path

import jinja2
import numpy as np

from offline_reference import figures

from . import words
from .panels import PAGE_BYTES, as_uri, panel

PAGES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent),
    autoescape=True,  # titles and paths come from files of others
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
PAGES.filters.update(
    number=words.number, setting=words.setting, measure=words.measure, step=words.step_in_words, label=words.label
)


def results_page(record, diffractions, maps, axes):
    """The report of one factorization.

    Parameters
    ----------
    record : dict
        As `record.result_record` makes it.
    diffractions : ndarray, shape (n_k, n_v, n_u)
    maps : ndarray, shape (n_k, n_y, n_x)
    axes : dict of files.Axis

    Returns
    -------
    str
    """
    max_bytes = PAGE_BYTES // (2 * len(maps))
    centre = record["parameters"].get("centre")
    pairs = []
    for k, (diffraction, image) in enumerate(zip(diffractions, maps), 1):
        of_k = "of component {} of {}".format(k, len(maps))
        norm = figures.diffraction_norm(diffraction, "log", centre)
        pairs.append({
            "title": "Component {}".format(k),
            "remark": "{:.1f} %".format(100 * record["shares_of_intensity"][k - 1]),
            "diffraction": _diffraction(diffraction, norm, axes, of_k, max_bytes),
            "map": _map(image, figures.map_norm(image), axes, of_k, max_bytes),
        })
    table = [
        {"share": share, "total": image.sum(), "mean": image.mean(), "highest": image.max()}
        for share, image in zip(record["shares_of_intensity"], maps)
    ]
    curve = figures.error_figure([np.nan if e is None else e for e in record["mse_history"]], record["best_iter"])
    return _render(
        "results.html.j2",
        record=record,
        done=words.what_was_done(record),
        pairs=pairs,
        table=table,
        curve=as_uri(figures.to_png(curve)),
        curve_words=words.error_in_words(record),
    )


def pca_page(record, variance_ratio, groups, axes):
    """The report of a PCA.

    ``groups`` is a list of (name, diffractions, maps): the principal components, then perhaps their rotation.
    """
    n_images = sum(2 * len(maps) for _, _, maps in groups)
    max_bytes = PAGE_BYTES // n_images
    variance = words.variance_in_words(record)
    sections = []
    for name, diffractions, maps in groups:
        pairs = []
        for k, (diffraction, image) in enumerate(zip(diffractions, maps), 1):
            of_k = "of {} component {}".format(name, k)
            pairs.append({
                "title": "{} {}".format(name, k),
                "remark": "{:.2g} % of the {}".format(100 * variance_ratio[k - 1], variance) if name == "PCA" else "",
                "diffraction": panel(
                    diffraction, figures.signed_diffraction_norm(diffraction), figures.SIGNED_COLOURS,
                    (axes["v"], axes["u"]), "Diffraction " + of_k, max_bytes),
                "map": panel(
                    image, figures.signed_map_norm(image), figures.SIGNED_COLOURS,
                    (axes["y"], axes["x"]), "Map " + of_k, max_bytes),
            })
        negative = [_negative(diffraction, image) for diffraction, image in zip(diffractions, maps)]
        sections.append({"name": name, "pairs": pairs, "negative": negative})
    scree = figures.scree_figure(variance_ratio, record["n_components"], variance)
    return _render(
        "pca.html.j2", record=record, variance=variance, sections=sections, scree=as_uri(figures.to_png(scree))
    )


def clusters_page(record, clusters, axes, picture, with_maps):
    """The report of a clustering.

    Parameters
    ----------
    record : dict
        As `clusters_folder` makes it.
    clusters : numerics.clusters.Clusters
    axes : dict of files.Axis
    picture : bytes
        PNG of dendrogram and clusters.
    with_maps : bool
        False for a stack of images, whose maps have one pixel.
    """
    max_bytes = (PAGE_BYTES - min(len(picture), PAGE_BYTES // 2)) // (2 * len(clusters.maps))
    pairs = []
    for k, (diffraction, image) in enumerate(zip(clusters.diffractions, clusters.maps), 1):
        of_k = "of cluster {} of {}".format(k, len(clusters.maps))
        norm = figures.diffraction_norm(diffraction, "log", record["parameters"]["centre"],
                                        record["parameters"]["inner_radius"])
        pairs.append({
            "title": "Cluster {}".format(k),
            "remark": "{:.1f} %".format(100 * record["shares_of_intensity"][k - 1]),
            "diffraction": _diffraction(diffraction, norm, axes, of_k, max_bytes),
            "map": _map(image, figures.map_norm(image), axes, of_k, max_bytes) if with_maps else None,
        })
    return _render("clusters.html.j2", record=record, pairs=pairs, picture=as_uri(picture), with_maps=with_maps)


def components_page(record, curves, left_over):
    """The report on the number of components; ``curves`` and ``left_over`` (or None) are bytes of PNGs."""
    return _render("components.html.j2", record=record, curves=as_uri(curves),
                   left_over=None if left_over is None else as_uri(left_over))


def comparison_page(record, results, matches, axes):
    """The report of a comparison.

    ``matches[i][k]`` says which component of results[i] is component k of the reference, or is None.
    """
    max_bytes = PAGE_BYTES // sum(2 * len(one.maps) for one in results)
    rows = []
    for k in range(max(map(len, matches))):
        of_k = [(one, match[k]) for one, match in zip(results, matches)]
        found = [(one, i) for one, i in of_k if i is not None]
        diffraction_norm = figures.diffraction_norm(np.stack([one.diffractions[i] for one, i in found]))
        map_norm = figures.map_norm(np.stack([one.maps[i] for one, i in found]))
        rows.append([_compared(k, one, i, diffraction_norm, map_norm, axes, max_bytes) for one, i in of_k])
    return _render("comparison.html.j2", record=record, rows=rows)


def _compared(k, one, i, diffraction_norm, map_norm, axes, max_bytes):
    """Component k of the reference as one of the results has it, its number i."""
    if i is None:
        return {"title": one.name, "remark": "", "diffraction": None, "map": None}
    of_k = "of component {} by {}".format(k + 1, one.name)
    return {
        "title": one.name,
        "remark": "its number {}".format(i + 1),
        "diffraction": _diffraction(one.diffractions[i], diffraction_norm, axes, of_k, max_bytes),
        "map": _map(one.maps[i], map_norm, axes, of_k, max_bytes),
    }


def _diffraction(image, norm, axes, of_what, max_bytes):
    return panel(
        image, norm, figures.DIFFRACTION_COLOURS, (axes["v"], axes["u"]), "Diffraction " + of_what, max_bytes)


def _map(image, norm, axes, of_what, max_bytes):
    return panel(image, norm, figures.MAP_COLOURS, (axes["y"], axes["x"]), "Map " + of_what, max_bytes)


def _negative(diffraction, image):
    """Parts of diffraction and map pixels that are below zero."""
    return {"diffraction": float((diffraction < 0).mean()), "map": float((image < 0).mean())}


def _render(template, **values):
    style = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
    return PAGES.get_template(template).render(style=style, **values)
