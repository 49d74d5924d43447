"""The PCA command: numerics' numbers, in either axis order and any type, whatever DM does; windows, mask, dialog."""
import numpy as np
import pytest

from offline_reference.numerics import memory
from offline_reference.numerics.data_matrix import DataMatrix
from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.pca import pca, varimax_components
from offline_reference.numerics.unfold import unfold
from tests.dm_python.running import (
    CALIBRATION,
    DETECTOR,
    EVERY_COMBINATION,
    EVERY_SWITCH,
    SCAN,
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

CALL = "from dm_python import pca_varimax\nresult = pca_varimax.main({})\n"
WINDOWS = ["Scree of Scan", "PCA diffractions of Scan", "PCA maps of Scan", "Varimax diffractions of Scan",
           "Varimax maps of Scan"]


def expected(n_components, centred=False, good=None):
    found = pca(DataMatrix(unfold(example().pixels), good), 30, centred=centred)
    W, H = varimax_components(found, n_components)
    return {
        "ratios": found.variances / found.total_variance,
        "diffractions": found.diffractions[:, :n_components].T.reshape((n_components,) + DETECTOR),
        "maps": found.maps[:n_components].reshape((n_components,) + SCAN),
        "rotated_diffractions": W.T.reshape((n_components,) + DETECTOR),
        "rotated_maps": H.reshape((n_components,) + SCAN),
    }


def refuse_other_numbers(result, wanted):
    for name, array in wanted.items():
        # rounding differs with the order of the axes; components of equal variance could mix, these are well apart
        assert np.allclose(getattr(result, name), array, rtol=0, atol=1e-6 * np.abs(array).max()), name


@pytest.mark.parametrize("order", ["vuyx", "yxvu"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_its_numbers_are_those_of_numerics(order, dtype):
    refuse_other_numbers(run(CALL.format("3, show=False"), scan_image(order, dtype)).result, expected(3))


def test_the_mean_may_be_subtracted():
    refuse_other_numbers(run(CALL.format("2, centred=True"), scan_image()).result, expected(2, centred=True))


def test_bad_pixels_of_a_mask_hold_zero_and_do_not_count():
    good = np.ones(DETECTOR, dtype=bool)
    good[2:5, 3] = False
    text = "import numpy as np\ngood = np.ones({}, dtype=bool)\ngood[2:5, 3] = False\n".format(DETECTOR)
    result = run(text + CALL.format("2, mask=good"), scan_image()).result
    refuse_other_numbers(result, expected(2, good=good.ravel()))
    assert not result.diffractions[:, ~good].any()


@pytest.mark.parametrize("switches", EVERY_SWITCH, ids=name_of_switches)
def test_windows_are_the_same_whatever_dm_does(switches):
    image = scan_image()
    before = image.pixels.copy()
    workspace = run(CALL.format("3"), image, switches=switches)
    refuse_strays(workspace, "Scan", *WINDOWS)
    assert np.array_equal(image.pixels, before) and workspace.leaks == []
    windows, result = shown(workspace), workspace.result
    refuse_other_numbers(result, expected(3))
    for name, array in zip(WINDOWS, (np.log10(result.ratios), *result[1:5]), strict=True):
        assert np.array_equal(windows[name].pixels, array.astype(np.float32))
    for name, axes in (("Varimax diffractions of Scan", "uv"), ("PCA maps of Scan", "xy")):
        for calibration, axis in zip(windows[name].calibrations, axes, strict=False):
            wanted = CALIBRATION[axis]
            assert (calibration.origin, calibration.scale) == (wanted.origin, wanted.scale)
            assert calibration.units == wanted.units.replace("\u00b5", "u")
    assert last_record(windows["Varimax maps of Scan"])["Method"] == "pca, varimax"


def test_combinations_of_what_dm_may_do_change_nothing_either():
    wanted = None
    for switches in EVERY_COMBINATION:
        workspace = run(CALL.format("3"), scan_image(), switches=switches)
        windows = {name: (image.pixels.tobytes(), str(image.calibrations)) for name, image in shown(workspace).items()}
        assert windows == (wanted or windows), name_of_switches(switches)
        wanted = windows


def test_the_scree_plot_counts_components_from_one():
    scree = shown(run(CALL.format("3"), scan_image()))["Scree of Scan"]
    assert scree.calibrations[0].first_value == 1
    assert np.allclose(scree.pixels.ravel(), np.log10(expected(3)["ratios"]), rtol=1e-6, atol=0)
    assert scree.intensity.units == "log10"


def test_what_does_not_fit_into_memory_is_refused_before_it_starts(monkeypatch):
    monkeypatch.setattr(memory, "available_bytes", lambda: 100e3)
    workspace = workspace_with(scan_image())
    with pytest.raises(RefusedError, match="PCA of these data takes"):
        run(CALL.format("3"), workspace=workspace)
    refuse_strays(workspace, "Scan")


def test_the_menu_item_asks_and_remembers():
    workspace = workspace_with(scan_image(), answers=[{"Components to show": 2, "Subtract the mean diffraction": 1}])
    click("pca_varimax", workspace)
    assert shown(workspace)["PCA maps of Scan"].pixels.shape == (2,) + SCAN
    assert "component 2" in workspace.results and "component 3" not in workspace.results
    for name in WINDOWS:
        workspace.delete(shown(workspace)[name])
    workspace.answers.append("default")
    workspace.clear_results()
    click("pca_varimax", workspace)
    assert shown(workspace)["PCA maps of Scan"].pixels.shape == (2,) + SCAN and "the variance" in workspace.results


def test_a_cancelled_dialog_leaves_nothing():
    workspace = click("pca_varimax", workspace_with(scan_image(), answers=["cancel"]))
    refuse_strays(workspace, "Scan")


def test_too_many_components_are_one_readable_message():
    workspace = click("pca_varimax", workspace_with(scan_image(), answers=[{"Components to show": 500}]))
    first, _, rest = workspace.results.partition("\n")
    assert first.startswith("Stopped: 500 components") and "Traceback" in rest
    refuse_strays(workspace, "Scan")
