"""DM command: which component diffractions are one crystal, turned, and what such a cluster looks like as a whole.

Kimoto et al. (2025) integrate in this way the precipitates of one structure that NMF finds in many orientations.
In DM's Python window, with the diffractions of an analysis in front:

    from dm_python import cluster
    found = cluster.main()
    found.labels, found.clusters.angles, found.clusters.maps.shape
"""
from collections import namedtuple

import numpy as np

from dm_python import bridge
from offline_reference.numerics.clusters import integrate
from offline_reference.numerics.dendrogram import draw_dendrogram
from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.linkage import average_linkage, labels_at, suggest_cut
from offline_reference.numerics.polar import find_centre
from offline_reference.numerics.similarity import KINDS, pattern_similarity

#: how results of ours name the two stacks of one analysis
PARTNERS = (("Diffractions", "Maps"), ("diffractions", "maps"), ("Diffraction", "Map"), ("Diff.", "Map"))

Clustering = namedtuple("Clustering", "similarity tree labels cut reason clusters dendrogram images")
Clustering.__doc__ = """Clusters of components.

similarity: numerics.similarity.Similarity, matrices (n, n); tree (n - 1, 4): merges, in scipy's format
labels (n,): cluster of each component, from 0; cut: distance at which the tree was cut; reason: why there
clusters: numerics.clusters.Clusters, integrated diffractions and maps, members, angles [degrees]
dendrogram: numerics.dendrogram.Dendrogram; images: the DM images, empty if nothing was shown
"""


def main(image=None, maps=None, n_clusters=None, height=None, kind="rotation", centre=None, inner_radius=None,
         outer_radius=None, mirror=False, mask=None, show=True):
    """Cluster the components of an analysis by the similarity of their diffractions.

    Parameters
    ----------
    image : None, str, int or DM image
        Stack of diffractions: the front image, or one by its name or ID.
    maps : str, int or DM image, optional
        The stack of maps that belongs to it; by default the one whose name is the same but for that word.
    n_clusters : int, optional
        So many clusters; or
    height : float, optional
        cut the tree at this distance (1 - similarity). By default where `numerics.linkage.suggest_cut` says.
    kind, outer_radius, mirror : see `numerics.similarity.pattern_similarity`
    centre : (float, float), optional
        v, u of the diffractions' centre; found by default. [pixel]
    inner_radius : float, optional
        What lies inside is the central disc, which all share; 1.1 x its radius + 1.5 by default. [pixel]
    mask : None, str, int, DM image or ndarray, shape (n_v, n_u)
        Of the diffractions: 0 where a pixel is bad.
    show : bool
        Open dendrogram, similarities, integrated diffractions and maps.

    Returns
    -------
    Clustering
    """
    diffractions, maps = _both_stacks(image, maps)
    good = _good_pixels(mask, diffractions)
    centre, inner_radius = _geometry(diffractions.planes, maps.planes, centre, inner_radius, good)
    with bridge.progress("Similarity of diffractions") as progress:
        progress.report(0, 1)
        similarity = pattern_similarity(diffractions.planes, kind, centre, inner_radius, outer_radius, mirror,
                                        good)
    tree = average_linkage(1 - similarity.values)
    labels, cut, reason = _cut(tree, n_clusters, height)
    clusters = integrate(diffractions.planes, maps.planes, labels, similarity, centre, good)
    result = Clustering(similarity, tree, labels, cut, reason, clusters, draw_dendrogram(tree, cut), ())
    print(in_words(result))
    note = {"Method": "clusters", "Similarity": kind, "Centre v, u": [float(c) for c in centre],
            "Inner radius": inner_radius, "Cut at distance": cut, "Mirror images": mirror,
            "Labels": labels + 1, "Angles": np.round(clusters.angles, 2)}
    return result._replace(images=_show(diffractions, maps, result, note)) if show else result


def from_menu():
    """Ask for the settings, then run on the front stack."""
    diffractions, maps = _both_stacks(None, None)  # no stacks, no questions; and others may come to the front meanwhile
    settings = bridge.ask("cluster", "Clusters of components", [
        ("n_clusters", "Number of clusters (0: as the tree suggests)", 0),
        ("inner_radius", "Radius of the central disc, left out [pixel] (0: found)", 0.0),
        ("mirror", "Compare with mirror images too", False),
        ("kind", "Similarity", list(KINDS)),
        ("mask", "Mask of the detector, 0 = bad (name or ID of an image; empty: none)", ""),
    ])
    if settings is None:
        return None
    settings["n_clusters"] = settings["n_clusters"] or None
    settings["inner_radius"] = settings["inner_radius"] or None
    settings["mask"] = settings["mask"].strip() or None
    return main(diffractions.image_id, maps.image_id, **settings)


