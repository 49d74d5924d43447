"""functions/components.s against numerics/components.py, and the command components.s."""
import numpy as np
import pytest

from offline_reference.numerics.components import error_curve, pca_floors
from offline_reference.numerics.example_data import simulate
from offline_reference.numerics.unfold import unfold
from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.images import Image
from offline_reference.virtual_dm.script.errors import ScriptError
from offline_reference.virtual_dm.switches import one_at_a_time
from tests.agreement import commands, dm

LIBRARY = "functions/components.s"
ALL_SWITCHES = list(one_at_a_time("script"))
SETTINGS = "first=1; last=3; iterations=5; seed=2"


def scan(order="vuyx"):
    return simulate((8, 9), (12, 10), 2, 300, seed=1, order=order).pixels


def front(order="vuyx"):
    """A 4D image as DM would have it in front; its tag tells the order."""
    image = Image(scan(order), "Scan")
    image.tags.set("Meta Data:Data Order Swapped", "boolean", order == "yxvu")
    return image


def floors(X, most, switches=None):
    code = "object data = alloc(NmfMatrix).Of(X)\nimage floors := PcaFloors(data, most, 0)"
    return dm.run(LIBRARY, code, give="floors", X=X, most=most, switches=switches).floors.ravel()


def curves(X, first, last, step, switches=None, iterations=6, seed=3):
    code = ("object data = alloc(NmfMatrix).Of(X)\nobject curve = alloc(NmfErrorCurve).Of(data, first, last, step)\n"
            'curve.SetRuns(iterations, 0, seed)\ncurve.Run("")\nimage errors := curve.Errors()')
    return dm.run(LIBRARY, code, give="errors", switches=switches, X=X, first=first, last=last, step=step,
                  iterations=iterations, seed=seed).errors


def numpys_curves(pixels, numbers, iterations=6, seed=3, order="vuyx"):
    found = error_curve(pixels, numbers, order, max_iter=iterations, seed=seed).errors
    return np.array([found[method] for method in ("pca", "als", "mu")])


# -- the floor --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 7])
def test_eigenvalues_are_numpys(n):
    m = np.random.default_rng(n).normal(size=(n, n))
    m = m @ m.T - np.eye(n)  # some are negative
    found = dm.run(LIBRARY, "image values := EigenvaluesOf(m)", give="values", m=m).values.ravel()
    np.testing.assert_allclose(found, np.linalg.eigvalsh(m)[::-1], rtol=1e-10, atol=1e-12)


def test_rows_become_orthonormal_and_a_row_that_others_contain_becomes_zero():
    m = np.random.default_rng(0).normal(size=(4, 9))
    m[2] = m[0] - 2 * m[1]
    rows = dm.run(LIBRARY, "image rows := OrthonormalRows(m)", give="rows", m=m).rows
    np.testing.assert_allclose(rows @ rows.T, np.diag([1.0, 1, 0, 1]), atol=1e-12)
    np.testing.assert_allclose(rows[[0, 1, 3]].T @ rows[[0, 1, 3]] @ m.T, m.T, atol=1e-10)  # they span what they did


def test_rows_that_are_nearly_alike_become_orthonormal_too():
    """Subtracted once, what they have in common would leave 1e-16 / 1e-8 of itself."""
    random = np.random.default_rng(1)
    m = random.random(9) + 1e-8 * random.normal(size=(3, 9))
    rows = dm.run(LIBRARY, "image rows := OrthonormalRows(m)", give="rows", m=m).rows
    np.testing.assert_allclose(rows @ rows.T, np.eye(3), atol=1e-14)


@pytest.mark.parametrize("shape", [(60, 72), (72, 60)])
def test_floor_is_numpys_in_double_precision(shape):
    X = np.ascontiguousarray(unfold(scan()).astype(np.float64)[:shape[0], :shape[1]])
    np.testing.assert_allclose(floors(X, 3, dm.double()), pca_floors(X, np.arange(1, 4)), rtol=1e-8)


@pytest.mark.parametrize("switches", ALL_SWITCHES, ids=repr)
def test_floor_is_numpys_in_single_precision_under_every_switch(switches):
    X = unfold(scan()).astype(np.float32)
    np.testing.assert_allclose(floors(X, 2, switches), pca_floors(X, np.arange(1, 3)), rtol=1e-4)


def test_floor_of_pure_noise_is_at_most_a_thousandth_too_high():
    X = np.random.default_rng(0).poisson(2.0, (110, 72)).astype(np.float64)
    ratio = floors(X, 6, dm.double()) / pca_floors(X, np.arange(1, 7))
    assert (ratio < 1.001).all() and (ratio > 1 - 1e-12).all()


def test_floor_of_data_of_low_rank_is_zero_from_that_rank_on():
    random = np.random.default_rng(1)
    found = floors(random.random((30, 2)) @ random.random((2, 25)), 4, dm.double())
    assert found[0] > 1e-3 and (abs(found[1:]) < 1e-12).all()


def test_all_components_of_few_patterns_leave_nothing():
    X = np.random.default_rng(2).random((20, 3))
    np.testing.assert_allclose(floors(X, 3, dm.double()), pca_floors(X, [1, 2, 3]), rtol=1e-10, atol=1e-14)


