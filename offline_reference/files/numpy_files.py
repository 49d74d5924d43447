""".npy and .npz, which need nothing but NumPy.

An .npy holds pixels and nothing else. An .npz of ours holds, beside `pixels`:

    order         "vuyx" or "yxvu"
    scales, offsets, units   of the four axes, in that order
    instrument_*  what is known of the microscope

Another program's .npz is read as well: its one 4D array is the data.
"""
import numpy as np

from offline_reference.numerics.unfold import ORDERS, sizes_of

from .axis_order import Evidence
from .dataset import Axis, calibrated
from .stored import Stored
from .whole import whole_file

FORMAT = "a NumPy file"
INSTRUMENT = "instrument_"


def stored_in_npy(path):
    """The one image of an .npy, mapped read-only."""
    pixels = np.load(path, mmap_mode="r", allow_pickle=False)
    axes = [Axis("", size) for size in pixels.shape]
    return [Stored(FORMAT, pixels.shape, pixels.dtype, lambda: pixels, axes, mapped=pixels.flags.c_contiguous)]


def stored_in_npz(path):
    """The arrays of an .npz with at least one dimension; notes stored beside them go with the 4D one."""
    with np.load(path, allow_pickle=False) as archive:
        headers = {name: _header(archive.zip, name) for name in archive.files}
        notes = {name: archive[name] for name in archive.files if name in ("order", "scales", "offsets", "units")
                 or name.startswith(INSTRUMENT)}
    return [
        _stored(path, name, shape, dtype, notes if len(shape) == 4 else {})
        for name, (shape, dtype) in headers.items() if shape and name not in notes
    ]


def write_npy(path, pixels, order=None, axes=None, instrument=None, overwrite=False):
    """Write pixels alone; an .npy has no place for the order, the calibration and the microscope."""
    with whole_file(path, overwrite) as unfinished, open(unfinished, "wb") as stream:
        np.save(stream, pixels, allow_pickle=False)


def write_npz(path, pixels, order, axes, instrument=None, overwrite=False):
    """Write 4D pixels with their order, calibrated axes and microscope. Parameters as in `write_dm4`."""
    sizes_of(pixels, order)
    along = [axes[name] for name in order]
    notes = {INSTRUMENT + key: value for key, value in (instrument or {}).items()}
    with whole_file(path, overwrite) as unfinished, open(unfinished, "wb") as stream:
        np.savez(
            stream, pixels=pixels, order=order, scales=[axis.scale for axis in along],
            offsets=[axis.offset for axis in along], units=[axis.units for axis in along], **notes)


def write_factors(path, diffractions, maps, overwrite=False, **extra):
    """Write factors as .npz.

    Parameters
    ----------
    path : str or Path
    diffractions : ndarray, shape (n_k, n_v, n_u)
        Each of sum 1. [-]
    maps : ndarray, shape (n_k, n_y, n_x)
        [counts]
    **extra : arrays, numbers or strings
        Stored beside them under their names.
    """
    with whole_file(path, overwrite) as unfinished, open(unfinished, "wb") as stream:
        np.savez(
            stream, diffractions=np.asarray(diffractions, dtype=float), maps=np.asarray(maps, dtype=float), **extra)


def _header(archive, name):
    """Shape and type of an array without reading it."""
    member = name if name in archive.namelist() else name + ".npy"
    with archive.open(member) as stream:
        read = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
        shape, _, dtype = read[np.lib.format.read_magic(stream)](stream)
    return shape, dtype


def _stored(path, name, shape, dtype, notes):
    def load():
        with np.load(path, allow_pickle=False) as archive:
            return archive[name]

    return Stored(
        FORMAT, shape, dtype, load, _axes(shape, notes), title=name, evidence=_evidence(notes),
        instrument={key[len(INSTRUMENT):]: float(value) for key, value in notes.items() if key.startswith(INSTRUMENT)})


def _axes(shape, notes):
    if not {"scales", "offsets", "units"} <= notes.keys() or any(notes[key].shape != (4,) for key in
                                                                 ("scales", "offsets", "units")):
        return [Axis("", size) for size in shape]
    return [
        calibrated("", size, scale, offset, str(units))
        for size, scale, offset, units in zip(shape, notes["scales"], notes["offsets"], notes["units"])
    ]


def _evidence(notes):
    order = str(notes.get("order", ""))
    return [Evidence(order, "its field order is {}".format(order))] if order in ORDERS else []
