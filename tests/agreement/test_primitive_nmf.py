"""Commands nmf_mu.s and nmf_als.s: the stacks are those of numerics.methods, calibrated, recorded; cancel; refusals."""
import re

import numpy as np
import pytest

from offline_reference.numerics import methods
from offline_reference.virtual_dm.images import Image
from offline_reference.virtual_dm.switches import one_at_a_time
from tests.agreement import commands, dm
from tests.agreement.commands import CALIBRATIONS, N_U, N_V, N_X, N_Y, scan_4d

TWINS = {"nmf_mu.s": methods.nmf_mu, "nmf_als.s": methods.nmf_als}
NAMES = {"nmf_mu.s": "MU NMF", "nmf_als.s": "ALS NMF"}
COMMANDS = sorted(TWINS)
SETTINGS = "components=3; iterations=6; tolerance=0; seed=2"


def factorized(file, image, settings=SETTINGS, **options):
    """The workspace, the stack of diffractions and the stack of maps."""
    workspace = commands.run(file, image, answers=[settings], **options)
    maps, diffractions = commands.new_images(workspace, image)
    return workspace, diffractions, maps


SWITCHES = list(one_at_a_time("script"))


@pytest.mark.parametrize("order, switches", [("vuyx", one) for one in SWITCHES] + [("yxvu", SWITCHES[0])], ids=repr)
@pytest.mark.parametrize("file", COMMANDS)
def test_the_stacks_are_numpys_under_every_switch(file, order, switches):
    scan = scan_4d(order)
    workspace, diffractions, maps = factorized(file, scan, switches=switches)
    twin = TWINS[file](scan.pixels, 3, order, max_iter=6, seed=2)
    assert diffractions.sizes == (N_U, N_V, 3) and maps.sizes == (N_X, N_Y, 3)
    dm.assert_near(diffractions.pixels, twin.diffractions, 1e-4)
    dm.assert_near(maps.pixels, twin.maps, 1e-4)
    told = re.search(r"3 components of Scan, 6 iterations .*, mean squared error (\S+)\n", workspace.results)
    assert float(told[1]) == pytest.approx(twin.mean_squared_error, rel=1e-4)


@pytest.mark.parametrize("file", COMMANDS)
def test_doubles_stay_doubles(file):
    scan = scan_4d(dtype=np.float64)
    _, diffractions, maps = factorized(file, scan, switches=dm.double())
    twin = TWINS[file](scan.pixels, 3, max_iter=6, seed=2)
    assert diffractions.pixels.dtype == maps.pixels.dtype == np.float64
    dm.assert_near(diffractions.pixels, twin.diffractions, 1e-9)
    dm.assert_near(maps.pixels, twin.maps, 1e-9)


@pytest.mark.parametrize("order", ["vuyx", "yxvu"])
@pytest.mark.parametrize("file", COMMANDS)
def test_results_carry_calibrations_tags_and_a_record(file, order):
    scan = scan_4d(order)
    _, diffractions, maps = factorized(file, scan)
    for stack, axes in ((diffractions, "uv"), (maps, "xy")):
        for found, axis in zip(stack.calibrations, axes):
            assert (found.origin, found.scale, found.units) == (
                pytest.approx(CALIBRATIONS[axis].origin), CALIBRATIONS[axis].scale, CALIBRATIONS[axis].units)
        tags = stack.tags.to_plain()
        assert tags["Microscope"]["High Tension"] == 300.0
        record = tags["Processing"][-1]
        twin = TWINS[file](scan.pixels, 3, order, max_iter=6, seed=2)
        assert record["Operation"] == NAMES[file] and record["Input"] == "Scan" and record["Axis order"] == order
        assert (record["Components"], record["Seed"], record["Iterations"], record["Iteration kept"]) == (
            3, 2, 6, twin.best_iter)
        assert record["Mean squared error"] == pytest.approx(twin.mean_squared_error, rel=1e-4)


@pytest.mark.parametrize("file", COMMANDS)
def test_progress_is_shown_and_a_key_stops_with_what_there_is(file):
    workspace, diffractions, _ = factorized(file, scan_4d(), "components=2; iterations=100; seed=0", keys=["esc@4"])
    twin = TWINS[file](scan_4d().pixels, 2, max_iter=4)
    dm.assert_near(diffractions.pixels, twin.diffractions, 1e-4)
    assert "4 iterations (stopped by you)" in workspace.results
    assert workspace.progress[-1][:2] == (NAMES[file], "step 1 of 100")


@pytest.mark.parametrize("file", COMMANDS)
def test_it_stops_early_when_asked_to(file):
    workspace, _, _ = factorized(file, scan_4d(), "components=1; iterations=100; tolerance=0.01; seed=0")
    assert "21 iterations (settled)" in workspace.results


@pytest.mark.parametrize("file", COMMANDS)
def test_the_dialog_opens_with_the_values_used_last(file):
    scan = scan_4d()
    workspace, _, _ = factorized(file, scan)
    for image in commands.new_images(workspace, scan):
        workspace.delete(image)
    workspace.answers.append("default")
    dm.run_command(file, workspace)
    record = workspace.front_image().tags.to_plain()["Processing"][-1]
    assert (record["Components"], record["Iterations"], record["Seed"]) == (3, 6, 2)


def test_recoveries_are_told_and_recorded():
    scan = scan_4d()
    scan.pixels[...] = scan.pixels[:, :, :1, :1]  # one pattern everywhere, so that components cannot be told apart
    workspace, diffractions, _ = factorized("nmf_als.s", scan, "components=4; iterations=6; seed=0")
    events = diffractions.tags.to_plain()["Processing"][-1]["Events"]
    assert "two maps were too alike to be told apart" in events
    assert f"ALS NMF, recoveries:\n{events}" in workspace.results


@pytest.mark.parametrize("file", COMMANDS)
def test_cancel_leaves_no_trace(file):
    commands.cancelled(file, scan_4d(), answers=["cancel"])


def image_3d():
    return Image(np.ones((3, 4, 5), np.uint16), "Stack")


def with_pixels(change):
    image = scan_4d(dtype=np.float32)
    change(image.pixels)
    return image


def nan(pixels):
    pixels[0, 1, 2, 3] = np.nan


def flat(pixels):
    pixels[...] = 7


@pytest.mark.parametrize("file", COMMANDS)
@pytest.mark.parametrize(
    "image, answers, message",
    [
        (image_3d, [], "'Stack' has 3 dimensions .* needs 4"),
        (lambda: with_pixels(nan), [], "not finite"),
        (lambda: with_pixels(flat), [], "same value"),
        (scan_4d, ["components=31"], "31 components cannot be found in 30 detector pixels x 56 scan positions"),
        (scan_4d, ["components=2; iterations=0"], "0 iterations are not possible"),
        (scan_4d, ["components=2; iterations=2; seed=-1"], "seed -1 is no whole number"),
        (scan_4d, ["components=2; iterations=2; tolerance=2"], "tolerance 2 is not between 0"),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_sentence(file, image, answers, message):
    assert re.search(message, commands.error_of(file, image(), answers=answers))
