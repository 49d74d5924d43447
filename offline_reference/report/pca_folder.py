"""The folder of `dm-nmf pca`: principal components, their rotation, and how much each explains."""
import numpy as np

from offline_reference import figures, files
from offline_reference.numerics.errors import RefusedError

from .html import pca_page
from .record import plain, run_record, to_json
from .words import variance_in_words

FILES = {
    "report.html": "this page: everything at a glance, in one file",
    "scree.png": "variance of each principal component",
    "pca.png": "principal components as one picture",
    "varimax.png": "varimax-rotated components as one picture",
    "pca.npz": "components, variances and rotation as NumPy arrays",
    "result.json": "input, settings, versions and variances, for programs",
}


def write_pca(out, dataset, diffractions, maps, variance_ratio, run, varimax=None, overwrite=False):
    """Write the folder of a PCA, whole or not at all.

    Parameters
    ----------
    out : str or Path
    dataset : files.Dataset
    diffractions : ndarray, shape (n, n_v, n_u)
        Principal components, which may be negative. [-]
    maps : ndarray, shape (n, n_y, n_x)
        Their scores. [counts]
    variance_ratio : ndarray, shape (m,), m >= n
        Parts of the total variance, largest first, also of components that are not shown. [-]
    run : dict
        See `record.result_record`. Where its parameters say ``centred=False``, nothing was subtracted and the ratios
        are parts of the squared counts.
    varimax : pair of ndarray, optional
        Rotated diffractions (n, n_v, n_u) and maps (n, n_y, n_x).
    overwrite : bool
        Replace a folder of results that is there.
    """
    groups = [("PCA", np.asarray(diffractions, float), np.asarray(maps, float))]
    if varimax is not None:
        groups.append(("Varimax", *(np.asarray(images, float) for images in varimax)))
    _refuse_strangers(dataset, groups)
    variance_ratio = np.asarray(variance_ratio, float)
    record = _record(dataset, groups, variance_ratio, run)
    axes = dataset.axes
    with files.whole_folder(out, overwrite) as folder:
        arrays = {"variance_ratio": variance_ratio}
        if varimax is not None:
            arrays.update(varimax_diffractions=groups[1][1], varimax_maps=groups[1][2])
        files.write_factors(folder / "pca.npz", *groups[0][1:], **arrays)
        for name, *images in groups:
            shares = variance_ratio[: len(images[0])] if name == "PCA" else None
            figure = figures.signed_figure(*images, (axes["v"], axes["u"]), (axes["y"], axes["x"]), shares=shares)
            (folder / (name.lower() + ".png")).write_bytes(figures.to_png(figure))
        scree = figures.scree_figure(variance_ratio, len(groups[0][1]), variance_in_words(record))
        (folder / "scree.png").write_bytes(figures.to_png(scree))
        page = pca_page(record, variance_ratio, groups, axes)
        (folder / "report.html").write_text(page, encoding="utf-8", errors="replace")
        (folder / "result.json").write_text(to_json(record), encoding="ascii")


def _record(dataset, groups, variance_ratio, run):
    written = {name: what for name, what in FILES.items() if name != "varimax.png" or len(groups) == 2}
    return plain({
        **run_record(dataset, run),
        "parameters": run.get("parameters", {}),
        "n_components": len(groups[0][1]),
        "variance_ratio": variance_ratio,
        "notes": run.get("notes", []),
        "events": [],
        "warnings": list(dict.fromkeys([*dataset.warnings, *run.get("warnings", [])])),
        "files": written,
    })


def _refuse_strangers(dataset, groups):
    for name, diffractions, maps in groups:
        found = diffractions.shape[1:] + maps.shape[1:]
        if found != tuple(dataset.sizes) or len(diffractions) != len(maps):
            raise RefusedError(
                "{} diffractions of shape {} and maps of shape {} do not belong to data of (n_v, n_u, n_y, n_x) = {}: "
                "hand over the components of this dataset".format(
                    name, diffractions.shape, maps.shape, tuple(dataset.sizes))
            )
