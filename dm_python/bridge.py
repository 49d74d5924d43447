"""Pixels in, windows out: the one file that names DigitalMicrograph.

four_d, stack                 the front image, or any image by name or ID, as arrays with their calibration
stack_of_same_run             the other stack of one analysis
show_diffractions, show_maps  stacks of planes as DM windows
show_image, show_curve        one picture, or curves
show_4d                       4D data, such as simulated ones
ask                           one dialog with remembered values
progress                      progress window, a line in Results now and then, and the cancel keys
menu                          runs a command: an error becomes one message in Results, the traceback below it

Arrays are in NumPy's order, slowest axis first: (v, u, y, x) or (y, x, v, u) for 4D data, which DM calls
(x, y, u, v) and (u, v, x, y). Nothing here keeps a DM image in a global: DM would never free its memory.
"""
import json
import time
import traceback
import zlib
from collections import namedtuple

import numpy as np

from offline_reference import __version__
from offline_reference.numerics.axis_order import WORDS, decide, from_planned_scan, from_tag, from_units
from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.memory import refuse_if_too_large
from offline_reference.numerics.unfold import sizes_of
from offline_reference.numerics.units import kind_of

from . import dialog, pictures
from .cropping import bin_calibration, bin_detector, bin_mask, crop, crop_calibration, rectangle_in, working_type
from .text import ascii_text, ascii_units, script_text

TAGS = "NMF 4D-STEM"  # where our values live among DM's application-wide tags
RUN = TAGS + ":Run"  # in an image's tags
FIRST_PIXEL = 0  # calibration format in which the origin is the first pixel's value
RASTER, LINE_PLOT, SCALE_BAR = 1, 3, 31
COMPLEX, RGB = (3, 5, 13, 27, 28), (8, 23)
WINDOW_SECONDS, RESULTS_SECONDS, KEY_SECONDS = 0.3, 5.0, 0.2
#: tags that say how the data were recorded; the rest speaks of axes that a result no longer has
CARRIED_TAGS = ("Microscope Info", "Session Info", "Acquisition", "EELS", "Processing",
                "Processing ({})".format(TAGS))
INSTRUMENT_TAGS = (
    ("voltage_kv", ("Microscope Info:Voltage",), 1e-3),
    ("convergence_mrad", ("EELS:Experimental Conditions:Convergence semi-angle (mrad)",
                          "EELS:Convergence semi-angle (mrad)"), 1.0),
)

Source = namedtuple("Source", "pixels order calibration name image_id mask warnings record region binning instrument")
Source.__new__.__defaults__ = (None, 1, {})
Source.__doc__ = """4D pixels of a DM image, ready to be analysed.

pixels : ndarray, 4D in `order`, a working copy of its own. [counts]
order : "vuyx" or "yxvu"
calibration : dict, "v", "u", "y", "x" -> (value of the first pixel, step, units)
name, image_id : of the DM image
mask : ndarray of bool, shape (n_v, n_u), True = good; or None
warnings : list of str, what a user should know
record : dict of what was read and how, for the tags of results
region : {"scan": (top, left, bottom, right), "detector": ...} of the image that was read; binning : of its detector
instrument : dict, "voltage_kv" and "convergence_mrad" where the image's tags say so
"""

Source3D = namedtuple("Source3D", "planes calibration name image_id record")
Source3D.__doc__ = """A stack of planes (n, h, w) of a DM image; calibration "n", "h", "w" -> (origin, step, units)."""


class Cancelled(RefusedError):
    """The user pressed Cancel in a dialog: nothing is wrong, and nothing is done."""


class _Module:
    """DM's module, looked up at each use, so that commands can be imported and read where there is no DM."""

    def __getattr__(self, name):
        try:
            import DigitalMicrograph
        except ImportError as error:
            raise RefusedError(
                "there is no DigitalMicrograph here: this command fetches and shows images of DM (GMS 3.4 or later). "
                "At a desk use `dm-nmf`, or offline_reference.numerics on arrays.") from error
        return getattr(DigitalMicrograph, name)


DM = _Module()


# -- images in --------------------------------------------------------------------------------------------------------


