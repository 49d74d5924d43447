"""Slices are views along chosen dimensions; single pixels."""

import numpy as np

from offline_reference.virtual_dm.images import RGB, Image
from tests.virtual_dm.builtins.scripts import error_of, pixels_of, ramp, run, value_of


def test_slices_of_a_volume_take_dimensions_in_any_order():
    volume = ramp(6, 5, 4).pixels
    np.testing.assert_array_equal(pixels_of("A.Slice1(1, 2, 3, 0, 5, 1)", ramp(6, 5, 4)), volume[3, 2, 1:])
    np.testing.assert_array_equal(pixels_of("A.Slice2(0, 0, 2, 0, 6, 1, 1, 5, 1)", ramp(6, 5, 4)), volume[2])
    np.testing.assert_array_equal(pixels_of("A.Slice2(3, 0, 0, 2, 4, 1, 1, 5, 1)", ramp(6, 5, 4)), volume[:, :, 3].T)
    transposed = pixels_of("A.Slice3(0, 0, 0, 1, 5, 1, 2, 4, 1, 0, 6, 1)", ramp(6, 5, 4))
    np.testing.assert_array_equal(transposed, volume.transpose(2, 0, 1))  # DM (y, z, x) is NumPy (x, z, y)


def test_steps_skip_pixels():
    np.testing.assert_array_equal(pixels_of("A.Slice1(0, 1, 0, 0, 3, 2)", ramp(6, 5)), ramp(6, 5).pixels[1, ::2])


def test_slice_n_reads_one_pattern_of_a_4d_image():
    data = ramp(6, 5, 4, 3)  # scan 6 x 5, detector 4 x 3
    np.testing.assert_array_equal(
        pixels_of("A.SliceN(4, 2, 2, 1, 0, 0, 2, 4, 1, 3, 3, 1)", data), ramp(6, 5, 4, 3).pixels[:, :, 1, 2]
    )


def test_writing_into_a_slice_writes_into_its_image():
    front = run("A.Slice2(0, 0, 1, 0, 6, 1, 1, 5, 1) = 7 + icol", ramp(6, 5, 4)).front_image()
    assert (front.pixels[1] == 7 + np.arange(6)).all()
    np.testing.assert_array_equal(front.pixels[2], ramp(6, 5, 4).pixels[2])


def test_a_slice_kept_as_an_object():
    code = "object s = NewImageDataSlice(3, 1, 1, 2, 3, 0, 5, 1)"
    np.testing.assert_array_equal(pixels_of("A.Slice(s)", ramp(6, 5, 4), before=code), ramp(6, 5, 4).pixels[3, 2, 1:])


def test_slices_that_leave_the_image_or_count_wrongly_are_refused():
    assert "6 pixels" in error_of("image s := A.Slice1(3, 0, 0, 0, 4, 1)", ramp(6, 5))
    assert "takes 10 further numbers, not 9" in error_of(
        "image s := A.SliceN(4, 2, 0, 0, 0, 0, 0, 1, 1, 1, 1)", ramp(6, 5)
    )


def test_pixels_are_read_and_written_by_x_and_y():
    assert value_of("GetPixel(A, 4, 2)", ramp(6, 5)) == 16
    assert run("A.SetPixel(4, 2, -1)", ramp(6, 5)).front_image().pixels[2, 4] == -1
    assert value_of("imaginary(GetPixel(complex(A, 3), 0, 0))", ramp(6, 5)) == 3
    assert "no pixel" in error_of("result(A.GetPixel(6, 0))", ramp(6, 5))


def test_integer_pixels_truncate_what_is_written():
    assert run("A.SetPixel(1, 0, 3.9)", ramp(6, 5, dtype=np.int16)).front_image().pixels[0, 1] == 3


def test_colours_of_single_pixels():
    image = Image(np.zeros((5, 6), RGB))
    front = run("A.SetPixel(1, 2, rgb(10, 20, 999))", image).front_image()
    assert front.pixels[2, 1].tolist() == (255, 20, 10, 0)
