"""Which two axes are the scan: evidence is weighed, the user is heard, a conflict is refused.

Evidence, each with the order it speaks for:

    tag      Meta Data:Data Order Swapped, written by DigitalMicrograph: true = detector fastest
    units    nm, um, angstrom = scan; 1/nm, 1/angstrom, mrad, deg = detector
    sizes    SI:Acquisition:Spatial Sampling, the scan as DigitalMicrograph planned it; only where tag and
             units are silent, because it stays as it was when data are cropped or binned

Files know of more (see `offline_reference.files.axis_order`).
"""

from collections import namedtuple

from .errors import RefusedError
from .unfold import ORDERS
from .units import kind_of

WORDS = {"vuyx": "scan fastest", "yxvu": "detector fastest"}

Evidence = namedtuple("Evidence", "order says weak")
Evidence.__new__.__defaults__ = (False,)
Evidence.__doc__ = """One reason to believe in an order, as the part of a sentence; a weak one is no proof."""


def decide(evidence, asked, name, option="--order ", cure="save its pixels as .npy and give --order with that"):
    """Settle the order, or refuse.

    Parameters
    ----------
    evidence : list of Evidence
        What the file, or the tags of an image, say.
    asked : "vuyx", "yxvu" or None
        What the user says.
    name : str
        The file or image, for the message.
    option, cure : str
        For the message: how the user gives the order, and what helps where the file is mistaken.

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
            "the axis order of '{0}' is contradictory: {1}. Look at the data and say which it is, with {2}vuyx "
            "(scan fastest) or {2}yxvu (detector fastest).".format(name, _list(evidence), option))
    if asked and spoken_for and asked not in spoken_for:
        raise RefusedError(
            "{}{} contradicts '{}': {}. Leave {} out; if the file is mistaken, {}.".format(
                option, asked, name, _list(evidence), option.strip(" ="), cure))
    if asked and len(spoken_for) == 2:
        against = [one for one in evidence if one.order != asked]
        return asked, "{} ({}), as asked".format(asked, WORDS[asked]), [
            "the file contradicts itself and {}{} decided: {}.".format(option, asked, _list(against))]
    if asked and not evidence:
        return asked, "{} ({}), as asked; the file does not say".format(asked, WORDS[asked]), []
    if evidence:
        order = evidence[0].order
        return order, "{} ({}): {}".format(order, WORDS[order], " and ".join(one.says for one in evidence)), []
    return None, "", []


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


def _pair(kinds):
    """What a pair of axes is; one calibrated axis speaks for its neighbour."""
    found = set(kinds) - {""}
    return "mixed" if len(found) > 1 else found.pop() if found else ""


def _list(evidence):
    return "; ".join("{}, which means {} ({})".format(one.says, one.order, WORDS[one.order]) for one in evidence)
