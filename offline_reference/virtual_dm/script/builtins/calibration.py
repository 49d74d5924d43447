"""Calibration of dimensions and of the intensity: value = (index - origin) * scale, in units."""

from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.images import Calibration
from offline_reference.virtual_dm.registry import dm_function

PLAIN_ORIGIN = "in units or in pixels: switch plain_origin"


def _calibration(img, dimension):
    if not 0 <= dimension < img.n_dimensions:
        raise DMError(f"The image has dimensions 0 to {img.n_dimensions - 1}, not {dimension:g}.")
    return img.calibrations[int(dimension)]


def _format(call):
    return 0 if call.switches.plain_origin == "units" else 1


@dm_function("number ImageGetDimensionScale(image img, number dimension)", "SEEN 30 f, SDK")
def get_scale_of(call, img, dimension):
    return _calibration(img, dimension).scale


@dm_function(
    "void ImageSetDimensionScale(image img, number dimension, number scale)",
    "SEEN 19 f, SDK",
    "an origin in units stays where it is in pixels",
)
def set_scale_of(call, img, dimension, scale):
    _calibration(img, dimension).scale = scale


@dm_function("number ImageGetDimensionOrigin(image img, number dimension)", "SEEN 3 f, SDK", PLAIN_ORIGIN)
def get_origin_of(call, img, dimension):
    return _calibration(img, dimension).origin_in_format(_format(call))


@dm_function("void ImageSetDimensionOrigin(image img, number dimension, number origin)", "SEEN 12 f, SDK", PLAIN_ORIGIN)
def set_origin_of(call, img, dimension, origin):
    _calibration(img, dimension).set_origin_in_format(origin, _format(call))


@dm_function("string ImageGetDimensionUnitString(image img, number dimension)", "SEEN 17 f, SDK")
def get_units_of(call, img, dimension):
    return _calibration(img, dimension).units


@dm_function("void ImageSetDimensionUnitString(image img, number dimension, string units)", "SEEN 19 f, SDK")
def set_units_of(call, img, dimension, units):
    _calibration(img, dimension).units = units


@dm_function("void ImageGetDimensionUnitInfo(image img, number dimension, string &unit, number &power)", "SDK")
def get_unit_info_of(call, img, dimension, unit, power):
    text, exponent = _calibration(img, dimension).unit_and_power
    unit.set(text)
    power.set(exponent)


@dm_function("void ImageSetDimensionUnitInfo(image img, number dimension, string unit, number power)", "SDK")
def set_unit_info_of(call, img, dimension, unit, power):
    _calibration(img, dimension).set_unit_and_power(unit, int(power))


@dm_function(
    "void ImageGetDimensionCalibration(image img, number dimension, number &origin, number &scale, string &units, "
    "number format)",
    "SEEN 11 f, SDK",
    "format 0: origin in units, 1: in pixels",
)
def get_calibration_of(call, img, dimension, origin, scale, units, calibration_format):
    calibration = _calibration(img, dimension)
    origin.set(calibration.origin_in_format(calibration_format))
    scale.set(calibration.scale)
    units.set(calibration.units)


@dm_function(
    "void ImageSetDimensionCalibration(image img, number dimension, number origin, number scale, string units, "
    "number format)",
    "SEEN 10 f, SDK",
    "format 0: origin in units, 1: in pixels",
)
def set_calibration_of(call, img, dimension, origin, scale, units, calibration_format):
    calibration = _calibration(img, dimension)
    calibration.scale, calibration.units = scale, units
    calibration.set_origin_in_format(origin, calibration_format)


@dm_function(
    "void ImageCopyCalibrationFrom(image img, image source)",
    "SEEN 21 f, SDK",
    "as many dimensions as both have",
)
def copy_calibration_from(call, img, source):
    img.copy_calibrations_from(source)


# -- the first two dimensions -----------------------------------------------------------------------------------------


def _xy(img):
    """Calibrations of x and y; a 1D image has an uncalibrated y."""
    return img.calibrations[0], img.calibrations[1] if img.n_dimensions > 1 else Calibration()


@dm_function("void GetScale(image img, number &x, number &y)", "SEEN 17 f, SDK")
def get_scale(call, img, x, y):
    for reference, calibration in zip((x, y), _xy(img), strict=True):
        reference.set(calibration.scale)


