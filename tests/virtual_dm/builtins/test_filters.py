"""Neighbourhood filters and morphology against loops over each pixel's neighbours."""

import numpy as np
import pytest

from offline_reference.virtual_dm.images import Image
from tests.virtual_dm.builtins.scripts import error_of, pixels_of, ramp, run

PIXELS = np.random.default_rng(2).random((7, 9)).astype(np.float32)
INSIDE = (slice(2, -2), slice(2, -2))


def of_neighbours(pixels, function, offsets):
    """function of the neighbours at the offsets, for each pixel whose neighbours all lie inside."""
    reach = max(max(abs(y), abs(x)) for y, x in offsets)
    found = np.full(pixels.shape, np.nan)
    for row in range(reach, pixels.shape[0] - reach):
        for column in range(reach, pixels.shape[1] - reach):
            found[row, column] = function([pixels[row + y, column + x] for y, x in offsets])
    return found


SQUARE3 = [(y, x) for y in (-1, 0, 1) for x in (-1, 0, 1)]
ROW3, COLUMN3 = [(0, -1), (0, 0), (0, 1)], [(-1, 0), (0, 0), (1, 0)]
CROSS3 = ROW3 + [(-1, 0), (1, 0)]


@pytest.mark.parametrize("kernel, offsets", [(0, ROW3), (1, COLUMN3), (2, CROSS3), (3, SQUARE3)])
def test_the_median_filter_takes_the_median_of_its_kernel(kernel, offsets):
    filtered = pixels_of(f"MedianFilter(A, {kernel}, 1)", Image(PIXELS.copy()))
    np.testing.assert_allclose(filtered[INSIDE], of_neighbours(PIXELS, np.median, offsets)[INSIDE], rtol=1e-6)


def test_a_large_median_filter_in_bands_is_the_same_as_at_once(monkeypatch):
    import offline_reference.virtual_dm.script.builtins.filters as filters

    at_once = pixels_of("MedianFilter(A, 3, 2)", Image(PIXELS.copy()))
    monkeypatch.setattr(filters, "BAND", 9 * 25)  # one row a band
    np.testing.assert_array_equal(pixels_of("MedianFilter(A, 3, 2)", Image(PIXELS.copy())), at_once)


@pytest.mark.parametrize("rank, function", [(0, min), (1, np.median), (2, max)])
def test_the_rank_filter_leaves_its_border_alone(rank, function):
    filtered = pixels_of(f"RankFilter(A, {rank}, 3, 3)", Image(PIXELS.copy()))
    np.testing.assert_allclose(filtered[INSIDE], of_neighbours(PIXELS, function, SQUARE3)[INSIDE], rtol=1e-6)
    np.testing.assert_array_equal(filtered[0], PIXELS[0])
    np.testing.assert_array_equal(filtered[:, -1], PIXELS[:, -1])


def test_filters_refuse_sizes_and_kernels_they_do_not_have():
    assert "not between 1 and 5" in error_of("image f := RankFilter(A, 2, 3, 7)", ramp(9, 8))
    assert "kernel type" in error_of("image f := MedianFilter(A, 9, 1)", ramp(9, 8))


def test_convolution_turns_the_kernel():
    point = np.zeros((5, 6), np.float32)
    point[2, 3] = 1
    kernel = np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]], np.float32)
    spread = pixels_of("Convolution(A, B)", Image(point), Image(kernel))
    np.testing.assert_array_equal(spread[1:4, 2:5], kernel)  # a point becomes the kernel as it stands
    assert "7 x 7" in error_of("image f := Convolution(A, A)", ramp(9, 8))


def test_smoothing_keeps_a_plane_and_the_laplacian_ends_it():
    plane = (np.arange(6) + 2.0 * np.arange(5)[:, None]).astype(np.float32)

    def inside(name):
        return pixels_of(f"{name}(A)", Image(plane.copy()))[1:-1, 1:-1]

    np.testing.assert_allclose(inside("SmoothFilter"), plane[1:-1, 1:-1], rtol=1e-6)
    np.testing.assert_allclose(inside("SharpenFilter"), plane[1:-1, 1:-1], rtol=1e-5)
    np.testing.assert_allclose(inside("LaplaceFilter"), 0, atol=1e-5)
    np.testing.assert_allclose(inside("SobelFilter"), 8 * np.sqrt(5), rtol=1e-5)


def test_the_maximum_is_found_between_pixels_counted_from_the_centre():
    y, x = np.indices((20, 30))
    peak = np.exp(-((x - 12.3) ** 2 + (y - 7.6) ** 2) / 50).astype(np.float32)
    code = 'number x, y\nIUImageFindMax(A, 0, 0, 20, 30, x, y, {0})\nResult(x + "," + y)'
    assert run(code.format(0), Image(peak.copy())).results == "-3,-2"  # pixel (12, 8); the centre is (15, 10)
    found = [float(number) for number in run(code.format(1), Image(peak.copy())).results.split(",")]
    np.testing.assert_allclose(found, [12.3 - 15, 7.6 - 10], atol=0.02)  # a parabola is near a Gaussian's top


def test_morphology_grows_and_shrinks_by_one_pixel():
    spot = np.zeros((7, 8), bool)
    spot[2:5, 3:6] = True
    grown = pixels_of("MPDilate(A, 1)", Image(spot.copy()))
    assert grown[1:6, 2:7].all() and grown.sum() == 25
    assert pixels_of("MPErode(A, 1)", Image(spot.copy())).sum() == 1
    np.testing.assert_array_equal(pixels_of("MPOpen(A, 1)", Image(spot.copy())), spot)
    assert pixels_of("MPOutline(A)", Image(spot.copy())).sum() == 8


def test_distance_maps_count_to_the_nearest_unset_pixel():
    spot = np.zeros((7, 9), bool)
    spot[1:6, 1:8] = True
    spot[1, 1] = False
    rows, columns = np.indices(spot.shape)
    unset = np.argwhere(~spot)
    distance = np.min(np.hypot(rows[..., None] - unset[:, 0], columns[..., None] - unset[:, 1]), axis=-1)
    np.testing.assert_allclose(pixels_of("MPEuclideanDistanceMap(A)", Image(spot.copy())), distance, rtol=1e-6)
    steps = np.min(abs(rows[..., None] - unset[:, 0]) + abs(columns[..., None] - unset[:, 1]), axis=-1)
    np.testing.assert_array_equal(pixels_of("MPDistanceMap(A)", Image(spot.copy())), steps)
