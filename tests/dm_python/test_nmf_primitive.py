"""Primitive NMF from DM's Python: numerics' numbers, windows, mask, cancel, dialog, menu."""
import numpy as np
import pytest

from dm_python.pictures import scale_bar
from offline_reference.numerics import memory, methods
from offline_reference.numerics.lettering import GLYPHS, drawn
from offline_reference.virtual_dm.images import Image
from tests.dm_python.running import (
    DETECTOR,
    EVERY_SWITCH,
    click,
    example,
    last_record,
    name_of_switches,
    refuse_strays,
    run,
    scan_image,
    shown,
    workspace_with,
)

CALL = "from dm_python import nmf_primitive\nresult = nmf_primitive.main({})\n"
QUICK = "3, max_iter=6, seed=2"
MAPS, DIFFRACTIONS = "NMF (ALS): maps of Scan", "NMF (ALS): diffractions of Scan"


def refuse_other_numbers(found, expected):
    """Equal to rounding: sums are made in blocks whose sizes depend on the order of the axes."""
    np.testing.assert_allclose(found.diffractions, expected.diffractions, rtol=1e-7, atol=1e-12)
    np.testing.assert_allclose(found.maps, expected.maps, rtol=1e-7, atol=1e-7)
    np.testing.assert_allclose(found.mse_history, expected.mse_history, rtol=1e-9)


