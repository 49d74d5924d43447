"""The picture of clusters: leaves under their branches, colours of clusters, orientations."""
import numpy as np
import pytest

from offline_reference.figures import cluster_colour, clusters_figure, orientation_colours, to_png

from .test_components import U_AXIS, V_AXIS, X_AXIS, Y_AXIS, box, components, images, texts


def tree_of(n, n_clusters):
    """Leaves 0, 1, ... that join one after the other; the last n_clusters - 1 merges are above the cut."""
    labels = np.minimum(np.arange(n), n_clusters - 1)
    branches = []
    for k in range(1, n):
        y = 0.1 * k
        within = k >= n_clusters
        branches.append((np.array([k - 1.0, k - 1.0, k, k]), np.array([0, y, y, 0]), n_clusters - 1 if within else -1))
    return (list(range(n)), branches, 0.15), labels


def drawn(n=7, n_clusters=3, detector=(25, 36), scan=(28, 40), **how):
    diffractions, maps = components(n, detector, scan)
    tree, labels = tree_of(n, n_clusters)
    orientations = [None] + [(np.full(scan, 45.0), 180.0)] * (n_clusters - 1)
    return clusters_figure(tree, labels, diffractions, diffractions[:n_clusters], maps[:n_clusters], orientations,
                           (V_AXIS, U_AXIS), (Y_AXIS, X_AXIS), **how)


def test_each_cluster_has_diffraction_map_and_orientation_and_a_round_one_has_none():
    figure = drawn()
    assert len(images(figure)) == 3 + 3 + 2
    assert {"Cluster 1", "Cluster 2", "Cluster 3", "diffraction", "map", "orientation (°)"} <= set(texts(figure))


def test_without_any_orientation_there_is_no_row_for_it():
    diffractions, maps = components(4)
    tree, labels = tree_of(4, 2)
    figure = clusters_figure(tree, labels, diffractions, diffractions[:2], maps[:2])
    assert len(images(figure)) == 4 and "orientation (°)" not in texts(figure)


def test_maps_of_one_pixel_are_not_shown():
    diffractions, _ = components(4)
    tree, labels = tree_of(4, 2)
    assert len(images(clusters_figure(tree, labels, diffractions, diffractions[:2], np.ones((2, 1, 1))))) == 2


@pytest.mark.parametrize("n, n_clusters", [(2, 1), (2, 2), (9, 3), (30, 8), (40, 13)])
def test_leaves_stand_below_their_branches_and_nothing_overlaps(n, n_clusters):
    figure = drawn(n, n_clusters)
    leaves = [axes for axes in figure.axes if axes.get_gid() == "leaf"]
    tree = next(axes for axes in figure.axes if axes.get_gid() == "tree")
    left, _, width, _ = box(figure, tree)
    for place, axes in enumerate(leaves):
        x, y, across, tall = box(figure, axes)
        assert x + across / 2 == pytest.approx(left + width * (place + 0.5) / n)
        assert across / tall == pytest.approx(36 / 25)
    boxes = [box(figure, axes) for axes in [tree, *leaves, *images(figure)]]
    wide, high = figure.get_size_inches()
    for i, (x, y, across, tall) in enumerate(boxes):
        assert x >= 0 and y >= 0 and x + across <= wide and y + tall <= high
        for x2, y2, across2, tall2 in boxes[:i]:
            assert x >= x2 + across2 or x2 >= x + across or y >= y2 + tall2 or y2 >= y + tall


def test_branches_and_frames_have_the_colour_of_their_cluster():
    figure = drawn(5, 2)
    tree = next(axes for axes in figure.axes if axes.get_gid() == "tree")
    colours = [line.get_color() for line in tree.lines]
    assert colours[:4] == [cluster_colour(-1)] + [cluster_colour(1)] * 3
    numbers = {text.get_text(): text.get_color() for text in figure.texts if text.get_text() in "12345"}
    assert numbers == {"1": cluster_colour(0), **{str(k): cluster_colour(1) for k in range(2, 6)}}
    assert len({cluster_colour(k) for k in range(8)}) == 8


def test_orientations_are_colours_that_repeat_and_grow_dark_where_there_are_no_counts():
    counts = np.array([[10.0, 10.0, 10.0, 0.0, 2.5]])
    colours = orientation_colours(np.array([[10.0, 190.0, 55.0, 55.0, 55.0]]), 180.0, counts)
    assert colours.shape == (1, 5, 3)
    assert np.allclose(colours[0, 0], colours[0, 1]) and not np.allclose(colours[0, 0], colours[0, 2], atol=0.2)
    assert not colours[0, 3].any() and np.allclose(colours[0, 4], colours[0, 2] / 2, atol=0.01)
    assert not orientation_colours(np.zeros((2, 3)), 180.0, np.zeros((2, 3))).any()


def test_the_picture_becomes_a_png():
    assert to_png(drawn(title="Zr $ glass")).startswith(b"\x89PNG")
