"""Files that are read back as they were written: every format, both orders, each type of pixel."""
import builtins
import sys

import numpy as np
import pytest

from offline_reference import files
from offline_reference.numerics import memory
from tests.example_4d import AXES, INSTRUMENT, SIZES, pixels_4d, write_dm4_of_many

ORDERS = ("vuyx", "yxvu")
TYPES = (np.uint8, np.uint16, np.float32)


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("ending", [".dm4", ".dm3", ".npz"])
def test_a_file_comes_back_with_pixels_type_order_calibration_and_microscope(tmp_path, ending, order, dtype):
    pixels = pixels_4d(order, dtype)
    files.write_4d(tmp_path / ("scan" + ending), pixels, order, AXES, INSTRUMENT)
    dataset = files.read_4d(tmp_path / ("scan" + ending))
    assert dataset.order == order
    assert dataset.pixels.dtype == dtype
    np.testing.assert_array_equal(dataset.pixels, pixels)
    assert dataset.axes == AXES
    assert dataset.instrument == pytest.approx(INSTRUMENT)
    assert dataset.sizes == tuple(SIZES.values())
    assert dataset.warnings == []


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("ending", [".hspy", ".zspy"])
def test_a_hyperspy_file_comes_back_scan_first(tmp_path, ending, order, dtype):
    """HyperSpy stores navigation before signal axes, so vuyx is turned on the way out."""
    pixels = pixels_4d(order, dtype)
    files.write_4d(tmp_path / ("scan" + ending), pixels, order, AXES, INSTRUMENT)
    dataset = files.read_4d(tmp_path / ("scan" + ending))
    assert dataset.order == "yxvu"
    assert dataset.pixels.dtype == dtype
    np.testing.assert_array_equal(dataset.pixels, pixels if order == "yxvu" else pixels.transpose(2, 3, 0, 1))
    assert dataset.axes == AXES
    assert dataset.instrument == pytest.approx(INSTRUMENT)


def write_as_py4dstem(path, pixels, units, attached=()):
    """EMD 1.0 as py4DSTEM 0.14 saves a DataCube: axes (R_x, R_y, Q_x, Q_y), further arrays attached to it."""
    import h5py

    with h5py.File(path, "w") as file:
        file.attrs.update({"emd_group_type": "file", "version_major": 1, "version_minor": 0})
        cube = file.create_group("datacube_root/datacube")
        for name, array in {"": pixels, **dict(attached)}.items():
            group = cube.create_group(name) if name else cube
            group.attrs.update({"emd_group_type": "array"})
            group.create_dataset("data", data=array)
            for number in range(array.ndim):
                step = group.create_dataset(f"dim{number}", data=[0, 0.5])
                step.attrs.update({"name": ("Rx", "Ry", "Qx", "Qy")[number], "units": units[number]})


@pytest.mark.parametrize("units, known", [(("A", "A", "A^-1", "A^-1"), ("Å", "1/Å")), (("pixels",) * 4, ("", ""))])
@pytest.mark.parametrize("ending", [".h5", ".emd"])
def test_a_py4dstem_file_is_read_whatever_is_attached_to_its_datacube(tmp_path, ending, units, known):
    pixels = pixels_4d("yxvu")
    attached = {"maps": np.ones((3, *pixels.shape[:2])), "probe": np.ones(pixels.shape[2:])}
    write_as_py4dstem(tmp_path / ("cube" + ending), pixels, units, attached)
    dataset = files.read_4d(tmp_path / ("cube" + ending))
    assert dataset.order == "yxvu" and "py4DSTEM" in dataset.order_reason
    np.testing.assert_array_equal(dataset.pixels, pixels)
    assert dataset.pixels.dtype == np.uint16 and dataset.sizes == tuple(SIZES.values())
    assert [dataset.axes[name].scale for name in "yxvu"] == [0.5] * 4
    assert (dataset.axes["x"].units, dataset.axes["u"].units) == known


