"""One diffraction and one map for each cluster of components that are the same crystal, turned.

rotated     a diffraction turned about its centre
integrate   diffractions turned into register and averaged, maps summed
"""

from collections import namedtuple

import numpy as np

from .errors import RefusedError
from .polar import refuse_centre

Clusters = namedtuple("Clusters", "diffractions maps members angles mirrored references")
Clusters.__doc__ = """Integrated clusters.

diffractions (n_clusters, n_v, n_u), each of sum 1, in the orientation of the cluster's reference
maps (n_clusters, n_y, n_x), sums of the members' maps [counts]
members: for each cluster the numbers of its components
angles (n,): turning its cluster's diffraction by this gives component k [degrees]
mirrored (n,): True where it is mirrored (u -> -u) before it is turned
references (n_clusters,): the member that is most like the others, whose orientation the cluster has
"""


def rotated(diffraction, angle, centre, mirror=False):
    """A diffraction turned by an angle about its centre, by bilinear interpolation.

    Parameters
    ----------
    diffraction : ndarray, shape (n_v, n_u)
    angle : float
        From rows (v) towards columns (u): counter-clockwise on a screen. [degrees]
    centre : (float, float)
        v, u. [pixel]
    mirror : bool
        Mirror it (u -> -u about the centre) before it is turned.

    Returns
    -------
    ndarray, shape (n_v, n_u)
        0 where there was nothing.
    """
    n_v, n_u = diffraction.shape
    v, u = np.indices((n_v, n_u))
    v, u = v - centre[0], u - centre[1]
    cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    from_v, from_u = cos * v + sin * u, cos * u - sin * v  # turned back: where each new pixel comes from
    from_u = -from_u if mirror else from_u
    from_v, from_u = np.round(from_v + centre[0], 9), np.round(from_u + centre[1], 9)
    v0, u0 = np.floor(from_v).astype(np.intp), np.floor(from_u).astype(np.intp)
    image = np.zeros((n_v, n_u))
    for dv, du in ((0, 0), (0, 1), (1, 0), (1, 1)):
        weight = (1 - np.abs(from_v - v0 - dv)) * (1 - np.abs(from_u - u0 - du))
        row, column = v0 + dv, u0 + du
        inside = (row >= 0) & (row < n_v) & (column >= 0) & (column < n_u)
        image += np.where(inside, weight * diffraction[np.clip(row, 0, n_v - 1), np.clip(column, 0, n_u - 1)], 0)
    return image


def integrate(diffractions, maps, labels, similarity, centre, mask=None):
    """Integrate the components of each cluster.

    Parameters
    ----------
    diffractions : ndarray, shape (n, n_v, n_u)
        Each of sum 1. [-]
    maps : ndarray, shape (n, n_y, n_x)
        [counts]
    labels : ndarray of int, shape (n,)
        0, 1, ..., as `linkage.labels_at` gives them.
    similarity : similarity.Similarity
        Of these diffractions, kind "rotation".
    centre : (float, float)
        v, u. [pixel]
    mask : ndarray of bool, shape (n_v, n_u), optional
        True where a pixel is good.

    Returns
    -------
    Clusters

    Notes
    -----
    A member weighs as many counts as its map holds, so a cluster's diffraction is what the detector would have
    summed. Corners that a turn leaves empty are averaged over the members that reach there.
    """
    diffractions, maps = np.asarray(diffractions, dtype=np.float64), np.asarray(maps, dtype=np.float64)
    labels = _checked_labels(labels, diffractions, maps, similarity)
    refuse_centre(centre, diffractions.shape[1:])
    good = np.ones(diffractions.shape[1:]) if mask is None else np.asarray(mask, dtype=np.float64)
    weights = maps.sum(axis=(1, 2))
    members = tuple(np.flatnonzero(labels == label) for label in range(labels.max() + 1))
    references = np.array([_most_like_the_others(one, similarity.values) for one in members])
    angles = similarity.angles[references[labels], np.arange(len(labels))]
    mirrored = similarity.mirrored[references[labels], np.arange(len(labels))]
    integrated = np.array([_mean_in_register(one, diffractions, weights, angles, mirrored, centre, good)
                           for one in members])
    return Clusters(integrated, np.array([maps[one].sum(axis=0) for one in members]), members, angles, mirrored,
                    references)


def _most_like_the_others(members, values):
    """The member with the largest mean similarity to all of its cluster."""
    return members[np.argmax(np.round(values[np.ix_(members, members)].sum(axis=1), 9))]


def _mean_in_register(members, diffractions, weights, angles, mirrored, centre, good):
    """Weighted mean of the members, each turned back to the reference, of sum 1."""
    total, coverage = np.zeros(good.shape), np.zeros(good.shape)
    weights = weights if weights[members].sum() > 0 else np.ones(weights.shape)
    for k in members:
        back = angles[k] if mirrored[k] else -angles[k]  # a mirror image turns the other way round
        total += weights[k] * rotated(diffractions[k] * good, back, centre, mirrored[k])
        coverage += weights[k] * rotated(good, back, centre, mirrored[k])
    mean = np.where(coverage > 0, total / np.where(coverage > 0, coverage, 1), 0)
    return mean / (mean.sum() if mean.sum() > 0 else 1)


def _checked_labels(labels, diffractions, maps, similarity):
    labels = np.asarray(labels)
    if not len(labels) == len(diffractions) == len(maps) == len(similarity.values):
        raise RefusedError("{} labels, {} diffractions, {} maps and similarities of {} patterns do not belong "
                           "together: hand over those of the same components.".format(
                               len(labels), len(diffractions), len(maps), len(similarity.values)))
    if sorted(set(labels.tolist())) != list(range(int(labels.max()) + 1)):
        raise RefusedError("the labels {} are not 0, 1, 2, ... without a gap: take those of linkage.labels_at.".format(
            sorted(set(labels.tolist()))))
    return labels.astype(int)
