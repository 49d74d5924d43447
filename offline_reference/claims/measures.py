"""How negative, and how dark."""
import numpy as np

from ..numerics import metrics
from ..numerics.diffraction_constraint import DarkPeakFill
from ..numerics.unfold import W_from_diffractions


def negative_share(image):
    """Part of all absolute values that belongs to negative ones: 0 = nothing is negative, 0.5 = as much as positive."""
    image = np.asarray(image, dtype=float)
    total = abs(image).sum()
    return float(abs(image[image < 0]).sum() / total) if total > 0 else 0.0


def central_radius(simulation):
    """Within it all diffractions are alike and nothing is judged. [pixel]"""
    return 1.1 * simulation.disc_radius + 1.5


def dark_peak_share(diffractions, simulation):
    """Part of a diffraction's intensity that is missing below its own rings (quantile 0.3); mean of the components.

    Like the volume of Listing S4's "downward-convex peaks". True diffractions have some too, the more the smaller the
    detector, because a ring of pixels is not one radius: compare with theirs.
    """
    fill = DarkPeakFill(diffractions.shape[1:], margin=1.0, centre=simulation.centre,
                        central_radius=central_radius(simulation))
    W = W_from_diffractions(diffractions)
    W = W / W.sum(axis=0)
    return float(np.clip(fill.lower_bound(W) - W, 0, None).sum(axis=0).mean())


def matched(simulation, diffractions, maps):
    """Components in the order of the true ones, each diffraction of sum 1."""
    found = metrics.match_components(simulation.diffractions, diffractions)
    totals = diffractions[found].sum(axis=(1, 2), keepdims=True)
    totals = np.where(totals > 0, totals, 1.0)
    return diffractions[found] / totals, maps[found] * totals


def hole_index(simulation, diffractions):
    """`metrics.hole_index` of matched diffractions."""
    return metrics.hole_index(simulation.diffractions, diffractions, simulation.spots, simulation.disc_radius,
                              simulation.centre)


def hole_index_of_many(simulation, diffractions):
    """The same where fewer components were found than there are: each is held against the true one it is most like.

    A component that is a mixture has discs of several crystals; those count as 0, so this is a lower limit.
    """
    true, found = (stack.reshape(len(stack), -1) for stack in (simulation.diffractions, diffractions))
    outside = _outside(simulation)
    nearest = np.argmax(metrics.cosines(found[:, outside], true[:, outside]), axis=1)
    return metrics.hole_index(simulation.diffractions[nearest], diffractions,
                              [simulation.spots[k] for k in nearest], simulation.disc_radius, simulation.centre)


def _outside(simulation):
    v, u = np.indices(simulation.diffractions.shape[1:])
    return (np.hypot(v - simulation.centre[0], u - simulation.centre[1]) > central_radius(simulation)).ravel()
