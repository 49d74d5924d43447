"""Hierarchical clustering by average linkage (UPGMA), in NumPy alone: a bare GMS has no SciPy.

average_linkage   distances -> the tree, in the format of scipy.cluster.hierarchy
labels_at         cut the tree by a number of clusters or at a height
leaf_order        members in the order in which a dendrogram shows them
suggest_cut       where the tree has its widest gap, and what that means
"""

import numpy as np

from .errors import RefusedError

#: distances (1 - similarity) below this are mostly noise: patterns nearer than that are one crystal
NOISE_DISTANCE = 0.1
#: a gap across which distances grow by a smaller factor does not tell clusters apart
CLEAR_GAP = 1.5
#: where the tree is cut if it has no clear gap
USUAL_HEIGHT = 0.3


def average_linkage(distance):
    """Join the two nearest clusters, again and again; their distance is the mean over all pairs of members.

    Parameters
    ----------
    distance : ndarray, shape (n, n)
        Symmetric, 0 on the diagonal. [-]

    Returns
    -------
    Z : ndarray, shape (n - 1, 4)
        One row a merge, as scipy.cluster.hierarchy.average gives it: the two clusters (below n a member, n + k is
        what row k made; the smaller number first), their distance, and how many members they have together.
    """
    distance = _checked(distance)
    n = len(distance)
    near = distance + np.diag(np.full(n, np.inf))  # a working copy; merged clusters are set to infinity
    name, size = np.arange(n), np.ones(n)
    Z = np.empty((n - 1, 4))
    for step in range(n - 1):
        a, b = sorted(np.unravel_index(np.argmin(near), near.shape))
        Z[step] = min(name[a], name[b]), max(name[a], name[b]), near[a, b], size[a] + size[b]
        row = (size[a] * near[a] + size[b] * near[b]) / (size[a] + size[b])
        near[a], near[:, a] = row, row
        near[a, a] = np.inf
        near[b], near[:, b] = np.inf, np.inf
        name[a], size[a] = n + step, size[a] + size[b]
    return Z


def labels_at(Z, n_clusters=None, height=None):
    """Which cluster each member is in, when the tree is cut.

    Parameters
    ----------
    Z : ndarray, shape (n - 1, 4)
    n_clusters : int, optional
        So many clusters; or
    height : float, optional
        clusters joined at a distance up to this one.

    Returns
    -------
    labels : ndarray of int, shape (n,)
        0, 1, ... in the order of each cluster's first member.
    """
    n = len(Z) + 1
    if (n_clusters is None) == (height is None):
        raise RefusedError("a tree is cut either by n_clusters or at a height: give one of the two.")
    if n_clusters is not None and not 1 <= n_clusters <= n:
        raise RefusedError("{} patterns cannot be put into {} clusters: ask for 1 to {}.".format(n, n_clusters, n))
    n_merges = n - n_clusters if n_clusters is not None else int(np.count_nonzero(Z[:, 2] <= height))
    cluster = np.arange(n)
    for step in range(n_merges):
        cluster[np.isin(cluster, Z[step, :2])] = n + step
    _, first, inverse = np.unique(cluster, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse]


def leaf_order(Z):
    """Members from left to right in a dendrogram, as scipy's leaves_list."""
    n = len(Z) + 1
    order, waiting = [], [2 * n - 2]
    while waiting:
        node = int(waiting.pop())
        if node < n:
            order.append(node)
        else:
            waiting += [Z[node - n, 1], Z[node - n, 0]]
    return np.array(order)


def suggest_cut(Z):
    """Cut the tree in its widest gap: where the distance of the next merge grows by the largest factor.

    Returns
    -------
    n_clusters : int
    height : float
        In the middle of the gap.
    reason : str
        A sentence; if there is no clear gap it says that the tree does not decide.

    Notes
    -----
    A factor, not a difference: over a common background, different crystals may be 0.3 apart and turned copies
    of one 0.02, while an amorphous pattern is 0.7 from all. The noise distance 0.1 is added to both. Constrained NMF
    of 66 simulated data sets (8 precipitates of 2 crystals in a matrix, 1e3 and 1e4 electrons, up to 6 components
    too many): this cut has an adjusted Rand index of 0.95 or more in 51, and the best cut of the tree in 58.
    """
    n = len(Z) + 1
    heights = np.concatenate([[0.0], Z[:, 2]])
    if heights[-1] < NOISE_DISTANCE:
        return 1, NOISE_DISTANCE, ("all patterns are joined at a distance of {:.2f}, which is no more than noise "
                                   "makes: they are one cluster.".format(heights[-1]))
    factors = (heights[1:] + NOISE_DISTANCE) / (heights[:-1] + NOISE_DISTANCE)
    if heights[1] <= USUAL_HEIGHT and len(factors) > 1:
        factors[0] = 0  # the two nearest patterns are near: not all are clusters of their own
    widest = int(np.argmax(factors))
    below, above = heights[widest:widest + 2]
    if factors[widest] < CLEAR_GAP:
        n_clusters = n - int(np.count_nonzero(Z[:, 2] <= USUAL_HEIGHT))
        return n_clusters, USUAL_HEIGHT, (
            "no clear gap: the merges follow one another closely (the widest gap is from {:.2f} to {:.2f}), so the "
            "tree does not say how many clusters there are. It is cut at the usual distance {:g}: look at it and "
            "choose.".format(below, above, USUAL_HEIGHT))
    n_clusters, height = n - widest, float((below + above) / 2)
    if n_clusters == n:
        return n_clusters, height, ("the widest gap of the tree is below its first merge: no two patterns are nearer "
                                    "than {:.2f}, so each is a cluster of its own.".format(above))
    return n_clusters, height, ("the widest gap of the tree: patterns of one cluster are joined up to a distance of "
                                "{:.2f}, different clusters only from {:.2f} on.".format(below, above))


def _checked(distance):
    distance = np.asarray(distance, dtype=np.float64)
    if distance.ndim != 2 or distance.shape[0] != distance.shape[1] or len(distance) < 2:
        raise RefusedError("a matrix of distances between at least 2 patterns is needed, and this has shape {}: "
                           "clustering one pattern has no meaning.".format(distance.shape))
    if not np.isfinite(distance).all():
        raise RefusedError("distances that are NaN or infinite cannot be clustered: check the patterns.")
    if not np.allclose(distance, distance.T, rtol=0, atol=1e-8 * max(1.0, np.abs(distance).max())):
        raise RefusedError("the distance from one pattern to another differs from the way back: give a symmetric "
                           "matrix.")
    return distance
