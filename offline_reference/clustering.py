"""Components that are one crystal, turned: linkage and dendrogram (scipy) over numerics.similarity and .clusters.

cluster           diffractions and maps -> Clustering
orientation_map   by how much the crystals of one cluster are turned, at each place
dendrogram        coordinates of a Clustering's tree, for a figure

Kimoto et al. (2025) integrate so the precipitates of a metallic glass: similarity of two diffractions is the largest
correlation of their polar transforms over all turns, its distance 1 - similarity, joined by average linkage.
"""
from dataclasses import dataclass

import numpy as np
from scipy.cluster import hierarchy
from scipy.spatial.distance import squareform

from .numerics.clusters import Clusters, integrate
from .numerics.errors import RefusedError
from .numerics.linkage import labels_at, suggest_cut
from .numerics.polar import find_centre
from .numerics.similarity import Similarity, pattern_similarity, rotational_symmetry

#: scipy's other linkages (ward, centroid, median) need distances between points, which 1 - similarity are not
LINKAGES = ("average", "complete", "single")


@dataclass
class Clustering:
    """Which components belong together, and what they are together.

    Attributes
    ----------
    labels : ndarray of int, shape (n,)
        Cluster of each component: 0, 1, ... in the order of each cluster's first member.
    height : float
        Distance at which the tree is cut. [-]
    reason : str
        Why there, in a sentence.
    clusters : numerics.clusters.Clusters
        Integrated diffractions and maps, members, angles [degrees], mirrored, references.
    symmetry : ndarray of int, shape (n_clusters,)
        How often a cluster's diffraction looks the same in a full turn: its members' angles are known modulo
        360 / symmetry degrees. 0 = it is round, and they have no orientation.
    similarity : numerics.similarity.Similarity
    tree : ndarray, shape (n - 1, 4)
        Linkage matrix of scipy.cluster.hierarchy.
    settings : dict
        All parameters as used; where centre and inner radius came from.
    """

    labels: np.ndarray
    height: float
    reason: str
    clusters: Clusters
    symmetry: np.ndarray
    similarity: Similarity
    tree: np.ndarray
    settings: dict

    @property
    def n_clusters(self):
        return len(self.clusters.members)

    def orientations(self):
        """Angle of each component modulo its cluster's symmetry, (n,) [degrees]; nan where it has none."""
        fold = self.symmetry[self.labels]
        period = 360.0 / np.where(fold > 0, fold, 1)
        return np.where(fold > 0, np.mod(self.clusters.angles, period), np.nan)


def cluster(diffractions, maps=None, *, n_clusters=None, height=None, linkage="average", kind="rotation", centre=None,
            inner_radius=None, outer_radius=None, mirror=False, mask=None):
    """Cluster diffractions by their similarity, whatever their rotation, and integrate each cluster.

    Parameters
    ----------
    diffractions : ndarray, shape (n, n_v, n_u)
        Components of NMF, or any stack of diffractions.
    maps : ndarray, shape (n, n_y, n_x), optional
        Their maps [counts]; without them all diffractions weigh the same, and maps of one pixel count them.
    n_clusters : int, optional
        So many clusters; or
    height : float, optional
        cut the tree at this distance. By default in its widest gap (`numerics.linkage.suggest_cut`).
    linkage : "average", "complete" or "single"
    kind, outer_radius, mirror, mask : see `numerics.similarity.pattern_similarity`
    centre : (float, float), optional
        v, u of the diffractions' centre [pixel]; found in their mean by default.
    inner_radius : float, optional
        What lies inside is the central disc, which all share [pixel]; by default 1.1 x its radius + 1.5.

    Returns
    -------
    Clustering

    Raises
    ------
    RefusedError
        On fewer than two diffractions, on stacks that do not belong together, on settings without meaning.
    """
    diffractions = np.asarray(diffractions, dtype=np.float64)
    maps = np.ones((len(diffractions), 1, 1)) if maps is None else np.asarray(maps, dtype=np.float64)
    _refuse_unpaired(diffractions, maps)
    if linkage not in LINKAGES:
        raise RefusedError("the linkage {!r} is not possible: choose one of {}.".format(linkage, ", ".join(LINKAGES)))
    where, origin = geometry(diffractions, maps, centre, inner_radius, mask)
    similarity = pattern_similarity(diffractions, kind, outer_radius=outer_radius, mirror=mirror, mask=mask, **where)
    tree = hierarchy.linkage(squareform(1 - similarity.values, checks=False), linkage)
    labels, height, reason = cut(tree, n_clusters, height)
    clusters = integrate(diffractions, maps, labels, similarity, where["centre"], mask)
    symmetry = rotational_symmetry(clusters.diffractions, outer_radius=outer_radius, mask=mask, **where) \
        if kind == "rotation" else np.zeros(len(clusters.members), dtype=int)
    settings = {"kind": kind, "linkage": linkage, "n_clusters": len(clusters.members), "height": height,
                "cut_origin": reason, "mirror": mirror, "outer_radius": outer_radius, "mask": mask, **where, **origin}
    return Clustering(labels, height, reason, clusters, symmetry, similarity, tree, settings)


