"""A record and its arrays -> one HTML page that needs nothing else."""
import base64
import hashlib
from pathlib import Path

import jinja2
import numpy as np

from offline_reference import figures

from . import words
from .panels import PAGE_BYTES, Wanted, as_uri, colour_tables, drawn, second_units

MOST_BEFORE_AFTER = 4  # components that are shown without and with the constraint
WORTH_SHOWING = 0.01  # part of a diffraction below its rings; noise alone gives some 0.005

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


def results_page(record, diffractions, maps, axes, seen=None):
    """The report of one factorization.

    Parameters
    ----------
    record : dict
        As `record.result_record` makes it.
    diffractions : ndarray, shape (n_k, n_v, n_u)
    maps : ndarray, shape (n_k, n_y, n_x)
    axes : dict of files.Axis
    seen : evidence.Evidence, optional
        Dark peaks and residuals.

    Returns
    -------
    str
    """
    look = _Look(axes, record["input"]["instrument"].get("voltage_kv"), record["parameters"].get("centre"))
    pairs = []
    for k, (diffraction, image) in enumerate(zip(diffractions, maps), 1):
        of_k = "of component {} of {}".format(k, len(maps))
        pairs.append({
            "title": "Component {}".format(k),
            "remark": "{:.1f} %".format(100 * record["shares_of_intensity"][k - 1]),
            "diffraction": look.diffraction(diffraction, of_k),
            "map": look.map(image, of_k),
        })
    triples = [] if seen is None else [_without_and_with(look, seen, k) for k in _most_filled(seen)]
    residuals = [] if seen is None or seen.residual_map is None else [
        {"title": "Residuals", "remark": "1 is counting noise", "diffraction": look.residual(
            seen.residual_diffraction, "vu"), "map": look.residual(seen.residual_map, "yx")}]
    groups = drawn(pairs + triples + residuals)
    curve = figures.error_figure([np.nan if e is None else e for e in record["mse_history"]], record["best_iter"])
    return _render(
        "results.html.j2", look,
        shared=look.shared_limits(diffractions, maps),
        record=record,
        done=words.what_was_done(record),
        pairs=groups[:len(pairs)],
        triples=groups[len(pairs):len(pairs) + len(triples)],
        residuals=groups[len(pairs) + len(triples):],
        table=_table(record, maps, seen),
        seen=seen,
        curve=as_uri(figures.to_png(curve)),
        curve_words=words.error_in_words(record),
    )


def pca_page(record, variance_ratio, groups, axes):
    """The report of a PCA.

    ``groups`` is a list of (name, diffractions, maps): the principal components, then perhaps their rotation.
    """
    look = _Look(axes, record["input"]["instrument"].get("voltage_kv"))
    variance = words.variance_in_words(record)
    pairs, sections = [], []
    for name, diffractions, maps in groups:
        for k, (diffraction, image) in enumerate(zip(diffractions, maps), 1):
            of_k = "of {} component {}".format(name, k)
            pairs.append({
                "title": "{} {}".format(name, k),
                "remark": "{:.2g} % of the {}".format(100 * variance_ratio[k - 1], variance) if name == "PCA" else "",
                "diffraction": look.fixed(diffraction, figures.signed_diffraction_norm(diffraction), "vu",
                                          "Diffraction " + of_k),
                "map": look.fixed(image, figures.signed_map_norm(image), "yx", "Map " + of_k),
            })
        negative = [_negative(diffraction, image) for diffraction, image in zip(diffractions, maps)]
        sections.append({"name": name, "negative": negative})
    panels = iter(drawn(pairs))
    for section in sections:
        section["pairs"] = [next(panels) for _ in section["negative"]]
    scree = figures.scree_figure(variance_ratio, record["n_components"], variance)
    return _render("pca.html.j2", look, record=record, variance=variance, sections=sections,
                   scree=as_uri(figures.to_png(scree)))


