"""An image as DM keeps one: pixels, name, calibration, tags.

DM counts dimensions x, y, z, t with x fastest in memory; NumPy counts axes the
other way round. ``Image.pixels`` has NumPy's axes (t, z, y, x), everything else
in this file takes and returns DM's order: ``sizes`` of a 2D image are (width,
height), dimension 0 is x.

A sub-area or slice is an ``Image`` too. Its pixels are a view: what is written
there is written into the image it was taken from.
"""
import copy
import math
from dataclasses import dataclass, replace

import numpy as np

from offline_reference.virtual_dm.errors import DMError, NotSimulated
from offline_reference.virtual_dm.tags import TagGroup

RGB = np.dtype([("b", "u1"), ("g", "u1"), ("r", "u1"), ("a", "u1")])  # DM's byte order in memory

DTYPE_OF_CODE = {
    1: np.dtype(np.int16),
    2: np.dtype(np.float32),
    3: np.dtype(np.complex64),
    6: np.dtype(np.uint8),
    7: np.dtype(np.int32),
    9: np.dtype(np.int8),
    10: np.dtype(np.uint16),
    11: np.dtype(np.uint32),
    12: np.dtype(np.float64),
    13: np.dtype(np.complex128),
    14: np.dtype(np.bool_),
    23: RGB,
    39: np.dtype(np.int64),
    40: np.dtype(np.uint64),
}
CODE_OF_DTYPE = {dtype: code for code, dtype in DTYPE_OF_CODE.items()}
PACKED_COMPLEX_CODES = (5, 27, 28)
MOST_DIMENSIONS = 4


@dataclass
class Calibration:
    """One dimension, or the intensity: value = (index - origin) * scale, in units.

    ``origin`` is in pixels (DM's calibration format 1): the index, whole or not, whose value is zero.
    ``units`` is DM's text, such as "nm" or "1/nm"; "" is uncalibrated.
    """

    origin: float = 0.0
    scale: float = 1.0
    units: str = ""

    @property
    def first_value(self):
        """Value of the first pixel: the origin in DM's calibration format 0."""
        return -self.origin * self.scale + 0.0  # + 0.0 turns -0.0 into 0.0

    def origin_in_format(self, calibration_format):
        """Origin as DM's calibration functions hand it out: format 0 in units, format 1 in pixels."""
        return self.first_value if _known_format(calibration_format) == 0 else self.origin

    def set_origin_in_format(self, origin, calibration_format):
        """Take an origin in units (format 0; uses the present scale) or in pixels (format 1)."""
        if _known_format(calibration_format) == 1:
            self.origin = float(origin)
        elif self.scale == 0:
            raise DMError("An origin in units needs a scale that is not zero: set the scale first.")
        else:
            self.origin = -float(origin) / self.scale + 0.0

    @property
    def unit_and_power(self):
        """DM's other way to say units: "1/nm" is ("nm", -1), "nm" is ("nm", 1)."""
        return (self.units[2:], -1) if self.units.startswith("1/") else (self.units, 1)

    def set_unit_and_power(self, unit, power):
        if power == 1 or not unit:
            self.units = unit
        elif power == -1:
            self.units = "1/" + unit
        else:
            self.units = f"{unit}^{power}" if power > 0 else f"1/{unit}^{-power}"


