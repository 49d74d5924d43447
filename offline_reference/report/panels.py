"""An image of the page: PNG in the page itself, scale bar, colour bar, and words for those who cannot see it.

The PNG holds values, and its palette says how they look; the page's script (page.js) writes another palette for
another contrast, and reads values back. Without a script the picture is as it was made here.
"""
import base64
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from offline_reference import figures
from offline_reference.numerics.cutoff import electron_wavelength

PAGE_BYTES = 2_000_000  # PNG bytes of all images of a page; base64 makes 4 of 3, so a page stays below 3 MB
TALLEST = 1.5  # an image higher than so many widths is drawn narrower
LONGEST_BAR = 0.3  # of the panel's width
COARSE = 200  # an image of fewer pixels is enlarged: then each pixel is shown as a square
COLOURS = {"inferno": "inferno", "viridis": "viridis", "gray": "grey", "gray_r": "grey, inverted"}
NM = {"1/nm": 1.0, "1/pm": 1e3, "1/A": 10.0, "1/\N{LATIN CAPITAL LETTER A WITH RING ABOVE}": 10.0, "1/um": 1e-3,
      "1/\N{MICRO SIGN}m": 1e-3}  # 1/nm in one of the unit


@dataclass(frozen=True)
class PagePanel:
    """What the template needs of one image. Widths are parts of the panel's width. [%]"""

    png: str
    words: str  # what it shows
    size: str
    what: str  # its values are
    kind: str  # "diffraction", "map" or "fixed" (a contrast that controls do not change)
    axes: str  # "vu" or "yx"
    rows: int
    columns: int
    levels: dict
    limits: tuple
    width: float
    height_over_width: float
    coarse: bool
    bar_width: float
    bar_label: str
    bar_second: str
    colour_bar: str
    lowest: str
    highest: str


@dataclass(frozen=True)
class Wanted:
    """An image that a page is to show.

    Attributes
    ----------
    image : ndarray, shape (rows, columns)
    norm, colours : see `figures.panel_png`
    axes : dict of files.Axis
    keys : "vu" or "yx"
        Which axes are those of the image.
    words : str
        What it shows.
    kind : "diffraction", "map" or "fixed"
        Which controls change its contrast.
    what : str
        What its values are, for the read-out.
    voltage_kv : float, optional
        For a scale bar in mrad as well. [kV]
    """

    image: np.ndarray
    norm: object
    colours: str
    axes: dict
    keys: str
    words: str
    kind: str = "fixed"
    what: str = "value"
    voltage_kv: float | None = None

    def packed(self, max_bytes=None):
        """Its PNG."""
        return figures.panel_png(self.image, self.norm, self.colours, max_bytes)


def drawn(groups, total=PAGE_BYTES):
    """Groups (dicts) with a panel wherever they want an image, all PNGs together no larger than total bytes."""
    wanted = [one for group in groups for one in group.values() if isinstance(one, Wanted)]
    packed = [one.packed() for one in wanted]
    most = fair_shares([len(one.png) for one in packed], total)
    panels = iter([_panel(one, full if len(full.png) <= most else one.packed(most))
                   for one, full in zip(wanted, packed)])
    return [{name: next(panels) if isinstance(value, Wanted) else value for name, value in group.items()}
            for group in groups]


def _panel(one, packed):
    """The panel of a Wanted and its Packed."""
    axes = [one.axes[key] for key in one.keys]
    n_rows, n_columns = one.image.shape
    ratio = figures.height_over_width(one.image.shape, axes)
    width = min(1.0, TALLEST / ratio)
    bar = figures.scale_bar(LONGEST_BAR * n_columns / width, axes[1])
    averaged = "" if packed.shape == one.image.shape else ", averaged to {} by {}".format(*packed.shape)
    return PagePanel(
        png=as_uri(packed.png),
        words=one.words,
        size="{} by {} pixels (rows by columns){}".format(n_rows, n_columns, averaged),
        what=one.what,
        kind=one.kind,
        axes=one.keys,
        rows=n_rows,
        columns=n_columns,
        levels=vars(packed.levels),
        limits=(float(one.norm.vmin), float(one.norm.vmax)),
        width=round(100 * width, 2),
        height_over_width=round(ratio, 5),
        coarse=max(packed.shape) < COARSE,
        bar_width=round(100 * width * bar.pixels / n_columns, 2),
        bar_label=bar.label,
        bar_second=_second_label(bar, axes[1], one.voltage_kv) if one.keys == "vu" else "",
        colour_bar=_colour_bar(one.colours),
        lowest=figures.readable_number(float(one.norm.vmin), 2),
        highest=figures.readable_number(float(one.norm.vmax), 2),
    )


def fair_shares(sizes, total):
    """The most bytes one image may have, so that all together keep to the total and only the largest are cut."""
    left, n_left = total, len(sizes)
    for size in sorted(sizes):
        if size * n_left > left:
            return left // n_left
        left, n_left = left - size, n_left - 1
    return max(sizes, default=0)


def second_units(units, voltage_kv):
    """(factor, units) of the same length on the detector as an angle, or of an angle as 1/nm; None if not known.

    An angle and a spatial frequency are one through the wavelength, so through the voltage.
    """
    if not voltage_kv:
        return None
    mrad = 1e3 * electron_wavelength(voltage_kv)  # in 1/nm
    if units in NM:
        return float(mrad * NM[units]), "mrad"
    return (float(1 / mrad), "1/nm") if units == "mrad" else None


def as_uri(png):
    """PNG bytes as an address that holds the picture itself."""
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")


@lru_cache
def colour_tables():
    """Colormaps a reader can choose: name -> (what it is called, 768 bytes in base64)."""
    return {name: (words, base64.b64encode(figures.colour_table(name)).decode("ascii"))
            for name, words in COLOURS.items()}


def _second_label(bar, axis, voltage_kv):
    """The length of a scale bar in `second_units`, or ""."""
    second = second_units(axis.units, voltage_kv)
    if second is None:
        return ""
    return "{} {}".format(figures.readable_number(bar.length * second[0], 3), figures.readable_units(second[1]))


@lru_cache
def _colour_bar(colours):
    return as_uri(figures.colour_bar_png(colours))
