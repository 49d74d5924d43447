"""factorize: from a file to a results folder."""
import json

import numpy as np
import pytest

from offline_reference import files
from offline_reference.numerics.metrics import mean_squared_error
from offline_reference.numerics.unfold import H_from_maps, W_from_diffractions, unfold

from .conftest import DETECTOR, SCAN

QUICK = ("-n", 2, "--max-iter", 12)
WHOLE = {"diffractions.hspy", "maps.hspy", "factors.npz", "result.json", "components.png", "report.html"}
METHODS = ("constrained", "als", "hals", "mu", "sklearn")


def factors_in(folder):
    with np.load(folder / "factors.npz") as arrays:
        return arrays["diffractions"], arrays["maps"]


def record_in(folder):
    return json.loads((folder / "result.json").read_text())


@pytest.mark.parametrize("method", METHODS)
def test_each_method_writes_a_whole_folder_in_canonical_form(run, dm4, workplace, simulation, method):
    answer = run("factorize", dm4, *QUICK, "--method", method, "-o", "out")
    assert answer.code == 0, answer.err
    assert {path.name for path in (workplace / "out").iterdir()} == WHOLE
    diffractions, maps = factors_in(workplace / "out")
    assert diffractions.shape == (2, *DETECTOR) and maps.shape == (2, *SCAN)
    assert diffractions.dtype == maps.dtype == np.float64
    assert np.allclose(diffractions.sum(axis=(1, 2)), 1, rtol=1e-9)  # sums of 224 numbers: rounding
    assert maps[0].sum() >= maps[1].sum()
    assert diffractions.min() >= 0 and maps.min() >= 0
    error = mean_squared_error(unfold(simulation.pixels, simulation.order), W_from_diffractions(diffractions),
                               H_from_maps(maps))
    assert record_in(workplace / "out")["mean_squared_error"] == pytest.approx(error, rel=1e-9)  # rounding of sums


@pytest.mark.parametrize("method", METHODS)
def test_a_single_iteration_is_enough_for_a_result(run, dm4, workplace, method):
    answer = run("factorize", dm4, "-n", 2, "--max-iter", 1, "--method", method, "-o", "out")
    assert answer.code == 0
    assert record_in(workplace / "out")["n_iter"] == 1


def test_the_answer_says_what_was_done_and_where_it_is(run, dm4):
    answer = run("factorize", dm4, *QUICK, "-o", "out")
    for phrase in ("scan 10 x 12 (y, x)", "detector 14 x 16 (v, u)", "Data Order Swapped is false", "cut-off: 0.3",
                   "200 kV", "MB of memory", "mean squared error", "component 2:", "Results: out", "report.html"):
        assert phrase in answer.out
    assert answer.err == ""


def test_quiet_says_only_where_the_results_are(run, dm4):
    answer = run("factorize", dm4, *QUICK, "-q", "--method", "als", "-o", "out")
    assert answer.out.startswith("Results: out") and answer.out.count("\n") == 1


def test_without_a_name_the_folder_is_called_after_file_and_method(run, dm4, workplace):
    run("factorize", dm4, *QUICK, "--method", "als")
    assert (workplace / "scan-als" / "result.json").exists()


@pytest.mark.parametrize("method", METHODS)
def test_both_axis_orders_give_the_same_factors(run, npy, workplace, simulation, method):
    npy(name="a.npy")
    npy(np.ascontiguousarray(simulation.pixels.transpose(2, 3, 0, 1)), name="b.npy")
    assert run("factorize", "a.npy", "--order", "vuyx", *QUICK, "--method", method, "-o", "a").code == 0
    assert run("factorize", "b.npy", "--order", "yxvu", *QUICK, "--method", method, "-o", "b").code == 0
    (diffractions, maps), (diffractions_b, maps_b) = factors_in(workplace / "a"), factors_in(workplace / "b")
    # the sums of a product run in another order, in float32 for uint16 data: 12 iterations enlarge 1e-7 to this
    assert np.allclose(diffractions, diffractions_b, atol=1e-4 * diffractions.max())
    assert np.allclose(maps, maps_b, atol=1e-3 * maps.max())


