"""RGB images and colours: putting channels together, taking them apart, writing one of them."""

import numpy as np

from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.images import RGB
from offline_reference.virtual_dm.registry import dm_assignment, dm_function
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


@dm_function("image COLUGradientColorCLUT(taggroup colours)", "SEEN 1 f", "linear between colours at 0..255")
def gradient_colour_table(call, colours):
    """Colour table 256 x 1 from a list of groups with a position (0..1) and a colour."""
    stops = []
    for number, tag in enumerate(colours.tags):
        plain = tag.value if isinstance(tag.value, tuple) else _colour_of(tag.value)
        stops.append((_position(tag.value, number, len(colours)), [channel / 257 for channel in plain]))
    if len(stops) < 2:
        raise DMError("A colour gradient needs at least two colours.")
    stops.sort(key=lambda stop: stop[0])
    positions = np.array([position for position, _ in stops])
    ramp = np.linspace(positions[0], positions[-1], 256)
    channels = [np.interp(ramp, positions, [colour[n] for _, colour in stops]) for n in range(3)]
    return rgb_pixels(call, *(channel[None, :] for channel in channels))


def _position(group, number, n):
    values = [tag.value for tag in getattr(group, "tags", []) if isinstance(tag.value, int | float)]
    return float(values[0]) if values else number / max(n - 1, 1)


def _colour_of(group):
    found = [tag.value for tag in getattr(group, "tags", []) if isinstance(tag.value, tuple) and len(tag.value) == 3]
    if not found:
        raise DMError("An entry of the colour gradient has no colour.")
    return found[0]