class Image:
    """Pixels with a name, calibrations and tags.

    Parameters
    ----------
    pixels : ndarray, axes (t, z, y, x) or the last one to three of them
        Kept as it is, not copied: the image lives in this memory.
    name : str

    Attributes
    ----------
    calibrations : list of Calibration
        One for each dimension, in DM's order: calibrations[0] is x.
    intensity : Calibration
    tags : TagGroup
    displays : list of ImageDisplay
        Empty until the image is shown.
    id, label : int, str or None
        Given by a workspace at first need: ``workspace.id_of(image)``, ``workspace.label_of(image)``.
    is_view : bool
        Whether the pixels belong to another image.
    """

    def __init__(self, pixels, name=""):
        _refuse_unknown_pixels(pixels)
        self.pixels = pixels
        self.name = name
        self.calibrations = [Calibration() for _ in range(pixels.ndim)]
        self.intensity = Calibration()
        self.tags = TagGroup()
        self.displays = []
        self.description = ""
        self.id = None
        self.label = None
        self.is_view = False
        self.is_deleted = False
        self.n_updates = 0
        self.file = ""

    def __repr__(self):
        sizes = " x ".join(str(size) for size in self.sizes)
        return f"<Image {self.name!r}, {sizes}, {self.pixels.dtype}>"

    @property
    def sizes(self):
        """Sizes in DM's order: (width, height, ...)."""
        return self.pixels.shape[::-1]

    @property
    def n_dimensions(self):
        return self.pixels.ndim

    @property
    def type_code(self):
        """DM's data type code (script_reference 2.1)."""
        return CODE_OF_DTYPE[self.pixels.dtype]

    @property
    def is_complex(self):
        return self.pixels.dtype.kind == "c"

    @property
    def is_rgb(self):
        return self.pixels.dtype == RGB

    @property
    def is_binary(self):
        return self.pixels.dtype.kind == "b"

    @property
    def is_integer(self):
        return self.pixels.dtype.kind in "iu"

    @property
    def is_float(self):
        return self.pixels.dtype.kind == "f"

    # -- whole images -----------------------------------------------------------------------------------------------

    def clone(self):
        """An independent image with this one's pixels, name, calibrations and tags; not shown."""
        twin = Image(np.array(self.pixels, order="C"), self.name)
        twin.copy_calibrations_from(self)
        twin.tags = self.tags.clone()
        twin.description = self.description
        return twin

    def copy_calibrations_from(self, other):
        """Take the calibrations of another image, as many dimensions as both have, and its intensity."""
        for dimension in range(min(self.n_dimensions, other.n_dimensions)):
            self.calibrations[dimension] = copy.copy(other.calibrations[dimension])
        self.intensity = copy.copy(other.intensity)

    def replace_pixels(self, pixels):
        """Give the image other pixels, also of another type or size; views keep the old memory.

        Calibrations of dimensions that remain are kept, new dimensions are uncalibrated.
        """
        _refuse_unknown_pixels(pixels)
        n_old, n_new = self.n_dimensions, pixels.ndim
        self.pixels = pixels
        self.calibrations = self.calibrations[:n_new] + [Calibration() for _ in range(n_new - n_old)]

    def change_type(self, code):
        """Convert the pixels in place to another DM data type; real to integer truncates."""
        self.replace_pixels(converted(self.pixels, dtype_of(code)))

    # -- views ------------------------------------------------------------------------------------------------------

    def rectangle(self, top, left, bottom, right):
        """View of rows top..bottom-1 and columns left..right-1; further dimensions are kept whole."""
        if self.n_dimensions == 1:
            return self.box([left], [right])
        return self.box([left, top], [right, bottom])

    def box(self, first, end):
        """View from first to end (exclusive), each in DM's order; dimensions not named are kept whole.

        Raises
        ------
        DMError
            If the box does not lie inside the image or is empty.
        """
        first, end = [_whole(i) for i in first], [_whole(i) for i in end]
        inside = len(first) <= self.n_dimensions and all(
            0 <= start < stop <= size for start, stop, size in zip(first, end, self.sizes, strict=False)
        )
        if not inside:
            raise DMError(
                f"The area from {tuple(first)} to {tuple(end)} does not lie inside an image of "
                f"{_sizes_text(self.sizes)} pixels."
            )
        cuts = [slice(start, stop) for start, stop in zip(first, end, strict=True)]
        view = self._view(self.pixels[(..., *reversed(cuts))])
        for dimension, start in enumerate(first):
            view.calibrations[dimension] = _shifted(self.calibrations[dimension], start, 1)
        for dimension in range(len(first), self.n_dimensions):
            view.calibrations[dimension] = copy.copy(self.calibrations[dimension])
        return view

    def slice(self, offsets, axes):
        """View along chosen dimensions, as DM's Slice1, Slice2, Slice3 and SliceN.

        Parameters
        ----------
        offsets : sequence of int
            First index in each dimension; dimensions left out start at 0, those the image has not must be 0.
        axes : sequence of (dimension, length, step)
            Dimensions of the view, in its order: naming them in another order transposes.

        Raises
        ------
        DMError
            If the slice leaves the image, or names a dimension twice or one the image has not.
        """
        offsets = [_whole(offset) for offset in offsets]
        axes = [tuple(_whole(number) for number in axis) for axis in axes]
        offsets = self._offsets_of_this_image(offsets)
        dimensions = [dimension for dimension, _, _ in axes]
        self._refuse_bad_dimensions(dimensions)

        for dimension, offset in enumerate(offsets):
            self._refuse_leaving(dimension, offset, 1, 1)
        cuts = list(offsets)
        for dimension, length, step in axes:
            self._refuse_leaving(dimension, offsets[dimension], length, step)
            stop = offsets[dimension] + length * step
            cuts[dimension] = slice(offsets[dimension], stop if stop >= 0 else None, step)
        view = self.pixels[tuple(reversed(cuts))]  # axes left over stand in DM's reversed order of dimension
        left_over = sorted(dimensions, reverse=True)
        view = self._view(view.transpose([left_over.index(dimension) for dimension in reversed(dimensions)]))
        view.calibrations = [
            _shifted(self.calibrations[dimension], offsets[dimension], step) for dimension, _, step in axes
        ]
        return view

    def _view(self, pixels):
        view = Image(pixels, self.name)
        view.intensity = copy.copy(self.intensity)
        view.is_view = True
        return view

    def _offsets_of_this_image(self, offsets):
        n = self.n_dimensions
        if any(offset != 0 for offset in offsets[n:]):
            raise DMError(f"The slice starts at {tuple(offsets)}, but the image has only {n} dimensions.")
        return offsets[:n] + [0] * (n - len(offsets))

    def _refuse_bad_dimensions(self, dimensions):
        if len(set(dimensions)) != len(dimensions):
            raise DMError(f"The slice names a dimension twice: {tuple(dimensions)}.")
        for dimension in dimensions:
            if not 0 <= dimension < self.n_dimensions:
                raise DMError(
                    f"The slice runs along dimension {dimension}, but the image has dimensions 0 to "
                    f"{self.n_dimensions - 1}."
                )

    def _refuse_leaving(self, dimension, start, length, step):
        size = self.sizes[dimension]
        last = start + (length - 1) * step
        if length < 1 or step == 0 or not (0 <= start < size and 0 <= last < size):
            raise DMError(
                f"The slice takes {length} pixels from {start} by steps of {step} along dimension {dimension}, "
                f"which has {size} pixels."
            )


