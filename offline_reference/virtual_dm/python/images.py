"""Py_Image: an image's live pixels, name, calibration; what CreateImage takes and refuses."""
import numpy as np

from offline_reference.virtual_dm.errors import DMError, NotSimulated
from offline_reference.virtual_dm.images import CODE_OF_DTYPE, MOST_DIMENSIONS, Image
from offline_reference.virtual_dm.python.checks import DOCUMENT, Proxy, checked, unit_text

CREATABLE = tuple(dtype for dtype in CODE_OF_DTYPE if dtype.kind in "iufc" and dtype.name not in ("int64", "uint64"))
CONVERSIONS = {"bool": np.uint8, "uint64": np.uint32, "float16": np.float32}


class Py_Image(Proxy):
    """A counted reference to an image; ``Py_Image(array)`` makes one from an array and shows it."""

    def __init__(self, array):
        super().__init__(image_of_array(array, self._workspace))
        self._workspace.show(self._thing)

    # -- pixels -------------------------------------------------------------------------------------------------------

    def GetNumArray(self):
        """The image's own memory as NumPy sees it: axes reversed, writable."""
        return array_of_image(self._thing, self._workspace)

    def UpdateImage(self):
        self._thing.n_updates += 1

    def GetDataType(self):
        return self._thing.type_code

    def GetImgWidth(self):
        return self._thing.sizes[0]

    def GetImgHeight(self):
        return _size(self._thing, 1)

    def GetImgDepth(self):
        return _size(self._thing, 2)

    def GetNumDimensions(self):
        return self._thing.n_dimensions

    @checked
    def GetDimensionSize(self, dimension: int):
        return _size(self._thing, dimension)

    # -- identity -----------------------------------------------------------------------------------------------------

    def GetID(self):
        return self._workspace.id_of(self._thing)

    def GetLabel(self):
        return self._workspace.label_of(self._thing)

    def GetName(self):
        return self._thing.name

    @checked
    def SetName(self, name: str):
        self._thing.name = name
        for display in self._thing.displays:
            document = display.image_document
            document.name = document.window.title = name

    @checked
    def SetDescriptionText(self, description: str):
        self._thing.description = description

    def IsValid(self):
        return not self._thing.is_deleted

    def GetTagGroup(self):
        return self._door.proxy("Py_TagGroup", self._thing.tags)

    # -- calibration --------------------------------------------------------------------------------------------------

    @checked
    def GetDimensionCalibration(self, dimension: int, calibrationFormat: int):
        """(origin, scale, unit); origin is the first pixel's value (format 0) or the index of zero (format 1)."""
        calibration = _calibration(self._thing, dimension)
        origin = calibration.origin_in_format(calibrationFormat)
        return origin, calibration.scale, unit_text(calibration.units, self._switches)

    @checked
    def SetDimensionCalibration(
        self, dimenstion: int, origin: float, scale: float, unitString: str, calibrationFormat: int
    ):
        calibration = _calibration(self._thing, dimenstion)
        calibration.scale, calibration.units = scale, unitString
        calibration.set_origin_in_format(origin, calibrationFormat)

    @checked
    def GetDimensionOrigin(self, dimension: int):
        return _calibration(self._thing, dimension).origin_in_format(self._plain_format())

    @checked
    def SetDimensionOrigin(self, dimension: int, origin: float):
        _calibration(self._thing, dimension).set_origin_in_format(origin, self._plain_format())

    @checked
    def GetDimensionScale(self, dimension: int):
        return _calibration(self._thing, dimension).scale

    @checked
    def SetDimensionScale(self, dimension: int, scale: float):
        _calibration(self._thing, dimension).scale = scale

    @checked
    def GetDimensionUnitString(self, dimension: int):
        return unit_text(_calibration(self._thing, dimension).units, self._switches)

    @checked
    def SetDimensionUnitString(self, dimension: int, units: str):
        _calibration(self._thing, dimension).units = units

    @checked
    def GetDimensionUnitInfo(self, dimension: int):
        """(unit, power): "1/nm" is ("nm", -1)."""
        unit, power = _calibration(self._thing, dimension).unit_and_power
        return unit_text(unit, self._switches), power

    @checked
    def SetDimensionUnitInfo(self, dimension: int, canon_units_in: str, power_in: int):
        _calibration(self._thing, dimension).set_unit_and_power(canon_units_in, power_in)

    def GetIntensityOrigin(self):
        return self._thing.intensity.origin

    @checked
    def SetIntensityOrigin(self, origin: float):
        self._thing.intensity.origin = origin

    def GetIntensityScale(self):
        return self._thing.intensity.scale

    @checked
    def SetIntensityScale(self, scale: float):
        self._thing.intensity.scale = scale

    def GetIntensityUnitString(self):
        return unit_text(self._thing.intensity.units, self._switches)

    @checked
    def SetIntensityUnitString(self, units: str):
        self._thing.intensity.units = units

    def GetIntensityUnitInfo(self):
        unit, power = self._thing.intensity.unit_and_power
        return unit_text(unit, self._switches), power

    @checked
    def SetIntensityUnitInfo(self, canon_units_in: str, power_in: int):
        self._thing.intensity.set_unit_and_power(canon_units_in, power_in)

    @checked
    def SetIntensityCalibrationDisplayed(self, do_display: bool):
        for display in self._thing.displays:
            display.settings["SetIntensityCalibrationDisplayed"] = do_display

    # -- windows and files --------------------------------------------------------------------------------------------

    def ShowImage(self):
        return self._door.proxy("Py_Window", self._workspace.show(self._thing).window)

    def FindNextImage(self):
        return self._door.proxy("Py_Image", self._workspace.next_image(self._thing))

    def CountImageDisplays(self):
        return len(self._thing.displays)

    @checked
    def GetImageDisplay(self, index: int):
        displays = self._thing.displays
        if not 0 <= index < len(displays):
            raise DMError(
                f"Image {self._thing.name!r} has {len(displays)} displays, so there is none of number {index}: "
                "an image has displays after ShowImage()."
            )
        return self._door.proxy("Py_ImageDisplay", displays[index])

    @checked
    def GetImageDisplayInImageDocument(self, imgDoc: DOCUMENT, index: int):
        displays = [display for display in imgDoc.displays if display.image is self._thing]
        return self._door.proxy("Py_ImageDisplay", displays[index] if 0 <= index < len(displays) else None)

    @checked
    def CreateImageDisplay(self, displayType: int):
        document = self._workspace.document_for(self._thing)
        return self._door.proxy("Py_ImageDisplay", document.add_image(self._thing, displayType))

    def GetOrCreateImageDocument(self):
        return self._door.proxy("Py_ImageDocument", self._workspace.document_for(self._thing))

    def Save(self):
        if not self._thing.file:
            raise DMError(f"Image {self._thing.name!r} has no file yet: save it with SaveAsGatan(path).")
        self._workspace.save_image(self._thing, self._thing.file)

    @checked
    def SaveImage(self, file_path: str):
        self._workspace.save_image(self._thing, file_path)

    @checked
    def SaveAsGatan(self, file_path: str):
        self._workspace.save_image(self._thing, file_path, "Gatan Format")

    @checked
    def SaveAsGatan3(self, file_path: str):
        self._workspace.save_image(self._thing, file_path, "Gatan 3 Format")

    def _plain_format(self):
        return 0 if self._switches.plain_origin == "units" else 1


