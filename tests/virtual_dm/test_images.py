"""Images: DM's order of dimensions, types, calibrations, and views that write through."""
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offline_reference.virtual_dm import images
from offline_reference.virtual_dm.errors import DMError, NotSimulated
from offline_reference.virtual_dm.images import Calibration, Image

SIZES = (5, 6, 7, 8)  # DM's x, y, z, t


def counting(*sizes):
    """Pixels that are all different; sizes in DM's order."""
    return Image(np.arange(np.prod(sizes), dtype=np.float32).reshape(sizes[::-1]), "counting")


def test_dm_counts_dimensions_from_the_fastest_one():
    image = images.real_image("scan", 4, *SIZES)
    assert image.sizes == SIZES
    assert image.pixels.shape == SIZES[::-1]
    assert image.pixels.flags.c_contiguous


@pytest.mark.parametrize("code, dtype", images.DTYPE_OF_CODE.items())
def test_each_type_code_has_one_numpy_type(code, dtype):
    assert images.new_image("", code, 5, 6).type_code == code
    assert images.new_image("", code, 5, 6).pixels.dtype == dtype


@pytest.mark.parametrize(
    "image, code",
    [
        (images.real_image("", 8, 5), 12),
        (images.integer_image("", 2, False, 5), 10),
        (images.integer_image("", 1, True, 5), 9),
        (images.complex_image("", 16, 5), 13),
        (images.rgb_image("", 4, 5), 23),
        (images.binary_image("", 5), 14),
    ],
)
def test_create_functions_name_types_by_bytes(image, code):
    assert image.type_code == code
    assert not image.pixels.view(np.uint8).any()


def test_bytes_that_no_type_has_are_refused():
    with pytest.raises(DMError, match="real image has 4 or 8 bytes, not 2"):
        images.real_image("", 2, 5)


def test_packed_complex_is_known_and_not_simulated():
    with pytest.raises(NotSimulated, match="known to DM, not simulated here"):
        images.new_image("", 5, 4, 4)


@pytest.mark.parametrize("sizes", [(), (1, 2, 3, 4, 5), (0,), (3, -1)])
def test_an_image_has_one_to_four_dimensions(sizes):
    with pytest.raises(DMError, match="1 to 4 dimensions"):
        images.new_image("", 2, *sizes)


def test_a_numpy_type_that_dm_lacks_is_refused():
    with pytest.raises(DMError, match="no image of NumPy type float16"):
        Image(np.zeros((2, 3), np.float16))


# -- calibration ------------------------------------------------------------------------------------------------------


def test_both_calibration_formats_say_the_same():
    calibration = Calibration(origin=4.0, scale=0.5, units="nm")
    assert calibration.origin_in_format(1) == 4.0  # index of zero
    assert calibration.origin_in_format(0) == -2.0  # value of the first pixel


@given(origin=st.floats(-1e6, 1e6), scale=st.floats(1e-3, 1e3))
def test_an_origin_comes_back_in_the_format_it_was_given_in(origin, scale):
    for calibration_format in (0, 1):
        calibration = Calibration(scale=scale)
        calibration.set_origin_in_format(origin, calibration_format)
        assert calibration.origin_in_format(calibration_format) == pytest.approx(origin)  # a division and back


def test_an_origin_in_units_needs_a_scale():
    with pytest.raises(DMError, match="set the scale first"):
        Calibration(scale=0).set_origin_in_format(1.0, 0)


def test_there_are_two_calibration_formats():
    with pytest.raises(DMError, match="0 .origin in units. or 1 .in pixels., not 2"):
        Calibration().origin_in_format(2)


@pytest.mark.parametrize("units, parts", [("nm", ("nm", 1)), ("1/nm", ("nm", -1)), ("", ("", 1))])
def test_units_are_a_unit_and_a_power(units, parts):
    calibration = Calibration(units=units)
    assert calibration.unit_and_power == parts
    calibration.set_unit_and_power(*parts)
    assert calibration.units == units


def test_a_clone_shares_nothing():
    image = counting(5, 6)
    image.calibrations[0] = Calibration(1.0, 0.5, "nm")
    image.tags.set("A:B", "long", 1)
    twin = image.clone()
    twin.pixels[...] = 0
    twin.calibrations[0].scale = 9
    twin.tags.set("A:B", "long", 2)
    assert image.pixels.any()
    assert image.calibrations[0].scale == 0.5
    assert image.tags.get_as("A:B", "long") == (True, 1)
    assert twin.displays == [] and twin.id is None


# -- views ------------------------------------------------------------------------------------------------------------


def test_a_rectangle_is_top_left_bottom_right_and_writes_through():
    image = counting(5, 6)
    view = image.rectangle(1, 2, 4, 5)
    assert view.sizes == (3, 3)
    view.pixels[...] = -1
    assert (image.pixels[1:4, 2:5] == -1).all()
    assert (image.pixels == -1).sum() == 9
    assert view.is_view and not image.is_view


def test_a_rectangle_keeps_further_dimensions_whole():
    assert counting(5, 6, 7).rectangle(0, 1, 2, 3).sizes == (2, 2, 7)


def test_a_rectangle_of_a_line_has_columns_only():
    assert counting(5).rectangle(0, 1, 1, 4).pixels.tolist() == [1, 2, 3]


def test_a_box_is_x_first():
    view = counting(5, 6, 7).box((1, 2, 3), (3, 3, 7))
    assert view.sizes == (2, 1, 4)
    assert view.pixels[0, 0, 0] == 3 * 30 + 2 * 5 + 1


