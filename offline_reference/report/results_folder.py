"""The results folder of a factorization: written whole or not at all, and read back."""
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from offline_reference import figures, files
from offline_reference.numerics.errors import RefusedError

from .evidence import evidence
from .html import results_page
from .record import plain, result_record, to_json

FILES = {
    "report.html": "this page: everything at a glance, in one file",
    "components.png": "the components as one picture, for a talk",
    "diffractions.hspy": "diffractions with calibrated axes, for HyperSpy",
    "maps.hspy": "maps with calibrated axes, for HyperSpy",
    "factors.npz": "diffractions, maps, error history, dark peaks and residuals as NumPy arrays",
    "result.json": "input, settings, versions, errors and events, for programs",
}


@dataclass
class Results:
    """What a results folder holds.

    Attributes
    ----------
    name : str
        How it is called in a comparison.
    diffractions : ndarray, shape (n_k, n_v, n_u)
        Each of sum 1. [-]
    maps : ndarray, shape (n_k, n_y, n_x)
        [counts]
    record : dict
        result.json.
    axes : dict of files.Axis
        Under the keys "v", "u", "y", "x".
    """

    name: str
    diffractions: np.ndarray
    maps: np.ndarray
    record: dict
    axes: dict


def write_results(out, dataset, factors, run, overwrite=False, primitive=None):
    """Write the results folder of one factorization (the files are listed above).

    Parameters
    ----------
    out : str or Path
        The folder; it appears when all is written, and not at all if anything fails.
    dataset : files.Dataset
    factors : numerics.methods.Factors
    run : dict
        See `record.result_record`.
    overwrite : bool
        Replace a folder of results that is there.
    primitive : Results, optional
        Of a run without constraints on the same data: the report sets diffractions and dark peaks against it.

    Raises
    ------
    RefusedError
        If the folder exists, cannot be written, or factors and data do not belong together.
    """
    diffractions, maps = np.asarray(factors.diffractions, float), np.asarray(factors.maps, float)
    _refuse_strangers(dataset, diffractions, maps)
    seen = evidence(dataset, diffractions, maps, {**run.get("parameters", {}), **factors.settings}, primitive)
    record = {**result_record(dataset, factors, run, FILES), "evidence": _in_numbers(seen)}
    with files.whole_folder(out, overwrite) as folder:
        files.write_factors(
            folder / "factors.npz", diffractions, maps, mse_history=np.asarray(factors.mse_history, float),
            **_arrays(seen),
        )
        files.write_signals(folder, diffractions, maps, dataset.axes, dataset.title, dataset.instrument)
        (folder / "components.png").write_bytes(_picture(diffractions, maps, dataset.axes, record["parameters"]))
        page = results_page(record, diffractions, maps, dataset.axes, seen)
        (folder / "report.html").write_text(page, encoding="utf-8", errors="replace")
        (folder / "result.json").write_text(to_json(record), encoding="ascii")


def read_results(folder, name=None):
    """Read a results folder back.

    Parameters
    ----------
    folder : str or Path
    name : str, optional
        How to call it; default the folder's name.

    Returns
    -------
    Results

    Raises
    ------
    RefusedError
        If it is no results folder of a factorization.
    """
    folder = Path(folder)
    try:
        record = json.loads((folder / "result.json").read_text(encoding="ascii"))
        with np.load(folder / "factors.npz", allow_pickle=False) as arrays:
            diffractions, maps = arrays["diffractions"], arrays["maps"]
        axes = {
            key: files.Axis(key, axis["size"], axis["scale"] or 1.0, axis["offset"] or 0.0, axis["units"])
            for key, axis in record["axes"].items()
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RefusedError(
            "'{}' is no results folder ({}: {}): name a folder that dm-nmf factorize wrote, with result.json and "
            "factors.npz in it".format(folder, type(error).__name__, error)
        ) from error
    return Results(name or folder.resolve().name, diffractions, maps, record, axes)


def _arrays(seen):
    """What factors.npz holds of the evidence, if there is any."""
    if seen is None:
        return {}
    arrays = {"dark_peaks": seen.dark_peaks.astype(np.float32)}
    if seen.residual_map is not None:
        arrays.update(residual_diffraction=seen.residual_diffraction, residual_map=seen.residual_map)
    return arrays


def _in_numbers(seen):
    """What result.json says of it: parts of each diffraction, and mean residuals (1 = counting noise)."""
    return None if seen is None else plain({
        "dark_peaks_without_constraint": seen.missing,
        "dark_peaks_with_constraint": seen.still_missing,
        "constraint_was_used": seen.is_constrained,
        "residual_over_noise": None if seen.residual_map is None else seen.residual_map.mean(),
    })


def _picture(diffractions, maps, axes, parameters):
    figure = figures.components_figure(
        diffractions, maps, (axes["v"], axes["u"]), (axes["y"], axes["x"]), centre=parameters.get("centre")
    )
    return figures.to_png(figure)


def _refuse_strangers(dataset, diffractions, maps):
    found = diffractions.shape[1:] + maps.shape[1:]
    if found != tuple(dataset.sizes):
        raise RefusedError(
            "diffractions and maps of (n_v, n_u, n_y, n_x) = {} do not belong to data of {}: hand over the factors of "
            "this dataset".format(found, tuple(dataset.sizes))
        )
    for name, images in (("diffractions", diffractions), ("maps", maps)):
        if not np.isfinite(images).all():
            raise RefusedError(
                "{} values of the {} are not finite, so there is nothing sound to write: factorize again from another "
                "seed, or with fewer components".format(int((~np.isfinite(images)).sum()), name)
            )