def clusters_page(record, clusters, axes, picture, with_maps, explained):
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
    explained : (tree.Tree, list)
        The tree, and (diffraction, map) of each of its nodes.
    """
    look = _Look(axes, record["input"]["instrument"].get("voltage_kv"), record["parameters"]["centre"],
                 record["parameters"]["inner_radius"])
    pairs = []
    for k, (diffraction, image) in enumerate(zip(clusters.diffractions, clusters.maps), 1):
        of_k = "of cluster {} of {}".format(k, len(clusters.maps))
        pairs.append({
            "title": "Cluster {}".format(k),
            "remark": "{:.1f} %".format(100 * record["shares_of_intensity"][k - 1]),
            "diffraction": look.diffraction(diffraction, of_k),
            "map": look.map(image, of_k) if with_maps else None,
        })
    tree, wholes = explained
    pairs += [{
        "title": node.words,
        "remark": "cluster {}".format(node.label + 1) if node.label >= 0 else "above the cut",
        "diffraction": look.diffraction(diffraction, "of " + node.words.lower()),
        "map": look.map(image, "of " + node.words.lower()) if with_maps else None,
    } for node, (diffraction, image) in zip(tree.nodes, wholes)]
    pairs = drawn(pairs, PAGE_BYTES - min(len(picture), PAGE_BYTES // 2))
    shared = look.shared_limits(clusters.diffractions, clusters.maps)
    n = len(clusters.maps)
    return _render("clusters.html.j2", look, shared, record=record, pairs=pairs[:n], tree=tree, nodes=pairs[n:],
                   picture=as_uri(picture), with_maps=with_maps)


def components_page(record, curves, left_over):
    """The report on the number of components; ``curves`` and ``left_over`` (or None) are bytes of PNGs."""
    return _render("components.html.j2", record=record, curves=as_uri(curves),
                   left_over=None if left_over is None else as_uri(left_over))


def claims_page(record, pictures):
    """The paper's claims; ``pictures`` has a list of (file name, PNG, caption) for each."""
    kinds = {"numbers": "curve", "curves": "curve"}
    shown = [[{"kind": kinds.get(name.rsplit("-", 1)[1].split(".")[0], "whole"), "png": as_uri(png), "caption": caption}
              for name, png, caption in of_claim] for of_claim in pictures]
    return _render("claims.html.j2", record=record, pictures=shown)


def comparison_page(record, results, matches, axes):
    """The report of a comparison.

    ``matches[i][k]`` says which component of results[i] is component k of the reference, or is None.
    """
    look = _Look(axes, results[0].record.get("input", {}).get("instrument", {}).get("voltage_kv"))
    pairs = []
    for k in range(max(map(len, matches))):
        of_k = [(one, match[k]) for one, match in zip(results, matches)]
        found = [(one, i) for one, i in of_k if i is not None]
        norms = (figures.diffraction_norm(np.stack([one.diffractions[i] for one, i in found])),
                 figures.map_norm(np.stack([one.maps[i] for one, i in found])))
        pairs += [_compared(look, k, one, i, *norms) for one, i in of_k]
    pairs = drawn(pairs)
    rows = [pairs[start:start + len(results)] for start in range(0, len(pairs), len(results))]
    shared = look.shared_limits(np.concatenate([one.diffractions for one in results]),
                                np.concatenate([one.maps for one in results]))
    return _render("comparison.html.j2", look, shared, record=record, rows=rows)