@dm_function("void SetScale(image img, number x, number y)", "SEEN 15 f, SDK")
def set_scale(call, img, x, y):
    for scale, calibration in zip((x, y), _xy(img), strict=True):
        calibration.scale = scale


@dm_function("void GetOrigin(image img, number &x, number &y)", "SEEN 5 f, SDK", "in pixels")
def get_origin(call, img, x, y):
    for reference, calibration in zip((x, y), _xy(img), strict=True):
        reference.set(calibration.origin)


@dm_function("void SetOrigin(image img, number x, number y)", "SEEN 6 f, SDK", "in pixels")
def set_origin(call, img, x, y):
    for origin, calibration in zip((x, y), _xy(img), strict=True):
        calibration.origin = origin


@dm_function("string GetUnitString(image img)", "SEEN 10 f", "of x")
def get_unit_string(call, img):
    return img.calibrations[0].units


@dm_function("void GetUnitString(image img, string &buffer)", "SDK", "of x")
def get_unit_string_into(call, img, buffer):
    buffer.set(img.calibrations[0].units)


@dm_function("void SetUnitString(image img, string units)", "SEEN 11 f, SDK", "of x and y")
def set_unit_string(call, img, units):
    for calibration in _xy(img):
        calibration.units = units


@dm_function("number GetUnitsH(image img, number x)", "SDK")
def get_units_h(call, img, x):
    """Calibrated value at a pixel position along x."""
    calibration = img.calibrations[0]
    return (x - calibration.origin) * calibration.scale


@dm_function("number GetUnitsV(image img, number y)", "SDK")
def get_units_v(call, img, y):
    """Calibrated value at a pixel position along y."""
    calibration = _xy(img)[1]
    return (y - calibration.origin) * calibration.scale


# -- intensity --------------------------------------------------------------------------------------------------------


@dm_function("number ImageGetIntensityScale(image img)", "SDK")
def get_intensity_scale(call, img):
    return img.intensity.scale


@dm_function("void ImageSetIntensityScale(image img, number scale)", "SEEN 3 f, SDK")
def set_intensity_scale(call, img, scale):
    img.intensity.scale = scale


@dm_function("number ImageGetIntensityOrigin(image img)", "SDK", "in counts")
def get_intensity_origin(call, img):
    return img.intensity.origin


@dm_function("void ImageSetIntensityOrigin(image img, number origin)", "SEEN 2 f, SDK", "in counts")
def set_intensity_origin(call, img, origin):
    img.intensity.origin = origin


@dm_function("string ImageGetIntensityUnitString(image img)", "SEEN 1 f, SDK")
def get_intensity_units(call, img):
    return img.intensity.units


@dm_function("void ImageSetIntensityUnitString(image img, string units)", "SEEN 8 f, SDK")
def set_intensity_units(call, img, units):
    img.intensity.units = units


@dm_function("void ImageGetIntensityUnitInfo(image img, string &unit, number &power)", "SDK")
def get_intensity_unit_info(call, img, unit, power):
    text, exponent = img.intensity.unit_and_power
    unit.set(text)
    power.set(exponent)


@dm_function("void ImageSetIntensityUnitInfo(image img, string unit, number power)", "SEEN 1 f, SDK")
def set_intensity_unit_info(call, img, unit, power):
    img.intensity.set_unit_and_power(unit, int(power))


@dm_function("number ImageIsDimensionCalibrationDisplayed(image img, number dimension)", "SEEN 1 f, SDK", "always 1")
def is_dimension_calibration_displayed(call, img, dimension):
    return 1


@dm_function("number ImageIsIntensityCalibrationDisplayed(image img)", "SDK", "always 1")
def is_intensity_calibration_displayed(call, img):
    return 1


@dm_function("void ImageSetDimensionCalibrationDisplayed(image img, number dimension, number on)", "SDK", "no effect")
def set_dimension_calibration_displayed(call, img, dimension, on):
    """Only how the axis is drawn."""


@dm_function("void ImageSetIntensityCalibrationDisplayed(image img, number on)", "SDK", "no effect")
def set_intensity_calibration_displayed(call, img, on):
    """Only how the intensity is drawn."""
