"""The simulation command: numerics' counts, calibrated so that the other commands read them back, in either order."""
import numpy as np
import pytest

from offline_reference.numerics import example_data
from tests.dm_python.running import (
    EVERY_SWITCH,
    click,
    last_record,
    name_of_switches,
    refuse_strays,
    run,
    shown,
    workspace_with,
)

SETTINGS = "(10, 9), (14, 12), 2, 1000, 3"
WINDOWS = ["Simulated scan", "True diffractions of Simulated scan", "True maps of Simulated scan"]


@pytest.mark.parametrize("switches", EVERY_SWITCH, ids=name_of_switches)
@pytest.mark.parametrize("order", ["vuyx", "yxvu"])
def test_counts_are_those_of_numerics_and_can_be_read_back(order, switches):
    workspace = run(
        "from dm_python import bridge, simulate\n"
        "data, images = simulate.main({}, {!r})\n"
        "result = data, bridge.four_d()\n"
        "del images\n".format(SETTINGS, order), switches=switches)
    data, source = workspace.result
    expected = example_data.simulate((10, 9), (14, 12), 2, 1000, 3, order)
    refuse_strays(workspace, *WINDOWS)
    assert workspace.leaks == []
    for array in (data.pixels, source.pixels, workspace.front_image().pixels):
        assert np.array_equal(array, expected.pixels) and array.dtype == np.uint16
    assert source.order == order
    assert source.calibration["x"] == (0.0, 2.0, "nm") and source.calibration["u"][2] == "1/nm"
    origin, step, _ = source.calibration["v"]
    assert origin + step * expected.centre[0] == pytest.approx(0, abs=1e-12)
    truth = shown(workspace)
    assert np.array_equal(truth[WINDOWS[1]].pixels, expected.diffractions.astype(np.float32))
    assert np.array_equal(truth[WINDOWS[2]].pixels, expected.maps.astype(np.float32))
    assert last_record(truth["Simulated scan"])["Seed"] == 3


def test_nothing_is_shown_unless_wanted():
    workspace = run("from dm_python import simulate\nresult = simulate.main(scan=(8, 9), show=False)")
    assert workspace.images() == [] and workspace.result.images == ()
    assert workspace.result.data.pixels.shape == (40, 36, 8, 9)


def test_the_menu_item_asks_and_remembers():
    answer = {"Scan, width": 11, "Detector, height": 16, "Axes": "detector first (yxvu)", "Crystals (1 to 6)": 1}
    workspace = click("simulate", workspace_with(answers=[answer]))
    assert workspace.front_image().pixels.shape == (24, 11, 16, 36)
    for image in workspace.images():
        workspace.delete(image)
    workspace.answers.append("default")
    assert click("simulate", workspace).front_image().pixels.shape == (24, 11, 16, 36)


def test_a_cancelled_dialog_leaves_nothing():
    refuse_strays(click("simulate", workspace_with(answers=["cancel"])))


def test_senseless_settings_are_one_readable_message():
    workspace = click("simulate", workspace_with(answers=[{"Crystals (1 to 6)": 9}]))
    assert workspace.results.startswith("Stopped: 9 crystals cannot be simulated: choose 1 to 6.\n")
    refuse_strays(workspace)
