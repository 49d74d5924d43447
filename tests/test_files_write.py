"""What other programs find in the files: rosettasciio stands for HyperSpy here, and tags for DigitalMicrograph."""
import numpy as np
import pytest
from rsciio.digitalmicrograph import file_reader as read_dm
from rsciio.hspy import file_reader as read_hspy
from rsciio.tiff import file_reader as read_tiff
from rsciio.zspy import file_reader as read_zspy

from offline_reference import files
from offline_reference.numerics.errors import RefusedError
from tests.example_4d import AXES, INSTRUMENT, pixels_4d

READERS = {"hspy": read_hspy, "zspy": read_zspy}


def factors(n_k=3):
    random = np.random.default_rng(0)
    return random.random((n_k, 5, 6)), random.random((n_k, 7, 8))


def as_written(axis):
    """What must be in a file for one of AXES."""
    return {"name": axis.name, "size": axis.size, "scale": axis.scale, "offset": axis.offset, "units": axis.units}


@pytest.mark.parametrize("order", ["vuyx", "yxvu"])
def test_a_dm4_has_the_tags_and_calibrations_that_digitalmicrograph_reads(tmp_path, order):
    files.write_dm4(tmp_path / "scan.dm4", pixels_4d(order, np.uint8), order, AXES, INSTRUMENT)
    (image,) = read_dm(str(tmp_path / "scan.dm4"))
    group = image["original_metadata"]["ImageList"]["TagGroup0"]
    assert group["ImageData"]["DataType"] == 6  # DigitalMicrograph's number for uint8
    assert list(group["ImageData"]["Dimensions"].values()) == list(pixels_4d(order).shape[::-1])
    tags = group["ImageTags"]
    assert tags["Meta Data"] == {"Data Order Swapped": order == "yxvu", "Format": "Diffraction image"}
    assert tags["Microscope Info"]["Voltage"] == 200e3
    assert tags["EELS"]["Experimental Conditions"]["Convergence semi-angle (mrad)"] == 1.5
    for name, axis in zip(order, image["axes"]):
        assert axis["scale"] == pytest.approx(AXES[name].scale)
        assert axis["offset"] == pytest.approx(AXES[name].offset)
        assert axis["units"] == AXES[name].units


@pytest.mark.parametrize("ending", ["hspy", "zspy"])
def test_factors_are_signals_with_one_navigation_axis_and_calibrated_images(tmp_path, ending):
    diffractions, maps = factors()
    written = files.write_signals(tmp_path, diffractions, maps, AXES, "my/scan", INSTRUMENT, formats=(ending,))
    assert written == [tmp_path / ("diffractions." + ending), tmp_path / ("maps." + ending)]
    for path, images, plane, title in zip(written, (diffractions, maps), ("vu", "yx"), ("diffractions", "maps")):
        (signal,) = READERS[ending](str(path))
        np.testing.assert_array_equal(signal["data"], images)
        component, *image_axes = signal["axes"]
        assert (component["name"], component["size"], component["offset"]) == ("component", 3, 1)
        assert [axis["navigate"] for axis in signal["axes"]] == [True, False, False]
        for axis, name in zip(image_axes, plane):
            assert {key: axis[key] for key in as_written(AXES[name])} == as_written(AXES[name])
        assert signal["metadata"]["General"]["title"] == title + " of my/scan"
        assert signal["metadata"]["Acquisition_instrument"]["TEM"] == {"beam_energy": 200, "convergence_angle": 1.5}


def test_a_tiff_keeps_scale_and_units(tmp_path):
    diffractions, maps = factors()
    files.write_signals(tmp_path, diffractions, maps, AXES, formats=("tiff",))
    (signal,) = read_tiff(str(tmp_path / "maps.tiff"))
    np.testing.assert_allclose(signal["data"], maps, rtol=1e-7)
    assert [axis["units"] for axis in signal["axes"][1:]] == ["nm", "nm"]
    assert [axis["scale"] for axis in signal["axes"][1:]] == pytest.approx([AXES["y"].scale, AXES["x"].scale])


def test_factors_npz_holds_float_arrays_and_what_else_is_given(tmp_path):
    diffractions, maps = factors()
    files.write_factors(tmp_path / "factors.npz", diffractions.astype(np.float32), maps, cutoff=0.2, method="als")
    with np.load(tmp_path / "factors.npz") as archive:
        assert archive["diffractions"].dtype == archive["maps"].dtype == np.float64
        np.testing.assert_array_equal(archive["maps"], maps)
        assert archive["diffractions"].shape == (3, 5, 6)
        assert float(archive["cutoff"]) == 0.2
        assert str(archive["method"]) == "als"


@pytest.mark.parametrize("dtype", [np.int64, np.float16, np.int8, np.complex64, bool])
def test_pixels_that_digitalmicrograph_does_not_have_are_refused(tmp_path, dtype):
    with pytest.raises(RefusedError, match="has no pixels of type .* convert them to one of uint8"):
        files.write_dm4(tmp_path / "scan.dm4", pixels_4d().astype(dtype), "vuyx", AXES)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("dtype", ["i2", "i4", "u4", "f8", ">u2"])
def test_every_other_type_of_digitalmicrograph_comes_back(tmp_path, dtype):
    files.write_dm4(tmp_path / "scan.dm4", pixels_4d(dtype=dtype), "vuyx", AXES)
    read = files.read_4d(tmp_path / "scan.dm4").pixels
    assert read.dtype == np.dtype(dtype).newbyteorder("=")
    np.testing.assert_array_equal(read, pixels_4d())


def test_uint8_images_whose_last_axis_could_be_taken_for_colours_stay_counts(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (5, 6, 7, 4), dtype=np.uint8)
    axes = {**AXES, "x": files.Axis("x", 4, 2.0, -3.0, "nm")}
    files.write_dm4(tmp_path / "scan.dm4", pixels, "vuyx", axes)
    np.testing.assert_array_equal(files.read_4d(tmp_path / "scan.dm4").pixels, pixels)


def test_an_ending_that_cannot_be_written_is_refused(tmp_path):
    for write in (files.write_4d, files.write_dm4, files.write_hspy):
        with pytest.raises(RefusedError, match="end "):
            write(tmp_path / "scan.foo", pixels_4d(), "vuyx", AXES)
    with pytest.raises(RefusedError, match="end its name in one of"):
        files.write_signals(tmp_path, *factors(), AXES, formats=("foo",))
    assert not list(tmp_path.iterdir())


def test_pixels_of_three_dimensions_are_not_written_as_4d(tmp_path):
    for ending in (".dm4", ".hspy", ".npz"):
        with pytest.raises(RefusedError, match="an analysis needs 4"):
            files.write_4d(tmp_path / ("scan" + ending), np.ones((5, 6, 7)), "vuyx", AXES)
    assert not list(tmp_path.iterdir())
