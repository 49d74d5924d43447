"""Command nmf_constrained.s: from the front image to windows, against numerics' nmf_constrained."""
from functools import cache

import numpy as np
import pytest

from offline_reference.numerics.cutoff import cutoff_of_probe
from offline_reference.numerics.methods import nmf_constrained
from offline_reference.numerics.metrics import cosines
from offline_reference.numerics.polar import find_centre
from offline_reference.simulate import crystals_in_amorphous
from offline_reference.virtual_dm.images import Calibration, Image
from offline_reference.virtual_dm.switches import one_at_a_time
from tests.agreement import commands

COMMAND = "nmf_constrained.s"
N_V, N_U, N_Y, N_X = 14, 12, 9, 10
QUICK = "components=3; iterations=12; "
AXES = {"x": Calibration(0.0, 0.05, "nm"), "y": Calibration(0.0, 0.1, "nm"),
        "u": Calibration(6.0, 0.1, "1/nm"), "v": Calibration(7.0, 0.2, "1/nm")}


@cache
def counts():
    """Pixels (v, u, y, x) of an amorphous halo and 2 crystals."""
    return crystals_in_amorphous(scan=(N_Y, N_X), detector=(N_V, N_U), n_crystals=2, seed=1, cutoff=0.2).pixels


def scan_4d(order="vuyx", tagged=True):
    stored = counts() if order == "vuyx" else counts().transpose(2, 3, 0, 1)
    image = Image(np.array(stored, order="C"), "Scan")
    for d, axis in enumerate("xyuv" if order == "vuyx" else "uvxy"):
        image.calibrations[d] = Calibration(AXES[axis].origin, AXES[axis].scale, AXES[axis].units)
    if tagged:
        image.tags.set("Meta Data:Data Order Swapped", "boolean", order == "yxvu")
    return image


def run(answer="", image=None, **options):
    """The workspace and what the command shows: {last words of the name: image}."""
    image = image or scan_4d()
    workspace = commands.run(COMMAND, image, answers=[QUICK + answer], **options)
    shown = commands.new_images(workspace, image)
    return workspace, {one.name.removeprefix("Constrained NMF: ").split()[0]: one for one in shown}


def agrees(shown, **settings):
    """Whether the windows hold what numerics finds; 3 components, 12 iterations."""
    expected = nmf_constrained(counts(), 3, max_iter=12, **settings)
    found, maps = shown["diffractions"].pixels.astype(np.float64), shown["maps"].pixels.astype(np.float64)
    matched = np.diag(cosines(found.reshape(3, -1), expected.diffractions.reshape(3, -1)))
    assert (matched >= 0.999).all(), matched
    assert np.allclose(maps, expected.maps, rtol=0, atol=2e-3 * expected.maps.max())
    error = shown["maps"].tags.to_plain()["Processing"][-1]["Mean squared error"]
    assert error == pytest.approx(expected.mean_squared_error, rel=1e-3)


@pytest.mark.parametrize("number, switches", list(enumerate(one_at_a_time("script"))), ids=repr)
def test_the_windows_hold_what_numerics_finds(number, switches):
    """The two orders take turns; what a switch does to them is tested with `unfold`."""
    order = ("vuyx", "yxvu")[number % 2]
    _, shown = run(image=scan_4d(order), switches=switches)
    assert sorted(shown) == ["diffractions", "maps"]
    assert shown["diffractions"].pixels.shape == (3, N_V, N_U)
    assert shown["maps"].pixels.shape == (3, N_Y, N_X)
    agrees(shown)


@pytest.mark.parametrize("answer, settings", [
    ("fill=0", {"constrain_diffractions": False}),
    ("lowPass=0", {"constrain_maps": False}),
    ("fill=0; lowPass=0", {"constrain_diffractions": False, "constrain_maps": False}),
    ("reference=2; cutoff=0.3", {"reference": "listing-s4", "cutoff": 0.3}),
    ("quantile=0.5; seed=5", {"quantile": 0.5, "seed": 5}),
    ("centreU=5.5; centreV=7.25; centralRadius=2", {"centre": (7.25, 5.5), "central_radius": 2.0}),
])
def test_each_setting_of_the_dialog_does_what_it_says(answer, settings):
    _, shown = run(answer)
    agrees(shown, **settings)


def test_voltage_and_convergence_give_the_cutoff_on_a_calibrated_scan():
    """The coarser step counts: 0.1 nm."""
    _, shown = run("voltage=200; convergence=4")
    agrees(shown, cutoff=cutoff_of_probe(200, 4) * 0.1)
    note = shown["maps"].tags.to_plain()["Processing"][-1]
    assert note["Cut-off from"] == "from 200 kV, 4 mrad and a scan step of 0.1 nm"


def test_tags_that_know_voltage_and_convergence_win_over_what_was_used_last():
    image = scan_4d()
    image.tags.set("Microscope Info:Voltage", "double", 200000.0)
    image.tags.set("EELS:Convergence semi-angle (mrad)", "double", 4.0)
    workspace, shown = run(image=image)
    agrees(shown, cutoff=cutoff_of_probe(200, 4) * 0.1)


