"""Names, units and numbers as DM takes them: ASCII, because GMS 3.4 was seen to crash on anything else."""
from offline_reference.numerics.units import plainly

SPELLINGS = (("\N{MICRO SIGN}", "u"), ("\N{GREEK SMALL LETTER MU}", "u"), ("\N{ANGSTROM SIGN}", "A"),
             ("\N{LATIN CAPITAL LETTER A WITH RING ABOVE}", "A"), ("\N{DEGREE SIGN}", "deg"))


def ascii_text(text):
    """Any text as ASCII: known signs are spelled, others escaped. Bytes are taken for Latin-1, as DM hands them out."""
    text = text.decode("latin-1") if isinstance(text, bytes) else str(text)
    for sign, spelled in SPELLINGS:
        text = text.replace(sign, spelled)
    return text.encode("ascii", "backslashreplace").decode("ascii")


def ascii_units(units):
    """One ASCII spelling of a unit: um, A, 1/nm, deg; bytes and text are understood."""
    text = units.decode("latin-1") if isinstance(units, bytes) else str(units)
    return ascii_text(plainly(text))


def script_text(text):
    """Text that can stand between the quotes of DM-script, on one line."""
    return ascii_text(text).replace("\\", "/").replace('"', "'").replace("\r", " ").replace("\n", " ")
