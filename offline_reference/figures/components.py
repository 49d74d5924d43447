"""Sheets of diffractions and maps: of one method, of PCA (signed), of several methods side by side."""
import math

import matplotlib
import numpy as np

from offline_reference.numerics.errors import RefusedError

from .contrast import GAMMA, diffraction_norm, map_norm, signed_diffraction_norm, signed_map_norm
from .sheet import GAP, TITLE_LINE, Panel, row_height, sheet
from .style import DIFFRACTION_COLOURS, MAP_COLOURS, SIGNED_COLOURS, STYLE

SLIDE = 16 / 9  # width over height
IN_WORDS = {"log": "logarithmic scale", "gamma": "gamma {:g}".format(GAMMA), "linear": "linear scale"}


@matplotlib.rc_context(STYLE)
def components_figure(
    diffractions, maps, diffraction_axes=None, map_axes=None, *,
    stretch="log", same_limits=False, centre=None, central_radius=None, title="",
):
    """Every component as a diffraction over its map, numbered, with its share of the intensity.

    Parameters
    ----------
    diffractions : ndarray, shape (n_k, n_v, n_u)
        Each of sum 1. [-]
    maps : ndarray, shape (n_k, n_y, n_x)
        [counts]
    diffraction_axes, map_axes : pair of axes, optional
        (v, u) and (y, x): objects with `scale` and `units`.
    stretch : "log", "gamma" or "linear"
        How diffractions are shown; maps are always linear.
    same_limits : bool
        One scale for all diffractions and one for all maps, to compare strengths; else each its own.
    centre, central_radius : optional
        Of the region that the contrast leaves out: see `contrast.diffraction_norm`. [pixel]
    title : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    diffractions, maps = _paired(diffractions, maps)
    norms = _norms(diffractions, same_limits, lambda d: diffraction_norm(d, stretch, centre, central_radius))
    above = [
        Panel(image, norm, DIFFRACTION_COLOURS, diffraction_axes, str(number), "{:.1f} %".format(100 * share))
        for number, (image, norm, share) in enumerate(zip(diffractions, norms, shares_of_intensity(maps)), 1)
    ]
    norms = _norms(maps, same_limits, map_norm)
    below = [Panel(image, norm, MAP_COLOURS, map_axes) for image, norm in zip(maps, norms)]
    note = (
        "Number and share of all counts. Diffractions (each sums to 1): {0}, {1}; the central disc may saturate. "
        "Maps: counts, {1}.".format(IN_WORDS[stretch], "one for all" if same_limits else "each its own limits")
    )
    return _sheet_of_pairs(above, below, title, note)


@matplotlib.rc_context(STYLE)
def signed_figure(diffractions, maps, diffraction_axes=None, map_axes=None, *, shares=None, title=""):
    """Components that may be negative (PCA, varimax), as diffraction over map: zero white, negative blue, positive red.

    ``shares`` are parts of the variance, one for each component, if known. Other parameters as in `components_figure`.
    """
    diffractions, maps = _paired(diffractions, maps)
    shares = [""] * len(maps) if shares is None else ["{:.2g} %".format(100 * share) for share in shares]
    above = [
        Panel(image, signed_diffraction_norm(image), SIGNED_COLOURS, diffraction_axes, str(number), share)
        for number, (image, share) in enumerate(zip(diffractions, shares), 1)
    ]
    below = [Panel(image, signed_map_norm(image), SIGNED_COLOURS, map_axes) for image in maps]
    note = (
        "Blue is negative, white zero, red positive, each its own limits; weak parts are raised (arcsinh scale), the "
        "central disc may saturate."
    )
    return _sheet_of_pairs(above, below, title, note)


@matplotlib.rc_context(STYLE)
def comparison_figure(
    methods, diffraction_axes=None, map_axes=None, *, stretch="log", centre=None, central_radius=None, title=""
):
    """Methods one below the other, the same component in the same column and on the same scale.

    Parameters
    ----------
    methods : sequence of (name, diffractions, maps)
        Sequences of 2D images, matched already: entry i of each method is the same component. A method without that
        component holds None in its place, or ends before it.

    Other parameters as in `components_figure`.
    """
    n_components = max(len(diffractions) for _, diffractions, _ in methods)

    def row(place, colours, axes, make):
        """A function that gives one method's panels of diffractions (place 1) or maps (place 2)."""
        columns = []
        for k in range(n_components):
            images = [method[place][k] if k < len(method[place]) else None for method in methods]
            norm = make(np.stack([image for image in images if image is not None]))
            columns.append([None if image is None else Panel(image, norm, colours, axes) for image in images])
        return [list(panels) for panels in zip(*columns)]

    diffractions = row(1, DIFFRACTION_COLOURS, diffraction_axes,
                       lambda d: diffraction_norm(d, stretch, centre, central_radius))
    maps = row(2, MAP_COLOURS, map_axes, map_norm)
    names = [name for name, _, _ in methods]
    note = (
        "Components are matched by their diffractions; an empty place has no counterpart. Each component has one scale "
        "for its diffractions ({}, the central disc may saturate) and one for its maps.".format(IN_WORDS[stretch])
    )
    if n_components <= 4:  # diffractions at the left, maps at the right: the shape of a slide
        rows = [a + b for a, b in zip(diffractions, maps)]
        _number(rows, [*range(n_components)] * 2)
        return sheet(rows, _column_width(2 * n_components), names, title, note)
    n_columns = math.ceil(n_components / math.ceil(n_components / 8))
    rows = []
    for start in range(0, n_components, n_columns):
        columns = slice(start, start + n_columns)
        block = [panels[columns] for panels in diffractions]
        _number(block, range(start, n_components))
        rows += block + [panels[columns] for panels in maps]
    return sheet(rows, _column_width(n_columns), names * (len(rows) // len(names)), title, note)


@matplotlib.rc_context(STYLE)
def signed_comparison_figure(methods, diffraction_axes=None, map_axes=None, *, title=""):
    """Methods whose components may be negative, one below the other: diffractions at the left, maps at the right.

    ``methods`` is a sequence of (name, diffractions, maps) with the same number of components each; colours as in
    `signed_figure`.
    """
    rows = []
    for _, diffractions, maps in methods:
        rows.append(
            [Panel(image, signed_diffraction_norm(image), SIGNED_COLOURS, diffraction_axes) for image in diffractions]
            + [Panel(image, signed_map_norm(image), SIGNED_COLOURS, map_axes) for image in maps]
        )
    n_components = len(methods[0][1])
    _number(rows, [*range(n_components)] * 2)
    note = (
        "Left diffractions, right maps. Blue is negative, white zero, red positive, each its own limits; weak parts "
        "are raised (arcsinh scale), the central disc may saturate."
    )
    return sheet(rows, _column_width(2 * n_components), [name for name, _, _ in methods], title, note)


def shares_of_intensity(maps):
    """Part of all counts that each component holds, shape (n_k,); they sum to 1."""
    totals = np.asarray(maps, dtype=float).reshape(len(maps), -1).sum(1)
    return totals / (totals.sum() or 1.0)


def _paired(diffractions, maps):
    diffractions, maps = np.asarray(diffractions, dtype=float), np.asarray(maps, dtype=float)
    if diffractions.ndim != 3 or maps.ndim != 3 or len(diffractions) != len(maps) or not len(maps):
        raise RefusedError(
            "diffractions of shape {} and maps of shape {} are not pairs: give two stacks of the same length, one "
            "diffraction (v, u) and one map (y, x) for each component".format(diffractions.shape, maps.shape)
        )
    return diffractions, maps


def _norms(images, same_limits, make):
    return [make(images)] * len(images) if same_limits else [make(image) for image in images]


def _sheet_of_pairs(above, below, title, note):
    """Pairs in blocks of two rows; a single pair lies side by side."""
    if len(above) == 1:
        return sheet([above + below], 3.2, title=title, note=note)
    n_columns = _best_columns(above[0], below[0], len(above))
    rows = []
    for start in range(0, len(above), n_columns):
        rows += [above[start : start + n_columns], below[start : start + n_columns]]
    return sheet(rows, _column_width(n_columns), title=title, note=note)


def _best_columns(above, below, n_pairs):
    """How many pairs in a row: rows as full as can be, and the sheet nearest to the shape of a slide."""

    def misfit(n_columns):
        width = _column_width(n_columns)
        pair = TITLE_LINE + row_height([above], width) + row_height([below], width)
        shape = n_columns * (width + GAP) / (pair * math.ceil(n_pairs / n_columns))
        return abs(math.log(shape / SLIDE))

    return min({math.ceil(n_pairs / n_blocks) for n_blocks in range(1, n_pairs + 1)}, key=misfit)


def _column_width(n_columns):
    """Fewer panels are drawn larger. [inch]"""
    return 2.3 if n_columns <= 4 else 2.0 if n_columns <= 6 else 1.75


def _number(rows, numbers):
    """Write the component's number over the first panel of each column."""
    for column, number in zip(range(len(rows[0])), numbers):
        first = next((row[column] for row in rows if row[column]), None)
        if first:
            first.title = str(number + 1)
