"""result.json: what was done and what came out, as plain values in strict JSON."""
import json
import math
import numbers
import platform
from datetime import date
from importlib import metadata

import numpy as np

from offline_reference import __version__
from offline_reference.figures import shares_of_intensity

LARGEST_LIST = 10000  # numbers; a mask of a detector is described, not listed
RUN_KEYS = ("command", "method", "started", "seconds", "seed")


def result_record(dataset, factors, run, files):
    """The record of one factorization.

    Parameters
    ----------
    dataset : files.Dataset
    factors : numerics.methods.Factors
    run : dict
        command, method, parameters, seed, versions, seconds, started (ISO), warnings; optionally `notes` (sentences
        on how settings were chosen) and `measures` (name -> number, where the truth is known).
    files : dict
        Name of each file of the folder -> what it holds.

    Returns
    -------
    dict
        Strings, finite numbers, booleans, None, lists and dicts: see `plain`.
    """
    record = {
        **run_record(dataset, run),
        "parameters": {**run.get("parameters", {}), **factors.settings},
        "n_components": len(factors.maps),
        "mean_squared_error": factors.mean_squared_error,
        "n_iter": factors.n_iter,
        "best_iter": factors.best_iter,
        "stopped": factors.stopped,
        "shares_of_intensity": shares_of_intensity(factors.maps),
        "measures": run.get("measures", {}),
        "notes": run.get("notes", []),
        "events": factors.events,
        "warnings": _once([*dataset.warnings, *run.get("warnings", [])], but_not=factors.events),
        "files": files,
        "mse_history": factors.mse_history,
    }
    return plain(record)


def run_record(dataset, run):
    """What every folder records: program, command, time, input and axes. Not plain yet."""
    record = {"made_by": "dm-nmf " + __version__, **{key: run.get(key) for key in RUN_KEYS}}
    record["versions"] = {**versions(), **run.get("versions", {})}
    if dataset is not None:
        record["input"] = {
            "path": str(dataset.path),
            "title": dataset.title,
            "shape": dataset.pixels.shape,
            "dtype": str(dataset.pixels.dtype),
            "order": dataset.order,
            "order_reason": dataset.order_reason,
            "instrument": dataset.instrument,
        }
        record["axes"] = {
            key: {"size": axis.size, "scale": axis.scale, "offset": axis.offset, "units": axis.units}
            for key, axis in ((key, dataset.axes[key]) for key in "vuyx")
        }
    return record


def versions():
    """What the numbers and pictures depend on, with versions."""
    found = {"dm-nmf": __version__, "python": platform.python_version()}
    found["system"] = "{} {}".format(platform.system(), platform.machine())
    for package in ("numpy", "scipy", "rosettasciio", "matplotlib"):
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def plain(value):
    """Anything that a record may hold -> what strict JSON can say; not-a-number and infinity become None."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist()) if value.size <= LARGEST_LIST and value.ndim < 2 else _described(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        return float(value) if math.isfinite(value) else None
    return value.isoformat() if isinstance(value, date) else str(value)


def to_json(record):
    """Text of a JSON file: plain ASCII, whatever a title holds, so that no program misreads its encoding."""
    return json.dumps(plain(record), indent=2, ensure_ascii=True, allow_nan=False) + "\n"


def _described(array):
    sizes = " x ".join(map(str, array.shape))
    if array.dtype == bool:
        return "{} true of {}".format(int(array.sum()), sizes)
    return "array of {} {}".format(sizes, array.dtype)


def _once(sentences, but_not=()):
    """Without repetitions, in order."""
    return [one for one in dict.fromkeys(sentences) if one not in but_not]
