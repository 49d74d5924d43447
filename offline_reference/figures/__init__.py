"""Pictures of diffractions and maps (matplotlib): figures and PNG bytes, no window, no pyplot, no state left behind.

components  components_figure    each diffraction over its map, with scale bars and shares of intensity
            signed_figure        the same for PCA and varimax, which may be negative
            comparison_figure    several methods side by side, component by component
            signed_comparison_figure  the same for what may be negative
clusters    clusters_figure      dendrogram over its leaves; diffraction, map and orientation of each cluster
curves      error_figure         mean squared error against iteration
            scree_figure         variance explained by each principal component
numbers     numbers_figure       errors, noise, stability and artefacts against the number of components
            residuals_figure     where more than counting noise is left
claims      strips_figure        one dot for each dataset, many methods
            spread_figure        curves of many datasets with their spread
png         to_png               a figure as PNG bytes
            panel_png            one image alone as a small PNG, for the HTML report; colour_bar_png and colour_table go
                                 with it
contrast    which value takes which colour: the same in a figure and in the report
geometry    scale bars of round lengths, the shape of an image on paper, readable numbers and units
sheet       the layout of many panels
style       colours and letters

Images are stacks (n, v, u) and (n, y, x). `diffraction_axes` is the pair of axes (v, u), `map_axes` the pair (y, x):
any objects with `scale` and `units` (files.Axis is one), "" for units or None for the pair meaning pixels.
"""
from .claims import spread_figure, strips_figure
from .clusters import cluster_colour, clusters_figure, orientation_colours
from .components import (
    comparison_figure,
    components_figure,
    shares_of_intensity,
    signed_comparison_figure,
    signed_figure,
)
from .contrast import STRETCHES, diffraction_norm, map_norm, signed_diffraction_norm, signed_map_norm
from .curves import error_figure, scree_figure
from .geometry import ScaleBar, height_over_width, readable_number, readable_units, scale_bar
from .numbers import numbers_figure, residual_norm, residuals_figure
from .png import colour_bar_png, colour_table, panel_png, to_png
from .style import DIFFRACTION_COLOURS, MAP_COLOURS, SIGNED_COLOURS

__all__ = [
    "DIFFRACTION_COLOURS",
    "MAP_COLOURS",
    "SIGNED_COLOURS",
    "STRETCHES",
    "ScaleBar",
    "cluster_colour",
    "clusters_figure",
    "colour_bar_png",
    "colour_table",
    "comparison_figure",
    "components_figure",
    "diffraction_norm",
    "error_figure",
    "height_over_width",
    "map_norm",
    "numbers_figure",
    "orientation_colours",
    "panel_png",
    "readable_number",
    "readable_units",
    "residual_norm",
    "residuals_figure",
    "scale_bar",
    "scree_figure",
    "shares_of_intensity",
    "signed_comparison_figure",
    "signed_diffraction_norm",
    "signed_figure",
    "signed_map_norm",
    "spread_figure",
    "strips_figure",
    "to_png",
]
