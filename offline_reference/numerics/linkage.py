"""Hierarchical clustering by average linkage (UPGMA), in NumPy alone: a bare GMS has no SciPy.

average_linkage   distances -> the tree, in the format of scipy.cluster.hierarchy
labels_at         cut the tree by a number of clusters or at a height
leaf_order        members in the order in which a dendrogram shows them
suggest_cut       where the tree has its widest gap, and what that means
"""

import numpy as np

from .errors import RefusedError

#: distance of patterns that have nothing in common (1 - similarity): all gaps end there
NOTHING_IN_COMMON = 1.0
#: a gap narrower than this does not tell clusters apart
CLEAR_GAP = 0.1
#: where the tree is cut if it has no clear gap
USUAL_HEIGHT = 0.4


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
    """Cut the tree in the middle of its widest gap.

    Returns
    -------
    n_clusters : int
    height : float
    reason : str
        A sentence; if no gap is wider than 0.1 it says that the tree does not decide.
    """
    n = len(Z) + 1
    heights = np.concatenate([[0.0], Z[:, 2], [max(NOTHING_IN_COMMON, Z[-1, 2])]])
    gaps = np.diff(heights)
    widest = int(np.argmax(gaps))
    if gaps[widest] < CLEAR_GAP:
        n_clusters = n - int(np.count_nonzero(Z[:, 2] <= USUAL_HEIGHT))
        return n_clusters, USUAL_HEIGHT, (
            "no clear gap: the merges follow one another by at most {:.2f}, so the tree does not say how many clusters "
            "there are; cut at the usual distance {:g}. Look at the dendrogram and choose.".format(
                gaps[widest], USUAL_HEIGHT))
    below, above = heights[widest], heights[widest + 1]
    n_clusters = n - widest
    return n_clusters, float((below + above) / 2), _gap_in_words(n, n_clusters, below, above)


def _gap_in_words(n, n_clusters, below, above):
    """A sentence about the widest gap."""
    if n_clusters == n:
        return ("the widest gap of the tree is below its first merge: no two patterns are nearer than {:.2f}, so each "
                "is a cluster of its own.".format(above))
    if n_clusters == 1:
        return ("the widest gap of the tree is above its last merge: all patterns are joined at a distance of {:.2f}, "
                "so they are one cluster.".format(below))
    return ("the widest gap of the tree: patterns of one cluster are joined up to a distance of {:.2f}, different "
            "clusters only from {:.2f} on.".format(below, above))


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
