"""Where a pixel comes from: interpolation, shifts, rotation, mirrors, binning."""

import numpy as np

from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.images import Calibration, Image
from offline_reference.virtual_dm.registry import dm_function

ROUNDING = 1e-6  # pixels: a position that rounding has pushed over the border still lies on it
OUTSIDE = "outside the source: switch outside_value, 0 by default"


def sample(pixels, x, y, outside="zero"):
    """Bilinear interpolation of a 2D array at fractional positions; x counts columns, y rows.

    ``outside`` "zero" gives 0 beyond the centres of the border pixels, "edge" repeats the border.
    """
    height, width = pixels.shape
    x, y = np.broadcast_arrays(np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64))
    known = np.isfinite(x) & np.isfinite(y)
    inside = known & (x >= -ROUNDING) & (x <= width - 1 + ROUNDING) & (y >= -ROUNDING) & (y <= height - 1 + ROUNDING)
    x = np.clip(np.where(known, x, 0), 0, width - 1)
    y = np.clip(np.where(known, y, 0), 0, height - 1)
    left, top = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    right, bottom = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1)
    part_x, part_y = x - left, y - top
    upper = pixels[top, left] * (1 - part_x) + pixels[top, right] * part_x
    lower = pixels[bottom, left] * (1 - part_x) + pixels[bottom, right] * part_x
    values = upper * (1 - part_y) + lower * part_y
    return values if outside == "edge" else np.where(inside, values, 0)


def _plane(name, img):
    if img.n_dimensions > 2 or img.is_rgb:
        raise DMError(f"{name} takes an image of one or two dimensions with numbers as pixels.")
    return np.atleast_2d(img.pixels)


@dm_function("pixels Warp(image source, pixels x, pixels y)", "SEEN 21 f, Supplement S3", OUTSIDE)
def warp(call, source, x, y):
    """Bilinear interpolation at (x, y) for each pixel; a pixel's centre has its index as position."""
    return sample(_plane("Warp", source), x, y, call.switches.outside_value)


@dm_function("pixels Index(image source, pixels x, pixels y)", "RECALLED", OUTSIDE + "; the nearest pixel below")
def index(call, source, x, y):
    """The pixel at whole (x, y), without interpolation."""
    return sample(_plane("Index", source), np.floor(x), np.floor(y), call.switches.outside_value)


@dm_function("image Offset(image img, number dx, number dy)", "SEEN 5 f", "pixels that come from outside are 0")
def offset(call, img, dx, dy):
    """Shift by whole pixels to the right and down; same size."""
    shifted = img.clone()
    target, source = np.atleast_2d(shifted.pixels), _plane("Offset", img)
    target[...] = np.zeros((), source.dtype)
    columns, rows = int(dx), int(dy)
    height, width = source.shape
    if abs(columns) < width and abs(rows) < height:
        target[_to(rows, height), _to(columns, width)] = source[_to(-rows, height), _to(-columns, width)]
    return shifted


def _to(shift, size):
    return slice(max(shift, 0), size + min(shift, 0))


@dm_function(
    "image Rotate(image img, number radians)",
    "SEEN 2 f, SDK",
    "just large enough for all pixels; 0 around them",
)
def rotate(call, img, radians):
    """Rotation about the centre, counter-clockwise on the screen, bilinear."""
    pixels = _plane("Rotate", img)
    height, width = pixels.shape
    cos, sin = np.cos(radians), np.sin(radians)
    new_width = int(np.ceil(round(abs(width * cos) + abs(height * sin), 6)))
    new_height = int(np.ceil(round(abs(width * sin) + abs(height * cos), 6)))
    call.workspace.refuse_too_large((new_width, new_height), 8)
    rows, columns = np.indices((new_height, new_width), dtype=np.float64)
    x, y = columns - (new_width - 1) / 2, rows - (new_height - 1) / 2
    source_x, source_y = cos * x - sin * y + (width - 1) / 2, sin * x + cos * y + (height - 1) / 2
    values = sample(pixels, np.round(source_x, 9), np.round(source_y, 9))
    kept = img.pixels.dtype if img.pixels.dtype.kind in "fc" else np.float32
    rotated = Image(values.astype(kept), img.name)
    if width and height:
        rotated.copy_calibrations_from(img)
    return rotated


