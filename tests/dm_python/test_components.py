"""The command of the error curve: numerics' errors, a line plot of them, a suggestion, cancelling, dialog."""
import numpy as np
import pytest

from dm_python import needs
from offline_reference.numerics import memory
from offline_reference.numerics.components import error_curve, suggest_n_components
from offline_reference.numerics.errors import RefusedError
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

CALL = "from dm_python import components\nresult = components.main({})\n"
PLOT = "Mean squared errors of Scan"


@pytest.fixture(scope="module")
def expected():
    return error_curve(example().pixels, [1, 2, 3, 4], max_iter=12, seed=2)


def refuse_other_errors(result, expected):
    assert result.numbers.tolist() == [1, 2, 3, 4]
    for method, errors in expected.errors.items():
        assert np.allclose(result.errors[method], errors, rtol=1e-6, atol=0), method  # axes in another order


@pytest.mark.parametrize("order", ["vuyx", "yxvu"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_its_errors_are_those_of_numerics(order, dtype, expected):
    workspace = run(CALL.format("4, max_iter=12, seed=2, show=False"), scan_image(order, dtype))
    refuse_other_errors(workspace.result, expected)
    assert (workspace.result.suggested, workspace.result.reason) == suggest_n_components(expected)
    assert "Suggested number of components: 3 (3 principal components stand above" in workspace.results
    refuse_strays(workspace, "Scan")


@pytest.mark.parametrize("switches", EVERY_SWITCH, ids=name_of_switches)
def test_the_line_plot_is_the_same_whatever_dm_does(switches, expected):
    workspace = run(CALL.format("4, max_iter=12, seed=2"), scan_image(), switches=switches)
    refuse_strays(workspace, "Scan", PLOT)
    plot = shown(workspace)[PLOT]
    assert np.array_equal(plot.pixels, np.array(list(workspace.result.errors.values()), dtype=np.float32))
    assert plot.calibrations[0].first_value == 1 and plot.displays[0].display_type == 3
    assert [curve.label for curve in plot.displays[0].slices] == ["MSE of PCA", "MSE of ALS", "MSE of MU"]
    assert plot.displays[0].settings == {("LegendShown",): (1.0,)}
    assert last_record(plot)["Curves"] == "MSE of PCA, MSE of ALS, MSE of MU"
    refuse_other_errors(workspace.result, expected)


def test_bad_pixels_count_for_no_error():
    text = "import numpy as np\ngood = np.ones({}, dtype=bool)\ngood[2:5, 3] = False\n".format(DETECTOR)
    call = CALL.format("3, ('pca', 'als'), max_iter=5, mask=good, show=False")
    image = scan_image()
    image.pixels[2:5, 3] = 9999
    errors = run(text + call, image).result.errors
    good = np.ones(DETECTOR, dtype=bool)
    good[2:5, 3] = False
    wanted = error_curve(example().pixels[good][:, None], [1, 2, 3], methods=("pca", "als"), max_iter=5).errors
    assert np.allclose(errors["pca"], wanted["pca"], rtol=1e-9, atol=0)
    assert np.allclose(errors["als"], wanted["als"], rtol=1e-9, atol=0)


def test_cancelling_keeps_and_shows_what_was_finished():
    workspace = run(CALL.format("4, max_iter=3000"), scan_image(), keys=["esc"])
    errors = workspace.result.errors
    assert np.isfinite(errors["pca"]).all() and np.isnan(errors["mu"]).all()
    assert shown(workspace)[PLOT].pixels.shape == (4,) and "cancelled" in workspace.results
    refuse_strays(workspace, "Scan", PLOT)


def test_only_what_was_finished_is_drawn():
    workspace = run(
        "import numpy as np\n"
        "from dm_python import bridge, components\n"
        "from offline_reference.numerics.components import Curve\n"
        "errors = {'pca': np.array([3.0, 2, 1]), 'als': np.array([3.5, 2.5, np.nan]), 'mu': np.full(3, np.nan)}\n"
        "curve = Curve(np.arange(1, 4), errors, None, None, 'cancelled')\n"
        "result = components._show(bridge.four_d(), curve, {})\n", scan_image())
    assert shown(workspace)[PLOT].pixels.tolist() == [[3, 2], [3.5, 2.5]]


@pytest.mark.parametrize("free, fixed, what", [
    (100e3, needs.FIXED_BYTES, "the analysis of 'Scan'"), (230e3, 0, "PCA of these data")])
def test_what_does_not_fit_into_memory_is_refused_before_it_starts(free, fixed, what, monkeypatch):
    monkeypatch.setattr(memory, "available_bytes", lambda: free)
    monkeypatch.setattr(needs, "FIXED_BYTES", fixed)
    workspace = workspace_with(scan_image())
    with pytest.raises(RefusedError, match=what):
        run(CALL.format("6"), workspace=workspace)
    refuse_strays(workspace, "Scan")


def test_the_menu_item_asks_and_remembers():
    workspace = workspace_with(scan_image(), answers=[{"Largest number to try": 2, "Iterations of ALS and MU": 4}])
    assert shown(click("components", workspace))[PLOT].pixels.shape == (3, 2)
    workspace.delete(shown(workspace)[PLOT])
    workspace.answers.append("default")
    assert shown(click("components", workspace))[PLOT].pixels.shape == (3, 2)
    record = last_record(shown(workspace)[PLOT])
    assert record["Iterations"] == 4 and record["Suggested"] == 3


def test_a_cancelled_dialog_leaves_nothing():
    refuse_strays(click("components", workspace_with(scan_image(), answers=["cancel"])), "Scan")


@pytest.mark.parametrize("settings, message", [
    ("largest=0", "a largest number of 0 components leaves nothing to try"),
    ("3, methods=('fft',)", "the method 'fft' gives no error curve"),
    ("3, max_iter=0", "0 iterations are not possible"),
])
def test_senseless_settings_are_refused(settings, message):
    workspace = workspace_with(scan_image())
    run("from dm_python import bridge, components\nbridge.menu(lambda: components.main({}))".format(settings),
        workspace=workspace)
    assert "\nStopped: " + message in "\n" + workspace.results and "Traceback" in workspace.results
    refuse_strays(workspace, "Scan")
