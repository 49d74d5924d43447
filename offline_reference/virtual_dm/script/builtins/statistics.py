"""Statistics of an image, a sub-area or an expression. Sums run in double precision whatever the pixel type (INF)."""

import numpy as np

from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.images import Image, luminance
from offline_reference.virtual_dm.registry import dm_function


def values(image):
    """Pixels as double (or double complex) numbers."""
    pixels = luminance(image.pixels) if image.is_rgb else image.pixels
    return pixels.astype(np.complex128 if image.is_complex else np.float64)


def real_values(image):
    """Pixels as double; the modulus of complex ones."""
    pixels = values(image)
    return np.abs(pixels) if image.is_complex else pixels


def _number(value):
    return complex(value) if np.iscomplexobj(value) else float(value)


@dm_function("number Sum(image img)", "SEEN 22 f", "added in double precision")
@dm_function("number ImageGetSum(image img)", "SEEN 1 f", "added in double precision")
@dm_function("number Integrate(image img)", "SEEN 1 f", "the same as Sum")
def total(call, img):
    return _number(values(img).sum())


@dm_function("number Mean(image img)", "SEEN 14 f", "added in double precision")
@dm_function("number Average(image img)", "SEEN 1 f", "the same as Mean")
@dm_function("number ImageGetMean(image img)", "RECALLED")
def mean(call, img):
    return _number(values(img).mean())


@dm_function("number Variance(image img)", "SEEN 2 f, SDK", "divided by n, not n - 1")
@dm_function("number GetVarianceFloat(image img)", "SDK", "the same as Variance")
@dm_function("number ImageGetVariance(image img)", "RECALLED", "the same as Variance")
def variance(call, img):
    return float(values(img).var())


@dm_function("number StandardDeviation(image img)", "RECALLED", "divided by n, not n - 1")
@dm_function("number ImageGetStandardDeviation(image img)", "RECALLED", "divided by n, not n - 1")
def standard_deviation(call, img):
    return float(values(img).std())


@dm_function("number MeanSquare(image img)", "SEEN 1 f, Supplement S1")
def mean_square(call, img):
    return float((real_values(img) ** 2).mean())


@dm_function("number RMS(image img)", "SEEN 1 f")
def rms(call, img):
    """Root of the mean square."""
    return float(np.sqrt((real_values(img) ** 2).mean()))


@dm_function("number Median(image img)", "RECALLED", "mean of the two middle values for an even count")
def median(call, img):
    return float(np.median(real_values(img)))


@dm_function("number Max(image img)", "SEEN 33 f", "of complex pixels: the largest modulus")
@dm_function("number Maximum(image img)", "RECALLED")
@dm_function("number ImageGetMaximum(image img)", "SEEN 1 f")
def maximum(call, img):
    return float(real_values(img).max())


@dm_function("number Min(image img)", "SEEN 28 f", "of complex pixels: the smallest modulus")
@dm_function("number Minimum(image img)", "SEEN 2 f")
@dm_function("number ImageGetMinimum(image img)", "SEEN 1 f")
def minimum(call, img):
    return float(real_values(img).min())


@dm_function("number Max(image img, number &x, number &y)", "SEEN 33 f", "the first of several in reading order")
@dm_function("number ImageGetMaximum(image img, number &x, number &y)", "RECALLED", "the first in reading order")
@dm_function("number Maximum(image img, number &x, number &y)", "RECALLED", "the first in reading order")
def maximum_at(call, img, x, y):
    """Largest value and its position, pixels from 0."""
    return _extreme_at(img, np.argmax, x, y)


@dm_function("number Min(image img, number &x, number &y)", "SEEN 28 f", "the first of several in reading order")
@dm_function("number Minimum(image img, number &x, number &y)", "RECALLED", "the first in reading order")
def minimum_at(call, img, x, y):
    """Smallest value and its position, pixels from 0."""
    return _extreme_at(img, np.argmin, x, y)


def _extreme_at(img, where, *references):
    pixels = real_values(img)
    place = np.unravel_index(where(pixels), pixels.shape)
    for reference, index in zip(references, (*place[::-1], 0, 0, 0), strict=False):
        reference.set(float(index))
    return float(pixels[place])