@pytest.mark.parametrize("order", ["vuyx", "yxvu"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("method", ["mu", "als", "hals"])
def test_its_factors_are_those_of_numerics(method, dtype, order):
    expected = getattr(methods, "nmf_" + method)(example("vuyx").pixels, 3, max_iter=6, seed=2)
    found = run(CALL.format(f"{QUICK}, method='{method}', show=False"), scan_image(order, dtype)).result
    refuse_other_numbers(found, expected)
    assert found.images == () and found.settings["order"] == order


@pytest.mark.parametrize("switches", EVERY_SWITCH, ids=name_of_switches)
def test_two_stacks_open_with_factors_and_record_whatever_the_switches(switches):
    image = scan_image()
    before = image.pixels.copy()
    workspace = run(CALL.format(QUICK) + "result.images = None\n", image, switches=switches)
    expected = methods.nmf_als(example().pixels, 3, max_iter=6, seed=2)
    refuse_other_numbers(workspace.result, expected)
    refuse_strays(workspace, "Scan", MAPS, DIFFRACTIONS)
    windows = shown(workspace)
    np.testing.assert_allclose(windows[MAPS].pixels, expected.maps, rtol=1e-6, atol=1e-5)
    np.testing.assert_allclose(windows[DIFFRACTIONS].pixels, expected.diffractions, rtol=1e-6, atol=1e-9)
    record = last_record(windows[MAPS])
    assert record["Method"] == "NMF (ALS)" and record["seed"] == 2 and record["Iterations"] == 6
    assert record["Mean squared error"] == pytest.approx(expected.mean_squared_error)
    assert "NMF (ALS): 3 components of 'Scan', 9 x 10 x 12 x 14 uint16, vuyx." in workspace.results
    assert "mean squared error {:.6g}.".format(expected.mean_squared_error) in workspace.results
    np.testing.assert_array_equal(image.pixels, before)
    assert workspace.leaks == []


@pytest.mark.parametrize("show, names", [
    ("film roll", ["NMF (ALS): film roll of Scan"]),
    ("stacks and film roll", ["NMF (ALS): film roll of Scan", MAPS, DIFFRACTIONS])])
def test_a_film_roll_shows_each_diffraction_above_its_map(show, names):
    workspace = run(CALL.format(f"{QUICK}, show='{show}'"), scan_image())
    refuse_strays(workspace, "Scan", *names)
    roll = shown(workspace)["NMF (ALS): film roll of Scan"].pixels
    width, strip = 12 * 11, 2 * 7 + 2 * 2  # 11 times makes 12 pixels wider than 128; 9 x 14 is the most below that
    assert roll.shape == (14 * 11 + strip + 2 + 10 * 14 + strip, 3 * width + 2 * 2)
    assert roll.min() == 0 and roll.max() == 1
    lower = 14 * 11 + strip + 2
    for k, (pattern, one_map) in enumerate(zip(workspace.result.diffractions, workspace.result.maps, strict=True)):
        left = k * (width + 2)
        shown_pattern = roll[:14 * 11, left:left + width][5::11, 5::11]
        shown_map = roll[lower:lower + 140, left + 3:left + 3 + 126][7::14, 7::14]
        assert np.corrcoef(shown_pattern.ravel(), pattern.ravel() ** 0.4)[0, 1] > 0.9
        assert np.corrcoef(shown_map.ravel(), one_map.ravel())[0, 1] > 0.99
    for top, times, left, length, text in ((14 * 11, 11, 0, 1 / 0.25, "1 1/nm"), (lower + 140, 14, 3, 5 / 2.0, "5 um")):
        bar = np.flatnonzero(roll[top + 7])[0], np.argmin(roll[top + 7, left:])
        assert bar == (left, times * length)
        letters = drawn(text, 2)
        start = left + bar[1] + 6
        np.testing.assert_array_equal(roll[top + 2:top + 16, start:start + letters.shape[1]], letters)


def test_a_film_roll_without_units_has_no_scale_bar():
    image = scan_image()
    for calibration in image.calibrations:
        calibration.units = ""
    roll = shown(run(CALL.format(f"{QUICK}, show='film roll'"), image))["NMF (ALS): film roll of Scan"].pixels
    assert roll.shape == (14 * 11 + 2 + 10 * 14, 3 * 12 * 11 + 2 * 2)


@pytest.mark.parametrize("step, units, n_pixels, length, text", [
    (0.25, "1/nm", 40, 8, "2 1/nm"), (0.2, "1/nm", 36, 10, "2 1/nm"), (-0.003, "um", 20, 20 / 3, "0.02 um"),
    (2.0, "nm", 10, 2.5, "5 nm"), (1e-10, "m", 64, 20, "2e-09 m")])
def test_a_scale_bar_has_a_round_length(step, units, n_pixels, length, text):
    found = scale_bar(step, units, n_pixels)
    assert found[0] == pytest.approx(length) and found[1] == text
    assert set(text) <= set(GLYPHS)


@pytest.mark.parametrize("order", ["vuyx", "yxvu"])
def test_bad_pixels_are_in_no_product_and_no_error(order):
    """The counts under the mask do not matter, and the error is the mean over what is left."""
    mask = np.ones(DETECTOR, np.uint8)
    mask[3, 5] = mask[6:8, 2] = 0
    image = scan_image(order)
    pixels = image.pixels if order == "vuyx" else image.pixels.transpose(2, 3, 0, 1)
    good = pixels[mask != 0]
    expected = methods.nmf_als(good[:, None].copy(), 3, max_iter=6, seed=2)
    pixels[mask == 0] = 60000
    found = run(CALL.format(f"{QUICK}, image='Scan', mask='stop', show=False"), image, Image(mask, "stop")).result
    np.testing.assert_allclose(found.maps, expected.maps, rtol=1e-7)
    np.testing.assert_allclose(found.diffractions[:, mask != 0], expected.diffractions[:, :, 0], rtol=1e-7, atol=1e-12)
    assert (found.diffractions[:, mask == 0] == 0).all()
    assert found.mean_squared_error == pytest.approx(expected.mean_squared_error)


def test_a_mask_without_good_pixels_is_refused():
    text = ("from dm_python import bridge, nmf_primitive\n"
            "bridge.menu(lambda: nmf_primitive.main(image='Scan', mask='m'))")
    workspace = run(text, scan_image(), Image(np.zeros(DETECTOR, np.uint8), "m"))
    assert "marks every detector pixel of the region as bad" in workspace.results.splitlines()[1]


def test_escape_keeps_the_best_so_far():
    workspace = run("from dm_python import bridge\nbridge.KEY_SECONDS = 0\n" + CALL.format("3, max_iter=50, seed=2")
                    + "bridge.KEY_SECONDS = 0.2\n", scan_image(), keys=["esc@5"])
    expected = methods.nmf_als(example().pixels, 3, max_iter=4, seed=2)
    refuse_other_numbers(workspace.result, expected)
    assert workspace.result.stopped == "cancelled"
    refuse_strays(workspace, "Scan", MAPS, DIFFRACTIONS)
    assert last_record(shown(workspace)[MAPS])["Stopped"] == "cancelled"


def test_a_refusal_leaves_no_window():
    image = scan_image(dtype=np.float32)
    image.pixels[0, 0, 0, 0] = np.nan
    workspace = run("from dm_python import bridge, nmf_primitive\nbridge.menu(nmf_primitive.main)", image)
    assert "Stopped: 1 of 15120 values are NaN or infinite" in workspace.results
    refuse_strays(workspace, "Scan")
    text = "from dm_python import bridge, nmf_primitive\nbridge.menu(lambda: nmf_primitive.main(method='pca'))"
    assert "there is no method 'pca': choose one of als, mu, hals." in run(text, scan_image()).results


def test_the_menu_asks_once_and_runs_with_the_answers():
    answer = "Components=2; Method=mu; Iterations=5; Seed=4; Detector binning=2; Show=film roll"
    workspace = click("nmf_primitive", workspace_with(scan_image(), answers=[answer]))
    refuse_strays(workspace, "Scan", "NMF (MU): film roll of Scan")
    record = last_record(shown(workspace)["NMF (MU): film roll of Scan"])
    assert [record[key] for key in ("n_components", "method", "max_iter", "seed")] == [2, "mu", 5, 4]
    assert len(workspace.dialogs) == 1
    assert workspace.persistent_tags.to_plain()["NMF 4D-STEM"]["nmf_primitive"]["show"] == "film roll"


def test_the_menu_asks_nothing_where_there_is_no_4d_image_and_does_nothing_after_cancel():
    workspace = click("nmf_primitive", workspace_with(Image(np.ones((3, 4), np.float32), "flat")))
    assert "'flat' has 2 dimensions" in workspace.results and workspace.dialogs == []
    workspace = click("nmf_primitive", workspace_with(scan_image(), answers=["cancel"]))
    refuse_strays(workspace, "Scan")
    assert workspace.results == ""


def test_an_analysis_that_would_not_fit_is_refused_before_it_starts(monkeypatch):
    text = "from dm_python import bridge, nmf_primitive\nbridge.menu(lambda: nmf_primitive.main(dtype='float32'))"
    monkeypatch.setattr(memory, "available_bytes", lambda: 5e4)
    assert "the working copy of 'Scan' takes 60.5 kB of memory" in run(text, scan_image()).results
    monkeypatch.setattr(memory, "available_bytes", lambda: 4e7)
    workspace = run(text, scan_image())
    assert "the analysis of 'Scan' takes 40 MB of memory and 40 MB are free" in workspace.results
    refuse_strays(workspace, "Scan")


def test_the_menu_takes_a_mask_by_its_number_where_two_have_its_name():
    good, bad = np.ones(DETECTOR, np.uint8), np.zeros(DETECTOR, np.uint8)
    good[3, 4] = 0
    workspace = workspace_with(scan_image(), Image(good, "mask"), Image(bad, "mask"))
    number = next(workspace.id_of(image) for image in workspace.images() if np.array_equal(image.pixels, good))
    label = "Mask of the detector, 0 = bad (name or ID of an image; empty: none)"
    workspace.answers.append({"Components": 2, "Iterations": 3, label: str(number)})
    click("nmf_primitive", workspace)
    planes = workspace.image_by_name(DIFFRACTIONS).pixels
    assert not planes[:, 3, 4].any() and planes[:, 3, 5].any()
