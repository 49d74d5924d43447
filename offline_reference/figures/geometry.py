"""Lengths: scale bars of round lengths, the shape of an image on paper, units and numbers as people write them."""
import math
from dataclasses import dataclass

UNCALIBRATED = ("", "px", "pixel", "pixels", "<undefined>")


@dataclass(frozen=True)
class ScaleBar:
    """A bar of a round `length` in `units`, drawn over that many `pixels` of the image."""

    length: float
    units: str
    pixels: float

    @property
    def label(self):
        return "{:g} {}".format(self.length, self.units)


def scale_bar(longest, axis=None):
    """The longest bar of 1, 2 or 5 x 10^n units that covers at most `longest` pixels.

    ``axis`` has ``scale`` and ``units``; without a usable calibration the bar counts pixels, one at least.
    """
    step, units = _calibration(axis)
    limit = step * longest
    decade = 10.0 ** math.floor(math.log10(limit))
    length = max(m * decade for m in (1, 2, 5) if m == 1 or m * decade <= limit * (1 + 1e-9))
    if units == "px":
        length = max(length, 1.0)
    return ScaleBar(length, readable_units(units), length / step)


def height_over_width(shape, axes=None):
    """Shape of an image on paper: pixels need not be square, a scan of 1 nm by 2 nm steps is drawn as it lies."""
    n_rows, n_columns = shape
    (row_step, row_units), (column_step, column_units) = map(_calibration, axes or (None, None))
    pixel = row_step / column_step if row_units == column_units else 1.0
    return pixel * n_rows / n_columns


def _calibration(axis):
    """(step, units) of an axis, or (1, "px")."""
    if axis is None:
        return 1.0, "px"
    step, units = abs(float(axis.scale)), str(axis.units or "").strip()
    usable = math.isfinite(step) and step > 0 and units.lower() not in UNCALIBRATED
    return (step, units) if usable else (1.0, "px")


def readable_units(units):
    """Units as they are printed: 1/nm -> nm⁻¹, um -> µm."""
    units = units.strip()
    if units.startswith("1/"):
        return readable_units(units[2:]) + "⁻¹"
    return {"um": "µm", "A": "Å", "1": ""}.get(units, units)


def readable_number(value, digits=3):
    """A few significant digits, as a person writes them: 0, 0.0123, 12300, 1.23×10⁻⁵."""
    if value == 0 or not math.isfinite(value):
        return "{:g}".format(value)
    mantissa, exponent = "{:.{}e}".format(value, digits - 1).split("e")
    exponent = int(exponent)
    if -3 < exponent < 6:
        text = "{:.{}f}".format(float("{:.{}g}".format(value, digits)), max(0, digits - 1 - exponent))
        return text.replace("-", "−")
    raised = str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return "{}×10{}".format(mantissa, raised).replace("-", "−")
