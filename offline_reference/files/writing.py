"""4D data -> a file of the format that its ending names."""
from pathlib import Path

from offline_reference.numerics.errors import RefusedError

from .dm4 import write_dm4
from .numpy_files import write_npy, write_npz
from .signals import write_hspy

WRITERS = {".dm4": write_dm4, ".dm3": write_dm4, ".hspy": write_hspy, ".zspy": write_hspy, ".npz": write_npz,
           ".npy": write_npy}


def write_4d(path, pixels, order, axes, instrument=None, overwrite=False):
    """Write 4D pixels as .dm4, .hspy, .zspy, .npz or .npy. Parameters as in `write_dm4`."""
    ending = Path(path).suffix.lower()
    if ending not in WRITERS:
        raise RefusedError("4D data cannot be written as '{}': end the name '{}' in one of {}.".format(
            ending, path, ", ".join(WRITERS)))
    WRITERS[ending](path, pixels, order, axes, instrument, overwrite)
