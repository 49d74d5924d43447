"""The tree that a reader can click: its nodes, and what each is as a whole."""
import re
from types import SimpleNamespace

import numpy as np
import pytest

from offline_reference import clustering, report
from offline_reference.clustering import cluster
from offline_reference.numerics.clusters import rotated
from offline_reference.report.tree import LEAST_STEP, LEFT, STALK, TALL, TOP, integrated, tree_of

from .browser import find_browser
from .conftest import make_dataset, make_factors, make_run
from .test_page_in_browser import browser  # noqa: F401  a fixture

CENTRE = (15.0, 16.0)


@pytest.fixture(scope="module")
def components():
    """Two crystals, each turned three times, and maps of different totals."""
    random = np.random.default_rng(0)
    v, u = np.indices((31, 33))
    crystals = []
    for places in (((8, 0), (3, 9)), ((0, 6), (9, 9), (-4, 7))):
        crystals.append(sum(np.exp(-((v - CENTRE[0] - a) ** 2 + (u - CENTRE[1] - b) ** 2) / 3) for a, b in places))
    diffractions = np.array([rotated(crystals[k % 2], 40.0 * k, CENTRE) for k in range(6)])
    diffractions /= diffractions.sum((1, 2), keepdims=True)
    return diffractions, random.random((6, 7, 8)) * np.arange(1, 7)[:, None, None]


@pytest.fixture(scope="module")
def found(components):
    return cluster(*components, n_clusters=2, inner_radius=2, centre=CENTRE)


@pytest.fixture(scope="module")
def tree(found):
    return tree_of(found, clustering.dendrogram(found)[0])


def test_nodes_are_the_components_and_the_merges_of_the_linkage(found, tree):
    assert len(tree.nodes) == 6 + 5
    for node, (a, b, distance, size) in zip(tree.nodes[6:], found.tree):
        assert len(node.members) == size and node.distance == distance
        assert set(node.members) == {*tree.nodes[int(a)].members, *tree.nodes[int(b)].members}
    assert sorted(tree.nodes[-1].below) == list(range(11)) and tree.nodes[-1].label == -1
    assert sorted(map(tuple, (node.members for node in tree.nodes if node.label == 0)))[-1] != ()
    assert tree.nodes[2].words == "Component 3"
    assert tree.nodes[-1].words.startswith("Components 1, 2, 3, 4, 5 and 6, joined at 0.")


def test_nodes_stand_at_their_distance_and_leaves_do_not_overlap(found, tree):
    places = sorted(node.x for node in tree.nodes[:6])
    assert np.diff(places).min() >= LEAST_STEP and places[0] > LEFT
    highest = found.tree[:, 2].max()
    for node in tree.nodes[6:]:
        assert node.y == pytest.approx(TOP + TALL * (1 - node.distance / highest), abs=0.1)
    assert {node.y for node in tree.nodes[:6]} == {TOP + TALL + STALK}
    assert all(re.fullmatch("#[0-9a-fA-F]{6}", node.colour) for node in tree.nodes)  # what a browser understands
    assert {label for _, label in tree.scale} >= {"0"}


def test_a_node_is_as_a_whole_what_the_cluster_of_the_same_components_is(components, found, tree):
    for label, members in enumerate(found.clusters.members):
        node = next(one for one in tree.nodes if set(one.members) == set(members))
        diffraction, image = integrated(found, node, *components)
        np.testing.assert_allclose(diffraction, found.clusters.diffractions[label], atol=1e-12)
        np.testing.assert_allclose(image, found.clusters.maps[label])
    diffraction, image = integrated(found, tree.nodes[4], *components)
    np.testing.assert_allclose(diffraction, components[0][4], atol=1e-12)
    np.testing.assert_allclose(image, components[1][4])


@pytest.mark.skipif(find_browser() is None, reason="no Chromium or Chrome on this computer")
def test_a_click_or_the_enter_key_shows_what_a_node_is(browser, components, found, tmp_path):  # noqa: F811
    axes = make_dataset((31, 33)).axes
    report.write_clusters(tmp_path / "out", found, *components, axes, make_run(), {"path": "p", "title": "t"})
    browser.open(tmp_path / "out" / "report.html")

    def shown():
        return browser.run("[...document.querySelectorAll('[data-whole]')].filter((one) => !one.hidden)"
                           ".map((one) => one.querySelector('h3').firstChild.textContent.trim())")

    first = shown()
    assert len(first) == 1 and first[0].startswith("Components")
    browser.run("document.querySelector('[data-node=\"3\"]').dispatchEvent(new MouseEvent('click', {bubbles: true}))")
    assert shown() == ["Component 4"]
    browser.run("document.querySelector('[data-node=\"10\"]').focus()")
    browser.press("Enter")
    assert shown()[0].startswith("Components 1, 2, 3, 4, 5 and 6")
    assert browser.run("document.querySelectorAll('.tree .inside').length") == 11
    assert browser.run("document.querySelector('[data-node=\"10\"]').getAttribute('aria-pressed')") == "true"
    assert browser.complaints == []


def test_the_largest_cluster_is_shown_first_or_the_root_where_there_is_none(found, tree):
    assert tree.nodes[tree.chosen].label >= 0 and len(tree.nodes[tree.chosen].members) == 3
    factors = make_factors(3, (15, 16))
    alone = cluster(factors.diffractions, factors.maps, n_clusters=3, inner_radius=1, centre=(7.0, 8.0))
    alone_tree = tree_of(alone, clustering.dendrogram(alone)[0])
    assert alone_tree.chosen == len(alone_tree.nodes) - 1


def test_alike_components_that_all_join_at_zero_have_a_tree_too():
    found = SimpleNamespace(tree=np.array([[0, 1, 0.0, 2.0]]), labels=np.array([0, 0]), height=0.0)
    tree = tree_of(found, [1, 0])
    assert np.isfinite([node.y for node in tree.nodes]).all() and tree.nodes[1].x < tree.nodes[0].x