def geometry(diffractions, maps, centre=None, inner_radius=None, mask=None):
    """Centre and inner radius as keyword arguments, and where they came from: found in the mean where not given."""
    origin = {"centre_origin": "given", "inner_radius_origin": "given"}
    if centre is None or inner_radius is None:
        weights = np.clip(maps, 0, None).sum(axis=(1, 2))
        mean = np.tensordot(weights if weights.any() else np.ones(len(weights)), diffractions, axes=1)
        found, disc_radius = find_centre(mean, mask)
        if centre is None:
            centre, origin["centre_origin"] = found, "found in the mean of the diffractions"
        if inner_radius is None:
            inner_radius = 1.1 * disc_radius + 1.5
            origin["inner_radius_origin"] = "1.1 x the radius of the central disc + 1.5, as found"
    return {"centre": tuple(float(c) for c in centre), "inner_radius": float(inner_radius)}, origin


def cut(tree, n_clusters=None, height=None):
    """Labels (n,), the height of the cut, and its reason: as asked for, else in the widest gap."""
    if n_clusters is None and height is None:
        n_clusters, height, reason = suggest_cut(tree)
        return labels_at(tree, n_clusters=n_clusters), height, reason
    labels = labels_at(tree, n_clusters=n_clusters, height=height)
    if height is not None:
        return labels, float(height), "cut at the distance {:g}, as asked.".format(height)
    merges = np.concatenate([[0.0], tree[:, 2], [max(1.0, tree[-1, 2])]])
    height = float(merges[len(labels) - n_clusters:][:2].mean())
    return labels, height, "cut into {} clusters, as asked.".format(n_clusters)


def orientation_map(clustering, maps, number):
    """By how much the crystals of one cluster are turned, at each place of the scan.

    Parameters
    ----------
    clustering : Clustering
    maps : ndarray, shape (n, n_y, n_x)
        Of the components that were clustered. [counts]
    number : int
        Of the cluster, from 0.

    Returns
    -------
    angles : ndarray, shape (n_y, n_x)
        Angle of the strongest member at each place [degrees], modulo 360 / symmetry; nan for a round cluster.
    counts : ndarray, shape (n_y, n_x)
        Of the whole cluster there.
    """
    members = clustering.clusters.members[number]
    strongest = members[np.argmax(np.asarray(maps)[members], axis=0)]
    return clustering.orientations()[strongest], clustering.clusters.maps[number]


def dendrogram(clustering):
    """Where the branches of the tree are drawn.

    Returns
    -------
    order : list of int
        Components from left to right; number k of them stands at x = k.
    branches : list of (x, y, label)
        One a merge: four corners each, and the cluster it lies in, or -1 above the cut.
    """
    drawn = hierarchy.dendrogram(clustering.tree, no_plot=True, link_color_func=str)
    n = len(clustering.labels)
    corners = [(np.array(x) / 10 - 0.5, np.array(y)) for x, y in zip(drawn["icoord"], drawn["dcoord"])]
    of_merge = _labels_of_merges(clustering.tree, clustering.labels)
    return drawn["leaves"], [(x, y, of_merge[int(node) - n]) for (x, y), node in zip(corners, drawn["color_list"])]


def _labels_of_merges(tree, labels):
    """The cluster in which each merge lies, or -1 where it joins different ones."""
    label = [int(one) for one in labels]
    for a, b, _, _ in tree:
        first, second = label[int(a)], label[int(b)]
        label.append(first if first == second else -1)
    return label[len(labels):]


def _refuse_unpaired(diffractions, maps):
    if diffractions.ndim != 3 or maps.ndim != 3 or len(diffractions) != len(maps):
        raise RefusedError("diffractions of shape {} and maps of shape {} are not pairs: give two stacks of the same "
                           "length, (n, v, u) and (n, y, x).".format(diffractions.shape, maps.shape))
    if len(diffractions) < 2:
        raise RefusedError("{} diffraction cannot be clustered: give at least two.".format(len(diffractions)))