def _in_place(name, turned):
    def run(call, img):
        if img.n_dimensions < 2:
            raise DMError(f"{name} takes an image of at least two dimensions.")
        img.replace_pixels(np.ascontiguousarray(turned(img.pixels)))
        if name.startswith("Rotate"):
            img.calibrations[:2] = img.calibrations[1::-1]

    return run


for _name, _turned, _evidence, _doc in (
    ("RotateLeft", lambda p: np.rot90(p, 1, (-2, -1)), "SEEN 1 f, SDK", "by 90 degrees counter-clockwise"),
    ("RotateRight", lambda p: np.rot90(p, -1, (-2, -1)), "SEEN 1 f, SDK", "by 90 degrees clockwise"),
    ("FlipHorizontal", lambda p: p[..., ::-1], "SEEN 1 f, SDK", "left and right change places"),
    ("FlipVertical", lambda p: p[..., ::-1, :], "SEEN 3 f, SDK", "top and bottom change places"),
):
    dm_function(f"void {_name}(image img)", _evidence, f"in place, {_doc}")(_in_place(_name, _turned))


def binned(pixels, bin_x, bin_y):
    """Sums of blocks of bin_y x bin_x pixels; what does not fill a block at the right and bottom is dropped."""
    if pixels.dtype.names:
        raise DMError("Images of colours are not binned here: split them into red, green and blue first.")
    height, width = pixels.shape[0] // bin_y, pixels.shape[1] // bin_x
    if not height or not width:
        raise DMError(
            f"Blocks of {bin_x} x {bin_y} are larger than the image of {pixels.shape[1]} x {pixels.shape[0]}."
        )
    blocks = pixels[: height * bin_y, : width * bin_x].reshape(height, bin_y, width, bin_x)
    return blocks.astype(np.complex128 if pixels.dtype.kind == "c" else np.float64).sum(axis=(1, 3))


@dm_function("void RebinInPlace(image img, number bx, number by)", "SEEN 1 f", "sums of the blocks")
def rebin_in_place(call, img, bx, by):
    """Put blocks of pixels together."""
    bin_x, bin_y = int(bx), int(by)
    if bin_x < 1 or bin_y < 1 or img.n_dimensions != 2:
        raise DMError("RebinInPlace takes a 2D image and block sizes of at least 1.")
    _become_binned(img, binned(img.pixels, bin_x, bin_y), (bin_x, bin_y))


@dm_function("void Reduce(image img)", "SEEN 1 f, SDK", "means of 2 x 2 blocks")
def reduce(call, img):
    """Half the size, in place."""
    if img.n_dimensions != 2:
        raise DMError("Reduce takes a 2D image.")
    _become_binned(img, binned(img.pixels, 2, 2) / 4, (2, 2))


def _become_binned(img, pixels, bins):
    calibrations = list(img.calibrations)
    img.replace_pixels(pixels.astype(img.pixels.dtype))
    img.calibrations = [
        Calibration((old.origin + 0.5) / n - 0.5 if old.origin else 0.0, old.scale * n, old.units)
        for old, n in zip(calibrations, bins, strict=True)
    ]


@dm_function(
    "image LiveProfile_ExtractLineProfile(image img, number x0, number y0, number x1, number y1, number width)",
    "SEEN 2 f",
    "bilinear, one sample a pixel of length, averaged over the width",
)
def extract_line_profile(call, img, x0, y0, x1, y1, width):
    """Intensity along a line, averaged across its width."""
    length = np.hypot(x1 - x0, y1 - y0)
    if not 0 < length < 1e6:
        raise DMError("A line profile needs a line of some length.")
    if not width < 1e4:
        raise DMError("A line profile is at most 1e4 pixels wide.")
    n_points, n_lines = int(np.ceil(length)), max(int(round(width)), 1)
    along = np.arange(n_points)
    across = np.arange(n_lines)[:, None] - (n_lines - 1) / 2
    step_x, step_y = (x1 - x0) / length, (y1 - y0) / length
    values = sample(
        _plane("A line profile", img),
        x0 + along * step_x - across * step_y,
        y0 + along * step_y + across * step_x,
        call.switches.outside_value,
    )
    profile = Image(np.real(values).mean(axis=0).astype(np.float32), "Profile of " + img.name)
    profile.calibrations[0] = Calibration(0.0, img.calibrations[0].scale, img.calibrations[0].units)
    profile.intensity = Calibration(img.intensity.origin, img.intensity.scale, img.intensity.units)
    return profile
