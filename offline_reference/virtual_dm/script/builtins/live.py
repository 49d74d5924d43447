"""Images that DM keeps up to date with a display: profile, transform, histogram; here made once."""

import numpy as np

from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.images import Image
from offline_reference.virtual_dm.registry import dm_function
from offline_reference.virtual_dm.script.builtins.fourier import real_fft, reduced_fft
from offline_reference.virtual_dm.script.builtins.geometry import extract_line_profile
from offline_reference.virtual_dm.script.builtins.statistics import real_values

ONCE = "made once and shown, not kept up to date"


def _area(display, roi):
    """The part of a display's image that a ROI covers, or all of it."""
    bounds = roi.bounds if roi is not None else None
    if bounds is None:
        return display.image
    top, left, bottom, right = (int(edge) for edge in bounds)
    return display.image.rectangle(top, left, bottom, right)


@dm_function("image NewLiveFFT(imagedisplay display, roi? roi, number reduce)", "SEEN 1 f, SDK", ONCE)
def new_live_fft(call, display, roi, reduce):
    spectrum = (reduced_fft if reduce else real_fft)(call, _area(display, roi))
    call.workspace.show(spectrum)
    return spectrum


@dm_function(
    "image NewLiveProfile(imagedisplay display, number startX, number startY, number endX, number endY, number width)",
    "SEEN 1 f, SDK",
    ONCE,
)
def new_live_profile(call, display, *line):
    profile = extract_line_profile(call, display.image, *line)
    call.workspace.show(profile)
    return profile


@dm_function("image NewLiveHistogram(imagedisplay display, roi? roi, number channels)", "SDK", ONCE)
def new_live_histogram(call, display, roi, channels):
    if not 1 <= channels <= 2**20:
        raise DMError(f"A histogram of {channels:g} channels cannot be made.")
    values = real_values(_area(display, roi))
    values = values[np.isfinite(values)]
    if not values.size:
        raise DMError("NewLiveHistogram: no pixel of the area is a finite number.")
    counts, _ = np.histogram(values, bins=int(channels))
    histogram = Image(counts.astype(np.float32), "Histogram of " + display.image.name)
    histogram.calibrations[0].scale = float(values.max() - values.min()) / channels or 1.0
    call.workspace.show(histogram)
    return histogram


@dm_function(
    "image ImageCircularHoughTransform(image img, number radius, number a, number b)",
    "SEEN 1 f",
    "counts of the image on a circle of the radius about each pixel; a and b are ignored",
)
def circular_hough(call, img, radius, a, b):
    plane = real_values(img)
    if plane.ndim != 2 or not 0 < radius < max(plane.shape):
        raise DMError("ImageCircularHoughTransform takes a 2D image and a radius within it.")
    n_points = int(np.ceil(2 * np.pi * radius))
    angles = 2 * np.pi * np.arange(n_points) / n_points
    steps = {(int(round(radius * np.sin(t))), int(round(radius * np.cos(t)))) for t in angles}
    reach = int(np.ceil(radius)) + 1
    padded = np.pad(plane, reach)
    height, width = plane.shape
    total = sum(padded[reach + y : reach + y + height, reach + x : reach + x + width] for y, x in sorted(steps))
    return total.astype(np.float32)