# -- the curve --------------------------------------------------------------------------------------------------------


def test_curves_are_numpys_in_double_precision():
    found = curves(unfold(scan()).astype(np.float64), 1, 4, 1, dm.double())
    np.testing.assert_allclose(found, numpys_curves(scan(), [1, 2, 3, 4]), rtol=1e-8)


@pytest.mark.parametrize("switches", ALL_SWITCHES, ids=repr)
def test_curves_are_numpys_in_single_precision_under_every_switch(switches):
    found = curves(unfold(scan()).astype(np.float32), 1, 3, 2, switches)
    np.testing.assert_allclose(found, numpys_curves(scan(), [1, 3]), rtol=1e-4)


def test_no_nmf_is_below_the_floor_and_the_floor_falls():
    pca, als, mu = curves(unfold(scan()).astype(np.float64), 1, 5, 2, dm.double(), iterations=15)
    assert (np.diff(pca) < 0).all() and (als >= pca * (1 - 1e-6)).all() and (mu >= pca * (1 - 1e-6)).all()


@pytest.mark.parametrize("numbers", [(0, 3, 1), (4, 2, 1), (1, 73, 1), (1, 3, 0), (1.5, 3, 1)])
def test_numbers_that_cannot_be_are_refused(numbers):
    with pytest.raises((ScriptError, DMError), match="choose whole numbers from 1 to 72"):
        curves(unfold(scan()).astype(np.float32), *numbers)


# -- the command ------------------------------------------------------------------------------------------------------


def shown(workspace, image):
    [plot] = commands.new_images(workspace, image)
    return plot


@pytest.mark.parametrize("switches, order", [(one, "vuyx") for one in ALL_SWITCHES] + [(None, "yxvu")], ids=repr)
def test_the_command_shows_three_labelled_lines_over_calibrated_numbers(switches, order):
    image = front(order)
    workspace = commands.run("components.s", image, answers=["first=1; last=3; step=2; iterations=3; seed=2"],
                             switches=switches)
    plot = shown(workspace, image)
    np.testing.assert_allclose(plot.pixels, numpys_curves(scan(), [1, 3], 3, 2), rtol=1e-4)
    axis = plot.calibrations[0]
    assert [(i - axis.origin) * axis.scale for i in range(2)] == [1, 3] and axis.units == "components"
    [display] = workspace.documents[0].displays
    assert display.display_type == 3
    assert [curve.label for curve in display.slices] == ["PCA (least possible)", "ALS", "MU"]
    note = plot.tags.to_plain()["Processing"][-1]
    assert (note["Operation"], note["Iterations"], note["Seed"], note["Axis order"]) == ("Components", 3, 2, order)


def test_the_table_pastes_into_a_spreadsheet():
    image = front()
    workspace = commands.run("components.s", image, answers=[SETTINGS])
    lines = [line.split("\t") for line in workspace.results.splitlines() if "\t" in line]
    assert lines[0] == ["components", "PCA", "ALS", "MU"]
    table = np.array(lines[1:], dtype=float)
    assert table[:, 0].tolist() == [1, 2, 3]
    np.testing.assert_allclose(table[:, 1:].T, shown(workspace, image).pixels, rtol=1e-6)
    assert f"about {scan().mean():.6g}" in workspace.results


@pytest.mark.parametrize("keys, complete", [(["esc@16"], 1), (["shift@16", "+space"], 1), (["esc@26"], 2)])
def test_a_stopped_run_shows_the_numbers_that_are_complete(keys, complete):
    """Keys are asked for before each run and each of its iterations but the first: 5 times a run, 10 a number."""
    image = front()
    workspace = commands.run("components.s", image, answers=[SETTINGS], keys=keys)
    assert shown(workspace, image).pixels.shape == (3, complete)
    assert f"stopped; {complete} of 3 numbers are complete" in workspace.results
    np.testing.assert_allclose(shown(workspace, image).pixels, numpys_curves(scan(), [1, 2, 3], 5, 2)[:, :complete],
                               rtol=1e-4)


def test_stopped_before_the_first_number_it_shows_nothing_and_says_so():
    workspace = commands.cancelled("components.s", front(), answers=[SETTINGS], keys=["esc@3"])
    assert "stopped; 0 of 3 numbers are complete" in workspace.results


def test_a_cancelled_dialog_leaves_no_trace():
    workspace = commands.cancelled("components.s", front(), answers=["cancel"])
    assert workspace.results == "" and workspace.progress == []


@pytest.mark.parametrize("image, words", [
    (lambda: Image(np.ones((4, 5), np.float32), "Flat"), "2 dimensions"),
    (lambda: Image(np.full((4, 5, 6, 7), 2, np.uint16), "Flat"), "the same value"),
])
def test_images_that_hold_no_scan_are_refused(image, words):
    assert words in commands.error_of("components.s", image(), answers=[])


def test_impossible_numbers_are_refused_without_a_trace():
    assert "choose whole numbers" in commands.error_of("components.s", front(), answers=["first=0"])
    assert "iterations" in commands.error_of("components.s", front(), answers=["iterations=0"])
