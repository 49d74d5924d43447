"""Files: the one place that reads and writes data.

reading     read_4d, read_image: a path -> pixels, calibrated axes, instrument
stored      an image that a file offers, before its pixels are read; which one is meant
axis_order  "vuyx" or "yxvu": tag, units, sizes and the user are heard, a conflict is refused
via_rsciio  .dm3, .dm4, .hspy, .zspy, .mib, EMD, ... through rosettasciio
numpy_files .npy and .npz, with NumPy alone
instrument  voltage and convergence angle, wherever a format keeps them
dm4         writes 4D .dm4 through nionswift-io, in both axis orders
signals     writes .hspy, .zspy and .tiff with calibrated axes
whole       a file or folder appears whole or not at all
contents    what the counts are like: range, empty patterns, dead and saturated pixels

    "vuyx"   (n_v, n_u, n_y, n_x)   scan fastest
    "yxvu"   (n_y, n_x, n_v, n_u)   detector fastest
"""
from offline_reference.numerics.memory import available_bytes

from .contents import Contents, describe
from .dataset import Axis, Dataset, Image
from .dm4 import write_dm4
from .numpy_files import write_factors, write_npy, write_npz
from .reading import read_4d, read_image
from .signals import write_hspy, write_signals
from .whole import whole_file, whole_folder
from .writing import write_4d

__all__ = [
    "Axis",
    "Contents",
    "Dataset",
    "Image",
    "available_bytes",
    "describe",
    "read_4d",
    "read_image",
    "whole_file",
    "whole_folder",
    "write_4d",
    "write_dm4",
    "write_factors",
    "write_hspy",
    "write_npy",
    "write_npz",
    "write_signals",
]
