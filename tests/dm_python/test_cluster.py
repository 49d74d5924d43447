"""The cluster command: numerics' clusters, angles and dendrogram as DM images, from either stack, however it is cut."""
import numpy as np
import pytest

from offline_reference.numerics import clusters, example_data
from offline_reference.numerics.dendrogram import draw_dendrogram
from offline_reference.numerics.linkage import average_linkage, labels_at, suggest_cut
from offline_reference.numerics.polar import find_centre
from offline_reference.numerics.similarity import pattern_similarity
from offline_reference.virtual_dm.images import Image
from tests.dm_python.running import (
    CALIBRATION,
    EVERY_SWITCH,
    click,
    last_record,
    name_of_switches,
    refuse_strays,
    run,
    scan_image,
    shown,
    stack_image,
    workspace_with,
)

CALL = "from dm_python import cluster\nresult = cluster.main({})\n"
INPUT = ["Diffractions of Scan", "Maps of Scan"]
OUTPUT = ["Dendrogram of Diffractions of Scan", "Similarities of Diffractions of Scan",
          "Clusters of Diffractions of Scan", "Clusters of Maps of Scan"]


@pytest.fixture(scope="module")
def truth():
    """An amorphous pattern, three square lattices, one hexagonal, one square: turned by 34 degrees each."""
    return example_data.simulate((12, 10), (48, 44), n_crystals=5, dose=500, seed=4)


@pytest.fixture
def stacks(truth):
    return stack_image(truth.diffractions, INPUT[0]), stack_image(truth.maps, INPUT[1], "scan")


@pytest.fixture(scope="module")
def expected(truth):
    diffractions, maps = (a.astype(np.float32) for a in (truth.diffractions, truth.maps))
    centre, radius = find_centre(np.tensordot(maps.sum(axis=(1, 2)).astype(float), diffractions, axes=1))
    similarity = pattern_similarity(diffractions, "rotation", centre, 1.1 * radius + 1.5)
    tree = average_linkage(1 - similarity.values)
    n_clusters, cut, _ = suggest_cut(tree)
    labels = labels_at(tree, n_clusters=n_clusters)
    return similarity, labels, clusters.integrate(diffractions, maps, labels, similarity, centre), tree, cut


def refuse_other_clusters(result, expected, truth):
    similarity, labels, integrated, tree, cut = expected
    assert np.array_equal(result.labels, labels) and np.array_equal(labels, truth.labels)
    assert np.allclose(result.similarity.values, similarity.values, rtol=0, atol=1e-9)
    assert np.allclose(result.clusters.angles, integrated.angles, rtol=0, atol=1e-6)
    assert np.allclose(result.clusters.diffractions, integrated.diffractions, rtol=0, atol=1e-9)
    assert np.array_equal(result.dendrogram.pixels, draw_dendrogram(tree, cut).pixels)


@pytest.mark.parametrize("front", [0, 1], ids=["diffractions in front", "maps in front"])
def test_clusters_are_those_of_numerics_and_of_the_truth(front, stacks, expected, truth):
    workspace = run(CALL.format("show=False"), stacks[front], stacks[1 - front])
    refuse_other_clusters(workspace.result, expected, truth)
    refuse_strays(workspace, *INPUT)
    assert "3 clusters of 6 components" in workspace.results


def test_angles_are_those_of_the_lattices_modulo_their_symmetry(stacks, truth):
    found = run(CALL.format("show=False"), *stacks).result.clusters
    square = found.members[1]
    differences = (found.angles - truth.angles)[square]
    turned = (differences - differences[0] + 90) % 180 - 90
    assert np.abs(turned).max() < 1.5  # a fifth of a pixel at the rim


@pytest.mark.parametrize("switches", EVERY_SWITCH, ids=name_of_switches)
def test_windows_are_the_same_whatever_dm_does(switches, stacks, expected, truth):
    before = [stack.pixels.copy() for stack in stacks]
    workspace = run(CALL.format(""), *stacks, switches=switches)
    refuse_strays(workspace, *INPUT, *OUTPUT)
    refuse_other_clusters(workspace.result, expected, truth)
    assert all(np.array_equal(stack.pixels, old) for stack, old in zip(stacks, before, strict=True))
    windows = shown(workspace)
    assert np.array_equal(windows[OUTPUT[0]].pixels, workspace.result.dendrogram.pixels)
    assert np.array_equal(windows[OUTPUT[2]].pixels, expected[2].diffractions.astype(np.float32))
    assert np.array_equal(windows[OUTPUT[3]].pixels, expected[2].maps.astype(np.float32))
    assert windows[OUTPUT[2]].calibrations[0].scale == CALIBRATION["u"].scale
    assert windows[OUTPUT[3]].calibrations[0].units == "um"
    assert last_record(windows[OUTPUT[3]])["Labels"] == str((truth.labels + 1).tolist())


