"""info: what is in a file, and what factorize would do."""
import numpy as np


def test_it_says_axes_order_units_counts_and_the_plan(run, dm4, workplace):
    answer = run("info", dm4)
    assert answer.code == 0 and answer.err == ""
    for phrase in ("uint16", "order: vuyx (scan fastest): the tag Meta Data:Data Order Swapped is false",
                   "y (scan): 10 pixels of", "nm, from 0 to", "u (detector): 16 pixels of", "1/nm, from -",
                   "microscope: 200 kV, convergence 1.5 mrad", "counts: 0 to", "empty patterns: 0",
                   "factorize -n 4 would", "0.3 cycles per scan pixel", "MB of memory"):
        assert phrase in answer.out
    assert [path.name for path in workplace.iterdir()] == ["scan.dm4"]


def test_it_finds_dead_saturated_and_hot_pixels_and_empty_patterns(run, npy, simulation):
    pixels = simulation.pixels.copy()
    pixels[6, 9] = 0
    pixels[2, 3] = 5000
    pixels[7, 8, 0, 0] = 65535
    pixels[:, :, 4, 5:8] = 0
    answer = run("info", npy(pixels), "--order", "vuyx")
    assert answer.code == 0
    for phrase in ("3 of 120 patterns have no counts at all", "1 of 224 detector pixels never counted",
                   "1 of 224 detector pixels are saturated", "(the first is v, u = 2, 3)", "--mask-hot",
                   "leave 1 detector pixels out"):
        assert phrase in answer.out


def test_it_says_what_factorize_would_refuse_and_does_not_fail_itself(run, npy, simulation):
    pixels = simulation.pixels.astype(np.float32)
    pixels[0, 0, 0, :2] = np.nan
    pixels[0, 0, 1, :3] = -1
    answer = run("info", npy(pixels), "--order", "vuyx")
    assert answer.code == 0
    assert "2 of 26880 values are NaN" in answer.out and "3 of 26880 values are negative" in answer.out
    assert "refuse: 2 of 26880 values are NaN or infinite" in answer.out


def test_an_uncalibrated_file_is_said_to_be_so(run, npy):
    answer = run("info", npy(), "--order", "vuyx")
    assert "x (scan): 12 pixels, not calibrated" in answer.out
    assert "microscope: the file says nothing" in answer.out
    assert "estimated from the data" in answer.out


def test_data_that_hold_nothing_are_described_all_the_same(run, npy):
    answer = run("info", npy(np.zeros((5, 6, 7, 8), dtype=np.uint16)), "--order", "vuyx")
    assert answer.code == 0, answer.err
    assert "counts: 0 to 0" in answer.out and "refuse: every value of the data is 0" in answer.out
