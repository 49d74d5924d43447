"""Bad input: what was met, what to do next, exit code 2, nothing written."""
import builtins
import errno
import importlib.util

import numpy as np
import pytest

from offline_reference.numerics import memory

READERS = ("factorize", "pca")


@pytest.fixture(params=READERS)
def reader(request):
    return request.param


def test_a_missing_file(refuses, reader):
    refuses(reader, "nothing.dm4", saying=["no file 'nothing.dm4'", "check the name"])


def test_a_truncated_file(refuses, reader, dm4, workplace):
    whole = (workplace / "scan.dm4").read_bytes()
    (workplace / "scan.dm4").write_bytes(whole[: len(whole) // 2])
    refuses(reader, dm4, saying=["cannot be read", "cut off"])


def test_a_truncated_npy(refuses, reader, npy, workplace):
    name = npy()
    whole = (workplace / name).read_bytes()
    (workplace / name).write_bytes(whole[: len(whole) // 2])
    refuses(reader, name, "--order", "vuyx", saying=["cannot be read", "cut off"])


def test_a_foreign_file(refuses, reader, workplace):
    (workplace / "letter.dm4").write_text("Dear colleague")
    refuses(reader, "letter.dm4", saying="cannot be read")
    (workplace / "letter.docx").write_text("Dear colleague")
    refuses(reader, "letter.docx", saying="'.docx'")


@pytest.mark.parametrize("shape", [(6, 7), (6, 7, 8)])
def test_data_that_are_not_4d(refuses, reader, npy, shape):
    refuses(reader, npy(np.ones(shape)), "--order", "vuyx", saying=["4 dimensions", " x ".join(map(str, shape))])


def test_an_npy_whose_order_nobody_said(refuses, reader, npy):
    refuses(reader, npy(), saying=["--order vuyx", "--order yxvu"])


def test_an_order_that_contradicts_the_file(refuses, reader, dm4):
    refuses(reader, dm4, "--order", "yxvu", saying=["contradicts", "Data Order Swapped is false"])


@pytest.mark.parametrize("value, how_many", [(np.nan, 2), (np.inf, 2)])
def test_values_that_are_not_finite(refuses, reader, npy, simulation, value, how_many):
    pixels = simulation.pixels.astype(np.float32)
    pixels[1, 2, 3, 4:6] = value
    refuses(reader, npy(pixels), "--order", "vuyx", saying=["{} of 26880 values are NaN or infinite".format(how_many)])


def test_negative_counts_with_their_count_and_the_offer_to_clip(refuses, reader, npy, simulation):
    pixels = simulation.pixels.astype(np.int32)
    pixels[0, 0, 0, :3] = -2
    refuses(reader, npy(pixels), "--order", "vuyx",
            saying=["3 of 26880 values are negative", "down to -2", "--clip-negative"])


@pytest.mark.parametrize("value", [0, 7])
def test_constant_data(refuses, reader, npy, value):
    refuses(reader, npy(np.full((5, 6, 7, 8), value, dtype=np.uint16)), "--order", "vuyx",
            saying="every value of the data is {}".format(value))


def test_complex_data(refuses, reader, npy):
    refuses(reader, npy(np.ones((5, 6, 7, 8), dtype=np.complex64)), "--order", "vuyx", saying="complex numbers")


def test_rgb_data(refuses, reader, npy):
    colours = np.zeros((5, 6, 7, 8), dtype=[("R", "u1"), ("G", "u1"), ("B", "u1")])
    refuses(reader, npy(colours), "--order", "vuyx", saying="RGB")


@pytest.mark.parametrize("n_components", [0, -1, 121])
def test_a_number_of_components_out_of_range(refuses, reader, dm4, n_components):
    refuses(reader, dm4, "-n", n_components, saying="from 1 to 120")  # 120 scan positions, 224 detector pixels


@pytest.mark.parametrize("words, phrase", [
    (("--cutoff", 0.6), "Nyquist"),
    (("--cutoff", "40 1/nm"), "Nyquist"),
    (("--cutoff", "fine"), "no number"),
    (("--cutoff", 0.2, "--no-map-constraint"), "contradict"),
    (("--cutoff", 0.2, "--method", "als"), "--cutoff belongs to the constrained method"),
    (("--centre", 3, 3, "--method", "mu"), "--centre belongs to the constrained method"),
    (("--no-diffraction-constraint", "--method", "sklearn"), "--no-diffraction-constraint belongs"),
    (("--centre", 30, 4), "30"),
    (("--voltage", -200), "--voltage"),
    (("--convergence", 0), "--convergence"),
    (("--max-iter", 0), "--max-iter"),
    (("--seed", -1), "--seed"),
    (("--mask", "nothing.npy"), "no file 'nothing.npy'"),
    (("-o", "nowhere/out"), "does not exist"),
    (("-o", "scan.dm4"), "is a file"),
])
def test_settings_that_cannot_be(refuses, dm4, words, phrase):
    refuses("factorize", dm4, *words, saying=phrase)


@pytest.mark.parametrize("mask, phrase", [
    (np.ones((16, 14), dtype=bool), "shape (16, 14) and the detector (n_v, n_u) is (14, 16)"),
    (np.zeros((14, 16), dtype=bool), "leaves no detector pixel"),
])
def test_a_mask_that_does_not_fit(refuses, dm4, workplace, mask, phrase):
    np.save(workplace / "mask.npy", mask)
    refuses("factorize", dm4, "--mask", "mask.npy", saying=phrase)


def test_data_that_do_not_fit_in_memory(refuses, reader, dm4, monkeypatch):
    monkeypatch.setattr(memory, "available_bytes", lambda: 100_000)
    refuses(reader, dm4, saying=["of memory", "100.0 kB are free", "crop"])


def test_a_disk_that_is_full(refuses, reader, dm4, monkeypatch):
    """The disk fills up while the arrays are written: what was begun goes away again."""

    def no_room(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(np, "savez", no_room)
    refuses(reader, dm4, "-n", 2, "-q", saying=["disk is full", "nothing was left behind"])


def test_a_full_disk_leaves_the_results_of_before(run, refuses, dm4, monkeypatch):
    run("factorize", dm4, "-n", 2, "--max-iter", 5, "-o", "out")

    def no_room(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(np, "savez", no_room)
    refuses("factorize", dm4, "-n", 2, "--max-iter", 5, "-o", "out", "--overwrite", "-q", saying="disk is full")


@pytest.fixture
def without(monkeypatch):
    """Make packages look as if they were not installed."""

    def remove(*packages):
        import_module, find_spec = builtins.__import__, importlib.util.find_spec

        def gone(name):
            return name.split(".")[0] in packages

        def refusing(name, *args, **kwargs):
            if gone(name):
                raise ModuleNotFoundError("No module named '{}'".format(name), name=name)
            return import_module(name, *args, **kwargs)

        monkeypatch.setattr(builtins, "__import__", refusing)
        monkeypatch.setattr(importlib.util, "find_spec",
                            lambda name, *more: None if gone(name) else find_spec(name, *more))

    return remove


def test_scikit_learn_missing(refuses, dm4, without):
    without("sklearn")
    refuses("factorize", dm4, "--method", "sklearn", saying=["scikit-learn", "pip install scikit-learn"])


def test_rosettasciio_missing_for_a_dm4(refuses, reader, dm4, without):
    without("rsciio")
    refuses(reader, dm4, saying="pip install rosettasciio")
