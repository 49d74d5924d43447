"""The folder of `dm-nmf components`: what speaks for one number of components or another."""
import numpy as np

from offline_reference import figures, files

from .html import components_page
from .record import plain, run_record, to_json

FILES = {
    "report.html": "this page: everything at a glance, in one file",
    "numbers.png": "errors, noise, stability and artefacts against the number of components, for a talk",
    "residuals.png": "where more than counting noise is left over",
    "components.npz": "all numbers, and the residuals, as NumPy arrays",
    "result.json": "all numbers, the suggestion and its reason, for programs",
}


def write_components(out, dataset, study, run, overwrite=False):
    """Write the folder of a study of the number of components, whole or not at all.

    Parameters
    ----------
    out : str or Path
    dataset : files.Dataset
    study : object
        curve (numerics.components.Curve); suggested, reason; errors, stability and artefacts (dicts of values for each
        number of components); residuals (n_k, diffraction, map) or None.
    run : dict
        See `record.result_record`.
    overwrite : bool
        Replace a folder of results that is there.
    """
    record = _record(dataset, study, run)
    axes = dataset.axes
    curves = figures.to_png(figures.numbers_figure(
        study.curve.numbers, study.errors, study.curve.strengths, study.suggested, study.stability, study.artefacts))
    left_over = None
    if study.residuals is not None:
        left_over = figures.to_png(figures.residuals_figure(
            *study.residuals[1:], (axes["v"], axes["u"]), (axes["y"], axes["x"]),
            title="What {} component{} over".format(
                study.residuals[0], " leaves" if study.residuals[0] == 1 else "s leave")))
    with files.whole_folder(out, overwrite) as folder:
        (folder / "numbers.png").write_bytes(curves)
        if left_over is not None:
            (folder / "residuals.png").write_bytes(left_over)
        np.savez_compressed(folder / "components.npz", **_arrays(study))
        page = components_page(record, curves, left_over)
        (folder / "report.html").write_text(page, encoding="utf-8", errors="replace")
        (folder / "result.json").write_text(to_json(record), encoding="ascii")


def _arrays(study):
    arrays = {"numbers": study.curve.numbers, "strengths": study.curve.strengths}
    arrays.update({"mse_" + method: values for method, values in study.errors.items()})
    arrays.update({words.split(" (")[0].replace(" ", "_"): values for words, values in study.stability.items()})
    for measure, methods in study.artefacts.items():
        arrays.update({"{}_{}".format(measure.replace(" ", "_"), method): values for method, values in methods.items()})
    if study.residuals is not None:
        arrays.update(residual_diffraction=study.residuals[1], residual_map=study.residuals[2])
    return arrays


def _record(dataset, study, run):
    written = {name: what for name, what in FILES.items() if name != "residuals.png" or study.residuals is not None}
    return plain({
        **run_record(dataset, run),
        "parameters": run.get("parameters", {}),
        "suggested": study.suggested,
        "reason": study.reason,
        "numbers": study.curve.numbers,
        "errors": study.errors,
        "strengths": study.curve.strengths,
        "noise_level": study.curve.noise_level,
        "stability": study.stability,
        "artefacts": study.artefacts,
        "residuals_of": None if study.residuals is None else study.residuals[0],
        "stopped": study.curve.stopped,
        "notes": run.get("notes", []),
        "events": [],
        "warnings": list(dict.fromkeys([*dataset.warnings, *run.get("warnings", [])])),
        "files": written,
    })