@pytest.mark.parametrize("order", ORDERS)
def test_an_npy_takes_its_order_from_the_user_and_is_mapped_read_only(tmp_path, order):
    pixels = pixels_4d(order)
    files.write_npy(tmp_path / "scan.npy", pixels)
    dataset = files.read_4d(tmp_path / "scan.npy", order=order)
    assert dataset.order == order
    assert isinstance(dataset.pixels, np.memmap)
    assert not dataset.pixels.flags.writeable
    np.testing.assert_array_equal(dataset.pixels, pixels)
    assert dataset.axes["x"] == files.Axis("x", SIZES["x"])


def test_numpy_files_need_no_optional_package(tmp_path, monkeypatch):
    """Neither rosettasciio nor nionswift-io nor h5py: as in an environment that has NumPy alone."""
    files.write_npy(tmp_path / "scan.npy", pixels_4d())
    files.write_npz(tmp_path / "scan.npz", pixels_4d(), "vuyx", AXES)
    absent = ("rsciio", "dask", "h5py", "zarr", "nion", "nionswift_plugin", "tifffile")
    for name in [name for name in sys.modules if name.startswith("offline_reference") or name.split(".")[0] in absent]:
        monkeypatch.delitem(sys.modules, name)
    import_for_real = builtins.__import__

    def import_without(name, *args, **kwargs):
        if name.split(".")[0] in absent:
            raise ModuleNotFoundError("No module named '{}'".format(name), name=name.split(".")[0])
        return import_for_real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", import_without)
    from offline_reference import files as bare_files

    assert bare_files is not files
    np.testing.assert_array_equal(bare_files.read_4d(tmp_path / "scan.npy", order="vuyx").pixels, pixels_4d())
    np.testing.assert_array_equal(bare_files.read_4d(tmp_path / "scan.npz").pixels, pixels_4d())


def test_a_dm4_is_mapped_and_not_copied(tmp_path):
    files.write_dm4(tmp_path / "scan.dm4", pixels_4d(), "vuyx", AXES)
    assert isinstance(files.read_4d(tmp_path / "scan.dm4").pixels, np.memmap)


def test_big_endian_and_fortran_ordered_pixels_become_native_and_c_ordered(tmp_path):
    pixels = pixels_4d()
    np.save(tmp_path / "big.npy", pixels.astype(">u2"))
    np.save(tmp_path / "fortran.npy", np.asfortranarray(pixels))
    for name in ("big.npy", "fortran.npy"):
        read = files.read_4d(tmp_path / name, order="vuyx").pixels
        assert read.dtype == np.uint16
        assert read.dtype.isnative
        assert read.flags.c_contiguous
        np.testing.assert_array_equal(read, pixels)


def test_counts_stored_as_true_and_false_become_one_and_zero(tmp_path):
    np.save(tmp_path / "events.npy", pixels_4d() > 3)
    read = files.read_4d(tmp_path / "events.npy", order="vuyx").pixels
    assert read.dtype == np.uint8
    np.testing.assert_array_equal(read, pixels_4d() > 3)


def test_the_4d_image_is_picked_among_survey_image_and_thumbnail(tmp_path):
    rgb = np.zeros((4, 5, 4), np.uint8)
    write_dm4_of_many(tmp_path / "many.dm4", [
        ("thumbnail", rgb, {}),
        ("survey", np.ones((9, 11), np.float32), {}),
        ("diffraction", pixels_4d(), {"Meta Data": {"Data Order Swapped": False}}),
    ])
    dataset = files.read_4d(tmp_path / "many.dm4")
    assert dataset.title == "diffraction"
    assert dataset.order == "vuyx"
    np.testing.assert_array_equal(dataset.pixels, pixels_4d())


def test_one_of_several_4d_images_is_chosen_by_title_or_number(tmp_path):
    tags = {"Meta Data": {"Data Order Swapped": False}}
    write_dm4_of_many(tmp_path / "two.dm4", [("first", pixels_4d(seed=1), tags), ("second", pixels_4d(seed=2), tags)])
    for dataset in ("second", "2", 2):
        read = files.read_4d(tmp_path / "two.dm4", dataset=dataset)
        np.testing.assert_array_equal(read.pixels, pixels_4d(seed=2))