def in_words(result):
    """One line a cluster: its members, by how much each is turned, and its part of the counts."""
    totals = result.clusters.maps.sum(axis=(1, 2))
    lines = ["{} clusters of {} components, cut at a distance of {:.3g}: {}".format(
        len(totals), len(result.labels), result.cut, result.reason)]
    for number, (members, total) in enumerate(zip(result.clusters.members, totals), start=1):
        turned = ", ".join("{} ({:.1f} degrees{})".format(
            member + 1, round(result.clusters.angles[member], 1) + 0.0,  # + 0.0 turns -0.0 into 0.0
            ", mirrored" if result.clusters.mirrored[member] else "") for member in members)
        lines.append("cluster {}: {:.3g} % of the counts, components {}".format(
            number, 100 * total / max(totals.sum(), 1e-300), turned))
    lines.append("Angles are known up to the symmetry of a pattern: most diffractions look the same after 180 degrees, "
                 "a round one after any turn.")
    return "\n".join(lines)


def _both_stacks(image, maps):
    """The diffractions and the maps of one analysis, whichever of the two is in front."""
    first = bridge.stack(image)
    if maps is not None:
        other = bridge.stack(maps)
    else:
        names, first_is_diffractions = _partners(first.name)
        other = bridge.stack_of_same_run(first, names)
        if not first_is_diffractions:
            first, other = other, first
    if len(first.planes) != len(other.planes):
        raise RefusedError("'{}' has {} planes and '{}' has {}: give the diffractions and the maps of one "
                           "analysis.".format(first.name, len(first.planes), other.name, len(other.planes)))
    return first, other


def _partners(name):
    """(names that the other stack may have, whether this one has the diffractions).

    The first word that is one of ours counts: what follows it is the name of the data.
    """
    pairs = [(word, other, is_diffractions) for one, two in PARTNERS
             for word, other, is_diffractions in ((one, two, True), (two, one, False)) if word in name]
    if not pairs:
        raise RefusedError("the name '{}' does not tell which stack of maps belongs to it: bring a stack of "
                           "diffractions from an analysis to the front, or give maps=.".format(name))
    first = min(name.index(word) for word, _, _ in pairs)
    pairs = [pair for pair in pairs if name.index(pair[0]) == first]
    return [name.replace(word, other, 1) for word, other, _ in pairs], pairs[0][2]


def _good_pixels(mask, diffractions):
    """A mask as bool (n_v, n_u), True = good; or None."""
    if mask is None:
        return None
    good = (mask if isinstance(mask, np.ndarray) else bridge.stack(mask).planes[0]) != 0
    wanted = diffractions.planes.shape[1:]
    if good.shape != wanted:
        raise RefusedError("the mask is {} x {} and the diffractions of '{}' are {} x {} (height x width): give a mask "
                           "of their size.".format(*(good.shape + (diffractions.name,) + wanted)))
    return good


def _geometry(diffractions, maps, centre, inner_radius, good):
    """Centre and radius of the central disc, from the mean diffraction where they are not given."""
    weights = np.clip(maps, 0, None).sum(axis=(1, 2)).astype(np.float64)
    mean = np.tensordot(weights if weights.any() else np.ones(len(diffractions)), diffractions, axes=1)
    found, disc_radius = find_centre(mean, good)
    return (found if centre is None else tuple(centre),
            float(1.1 * disc_radius + 1.5 if inner_radius is None else inner_radius))


def _cut(tree, n_clusters, height):
    """(labels, distance of the cut, reason)."""
    if n_clusters is None and height is None:
        n_clusters, height, reason = suggest_cut(tree)
        return labels_at(tree, n_clusters=n_clusters), height, reason
    if n_clusters is None:
        return labels_at(tree, height=height), float(height), "the distance that was asked for."
    labels = labels_at(tree, n_clusters=n_clusters)
    joints = np.concatenate([[0.0], tree[:, 2], [1.05 * tree[-1, 2]]])
    n_merges = len(labels) - n_clusters
    return labels, float(joints[n_merges:n_merges + 2].mean()), "the number of clusters that was asked for."


def _show(diffractions, maps, result, note):
    name, drawn = diffractions.name, result.dendrogram
    across = (drawn.distance_at_first_column, drawn.distance_per_column, "")
    return (
        bridge.show_image(drawn.pixels, "Dendrogram of " + name, ((0.0, 1.0, ""), across), note),
        bridge.show_image(result.similarity.values, "Similarities of " + name, None, note),
        bridge.show_diffractions(diffractions, result.clusters.diffractions, "Clusters of " + name, note),
        bridge.show_maps(maps, result.clusters.maps, "Clusters of " + maps.name, note),
    )
