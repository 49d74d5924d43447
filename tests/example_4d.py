"""A small calibrated 4D dataset of unequal sizes, and DM files with more than one image in them."""
import numpy as np

from offline_reference.files import Axis

SIZES = {"v": 5, "u": 6, "y": 7, "x": 8}
AXES = {
    "v": Axis("v", 5, 0.25, -0.5, "1/nm"),
    "u": Axis("u", 6, 0.125, -0.375, "1/nm"),
    "y": Axis("y", 7, 0.5, 10.0, "nm"),
    "x": Axis("x", 8, 2.0, -3.0, "nm"),
}
UNCALIBRATED = {name: Axis(name, size) for name, size in SIZES.items()}
INSTRUMENT = {"voltage_kv": 200.0, "convergence_mrad": 1.5}


def pixels_4d(order="vuyx", dtype=np.uint16, seed=0):
    """Poisson counts of about 3, in the order asked for; every value is exact in every type."""
    shape = tuple(SIZES[name] for name in order)
    return np.random.default_rng(seed).poisson(3, shape).astype(dtype)


def write_dm4_of_many(path, images):
    """A .dm4 of several images, as DigitalMicrograph saves survey images with the data.

    Parameters
    ----------
    images : list of (name, pixels, tags)
        uint8 pixels with a last axis of 4 are RGB.
    """
    from nionswift_plugin.DM_IO import dm3_image_utils

    image_list = []
    for name, pixels, tags in images:
        data = dm3_image_utils.ndarray_to_imagedatadict(pixels)
        n_dimensions = len(data["Dimensions"])
        data["Calibrations"] = {
            "Dimension": [{"Origin": 0.0, "Scale": 1.0, "Units": ""} for _ in range(n_dimensions)],
            "Brightness": {"Origin": 0.0, "Scale": 1.0, "Units": ""},
        }
        image_list.append({"ImageData": data, "ImageTags": tags, "Name": name})
    with open(path, "wb") as stream:
        dm3_image_utils.parse_dm3.dm_write_header(stream, 4, {"ImageList": image_list, "InImageMode": True})