# -- making images ----------------------------------------------------------------------------------------------------


def real_image(name, n_bytes, *sizes):
    """Zeros of float32 (4 bytes) or float64 (8 bytes); sizes in DM's order."""
    return new_image(name, _code_by_bytes("real", {4: 2, 8: 12}, n_bytes), *sizes)


def integer_image(name, n_bytes, signed, *sizes):
    """Zeros of 1, 2, 4 (or 8) byte integers; sizes in DM's order."""
    codes = {1: 9, 2: 1, 4: 7, 8: 39} if signed else {1: 6, 2: 10, 4: 11, 8: 40}
    return new_image(name, _code_by_bytes("integer", codes, n_bytes), *sizes)


def complex_image(name, n_bytes, *sizes):
    """Zeros of complex64 (8 bytes) or complex128 (16 bytes); sizes in DM's order."""
    return new_image(name, _code_by_bytes("complex", {8: 3, 16: 13}, n_bytes), *sizes)


def rgb_image(name, n_bytes, *sizes):
    """Black pixels of 4 bytes, fields b, g, r, a; sizes in DM's order."""
    return new_image(name, _code_by_bytes("RGB", {4: 23}, n_bytes), *sizes)


def binary_image(name, *sizes):
    """False everywhere; sizes in DM's order."""
    return new_image(name, 14, *sizes)


