"""The tree of a clustering that a reader can click: where its nodes are drawn, and what each of them is as a whole."""
from dataclasses import dataclass

import numpy as np

from offline_reference import figures
from offline_reference.numerics.clusters import integrate
from offline_reference.numerics.similarity import Similarity

# of the drawing [CSS pixel]
WIDE, LEAST_STEP, MOST_STEP = 860, 26, 72  # of all leaves; from one to the next
TALL, TOP, LEFT = 200, 12, 46
STALK, FOOT = 18, 46  # leaves hang below distance 0, so that merges near 0 can be told from them; room for all that
ABOVE_CUT = "#8c8c8c"


@dataclass(frozen=True)
class Node:
    """A component, or a merge of two nodes.

    Attributes
    ----------
    members : ndarray of int
        Components in it, from 0.
    below : list of int
        Numbers of the nodes in it, itself last.
    distance : float
        At which it was joined; 0 for a component. [-]
    label : int
        The cluster it lies in, or -1 above the cut.
    x, y : float
        Where it is drawn. [CSS pixel]
    path : str
        Its branches, as SVG draws them; "" for a component.
    """

    members: np.ndarray
    below: list
    distance: float
    label: int
    x: float
    y: float
    path: str

    @property
    def colour(self):
        return figures.cluster_colour(self.label) if self.label >= 0 else ABOVE_CUT

    @property
    def words(self):
        numbers = [str(k + 1) for k in self.members]
        if len(numbers) == 1:
            return "Component " + numbers[0]
        return "Components {} and {}, joined at {:.2g}".format(", ".join(numbers[:-1]), numbers[-1], self.distance)


@dataclass(frozen=True)
class Tree:
    """Nodes, the n components first and then the merges in the order they were made, and the size of the drawing."""

    nodes: list
    width: float
    height: float
    left: float
    cut: float
    scale: list  # (y, distance) of the lines of the axis

    @property
    def chosen(self):
        """The node that is shown first: the largest within a cluster, else the root."""
        within = [i for i, node in enumerate(self.nodes) if node.label >= 0]
        largest = max(within, key=lambda i: len(self.nodes[i].members))
        return largest if len(self.nodes[largest].members) > 1 else len(self.nodes) - 1


def tree_of(found, order):
    """Lay out the tree.

    Parameters
    ----------
    found : clustering.Clustering
    order : list of int
        Components from left to right.
    """
    highest = max(float(found.tree[:, 2].max()), found.height, 1e-9)
    step = min(max(WIDE / len(order), LEAST_STEP), MOST_STEP)
    nodes = [Node(np.array([k]), [k], 0.0, int(label), LEFT + step * (order.index(k) + 0.5), _y(0, highest) + STALK, "")
             for k, label in enumerate(found.labels)]
    for a, b, distance, _ in found.tree:
        one, other = nodes[int(a)], nodes[int(b)]
        y = _y(distance, highest)
        nodes.append(Node(
            np.sort(np.concatenate([one.members, other.members])), [*one.below, *other.below, len(nodes)],
            float(distance), one.label if one.label == other.label else -1, (one.x + other.x) / 2, y,
            "M{:.1f} {:.1f}V{:.1f}H{:.1f}V{:.1f}".format(one.x, one.y, y, other.x, other.y)))
    scale = [(_y(d, highest), "{:g}".format(round(d, 10))) for d in np.arange(0, highest * 1.0001, _part(highest))]
    return Tree(nodes, LEFT + step * len(order), TOP + TALL + FOOT, LEFT, _y(found.height, highest), scale)


def integrated(found, node, diffractions, maps):
    """Diffraction (turned into register, weighted) and map (sum) of the components of a node."""
    among = np.ix_(node.members, node.members)
    similarity = Similarity(*(np.asarray(part)[among] for part in found.similarity))
    whole = integrate(diffractions[node.members], maps[node.members], np.zeros(len(node.members), int), similarity,
                      found.settings["centre"], found.settings.get("mask"))
    return whole.diffractions[0], whole.maps[0]


def _y(distance, highest):
    return TOP + TALL * (1 - distance / highest)


def _part(highest):
    """1, 2 or 5 x 10^n, about a quarter of the highest."""
    decade = 10.0 ** np.floor(np.log10(highest / 4))
    return max(m * decade for m in (1, 2, 5) if m * decade <= highest / 4 * (1 + 1e-9))
