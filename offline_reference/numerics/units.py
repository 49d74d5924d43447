"""Units as files spell them: one spelling of each, and whether it measures the scan or the detector."""
import re

SCAN_UNITS = {"nm", "um", "pm", "a", "angstrom", "angstroms"}
DETECTOR_UNITS = {"1/" + unit for unit in SCAN_UNITS} | {"mrad", "rad", "urad", "deg", "degree", "degrees"}
LENGTHS_IN_NM = {"nm": 1.0, "a": 0.1, "angstrom": 0.1, "angstroms": 0.1, "pm": 1e-3, "um": 1e3, "micron": 1e3,
                 "mm": 1e6, "m": 1e9}
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
    plain = _plain_ascii(unit)
    return "scan" if plain in SCAN_UNITS else "detector" if plain in DETECTOR_UNITS else ""


def nanometres(unit):
    """How long a unit of length is, in any spelling; None if it is none. [nm]"""
    return LENGTHS_IN_NM.get(_plain_ascii(unit))


def _plain_ascii(unit):
    plain = plainly(unit).lower()
    for written, meant in (("\N{MICRO SIGN}", "u"), ("\N{LATIN SMALL LETTER A WITH RING ABOVE}", "a")):
        plain = plain.replace(written, meant)
    return plain


def plainly(unit):
    """One spelling of a unit that files write in many: nm^-1, nm-1, 1 / nm, [1/n_m], pyxem's k_nm^-1 are all 1/nm."""
    short = re.sub(r"^k_|[\s\[\]()_${}]", "", unit.replace(r"\AA", "\N{LATIN CAPITAL LETTER A WITH RING ABOVE}"))
    for written, meant in MANY_SPELLINGS:
        short = short.replace(written, meant)
    power = re.fullmatch(r"(?:1?/)?([^\W\d]+?)(?:\^-1)?", short)
    if power is None:
        return unit.strip()
    return power[1] if short == power[1] else "1/" + power[1]
