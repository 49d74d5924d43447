"""Which two axes are the scan: the file's evidence and the user are heard, a conflict is refused.

Evidence, each with the order it speaks for:

    tag      Meta Data:Data Order Swapped, written by DigitalMicrograph: true = detector fastest
    units    nm, um, angstrom = scan; 1/nm, 1/angstrom, mrad, deg = detector
    sizes    SI:Acquisition:Spatial Sampling, the scan as DigitalMicrograph planned it; only where tag and
             units are silent, because it stays as it was when data are cropped or binned
    flags    navigation axes, in files that HyperSpy wrote; weak, because it saves a .dm4 with flags nobody set
    format   detector files store pattern after pattern
    stored   the field `order` of an .npz

rosettasciio calls the last two axes of every .dm4 signal and numbers its axis names; neither is evidence.
"""
from typing import NamedTuple

import numpy as np

from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.unfold import ORDERS

from .units import kind_of

WORDS = {"vuyx": "scan fastest", "yxvu": "detector fastest"}
CLEARLY = 3.0  # so many times more contrast, and the image of two axes is a diffraction rather than a map


class Evidence(NamedTuple):
    """One reason to believe in an order, as the part of a sentence; a weak one is checked against the contrast."""

    order: str
    says: str
    weak: bool = False


def decide(evidence, asked, name):
    """Settle the order, or refuse.

    Parameters
    ----------
    evidence : list of Evidence
        What the file says.
    asked : "vuyx", "yxvu" or None
        What the user says.
    name : str
        The file, for the message.

    Returns
    -------
    order : str, or None if nobody says anything
    reason : str
        How it was decided.
    warnings : list of str
    """
    if asked is not None and asked not in ORDERS:
        raise RefusedError("the axis order '{}' is unknown: choose one of {}.".format(asked, " or ".join(ORDERS)))
    spoken_for = {one.order for one in evidence}
    if len(spoken_for) == 2 and asked is None:
        raise RefusedError(
            "the axis order of '{}' is contradictory: {}. Look at the data and say which it is, with --order vuyx "
            "(scan fastest) or --order yxvu (detector fastest).".format(name, _list(evidence)))
    if asked and spoken_for and asked not in spoken_for:
        raise RefusedError(
            "--order {} contradicts '{}': {}. Leave --order out; if the file is mistaken, save its pixels as .npy and "
            "give --order with that.".format(asked, name, _list(evidence)))
    if asked and len(spoken_for) == 2:
        against = [one for one in evidence if one.order != asked]
        return asked, "{} ({}), as asked".format(asked, WORDS[asked]), [
            "the file contradicts itself and --order {} decided: {}.".format(asked, _list(against))]
    if asked and not evidence:
        return asked, "{} ({}), as asked; the file does not say".format(asked, WORDS[asked]), []
    if evidence:
        order = evidence[0].order
        return order, "{} ({}): {}".format(order, WORDS[order], " and ".join(one.says for one in evidence)), []
    return None, "", []


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


def from_tag(value):
    """Evidence in DigitalMicrograph's tag; some scripts write it as a number or a word."""
    if value is None:
        return []
    swapped = str(value).strip().lower() in ("true", "1", "1.0", "yes")
    return [Evidence("yxvu" if swapped else "vuyx",
                     "the tag Meta Data:Data Order Swapped is {}".format("true" if swapped else "false"))]


def from_units(units):
    """Evidence in the units of four axes, slowest first."""
    kinds = [kind_of(unit) for unit in units]
    first, last = _pair(kinds[:2]), _pair(kinds[2:])
    if first == last or "mixed" in (first, last):
        return []
    says = "the units of its axes are {}".format(", ".join(unit or "none" for unit in units))
    return [Evidence("yxvu" if first == "scan" or last == "detector" else "vuyx", says)]


def from_planned_scan(shape, scan):
    """Evidence in the planned scan (n_y, n_x), where just one pair of axes has its sizes."""
    if scan is None or shape[:2] == shape[2:]:
        return []
    says = "its tags plan a scan of {} x {}".format(*scan)
    if shape[:2] == scan:
        return [Evidence("yxvu", says, weak=True)]
    return [Evidence("vuyx", says, weak=True)] if shape[2:] == scan else []


def from_flags(navigate):
    """Evidence in the navigation flags of four axes, where a person set them."""
    flags = tuple(bool(flag) for flag in navigate)
    if flags == (True, True, False, False):
        return [Evidence("yxvu", "its first two axes are navigation axes", weak=True)]
    if flags == (False, False, True, True):
        return [Evidence("vuyx", "its last two axes are navigation axes", weak=True)]
    return []


def _pair(kinds):
    """What a pair of axes is; one calibrated axis speaks for its neighbour."""
    found = set(kinds) - {""}
    return "mixed" if len(found) > 1 else found.pop() if found else ""


def _list(evidence):
    return "; ".join("{}, which means {} ({})".format(one.says, one.order, WORDS[one.order]) for one in evidence)


def _spread(shape, most):
    """Slices that take at most ``most`` evenly spread positions of each axis."""
    return tuple(slice(None, None, max(1, -(-size // limit))) for size, limit in zip(shape, most))


def _contrast(image):
    mean = image.mean()
    return float(image.std() / mean) if mean > 0 else 0.0
