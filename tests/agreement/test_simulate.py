"""Command simulate.s: data as in NumPy, ready for every other command."""
import numpy as np
import pytest

from offline_reference.numerics.example_data import calibration, simulate
from offline_reference.virtual_dm.switches import one_at_a_time
from tests.agreement import commands

SMALL = "nX=11; nY=9; nU=17; nV=20; "
SCAN, DETECTOR = (9, 11), (20, 17)


def run(answer="", **options):
    """The workspace and the images that are shown, front first."""
    workspace = commands.run("simulate.s", answers=[SMALL + answer], **options)
    return workspace, workspace.images()


@pytest.mark.parametrize("order, entry", [("vuyx", 1), ("yxvu", 2)])
@pytest.mark.parametrize("switches", list(one_at_a_time("script")), ids=repr)
def test_it_makes_a_calibrated_image_that_tells_its_order(order, entry, switches):
    workspace, [data] = run(f"crystals=2; dose=300; seed=4; order={entry}", switches=switches)
    assert np.array_equal(data.pixels, simulate(SCAN, DETECTOR, 2, 300, 4, order).pixels)
    axes = calibration(SCAN, DETECTOR)
    for found, axis in zip(data.calibrations, "xyuv" if order == "vuyx" else "uvxy"):
        # a Calibration's origin is the pixel at which its value is zero
        origin, step, units = axes[axis]
        assert (found.scale, found.units) == (pytest.approx(step), units)
        assert found.origin == pytest.approx(-origin / step)
    tags = data.tags.to_plain()
    assert tags["Meta Data"]["Data Order Swapped"] == (order == "yxvu")
    assert tags["Microscope Info"]["Voltage"] == 200000
    note = tags["Processing"][-1]
    assert (note["Operation"], note["Crystals"], note["Counts of a pattern"], note["Seed"]) == (
        "Simulate 4D-STEM", 2, 300, 4)
    assert f"{data.pixels.sum()} counts in 99 patterns of 17 x 20 pixels; 3 components" in workspace.results


def test_the_settings_that_the_dialog_opens_with_are_numpys():
    workspace = commands.run("simulate.s", answers=["default"])
    assert np.array_equal(workspace.images()[0].pixels, simulate().pixels)


def test_the_truth_is_shown_on_demand_behind_the_data():
    _, shown = run("truth=1")
    names = [image.name for image in shown]
    assert names == ["Simulated 4D-STEM, seed 0", "True maps", "True diffractions"]
    truth = simulate(SCAN, DETECTOR)
    np.testing.assert_allclose(shown[1].pixels, truth.maps, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(shown[2].pixels, truth.diffractions, rtol=1e-5)
    assert [c.units for c in shown[1].calibrations[:2]] == ["nm", "nm"]
    assert [c.units for c in shown[2].calibrations[:2]] == ["1/nm", "1/nm"]
    assert "Data Order Swapped" not in shown[1].tags.to_plain().get("Meta Data", {})


def test_settings_are_remembered():
    workspace, [first] = run("seed=9")
    workspace.answers.append("default")
    commands.dm.run_command("simulate.s", workspace)
    assert np.array_equal(workspace.images()[0].pixels, first.pixels)


def test_a_cancelled_dialog_leaves_no_trace():
    workspace = commands.cancelled("simulate.s", answers=["cancel"])
    assert workspace.results == "" and workspace.progress == []


@pytest.mark.parametrize("keys", [["esc@3"], ["shift@3", "+space"]])
def test_a_stopped_simulation_shows_nothing_and_says_so(keys):
    workspace = commands.cancelled("simulate.s", answers=[SMALL], keys=keys)
    assert "stopped; nothing was made" in workspace.results and len(workspace.progress) == 2


@pytest.mark.parametrize("answer, words", [
    ("nX=3", "scan of 3 x 9"), ("crystals=9", "9 crystals"), ("dose=1e6", "dose of at most"), ("seed=-2", "seed -2"),
    ("nX=2000; nY=2000; nU=500; nV=500", "too many to try"),
])
def test_what_cannot_be_simulated_is_refused(answer, words):
    assert words in commands.error_of("simulate.s", answers=[SMALL + answer])
