"""Do several starts find the same components?

matched_similarity   how alike two factorizations are, component by component
consensus            whether the same places go together in every run (Brunet et al., PNAS 101 (2004) 4164)

With as many components as the data hold, all starts should lead to the same ones; with too many, noise and chance
decide what the surplus becomes.
"""

from collections import namedtuple

import numpy as np

from .errors import RefusedError
from .linkage import average_linkage
from .metrics import cosines, hungarian

#: places of the scan that a consensus compares, each with each
MOST_PLACES = 400

Consensus = namedtuple("Consensus", "cophenetic dispersion")
Consensus.__doc__ = """Agreement of several runs about which places of the scan go together.

cophenetic: correlation of the consensus matrix with its own tree; 1 = the runs agree on groups [-]
dispersion: mean of (2 c - 1)^2 over the consensus matrix c; 1 = every pair is together always or never [-]
"""


def matched_similarity(first, second):
    """Similarity of each component of one run with its counterpart in another one.

    Parameters
    ----------
    first, second : pair of ndarray
        W (n_uv, n_k) and H (n_k, n_xy) of each run, with the same n_k.

    Returns
    -------
    ndarray, shape (n_k,)
        Cosine of what the component adds to the data, w_k h_k: that of the diffractions times that of the maps. Matched
        so that the total is largest. [-]
    """
    (W, H), (other_W, other_H) = first, second
    if W.shape != other_W.shape or H.shape != other_H.shape:
        raise RefusedError("factors of shapes {} x {} and {} x {} cannot be compared: give two runs on the same data "
                           "with as many components.".format(W.shape, H.shape, other_W.shape, other_H.shape))
    similarity = cosines(W.T, other_W.T) * cosines(H, other_H)
    return similarity[np.arange(len(H)), hungarian(-similarity)]


def consensus(maps_of_runs):
    """How well runs agree on which places of the scan belong together.

    Parameters
    ----------
    maps_of_runs : sequence of ndarray, shape (n_k, n_xy)
        At least two runs.

    Returns
    -------
    Consensus

    Notes
    -----
    Each place goes to the component whose map is largest there, in parts of that map's own maximum: an amorphous
    pattern that is everywhere would own all places otherwise. At most 400 places are taken, evenly spread.
    """
    if len(maps_of_runs) < 2:
        raise RefusedError("a consensus needs at least two runs, and {} was given: start from several "
                           "seeds.".format(len(maps_of_runs)))
    n_xy = maps_of_runs[0].shape[1]
    places = np.unique(np.linspace(0, n_xy - 1, min(n_xy, MOST_PLACES)).astype(int))
    together = np.zeros((len(places), len(places)))
    for H in maps_of_runs:
        highest = H.max(axis=1, keepdims=True)
        owner = np.argmax(H[:, places] / np.where(highest > 0, highest, 1), axis=0)
        together += owner[:, None] == owner
    together /= len(maps_of_runs)
    pairs = np.triu_indices(len(places), 1)
    return Consensus(_cophenetic_correlation(1 - together, pairs), float(((2 * together[pairs] - 1) ** 2).mean()))


def _cophenetic_correlation(distance, pairs):
    """Correlation of distances with the heights at which the tree joins them; 1 where all distances are the same."""
    heights = cophenetic_distances(average_linkage(distance))
    one, other = (values[pairs] - values[pairs].mean() for values in (distance, heights))
    norms = np.linalg.norm(one) * np.linalg.norm(other)
    return float(one @ other / norms) if norms > 1e-12 else 1.0


def cophenetic_distances(Z):
    """Height at which a tree joins each two of its members, (n, n): scipy's cophenet."""
    n = len(Z) + 1
    members, heights = {k: np.array([k]) for k in range(n)}, np.zeros((n, n))
    for step, (a, b, height, _) in enumerate(Z):
        left, right = members.pop(int(a)), members.pop(int(b))
        heights[np.ix_(left, right)] = height
        heights[np.ix_(right, left)] = height
        members[n + step] = np.concatenate([left, right])
    return heights
