"""Neighbourhood filters, morphology of binary images, search for maxima."""

import numpy as np

from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.images import Image
from offline_reference.virtual_dm.registry import dm_function

KERNELS = "0 row, 1 column, 2 cross, 3 square"
BAND = 4_000_000  # numbers that a filter holds at a time


def _plane(name, img):
    """Pixels of a 1D or 2D image as 2D float64."""
    if img.n_dimensions > 2 or img.is_complex or img.is_rgb:
        raise DMError(f"{name} takes a real image of one or two dimensions.")
    return np.atleast_2d(img.pixels).astype(np.float64)


def _like(img, plane):
    """A new image of these pixels with the source's calibration; integers stay integers."""
    new = img.clone()
    new.pixels[...] = plane.reshape(img.pixels.shape)
    return new


def kernel_offsets(kernel, half):
    """(y, x) offsets of a kernel type: 0 row, 1 column, 2 cross, 3 square, of half width half."""
    span = range(-half, half + 1)
    if kernel == 0:
        return [(0, x) for x in span]
    if kernel == 1:
        return [(y, 0) for y in span]
    if kernel == 2:
        return [(0, x) for x in span] + [(y, 0) for y in span if y]
    if kernel == 3:
        return [(y, x) for y in span for x in span]
    raise DMError(f"{kernel:g} is no kernel type: {KERNELS}.")


def neighbours(plane, offsets, mode="edge"):
    """Stack of the plane shifted by each offset, pixels beyond the border repeated from it."""
    reach_y, reach_x = (max(abs(offset[axis]) for offset in offsets) for axis in (0, 1))
    padded = np.pad(plane, ((reach_y, reach_y), (reach_x, reach_x)), mode=mode)
    height, width = plane.shape
    return np.stack([padded[reach_y + y : reach_y + y + height, reach_x + x : reach_x + x + width] for y, x in offsets])


def _half_size(name, size, largest):
    if not 0 <= size <= largest:
        raise DMError(f"{name}: a size of {size:g} is not between 0 and {largest}.")
    return int(size)


