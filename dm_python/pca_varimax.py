"""DM command: principal components of a 4D image, plain and varimax-rotated (Supplement S5, Figs. S3 and S4).

They may be negative and are no physical diffractions: use them to see how many components the data hold.
In DM's Python window:

    from dm_python import pca_varimax
    found = pca_varimax.main(n_components=4)
    found.ratios, found.rotated_maps.shape
"""
from collections import namedtuple

import numpy as np

from dm_python import bridge
from dm_python.showing import INPUT_FIELDS, ask_and_run, say_start
from offline_reference.numerics.data_matrix import DataMatrix
from offline_reference.numerics.factorize import refuse_n_components
from offline_reference.numerics.pca import pca, refuse_if_gram_too_large, varimax_components
from offline_reference.numerics.unfold import diffractions_from_W, maps_from_H, sizes_of, unfold

IN_SCREE = 30  # components in the scree plot, or as many as there are
LEAST_RATIO = 1e-16  # of what is zero or rounding, so that it has a logarithm

FIELDS = [
    ("n_components", "Components to show", 4),
    ("centred", "Subtract the mean diffraction", False),
]

Components = namedtuple("Components", "ratios diffractions maps rotated_diffractions rotated_maps images")
Components.__doc__ = """Principal components as plain arrays.

ratios (up to 30,): part of the variance that each component explains [-]
diffractions (n, n_v, n_u), maps (n, n_y, n_x) [counts]: the principal components
rotated_diffractions, rotated_maps: the same after varimax
images: the DM images, empty if nothing was shown
"""


def main(n_components=4, image=None, order=None, roi=True, binning=1, mask=None, centred=False, show=True):
    """Principal components of a 4D image, plain and after a varimax rotation (Supplement S5).

    Parameters
    ----------
    n_components : int
        How many are shown.
    image, order, roi, binning, mask
        What is analysed: the front image (or one by its name or ID), in the axis order that its tags or units tell (or
        "vuyx", scan fastest, or "yxvu"), inside its rectangular ROI, binned by so many by so many detector pixels,
        without the pixels that are 0 in a mask. More in help(bridge.four_d).
    centred : bool
        Subtract the mean diffraction first, as textbooks do; data of K components then need only K - 1.
    show : bool
        Open the scree plot (of log10 of the ratios) and the stacks.

    Returns
    -------
    Components
        ratios [-] of the variance, diffractions (n, n_v, n_u) and maps (n, n_y, n_x) in counts, plain and rotated.

    Raises
    ------
    bridge.RefusedError
        With what was met and what to do: no such image, no counts, too little memory, settings that make no sense.
    """
    source = bridge.four_d(image, order, roi, binning, mask)
    n_v, n_u, n_y, n_x = sizes_of(source.pixels, source.order)
    X = DataMatrix(unfold(source.pixels, source.order), None if source.mask is None else source.mask.ravel())
    n_components = refuse_n_components(n_components, X.shape)
    refuse_if_gram_too_large(X.shape, n_components)
    say_start(source, "PCA and varimax", n_components)
    with bridge.progress("PCA and varimax") as progress:
        progress.report(0, 1)
        found = pca(X, min(min(X.shape), max(IN_SCREE, n_components)), centred=centred)
        W, H = varimax_components(found, n_components)
    result = Components(
        found.variances / found.total_variance,
        diffractions_from_W(found.diffractions[:, :n_components], (n_v, n_u)),
        maps_from_H(found.maps[:n_components], (n_y, n_x)),
        diffractions_from_W(W, (n_v, n_u)), maps_from_H(H, (n_y, n_x)), ())
    for number, ratio in enumerate(result.ratios[:n_components], start=1):
        print("component {}: {:.4g} % of {}".format(
            number, 100 * ratio, "the variance" if centred else "the squared counts"))
    return result._replace(images=_show(source, result, centred)) if show else result


def from_menu():
    """Ask for the settings, then run on the front image."""
    return ask_and_run("pca_varimax", "PCA and varimax", FIELDS, main, INPUT_FIELDS[:-1])  # always shown


def _show(source, result, centred):
    note = {"Method": "pca", "Mean subtracted": centred}
    # the logarithm, because the first component of counts has nearly all of their squares
    scree = {"log10 of the part of the variance": np.log10(np.maximum(result.ratios, LEAST_RATIO))}
    rotated = dict(note, Method="pca, varimax")
    title = "{} of " + source.name
    return (
        bridge.show_curve(1, 1, "", scree, title.format("Scree"), note, "log10"),
        bridge.show_diffractions(source, result.diffractions, title.format("PCA diffractions"), note),
        bridge.show_maps(source, result.maps, title.format("PCA maps"), note),
        bridge.show_diffractions(source, result.rotated_diffractions, title.format("Varimax diffractions"), rotated),
        bridge.show_maps(source, result.rotated_maps, title.format("Varimax maps"), rotated),
    )