def array_of_image(image, workspace):
    """A writable view of the image's memory; refuses the types of which nobody knows what DM gives."""
    if image.is_rgb:
        workspace.stop(NotSimulated(
            "GetNumArray of an RGB image is not simulated, because what DM gives is not known: split it with "
            "DM-script's red(), green() and blue()."
        ))
    pixels = image.pixels.view()
    if image.is_binary and workspace.switches.binary_array == "uint8":
        pixels = pixels.view(np.uint8)
    if image.n_dimensions == 1 and workspace.switches.one_dimensional_array == "(1, n)":
        pixels = pixels.reshape(1, -1)
    return pixels


def image_of_array(array, workspace):
    """An Image of what CreateImage was given.

    Raises
    ------
    DMError
        For all that DM is known or suspected not to take: see ``_objection``.
    """
    switches = workspace.switches
    if switches.unusual_types == "converted" and type(array) is np.ndarray and array.dtype.name in CONVERSIONS:
        array = array.astype(CONVERSIONS[array.dtype.name], order="C")
    objection = _objection(array, switches)
    if objection:
        raise DMError(f"CreateImage cannot take this array: {objection}.")
    workspace.refuse_too_large(array.shape, array.itemsize)
    if array.dtype == np.int64:  # allowed by a switch: what was int32 on Windows
        return Image(array.astype(np.int32))
    return Image(array if switches.create_image == "shares" else array.copy(order="C"))


def _objection(array, switches):
    """Why CreateImage refuses, with the cure; "" if it does not."""
    if type(array) is not np.ndarray:
        return f"it is a {type(array).__name__}, not a numpy.ndarray; pass numpy.array(...) of it"
    if not 1 <= array.ndim <= MOST_DIMENSIONS or array.size == 0:
        return f"its shape is {array.shape}, and an image has 1 to {MOST_DIMENSIONS} dimensions, none of them empty"
    if array.dtype == np.int64 and switches.default_integers == "int64":
        return (
            "its type is int64, which DM has never been seen to take; pass array.astype(numpy.int32). Integers without "
            "a type are int64 here and int32 in DM on Windows: the switch default_integers=int32 imitates that"
        )
    known = array.dtype in CREATABLE or array.dtype == np.int64
    if not known or not array.dtype.isnative:
        return (
            f"its type is {array.dtype}; pass array.astype(...) with one of "
            f"{', '.join(dtype.name for dtype in CREATABLE)}"
        )
    if not array.flags.c_contiguous:
        return "its memory is not in C order; pass array.copy(order='C')"
    if not array.flags.owndata and not (switches.array_of_an_image == "taken" and _is_whole(array)):
        return "it is a view of other memory and does not own its data; pass array.copy(order='C')"
    return ""


def _is_whole(array):
    """Whether an array owns its memory, or is all of the memory that it is a view of."""
    return array.flags.owndata or (array.base is not None and getattr(array.base, "nbytes", None) == array.nbytes)


def _size(image, dimension):
    return image.sizes[dimension] if 0 <= dimension < image.n_dimensions else 1


def _calibration(image, dimension):
    if not 0 <= dimension < image.n_dimensions:
        raise DMError(
            f"Image {image.name!r} has dimensions 0 to {image.n_dimensions - 1} (0 is x), so there is no {dimension}."
        )
    return image.calibrations[dimension]
