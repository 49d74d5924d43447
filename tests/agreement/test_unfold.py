"""functions/unfold.s against numerics.unfold and the rules of numerics.axis_order."""
import numpy as np
import pytest

from offline_reference.numerics import unfold as twin
from offline_reference.virtual_dm.images import Calibration, Image
from offline_reference.virtual_dm.script.errors import ScriptError
from offline_reference.virtual_dm.switches import one_at_a_time
from tests.agreement import dm

NEEDS = "functions/unfold.s"
SIZES = (5, 6, 7, 8)
SWITCHES = list(one_at_a_time("script"))


def counts(shape, dtype=np.uint16):
    return np.random.RandomState(0).randint(0, 1000, shape).astype(dtype)


def labelled(shape, units, swapped=None, kind="boolean"):
    """An image with units of DM's dimensions 0, 1, .. and the tag."""
    image = Image(counts(shape), "data")
    image.calibrations = [Calibration(0.0, 1.0, unit) for unit in units]
    if swapped is not None:
        image.tags.set("Meta Data:Data Order Swapped", kind, swapped)
    return image


@pytest.mark.parametrize("switches", SWITCHES, ids=repr)
@pytest.mark.parametrize("order", twin.ORDERS)
@pytest.mark.parametrize("shape", [SIZES, (4, 4, 4, 4), (1, 5, 1, 3)])
def test_4d_pixels_unfold_to_numpys_matrix_and_back(shape, order, switches):
    pixels = counts(shape)
    n_v, n_u, n_y, n_x = twin.sizes_of(pixels, order)
    found = dm.run(
        NEEDS,
        "number x, y, u, v; ScanAndDetectorSizes(data, order, x, y, u, v)\n"
        "image matrix := Unfold(data, order); image back := Refold(matrix, order, x, y, u, v)",
        give="matrix back x y u v", switches=switches, data=pixels, order=order)
    assert (found.x, found.y, found.u, found.v) == (n_x, n_y, n_u, n_v)
    assert found.matrix.dtype == np.float32
    assert np.array_equal(found.matrix, twin.unfold(pixels, order))
    assert np.array_equal(found.back, pixels)


@pytest.mark.parametrize("dtype, bytes_", [(np.uint8, 4), (np.int32, 4), (np.float32, 4), (np.float64, 8)])
def test_counts_of_any_type_become_reals_of_4_bytes_and_doubles_stay(dtype, bytes_):
    pixels = counts(SIZES, dtype) % 100
    found = dm.run(NEEDS, 'image matrix := Unfold(data, "vuyx")', give="matrix", data=pixels)
    assert found.matrix.itemsize == bytes_
    assert np.array_equal(found.matrix, twin.unfold(pixels))


@pytest.mark.parametrize("switches", SWITCHES, ids=repr)
@pytest.mark.parametrize(
    "shape, order, as_4d",
    [
        ((5, 6, 7), "vuyx", (1, 5, 6, 7)),  # spectra: x, y, u
        ((5, 6, 7), "yxvu", (1, 5, 6, 7)),  # a series of diffractions: u, v, x
        ((6, 7), "vuyx", (1, 6, 1, 7)),  # x, u
        ((6, 7), "yxvu", (1, 6, 1, 7)),  # u, x
    ],
)
def test_3d_and_2d_images_unfold_as_4d_ones_with_sides_of_one_pixel(shape, order, as_4d, switches):
    pixels = counts(shape)
    found = dm.run(NEEDS, "image matrix := Unfold(data, order)", give="matrix", switches=switches, data=pixels,
                   order=order)
    assert np.array_equal(found.matrix, twin.unfold(pixels.reshape(as_4d), order))


@pytest.mark.parametrize("switches", SWITCHES, ids=repr)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_factors_become_stacks_and_come_back(dtype, switches):
    n_v, n_u, n_y, n_x = SIZES
    rng = np.random.RandomState(1)
    W, H = rng.rand(n_v * n_u, 3).astype(dtype), rng.rand(3, n_y * n_x).astype(dtype)
    found = dm.run(
        NEEDS,
        "image diffractions := DiffractionsOfW(W, nU, nV); image maps := MapsOfH(H, nX, nY)\n"
        "image backW := WOfDiffractions(diffractions); image backH := HOfMaps(maps)",
        give="diffractions maps backW backH", switches=switches, W=W, H=H, nU=n_u, nV=n_v, nX=n_x, nY=n_y)
    assert np.array_equal(found.diffractions, twin.diffractions_from_W(W, (n_v, n_u)))
    assert np.array_equal(found.maps, twin.maps_from_H(H, (n_y, n_x)))
    assert np.array_equal(found.backW, W) and np.array_equal(found.backH, H)
    assert found.diffractions.dtype == found.maps.dtype == found.backW.dtype == found.backH.dtype == dtype


