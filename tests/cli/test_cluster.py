"""cluster: from a results folder or a stack of images to clusters, their pictures and numbers."""
import json
import shutil

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from offline_reference import files
from offline_reference.cli import cluster, simulate
from offline_reference.simulate import rotated_precipitates
from tests.cli.test_missing_packages import without
from tests.report.page import Page

WRITTEN = {"clusters.npz", "clusters.png", "diffractions.hspy", "maps.hspy", "report.html", "result.json"}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Three precipitates of each of two crystals in a matrix, as a .dm4, factorized once for all tests."""
    from offline_reference.cli import main

    folder = tmp_path_factory.mktemp("made")
    truth = rotated_precipitates((30, 34), (40, 44), n_copies=3, seed=7, dose=2e4)
    files.write_dm4(folder / "scan.dm4", truth.pixels, truth.order, simulate.axes_of(truth),
                    {"voltage_kv": 200.0, "convergence_mrad": 1.5})
    code = main(["factorize", str(folder / "scan.dm4"), "-n", "7", "-o", str(folder / "found"), "-q"])
    assert code == 0
    return folder / "found", truth


@pytest.fixture
def found(made, workplace):
    shutil.copytree(made[0], workplace / "found")
    return "found"


def test_the_folder_holds_pictures_signals_and_numbers(run, found, workplace):
    answer = run("cluster", found)
    assert answer.code == 0, answer.err
    assert {path.name for path in (workplace / "found-clusters").iterdir()} == WRITTEN
    record = json.loads((workplace / "found-clusters" / "result.json").read_text())
    assert set(record["files"]) == WRITTEN
    assert record["command"] == "dm-nmf cluster found" and record["n_components"] == 7
    n = len(record["clusters"])
    assert "{} clusters of 7 components".format(n) in answer.out
    with np.load(workplace / "found-clusters" / "clusters.npz") as arrays:
        assert arrays["diffractions"].shape == (n, 40, 44) and arrays["maps"].shape == (n, 30, 34)
        assert (arrays["labels"] + 1).tolist() == [one["cluster"] for one in record["components"]]
        with np.load(workplace / "found" / "factors.npz") as factors:
            assert np.allclose(arrays["maps"].sum(axis=0), factors["maps"].sum(axis=0), rtol=1e-9, atol=1e-9)


def test_precipitates_of_one_crystal_are_in_one_cluster(run, made, found, workplace):
    from offline_reference.numerics.metrics import spot_similarity

    run("cluster", found, "-n", 3)
    truth = made[1]
    with np.load(workplace / "found-clusters" / "clusters.npz") as arrays, \
            np.load(workplace / "found" / "factors.npz") as factors:
        likeness = [[spot_similarity(one, other, truth.centre) for other in factors["diffractions"]]
                    for one in truth.diffractions[1:]]
        labels = arrays["labels"][np.argmax(likeness, axis=1)]
    assert adjusted_rand_score(truth.labels[1:], labels) == 1


def test_signals_keep_the_calibration(run, found, workplace):
    run("cluster", found)
    stack, = files.read_image(workplace / "found-clusters" / "diffractions.hspy")
    before, = files.read_image(workplace / "found" / "diffractions.hspy")
    assert [(axis.scale, axis.units) for axis in stack.axes[1:]] == [(axis.scale, axis.units)
                                                                     for axis in before.axes[1:]]
    assert stack.axes[1].units == "1/nm"


def test_the_page_is_sound_and_says_the_angles(run, found, workplace):
    run("cluster", found, "-n", 3)
    page = Page((workplace / "found-clusters" / "report.html").read_text("utf-8"))
    page.assert_sound()
    record = json.loads((workplace / "found-clusters" / "result.json").read_text())
    angles = [one["angle"] for one in record["components"] if one["angle"] is not None]
    assert angles and all("{:.1f}°".format(angle) in page.text for angle in angles)
    assert "cut into 3 clusters, as asked." in page.text and "round" in page.text


def test_the_centre_is_that_of_the_factorization_unless_given(run, found, workplace):
    run("cluster", found)
    centre = json.loads((workplace / "found" / "result.json").read_text())["parameters"]["centre"]
    assert json.loads((workplace / "found-clusters" / "result.json").read_text())["parameters"]["centre"] == centre
    run("cluster", found, "--centre", 20, 22, "-o", "given")
    assert json.loads((workplace / "given" / "result.json").read_text())["parameters"]["centre"] == [20, 22]


def test_pixels_that_the_factorization_left_out_do_not_decide(made, workplace):
    """A beam stop's shadow is the same in all patterns: it must not be what is alike."""
    folder = workplace / "shaded"
    shutil.copytree(made[0], folder)
    with np.load(folder / "factors.npz") as arrays:
        parts = dict(arrays)
    shadow = np.zeros((40, 44), dtype=bool)
    shadow[18:23, :25] = True
    parts["diffractions"] = np.where(shadow, 0, parts["diffractions"])
    np.savez(folder / "factors.npz", **parts)
    record = json.loads((folder / "result.json").read_text())
    before = cluster.clustered(cluster.read(folder)).similarity.values
    record["parameters"]["mask"] = "1635 true of 40 x 44"
    (folder / "result.json").write_text(json.dumps(record))
    components = cluster.read(folder)
    assert np.array_equal(components.mask, ~shadow)
    masked = cluster.clustered(components).similarity.values
    truth = cluster.clustered(cluster.read(made[0])).similarity.values
    assert np.abs(masked - truth).max() < 0.6 * np.abs(before - truth).max()


