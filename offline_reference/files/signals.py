""".hspy, .zspy and .tiff with calibrated axes, through rosettasciio; HyperSpy opens them as signals."""
import importlib
import warnings
from pathlib import Path

import numpy as np

from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.unfold import sizes_of

from .dataset import Axis
from .via_rsciio import missing_package
from .whole import whole_file

WRITERS = {".hspy": "hspy", ".zspy": "zspy", ".tiff": "tiff", ".tif": "tiff"}


def write_signals(folder, diffractions, maps, axes, title="", instrument=None, formats=("hspy",)):
    """Write `diffractions` and `maps`, one file each and format, into an existing folder.

    Each is a signal with one navigation axis, `component` (counted from 1), and two calibrated signal axes.

    Parameters
    ----------
    folder : str or Path
    diffractions : ndarray, shape (n_k, n_v, n_u)
        Each of sum 1. [-]
    maps : ndarray, shape (n_k, n_y, n_x)
        [counts]
    axes : dict of Axis
        Under the keys "v", "u", "y", "x".
    title : str
        What the data are called.
    instrument : dict, optional
        "voltage_kv", "convergence_mrad", "camera_length_mm" as far as known.
    formats : tuple of str
        Of "hspy", "zspy", "tiff". A .tiff keeps scales and units for ImageJ and DigitalMicrograph.

    Returns
    -------
    list of Path
        The files, in the order they were written.
    """
    component = Axis("component", len(diffractions), 1.0, 1.0)
    written = []
    for ending in formats:
        for name, images, plane, quantity in (
            ("diffractions", diffractions, "vu", "Intensity"), ("maps", maps, "yx", "Counts")):
            path = Path(folder) / "{}.{}".format(name, ending)
            signal = _signal(_for(ending, images), [component, *(axes[key] for key in plane)], 1,
                             "{} of {}".format(name, title) if title else name, instrument, quantity)
            _write(path, signal, overwrite=False)
            written.append(path)
    return written


def write_hspy(path, pixels, order, axes, instrument=None, overwrite=False):
    """Write 4D pixels as a HyperSpy signal (.hspy or .zspy). Parameters as in `write_dm4`.

    HyperSpy stores navigation before signal axes, so "vuyx" pixels are turned: the file is in the order "yxvu".
    """
    sizes_of(pixels, order)
    turned = pixels if order == "yxvu" else pixels.transpose(2, 3, 0, 1)
    signal = _signal(turned, [axes[name] for name in "yxvu"], 2, Path(path).stem, instrument, "Counts")
    _write(Path(path), signal, overwrite)


def _for(ending, images):
    """ImageJ and DigitalMicrograph read .tiff of single precision at most."""
    return np.asarray(images, dtype=np.float32) if ending in ("tiff", "tif") else images


def _signal(data, axes, n_navigation, title, instrument, quantity):
    """rosettasciio's dictionary of a signal, with the keys that HyperSpy itself would give."""
    return {
        "data": np.ascontiguousarray(data),
        "axes": [_axis(axis, size, place < n_navigation) for place, (axis, size) in enumerate(zip(axes, data.shape))],
        "metadata": {
            "General": {"title": title},
            "Signal": {"signal_type": "", "quantity": quantity},
            **_instrument(instrument or {}),
        },
        "original_metadata": {},
        "learning_results": {},
        "attributes": {"_lazy": False, "ragged": False},
        "models": {},
        "package_info": {"package": "", "package_version": ""},
        "tmp_parameters": {},
    }


def _axis(axis, size, navigate):
    return {
        "_type": "UniformDataAxis", "name": axis.name, "units": axis.units, "navigate": navigate, "is_binned": False,
        "size": int(size), "scale": float(axis.scale), "offset": float(axis.offset),
    }


def _instrument(instrument):
    theirs = {"voltage_kv": "beam_energy", "convergence_mrad": "convergence_angle", "camera_length_mm": "camera_length"}
    known = {theirs[name]: float(value) for name, value in instrument.items() if name in theirs}
    return {"Acquisition_instrument": {"TEM": known}} if known else {}


def _write(path, signal, overwrite):
    if path.suffix.lower() not in WRITERS:
        raise RefusedError("'{}' cannot be written as a signal: end its name in one of {}.".format(
            path, ", ".join(WRITERS)))
    try:
        write = importlib.import_module("rsciio." + WRITERS[path.suffix.lower()]).file_writer
    except ImportError as error:
        raise missing_package(path, error) from error
    with whole_file(path, overwrite) as unfinished, warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # zarr 2 announces zarr 3, which rosettasciio does not use yet
        write(str(unfinished), signal)
