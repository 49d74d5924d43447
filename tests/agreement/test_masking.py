"""functions/masking.s and the command mask_4d.s against numerics/masking.py."""
import numpy as np
import pytest

from offline_reference.numerics.masking import sum_masked, zero_masked
from offline_reference.virtual_dm.images import Image
from offline_reference.virtual_dm.switches import Switches, one_at_a_time
from tests.agreement import commands
from tests.agreement.commands import N_U, N_V, N_X, N_Y, scan_4d

ACTIONS = {1: "zero under", 2: "zero outside", 3: "sum"}


def mask_on(on, dtype=np.float32):
    shape = (N_V, N_U) if on == "detector" else (N_Y, N_X)
    return Image((np.random.RandomState(3).rand(*shape) > 0.6).astype(dtype), "Mask")


def expected(scan, mask, on, order, action):
    if action == 3:
        return sum_masked(scan.pixels, mask.pixels, on, order)
    return zero_masked(scan.pixels, mask.pixels, on, order, outside=action == 2)


def masked(scan, mask, action, entry=1, **options):
    workspace = commands.run("mask_4d.s", scan, mask, answers=[f"mask={entry}; action={action}"], **options)
    [found] = commands.new_images(workspace, scan, mask)
    return found


@pytest.mark.parametrize("order", ["vuyx", "yxvu"])
@pytest.mark.parametrize("on", ["detector", "scan"])
@pytest.mark.parametrize("action", list(ACTIONS), ids=list(ACTIONS.values()))
def test_the_command_gives_numpys_pixels(order, on, action):
    scan, mask = scan_4d(order), mask_on(on)
    found = masked(scan, mask, action)
    assert (found.pixels == expected(scan, mask, on, order, action)).all()
    assert found.pixels.dtype == (np.float32 if action == 3 else np.uint16)
    note = found.tags.to_plain()["Processing"][-1]
    assert note["Operation"] == "Mask 4D" and note["Mask lies on"] == on and note["Mask"] == "Mask"


@pytest.mark.parametrize("switches", list(one_at_a_time("script")), ids=repr)
def test_no_contested_behaviour_matters(switches):
    scan = scan_4d("yxvu", dtype=np.float32)
    for on, action in (("detector", 3), ("scan", 1)):
        mask = mask_on(on)
        assert np.allclose(masked(scan, mask, action, switches=switches).pixels,
                           expected(scan, mask, on, "yxvu", action), rtol=1e-6)


@pytest.mark.parametrize("order", ["vuyx", "yxvu"])
def test_sums_carry_the_calibration_of_what_they_are(order):
    scan = scan_4d(order)
    axes = {"detector": "xy", "scan": "uv"}
    for on, names in axes.items():
        found = masked(scan, mask_on(on), 3)
        for d, name in enumerate(names):
            wanted = commands.CALIBRATIONS[name]
            assert found.calibrations[d].units == wanted.units
            assert np.isclose(found.calibrations[d].scale, wanted.scale)
            assert np.isclose(found.calibrations[d].origin, wanted.origin)


def test_values_of_a_mask_are_weights_of_the_sum():
    scan, mask = scan_4d(dtype=np.float64), mask_on("detector")
    mask.pixels *= np.random.RandomState(5).rand(*mask.pixels.shape).astype(np.float32)
    found = masked(scan, mask, 3, switches=Switches(expression_type="double"))
    assert found.pixels.dtype == np.float64
    assert np.allclose(found.pixels, expected(scan, mask, "detector", "vuyx", 3), rtol=1e-12)


def test_where_scan_and_detector_are_equally_large_the_list_offers_both():
    scan = scan_4d(sizes=(5, 6, 5, 6))
    mask = mask_on("detector")
    on_detector, on_scan = masked(scan, mask, 3, entry=1), masked(scan, mask, 3, entry=2)
    assert (on_detector.pixels == sum_masked(scan.pixels, mask.pixels, "detector")).all()
    assert (on_scan.pixels == sum_masked(scan.pixels, mask.pixels, "scan")).all()


def test_an_integer_mask_selects_too():
    scan, mask = scan_4d(), mask_on("scan", np.uint8)
    assert (masked(scan, mask, 1).pixels == expected(scan, mask, "scan", "vuyx", 1)).all()


def test_a_cancelled_dialog_leaves_nothing():
    commands.cancelled("mask_4d.s", scan_4d(), mask_on("scan"), answers=["cancel"])
    commands.cancelled("mask_4d.s", scan_4d(tagged=False, calibrated=False), mask_on("scan"), answers=["cancel"])


@pytest.mark.parametrize("keys", [["esc@2"], ["shift@2", "+space"]])
def test_a_cancelled_run_leaves_nothing_and_says_so(keys):
    workspace = commands.cancelled("mask_4d.s", scan_4d(), mask_on("scan"), answers=["default"], keys=keys)
    assert "stopped after row 2 of 7" in workspace.results


def test_refusals():
    scan, mask = scan_4d(), mask_on("scan")
    message = commands.error_of("mask_4d.s", scan, Image(np.ones((3, 3), np.float32), "small"))
    assert "no open 2D image is as large as the detector or the scan" in message
    message = commands.error_of("mask_4d.s", mask, scan)
    assert "'Mask' has 2 dimensions (8 x 7), but this command needs 4" in message
    empty = Image(np.zeros((N_Y, N_X), np.float32), "Mask")
    assert "selects nothing" in commands.error_of("mask_4d.s", scan, empty, answers=["default"])
    unsound = scan_4d(dtype=np.float32)
    unsound.pixels[1, 2, 3, 4] = np.nan
    assert "not finite" in commands.error_of("mask_4d.s", unsound, mask)


def test_a_failure_on_the_way_closes_the_progress_window():
    """A complex mask fits by its sizes and is refused only after the dialog."""
    mask = Image(np.ones((N_Y, N_X), np.complex64), "Mask")
    assert "colour or complex" in commands.error_of("mask_4d.s", scan_4d(), mask, answers=["default"])