@pytest.mark.parametrize("options, n_clusters", [(["-n", 2], 2), (["-n", 7], 7), (["--height", 1e-6], 7),
                                                 (["--height", 2], 1)])
def test_the_cut_is_as_asked(run, found, workplace, options, n_clusters):
    answer = run("cluster", found, *options, "-o", "out", "-q")
    assert answer.code == 0, answer.err
    assert len(json.loads((workplace / "out" / "result.json").read_text())["clusters"]) == n_clusters


def test_a_stack_of_images_is_clustered_too(run, found, workplace):
    """Without maps there are no counts to weigh by, and no maps to write."""
    answer = run("cluster", "found/diffractions.hspy", "-n", 3, "-o", "stack")
    assert answer.code == 0, answer.err
    assert {path.name for path in (workplace / "stack").iterdir()} == WRITTEN - {"maps.hspy"}
    page = Page((workplace / "stack" / "report.html").read_text("utf-8"))
    page.assert_sound()
    run("cluster", found, "-n", 3, "-o", "folder")
    labels = [json.loads((workplace / name / "result.json").read_text())["components"] for name in ("stack", "folder")]
    assert [one["cluster"] for one in labels[0]] == [one["cluster"] for one in labels[1]]


def test_an_npy_stack_needs_no_order(run, workplace):
    np.save(workplace / "stack.npy", np.random.default_rng(0).random((4, 16, 18)))
    assert run("cluster", "stack.npy", "--inner-radius", 2, "-o", "out").code == 0


def test_without_scipy_it_says_what_to_install(found, workplace):
    answer = without(("scipy",), "cluster", found, cwd=workplace)
    assert answer.returncode == 2
    assert answer.stderr == "dm-nmf: this needs the package scipy, which is not installed: pip install scipy\n"
    assert not (workplace / "found-clusters").exists()


def test_what_cannot_be_clustered_is_refused(refuses, run, found, dm4, workplace):
    refuses("cluster", "nothing", saying="no file 'nothing'")
    (workplace / "empty").mkdir()
    refuses("cluster", "empty", saying="no results folder")
    refuses("cluster", dm4, saying="0 stacks of images")
    refuses("cluster", found, "-n", 8, saying="cannot be put into 8 clusters")
    refuses("cluster", found, "-n", 2, "--height", 0.3, saying="either by n_clusters or at a height")
    refuses("cluster", found, "--inner-radius", 90, saying="no ring with good pixels")
    run("cluster", found)
    refuses("cluster", found, saying="--overwrite")
    assert run("cluster", found, "--overwrite", "-q").code == 0
