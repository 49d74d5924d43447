"""Bad input: what the message says, and that nothing was written."""
import builtins
import importlib

import numpy as np
import pytest

from offline_reference import files
from offline_reference.numerics import memory
from offline_reference.numerics.errors import RefusedError
from tests.example_4d import AXES, pixels_4d, write_dm4_of_many


@pytest.fixture
def untouched(tmp_path):
    """A folder for the input that must hold afterwards what it held before the reading."""
    seen = {}
    yield lambda: seen.update({path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}) or tmp_path
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == seen


def refused(path, **kwargs):
    with pytest.raises(RefusedError) as refusal:
        files.read_4d(path, **kwargs)
    return str(refusal.value)


def test_a_missing_file(tmp_path, untouched):
    untouched()
    assert "there is no file" in refused(tmp_path / "no.dm4")
    assert "check the name" in refused(tmp_path / "no.npy")


def test_a_folder_in_place_of_a_file(tmp_path, untouched):
    (tmp_path / "folder.npy").mkdir()
    untouched()
    assert "is a folder, and a file is to be read" in refused(tmp_path / "folder.npy")


@pytest.mark.parametrize("ending", [".dm4", ".dm3", ".npy", ".npz", ".hspy"])
@pytest.mark.parametrize("part", [0.0, 0.02, 0.5, 0.95])
def test_a_file_that_is_cut_off(tmp_path, untouched, ending, part):
    path = tmp_path / ("scan" + ending)
    files.write_4d(path, pixels_4d(), "vuyx", AXES)
    path.write_bytes(path.read_bytes()[:int(part * path.stat().st_size)])
    untouched()
    message = refused(path, order="vuyx")
    assert "scan" + ending in message
    assert "cut off" in message


@pytest.mark.parametrize("ending", [".dm4", ".npy", ".npz", ".hspy", ".zspy", ".mib", ".emd", ".mrc", ".h5", ".nxs"])
def test_a_foreign_file_under_a_known_ending(tmp_path, untouched, ending):
    path = tmp_path / ("scan" + ending)
    path.write_bytes(b"Dear colleague, the microscope was booked. " * 50)
    untouched()
    assert "another kind of file" in refused(path)


@pytest.mark.parametrize("name", ["scan.foo", "scan", "scan.txt"])
def test_an_unknown_ending(tmp_path, untouched, name):
    (tmp_path / name).write_bytes(b"1 2 3")
    untouched()
    message = refused(tmp_path / name)
    assert "belongs to no format that can be read" in message
    assert ".npy" in message and ".dm4" in message


@pytest.mark.parametrize("ending", [".dm4", ".npy"])
def test_an_image_of_two_dimensions(tmp_path, untouched, ending):
    path = tmp_path / ("image" + ending)
    image = np.ones((7, 8), np.float32)
    np.save(path, image) if ending == ".npy" else write_dm4_of_many(path, [("survey", image, {})])
    untouched()
    message = refused(path)
    assert "7 x 8 float32, and an analysis needs 4 dimensions" in message
    assert "--scan" not in message


def test_a_stack_of_three_dimensions_says_how_to_fold_it(tmp_path, untouched):
    np.save(tmp_path / "stack.npy", np.ones((30, 7, 8), np.uint8))
    untouched()
    assert "--scan NY NX" in refused(tmp_path / "stack.npy")


def test_a_scan_that_does_not_fit_the_stack(tmp_path, untouched):
    np.save(tmp_path / "stack.npy", np.ones((30, 7, 8), np.uint8))
    untouched()
    assert "holds 30 patterns, and a scan of 4 x 8 has 32" in refused(tmp_path / "stack.npy", scan=(4, 8))


def test_a_scan_for_data_that_are_stored_scan_fastest(tmp_path, untouched):
    files.write_dm4(tmp_path / "scan.dm4", pixels_4d(), "vuyx", AXES)
    untouched()
    assert "its scan has 7 x 8 positions, which --scan cannot change" in refused(tmp_path / "scan.dm4", scan=(8, 7))


@pytest.mark.parametrize("dtype, words", [
    (np.complex64, "complex numbers"),
    (np.dtype([("R", "u1"), ("G", "u1"), ("B", "u1")]), "RGB colours"),
    ("U3", "<U3 values"),
])
def test_pixels_that_are_no_counts(tmp_path, untouched, dtype, words):
    np.save(tmp_path / "scan.npy", np.zeros((5, 6, 7, 8), dtype))
    untouched()
    message = refused(tmp_path / "scan.npy", order="vuyx")
    assert words in message
    assert "real numbers" in message


def test_complex_pixels_in_a_dm4(tmp_path, untouched):
    write_dm4_of_many(tmp_path / "wave.dm4", [("wave", pixels_4d().astype(np.complex64), {})])
    untouched()
    assert "complex numbers" in refused(tmp_path / "wave.dm4", order="vuyx")


