"""4D .dm4 files, through nionswift-io."""
from pathlib import Path

import numpy as np

from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.unfold import sizes_of

from .whole import whole_file

WRITABLE = ("uint8", "int16", "uint16", "int32", "uint32", "float32", "float64")


def write_dm4(path, pixels, order, axes, instrument=None, overwrite=False):
    """Write 4D pixels as DigitalMicrograph stores them.

    The tag `Meta Data:Data Order Swapped` says which order it is; voltage and convergence
    angle go where DigitalMicrograph keeps them (in volt, and in mrad under EELS).

    Parameters
    ----------
    path : str or Path
        Ends in .dm4 or .dm3.
    pixels : ndarray, 4D in ``order``
        Of a type that DigitalMicrograph has: uint8, int16, uint16, int32, uint32, float32, float64.
    order : "vuyx" or "yxvu"
    axes : dict of Axis
        Under the keys "v", "u", "y", "x".
    instrument : dict, optional
        "voltage_kv", "convergence_mrad", "camera_length_mm" as far as known.
    overwrite : bool
        Replace a file that is there.
    """
    path = Path(path)
    if path.suffix.lower() not in (".dm4", ".dm3"):
        raise RefusedError("'{}' cannot be written as a DigitalMicrograph file: end its name in .dm4.".format(path))
    sizes_of(pixels, order)
    if pixels.dtype.name not in WRITABLE:
        raise RefusedError("DigitalMicrograph has no pixels of type {}, so '{}' cannot be written: convert them to one "
                           "of {}.".format(pixels.dtype, path, ", ".join(WRITABLE)))
    data_and_metadata, dm_images, calibration = _nion()
    image = data_and_metadata.new_data_and_metadata(
        _as_nion_writes_it(pixels),
        data_descriptor=data_and_metadata.DataDescriptor(False, 2, 2),
        dimensional_calibrations=[
            calibration(axes[name].offset, axes[name].scale, axes[name].units) for name in order],
        metadata=_tags(order, instrument or {}))
    with whole_file(path, overwrite) as unfinished, open(unfinished, "wb") as stream:
        dm_images.save_image(image, stream, 4 if path.suffix.lower() == ".dm4" else 3)


def _nion():
    try:
        from nion.data import DataAndMetadata
        from nion.data.Calibration import Calibration
        from nionswift_plugin.DM_IO import dm3_image_utils
    except ImportError as error:
        raise RefusedError("writing .dm4 needs the package nionswift-io, which is not installed: pip install "
                           "nionswift-io") from error
    return DataAndMetadata, dm3_image_utils, Calibration


def _as_nion_writes_it(pixels):
    """Native byte order; nionswift-io takes uint8 for colours and writes what NumPy calls int8 as DM's uint8."""
    pixels = np.asarray(pixels, dtype=pixels.dtype.newbyteorder("="))
    return pixels.view(np.int8) if pixels.dtype == np.uint8 else pixels


def _tags(order, instrument):
    tags = {"Meta Data": {"Data Order Swapped": order == "yxvu", "Format": "Diffraction image"}}
    microscope = {}
    if "voltage_kv" in instrument:
        microscope["Voltage"] = 1e3 * float(instrument["voltage_kv"])
    if "camera_length_mm" in instrument:
        microscope["STEM Camera Length"] = float(instrument["camera_length_mm"])
    if microscope:
        tags["Microscope Info"] = microscope
    if "convergence_mrad" in instrument:
        angle = float(instrument["convergence_mrad"])
        tags["EELS"] = {"Experimental Conditions": {"Convergence semi-angle (mrad)": angle}}
    return tags