def test_what_counts_for_the_central_disc_is_recorded(stacks, truth):
    """1.1 x its radius + 1.5, as the diffraction constraint has it."""
    maps, diffractions = truth.maps.astype(np.float32), truth.diffractions.astype(np.float32)
    (v, u), radius = find_centre(np.tensordot(maps.sum(axis=(1, 2)).astype(float), diffractions, axes=1))
    windows = shown(run(CALL.format(""), *stacks))
    record = last_record(windows[OUTPUT[0]])
    assert record["Inner radius"] == pytest.approx(1.1 * radius + 1.5, rel=1e-9)
    assert record["Centre v, u"] == str([v, u]).replace("np.float64(", "").replace(")", "")
    given = run(CALL.format("centre=(23.5, 21.75), inner_radius=4"), *stacks)
    record = last_record(shown(given)[OUTPUT[0]])
    assert record["Inner radius"] == 4 and record["Centre v, u"] == "[23.5, 21.75]"


@pytest.mark.parametrize("given", ["'beam stop'", "DM.FindImageByName('beam stop').GetID()", "good"])
def test_bad_pixels_of_a_mask_do_not_count(given, stacks, truth):
    """A beam stop with any values below it: the crystals are told apart as before."""
    good = np.ones(truth.diffractions.shape[1:], dtype=bool)
    good[21:28, 18:] = False
    for plane in stacks[0].pixels:
        plane[~good] = 0.3
    beam_stop = Image(good.astype(np.uint8), "beam stop")
    text = "import numpy as np\ngood = DM.FindImageByName('beam stop').GetNumArray() != 0\n"
    result = run(text + CALL.format("mask={}, show=False".format(given)), *stacks, beam_stop).result
    assert np.array_equal(result.labels, truth.labels)
    similarity = pattern_similarity(stacks[0].pixels, "rotation", find_centre_behind(stacks, good),
                                    1.5, mask=good)
    assert np.allclose(result.similarity.values, similarity.values, rtol=0, atol=1e-9)
    assert not result.clusters.diffractions[0][~good].any()  # one member, so nothing is turned into the gap


def find_centre_behind(stacks, good):
    weights = stacks[1].pixels.sum(axis=(1, 2)).astype(float)
    centre, radius = find_centre(np.tensordot(weights, stacks[0].pixels, axes=1), good)
    assert radius == 0  # the beam stop hides the central disc
    return centre


def test_a_mask_of_another_size_is_refused(stacks):
    mask = Image(np.ones((5, 6), np.uint8), "m")
    workspace = workspace_with(*stacks, mask)
    run("from dm_python import bridge, cluster\nbridge.menu(lambda: cluster.main(mask='m'))", workspace=workspace)
    assert workspace.results.startswith("Stopped: the mask is 5 x 6 and the diffractions of 'Diffractions of Scan' are")
    refuse_strays(workspace, *INPUT, "m")


@pytest.mark.parametrize("images, message", [([], "no image is open"), ([scan_image()], "'Scan' has 4 dimensions")])
def test_without_a_stack_there_are_no_questions(images, message):
    workspace = click("cluster", workspace_with(*images))
    assert workspace.results.startswith("Stopped: " + message) and workspace.dialogs == []


def test_the_dendrograms_width_is_calibrated_in_distance(stacks, expected):
    workspace = run(CALL.format(""), *stacks)
    picture, tree = shown(workspace)[OUTPUT[0]], expected[3]
    last_joint = picture.calibrations[0].origin + tree[-1, 2] / picture.calibrations[0].scale
    column = picture.pixels[:, int(round(last_joint))]
    assert np.count_nonzero(column == 150) > 20  # the line across both branches, grey beyond the cut
    low, high = workspace.image_by_name(OUTPUT[0]).displays[0].contrast_limits
    assert low == 0 and high == 255  # black lines on white paper


@pytest.mark.parametrize("settings, n_clusters", [("n_clusters=2", 2), ("n_clusters=6", 6), ("n_clusters=1", 1),
                                                  ("height=0.999", 1), ("height=0.001", 6)])
def test_the_tree_is_cut_where_it_is_asked_for(settings, n_clusters, stacks):
    result = run(CALL.format(settings), *stacks).result
    assert result.labels.max() + 1 == n_clusters == len(result.clusters.diffractions)
    assert "asked for" in result.reason
    assert np.count_nonzero(result.tree[:, 2] <= result.cut) == 6 - n_clusters  # the drawn line tells the same