def test_several_4d_images_and_no_choice(tmp_path, untouched):
    write_dm4_of_many(tmp_path / "two.dm4", [("survey", np.ones((3, 3), np.uint16), {}), ("a", pixels_4d(), {}),
                                             ("b", pixels_4d(), {})])
    untouched()
    message = refused(tmp_path / "two.dm4")
    assert "2: 'a' 5 x 6 x 7 x 8 uint16; 3: 'b' 5 x 6 x 7 x 8 uint16" in message
    assert "--dataset" in message


def test_a_dataset_that_is_not_there(tmp_path, untouched):
    np.savez(tmp_path / "one.npz", pixels=pixels_4d())
    untouched()
    assert "has no image 'counts': it holds 1: 'pixels'" in refused(tmp_path / "one.npz", dataset="counts")


def test_a_dataset_that_is_not_4d(tmp_path, untouched):
    np.savez(tmp_path / "two.npz", pixels=pixels_4d(), gain=np.ones((5, 6)))
    untouched()
    assert "'gain' 5 x 6 float64, and an analysis needs 4" in refused(tmp_path / "two.npz", dataset="gain")


@pytest.mark.parametrize("ending", [".npz", ".hspy", ".zspy"])
def test_data_larger_than_memory_are_refused_before_they_are_read(tmp_path, untouched, monkeypatch, ending):
    files.write_4d(tmp_path / ("scan" + ending), pixels_4d(), "vuyx", AXES)
    untouched()
    monkeypatch.setattr(memory, "available_bytes", lambda: 3000)
    monkeypatch.setattr("offline_reference.files.via_rsciio._read", lambda data: pytest.fail("was read"))
    message = refused(tmp_path / ("scan" + ending))
    assert "takes 3.4 kB of memory and 3.0 kB are free" in message
    assert "crop the scan or bin the detector" in message


def without(monkeypatch, package):
    """Make one package impossible to import."""
    import_for_real, load_for_real = builtins.__import__, importlib.import_module

    def gone(name):
        if name.split(".")[0] == package:
            raise ModuleNotFoundError("No module named '{}'".format(package), name=package)

    monkeypatch.setattr(builtins, "__import__", lambda name, *a, **k: gone(name) or import_for_real(name, *a, **k))
    monkeypatch.setattr(importlib, "import_module", lambda name, *a: gone(name) or load_for_real(name, *a))


@pytest.mark.parametrize("package, named", [("rsciio", "rosettasciio"), ("h5py", "h5py")])
def test_a_missing_package_is_named_with_the_command_that_installs_it(tmp_path, untouched, monkeypatch, package, named):
    import sys

    files.write_hspy(tmp_path / "scan.hspy", pixels_4d(), "vuyx", AXES)
    untouched()
    for name in [name for name in sys.modules if name.startswith(("rsciio.hspy", package))]:
        monkeypatch.delitem(sys.modules, name)
    without(monkeypatch, package)
    message = refused(tmp_path / "scan.hspy")
    assert "needs the package" in message and "pip install " + named in message


def test_a_missing_writer_is_named_with_the_command_that_installs_it(tmp_path, untouched, monkeypatch):
    untouched()
    without(monkeypatch, "nionswift_plugin")
    with pytest.raises(RefusedError, match="needs the package nionswift-io.*pip install nionswift-io"):
        files.write_dm4(tmp_path / "scan.dm4", pixels_4d(), "vuyx", AXES)


def test_an_npz_with_spoiled_bytes_inside(tmp_path, untouched):
    files.write_npz(tmp_path / "scan.npz", pixels_4d(), "vuyx", AXES)
    content = bytearray((tmp_path / "scan.npz").read_bytes())
    content[1000:1100] = bytes(100)
    (tmp_path / "scan.npz").write_bytes(content)
    untouched()
    assert "cannot be read as a NumPy file" in refused(tmp_path / "scan.npz")


def test_an_array_without_a_single_pixel(tmp_path, untouched):
    np.save(tmp_path / "scan.npy", np.zeros((0, 6, 7, 8)))
    untouched()
    assert "is empty" in refused(tmp_path / "scan.npy", order="vuyx")


def test_a_dm4_whose_tags_give_fewer_pixels_than_it_holds(tmp_path, untouched, monkeypatch):
    """Read by its sizes alone, the first part of the pixels would pass for the whole."""
    from nionswift_plugin.DM_IO import dm3_image_utils

    in_full = dm3_image_utils.ndarray_to_imagedatadict
    monkeypatch.setattr(dm3_image_utils, "ndarray_to_imagedatadict",
                        lambda pixels: {**in_full(pixels), "Dimensions": [8, 7, 6, 2]})
    write_dm4_of_many(tmp_path / "scan.dm4", [("scan", pixels_4d(), {"Meta Data": {"Data Order Swapped": False}})])
    untouched()
    assert "its tags give sizes of 672 pixels and 3360 bytes" in refused(tmp_path / "scan.dm4")


def test_a_name_that_no_file_can_have(tmp_path, untouched):
    untouched()
    assert "there is no file" in refused(tmp_path / ("x" * 300 + ".npy"))
