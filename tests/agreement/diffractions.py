"""A calibrated diffraction for the tests of commands, and a mask beside it."""
import numpy as np

from offline_reference.numerics.polar import radius_of_pixels
from offline_reference.virtual_dm.images import Calibration, Image

N_V, N_U = 24, 29
CENTRE = (12.6, 14.1)  # v, u [pixel]; half the size is (12, 14.5)


def diffraction(dtype=np.float32, scale_v=0.1):
    """Counts: a central disc, a halo, Friedel pairs of Bragg discs, and a dark peak."""
    radius = radius_of_pixels((N_V, N_U), CENTRE)
    pixels = 3000 * (radius < 2.6) + 300 * np.exp(-radius / 6)
    for step in ((0, 8), (7, 3), (-6, 6)):
        for sign in (1, -1):
            pixels += 900 * (radius_of_pixels((N_V, N_U), np.add(CENTRE, sign * np.array(step))) < 1.7)
    pixels[18:20, 9:11] *= 0.1
    image = Image(np.random.default_rng(0).poisson(pixels).astype(dtype), "Pattern")
    image.calibrations[0] = Calibration(14.5, 0.1, "1/nm")
    image.calibrations[1] = Calibration(12.0, scale_v, "1/nm")
    image.intensity = Calibration(0.0, 0.5, "e-")
    image.tags.set("Microscope:High Tension", "double", 300.0)
    return image


def mask():
    """A beam stop and some dead pixels; as many pixels as the diffraction."""
    good = np.ones((N_V, N_U), dtype=np.uint8)
    good[:13, 14] = 0
    good[20, 5] = 0
    return Image(good, "Good pixels")