def test_the_same_seed_gives_the_same_bits_and_another_seed_does_not(run, dm4, workplace):
    for out, seed in (("a", 1), ("b", 1), ("c", 2)):
        run("factorize", dm4, *QUICK, "--method", "als", "--seed", seed, "-o", out)
    assert np.array_equal(factors_in(workplace / "a")[0], factors_in(workplace / "b")[0])
    assert not np.array_equal(factors_in(workplace / "a")[0], factors_in(workplace / "c")[0])


def test_calibrations_reach_the_results(run, dm4, workplace):
    run("factorize", dm4, *QUICK, "-o", "out")
    axes, source = record_in(workplace / "out")["axes"], files.read_4d(dm4).axes
    for name in "vuyx":
        assert axes[name]["scale"] == pytest.approx(source[name].scale) and axes[name]["units"] == source[name].units


def test_the_record_says_how_to_repeat_the_run(run, dm4, workplace):
    run("factorize", dm4, *QUICK, "--seed", 4, "-o", "out")
    record = record_in(workplace / "out")
    assert record["command"].startswith("dm-nmf factorize") and "--seed 4" in record["command"]
    assert record["seed"] == 4 and record["method"] == "constrained"
    assert record["parameters"]["cutoff"] == pytest.approx(0.3, rel=1e-6)  # of the simulated probe; float32 tags
    assert any("2 alpha / lambda" in note for note in record["notes"])
    assert {"dm-nmf", "python", "numpy"} <= record["versions"].keys()


@pytest.mark.parametrize("words, value", [(("--cutoff", 0.25), 0.25), (("--cutoff", "1.5 1/nm"), None)])
def test_a_given_cutoff_is_used_and_recorded(run, dm4, workplace, words, value):
    assert run("factorize", dm4, *QUICK, *words, "-o", "out").code == 0
    step = files.read_4d(dm4).axes["x"].scale
    assert record_in(workplace / "out")["parameters"]["cutoff"] == pytest.approx(value or 1.5 * step)


def test_without_calibration_the_cutoff_comes_from_the_data_and_is_said(run, npy):
    answer = run("factorize", npy(), "--order", "vuyx", *QUICK, "-o", "out")
    assert answer.code == 0
    assert "cut-off: estimated from the data" in answer.out and "maps end at" in answer.out


def test_a_scan_coarser_than_the_probe_goes_without_the_map_constraint(run, dm4, workplace):
    answer = run("factorize", dm4, *QUICK, "--convergence", 20, "-o", "out")
    assert "none needed" in answer.out
    assert record_in(workplace / "out")["parameters"]["constrain_maps"] is False


@pytest.mark.parametrize("words, name, value", [
    (("--no-map-constraint",), "constrain_maps", False),
    (("--no-diffraction-constraint",), "constrain_diffractions", False),
    (("--reference", "listing-s4"), "reference", "listing-s4"),
    (("--centre", 6.5, 8.25), "centre", [6.5, 8.25]),
])
def test_options_reach_the_method(run, dm4, workplace, words, name, value):
    answer = run("factorize", dm4, *QUICK, *words, "-o", "out")
    assert answer.code == 0, answer.err
    assert record_in(workplace / "out")["parameters"][name] == value


def test_exact_listing_asks_for_plain_iterations_and_belongs_to_the_primitive_methods(run, refuses, dm4, workplace):
    assert run("factorize", dm4, *QUICK, "--method", "hals", "--exact-listing", "-o", "out").code == 0
    assert record_in(workplace / "out")["parameters"]["solver"] == "exact"
    refuses("factorize", dm4, *QUICK, "--exact-listing", "-o", "other", saying="is about the primitive methods")


def test_a_mask_leaves_detector_pixels_out(run, dm4, workplace):
    mask = np.ones(DETECTOR, dtype=bool)
    mask[3, 5] = False
    np.save(workplace / "mask.npy", mask)
    assert run("factorize", dm4, *QUICK, "--mask", "mask.npy", "-o", "out").code == 0
    diffractions, _ = factors_in(workplace / "out")
    assert (diffractions[:, 3, 5] == 0).all() and (diffractions[:, 3, 6] > 0).any()


