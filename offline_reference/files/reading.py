"""A path -> a 4D dataset, or all images of a file."""
import math
from pathlib import Path

from offline_reference.numerics.errors import RefusedError

from . import axis_order, numpy_files, via_rsciio
from .dataset import Axis, Dataset, Image, uncalibrated
from .stored import READ_FAILURES, the_one_meant, unreadable


def read_4d(path, order=None, dataset=None, scan=None, in_parts=False):
    """Read 4D-STEM data.

    Parameters
    ----------
    path : str or Path
        .npy or .npz (no optional package needed), .dm3, .dm4, .hspy, .zspy, .mib, EMD, and whatever else rosettasciio
        reads.
    order : "vuyx" or "yxvu", optional
        Axis order of the pixels; needed where the file does not say, refused where it says otherwise.
    dataset : str or int, optional
        Number (from 1) or title of the image, where a file holds several 4D ones.
    scan : (int, int), optional
        (n_y, n_x): folds a stack of patterns into a scan, row after row, where the file does not say or says it wrong.
    in_parts : bool
        Leave the pixels where they are, for data larger than memory: a map of the file, or an array that is read
        when it is sliced (Dask).

    Returns
    -------
    Dataset
        Pixels in the file's own type and order; those of .npy and DM files are a read-only map of the file.

    Raises
    ------
    RefusedError
        If the file is missing, cut off, foreign, not 4D, complex or RGB, larger than memory, contradicts itself or
        ``order``, says nothing of its order and nor does the user, or needs a package that is not installed.
    """
    images = _stored_images(path)
    stacks = [image for image in images if len(image.shape) == 3]
    if scan is not None and stacks:
        return _folded(path, the_one_meant(images, 3, dataset, path), scan, order, in_parts)
    image = the_one_meant(images, 4, dataset, path)
    decided, reason, warnings = axis_order.decide(image.evidence, order, path)
    if scan is not None and decided == "yxvu":
        return _folded(path, image, scan, order, in_parts)
    if scan is not None and tuple(scan) != image.shape[2:]:
        raise RefusedError("'{}' is stored scan fastest and its scan has {} x {} positions, which --scan cannot "
                           "change: leave it out.".format(path, *image.shape[2:]))
    pixels = image.unread_pixels(path) if in_parts else image.pixels(path)
    if decided is None:
        axis_order.refuse_undecided(path, pixels)
    if all(one.weak for one in image.evidence):
        warnings += axis_order.warn_if_unlikely(decided, pixels)
    return _dataset(path, image, pixels, image.axes, decided, reason, warnings)


def read_image(path):
    """Read every image of a file, 1D to 4D, as a list of `Image`: pixels, axes, title, the file's own tags.

    Raises
    ------
    RefusedError
        As `read_4d`, except that any shape and any kind of pixel will do.
    """
    return [Image(image.pixels(path), image.axes, image.title, image.metadata) for image in _stored_images(path)]


def _stored_images(path):
    path = Path(path)
    ending = path.suffix.lower()
    if not _exists(path):
        raise RefusedError("there is no file '{}': check the name and the folder ({}).".format(path, Path.cwd()))
    if path.is_dir() and ending != ".zspy":
        raise RefusedError("'{}' is a folder, and a file is to be read: give the file in it.".format(path))
    numpy_reader = {".npy": numpy_files.stored_in_npy, ".npz": numpy_files.stored_in_npz}.get(ending)
    if numpy_reader is None:
        return via_rsciio.stored_images(path)
    try:
        return numpy_reader(path)
    except READ_FAILURES as error:
        raise unreadable(path, numpy_files.FORMAT, error) from error


def _exists(path):
    try:
        return path.exists()
    except OSError:  # a name that no file can have
        return False


def _folded(path, image, scan, order, in_parts):
    """A stack of patterns as a scan of n_y x n_x; only the detector's axes keep their calibration."""
    n_y, n_x = scan
    *stack, n_v, n_u = image.shape
    n_patterns = math.prod(stack)
    if n_y < 1 or n_x < 1 or n_y * n_x != n_patterns:
        raise RefusedError("'{}' holds {} patterns, and a scan of {} x {} has {}: give the scan as it was "
                           "recorded.".format(path, n_patterns, n_y, n_x, n_y * n_x))
    folded = axis_order.Evidence("yxvu", "it is a stack of patterns, folded into a scan of {} x {}".format(n_y, n_x))
    decided, reason, warnings = axis_order.decide([folded], order, path)
    pixels = (image.unread_pixels(path) if in_parts else image.pixels(path)).reshape(n_y, n_x, n_v, n_u)
    return _dataset(path, image, pixels, [Axis("y", n_y), Axis("x", n_x), *image.axes[-2:]], decided, reason, warnings)


def _dataset(path, image, pixels, axes, order, reason, warnings):
    named = uncalibrated(pixels, order)
    for name, axis in zip(order, axes):
        named[name] = Axis(name, axis.size, axis.scale, axis.offset, axis.units)
    return Dataset(pixels, order, reason, named, str(path), image.title, image.instrument, image.warnings + warnings)