@dm_function(
    "image MedianFilter(image img, number kernelType, number size)",
    "SEEN 3 f, SDK",
    f"kernel types {KERNELS}; window 2 size + 1; the border repeats its pixels",
)
def median_filter(call, img, kernel_type, size):
    """Median of the neighbourhood; size 1 is a 3 x 3 window."""
    offsets = kernel_offsets(kernel_type, _half_size("MedianFilter", size, 20))
    plane = _plane("MedianFilter", img)
    filtered = np.empty_like(plane)
    rows = max(1, BAND // (plane.shape[1] * len(offsets)))
    reach = max(abs(y) for y, _ in offsets)
    for top in range(0, plane.shape[0], rows):  # in bands: a large window of a large image would not fit into memory
        bottom = min(top + rows, plane.shape[0])
        first, last = max(top - reach, 0), min(bottom + reach, plane.shape[0])
        band = np.median(neighbours(plane[first:last], offsets), axis=0)
        filtered[top:bottom] = band[top - first : bottom - first]
    return _like(img, filtered)


@dm_function(
    "image RankFilter(image img, number rank, number kernelType, number size)",
    "SEEN 2 f",
    f"rank 0 smallest, 1 median, 2 largest; kernel types {KERNELS}; size is the whole window, at most 5; "
    "pixels nearer to the border than half a window are left as they are",
)
def rank_filter(call, img, rank, kernel_type, size):
    if not 1 <= size <= 5:
        raise DMError(f"RankFilter: a size of {size:g} is not between 1 and 5.")
    if rank not in (0, 1, 2):
        raise DMError(f"RankFilter: rank {rank:g} is none of 0 (smallest), 1 (median), 2 (largest).")
    half = int(size) // 2
    plane = _plane("RankFilter", img)
    choose = (np.min, np.median, np.max)[int(rank)]
    filtered = choose(neighbours(plane, kernel_offsets(kernel_type, half)), axis=0)
    if half:
        untouched = np.ones(plane.shape, bool)
        untouched[half:-half, half:-half] = False
        filtered[untouched] = plane[untouched]
    return _like(img, filtered)


def weighted(plane, kernel):
    """Convolution: sum of the neighbourhood times the kernel turned by 180 degrees; the border repeats its pixels."""
    rows, columns = kernel.shape
    offsets = [(rows // 2 - y, columns // 2 - x) for y in range(rows) for x in range(columns)]
    return np.tensordot(kernel.ravel(), neighbours(plane, offsets), axes=1)


def _float_like(img, plane):
    new = Image(plane.reshape(img.pixels.shape).astype(np.float64 if img.type_code == 12 else np.float32), img.name)
    new.copy_calibrations_from(img)
    return new


@dm_function("image Convolution(image img, image kernel)", "SDK", "kernel below 7 x 7; the border repeats its pixels")
def convolution(call, img, kernel):
    if max(kernel.sizes) > 7:
        raise DMError(f"Convolution takes kernels of at most 7 x 7 pixels, not {kernel.sizes}.")
    return _float_like(img, weighted(_plane("Convolution", img), _plane("Convolution", kernel)))


FIXED_KERNELS = {
    "SmoothFilter": ("SEEN 4 f", [[1, 2, 1], [2, 4, 2], [1, 2, 1]], 16),
    "SharpenFilter": ("SEEN 1 f", [[-1, -1, -1], [-1, 9, -1], [-1, -1, -1]], 1),
    "LaplaceFilter": ("SEEN 1 f", [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]], 1),
}


def _fixed_filter(name, kernel):
    def run(call, img):
        return _float_like(img, weighted(_plane(name, img), kernel))

    return run


for _name, (_evidence, _kernel, _divisor) in FIXED_KERNELS.items():
    dm_function(f"image {_name}(image img)", _evidence, f"kernel {_kernel} / {_divisor}")(
        _fixed_filter(_name, np.array(_kernel) / _divisor)
    )


@dm_function("image SobelFilter(image img)", "SEEN 1 f", "root of the squared sums of both 3 x 3 Sobel kernels")
def sobel_filter(call, img):
    plane = _plane("SobelFilter", img)
    kernel = np.array([[1.0, 0, -1], [2, 0, -2], [1, 0, -1]])
    return _float_like(img, np.hypot(weighted(plane, kernel), weighted(plane, kernel.T)))


# -- maxima -----------------------------------------------------------------------------------------------------------


@dm_function(
    "number IUImageFindMax(image img, number top, number left, number bottom, number right, "
    "number &x, number &y, number subPixel)",
    "SEEN 1 f",
    "position counted from (width / 2, height / 2), as its one user takes it; subPixel: a parabola each way",
)
def find_maximum(call, img, top, left, bottom, right, x, y, sub_pixel):
    """Largest value within a rectangle and its distance from the centre of the image, right and down."""
    plane = _plane("IUImageFindMax", img)
    first_row, first_column = max(int(top), 0), max(int(left), 0)
    area = plane[first_row : max(int(bottom), 0), first_column : max(int(right), 0)]
    if area.size == 0:
        raise DMError(f"The rectangle ({top:g}, {left:g}, {bottom:g}, {right:g}) has no pixel of the image.")
    row, column = np.unravel_index(area.argmax(), area.shape)
    shift_x = _parabola(area[row], column) if sub_pixel else 0.0
    shift_y = _parabola(area[:, column], row) if sub_pixel else 0.0
    height, width = plane.shape
    x.set(first_column + column + shift_x - width / 2)
    y.set(first_row + row + shift_y - height / 2)
    return float(area[row, column])


def _parabola(line, peak):
    """Distance of the vertex of the parabola through a peak and its two neighbours from the peak."""
    if not 0 < peak < len(line) - 1:
        return 0.0
    before, at, after = line[peak - 1 : peak + 2]
    curvature = before - 2 * at + after
    return float((before - after) / (2 * curvature)) if curvature else 0.0


# -- morphology of binary images --------------------------------------------------------------------------------------

EIGHT = [(y, x) for y in (-1, 0, 1) for x in (-1, 0, 1) if (y, x) != (0, 0)]
NEIGHBOURS_GUESS = "a pixel is set or cleared when at least so many of its 8 neighbours differ from it"


def _binary(img, plane):
    new = Image(plane.reshape(img.pixels.shape), img.name)
    new.copy_calibrations_from(img)
    return new


def _set_pixels(img):
    if img.n_dimensions > 2 or img.is_rgb:
        raise DMError("Morphology takes a binary image of one or two dimensions.")
    return np.atleast_2d(img.pixels) != 0


def _dilated(plane, n):
    return plane | (neighbours(plane, EIGHT, "edge").sum(axis=0) >= max(n, 1))


def _eroded(plane, n):
    return plane & ~(neighbours(~plane, EIGHT, "edge").sum(axis=0) >= max(n, 1))


@dm_function("image MPDilate(image img, number neighbors)", "SDK", NEIGHBOURS_GUESS)
def dilate(call, img, neighbors):
    return _binary(img, _dilated(_set_pixels(img), neighbors))


@dm_function("image MPErode(image img, number neighbors)", "SDK", NEIGHBOURS_GUESS)
def erode(call, img, neighbors):
    return _binary(img, _eroded(_set_pixels(img), neighbors))


@dm_function("image MPOpen(image img, number neighbors)", "SDK", NEIGHBOURS_GUESS)
def opened(call, img, neighbors):
    """Erosion, then dilation."""
    return _binary(img, _dilated(_eroded(_set_pixels(img), neighbors), neighbors))


@dm_function("image MPClose(image img, number neighbors)", "SDK", NEIGHBOURS_GUESS)
def closed(call, img, neighbors):
    """Dilation, then erosion."""
    return _binary(img, _eroded(_dilated(_set_pixels(img), neighbors), neighbors))


@dm_function("image MPOutline(image img)", "SDK", "set pixels with an unset neighbour among 8")
def outline(call, img):
    plane = _set_pixels(img)
    return _binary(img, plane & ~_eroded(plane, 1))


@dm_function("image MPDistanceMap(image img)", "SDK", "steps to the nearest unset pixel, along rows and columns")
def distance_map(call, img):
    """How many erosions by 4 neighbours each set pixel outlasts, counting from 1."""
    plane = np.pad(_set_pixels(img), 1)
    steps = np.zeros(plane.shape, np.float32)
    while plane.any():
        steps += plane
        plane = plane & (neighbours(plane, kernel_offsets(2, 1)).sum(axis=0) == 5)
    found = Image(steps[1:-1, 1:-1].reshape(img.pixels.shape), img.name)
    found.copy_calibrations_from(img)
    return found


@dm_function("image MPExactDistanceMap(image img)", "SDK", "Euclidean distance to the nearest unset pixel")
@dm_function("image MPEuclideanDistanceMap(image img)", "SDK", "Euclidean distance to the nearest unset pixel")
def euclidean_distance_map(call, img):
    """Distance of each set pixel to the nearest unset one; beyond the border everything is unset."""
    plane = np.pad(_set_pixels(img), 1)
    squared = _squared_distance(_squared_distance(np.where(plane, np.inf, 0.0).T).T)
    found = Image(np.sqrt(squared[1:-1, 1:-1]).astype(np.float32).reshape(img.pixels.shape), img.name)
    found.copy_calibrations_from(img)
    return found


def _squared_distance(field):
    """Each row's smallest value of field[k] + (j - k)^2 over k."""
    width = field.shape[1]
    gaps = (np.arange(width)[:, None] - np.arange(width)[None, :]) ** 2.0
    return np.array([(row[None, :] + gaps).min(axis=1) for row in field])