class _Look:
    """How images of one dataset are shown: calibration and contrast."""

    def __init__(self, axes, voltage_kv=None, centre=None, central_radius=None):
        self.axes, self.voltage_kv = axes, voltage_kv if isinstance(voltage_kv, (int, float)) else None
        self.centre, self.central_radius = centre, central_radius

    def diffraction(self, image, of_what, norm=None):
        norm = self.diffraction_norm(image) if norm is None else norm
        return Wanted(image, norm, figures.DIFFRACTION_COLOURS, self.axes, "vu", "Diffraction " + of_what,
                      "diffraction", "part of the total", self.voltage_kv)

    def map(self, image, of_what, norm=None):
        norm = figures.map_norm(image) if norm is None else norm
        return Wanted(image, norm, figures.MAP_COLOURS, self.axes, "yx", "Map " + of_what, "map", "counts")

    def fixed(self, image, norm, keys, words_, what="value", colours=figures.SIGNED_COLOURS):
        """With a contrast of its own that the reader does not change."""
        return Wanted(image, norm, colours, self.axes, keys, words_, what=what, voltage_kv=self.voltage_kv)

    def residual(self, image, keys):
        words_ = "Squared residuals over expected counts, on the " + {"vu": "detector", "yx": "scan"}[keys]
        return self.fixed(image, figures.residual_norm(image), keys, words_, "over noise")

    def diffraction_norm(self, images):
        return figures.diffraction_norm(images, "log", self.centre, self.central_radius)

    def shared_limits(self, diffractions, maps):
        """For the switch that gives all images of a kind the same limits."""
        norms = {"diffraction": self.diffraction_norm(diffractions), "map": figures.map_norm(maps)}
        return {kind: (float(norm.vmin), float(norm.vmax)) for kind, norm in norms.items()}

    def for_script(self, shared):
        """What page.js must know."""
        axes = {key: {"scale": axis.scale if axis.units else 1, "offset": axis.offset if axis.units else 0,
                      "units": figures.readable_units(axis.units) if axis.units else "px",
                      "is_reciprocal": axis.units.startswith("1/")}
                for key, axis in ((key, self.axes[key]) for key in "vuyx")}
        second = second_units(self.axes["u"].units, self.voltage_kv)
        return {
            "axes": axes,
            "second": second and {"factor": second[0], "units": figures.readable_units(second[1])},
            "centre": self._centre(),
            "colours": {name: table for name, (_, table) in colour_tables().items()},
            "own_colours": {"diffraction": figures.DIFFRACTION_COLOURS, "map": figures.MAP_COLOURS},
            "shared": shared,
        }

    def _centre(self):
        """v, u of the direct beam [pixel]: as the run knows it, or the origin of the detector's axes; else None."""
        if self.centre is not None:
            return [float(c) for c in self.centre]
        origin = [-self.axes[key].offset / self.axes[key].scale for key in "vu"]
        inside = all(0 < place < self.axes[key].size - 1 for place, key in zip(origin, "vu"))
        return origin if inside and self.axes["v"].units and self.axes["u"].units else None


def _most_filled(seen):
    """Numbers, from 0, of the components with most dark peaks, in order."""
    worst = np.argsort(-seen.missing)[:MOST_BEFORE_AFTER]
    return sorted(int(k) for k in worst if seen.missing[k] > WORTH_SHOWING)


def _without_and_with(look, seen, k):
    """Three images of component k: without the constraint and with it, on one scale, and the dark peaks."""
    norm, dark = look.diffraction_norm(seen.filled[k]), seen.dark_peaks[k]
    return {
        "title": "Component {}".format(k + 1),
        "remark": "{:.1f} % missing".format(100 * seen.missing[k]),
        "without": look.diffraction(seen.without[k], "of component {} without the constraint".format(k + 1), norm),
        "filled": look.diffraction(seen.filled[k], "of component {} with the constraint".format(k + 1), norm),
        "dark": look.fixed(dark, figures.map_norm(dark), "vu",
                           "Dark peaks of component {} without the constraint".format(k + 1), "part of the total",
                           figures.DIFFRACTION_COLOURS),
    }


def _table(record, maps, seen):
    """A row of numbers for each component."""
    return [
        {"share": share, "total": image.sum(), "mean": image.mean(), "highest": image.max(),
         "missing": None if seen is None else seen.missing[k], "left": None if seen is None else seen.still_missing[k]}
        for k, (share, image) in enumerate(zip(record["shares_of_intensity"], maps))
    ]


def _compared(look, k, one, i, diffraction_norm, map_norm):
    """Component k of the reference as one of the results has it, its number i."""
    if i is None:
        return {"title": one.name, "remark": "", "diffraction": None, "map": None}
    of_k = "of component {} by {}".format(k + 1, one.name)
    return {
        "title": one.name,
        "remark": "its number {}".format(i + 1),
        "diffraction": look.diffraction(one.diffractions[i], of_k, diffraction_norm),
        "map": look.map(one.maps[i], of_k, map_norm),
    }


def _negative(diffraction, image):
    """Parts of diffraction and map pixels that are below zero."""
    return {"diffraction": float((diffraction < 0).mean()), "map": float((image < 0).mean())}


def _render(template, look=None, shared=None, **values):
    """The page; with a _Look, its images come with the script, which runs because its hash is in the page's policy."""
    here = Path(__file__).parent
    script = (here / "page.js").read_text(encoding="utf-8") if look else ""
    return PAGES.get_template(template).render(
        style=(here / "page.css").read_text(encoding="utf-8"),
        script=script,
        script_hash="sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii"),
        for_script=look.for_script(shared) if look else None,
        colours={name: words_ for name, (words_, _) in colour_tables().items()},
        **values,
    )