def four_d(image=None, order=None, roi=True, binning=1, mask=None, dtype=None):
    """Fetch a 4D image.

    Parameters
    ----------
    image : None, str, int or DM image
        The front image, or one by its name or ID.
    order : "vuyx" or "yxvu", optional
        By default as the tag `Meta Data:Data Order Swapped` says, else the units, else a dialog asks.
    roi : bool, str, int, DM image or dict
        True: a rectangular ROI on the window (its displayed pair of axes) restricts the analysis. False: the whole
        image. Another image, by name or ID: the ROI drawn on it, a map or a diffraction (or a stack of them) of the
        size of the whole scan or detector. A dict {"scan": (top, left, bottom, right), "detector": (...)} says it in
        pixels.
    binning : int
        Sum so many by so many detector pixels.
    mask : None, str, int, DM image or ndarray, shape (n_v, n_u)
        Of the detector: 0 where a pixel is bad. Bad pixels are 0 in the copy, whatever they hold (NaN, negative).
    dtype : "float32" or "float64", optional
        Type of the working copy; by default the image's own.

    Returns
    -------
    Source

    Raises
    ------
    RefusedError
        If there is no such image, it is not 4D, or the working copy would not fit into memory.
    """
    found = find_image(image)
    name = ascii_text(found.GetName())
    _refuse_type(found, name)
    pixels = _array(found, name, 4)
    calibration = [_calibration(found, pixels.ndim - 1 - axis) for axis in range(4)]
    order, reason, warnings = _order(found, name, pixels.shape, calibration, order)
    calibration = dict(zip(order, calibration))
    n_v, n_u, n_y, n_x = sizes_of(pixels, order)
    rectangles, said = _rectangles(found, order, roi, {"scan": (n_y, n_x), "detector": (n_v, n_u)})
    record = {"Source": name, "Axis order": order, "Axis order from": reason}
    if said:
        record["ROI"] = said
    mask = None if mask is None else crop(_mask(mask, (n_v, n_u)), rectangles["detector"])
    view = crop(pixels, *_slow_and_fast(rectangles, order))
    calibration = crop_calibration(calibration, rectangles)
    wanted = working_type(view.dtype, binning, dtype)
    refuse_if_too_large(wanted.itemsize * view.size // int(binning) ** 2, "the working copy of '{}'".format(name))
    copy = bin_detector(view, order, binning, wanted)
    if binning > 1:
        record["Detector binning"] = int(binning)
        calibration, mask = bin_calibration(calibration, binning), bin_mask(mask, binning)
    if mask is not None:
        _zero_where_bad(copy, order, mask)
    return Source(copy, order, calibration, name, int(found.GetID()), mask, warnings + [said] * bool(said), record,
                  rectangles, int(binning), _instrument(found.GetTagGroup()))


def stack(image=None):
    """Fetch a stack of planes, or a single plane as a stack of one; ``image`` as in `four_d`. Returns a Source3D."""
    found = find_image(image)
    name = ascii_text(found.GetName())
    _refuse_type(found, name)
    planes = _array(found, name, 3, 2)
    calibration = [_calibration(found, planes.ndim - 1 - axis) for axis in range(planes.ndim)]
    if planes.ndim == 2:
        planes, calibration = planes[None], [(0.0, 1.0, "")] + calibration
    return Source3D(np.array(planes, order="C"), dict(zip("nhw", calibration)), name, int(found.GetID()),
                    {"Source": name})


def _zero_where_bad(pixels, order, mask):
    """Bad pixels never count; as 0 they cannot stop an analysis either, as NaN and negative counts do."""
    if order == "vuyx":
        pixels[~mask] = 0
    else:
        pixels[..., ~mask] = 0


def id_of_4d_image(image=None):
    """ID of a 4D image with counts, or RefusedError: asked before a dialog, so that no answers are given in vain."""
    found = find_image(image)
    name = ascii_text(found.GetName())
    _refuse_type(found, name)
    _refuse_dimensions(found, name, 4)
    return int(found.GetID())


def find_image(image=None):
    """The front DM image, or one by name, ID or itself; RefusedError says which there are."""
    if image is None:
        return _front_image()
    if hasattr(image, "GetNumArray"):
        return image
    if isinstance(image, str):
        return _only_one(_named(image), image)
    found = _find(image)
    if found is None:
        raise RefusedError("there is no image {!r}: {}.".format(image, _open_images()))
    return found


def stack_of_same_run(first, names):
    """The open stack with one of these names that one run of a command showed together with another.

    Two runs on the same data leave windows of the same names: their tags tell them apart.

    Parameters
    ----------
    first : Source3D
    names : list of str
        The first of them that an image has counts.

    Returns
    -------
    Source3D
    """
    name, found = next(((name, found) for name in names for found in [_named(name)] if found), (names[0], []))
    run = _run_of(find_image(first.image_id))
    runs = [_run_of(one) for one in found]
    if run and all(runs):  # all by dm_python, none by DM-script
        if found and run not in runs:
            raise RefusedError("'{}' is of another run than '{}', so its planes are of other components: run the "
                               "analysis again, or give both stacks.".format(name, first.name))
        found = [one for one, its_run in zip(found, runs) if its_run == run][:1]
    return stack(_only_one(found, name))


def _front_image():
    try:
        found = DM.GetFrontImage()
    except RefusedError:  # there is no DM
        raise
    except Exception:  # what DM raises without an image is written nowhere
        found = None
    if found is None:
        raise RefusedError("no image is open: open one, or click its window to bring it to the front.")
    return found


def _find(name_or_id):
    """A DM image, or None."""
    try:
        found = DM.FindImageByName(name_or_id) if isinstance(name_or_id, str) else DM.FindImageByID(int(name_or_id))
    except RuntimeError:
        return None
    return found if found is not None and found.IsValid() else None


def _named(name):
    """All open images of a name, or of its ASCII spelling, which our windows have; else the one of that ID."""
    found = [image for image in _first_images() if ascii_text(image.GetName()) == ascii_text(name)]
    if not found:  # an image in another workspace, or a number typed into a dialog
        found = [_find(name) or (_find(int(name)) if name.strip().isdecimal() else None)]
    return [image for image in found if image is not None]


def _only_one(found, name):
    if not found:
        raise RefusedError("there is no image {!r}: {}.".format(name, _open_images()))
    if len(found) > 1:
        raise RefusedError("{} open images are called '{}' (IDs {}): close or rename those that are not meant, or give "
                           "the ID.".format(len(found), ascii_text(name), ", ".join(str(one.GetID()) for one in found)))
    return found[0]


def _first_images():
    """The image of each open window."""
    documents = [DM.GetImageDocument(index) for index in range(DM.CountImageDocuments())]
    return [document.GetImage(0) for document in documents if document.CountImages()]


def _open_images():
    names = ["'{}' (ID {})".format(ascii_text(image.GetName()), image.GetID()) for image in _first_images()]
    return "open are " + ", ".join(names) if names else "no image is open"


def _refuse_type(image, name):
    if image.GetDataType() in RGB:
        raise RefusedError("'{}' is a colour image (RGB), and an analysis needs counts: choose the image that holds "
                           "them.".format(name))
    if image.GetDataType() in COMPLEX:
        raise RefusedError("'{}' is complex, and an analysis needs real counts: take its modulus first.".format(name))


def _array(image, name, *dimensions):
    """The image's own memory, slowest axis first."""
    _refuse_dimensions(image, name, *dimensions)
    return image.GetNumArray()


def _refuse_dimensions(image, name, *dimensions):
    n = image.GetNumDimensions()
    if n not in dimensions:
        raise RefusedError(
            "'{}' has {} dimension{} and this command needs {}D data: click the right window to bring it to the front, "
            "or give its name, then run again.".format(name, n, "s" * (n != 1), "D or ".join(map(str, dimensions))))


def _calibration(image, dimension):
    """(value of the first pixel, step, units in ASCII) of a DM dimension (0 is x)."""
    origin, scale, units = image.GetDimensionCalibration(dimension, FIRST_PIXEL)
    if not np.isfinite([origin, scale]).all() or scale == 0:
        return 0.0, 1.0, ""
    return float(origin), float(scale), ascii_units(units)


def _order(image, name, shape, calibration, asked):
    """The axis order, how it was decided (the caller, the tag, the units, else a dialog), and warnings."""
    tags = image.GetTagGroup()
    ok, swapped = tags.GetTagAsText("Meta Data:Data Order Swapped")  # some scripts write a number or a word
    evidence = from_tag(swapped if ok else None) + from_units([units for _, _, units in calibration])
    order, reason, warnings = decide(evidence, asked, name, "order=", "correct its tag or its units first")
    if order is None:
        planned = from_planned_scan(shape, _planned_scan(tags))
        order = _ask_order(name, shape[::-1], planned[0].order if planned else "vuyx")
        reason = "{} ({}), as chosen in the dialog".format(order, WORDS[order])
    return order, reason, warnings


def _ask_order(name, sizes, likely):
    """Ask which pair of axes is the scan; sizes as DM shows them, the likely order is the first choice."""
    choices = {"vuyx": "the first two, {} x {}".format(*sizes[:2]), "yxvu": "the last two, {} x {}".format(*sizes[2:])}
    likely_first = sorted(choices.values(), key=choices[likely].__ne__)
    answer = ask("axis order", "Axes of '{}'".format(name), [
        ("scan", "Of {} x {} x {} x {}, the scan is".format(*sizes), likely_first)], remember=False)
    if answer is None:
        raise Cancelled("the axis order of '{}' is not known.".format(name))
    return next(order for order in choices if choices[order] == answer["scan"])


def _planned_scan(tags):
    """(n_y, n_x) as DM planned the scan, or None."""
    sizes = [tags.GetTagAsLong("SI:Acquisition:Spatial Sampling:{} (pixels)".format(side)) for side in
             ("Height", "Width")]
    return tuple(size for _, size in sizes) if all(ok for ok, _ in sizes) else None


def _instrument(tags):
    """What the tags say of the microscope, in our units."""
    known = {}
    for name, paths, factor in INSTRUMENT_TAGS:
        for path in paths:
            ok, value = tags.GetTagAsDouble(path)
            if ok and 0 < value < np.inf and name not in known:
                known[name] = factor * value
    return known


def _slow_and_fast(rectangles, order):
    pairs = ("detector", "scan") if order == "vuyx" else ("scan", "detector")
    return [rectangles[pair] for pair in pairs]


def _rectangles(image, order, roi, sizes):
    """{"scan": (t, l, b, r), "detector": ...} to keep, and a sentence if that is not all."""
    if isinstance(roi, dict):
        chosen = roi
    elif roi is True:
        rectangle = _roi_rectangle(image)  # a 4D window shows DM's first two dimensions
        chosen = {} if rectangle is None else {"scan" if order == "vuyx" else "detector": rectangle}
    else:
        chosen = _drawn_elsewhere(find_image(roi), sizes) if roi not in (False, None) else {}
    unknown = set(chosen) - set(sizes)
    if unknown:
        raise RefusedError("a region is given for 'scan' or 'detector', not for {}.".format(
            ", ".join(repr(one) for one in sorted(unknown))))
    rectangles = {pair: rectangle_in(chosen.get(pair), size, pair) for pair, size in sizes.items()}
    parts = ["{} {} x {} from ({}, {})".format(pair, r - left, b - t, left, t)
             for pair, (t, left, b, r) in sorted(rectangles.items()) if (b - t, r - left) != sizes[pair]]
    return rectangles, "only a region is analysed: {} (width x height from x, y)".format("; ".join(parts)) \
        if parts else ""


def _drawn_elsewhere(image, sizes):
    """The ROI on a map or a diffraction, or on a stack of them: {"scan" or "detector": rectangle}."""
    name, shape = ascii_text(image.GetName()), (image.GetImgHeight(), image.GetImgWidth())
    pairs = [pair for pair in sizes if sizes[pair] == shape]
    kind = kind_of(_calibration(image, 0)[2])
    pair = kind if kind in pairs else pairs[0] if len(pairs) == 1 and not kind else None
    if pair is None:
        raise RefusedError(
            "'{}' of {} x {} is neither clearly a map of the scan, {} x {}, nor clearly a diffraction of the detector, "
            "{} x {} (height x width): draw the ROI on one of the whole scan or detector.".format(
                *((name,) + shape + sizes["scan"] + sizes["detector"])))
    rectangle = _roi_rectangle(image)
    if rectangle is None:
        raise RefusedError("there is no rectangular ROI on '{}': draw one.".format(name))
    return {pair: rectangle}


def _roi_rectangle(image):
    """The selected rectangular ROI of an image's window, or its only one; None if there is none."""
    if not image.CountImageDisplays():
        return None
    display = image.GetImageDisplay(0)
    rois = [display.GetROI(index) for index in range(display.CountROIs())]
    rois = [roi for roi in rois if roi.IsRectangle()]
    selected = [roi for roi in rois if display.IsROISelected(roi)]
    if len(selected or rois) > 1:
        raise RefusedError("there are {} rectangular ROIs on the image: select the one to analyse, or delete the "
                           "others.".format(len(selected or rois)))
    return (selected or rois)[0].GetRectangle() if rois else None


def _mask(mask, detector):
    """A mask as bool (n_v, n_u), True = good."""
    if isinstance(mask, (str, int)) or hasattr(mask, "GetNumArray"):
        image = find_image(mask)
        mask = _array(image, ascii_text(image.GetName()), 2)
    mask = np.asarray(mask)
    if mask.shape != tuple(detector):
        raise RefusedError("the mask is {} and the detector {} x {} (height x width): take a mask of the whole "
                           "detector, 0 where a pixel is bad.".format(" x ".join(map(str, mask.shape)), *detector))
    return mask != 0


# -- windows out ------------------------------------------------------------------------------------------------------


def show_diffractions(source, diffractions, name, note=None):
    """Open diffractions (n, n_v, n_u) as a stack: scale bar, contrast in which the Bragg discs are seen."""
    image = _new_image(diffractions, name)
    _calibrate(image, [_of(source, "u", "w"), _of(source, "v", "h"), (1.0, 1.0, "")])
    _tag(image, source, note, name)
    _show(image, pictures.diffraction_limits(diffractions), gamma=pictures.GAMMA)
    return image


def show_maps(source, maps, name, note=None):
    """Open maps (n, n_y, n_x) as a stack with a scale bar."""
    image = _new_image(maps, name)
    _calibrate(image, [_of(source, "x", "w"), _of(source, "y", "h"), (1.0, 1.0, "")])
    _tag(image, source, note, name)
    _show(image, pictures.map_limits(maps))
    return image


def show_image(array2d, name, calibration=None, note=None):
    """Open one picture (h, w); calibration is ((origin, step, units) of h, of w)."""
    image = _new_image(array2d, name)
    if calibration is not None:
        _calibrate(image, list(calibration)[::-1])
    _tag(image, None, note, name)
    _show(image, pictures.map_limits(np.asarray(array2d)[None]))
    return image


def show_curve(x_start, x_step, x_units, curves, name, note=None, y_units=""):
    """Open curves {label: values} of equal lengths as one line plot with a legend."""
    values = np.array([np.asarray(one, dtype=np.float64) for one in curves.values()])
    image = _new_image(values[0] if len(values) == 1 else values, name)
    _calibrate(image, [(float(x_start), float(x_step), ascii_units(x_units))])
    image.SetIntensityUnitString(ascii_units(y_units))
    _tag(image, None, dict(note or {}, Curves=", ".join(curves)), name)
    image.ShowImage()
    image.GetImageDisplay(0).ChangeDisplayType(LINE_PLOT)
    _label_curves(image, list(curves))
    return image


def _label_curves(image, labels):
    """Write the curves' names into the legend, by DM-script, because Python has no function for them."""
    lines = ["image plot := FindImageByID({})".format(image.GetID()),
             "ImageDisplay display = plot.ImageGetImageDisplay(0)"]
    lines += ['display.ImageDisplaySetSliceLabelByIndex({}, "{}")'.format(index, script_text(label))
              for index, label in enumerate(labels)]
    try:
        DM.ExecuteScriptString("\n".join(lines + ["display.LinePlotImageDisplaySetLegendShown(1)"]) + "\n")
    except RuntimeError:  # no legend then: the names are in the tags too
        pass


def show_4d(pixels, order, calibration, name, note=None):
    """Open 4D pixels, so that `four_d` reads them back; calibration "v", "u", "y", "x" -> (origin, step, units)."""
    image = _new_image(pixels, name)
    _calibrate(image, [calibration[axis] for axis in reversed(order)])
    image.GetTagGroup().SetTagAsBoolean("Meta Data:Data Order Swapped", order == "yxvu")
    _tag(image, None, note, name)
    image.ShowImage()
    return image


def _new_image(array, name):
    """A DM image of an array. CreateImage takes no view, no other order, and not every type."""
    kind = np.asarray(array).dtype
    wanted = kind if kind.name in ("uint8", "int16", "uint16", "int32", "uint32") else np.float32
    owned = np.array(array, dtype=wanted, order="C", copy=True)
    try:
        image = DM.CreateImage(owned)
    except RefusedError:  # there is no DM
        raise
    except Exception as error:  # which one DM raises is written nowhere
        raise RefusedError("DM could not make the image '{}' of {} pixels ({}): close images that are not needed, and "
                           "run again.".format(name, owned.size, error)) from error
    if image is None:
        raise RefusedError("DM could not make the image '{}' of {} pixels: close images that are not needed, and run "
                           "again.".format(name, owned.size))
    image.SetName(ascii_text(name))
    return image


def _calibrate(image, calibrations):
    """Calibrations of DM's dimensions 0, 1, ..."""
    for dimension, (origin, scale, units) in enumerate(calibrations):
        image.SetDimensionCalibration(dimension, float(origin), float(scale), ascii_units(units), FIRST_PIXEL)


def _of(source, axis, plane_axis):
    """Calibration of an axis of 4D data, or of a stack's planes."""
    return source.calibration[axis] if axis in source.calibration else source.calibration[plane_axis]


def _show(image, limits, gamma=None):
    """Show an image with fixed contrast limits and a scale bar."""
    image.ShowImage()
    display = image.GetImageDisplay(0)
    display.SetDoAutoSurvey(False)
    display.SetContrastLimits(*(float(limit) for limit in limits))
    if gamma is not None:
        display.SetGammaCorrection(float(gamma))
    width, height = image.GetImgWidth(), image.GetImgHeight()
    if image.GetDimensionUnitString(0) and not display.CountChildrenOfType(SCALE_BAR):
        # in image pixels: bottom left, a third as wide as the image
        display.AddNewComponent(SCALE_BAR, 0.90 * height, 0.05 * width, 0.97 * height, 0.38 * width)


# -- tags -------------------------------------------------------------------------------------------------------------


def _tag(image, source, note, operation):
    """Write what was done into "Processing" of an image's tags, after what its source says of itself."""
    tags = image.GetTagGroup()
    record = dict(note or {})
    if source is not None:
        record = dict(source.record, **record)
        origin = _find(source.image_id)
        if origin is not None:
            _carry_tags(tags, origin.GetTagGroup())
    entry = DM.NewTagGroup()
    entry.SetTagAsString("Operation", ascii_text(operation))
    entry.SetTagAsString("Program", "dm-nmf " + __version__)
    entry.SetTagAsString("Date", time.strftime("%Y-%m-%d %H:%M:%S"))
    for key, value in sorted(record.items()):
        _set_tag(entry, key, value)
    entry.SetTagAsString("JSON", json.dumps(record, default=_plain, ensure_ascii=True))
    tags.SetTagAsString(RUN, _run_number(record))
    name, steps = "Processing", _group(tags, "Processing")
    if steps is not None and not steps.IsList():  # somebody else's group of that name
        name = "Processing ({})".format(TAGS)
        steps = _group(tags, name)
    if steps is None:
        steps = DM.NewTagList()
    steps.AddTagGroupAtEnd(entry)
    tags.SetTagAsTagGroup(name, steps)


def _run_number(record):
    """The same for all windows of one run: of its data, settings and error."""
    told = {key: value for key, value in record.items() if key != "Source"}  # of clusters, the two stacks
    return "{:08x}".format(zlib.crc32(json.dumps(told, default=_plain, sort_keys=True).encode("ascii")))


def _run_of(image):
    """The number of the run that showed an image, or ""."""
    ok, run = image.GetTagGroup().GetTagAsString(RUN)
    return run if ok else ""


def _carry_tags(tags, origin):
    for branch in CARRIED_TAGS:
        group = _group(origin, branch)
        if group is not None:
            tags.SetTagAsTagGroup(branch, group)


def _group(tags, path):
    """A copy of a tag group, or None; versions of DM hand out (ok, group) or the group alone."""
    answer = tags.GetTagAsTagGroup(path)
    ok, group = answer if isinstance(answer, tuple) else (answer is not None, answer)
    return group.Clone() if ok and group is not None and group.CountTags() else None


def _set_tag(tags, key, value):
    key = ascii_text(key).translate({ord(one): "_" for one in ":[]"})
    value = _plain(value)
    if isinstance(value, bool):
        tags.SetTagAsBoolean(key, value)
    elif isinstance(value, int) and abs(value) < 2 ** 31:
        tags.SetTagAsLong(key, value)
    elif isinstance(value, (int, float)):
        tags.SetTagAsDouble(key, float(value))
    else:
        tags.SetTagAsString(key, ascii_text(value if isinstance(value, str) else json.dumps(value, default=_plain)))


def _plain(value):
    """A value of Python's own types."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    return value if isinstance(value, (bool, int, float, str, list, tuple, dict)) or value is None else str(value)


# -- dialogs ----------------------------------------------------------------------------------------------------------


def ask(command, title, fields, remember=True):
    """Ask for all fields in one dialog.

    Parameters
    ----------
    command : str
        Values are remembered under this name, in the application-wide tags `NMF 4D-STEM:<command>:<key>`.
    title : str
    fields : list of (key, label, default)
        default is a bool (check box), an int, a float, a str, or a list of texts to choose from, the first by default.
    remember : bool
        Start from the answers of the last time.

    Returns
    -------
    dict, or None if the user cancelled
    """
    values = {key: _remembered(command, key, default) if remember else dialog.first(default)
              for key, _, default in fields}
    try:
        answers = _one_dialog(title, fields, values)
    except RuntimeError:  # DM-script may refuse a dialog, as on a background thread
        answers = _one_by_one(title, fields, values)
    if answers is not None and remember:
        for key, value in answers.items():
            _keep(command, key, value)
    return answers


def _path(*parts):
    return ":".join((TAGS,) + tuple(ascii_text(part).replace(":", "_") for part in parts))


def _keep(command, key, value):
    tags = DM.GetPersistentTagGroup()
    if isinstance(value, str):
        tags.SetTagAsString(_path(command, key), ascii_text(value))
    else:
        tags.SetTagAsDouble(_path(command, key), float(value))


def _remembered(command, key, default):
    """The last answer where it still fits the field, else the default."""
    tags, path = DM.GetPersistentTagGroup(), _path(command, key)
    if isinstance(default, (str, list, tuple)):
        ok, value = tags.GetTagAsString(path)
        return value if ok and (isinstance(default, str) or value in default) else dialog.first(default)
    ok, value = tags.GetTagAsDouble(path)
    return dialog.typed(value, default) if ok and np.isfinite(value) else default


def _one_dialog(title, fields, values):
    """A dialog of DM-script, which hands its answers over in tags."""
    tags, answer = DM.GetPersistentTagGroup(), _path("Answer")
    tags.DeleteTagWithLabel(answer)
    DM.ExecuteScriptString(dialog.script_of(title, fields, values, answer))
    tags = DM.GetPersistentTagGroup()
    ok, accepted = tags.GetTagAsDouble(answer + ":OK")
    answers = {}
    for number, (key, _, default) in enumerate(fields):
        path = "{}:Field {}".format(answer, number)
        if isinstance(default, str):
            answers[key] = tags.GetTagAsString(path)[1]
        elif isinstance(default, (list, tuple)):
            answers[key] = dialog.entry(tags.GetTagAsDouble(path)[1], default)
        else:
            answers[key] = dialog.typed(tags.GetTagAsDouble(path)[1], default)
    tags.DeleteTagWithLabel(answer)
    return answers if ok and accepted else None


def _one_by_one(title, fields, values):
    """One question after the other, with what Python's DM has itself."""
    answers = {}
    for key, label, default in fields:
        if isinstance(default, str):
            answers[key] = input("{}: {} [{}] ".format(title, label, values[key])) or values[key]
            continue
        prompt, start = dialog.question(title, label, default, values[key])
        ok, number = DM.GetNumber(ascii_text(prompt), start)
        if not ok:
            return None
        is_choice = isinstance(default, (list, tuple))
        answers[key] = dialog.entry(number, default) if is_choice else dialog.typed(number, default)
    return answers


# -- progress ---------------------------------------------------------------------------------------------------------


def progress(title):
    """A `Progress` to be used in a with statement: the window is closed whatever happens."""
    return Progress(title)


class Progress:
    """DM's progress window, a line in Results every few seconds, and the cancel keys.

    Escape, or Shift and Space held together, cancel; so does the application-wide tag `NMF 4D-STEM:Cancel`
    set to 1 by any script. ``report`` and ``cancelled`` fit the parameters of that name of `numerics`.
    """

    def __init__(self, title):
        self.title, self.was_cancelled = ascii_text(title), False
        self._window_at = self._key_at = self._results_at = -np.inf
        self._has_window = True

    def __enter__(self):
        DM.GetPersistentTagGroup().DeleteTagWithLabel(_path("Cancel"))
        self._results_at = time.time()
        self._show("starting")
        return self

    def __exit__(self, *error):
        self._script("CloseProgressWindow()\n")
        DM.GetPersistentTagGroup().DeleteTagWithLabel(_path("Cancel"))

    def report(self, iteration, max_iter, mse=None):
        """Say how far it is; called as often as one likes."""
        now = time.time()
        error = "" if mse is None else "mean squared error {:.5g}".format(mse)
        if now - self._window_at >= WINDOW_SECONDS:
            self._window_at = now
            self._show("{} of {}".format(iteration, max_iter), error)
            if DM.IsScriptOnMainThread():
                DM.DoEvents()  # or the window is not drawn and no key arrives
        if now - self._results_at >= RESULTS_SECONDS:
            self._results_at = now
            print("{}: {} of {} {}".format(self.title, iteration, max_iter, error))

    def cancelled(self):
        """Whether the user has asked to stop; what is best so far is to be kept."""
        now = time.time()
        if not self.was_cancelled and now - self._key_at >= KEY_SECONDS:
            self._key_at = now
            self._script(
                "number stop = 0\n"
                "if (GetKey() == 27) stop = 1\n"
                "if (ShiftDown() && SpaceDown()) stop = 1\n"
                'if (stop) GetPersistentTagGroup().TagGroupSetTagAsLong("{}", 1)\n'.format(_path("Cancel")))
            ok, stop = DM.GetPersistentTagGroup().GetTagAsLong(_path("Cancel"))
            if ok and stop:
                self.was_cancelled = True
                print("{}: cancelled; the best result so far is kept.".format(self.title))
        return self.was_cancelled

    def _show(self, text, more=""):
        """Open the window, or change what it says."""
        self._script('OpenAndSetProgressWindow("{}", "{}   (Esc, or Shift + Space: stop)", "{}")\n'.format(
            script_text(self.title), text, more))

    def _script(self, text):
        """Run a line of DM-script; where that is not possible, Results lines are all there is."""
        if not self._has_window:
            return
        try:
            DM.ExecuteScriptString(text)
        except RuntimeError:
            self._has_window = False


# -- running ----------------------------------------------------------------------------------------------------------


def is_on_main_thread():
    """Whether DM runs this script in the foreground; True where there is no DM."""
    try:
        return bool(DM.IsScriptOnMainThread())
    except RefusedError:
        return True


def menu(command_main):
    """Run a command; what goes wrong is one message in Results, with the traceback below it."""
    try:
        return command_main()
    except Cancelled as stopped:
        print("Nothing done: {}".format(stopped))
    except RefusedError as refusal:
        print("Stopped: {}\n".format(refusal))
        traceback.print_exc()
    except MemoryError:
        print("Stopped: there is not enough memory. Draw a rectangular ROI on the image, bin the detector, or close "
              "images that are not needed.\n")
        traceback.print_exc()
    except Exception as error:  # noqa: BLE001 - the last place where a user can be told
        print("Stopped by an error that this program did not foresee ({}: {}). Please report it with the lines "
              "below.\n".format(type(error).__name__, error))
        traceback.print_exc()
    return None