def test_stacks_can_be_given_by_name_or_number(stacks):
    names = "image={!r}, maps={!r}, show=False".format(*INPUT)
    assert run(CALL.format(names), *stacks).result.labels.max() == 2
    stacks[0].name, stacks[1].name = "a", "b"
    text = CALL.format("image=DM.FindImageByName('a').GetID(), maps=DM.FindImageByName('b'), show=False")
    assert run(text, *stacks).result.labels.max() == 2


def test_the_menu_item_asks_and_remembers(stacks):
    answer = {"Number of clusters (0: as the tree suggests)": 2}
    workspace = click("cluster", workspace_with(*stacks, answers=[answer]))
    assert "2 clusters of 6 components" in workspace.results
    for name in OUTPUT:
        workspace.delete(shown(workspace)[name])
    workspace.select(stacks[0])
    workspace.answers.append("default")
    workspace.clear_results()
    assert "2 clusters of 6 components" in click("cluster", workspace).results


def test_a_cancelled_dialog_leaves_nothing(stacks):
    refuse_strays(click("cluster", workspace_with(*stacks, answers=["cancel"])), *INPUT)


@pytest.mark.parametrize("front", [0, 1])
@pytest.mark.parametrize("names", [
    ("NMF (ALS): diffractions of maps.dm4", "NMF (ALS): maps of maps.dm4"),
    ("Diff. of diffractions", "Map of diffractions"),
])
def test_stacks_of_one_analysis_find_each_other_whatever_the_data_are_called(names, front, stacks, truth):
    for stack, name in zip(stacks, names, strict=True):
        stack.name = name
    result = run(CALL.format("show=False"), stacks[front], stacks[1 - front]).result
    assert np.array_equal(result.labels, truth.labels)


TWICE = """
from dm_python import cluster, nmf_primitive
first, second = (nmf_primitive.main(3, max_iter=3, seed=seed, image="Scan") for seed in (0, 7))
front = {}
result = cluster.main(front.images[1].GetID(), n_clusters=3, inner_radius=1).clusters.maps, front.maps
del first, second, front
"""


@pytest.mark.parametrize("front", ["first", "second"])
def test_of_two_runs_on_the_same_data_the_stacks_of_one_are_clustered(front):
    integrated, maps = run(TWICE.format(front), scan_image()).result
    assert sorted(integrated.sum(axis=(1, 2))) == pytest.approx(sorted(maps.sum(axis=(1, 2))), rel=1e-5)


def test_maps_of_another_run_are_refused():
    text = TWICE.format("second").replace("front = second", "front = second\n" + "\n".join(
        "DM.DeleteImage({})".format(image) for image in ("first.images[1]", "second.images[0]")))
    workspace = run("import DigitalMicrograph as DM\nfrom dm_python import bridge\ndef go():\n" + "\n".join(
        "    " + line for line in text.splitlines()) + "\nbridge.menu(go)\n", scan_image())
    assert "'NMF (ALS): maps of Scan' is of another run than 'NMF (ALS): diffractions of Scan'" in workspace.results


def test_two_stacks_of_maps_that_nothing_tells_apart_are_refused(stacks, truth):
    other = stack_image(truth.maps, INPUT[1], "scan")
    workspace = click("cluster", workspace_with(*stacks, other, answers=["default"]))
    assert workspace.results.startswith("Stopped: 2 open images are called 'Maps of Scan' (IDs ")
    assert workspace.dialogs == []


def test_names_that_are_not_ascii_find_each_other(stacks, truth):
    """As DM-script's commands leave them: with the very name of the data."""
    for stack, word in zip(stacks, ("Diffractions", "Maps"), strict=True):
        stack.name = word + " of S\u00e9rie \u00b5"
    assert np.array_equal(run(CALL.format("show=False"), *stacks).result.labels, truth.labels)


@pytest.mark.parametrize("names, message", [
    (("Stack", "Maps of Scan"), "the name 'Stack' does not tell which stack of maps belongs to it"),
    (("Diffractions of Scan", "Other maps"), "there is no image 'Maps of Scan'"),
])
def test_a_missing_partner_is_one_readable_message(names, message, stacks):
    for stack, name in zip(stacks, names, strict=True):
        stack.name = name
    workspace = click("cluster", workspace_with(*stacks, answers=["default"]))
    assert workspace.results.startswith("Stopped: " + message) and "Traceback" in workspace.results
    refuse_strays(workspace, *names)


def test_stacks_of_different_analyses_are_refused(truth, stacks):
    workspace = workspace_with(stacks[0], stack_image(truth.maps[:4], INPUT[1], "scan"), answers=["default"])
    assert "has 6 planes and 'Maps of Scan' has 4" in click("cluster", workspace).results
