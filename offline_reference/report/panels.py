"""An image of the page: PNG in the page itself, scale bar, colour bar, and words for those who cannot see it."""
import base64
from dataclasses import dataclass
from functools import lru_cache

from offline_reference import figures

PAGE_BYTES = 2_000_000  # PNG bytes of all images of a page; base64 makes 4 of 3, so a page stays below 3 MB
TALLEST = 1.5  # an image higher than so many widths is drawn narrower
LONGEST_BAR = 0.3  # of the panel's width
COARSE = 200  # an image of fewer pixels is enlarged: then each pixel is shown as a square


@dataclass(frozen=True)
class PagePanel:
    """What the template needs of one image. Widths are parts of the panel's width. [%]"""

    png: str
    words: str
    width: float
    height_over_width: float
    coarse: bool
    bar_width: float
    bar_label: str
    colour_bar: str
    lowest: str
    highest: str


def panel(image, norm, colours, axes, words, max_bytes):
    """Make a panel of an image (rows, columns); ``axes`` is its pair of axes, ``words`` what it shows."""
    n_rows, n_columns = image.shape
    ratio = figures.height_over_width(image.shape, axes)
    width = min(1.0, TALLEST / ratio)
    bar = figures.scale_bar(LONGEST_BAR * n_columns / width, axes[1])
    lowest, highest = (figures.readable_number(float(limit), 2) for limit in (norm.vmin, norm.vmax))
    return PagePanel(
        png=as_uri(figures.panel_png(image, norm, colours, max_bytes)),
        words="{}; {} by {} pixels (rows by columns), colours from {} to {}.".format(
            words, n_rows, n_columns, lowest, highest),
        width=round(100 * width, 2),
        height_over_width=round(ratio, 5),
        coarse=max(n_rows, n_columns) < COARSE,
        bar_width=round(100 * width * bar.pixels / n_columns, 2),
        bar_label=bar.label,
        colour_bar=_colour_bar(colours),
        lowest=lowest,
        highest=highest,
    )


def as_uri(png):
    """PNG bytes as an address that holds the picture itself."""
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")


@lru_cache
def _colour_bar(colours):
    return as_uri(figures.colour_bar_png(colours))
