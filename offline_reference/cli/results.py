"""The results folder of a factorization, also where the packages for its pictures are missing."""
import json
from importlib.util import find_spec

NEEDED = {"matplotlib": "matplotlib", "jinja2": "jinja2", "rsciio": "rosettasciio", "h5py": "h5py"}


def without_pictures():
    """A sentence, in a list, if the folder will hold factors.npz and result.json alone; said before the work."""
    missing = _missing()
    if not missing:
        return []
    return ["the folder holds factors.npz and result.json alone, because {} is not installed; for the report, the "
            "pictures and the .hspy files: pip install {}".format(", ".join(missing), " ".join(missing))]


def write(out, dataset, factors, record, overwrite=False):
    """Write the results folder: all of it, or the numbers alone where a package for the rest is missing."""
    if not _missing():
        from offline_reference.report import write_results

        write_results(out, dataset, factors, record, overwrite=overwrite)
    else:
        record["warnings"] += without_pictures()
        write_numbers(out, dataset, factors, record, overwrite)


def write_numbers(out, dataset, factors, record, overwrite=False):
    """Write factors.npz and result.json, which need nothing but NumPy."""
    from offline_reference import files

    axes = {name: {"size": axis.size, "scale": axis.scale, "offset": axis.offset, "units": axis.units}
            for name, axis in dataset.axes.items()}
    whole = {
        **record,
        "parameters": {**record["parameters"], **factors.settings},
        "input": {"path": str(dataset.path), "order": dataset.order, "order_reason": dataset.order_reason},
        "axes": axes,
        "mean_squared_error": factors.mean_squared_error,
        "n_iter": factors.n_iter,
        "best_iter": factors.best_iter,
        "stopped": factors.stopped,
        "events": list(factors.events),
        "warnings": [*dataset.warnings, *record["warnings"]],
        "mse_history": [float(error) for error in factors.mse_history],
    }
    with files.whole_folder(out, overwrite) as folder:
        files.write_factors(folder / "factors.npz", factors.diffractions, factors.maps,
                            mse_history=factors.mse_history)
        (folder / "result.json").write_text(json.dumps(whole, indent=2, default=str) + "\n", encoding="ascii")


def _missing():
    return [pip for module, pip in NEEDED.items() if find_spec(module) is None]
