"""Clusters of components: dendrogram over its leaves, and what each cluster is as a whole."""
import matplotlib
import numpy as np
from matplotlib.colors import Normalize

from .components import shares_of_intensity
from .contrast import diffraction_norm, map_norm
from .geometry import height_over_width
from .sheet import MARGIN, TITLE_LINE, Panel, sheet
from .style import CLUSTER_COLOURS, DIFFRACTION_COLOURS, MAP_COLOURS, ORIENTATION_COLOURS, STYLE

# lengths [inch]
TREE, TREE_AXIS = 1.75, 0.62  # height of the dendrogram, room for its axis at the left
LEAF_WIDEST, LEAF_LINE = 0.8, 0.22
LEAST_WIDTH, MOST_COLUMNS = 7.2, 6
ABOVE_CUT = "0.55"
ORIENTATION = "orientation (°)"  # name of its row
BRIGHT = 0.5  # part of the largest counts at which an orientation has its full colour
NOTE = (
    "Above: components joined by the similarity of their diffractions, whatever their rotation; the dashed line is the "
    "cut. Below, for each cluster: its diffraction (members turned into register; logarithmic scale, the central disc "
    "may saturate)"
)
NOTE_ON_MAPS = ", its map (sum of the members' counts) and its share of all counts"
NOTE_ON_ORIENTATIONS = (
    ", and orientation: by how many degrees the crystal is turned there (counter-clockwise, modulo its symmetry), dark "
    "where there is none"
)


@matplotlib.rc_context(STYLE)
def clusters_figure(tree, labels, components, diffractions, maps, orientations=None, diffraction_axes=None,
                    map_axes=None, *, centre=None, central_radius=None, title=""):
    """Dendrogram with the component diffractions as leaves; below, diffraction, map and orientation of each cluster.

    Parameters
    ----------
    tree : (order, branches, height)
        Components from left to right; (x, y, label) of each merge, label -1 above the cut; height of the cut.
    labels : ndarray of int, shape (n,)
        Cluster of each component, from 0.
    components : ndarray, shape (n, n_v, n_u)
        The diffractions that were clustered.
    diffractions : ndarray, shape (n_clusters, n_v, n_u)
    maps : ndarray, shape (n_clusters, n_y, n_x)
        [counts]; one of a single pixel, where there are none, is not shown.
    orientations : list of (angles, period) or None, optional
        For each cluster: angles (n_y, n_x) and after how much of a turn they repeat [degrees]; None for a round one.
    diffraction_axes, map_axes, centre, central_radius, title : see `components_figure`

    Returns
    -------
    matplotlib.figure.Figure
    """
    orientations = [None] * len(maps) if orientations is None else orientations
    panels = _panels(diffractions, maps, orientations, diffraction_axes, map_axes, centre, central_radius)
    n_columns = min(len(maps), MOST_COLUMNS)
    rows, names = _blocks(panels, n_columns)
    column_width = 2.3 if n_columns <= 4 else 1.9
    width = max(LEAST_WIDTH, n_columns * (column_width + 0.16) + 0.6)
    leaf = _leaf_size(len(labels), width - 2 * MARGIN - TREE_AXIS, components.shape[1:], diffraction_axes)
    header = TREE + leaf[1] + 2 * LEAF_LINE
    note = NOTE + (NOTE_ON_MAPS if "map" in names else "") + \
        (NOTE_ON_ORIENTATIONS if ORIENTATION in names else "") + "."
    figure = sheet(rows, column_width, names, title, note, header, width)
    top = figure.get_figheight() - MARGIN - (TITLE_LINE if title else 0) - 0.05
    _draw_tree(figure, tree, labels, top)
    _draw_leaves(figure, tree[0], labels, components, top - TREE, leaf, centre, central_radius)
    return figure


def cluster_colour(label):
    """Colour of a cluster, from 0; grey above the cut."""
    return ABOVE_CUT if label < 0 else CLUSTER_COLOURS[label % len(CLUSTER_COLOURS)]


