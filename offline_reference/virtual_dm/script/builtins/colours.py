"""RGB images and colours: putting channels together, taking them apart, writing one of them."""

import numpy as np

from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.images import RGB
from offline_reference.virtual_dm.registry import dm_assignment, dm_function
from offline_reference.virtual_dm.tags import TagGroup
from offline_reference.virtual_dm.values import RGBNumber

CLIPPED = "channels are clipped to 0..255"
CHANNELS = {"Red": "r", "Green": "g", "Blue": "b", "Alpha": "a"}


@dm_function("rgbnumber RGB(number red, number green, number blue)", "SEEN 9 f", CLIPPED)
@dm_function("rgbnumber RGBA(number red, number green, number blue, number alpha)", "SEEN 1 f", CLIPPED)
def rgb_number(call, red, green, blue, alpha=0.0):
    return RGBNumber(red, green, blue, alpha)


@dm_function("pixels RGB(pixels red, pixels green, pixels blue)", "SEEN 9 f", CLIPPED)
@dm_function("pixels RGBA(pixels red, pixels green, pixels blue, pixels alpha)", "SEEN 1 f", CLIPPED)
def rgb_pixels(call, red, green, blue, alpha=0.0):
    """Colours from grids of numbers."""
    channels = {"r": red, "g": green, "b": blue, "a": alpha}
    pixels = np.zeros(np.broadcast_shapes(*(np.shape(channel) for channel in channels.values())), RGB)
    for field, channel in channels.items():
        pixels[field] = as_channel(channel)
    return pixels


def as_channel(values):
    """Numbers as 8-bit channel values."""
    return np.clip(np.nan_to_num(np.real(values)), 0, 255).astype(np.uint8)


def _channel_of_image(name, field):
    def run(call, img):
        if not img.is_rgb:
            raise DMError(f"{name} takes an RGB image; this one holds {img.pixels.dtype} numbers.")
        return img.pixels[field].astype(np.float32)

    return run


def _channel_of_number(name):
    def run(call, colour):
        return getattr(colour, name.lower())

    return run


def _set_channel(name, field):
    def run(call, target, value):
        if not target.is_rgb:
            raise DMError(f"{name} is a channel of an RGB image; this one holds {target.pixels.dtype} numbers.")
        target.pixels[field] = as_channel(value)

    return run


for _name, _field in CHANNELS.items():
    dm_function(f"image {_name}(image rgb)", "SEEN 7 f", "a real 4-byte image of 0 to 255")(
        _channel_of_image(_name, _field)
    )
    dm_function(f"number {_name}(rgbnumber colour)", "RECALLED")(_channel_of_number(_name))
    dm_assignment(f"void {_name}(image rgb, pixels value)", "SEEN 1 f", CLIPPED)(_set_channel(_name, _field))


@dm_assignment("void Real(image target, pixels value)", "RECALLED")
def set_real(call, target, value):
    _complex_pixels("Real", target).real[...] = np.real(value)


@dm_assignment("void Imaginary(image target, pixels value)", "RECALLED")
def set_imaginary(call, target, value):
    _complex_pixels("Imaginary", target).imag[...] = np.real(value)


def _complex_pixels(name, target):
    if not target.is_complex:
        raise DMError(f"{name} is a part of a complex image; this one holds {target.pixels.dtype} numbers.")
    return target.pixels


@dm_function("image COLUGradientColorCLUT(taggroup colours)", "SEEN 1 f", "linear between the colours")
def gradient_colour_table(call, colours):
    """Colour table 256 x 1 from a list of groups, each with an Index (0..255) and an RGB colour (0..255)."""
    stops = sorted(_colour_stop(tag.value) for tag in colours.tags)
    if not stops:
        raise DMError("A colour gradient needs at least one colour.")
    indices = [index for index, _ in stops]
    channels = [np.interp(np.arange(256), indices, [colour[n] for _, colour in stops]) for n in range(3)]
    return rgb_pixels(call, *(np.round(channel)[None, :] for channel in channels))


def _colour_stop(group):
    """(index, (red, green, blue)) of one entry of a gradient."""
    if not isinstance(group, TagGroup) or not (group.exists("Index") and group.exists("RGB")):
        raise DMError("Each entry of a colour gradient is a tag group with an Index and an RGB tag.")
    return group.get_as("Index", "double")[1], group.get_as("RGB", "rgb uint16")[1]