NONE_4D, NONE_3D = ("",) * 4, ("",) * 3


@pytest.mark.parametrize(
    "shape, units, swapped, order",
    [
        (SIZES, NONE_4D, None, ""),
        (SIZES, NONE_4D, True, "yxvu"),
        (SIZES, NONE_4D, False, "vuyx"),
        (SIZES, ("nm", "nm", "1/nm", "1/nm"), None, "vuyx"),
        (SIZES, ("1/nm", "1/nm", "nm", "nm"), None, "yxvu"),
        (SIZES, ("", "", "mrad", "mrad"), None, "vuyx"),
        (SIZES, ("", "deg", "", ""), None, "yxvu"),
        (SIZES, ("\N{MICRO SIGN}m", "", "", ""), None, "vuyx"),
        (SIZES, ("\N{LATIN CAPITAL LETTER A WITH RING ABOVE}", "", "nm^-1", ""), None, "vuyx"),
        (SIZES, ("nm", "1/nm", "", ""), None, ""),  # one pair of axes cannot be both
        (SIZES, ("nm", "nm", "nm", "nm"), None, ""),
        (SIZES, ("eV", "s", "", ""), None, ""),
        (SIZES, ("nm", "nm", "1/nm", "1/nm"), False, "vuyx"),
        (SIZES, ("nm", "nm", "1/nm", "1/nm"), True, ""),  # tag and units disagree: the user must say
        ((5, 6, 7), NONE_3D, None, ""),
        ((5, 6, 7), ("nm", "nm", "1/nm"), None, "vuyx"),
        ((5, 6, 7), ("1/nm", "1/nm", ""), None, "yxvu"),
        ((6, 7), ("mrad", "nm"), None, "yxvu"),
        ((6, 7), ("", "mrad"), None, "vuyx"),
    ],
)
def test_the_order_is_read_from_the_tag_and_the_units(shape, units, swapped, order):
    found = dm.run(NEEDS, "string order = AxisOrderOf(data)", give="order", data=labelled(shape, units, swapped))
    assert found.order == order


@pytest.mark.parametrize(
    "sizes, order",
    [((5, 6, 7, 8), "vuyx"), ((7, 8, 5, 6), "yxvu"), ((7, 8, 7, 8), ""), ((5, 6, 7, 9), "")],
)
def test_where_tag_and_units_are_silent_the_planned_scan_tells(sizes, order):
    data = labelled(sizes, NONE_4D)
    data.tags.set("SI:Acquisition:Spatial Sampling:Width (pixels)", "long", 8)
    data.tags.set("SI:Acquisition:Spatial Sampling:Height (pixels)", "long", 7)
    assert dm.run(NEEDS, "string order = AxisOrderOf(data)", give="order", data=data).order == order
    data.tags.set("Meta Data:Data Order Swapped", "boolean", True)
    assert dm.run(NEEDS, "string order = AxisOrderOf(data)", give="order", data=data).order == "yxvu"


@pytest.mark.parametrize("kind, value, order", [("string", "true", "yxvu"), ("string", "false", "vuyx"),
                                                ("long", 1, "yxvu"), ("double", 0.0, "vuyx")])
@pytest.mark.parametrize("switches", SWITCHES, ids=repr)
def test_a_tag_that_some_script_wrote_as_a_number_or_a_word_counts(kind, value, order, switches):
    data = labelled(SIZES, NONE_4D, value, kind)
    assert dm.run(NEEDS, "string order = AxisOrderOf(data)", give="order", switches=switches, data=data).order == order


@pytest.mark.parametrize(
    "code, message",
    [
        ('Unfold(data, "xyuv")', "axis order xyuv is unknown: choose vuyx or yxvu"),
        ('Unfold(RealImage("", 4, 5), "vuyx")', r"1 dimension\(s\) cannot be unfolded"),
        ('Refold(Unfold(data, "vuyx"), "vuyx", 7, 8, 6, 4)',
         "56 x 30 pixels cannot be folded to a scan of 7 x 8 and a detector of 6 x 4"),
    ],
)
def test_what_cannot_be_unfolded_is_refused(code, message):
    with pytest.raises(ScriptError, match=message):
        dm.run(NEEDS, code, data=counts(SIZES))


def test_the_image_that_is_unfolded_stays_as_it_is():
    pixels = counts(SIZES)
    found = dm.run(NEEDS, 'image matrix := Unfold(data, "yxvu"); matrix = 0', give="data", data=pixels)
    assert np.array_equal(found.data, pixels)
