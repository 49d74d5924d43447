"""Constrained NMF from DM's Python: numerics' numbers, the pixels that centre and radius speak of, the probe."""
import inspect

import numpy as np
import pytest

from dm_python import nmf_constrained
from offline_reference.numerics import memory, methods
from offline_reference.numerics.cutoff import cutoff_of_probe
from tests.dm_python.running import (
    CALIBRATION,
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

CALL = "from dm_python import nmf_constrained\nresult = nmf_constrained.main({})\n"
QUICK = "3, max_iter=6, seed=2, cutoff=0.3"
MAPS, DIFFRACTIONS = "Constrained NMF: maps of Scan", "Constrained NMF: diffractions of Scan"
REFUSE = "from dm_python import bridge, nmf_constrained\nbridge.menu(lambda: nmf_constrained.main({}))"


@pytest.fixture(scope="module")
def expected():
    return methods.nmf_constrained(example().pixels, 3, max_iter=6, seed=2, cutoff=0.3)


def refuse_other_numbers(found, expected):
    """Equal to rounding, which ALS amplifies a little in each iteration."""
    np.testing.assert_allclose(found.diffractions, expected.diffractions, rtol=1e-6, atol=1e-10)
    np.testing.assert_allclose(found.maps, expected.maps, rtol=1e-6, atol=1e-6 * expected.maps.max())


@pytest.mark.parametrize("order", ["vuyx", "yxvu"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_its_factors_are_those_of_numerics(dtype, order, expected):
    found = run(CALL.format(QUICK + ", show=False"), scan_image(order, dtype)).result
    refuse_other_numbers(found, expected)


@pytest.mark.parametrize("switches", EVERY_SWITCH, ids=name_of_switches)
def test_two_stacks_open_whatever_the_switches(switches, expected):
    workspace = run(CALL.format(QUICK) + "result.images = None\n", scan_image(), switches=switches)
    refuse_other_numbers(workspace.result, expected)
    refuse_strays(workspace, "Scan", MAPS, DIFFRACTIONS)
    windows = shown(workspace)
    np.testing.assert_allclose(windows[MAPS].pixels, expected.maps, rtol=1e-5, atol=1e-6 * expected.maps.max())
    assert windows[MAPS].calibrations[0].units == "um" and windows[DIFFRACTIONS].calibrations[0].units == "1/nm"
    assert last_record(windows[MAPS])["cutoff"] == 0.3
    assert workspace.leaks == []


def test_every_option_of_numerics_is_there_with_the_same_default():
    ours, theirs = (inspect.signature(one).parameters for one in (nmf_constrained.main, methods.nmf_constrained))
    ours_alone = {"voltage_kv", "convergence_mrad", "image", "roi", "binning", "dtype", "show"}
    of_the_bridge = {"pixels", "progress", "cancelled"}
    of_the_desk = {"checkpoint"}  # what a killed run goes on from
    assert set(ours) - ours_alone == set(theirs) - of_the_bridge - of_the_desk
    for name in set(ours) & set(theirs) - {"n_components", "order"}:
        assert ours[name].default == theirs[name].default, name


@pytest.mark.parametrize("option", [
    "constrain_diffractions=False", "constrain_maps=False", "reference='listing-s4'", "quantile=0.5", "margin=0.9",
    "centre=(6.5, 5.75)", "central_radius=2.5", "step='hals'", "max_iter=3", "tol=0.5", "seed=5", "cutoff=0.2"])
def test_each_option_arrives(option, expected):
    options = {"max_iter": 6, "seed": 2, "cutoff": 0.3, **eval(f"dict({option})")}
    wanted = methods.nmf_constrained(example().pixels, 3, **options)
    words = ", ".join(f"{key}={one!r}" for key, one in options.items())
    found = run(CALL.format(f"3, {words}, show=False"), scan_image()).result
    refuse_other_numbers(found, wanted)
    assert found.settings == wanted.settings != expected.settings


def test_centre_and_radius_are_given_in_pixels_of_the_whole_image():
    """Rows 2 to 13 and columns 1 to 10, two by two: pixel 8.5 of the image is pixel 3 of what is analysed."""
    text = CALL.format("2, max_iter=3, centre=(8.5, 5.5), central_radius=3, binning=2, "
                       "roi={'detector': (2, 1, 14, 11)}, show=False")
    settings = run(text, scan_image()).result.settings
    assert settings["centre"] == (3.0, 2.0) and settings["central_radius"] == 1.5


def test_a_mask_reaches_the_constraint():
    mask = np.ones((14, 12), bool)
    mask[7, 3] = False
    wanted = methods.nmf_constrained(example().pixels, 3, max_iter=6, seed=2, cutoff=0.3, mask=mask)
    found = run("import numpy as np\nmask = np.ones((14, 12))\nmask[7, 3] = 0\n" + CALL.format(
        QUICK + ", mask=mask, show=False"), scan_image()).result
    refuse_other_numbers(found, wanted)


# -- where the maps end -----------------------------------------------------------------------------------------------


def scan_with_tags(convergence=0.02):
    """Scan steps of 0.5 and 2 um and 200 kV in the tags; such a probe is absurd and its numbers are in range."""
    image = scan_image()
    for axis in (0, 1):
        image.calibrations[axis].units = "nm"
    image.tags.set("EELS:Experimental Conditions:Convergence semi-angle (mrad)", "float", convergence)
    return image


def test_the_cutoff_is_the_probes_where_tags_know_it():
    result = run(CALL.format("2, max_iter=2, show=False"), scan_with_tags(0.25)).result
    assert CALIBRATION["x"].scale == 2.0  # the coarser step [nm]
    assert result.settings["cutoff"] == pytest.approx(cutoff_of_probe(200, 0.25) * 2.0, rel=1e-6)
    assert result.settings["cutoff_origin"] == "from 200 kV, 0.25 mrad and a scan step of 2 nm"


def test_what_is_given_outweighs_the_tags():
    found = run(CALL.format("2, max_iter=2, show=False, voltage_kv=80, convergence_mrad=0.1"), scan_with_tags()).result
    assert found.settings["cutoff"] == pytest.approx(cutoff_of_probe(80, 0.1) * 2.0, rel=1e-6)
    found = run(CALL.format("2, max_iter=2, show=False, cutoff=0.33, voltage_kv=80"), scan_with_tags()).result
    assert (found.settings["cutoff"], found.settings["cutoff_origin"]) == (0.33, "given")


def test_results_tell_the_cut_off_and_the_centre_that_were_used():
    workspace = run(CALL.format("2, max_iter=2, show=False"), scan_image())
    settings = workspace.result.settings
    assert "maps up to {:.4g} cycles per scan pixel (estimated".format(settings["cutoff"]) in workspace.results
    assert "centre of diffractions (v, u) = ({:.2f}, {:.2f}) (found".format(*settings["centre"]) in workspace.results
    free = run(CALL.format("2, max_iter=2, show=False, constrain_diffractions=False, constrain_maps=False"),
               scan_image())
    assert "maps up to" not in free.results and "centre" not in free.results


def test_a_probe_finer_than_the_scan_limits_nothing():
    found = run(CALL.format("2, max_iter=2, show=False"), scan_with_tags(20.0)).result
    assert found.settings["cutoff"] == 0.5


def test_without_convergence_or_units_of_length_the_data_decide():
    uncalibrated = scan_with_tags()
    uncalibrated.calibrations[0].units = uncalibrated.calibrations[1].units = ""
    for image in (scan_image(), uncalibrated):
        settings = run(CALL.format("2, max_iter=2, show=False"), image).result.settings
        assert settings["cutoff_origin"].startswith("estimated")


# -- refusals and menu ------------------------------------------------------------------------------------------------


def test_an_analysis_that_would_not_fit_is_refused_before_it_starts(monkeypatch):
    monkeypatch.setattr(memory, "available_bytes", lambda: 2e7)
    workspace = run(REFUSE.format("3"), scan_image())
    assert "Stopped: the analysis of 'Scan' takes 40 MB of memory and 20 MB are free" in workspace.results
    refuse_strays(workspace, "Scan")


@pytest.mark.parametrize("call, says", [
    ("0", "0 components cannot be found"), ("2, cutoff=0.7", "the cut-off 0.7 is not between 0 and 0.5"),
    ("2, centre=(90, 3)", "centre"), ("2, centre=(4,)", "the centre (4,) is no position"), ("2, step='pca'", "step"),
    ("2, voltage_kv=-5, convergence_mrad=1", "a voltage of -5 has no meaning"),
    ("2, show='films'", "show = 'films' is not known: choose True, False or one of 'stacks'"),
    ("2, roi={'scan': (1, 2)}", "(1, 2) is no region")])
def test_settings_that_make_no_sense_are_refused(call, says):
    workspace = run(REFUSE.format(call), scan_image())
    assert workspace.results.partition("Traceback")[0].count("Stopped: ") == 1 and says in workspace.results
    refuse_strays(workspace, "Scan")


def test_in_the_menu_zero_means_not_given():
    workspace = click("nmf_constrained", workspace_with(scan_image(), answers=["Components=2; Iterations=4"]))
    refuse_strays(workspace, "Scan", MAPS, DIFFRACTIONS)
    record = last_record(shown(workspace)[MAPS])
    assert record["n_components"] == 2 and record["max_iter"] == 4
    assert record["cutoff_origin"].startswith("estimated") and record["central_radius"] > 1


def test_the_menu_hands_on_what_is_given():
    answer = "Components=2; Iterations=4; Maps limited to the resolution of the probe=no; Quantile=0.4; Step=hals"
    workspace = click("nmf_constrained", workspace_with(scan_image(), answers=[answer]))
    record = last_record(shown(workspace)[MAPS])
    assert record["constrain_maps"] is False and record["quantile"] == 0.4 and record["step"] == "hals"
