"""Which two axes are the scan, by what only files say: flags, formats, and the contrast as a hint.

The rule is in `numerics.axis_order`: tag, units, planned scan and the user. Files add

    flags    navigation axes, in files that HyperSpy wrote; weak, because it saves a .dm4 with flags nobody set
    format   detector files store pattern after pattern
    stored   the field `order` of an .npz

rosettasciio calls the last two axes of every .dm4 signal and numbers its axis names; neither is evidence.
"""
import numpy as np

from offline_reference.numerics.axis_order import WORDS, Evidence, decide, from_planned_scan, from_tag, from_units
from offline_reference.numerics.errors import RefusedError

__all__ = ["Evidence", "decide", "from_flags", "from_planned_scan", "from_tag", "from_units", "likely_order",
           "refuse_undecided", "warn_if_unlikely"]

CLEARLY = 3.0  # so many times more contrast, and the image of two axes is a diffraction rather than a map


def refuse_undecided(name, pixels):
    """Raise RefusedError that names both orders, and the one that the pixels look like."""
    first, last = pixels.shape[:2], pixels.shape[2:]
    likely = likely_order(pixels)
    hint = " By its contrast it looks like {}, but only you can know.".format(likely) if likely else ""
    raise RefusedError(
        "'{}' does not say which axes are the scan. Run again with --order vuyx (scan fastest: detector {} x {}, scan "
        "{} x {}) or --order yxvu (detector fastest: scan {} x {}, detector {} x {}).{}".format(
            name, *first, *last, *first, *last, hint))


def warn_if_unlikely(order, pixels):
    """A list with one warning if the pixels look like the other order, else an empty one."""
    likely = likely_order(pixels)
    if likely in (None, order):
        return []
    return ["the pixels look like {} ({}) and are read as {} ({}): if the maps look like diffractions, run again with "
            "--order {}.".format(likely, WORDS[likely], order, WORDS[order], likely)]


def likely_order(pixels):
    """The order that the contrast suggests, or None. A hint, never a decision.

    A mean diffraction has a bright centre and a dark rim; a mean map is the sample at low
    magnification and far more even. Looks at a part of the pixels: at most about 10^6.
    """
    first = _contrast(pixels[_spread(pixels.shape, (96, 96, 10, 10))].mean(axis=(2, 3), dtype=np.float64))
    last = _contrast(pixels[_spread(pixels.shape, (10, 10, 96, 96))].mean(axis=(0, 1), dtype=np.float64))
    if last > CLEARLY * first:
        return "yxvu"
    if first > CLEARLY * last:
        return "vuyx"
    return None


def from_flags(navigate):
    """Evidence in the navigation flags of four axes, where a person set them."""
    flags = tuple(bool(flag) for flag in navigate)
    if flags == (True, True, False, False):
        return [Evidence("yxvu", "its first two axes are navigation axes", weak=True)]
    if flags == (False, False, True, True):
        return [Evidence("vuyx", "its last two axes are navigation axes", weak=True)]
    return []


def _spread(shape, most):
    """Slices that take at most ``most`` evenly spread positions of each axis."""
    return tuple(slice(None, None, max(1, -(-size // limit))) for size, limit in zip(shape, most))


def _contrast(image):
    mean = image.mean()
    return float(image.std() / mean) if mean > 0 else 0.0