def test_a_view_moves_the_origin_with_its_corner():
    image = counting(5, 6)
    image.calibrations[0] = Calibration(2.0, 0.5, "nm")
    view = image.rectangle(0, 3, 6, 5)
    assert view.calibrations[0].first_value == image.calibrations[0].first_value + 3 * 0.5


@pytest.mark.parametrize("rectangle", [(0, 0, 7, 5), (-1, 0, 2, 2), (2, 2, 2, 4)])
def test_a_rectangle_outside_or_empty_is_refused(rectangle):
    with pytest.raises(DMError, match="does not lie inside an image of 5 x 6 pixels"):
        counting(5, 6).rectangle(*rectangle)


def test_one_diffraction_of_a_scan_is_a_writable_view():
    image = counting(*SIZES)  # scan x, y, detector u, v
    pattern = image.slice((3, 4, 0, 0), [(2, 7, 1), (3, 8, 1)])
    assert pattern.sizes == (7, 8)
    np.testing.assert_array_equal(pattern.pixels, image.pixels[:, :, 4, 3])
    pattern.pixels[...] = 0
    assert not image.pixels[:, :, 4, 3].any()


def test_dimensions_in_another_order_transpose():
    image = counting(5, 6, 7)
    turned = image.slice((0, 0, 0), [(1, 6, 1), (2, 7, 1), (0, 5, 1)])
    assert turned.sizes == (6, 7, 5)
    np.testing.assert_array_equal(turned.pixels, image.pixels.transpose(2, 0, 1))


def test_steps_bin_and_go_backwards():
    image = counting(8)
    image.calibrations[0] = Calibration(0.0, 0.5, "nm")
    assert image.slice([1], [(0, 3, 2)]).pixels.tolist() == [1, 3, 5]
    assert image.slice([7], [(0, 4, -2)]).pixels.tolist() == [7, 5, 3, 1]
    assert image.slice([1], [(0, 3, 2)]).calibrations[0] == Calibration(-0.5, 1.0, "nm")


@pytest.mark.parametrize(
    "offsets, axes, why",
    [
        ((0, 0), [(0, 6, 1)], "takes 6 pixels from 0 by steps of 1 along dimension 0, which has 5"),
        ((0, 9), [(0, 5, 1)], "takes 1 pixels from 9"),
        ((0, 0), [(0, 2, 1), (0, 2, 1)], "names a dimension twice"),
        ((0, 0), [(2, 2, 1)], "runs along dimension 2, but the image has dimensions 0 to 1"),
        ((0, 0, 1), [(0, 5, 1)], "the image has only 2 dimensions"),
        ((0, 0), [(0, 2, 0)], "by steps of 0"),
    ],
)
def test_a_slice_that_leaves_the_image_is_refused(offsets, axes, why):
    with pytest.raises(DMError, match=why):
        counting(5, 6).slice(offsets, axes)


def test_offsets_of_dimensions_that_are_not_there_may_be_zero():
    assert counting(5, 6).slice((1, 2, 0, 0), [(0, 3, 1)]).pixels.tolist() == [11, 12, 13]


@st.composite
def slices(draw):
    """Sizes and a slice that lies inside them."""
    sizes = draw(st.lists(st.integers(1, 5), min_size=1, max_size=4))
    dimensions = draw(st.permutations(range(len(sizes))))[: draw(st.integers(1, len(sizes)))]
    offsets = [draw(st.integers(0, size - 1)) for size in sizes]
    axes = []
    for dimension in dimensions:
        step = draw(st.integers(1, 3))
        length = draw(st.integers(1, (sizes[dimension] - 1 - offsets[dimension]) // step + 1))
        axes.append((dimension, length, step))
    return sizes, offsets, axes


@settings(max_examples=150, deadline=None)
@given(slices())
def test_every_slice_reads_the_pixels_that_its_arguments_count_out(drawn):
    sizes, offsets, axes = drawn
    image = counting(*sizes)
    view = image.slice(offsets, axes)
    assert view.sizes == tuple(length for _, length, _ in axes)
    assert np.shares_memory(view.pixels, image.pixels)
    for place in np.ndindex(view.sizes):  # place in DM's order
        there = list(offsets)
        for index, (dimension, _, step) in zip(place, axes, strict=True):
            there[dimension] += index * step
        assert view.pixels[place[::-1]] == image.pixels[tuple(there[::-1])]


# -- changing in place ------------------------------------------------------------------------------------------------


def test_real_pixels_truncate_into_integers():
    image = Image(np.array([[-1.9, 1.9, 300.0]]))
    image.change_type(6)
    assert image.pixels.tolist() == [[255, 1, 44]]  # modulo 256
    assert image.type_code == 6


def test_not_a_number_becomes_zero_in_an_integer_image():
    assert images.converted(np.array([np.nan, np.inf]), np.dtype(np.int16)).tolist() == [0, 0]


def test_complex_pixels_keep_their_real_part():
    assert images.converted(np.array([1 + 2j]), np.dtype(np.float32)).tolist() == [1.0]


def test_binary_is_what_is_not_zero():
    assert images.converted(np.array([0, 0.2, -3]), np.dtype(bool)).tolist() == [False, True, True]


def test_grey_and_colours_convert_into_each_other():
    colours = images.converted(np.array([[10.0, 300.0]]), images.RGB)
    assert colours["r"].tolist() == colours["b"].tolist() == [[10, 255]]
    assert images.converted(colours, np.dtype(np.float32)).tolist() == [[10, 255]]


def test_replaced_pixels_keep_the_calibrations_of_dimensions_that_remain():
    image = counting(5, 6)
    image.calibrations[0].scale = 0.5
    image.replace_pixels(np.zeros((3, 6, 5)))
    assert [calibration.scale for calibration in image.calibrations] == [0.5, 1.0, 1.0]
