"""An image that a file offers, known by its header alone, and the choice of the one that is meant."""
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from offline_reference.numerics import memory
from offline_reference.numerics.errors import RefusedError

IN_PARTS = "let dm-nmf factorize read them in parts (--memory 2GB)"
READ_FAILURES = (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile, zlib.error)


@dataclass
class Stored:
    """What is known of an image before its pixels are read.

    Attributes
    ----------
    format : str
        What the file is said to be, for a message.
    shape, dtype
        Of its pixels.
    load : function without arguments
        Reads the pixels.
    axes : list of Axis
        Slowest first, named as the file does.
    title : str
    metadata : dict
        The file's own tags.
    evidence : list of Evidence
        On the axis order, for a 4D image.
    instrument : dict
    mapped : bool
        Whether ``load`` maps the file, so that memory is no limit.
    warnings : list of str
        What the reader of the format remarked.
    in_parts : function without arguments, optional
        The pixels as something that is read when it is sliced, for data larger than memory.
    """

    format: str
    shape: tuple
    dtype: np.dtype
    load: Callable
    axes: list
    title: str = ""
    metadata: dict = field(default_factory=dict)
    evidence: list = field(default_factory=list)
    instrument: dict = field(default_factory=dict)
    mapped: bool = False
    warnings: list = field(default_factory=list)
    in_parts: Callable | None = None

    def __str__(self):
        return "'{}' {} {}".format(self.title, " x ".join(map(str, self.shape)), self.dtype)

    def pixels(self, name):
        """Read the pixels: real numbers in this machine's byte order, C-ordered, of the file's own type."""
        if not self.mapped or not self.dtype.isnative:
            memory.refuse_if_too_large(self.n_bytes, "'{}'".format(name), IN_PARTS)
        try:
            pixels = self.load()
        except READ_FAILURES as error:
            raise unreadable(name, self.format, error) from error
        if pixels.dtype == bool:
            pixels = pixels.view(np.uint8)
        if not pixels.dtype.isnative or not pixels.flags.c_contiguous:
            pixels = np.ascontiguousarray(pixels, dtype=pixels.dtype.newbyteorder("="))
        return pixels

    def unread_pixels(self, name):
        """The pixels where they are: a map of the file, or an array of chunks that are read when they are sliced."""
        if self.mapped:
            return self.load()
        if self.in_parts is None:
            return self.pixels(name)
        return self.in_parts()

    @property
    def n_bytes(self):
        return int(np.prod(self.shape, dtype=np.int64)) * self.dtype.itemsize


def unreadable(path, format_name, error):
    """The refusal for a file that is cut off or is not what its ending says."""
    reason = str(error).strip().split("\n")[0] or "no reason given"
    kind = type(error)
    kind = kind.__name__ if kind.__module__ == "builtins" else "{}.{}".format(kind.__module__, kind.__name__)
    return RefusedError(
        "'{}' cannot be read as {} ({}: {}): it may be cut off, still being written, or another kind of file. Copy it "
        "again, or open and save it in the program that made it.".format(
            path, format_name, kind, reason))


def the_one_meant(images, n_dimensions, dataset, name):
    """Choose the image of ``n_dimensions``; ``dataset`` is its number (from 1) or title where there are several.

    Raises
    ------
    RefusedError
        If there is none, several and no choice, or if its values are no real numbers.
    """
    candidates = [one for one in images if len(one.shape) == n_dimensions]
    if dataset is not None:
        candidates = [_named(images, dataset, name)]
    if not candidates or len(candidates[0].shape) != n_dimensions:
        raise RefusedError(_why_not(candidates or images, name))
    if len(candidates) > 1:
        raise RefusedError("'{}' holds {} images of {} dimensions: {}. Choose one with --dataset and its number or "
                           "title.".format(name, len(candidates), n_dimensions, _numbered(images, candidates)))
    if 0 in candidates[0].shape:
        raise RefusedError("'{}' is empty: {}. Choose the file of the 4D dataset.".format(name, candidates[0]))
    _refuse_unless_real(candidates[0], name)
    return candidates[0]


def _named(images, dataset, name):
    """The image with this title, or else this number."""
    titled = [one for one in images if one.title == str(dataset)]
    if len(titled) == 1:
        return titled[0]
    if str(dataset).isdigit() and 1 <= int(dataset) <= len(images):
        return images[int(dataset) - 1]
    raise RefusedError("'{}' has no image '{}': it holds {}. Choose one by its number or title.".format(
        name, dataset, _numbered(images, images)))


def _why_not(images, name):
    held = "; ".join(map(str, images)) if images else "no image"
    advice = "Choose the file of the 4D dataset."
    if any(len(one.shape) == 3 for one in images):
        advice = ("If these are the patterns of a scan one after another, say how the scan was folded, with --scan NY "
                  "NX; otherwise choose the file of the 4D dataset.")
    return "'{}' holds {}, and an analysis needs 4 dimensions: two of the scan and two of the detector. {}".format(
        name, held, advice)


def _numbered(images, chosen):
    return "; ".join("{}: {}".format(images.index(one) + 1, one) for one in chosen)


def _refuse_unless_real(image, name):
    kind = {"c": "complex numbers", "V": "RGB colours"}.get(image.dtype.kind, "{} values".format(image.dtype))
    if image.dtype.kind not in "iufb":
        raise RefusedError("'{}' holds {}, and a diffraction has counts, which are real numbers: choose the counts "
                           "themselves, or save the intensity first.".format(name, kind))
