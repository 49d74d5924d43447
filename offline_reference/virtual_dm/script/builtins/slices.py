"""Slices and single pixels: views into an image along chosen dimensions."""

import numpy as np

from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.images import RGB, converted
from offline_reference.virtual_dm.registry import dm_function
from offline_reference.virtual_dm.script.builtins.colours import as_channel
from offline_reference.virtual_dm.values import RGBNumber, ScriptObject

START = "number x, number y, number z"
AXIS = "number dim{0}, number length{0}, number step{0}"
TRUNCATED = "fractional indices and lengths are cut off"


def _sliced(call, img, *numbers):
    offsets, axes = numbers[:3], numbers[3:]
    return img.slice(offsets, [axes[place : place + 3] for place in range(0, len(axes), 3)])


for _n, _evidence in ((1, "SEEN 4 f"), (2, "SEEN 18 f"), (3, "SEEN 2 f")):
    _axes = ", ".join(AXIS.format(letter) for letter in "ABC"[:_n])
    dm_function(f"image Slice{_n}(image img, {START}, {_axes})", _evidence, TRUNCATED)(_sliced)


@dm_function("image SliceN(image img, number nSource, number nTarget, ...)", "SEEN 9 f", TRUNCATED)
def slice_n(call, img, n_source, n_target, *numbers):
    """View of nTarget dimensions: nSource offsets, then dimension, length and step for each target dimension."""
    n_source, n_target = int(n_source), int(n_target)
    wanted = n_source + 3 * n_target
    if len(numbers) != wanted:
        raise DMError(
            f"SliceN from {n_source} to {n_target} dimensions takes {wanted} further numbers, not {len(numbers)}."
        )
    offsets, axes = numbers[:n_source], numbers[n_source:]
    return img.slice(offsets, [axes[place : place + 3] for place in range(0, len(axes), 3)])


@dm_function("object NewImageDataSlice(number nSource, number nTarget, ...)", "SEEN 2 f", TRUNCATED)
def new_image_data_slice(call, n_source, n_target, *numbers):
    """A slice kept as an object, for Slice."""
    return ScriptObject("ImageDataSlice", state={"slice": (n_source, n_target, *numbers)})


@dm_function("image Slice(image img, object slice)", "SEEN 2 f")
def slice_by_object(call, img, slice_object):
    if "slice" not in getattr(slice_object, "state", {}):
        raise DMError("Slice takes an object made by NewImageDataSlice.")
    return slice_n(call, img, *slice_object.state["slice"])


# -- single pixels ----------------------------------------------------------------------------------------------------


def _place(img, *indices):
    """NumPy index of a pixel from DM's order; refuses what lies outside."""
    whole = []
    for index, size in zip(indices, (*img.sizes, 1, 1, 1), strict=False):
        if not 0 <= index < size:
            raise DMError(f"There is no pixel {tuple(f'{i:g}' for i in indices)} in an image of sizes {img.sizes}.")
        whole.append(int(index))
    return tuple(reversed(whole[: img.n_dimensions]))


def _plain(value):
    if value.dtype.names:
        return RGBNumber(*(float(value[field]) for field in "rgba"))
    return value.item() * 1.0 if value.dtype.kind != "c" else complex(value)


OUTSIDE = "outside the image: an error"


@dm_function("number GetPixel(image img, number x, number y)", "SEEN 27 f, SDK", OUTSIDE)
def get_pixel(call, img, x, y):
    return _plain(img.pixels[_whole_place("GetPixel", img, x, y)])


@dm_function("void SetPixel(image img, number x, number y, number value)", "SEEN 26 f, SDK", OUTSIDE)
@dm_function("void SetPixel(image img, number x, number y, complexnumber value)", "RECALLED", OUTSIDE)
@dm_function("void SetPixel(image img, number x, number y, rgbnumber value)", "RECALLED", OUTSIDE)
def set_pixel(call, img, x, y, value):
    place = _whole_place("SetPixel", img, x, y)
    if isinstance(value, RGBNumber):
        value = np.array(tuple(as_channel(value[n]) for n in (2, 1, 0, 3)), RGB)
    img.pixels[place] = converted(np.asarray(value), img.pixels.dtype)[()]


def _whole_place(name, img, x, y):
    if img.n_dimensions > 2:
        raise DMError(
            f"{name} takes an image of one or two dimensions, this one has {img.n_dimensions}: slice it first."
        )
    return _place(img, x, y)