def test_dead_pixels_are_found_said_and_left_out(run, npy, simulation):
    pixels = simulation.pixels.copy()
    pixels[6, 9] = 0  # next to the centre, where every pattern counts
    answer = run("factorize", npy(pixels), "--order", "vuyx", *QUICK, "-o", "out")
    assert answer.code == 0, answer.err
    assert "mask: 1 detector pixels that never counted" in answer.out


def test_hot_pixels_are_said_and_left_out_only_when_asked(run, npy, simulation, workplace):
    pixels = simulation.pixels.copy()
    pixels[2, 3] = 5000
    answer = run("factorize", npy(pixels), "--order", "vuyx", *QUICK, "-o", "with")
    assert "1 of 224 detector pixels are far brighter" in answer.out and "--mask-hot" in answer.out
    assert run("factorize", "counts.npy", "--order", "vuyx", *QUICK, "--mask-hot", "-o", "without").code == 0
    assert factors_in(workplace / "with")[0][:, 2, 3].max() > 0.1
    assert (factors_in(workplace / "without")[0][:, 2, 3] == 0).all()


def test_saturated_pixels_are_reported(run, npy, simulation, workplace):
    pixels = simulation.pixels.copy()
    pixels[7, 8, 2:5, 3] = 65535
    assert run("factorize", npy(pixels), "--order", "vuyx", *QUICK, "--method", "als", "-o", "out").code == 0
    assert any("1 of 224 detector pixels are saturated" in one for one in record_in(workplace / "out")["warnings"])


def test_patterns_without_counts_are_handled_and_reported(run, npy, simulation, workplace):
    pixels = simulation.pixels.copy()
    pixels[:, :, 4, 5:7] = 0
    answer = run("factorize", npy(pixels), "--order", "vuyx", *QUICK, "--method", "als", "-o", "out")
    assert answer.code == 0 and answer.out.count("2 of 120 patterns have no counts at all") == 1
    _, maps = factors_in(workplace / "out")
    assert (maps[:, 4, 5:7] == 0).all()


def test_negative_counts_are_clipped_when_asked(run, npy, simulation, workplace):
    pixels = simulation.pixels.astype(np.float32)
    pixels[0, 0, 0, :3] = -2.5
    answer = run("factorize", npy(pixels), "--order", "vuyx", *QUICK, "--clip-negative", "-o", "out")
    assert answer.code == 0
    assert any("3 of 26880 values were negative (down to -2.5)" in one
               for one in record_in(workplace / "out")["warnings"])
    assert np.load(workplace / "counts.npy").min() == -2.5  # the file itself is not touched


def test_a_stack_of_patterns_is_folded_into_a_scan(run, npy, simulation):
    stack = np.ascontiguousarray(simulation.pixels.transpose(2, 3, 0, 1)).reshape(-1, *DETECTOR)
    answer = run("factorize", npy(stack), "--scan", *SCAN, *QUICK, "-o", "out")
    assert answer.code == 0, answer.err
    assert "scan 10 x 12 (y, x), detector 14 x 16 (v, u)" in answer.out


def test_a_folder_of_results_is_replaced_only_when_asked(run, refuses, dm4, workplace):
    quick = ("factorize", dm4, *QUICK, "--method", "als", "-o", "out")
    run(*quick)
    before = (workplace / "out" / "result.json").read_bytes()
    answer = refuses(*quick, saying=["out", "exists already", "--overwrite"])
    assert answer.out == ""  # before the work, not after it
    assert run(*quick, "--overwrite").code == 0
    assert (workplace / "out" / "result.json").read_bytes() != before  # it holds the time of the run


def test_a_folder_of_other_things_is_never_replaced(refuses, dm4, workplace):
    (workplace / "thesis").mkdir()
    (workplace / "thesis" / "chapter.txt").write_text("the only copy")
    refuses("factorize", dm4, *QUICK, "-o", "thesis", "--overwrite", saying="no folder of results")
