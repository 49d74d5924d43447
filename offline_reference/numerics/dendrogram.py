"""A dendrogram as a picture of grey values: lines and numbers drawn into pixels, for where nothing else can draw.

Leaves stand on the left, one below the other, with their numbers; branches join to the right, at their distance.
"""

from collections import namedtuple

import numpy as np

from . import lettering
from .errors import RefusedError
from .linkage import leaf_order

Dendrogram = namedtuple("Dendrogram", "pixels distance_at_first_column distance_per_column order")
Dendrogram.__doc__ = """A drawn tree.

pixels (height, width), uint8: 255 paper, 0 branches within a cluster and numbers, 150 branches between clusters
distance_at_first_column, distance_per_column: calibration along the width; joints stand at their distance [-]
order (n,): the leaves from top to bottom
"""

PAPER, INK, BETWEEN_CLUSTERS, GRID = 255, 0, 150, 215

#: sizes in pixels: of a leaf's row, of the tree, of the paper around it
ROW, TREE_WIDTH, MARGIN = 18, 480, 12
#: numbers are drawn with pixels of this size
DOT = 2
GLYPH_HEIGHT, GLYPH_STEP = DOT * lettering.HEIGHT, DOT * lettering.STEP


def draw_dendrogram(Z, cut=None, numbers=None):
    """Draw the tree of a clustering.

    Parameters
    ----------
    Z : ndarray, shape (n - 1, 4)
        As `linkage.average_linkage` gives it.
    cut : float, optional
        Distance at which the tree is cut: a dashed line, and branches beyond it are grey.
    numbers : sequence of int, optional
        What is written beside leaf k; k + 1 if left out, as people count.

    Returns
    -------
    Dendrogram
    """
    n = len(Z) + 1
    numbers = np.arange(1, n + 1) if numbers is None else np.asarray(numbers)
    if len(numbers) != n:
        raise RefusedError("{} numbers for the {} leaves of a tree: give one for each.".format(len(numbers), n))
    order = leaf_order(Z)
    reach = _reach(Z, cut)
    per_column = reach / (TREE_WIDTH - 1)
    left = MARGIN + GLYPH_STEP * max(len(str(number)) for number in numbers) + MARGIN // 2
    axis = MARGIN + ROW * n + MARGIN // 2  # row of the line along which distances are written
    pixels = np.full((axis + 3 * MARGIN + GLYPH_HEIGHT, left + TREE_WIDTH + 3 * MARGIN), PAPER, dtype=np.uint8)

    def column(distance):
        return left + int(round(distance / per_column))

    _draw_axis(pixels, axis, column, reach)
    if cut is not None:
        _draw_dashes(pixels, MARGIN // 2, axis, column(cut))
    rows = np.empty(2 * n - 1)
    rows[order] = MARGIN + ROW * (np.arange(n) + 0.5)
    for leaf in range(n):
        _write(pixels, str(numbers[leaf]), int(rows[leaf]) - GLYPH_HEIGHT // 2, right=left - MARGIN // 2)
    _draw_branches(pixels, Z, rows, column, np.inf if cut is None else cut)
    return Dendrogram(pixels, -left * per_column, per_column, order)


def _reach(Z, cut):
    """Distance at the right end: a little beyond the last joint and the cut, 1 where all distances are 0."""
    largest = max(float(Z[-1, 2]), 0.0 if cut is None else float(cut))
    return 1.05 * largest if largest > 0 else 1.0


def _draw_branches(pixels, Z, rows, column, cut):
    """From both children to the right as far as their joint, and one line across; the root goes on a little."""
    n = len(Z) + 1
    at = np.concatenate([np.zeros(n), Z[:, 2]])  # distance of each node
    for k in range(n - 1):
        node, children = n + k, Z[k, :2].astype(int)
        rows[node] = rows[children].mean()
        for child in children:
            _draw_branch(pixels, rows[child], at[child], at[node], column, cut)
        top, bottom = sorted(int(rows[child]) for child in children)
        pixels[top:bottom + DOT, column(at[node]):column(at[node]) + DOT] = _shade(at[node], cut)
    root = column(at[-1])
    pixels[int(rows[-1]):int(rows[-1]) + DOT, root:root + MARGIN] = _shade(at[-1], cut)


def _draw_branch(pixels, row, start, end, column, cut):
    """A line along a row, grey where it is beyond the cut."""
    row, first, last = int(row), column(start), column(end) + DOT
    middle = last if end <= cut else max(column(cut), first)
    pixels[row:row + DOT, first:middle] = INK
    pixels[row:row + DOT, middle:last] = BETWEEN_CLUSTERS


def _shade(distance, cut):
    return INK if distance <= cut else BETWEEN_CLUSTERS


def _draw_axis(pixels, row, column, reach):
    """The line below the tree, with a tick and a number at round distances, and faint lines up through the tree."""
    pixels[row:row + DOT, column(0):column(reach)] = INK
    step = _round_step(reach)
    digits = max(0, int(np.ceil(-np.log10(step) - 1e-9)))
    for k in range(int(reach / step + 1e-9) + 1):
        tick, text = column(k * step), "{:.{}f}".format(k * step, digits)
        pixels[MARGIN // 2:row, tick] = GRID
        pixels[row:row + MARGIN // 2, tick:tick + DOT] = INK
        _write(pixels, text, row + MARGIN, right=tick + (len(text) * GLYPH_STEP) // 2)


def _round_step(reach):
    """1, 2 or 5 times a power of ten, so that there are about five ticks."""
    power = 10.0 ** np.floor(np.log10(reach / 5))
    return power * next(factor for factor in (1, 2, 5, 10) if factor * power >= reach / 6)


def _draw_dashes(pixels, top, bottom, column):
    rows = np.arange(top, bottom)
    pixels[rows[rows // 6 % 2 == 0], column] = INK


def _write(pixels, text, top, right):
    """Write digits so that they end at a column; what the picture's edge cuts off is lost."""
    for place, letter in enumerate(reversed(text)):
        glyph = lettering.drawn(letter, DOT)
        left = right - (place + 1) * GLYPH_STEP
        if left < 0:
            break
        part = pixels[top:top + glyph.shape[0], left:left + glyph.shape[1]]
        part[glyph[:part.shape[0], :part.shape[1]]] = INK
