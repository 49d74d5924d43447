"""Units as files spell them: one spelling of each, and whether it measures the scan or the detector."""
import re

SCAN_UNITS = {"nm", "um", "pm", "a", "angstrom", "angstroms"}
DETECTOR_UNITS = {"1/" + unit for unit in SCAN_UNITS} | {"mrad", "rad", "urad", "deg", "degree", "degrees"}
MANY_SPELLINGS = (
    ("\N{GREEK SMALL LETTER MU}", "\N{MICRO SIGN}"),  # two signs that look alike
    ("\N{ANGSTROM SIGN}", "\N{LATIN CAPITAL LETTER A WITH RING ABOVE}"),
    ("\N{SUPERSCRIPT MINUS}\N{SUPERSCRIPT ONE}", "^-1"),
    ("**-1", "^-1"),
    ("^-1", "-1"),
    ("-1", "^-1"),
)


def kind_of(unit):
    """"scan", "detector" or "" for a unit in any spelling."""
    plain = plainly(unit).lower()
    for written, meant in (("\N{MICRO SIGN}", "u"), ("\N{LATIN SMALL LETTER A WITH RING ABOVE}", "a")):
        plain = plain.replace(written, meant)
    return "scan" if plain in SCAN_UNITS else "detector" if plain in DETECTOR_UNITS else ""


def plainly(unit):
    """One spelling of a unit that files write in many: nm^-1, nm-1, 1 / nm, [1/n_m] are all 1/nm."""
    short = re.sub(r"[\s\[\]()_]", "", unit)
    for written, meant in MANY_SPELLINGS:
        short = short.replace(written, meant)
    power = re.fullmatch(r"(?:1?/)?([^\W\d]+?)(?:\^-1)?", short)
    if power is None:
        return unit.strip()
    return power[1] if short == power[1] else "1/" + power[1]
