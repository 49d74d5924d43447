"""A part of 4D pixels, fewer detector pixels, and the calibration that belongs to them.

A rectangle is DM's (top, left, bottom, right) in pixels; a calibration is {axis: (value of the first pixel, step,
units)}.
"""
import numpy as np

from offline_reference.numerics.checks import is_whole
from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.unfold import sizes_of

AXES = {"detector": "vu", "scan": "yx"}


def rectangle_in(rectangle, size, what):
    """A rectangle in whole pixels inside an image of ``size`` (height, width); all of it if there is none.

    Raises
    ------
    RefusedError
        If nothing of the rectangle is inside.
    """
    if rectangle is None:
        return 0, 0, size[0], size[1]
    try:
        top, left, bottom, right = (int(round(float(side))) for side in rectangle)
    except (TypeError, ValueError, OverflowError):
        raise RefusedError("{!r} is no region: give the four numbers (top, left, bottom, right) in pixels of the "
                           "{}.".format(rectangle, what)) from None
    inside = max(top, 0), max(left, 0), min(bottom, size[0]), min(right, size[1])
    if inside[0] >= inside[2] or inside[1] >= inside[3]:
        raise RefusedError(
            "the region (top {}, left {}, bottom {}, right {}) holds no pixel of the {} of {} x {} (height x width): "
            "draw it inside the image.".format(top, left, bottom, right, what, size[0], size[1]))
    return inside


def crop(array, *rectangles):
    """A view of an array: one rectangle for each pair of axes, slow pair first."""
    slices = []
    for top, left, bottom, right in rectangles:
        slices += [slice(top, bottom), slice(left, right)]
    return array[tuple(slices)]


def crop_calibration(calibration, rectangles):
    """Calibration of the part inside {"scan": rectangle, "detector": rectangle}."""
    moved = dict(calibration)
    for pair, (top, left, _, _) in rectangles.items():
        for axis, start in zip(AXES[pair], (top, left)):
            origin, scale, units = calibration[axis]
            moved[axis] = (origin + start * scale, scale, units)
    return moved


def working_type(dtype, binning, wanted=None):
    """Type of the working copy: as asked for, else the data's own, wide enough for sums of binned pixels."""
    refuse_binning(binning)
    if wanted is not None:
        if np.dtype(wanted).name not in ("float32", "float64"):
            raise RefusedError("the working copy is of the image's own type, or float32, or float64; not {}.".format(
                np.dtype(wanted)))
        return np.dtype(wanted)
    if dtype.kind == "b":  # a sum of truths is one truth
        dtype = np.dtype("uint8")
    if dtype.kind not in "iu" or binning == 1:
        return dtype
    types = ("uint8", "uint16", "uint32", "float64") if dtype.kind == "u" else ("int8", "int16", "int32", "float64")
    largest = int(binning) ** 2 * int(np.iinfo(dtype).max)
    return np.dtype(next(name for name in types if name == "float64" or np.iinfo(name).max >= largest))


def refuse_binning(binning):
    if not is_whole(binning) or binning < 1:
        raise RefusedError("the detector cannot be binned by {}: give a whole number, 1 or more.".format(binning))


def bin_detector(pixels, order, binning, dtype):
    """An owned C-ordered copy of 4D pixels with sums of binning x binning detector pixels.

    Detector rows and columns beyond the last whole bin are left out.
    """
    n_v, n_u, n_y, n_x = sizes_of(pixels, order)
    binning = int(binning)
    rows, columns = n_v // binning, n_u // binning
    if not rows or not columns:
        raise RefusedError("a detector of {} x {} cannot be binned by {}: choose less.".format(n_v, n_u, binning))
    if binning == 1:
        return np.array(pixels, dtype=dtype, order="C", copy=True)
    if order == "vuyx":
        binned = np.empty((rows, columns, n_y, n_x), dtype)
        for row in range(rows):
            part = pixels[row * binning:(row + 1) * binning, :columns * binning]
            binned[row] = part.reshape(binning, columns, binning, n_y, n_x).sum(axis=(0, 2), dtype=dtype)
        return binned
    binned = np.empty((n_y, n_x, rows, columns), dtype)
    for y in range(n_y):
        part = pixels[y, :, :rows * binning, :columns * binning]
        binned[y] = part.reshape(n_x, rows, binning, columns, binning).sum(axis=(2, 4), dtype=dtype)
    return binned


def bin_mask(mask, binning):
    """A mask (n_v, n_u) of binned pixels: good only where all are."""
    if mask is None:
        return None
    rows, columns = (size // binning for size in mask.shape)
    part = mask[:rows * binning, :columns * binning]
    return part.reshape(rows, binning, columns, binning).all(axis=(1, 3))


def bin_calibration(calibration, binning):
    """Calibration of binned detector pixels: the first one's middle, and a longer step."""
    binned = dict(calibration)
    for axis in AXES["detector"]:
        origin, scale, units = calibration[axis]
        binned[axis] = (origin + 0.5 * (binning - 1) * scale, binning * scale, units)
    return binned


def working_position(position, source):
    """A detector position (v, u) of the whole image as one of the pixels that are analysed. [pixel]"""
    if np.shape(position) != (2,):
        raise RefusedError("the centre {!r} is no position: give two numbers (v, u) in detector pixels.".format(
            position))
    top, left = source.region["detector"][:2]
    return tuple((float(at) - start - 0.5 * (source.binning - 1)) / source.binning
                 for at, start in zip(position, (top, left)))