def test_one_of_several_arrays_of_an_npz_is_chosen_by_its_name(tmp_path):
    np.savez(tmp_path / "two.npz", before=pixels_4d(seed=1), after=pixels_4d(seed=2), gain=np.ones((5, 6)))
    read = files.read_4d(tmp_path / "two.npz", order="vuyx", dataset="after")
    np.testing.assert_array_equal(read.pixels, pixels_4d(seed=2))


@pytest.mark.parametrize("ending", ["emd", "nxs"])
def test_hdf5_formats_are_read_by_their_units(tmp_path, ending):
    """Written by rosettasciio, which writes 1/nm into EMD as '1 / nm': one spelling comes out."""
    import importlib

    from offline_reference.files.signals import _signal

    writer = importlib.import_module("rsciio." + {"emd": "emd", "nxs": "nexus"}[ending]).file_writer
    signal = _signal(pixels_4d("yxvu"), [AXES[name] for name in "yxvu"], 2, "scan", INSTRUMENT, "Counts")
    writer(str(tmp_path / ("scan." + ending)), signal)
    dataset = files.read_4d(tmp_path / ("scan." + ending))
    assert dataset.order == "yxvu"
    assert dataset.axes == AXES
    np.testing.assert_array_equal(dataset.pixels, pixels_4d("yxvu"))


def write_mib(path, patterns):
    """Frames of a Merlin detector: a header of 384 bytes, then big-endian counts."""
    with open(path, "wb") as stream:
        for number, pattern in enumerate(patterns):
            sizes = "MQ1,{:06d},00384,01,{:04d},{:04d},U16,   1x1,01".format(number + 1, *pattern.shape[::-1])
            header = sizes + ",2020-01-01T00:00:00.{:06d}000Z,1000000ns,0,12".format(number)
            stream.write(header.encode().ljust(384) + pattern.astype(">u2").tobytes())


def write_mrc(path, patterns):
    """The smallest MRC: sizes and mode 6 (uint16) in a header of 1024 bytes."""
    n, n_v, n_u = patterns.shape
    header = np.zeros(256, "<u4")
    header[:4] = n_u, n_v, n, 6
    path.write_bytes(header.tobytes() + patterns.astype("<u2").tobytes())


@pytest.mark.parametrize("ending, write", [("mib", write_mib), ("mrc", write_mrc)])
def test_a_stack_of_patterns_is_folded_into_the_scan_that_the_user_gives(tmp_path, ending, write):
    patterns = pixels_4d("yxvu").reshape(56, 5, 6)
    write(tmp_path / ("stack." + ending), patterns)
    dataset = files.read_4d(tmp_path / ("stack." + ending), scan=(7, 8))
    # Merlin counts its rows from below, and rosettasciio turns them over.
    expected = patterns[:, ::-1] if ending == "mib" else patterns
    assert dataset.order == "yxvu"
    assert dataset.pixels.dtype == np.uint16
    assert dataset.axes["u"] == files.Axis("u", 6)
    np.testing.assert_array_equal(dataset.pixels.reshape(56, 5, 6), expected)


def test_a_scan_that_the_reader_worked_out_is_said_and_can_be_corrected(tmp_path):
    write_mib(tmp_path / "stack.mib", pixels_4d("yxvu").reshape(56, 5, 6))
    (tmp_path / "stack.hdr").write_text(
        "HDR,\nFrames in Acquisition (Number):\t56\nFrames per Trigger (Number):\t14\nEnd\t\n")
    dataset = files.read_4d(tmp_path / "stack.mib")
    assert dataset.pixels.shape == (4, 14, 5, 6)
    assert any("the scan of 4 x 14 is worked out from the .hdr file" in warning for warning in dataset.warnings)
    assert files.read_4d(tmp_path / "stack.mib", scan=(7, 8)).pixels.shape == (7, 8, 5, 6)