def new_image(name, code, *sizes):
    """Zeros of a DM data type code; sizes in DM's order (width, height, ...)."""
    sizes = [_whole(size) for size in sizes]
    if not 1 <= len(sizes) <= MOST_DIMENSIONS or min(sizes) < 1:
        raise DMError(
            f"An image has 1 to {MOST_DIMENSIONS} dimensions of at least one pixel each, not {_sizes_text(sizes)}."
        )
    return Image(np.zeros(sizes[::-1], dtype_of(code)), str(name))


def dtype_of(code):
    """NumPy dtype of a DM data type code."""
    if code in PACKED_COMPLEX_CODES:
        raise NotSimulated(f"Packed complex images (data type {code}) are known to DM, not simulated here.")
    if code == 8:
        return RGB
    if code not in DTYPE_OF_CODE:
        raise DMError(f"{code} is no DM data type code; known are {', '.join(map(str, DTYPE_OF_CODE))}.")
    return DTYPE_OF_CODE[code]


def converted(pixels, dtype):
    """Pixels in another type as DM stores them: a new array; real to integer truncates, complex to real drops."""
    if pixels.dtype == RGB and dtype != RGB:
        pixels = luminance(pixels)
    elif dtype == RGB and pixels.dtype != RGB:
        grey = np.clip(np.nan_to_num(pixels.real), 0, 255).astype(np.uint8)
        return grey_to_rgb(grey)
    if pixels.dtype.kind == "c" and np.dtype(dtype).kind != "c":
        pixels = pixels.real
    if np.dtype(dtype).kind == "b":
        return pixels != 0
    with np.errstate(invalid="ignore", over="ignore"):
        if pixels.dtype.kind == "f" and np.dtype(dtype).kind in "iu":
            # by way of int64, so that too large values wrap on every processor alike
            pixels = np.nan_to_num(np.trunc(pixels), posinf=0, neginf=0).astype(np.int64)
        return pixels.astype(dtype)


def luminance(pixels):
    """Mean of red, green and blue as float32: how DM turns colours to numbers is not known, this is a guess."""
    return (pixels["r"].astype(np.float32) + pixels["g"] + pixels["b"]) / 3


def grey_to_rgb(grey):
    """RGB pixels with three equal channels from uint8."""
    pixels = np.zeros(grey.shape, RGB)
    for channel in "rgb":
        pixels[channel] = grey
    return pixels


def _code_by_bytes(kind, codes, n_bytes):
    if n_bytes not in codes:
        raise DMError(f"A pixel of a {kind} image has {' or '.join(map(str, codes))} bytes, not {n_bytes}.")
    return codes[n_bytes]


def _refuse_unknown_pixels(pixels):
    if pixels.dtype not in CODE_OF_DTYPE:
        raise DMError(f"DM has no image of NumPy type {pixels.dtype}: convert it first.")
    if not 1 <= pixels.ndim <= MOST_DIMENSIONS or pixels.size == 0:
        raise DMError(
            f"An image has 1 to {MOST_DIMENSIONS} dimensions of at least one pixel each, "
            f"not NumPy shape {pixels.shape}."
        )


def _shifted(calibration, start, step):
    return replace(calibration, origin=(calibration.origin - start) / step, scale=calibration.scale * step)


def _known_format(calibration_format):
    if calibration_format not in (0, 1):
        raise DMError(f"The calibration format is 0 (origin in units) or 1 (in pixels), not {calibration_format}.")
    return calibration_format


def _whole(number):
    if not math.isfinite(number):
        raise DMError(f"{number} cannot be a pixel index or a size.")
    return int(number)  # DM hands sizes through integer parameters, which truncate


def _sizes_text(sizes):
    return " x ".join(str(size) for size in sizes)
