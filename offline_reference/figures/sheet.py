"""Rows and columns of panels, laid out in inches: image, title, scale bar and colour bar."""
import textwrap
from dataclasses import dataclass

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from .geometry import height_over_width, readable_number, scale_bar

# lengths on the sheet [inch]
MARGIN = 0.14
GAP = 0.16  # between columns
ROW_GAP = 0.09
TITLE_LINE = 0.25
UNDER_LINE = 0.29  # scale bar and colour bar below a panel, with their labels
NOTE_LINE = 0.17
NOTE_LETTER = 0.066  # mean width at 8 pt
NAME_COLUMN = 0.3  # names of rows, at the left

TALLEST = 1.5  # an image higher than this many column widths is drawn narrower
LONGEST_BAR = 0.3  # scale bars, of a column


@dataclass
class Panel:
    """An image and how to show it. `axes` is its pair of calibrated axes or None; `share` stands at the right.

    An image (rows, columns, 3) has its colours already; norm and colours are then those of its colour bar.
    """

    image: np.ndarray
    norm: Normalize
    colours: str
    axes: tuple | None = None
    title: str = ""
    share: str = ""
    ink: str = "black"  # of the title

    def size(self, column_width):
        """(width, height) on a sheet. [inch]"""
        ratio = height_over_width(self.image.shape[:2], self.axes)
        width = column_width * min(1, TALLEST / ratio)
        return width, width * ratio


def row_height(row, column_width):
    """Height of a row without its titles. [inch]"""
    return max(panel.size(column_width)[1] for panel in row if panel) + UNDER_LINE + ROW_GAP


def sheet(rows, column_width, names=None, title="", note="", header=0.0, least_width=0.0):
    """Draw rows of panels at fixed sizes, so that any number of them neither overlaps nor shrinks.

    Parameters
    ----------
    rows : list of list of Panel or None
        None leaves a place empty.
    column_width : float
        [inch]
    names : list of str, optional
        One a row, written upright at its left.
    title, note : str
        Above and below all.
    header, least_width : float
        Room that is kept free below the title, and how wide the sheet is at least. [inch]
    """
    pen = _Pen(rows, column_width, names, title, note, header, least_width)
    for row, name in zip(rows, names or [""] * len(rows)):
        pen.draw_row(row, name)
    pen.write_note()
    return pen.figure


class _Pen:
    """Walks down a figure whose size was counted beforehand. Lengths in inches from the lower left."""

    def __init__(self, rows, column_width, names, title, note, header, least_width):
        self.column_width = column_width
        self.left = MARGIN + (NAME_COLUMN if names else 0)
        n_columns = max(map(len, rows))
        self.width = max(least_width, self.left + n_columns * (column_width + GAP) - GAP + MARGIN)
        self.note = textwrap.wrap(note, max(20, int((self.width - 2 * MARGIN) / NOTE_LETTER)))
        n_titles = sum(map(_is_titled, rows)) + bool(title)
        self.height = (
            2 * MARGIN
            + header
            + sum(row_height(row, column_width) for row in rows)
            + n_titles * TITLE_LINE
            + len(self.note) * NOTE_LINE
        )
        self.figure = Figure(figsize=(self.width, self.height), facecolor="white")
        FigureCanvasAgg(self.figure)
        self.top = self.height - MARGIN
        if title:
            self.write(MARGIN, self.top, title, va="top", size=11, weight="bold")
            self.top -= TITLE_LINE
        self.top -= header

    def write(self, x, y, text, **how):
        """Text as it is: a title may hold a $, which matplotlib would take for mathematics."""
        self.figure.text(x / self.width, y / self.height, text, parse_math=False, **how)

    def axes(self, x, y, width, height):
        axes = self.figure.add_axes([x / self.width, y / self.height, width / self.width, height / self.height])
        axes.set(xticks=[], yticks=[])
        return axes

    def draw_row(self, row, name):
        if _is_titled(row):
            self.top -= TITLE_LINE
        image_height = row_height(row, self.column_width) - UNDER_LINE - ROW_GAP
        if name:
            self.write(
                MARGIN + 0.08, self.top - image_height / 2, name,
                rotation=90, ha="center", va="center", size=10, weight="bold",
            )
        for place, panel in enumerate(row):
            if panel:
                self.draw_panel(panel, self.left + place * (self.column_width + GAP))
        self.top -= image_height + UNDER_LINE + ROW_GAP

    def draw_panel(self, panel, x):
        width, height = panel.size(self.column_width)
        y = self.top - height
        axes = self.axes(x, y, width, height)
        axes.set_gid("image")
        axes.imshow(panel.image, norm=panel.norm, cmap=panel.colours, aspect="auto")  # the axes have the right shape
        axes.spines[:].set_visible(False)
        above = {"va": "bottom", "size": 9.5}
        if panel.title:
            self.write(x, self.top + 0.05, panel.title, weight="bold", color=panel.ink, **above)
        if panel.share:
            self.write(x + width, self.top + 0.05, panel.share, ha="right", **above)
        self.draw_scale_bar(panel, x, y - 0.1, width)
        self.draw_colour_bar(panel, x + 0.4 * self.column_width, y - 0.115, 0.6 * self.column_width)

    def draw_scale_bar(self, panel, x, y, width):
        """Below the image, not on it: it hides nothing and stays readable on a thin image, where it may stick out."""
        pixels_per_inch = panel.image.shape[1] / width
        bar = scale_bar(LONGEST_BAR * self.column_width * pixels_per_inch, panel.axes and panel.axes[1])
        size = bar.pixels / pixels_per_inch / self.width, 0.03 / self.height
        self.figure.add_artist(
            Rectangle((x / self.width, y / self.height), *size, color="black", lw=0, gid="scale bar")
        )
        self.write(x, y - 0.04, bar.label, va="top", size=7.5)

    def draw_colour_bar(self, panel, x, y, width):
        axes = self.axes(x, y, width, 0.06)
        axes.imshow(np.linspace(0, 1, 256)[np.newaxis], cmap=panel.colours, aspect="auto", vmin=0, vmax=1)
        axes.spines[:].set(linewidth=0.4, color="0.4")
        below = {"va": "top", "size": 7}
        self.write(x, y - 0.025, readable_number(panel.norm.vmin, 2), ha="left", **below)
        self.write(x + width, y - 0.025, readable_number(panel.norm.vmax, 2), ha="right", **below)

    def write_note(self):
        for line in self.note:
            self.write(MARGIN, self.top, line, va="top", size=8, color="0.25")
            self.top -= NOTE_LINE


def _is_titled(row):
    return any(panel and (panel.title or panel.share) for panel in row)