def test_a_probe_finer_than_the_scan_does_not_limit_the_maps():
    workspace, shown = run("voltage=300; convergence=20")
    agrees(shown, constrain_maps=False)
    assert "reaches Nyquist" in workspace.results


def test_an_uncalibrated_scan_takes_its_cutoff_from_the_data():
    image = scan_4d()
    for d in (0, 1):
        image.calibrations[d] = Calibration(0.0, 1.0, "")
    workspace, shown = run("voltage=200; convergence=4", image=image)
    agrees(shown)
    assert "spectrum along the scan meets the noise" in workspace.results


def test_results_are_calibrated_and_say_how_they_were_made():
    workspace, shown = run("seed=2")
    for image, axes in ((shown["diffractions"], "uv"), (shown["maps"], "xy")):
        for d, axis in enumerate(axes):
            assert (image.calibrations[d].scale, image.calibrations[d].units) == (AXES[axis].scale, AXES[axis].units)
            assert image.calibrations[d].origin == pytest.approx(AXES[axis].origin)
        note = image.tags.to_plain()["Processing"][-1]
        assert (note["Operation"], note["Components"]) == ("Constrained NMF", 3)
        assert (note["Iterations"], note["Seed"]) == (12, 2)
        assert (note["Dark peaks filled"], note["Maps low-passed"], note["Stopped"]) == (1, 1, "max_iter")
        v0, u0 = find_centre(counts().mean(axis=(2, 3)))[0]
        assert (note["Centre u"], note["Centre v"]) == (pytest.approx(u0, abs=0.01), pytest.approx(v0, abs=0.01))
    assert "3 components, 12 iterations (max_iter), mean squared error" in workspace.results
    assert "dark peaks filled (quantile)" in workspace.results


@pytest.mark.parametrize("order", ["vuyx", "yxvu"])
def test_the_residual_is_data_minus_model(order):
    image = scan_4d(order)
    _, shown = run("residual=1", image=image)
    model = np.einsum("kvu,kyx->vuyx", shown["diffractions"].pixels, shown["maps"].pixels)
    model = model if order == "vuyx" else model.transpose(2, 3, 0, 1)
    residual = shown["residual"]
    assert np.allclose(residual.pixels, image.pixels - model, rtol=0, atol=1e-4 * image.pixels.max())
    assert [c.units for c in residual.calibrations] == [c.units for c in image.calibrations]
    error = residual.tags.to_plain()["Processing"][-1]["Mean squared error"]
    assert error == pytest.approx((residual.pixels.astype(np.float64) ** 2).mean(), rel=1e-4)


def test_progress_tells_the_error_every_few_iterations():
    workspace, _ = run("iterations=40")
    steps = [window for window in workspace.progress if "mean squared error" in str(window)]
    assert len(steps) >= 8
    assert "step 40 of 40" in str(steps[-1])


def test_escape_stops_and_shows_what_there_is():
    workspace, shown = run("iterations=200", keys=["esc@3"])
    note = shown["maps"].tags.to_plain()["Processing"][-1]
    assert note["Stopped"] == "cancelled" and note["Iterations"] == 3
    assert np.isfinite(shown["maps"].pixels).all() and shown["diffractions"].pixels.any(axis=(1, 2)).all()


def test_settings_are_remembered():
    image = scan_4d()
    workspace = commands.run(COMMAND, image, answers=[QUICK + "fill=0; cutoff=0.25"])
    first = commands.new_images(workspace, image)
    workspace.answers.append("default")
    workspace.show(image)  # in front again
    commands.dm.run_command(COMMAND, workspace)
    second = commands.new_images(workspace, image, *first)
    assert [one.pixels.tobytes() for one in second] == [one.pixels.tobytes() for one in first]


def test_a_cancelled_dialog_leaves_no_trace():
    workspace = commands.cancelled(COMMAND, scan_4d(), answers=["cancel"])
    assert workspace.results == "" and workspace.progress == []


@pytest.mark.parametrize("answer, message", [
    ("components=0", "from 1 to 90"),
    ("components=91", "from 1 to 90"),
    ("iterations=0", "whole number from 1"),
    ("cutoff=0.7", "cycles per scan pixel"),
    ("seed=-1", "seed"),
    ("quantile=1.5", "between 0 and 1"),
    ("centreU=40; centreV=3", "outside the detector"),
    ("centreU=5", "give both in detector pixels"),
])
def test_settings_that_cannot_be_are_refused_and_nothing_stays_open(answer, message):
    assert message in commands.error_of(COMMAND, scan_4d(), answers=[QUICK + answer])


def test_data_that_hold_nothing_are_refused():
    constant = Image(np.full((4, 5, 6, 7), 3, dtype=np.uint16), "Flat")
    assert "nothing to find" in commands.error_of(COMMAND, constant)
    plane = Image(np.arange(30, dtype=np.float32).reshape(5, 6), "Plane")
    assert "needs 4" in commands.error_of(COMMAND, plane)
