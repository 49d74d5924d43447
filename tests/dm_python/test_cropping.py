"""Types that hold binned counts, and positions after a region and binning."""
import numpy as np
import pytest

from dm_python.bridge import Source
from dm_python.cropping import bin_detector, working_position, working_type
from offline_reference.numerics.errors import RefusedError


@pytest.mark.parametrize("dtype, binning, wide", [
    ("uint8", 1, "uint8"), ("uint8", 16, "uint16"), ("uint8", 17, "uint32"), ("uint16", 256, "uint32"),
    ("uint16", 257, "float64"), ("int16", 2, "int32"), ("int8", 2, "int16"), ("float32", 8, "float32"),
    ("bool", 2, "uint16")])
def test_the_working_type_holds_the_largest_sum(dtype, binning, wide):
    assert working_type(np.dtype(dtype), binning) == wide
    assert working_type(np.dtype(dtype), binning, "float32") == np.float32


def test_a_full_detector_sums_without_overflow():
    pixels = np.full((17, 17, 1, 2), 255, np.uint8)
    assert bin_detector(pixels, "vuyx", 17, working_type(pixels.dtype, 17)).tolist() == [[[[73695, 73695]]]]


def test_a_detector_smaller_than_a_bin_is_refused():
    with pytest.raises(RefusedError, match="a detector of 3 x 4 cannot be binned by 4"):
        bin_detector(np.ones((3, 4, 1, 1)), "vuyx", 4, np.float64)


@pytest.mark.parametrize("binning, position", [(1, (4.0, 2.5)), (2, (1.75, 1.0)), (3, (1.0, 0.5))])
def test_positions_follow_region_and_binning(binning, position):
    source = Source(*[None] * 8, region={"detector": (2, 1, 14, 11)}, binning=binning)
    assert working_position((6, 3.5), source) == pytest.approx(position)