@dm_function("number Max(image img, number &x, number &y, number &z)", "RECALLED", "the first in reading order")
def maximum_at_3d(call, img, x, y, z):
    """Largest value of a 3D image and its position."""
    return _extreme_at(img, np.argmax, x, y, z)


@dm_function("number Min(image img, number &x, number &y, number &z)", "RECALLED", "the first in reading order")
def minimum_at_3d(call, img, x, y, z):
    """Smallest value of a 3D image and its position."""
    return _extreme_at(img, np.argmin, x, y, z)


@dm_function("void MinMax(image img, number &low, number &high)", "SEEN 6 f")
@dm_function("void GetEstimatedMinMax(image img, number &low, number &high)", "SDK", "exact, not estimated")
def minmax(call, img, low, high):
    pixels = real_values(img)
    low.set(float(pixels.min()))
    high.set(float(pixels.max()))


@dm_function(
    "void ImageCalculateMinMax(image img, number technique, number complexMode, number &low, number &high)",
    "SDK",
    "technique and complex mode are ignored: smallest and largest value, modulus of complex pixels",
)
def image_calculate_minmax(call, img, technique, complex_mode, low, high):
    minmax(call, img, low, high)


@dm_function("void ImageGetMeanAndVariance(image img, number &mean, number &variance)", "SEEN 1 f", "divided by n")
def mean_and_variance(call, img, mean, variance):
    pixels = real_values(img)
    mean.set(float(pixels.mean()))
    variance.set(float(pixels.var()))


@dm_function(
    "number ImageUtilities_MeanAndVariance(image img, image mask, number &mean, number &variance)",
    "SDK",
    "over pixels whose mask is not zero; returns how many",
)
def masked_mean_and_variance(call, img, mask, mean, variance):
    inside = real_values(mask) != 0
    if inside.shape != img.pixels.shape:
        raise DMError(f"The mask has {mask.sizes} pixels and the image {img.sizes}: they must be of one size.")
    if inside.any():
        pixels = real_values(img)[inside]
        mean.set(float(pixels.mean()))
        variance.set(float(pixels.var()))
    return int(inside.sum())


@dm_function("number DotProduct(image a, image b)", "SEEN 2 f")
def dot_product(call, a, b):
    """Sum of the products, pixel by pixel."""
    if a.pixels.size != b.pixels.size:
        raise DMError(f"DotProduct needs images of one size, not {a.sizes} and {b.sizes}.")
    return _number((values(a).ravel() * values(b).ravel()).sum())


@dm_function(
    "void ImageCalculateHistogram(image img, image histogram, number complexMode, number low, number high)",
    "SDK + SEEN 2 f",
    "equal channels from low to high; high belongs to the last channel, values outside to none",
)
def histogram_with_mode(call, img, histogram, complex_mode, low, high):
    fill_histogram(call, img, histogram, low, high)


@dm_function(
    "void ImageCalculateHistogram(image img, image histogram, number low, number high)",
    "SEEN 1 f",
    "equal channels from low to high; high belongs to the last channel, values outside to none",
)
def fill_histogram(call, img, histogram, low, high):
    """Counts of pixels between low and high, in as many channels as the histogram image has pixels."""
    if not -np.inf < low < high < np.inf:
        raise DMError(f"A histogram from {low:g} to {high:g} has no width: the upper limit must be the larger one.")
    counts, _ = np.histogram(real_values(img), bins=histogram.pixels.size, range=(low, high))
    histogram.pixels[...] = counts.reshape(histogram.pixels.shape)


@dm_function("image Project(image img, number dimension)", "SEEN 2 f", "the dimension disappears from the result")
def project(call, img, dimension):
    """Sum along one dimension."""
    axis = img.n_dimensions - 1 - int(dimension)
    if not 0 <= axis < img.n_dimensions or img.n_dimensions == 1:
        raise DMError(f"An image of {img.n_dimensions} dimensions cannot be projected along dimension {dimension:g}.")
    projected = Image(values(img).sum(axis=axis).astype(_sum_type(img)), img.name)
    kept = [calibration for d, calibration in enumerate(img.calibrations) if d != int(dimension)]
    projected.calibrations = kept
    return projected


def _sum_type(img):
    kept = img.pixels.dtype in (np.float64, np.complex64, np.complex128)
    return img.pixels.dtype if kept else np.float32
