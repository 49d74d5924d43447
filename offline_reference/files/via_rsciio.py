"""Every other format, through rosettasciio, looked at before it is read.

rosettasciio opens a file lazily, so that shapes, types and tags are known before a
pixel is read; then the chosen image is read in the file's own type, once. Pixels
of a DM file are mapped read-only instead: its tags say where in the file they lie.
"""
import importlib
import warnings
from pathlib import Path

import numpy as np

from offline_reference.numerics import memory
from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.units import kind_of

from . import axis_order, instrument
from .dataset import Axis, calibrated
from .stored import Stored, unreadable

USUAL = (".dm3", ".dm4", ".hspy", ".zspy", ".mib", ".emd", ".blo", ".mrc", ".h5", ".xml (EMPAD)", ".tvips", ".app5")
FLAGS_ARE_MEANT = {"HSPY", "ZSPY", "NeXus"}  # HyperSpy wrote them, a person could set them
PY4DSTEM = "EMD 1.0 (py4DSTEM)"
PATTERN_AFTER_PATTERN = {"Arina", "Blockfile", "EMPAD", "MRC", "QuantumDetector", "TVIPS", "Topspin", PY4DSTEM}
SCAN_IS_A_GUESS = {
    "Arina": "assumed to be square",
    "QuantumDetector": "worked out from the .hdr file or from the time between frames",
}
PIP_NAMES = {"skimage": "scikit-image", "zarr": "'zarr<3'", "PIL": "pillow", "dateutil": "python-dateutil",
             "box": "python-box", "yaml": "pyyaml", "rsciio": "rosettasciio"}


def stored_images(path):
    """All images of a file, as `Stored`.

    Raises
    ------
    RefusedError
        If no reader knows the ending, a package is missing, or every reader of that ending fails.
    """
    failures = []
    py4dstem = _is_py4dstem(path)
    for plugin in _plugins(Path(path).with_suffix(".emd") if py4dstem else path):
        format_name, options = plugin["name"], {}
        if py4dstem:  # arrays that are attached to its datacube have shapes of their own and stack with nothing
            format_name, options = PY4DSTEM, {"stack_group": False}
        try:
            with warnings.catch_warnings(record=True) as remarks:
                warnings.simplefilter("always")
                signals = _open_lazily(plugin, path, **options)
            said = [str(one.message) for one in remarks if one.category is UserWarning]
            return [_stored(path, format_name, signal, said) for signal in signals]
        except ImportError as error:
            failures.append((format_name, missing_package(path, error)))
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001  a reader may fail in any way at a file that is not what it seems
            failures.append((format_name, error))
    raise _all_failed(path, failures) from failures[0][1]


def missing_package(path, error):
    """The refusal for a package that is not installed."""
    package = (error.name or str(error)).split(".")[0]
    return RefusedError("reading '{}' needs the package {}, which is not installed: pip install {}".format(
        path, package, PIP_NAMES.get(package, package)))


def _plugins(path):
    try:
        from rsciio import IO_PLUGINS
    except ImportError as error:
        raise missing_package(path, error) from error
    ending = Path(path).suffix[1:].lower()
    plugins = sorted((one for one in IO_PLUGINS if ending in map(str.lower, one["file_extensions"])),
                     key=lambda one: one["name"])
    if not plugins:
        raise RefusedError(
            "the ending '{}' of '{}' belongs to no format that can be read: .npy, .npz, or one of rosettasciio's, such "
            "as {}. Rename the file if its ending is wrong.".format(Path(path).suffix, path, ", ".join(USUAL)))
    return plugins


def _is_py4dstem(path):
    """Whether a file is EMD 1.0, which py4DSTEM saves under the ending .h5; older EMD lacks this attribute."""
    if Path(path).suffix.lower() not in (".h5", ".hdf5", ".emd"):
        return False
    try:
        import h5py

        with h5py.File(path, "r") as file:
            return file.attrs.get("emd_group_type") == "file"
    except (ImportError, OSError):  # h5py is missing, or the file is cut off or no HDF5: its reader says so
        return False


def _open_lazily(plugin, path, **options):
    read = importlib.import_module(plugin["api"]).file_reader
    try:
        return read(str(path), lazy=True, **options)
    except (NotImplementedError, TypeError, ValueError) as error:
        if "lazy" not in str(error).lower():
            raise
        memory.refuse_if_too_large(Path(path).stat().st_size, "'{}'".format(path))
        return read(str(path), **options)  # this reader, or an RGB picture in this file, cannot wait


def _all_failed(path, failures):
    if len(failures) == 1:
        name, error = failures[0]
        return error if isinstance(error, RefusedError) else unreadable(path, name, error)
    each = "; ".join("{}: {}".format(name, str(error).strip().split("\n")[0]) for name, error in failures)
    return RefusedError("'{}' is of no format of that ending ({}): it may be cut off or another kind of file.".format(
        path, each))


