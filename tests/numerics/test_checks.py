"""What is refused before any work, by its message, in both orders."""
import numpy as np
import pytest

from offline_reference.numerics import checks
from offline_reference.numerics.checks import refuse_pixels, refuse_type
from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.unfold import ORDERS
from tests.numerics.small_data import SIZES

REAL_TYPES = (np.bool_, np.uint8, np.int8, np.uint16, np.int16, np.uint32, np.int64, np.float16, np.float32, np.float64)


def sound_pixels(dtype=np.uint16, order="vuyx"):
    """Zeros and ones in a random mixture, so that every real type holds them; no pattern is empty."""
    pixels = np.random.default_rng(0).integers(0, 2, SIZES)
    pixels[2, 3] = 1
    return np.ascontiguousarray(pixels if order == "vuyx" else pixels.transpose(2, 3, 0, 1)).astype(dtype)


@pytest.fixture(params=[checks.CHUNK, 100], autouse=True)
def chunk(request, monkeypatch):
    """The 1680 values in one go, and in 17, the last of them not full."""
    monkeypatch.setattr(checks, "CHUNK", request.param)


@pytest.mark.parametrize("dtype", REAL_TYPES)
@pytest.mark.parametrize("order", ORDERS)
def test_sound_data_of_every_real_type_pass_without_an_event(dtype, order):
    assert refuse_pixels(sound_pixels(dtype, order), order) == []


def test_pixels_that_may_not_be_written_are_only_read():
    pixels = sound_pixels()
    pixels.setflags(write=False)
    assert refuse_pixels(pixels, "vuyx") == []


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nan_and_infinity_are_refused_with_their_number(dtype):
    pixels = sound_pixels(dtype)
    pixels[0, 0, 0, 0], pixels[4, 5, 6, 7], pixels[2, 2, 2, 2] = np.nan, np.inf, -np.inf
    with pytest.raises(RefusedError, match="3 of 1680 values are NaN or infinite: replace them"):
        refuse_pixels(pixels, "vuyx")


def test_data_of_nothing_but_nan_are_refused_as_such():
    with pytest.raises(RefusedError, match="1680 of 1680 values are NaN or infinite"):
        refuse_pixels(np.full(SIZES, np.nan), "vuyx")


@pytest.mark.parametrize("dtype", [np.int16, np.float32])
def test_negative_counts_are_refused_with_their_number_the_least_and_the_offer_to_clip(dtype):
    pixels = sound_pixels(dtype)
    pixels[0, 0, 0, 0], pixels[4, 5, 6, 7] = -3, -12
    with pytest.raises(RefusedError, match="2 of 1680 values are negative, the least is -12, and counts cannot be: "
                                           "set them to 0 .*clip.*or subtract less background"):
        refuse_pixels(pixels, "vuyx")


def test_nan_is_reported_before_negative_counts():
    pixels = sound_pixels(np.float32)
    pixels[0, 0, 0, 0], pixels[1, 1, 1, 1] = -3, np.nan
    with pytest.raises(RefusedError, match="1 of 1680 values are NaN"):
        refuse_pixels(pixels, "vuyx")


@pytest.mark.parametrize("value", [0, 7])
def test_constant_data_are_refused(value):
    with pytest.raises(RefusedError, match="all 1680 values are {}: constant data hold nothing".format(value)):
        refuse_pixels(np.full(SIZES, value, dtype=np.uint16), "vuyx")


@pytest.mark.parametrize("order", ORDERS)
def test_patterns_without_counts_are_noted_and_not_refused(order):
    pixels = sound_pixels(order="vuyx")
    pixels[:, :, 3, 4] = pixels[:, :, 6, 7] = 0
    stored = pixels if order == "vuyx" else np.ascontiguousarray(pixels.transpose(2, 3, 0, 1))
    events = refuse_pixels(stored, order)
    assert len(events) == 1 and "2 of 56 patterns have no counts at all" in events[0]


def test_a_dead_detector_pixel_is_no_empty_pattern():
    pixels = sound_pixels()
    pixels[1, 1] = 0
    assert refuse_pixels(pixels, "vuyx") == []


def test_complex_data_are_refused():
    with pytest.raises(RefusedError, match="of type complex64, and an analysis needs real counts: take the modulus"):
        refuse_pixels(sound_pixels(np.complex64), "vuyx")


def test_colour_pixels_are_refused():
    rgb = np.dtype([("R", "u1"), ("G", "u1"), ("B", "u1")])
    with pytest.raises(RefusedError, match="colour pixels .RGB.*choose the dataset with the counts"):
        refuse_pixels(np.zeros(SIZES, dtype=rgb), "vuyx")


@pytest.mark.parametrize("dtype", ["O", "U3", "M8[s]"])
def test_types_that_are_no_numbers_are_refused(dtype):
    with pytest.raises(RefusedError, match="needs real counts"):
        refuse_type(np.dtype(dtype))


def test_data_of_three_dimensions_are_refused():
    with pytest.raises(RefusedError, match="3 dimensions.*Choose the 4D dataset"):
        refuse_pixels(np.ones((5, 6, 7)), "vuyx")


def test_an_unknown_order_is_refused():
    with pytest.raises(RefusedError, match="axis order 'xyuv' is unknown"):
        refuse_pixels(sound_pixels(), "xyuv")
