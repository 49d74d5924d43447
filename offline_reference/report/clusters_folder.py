"""The folder of `dm-nmf cluster`: dendrogram, and diffraction, map and orientation of each cluster."""
import numpy as np

from offline_reference import figures, files

from .html import clusters_page
from .record import plain, run_record, to_json
from .tree import integrated, tree_of

PICTURE_BYTES = 700_000  # of the page's 2 MB of PNGs
FULL_DPI, LEAST_DPI = 200, 40

FILES = {
    "report.html": "this page: everything at a glance, in one file",
    "clusters.png": "dendrogram, integrated diffractions, maps and orientations as one picture, for a talk",
    "diffractions.hspy": "integrated diffractions with calibrated axes, for HyperSpy",
    "maps.hspy": "summed maps with calibrated axes, for HyperSpy",
    "clusters.npz": "integrated diffractions and maps, labels, angles, similarities and tree as NumPy arrays",
    "result.json": "clusters, angles, tree and settings, for programs",
}


def write_clusters(out, found, diffractions, maps, axes, run, source, overwrite=False):
    """Write the folder of a clustering, whole or not at all.

    Parameters
    ----------
    out : str or Path
    found : clustering.Clustering
    diffractions, maps : ndarray, shapes (n, n_v, n_u) and (n, n_y, n_x)
        What was clustered.
    axes : dict of files.Axis
        Under the keys "v", "u", "y", "x".
    run : dict
        See `record.result_record`.
    source : dict
        "path" and "title" of what was clustered, "instrument" where known.
    overwrite : bool
        Replace a folder of results that is there.
    """
    with_maps = maps[0].size > 1  # a stack of images has none
    record = _record(found, maps, axes, run, source)
    record["files"] = {name: what for name, what in FILES.items() if with_maps or name != "maps.hspy"}
    drawing = figure(found, diffractions, maps, axes)
    picture = figures.to_png(drawing)
    with files.whole_folder(out, overwrite) as folder:
        clusters = found.clusters
        files.write_signals(folder, clusters.diffractions, clusters.maps, axes, source.get("title", ""),
                            source.get("instrument"))
        if not with_maps:
            (folder / "maps.hspy").unlink()
        files.write_factors(folder / "clusters.npz", clusters.diffractions, clusters.maps, labels=found.labels,
                            angles=clusters.angles, mirrored=clusters.mirrored, tree=found.tree,
                            similarity=found.similarity.values, turns=found.similarity.angles)
        (folder / "clusters.png").write_bytes(picture)
        page = clusters_page(record, clusters, axes, _small(drawing, picture), with_maps,
                             _explained(found, diffractions, maps))
        (folder / "report.html").write_text(page, encoding="utf-8", errors="replace")
        (folder / "result.json").write_text(to_json(record), encoding="ascii")


def figure(found, diffractions, maps, axes, title=""):
    """The picture of a clustering; clusters of one member, and round ones, have no orientation map."""
    from offline_reference import clustering  # here, so that reports of factorizations do not need SciPy

    orientations = []
    for number, (members, fold) in enumerate(zip(found.clusters.members, found.symmetry)):
        shown = fold > 0 and len(members) > 1 and maps[0].size > 1
        angles = clustering.orientation_map(found, maps, number)[0] if shown else None
        orientations.append((angles, 360.0 / fold) if shown else None)
    return figures.clusters_figure(
        (*clustering.dendrogram(found), found.height), found.labels, diffractions, found.clusters.diffractions,
        found.clusters.maps, orientations, (axes["v"], axes["u"]), (axes["y"], axes["x"]),
        centre=found.settings["centre"], central_radius=found.settings["inner_radius"], title=title)


def _small(drawing, png):
    """The picture for the page: coarser where noise makes its PNG too large, because that does not compress."""
    dpi = FULL_DPI
    while len(png) > PICTURE_BYTES and dpi > LEAST_DPI:
        dpi = max(LEAST_DPI, 0.9 * dpi * (PICTURE_BYTES / len(png)) ** 0.5)
        png = figures.to_png(drawing, dpi)
    return png


def _explained(found, diffractions, maps):
    """The tree, and the integrated diffraction and map of each of its nodes."""
    from offline_reference import clustering  # see above

    tree = tree_of(found, clustering.dendrogram(found)[0])
    return tree, [integrated(found, node, np.asarray(diffractions), np.asarray(maps)) for node in tree.nodes]


def _record(found, maps, axes, run, source):
    about = {
        **run_record(None, run),
        "input": {"path": str(source["path"]), "title": source.get("title", ""),
                  "instrument": source.get("instrument", {})},
        "axes": {key: {"size": axes[key].size, "scale": axes[key].scale, "offset": axes[key].offset,
                       "units": axes[key].units} for key in "vuyx"},
        "parameters": {**run.get("parameters", {}), **found.settings},
        "n_components": len(found.labels),
        "reason": found.reason,
        "height": found.height,
        "clusters": [_cluster(found, number) for number in range(found.n_clusters)],
        "components": [_component(found, maps, k) for k in range(len(found.labels))],
        "shares_of_intensity": figures.shares_of_intensity(found.clusters.maps),
        "tree": found.tree.tolist(),
        "similarity": found.similarity.values.tolist(),
        "notes": run.get("notes", []),
        "events": [],
        "warnings": list(dict.fromkeys(run.get("warnings", []))),
    }
    return plain(about)


def _cluster(found, number):
    """What a table says of one cluster; components are counted from 1."""
    members, fold = found.clusters.members[number], int(found.symmetry[number])
    values = found.similarity.values[np.ix_(members, members)][np.triu_indices(len(members), 1)]
    return {"components": members + 1, "reference": int(found.clusters.references[number]) + 1, "symmetry": fold,
            "least_similarity": values.min() if values.size else None,
            "total": found.clusters.maps[number].sum()}


def _component(found, maps, k):
    """What a table says of one component."""
    reference = found.clusters.references[found.labels[k]]
    return {"cluster": int(found.labels[k]) + 1, "angle": found.orientations()[k],
            "mirrored": bool(found.clusters.mirrored[k]),
            "similarity_to_reference": found.similarity.values[reference, k],
            "total": np.asarray(maps[k]).sum()}