@pytest.mark.parametrize("ending", ["npz", "hspy"])
@pytest.mark.parametrize("scale", [0.0, float("nan"), float("inf")])
def test_a_step_that_is_no_step_leaves_the_axis_uncalibrated(tmp_path, ending, scale):
    axes = {**AXES, "y": files.Axis("y", 7, scale, 1.0, "nm")}
    files.write_4d(tmp_path / ("scan." + ending), pixels_4d(), "vuyx", axes)
    read = files.read_4d(tmp_path / ("scan." + ending)).axes
    assert read["y"] == files.Axis("y", 7)
    assert read["x"] == AXES["x"]


def test_an_axis_of_uneven_steps_is_said_to_be_read_as_uncalibrated(tmp_path):
    from offline_reference.files.signals import _signal, _write

    signal = _signal(pixels_4d("yxvu"), [AXES[name] for name in "yxvu"], 2, "scan", None, "Counts")
    signal["axes"][0] = {"_type": "DataAxis", "name": "y", "units": "nm", "navigate": True, "is_binned": False,
                         "axis": np.array([0.0, 1, 2, 4, 5, 6, 9])}
    _write(tmp_path / "scan.hspy", signal, overwrite=False)
    dataset = files.read_4d(tmp_path / "scan.hspy")
    assert dataset.axes["y"] == files.Axis("y", 7)
    assert dataset.warnings == ["the axis 'y' has uneven steps and is read as uncalibrated."]


def test_voltage_is_found_where_nion_swift_keeps_it(tmp_path):
    tags = {"ImageScanned": {"EHT": 60000.0}, "Meta Data": {"Data Order Swapped": "true"}}
    write_dm4_of_many(tmp_path / "scan.dm4", [("scan", pixels_4d("yxvu"), tags)])
    dataset = files.read_4d(tmp_path / "scan.dm4")
    assert dataset.instrument == {"voltage_kv": pytest.approx(60)}
    assert dataset.order == "yxvu"


def test_a_zero_voltage_is_no_voltage(tmp_path):
    tags = {"Microscope Info": {"Voltage": 0.0}, "Meta Data": {"Data Order Swapped": False}}
    write_dm4_of_many(tmp_path / "scan.dm4", [("scan", pixels_4d(), tags)])
    assert files.read_4d(tmp_path / "scan.dm4").instrument == {}


def test_a_mapped_file_larger_than_memory_can_be_read(tmp_path, monkeypatch):
    files.write_dm4(tmp_path / "scan.dm4", pixels_4d(), "vuyx", AXES)
    monkeypatch.setattr(memory, "available_bytes", lambda: 100)
    np.testing.assert_array_equal(files.read_4d(tmp_path / "scan.dm4").pixels, pixels_4d())


@pytest.mark.parametrize("n_dimensions", [1, 2, 3, 4])
def test_read_image_gives_images_of_any_dimension(tmp_path, n_dimensions):
    pixels = np.arange(np.prod(range(3, 3 + n_dimensions)), dtype=np.float32).reshape(range(3, 3 + n_dimensions))
    write_dm4_of_many(tmp_path / "image.dm4", [("anything", pixels, {"Author": "me"})])
    np.save(tmp_path / "image.npy", pixels)
    (image,) = files.read_image(tmp_path / "image.dm4")
    assert image.title == "anything"
    assert [axis.size for axis in image.axes] == list(pixels.shape)
    assert image.metadata["ImageList"]["TagGroup0"]["ImageTags"]["Author"] == "me"
    np.testing.assert_array_equal(image.pixels, pixels)
    np.testing.assert_array_equal(files.read_image(tmp_path / "image.npy")[0].pixels, pixels)


def test_read_image_gives_every_image_of_a_file(tmp_path):
    write_dm4_of_many(tmp_path / "two.dm4",
                      [("a", np.ones((3, 4), np.uint16), {}), ("b", np.ones((5,), np.uint16), {})])
    assert [image.pixels.shape for image in files.read_image(tmp_path / "two.dm4")] == [(3, 4), (5,)]