def _stored(path, format_name, signal, remarks):
    data, original, metadata = signal["data"], signal.get("original_metadata", {}), signal.get("metadata", {})
    axes = [_axis(axis, size) for axis, size in zip(_in_array_order(signal["axes"], data.ndim), data.shape)]
    if format_name == "MRC":
        axes[-2:] = map(_without_length, axes[-2:])
    place = _place_in_dm_file(original, data) if format_name == "DigitalMicrograph" else None

    def load():
        return _mapped(path, place, data) if place else _read(data)

    return Stored(
        format_name, data.shape, place["dtype"] if place else data.dtype, load, axes,
        title=str(instrument.dig(metadata, ("General", "title")) or ""), metadata=original,
        evidence=_evidence(format_name, signal, axes) if data.ndim == 4 else [],
        instrument=instrument.facts(metadata, original, signal.get("mapping", {})),
        mapped=place is not None, in_parts=lambda: _whole_patterns(data),
        warnings=remarks + _guess(format_name, signal) + _uneven(signal))


def _guess(format_name, signal):
    """A remark where the format does not store how the patterns were scanned."""
    shape = signal["data"].shape
    if format_name not in SCAN_IS_A_GUESS or len(shape) != 4:
        return []
    return ["the scan of {} x {} is {}: if the maps are sheared or torn, give the recorded one with --scan NY "
            "NX.".format(*shape[:2], SCAN_IS_A_GUESS[format_name])]


def _uneven(signal):
    """A remark on each axis whose positions are a list instead of a step."""
    return ["the axis '{}' has uneven steps and is read as uncalibrated.".format(axis.get("name") or "without a name")
            for axis in signal["axes"] if axis.get("axis") is not None and axis.get("scale") is None]


def _in_array_order(axes, n_dimensions):
    """Axis descriptions by their place in the array; a reader that gives fewer gives none that can be trusted."""
    if len(axes) != n_dimensions:
        return [{} for _ in range(n_dimensions)]
    return sorted(axes, key=lambda axis: axis.get("index_in_array", axes.index(axis)))


def _axis(axis, size):
    name, units = str(axis.get("name") or ""), str(axis.get("units") or "")
    return calibrated(name, size, axis.get("scale"), axis.get("offset"), units)


def _without_length(axis):
    """The detector's axis of an MRC, whose header has a pixel size in length units whatever the image shows."""
    return Axis(axis.name, axis.size) if kind_of(axis.units) == "scan" else axis


def _evidence(format_name, signal, axes):
    tags = instrument.image_tags(signal.get("original_metadata", {}))
    shape = signal["data"].shape
    evidence = axis_order.from_tag(instrument.dig(tags, ("Meta Data", "Data Order Swapped")))
    evidence += axis_order.from_units([axis.units for axis in axes])
    evidence = evidence or axis_order.from_planned_scan(shape, _planned_scan(tags))
    if format_name in FLAGS_ARE_MEANT and len(signal["axes"]) == 4:
        evidence += axis_order.from_flags([axis["navigate"] for axis in signal["axes"]])
    if format_name in PATTERN_AFTER_PATTERN:
        evidence += [axis_order.Evidence("yxvu", "the format {} stores pattern after pattern".format(format_name))]
    return evidence


def _planned_scan(tags):
    sampling = instrument.dig(tags, ("SI", "Acquisition", "Spatial Sampling")) or {}
    sizes = sampling.get("Height (pixels)"), sampling.get("Width (pixels)")
    return None if None in sizes else tuple(map(int, sizes))


def _place_in_dm_file(original, data):
    """Where the pixels lie in a DM file, if they are plain numbers that can be mapped there; else None."""
    tag = instrument.dig(original, ("ImageList", "TagGroup0", "ImageData", "Data"))
    if not isinstance(tag, dict) or data.dtype.kind not in "iuf" or not data.size:
        return None
    byte_order = ">" if tag.get("endian") == "big" else "<"
    return {"offset": tag["offset"], "n_bytes": tag["size_bytes"], "dtype": data.dtype.newbyteorder(byte_order)}


def _mapped(path, place, data):
    if place["n_bytes"] != data.size * data.dtype.itemsize:
        raise ValueError("its tags give sizes of {} pixels and {} bytes of them".format(data.size, place["n_bytes"]))
    return np.memmap(path, dtype=place["dtype"], mode="r", offset=place["offset"], shape=data.shape)


def _whole_patterns(data):
    """Chunks that keep the last two axes whole: rosettasciio splits every axis, and the data are read row by row."""
    if isinstance(data, np.ndarray):
        return data
    return data.rechunk({-2: -1, -1: -1})


def _read(data):
    """Fill one array block by block: a lazy array would otherwise exist twice, in blocks and as a whole."""
    if isinstance(data, np.ndarray):
        return data
    import dask.array

    pixels = np.empty(data.shape, dtype=data.dtype.newbyteorder("="))
    dask.array.store(data, pixels, lock=False)
    return pixels