def orientation_colours(angles, period, counts):
    """Angles (n_y, n_x) as colours, darkened where there are few counts: (n_y, n_x, 3)."""
    hue = matplotlib.colormaps[ORIENTATION_COLOURS](np.mod(angles, period) / period)[..., :3]
    bright = BRIGHT * np.percentile(counts, 99)  # few places where two precipitates overlap must not darken all others
    return hue * np.clip(counts / (bright if bright > 0 else 1), 0, 1)[..., None]


def _panels(diffractions, maps, orientations, diffraction_axes, map_axes, centre, central_radius):
    """For each cluster its column: diffraction, map, orientation."""
    columns = []
    shares = shares_of_intensity(maps)
    for k, (diffraction, image, orientation) in enumerate(zip(diffractions, maps, orientations)):
        column = [Panel(diffraction, diffraction_norm(diffraction, "log", centre, central_radius), DIFFRACTION_COLOURS,
                        diffraction_axes, "Cluster {}".format(k + 1), "{:.1f} %".format(100 * shares[k]),
                        cluster_colour(k))]
        if image.size > 1:
            column.append(Panel(image, map_norm(image), MAP_COLOURS, map_axes))
            column.append(None if orientation is None else Panel(
                orientation_colours(*orientation, image), Normalize(0, orientation[1]), ORIENTATION_COLOURS, map_axes))
        columns.append(column)
    return columns


def _blocks(columns, n_columns):
    """Rows of panels and their names, in blocks of n_columns clusters; rows without any panel are left out."""
    rows, names = [], []
    for start in range(0, len(columns), n_columns):
        block = columns[start:start + n_columns]
        for row, name in zip(zip(*block), ("diffraction", "map", ORIENTATION)):
            if any(row):
                rows.append(list(row))
                names.append(name)
    return rows, names


def _leaf_size(n, room, shape, axes):
    """Width and height of the small diffractions below the tree. [inch]"""
    ratio = height_over_width(shape, axes)
    width = min(LEAF_WIDEST, 0.92 * room / n, LEAF_WIDEST / ratio)
    return width, width * ratio


def _draw_tree(figure, tree, labels, top):
    order, branches, height = tree
    width, tall = figure.get_figwidth(), figure.get_figheight()
    left = MARGIN + TREE_AXIS
    axes = figure.add_axes([left / width, (top - TREE) / tall, (width - left - MARGIN) / width, (TREE - 0.05) / tall])
    axes.set_gid("tree")
    for x, y, label in branches:
        axes.plot(x, y, color=cluster_colour(label), lw=1.4, solid_joinstyle="miter")
    axes.axhline(height, color="0.25", lw=0.9, ls="--")
    highest = max(max(y.max() for _, y, _ in branches), height)
    axes.annotate("cut at {:.2g}".format(height), (len(order) - 0.5, height), (0, 2), textcoords="offset points",
                  ha="right", va="bottom", size=8, color="0.25")
    axes.set(xlim=(-0.5, len(order) - 0.5), ylim=(0, 1.08 * highest if highest > 0 else 1), xticks=[],
             ylabel="distance\n(1 − similarity)")
    axes.spines[["top", "right", "bottom"]].set_visible(False)


def _draw_leaves(figure, order, labels, components, top, leaf, centre, central_radius):
    """The diffraction of each component below its place in the tree, and its number in the colour of its cluster."""
    width, tall = figure.get_figwidth(), figure.get_figheight()
    left, room = MARGIN + TREE_AXIS, width - 2 * MARGIN - TREE_AXIS
    for place, k in enumerate(order):
        middle = left + room * (place + 0.5) / len(order)
        axes = figure.add_axes([(middle - leaf[0] / 2) / width, (top - 0.04 - leaf[1]) / tall, leaf[0] / width,
                                leaf[1] / tall])
        axes.set_gid("leaf")
        axes.imshow(components[k], norm=diffraction_norm(components[k], "log", centre, central_radius),
                    cmap=DIFFRACTION_COLOURS, aspect="auto")
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set(color=cluster_colour(labels[k]), linewidth=1.6)
        figure.text(middle / width, (top - 0.09 - leaf[1]) / tall, str(k + 1), ha="center", va="top", size=8,
                    color=cluster_colour(labels[k]), weight="bold")
