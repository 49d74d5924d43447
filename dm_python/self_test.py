"""DM command: tries all commands on simulated data, and checks what they rely on of DM. One table, to be mailed.

A check that fails does not stop the others. What a check opens it closes again; other windows are left alone.
"""
import contextlib
import io
import os
import platform
import sys
import time
import traceback
from collections import namedtuple

import numpy as np

from dm_python import bridge, installation
from dm_python.installation import Row, as_table
from offline_reference.numerics import methods
from offline_reference.numerics.components import pca_floors
from offline_reference.numerics.data_matrix import DataMatrix
from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.pca import pca
from offline_reference.numerics.unfold import unfold

#: the simulated data of all checks
SCAN, DETECTOR, N_CRYSTALS, DOSE, SEED = (12, 10), (18, 16), 2, 500, 1
#: of two programs that do the same sums in another order [relative]
ROUNDING = 1e-6
TAG = bridge.TAGS + ":Self-test"

#: what these data give, the same to all digits with NumPy 1.18.5 in Python 3.7 and NumPy 2.4 in Python 3.11
STORED = {
    "counts": 60892,
    # mean squared errors after 20 iterations with 3 components, seed 2 [counts^2]
    "mu": 2.156355156,
    "als": 1.54456683,
    "hals": 1.646649483,
    "constrained": 1.806755595,
    "sklearn": 1.55225006,
    "floor": 1.540282809,  # of PCA with 3 components
    "pca": 0.9154622118,  # part of the first component
    "similarity": 0.93600843,  # of the two crystals
}

#: functions of DM-script that bridge.py calls
DM_SCRIPT = ("OpenAndSetProgressWindow", "CloseProgressWindow", "GetKey", "ShiftDown", "SpaceDown", "DLGCreateDialog",
             "DLGCreateRealField", "DLGCreateIntegerField", "DLGCreateStringField", "DLGCreateCheckBox",
             "DLGCreatePopup", "DLGAddPopupItemEntry", "DLGGetValue", "DLGGetStringValue", "DLGGroupItems")

Report = namedtuple("Report", "rows text passed")
Report.__doc__ = """The table as rows and as text; passed is True if no check failed.

Verdicts: PASS, FAIL, skip, - (a fact that is told), and those of `installation` for what is installed.
"""


class Skipped(Exception):
    """A check that cannot be made here, and why."""


class Different(Exception):
    """Something is not as it must be, and what was met instead."""


def main(show=True, probe=False):
    """Run all checks.

    Parameters
    ----------
    show : bool
        Print the table.
    probe : bool
        Also hand DM arrays of which nobody knows what it makes of them. Save your work before: it might crash.

    Returns
    -------
    Report
    """
    started, rows = time.time(), []
    try:
        windows = _window_ids()
    except Exception:  # then a check fails, and windows stay open
        windows = None
    with bridge.progress("Self-test") as progress:
        checks = FACTS + COMMANDS + TOLD + (PROBES if probe else ())
        for number, (name, check) in enumerate(checks, start=1):
            progress.report(number, len(checks))
            rows.append(_row_of(name, check))
            if windows is not None:
                _close_all_but(windows)
    failed = sum(row.verdict == "FAIL" for row in rows)
    rows += installation.main(show=False).rows
    rows.append(Row("all in all", "{} of {} checks failed, {:.0f} s".format(
        failed, len(FACTS + COMMANDS), time.time() - started), "FAIL" if failed else "PASS", ""))
    report = Report(rows, as_table("dm-nmf: self-test", rows), not failed)
    if show:
        print(report.text)
    return report


def from_menu():
    """Ask how far to go, then run."""
    settings = bridge.ask("self_test", "Self-test", [
        ("probe", "Try unusual arrays too (save your work first: it might crash DM)", False),
    ], remember=False)
    return None if settings is None else main(**settings)


def _row_of(name, check):
    """Run one check; whatever it raises becomes a row."""
    told = (name, check) in TOLD + PROBES
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # what commands say would hide the table
            return Row(name, str(check() or "as expected"), "-" if told else "PASS", "")
    except Skipped as reason:
        return Row(name, str(reason), "skip", "")
    except Different as difference:
        return Row(name, str(difference), "FAIL", "")
    except Exception as error:  # also what nobody thought of: the next check must run
        place = traceback.extract_tb(sys.exc_info()[2])[-1]
        where = "{} line {}: {}".format(os.path.basename(place.filename), place.lineno, place.line)
        return Row(name, "{}: {}".format(type(error).__name__, error), "-" if told else "FAIL", where)


def _window_ids():
    documents = [bridge.DM.GetImageDocument(number) for number in range(bridge.DM.CountImageDocuments())]
    return {document.GetImage(0).GetID() for document in documents if document.CountImages()}


def _close_all_but(ids):
    for one in _window_ids() - set(ids):
        bridge.DM.DeleteImage(bridge.DM.FindImageByID(one))


def require(condition, what):
    if not condition:
        raise Different(what)


def require_same(found, wanted, what, tolerance=ROUNDING):
    found, wanted = np.asarray(found, dtype=np.float64), np.asarray(wanted, dtype=np.float64)
    require(found.shape == wanted.shape, "{}: shape {} instead of {}".format(what, found.shape, wanted.shape))
    worst = np.abs(found - wanted).max() / max(np.abs(wanted).max(), 1e-300)
    require(worst <= tolerance, "{}: differs by {:.2g} of the largest value".format(what, worst))


# -- facts about DM ---------------------------------------------------------------------------------------------------


def arrays_become_images():
    for dtype in (np.uint8, np.uint16, np.int32, np.float32):
        for shape in ((5,), (5, 6), (4, 5, 6), (3, 4, 5, 6)):
            array = np.arange(np.prod(shape)).reshape(shape).astype(dtype).copy(order="C")
            image = bridge.DM.CreateImage(array)
            what = "{} of shape {}".format(np.dtype(dtype).name, shape)
            require(image is not None, what + ": no image")
            sizes = tuple(image.GetDimensionSize(axis) for axis in range(image.GetNumDimensions()))
            require(sizes == shape[::-1], "{}: DM's sizes are {}".format(what, sizes))
            back = image.GetNumArray()
            require(back.dtype == dtype, "{}: comes back as {}".format(what, back.dtype))
            require(np.array_equal(np.ravel(back), array.ravel()), what + ": other pixels come back")


def arrays_are_live():
    image = bridge.DM.CreateImage(np.zeros((3, 4), dtype=np.float32))
    image.GetNumArray()[1, 2] = 7
    require(image.GetNumArray()[1, 2] == 7, "what is written into GetNumArray() is not in the image")


def calibrations_come_back():
    image = bridge.DM.CreateImage(np.zeros((3, 4), dtype=np.float32))
    image.SetDimensionCalibration(1, -3.0, 0.25, "1/nm", bridge.FIRST_PIXEL)
    origin, scale, units = image.GetDimensionCalibration(1, bridge.FIRST_PIXEL)
    require((origin, scale, units) == (-3.0, 0.25, "1/nm"), "comes back as {}".format((origin, scale, units)))
    zero = image.GetDimensionCalibration(1, 1)[0]
    require(abs(zero - 12.0) < 1e-6, "the zero point is at pixel {} instead of 12".format(zero))


def tags_come_back():
    tags = bridge.DM.GetPersistentTagGroup()
    try:
        tags.SetTagAsString(TAG + ":Text", "a")
        tags.SetTagAsDouble(TAG + ":Number", 0.1)
        tags.SetTagAsBoolean(TAG + ":Truth", True)
        require(tags.GetTagAsString(TAG + ":Text")[1] == "a", "a text comes back as another")
        require(tags.GetTagAsDouble(TAG + ":Number")[1] == 0.1, "a number comes back as another")
        require(tags.GetTagAsText(TAG + ":Truth")[0], "a boolean has no text")
        require(not tags.GetTagAsString(TAG + ":Nothing")[0], "a tag that is not there is said to be")
    finally:
        tags.DeleteTagWithLabel(TAG)
    require(not tags.GetTagAsString(TAG + ":Text")[0], "a deleted tag is still there")


def dm_script_runs():
    tags = bridge.DM.GetPersistentTagGroup()
    missing = []
    try:
        for function in DM_SCRIPT:
            bridge.DM.ExecuteScriptString('GetPersistentTagGroup().TagGroupSetTagAsDouble("{}", '
                                          'DoesFunctionExist("{}"))'.format(TAG + ":There", function))
            ok, there = tags.GetTagAsDouble(TAG + ":There")
            require(ok, "DM-script wrote no tag")
            missing += [] if there else [function]
    finally:
        tags.DeleteTagWithLabel(TAG)
    require(not missing, "DM-script does not know " + ", ".join(missing))


def errors_of_dm_script_are_runtime_errors():
    try:
        bridge.DM.ExecuteScriptString('Throw("on purpose")')
    except RuntimeError:
        return
    raise Different("an exception of DM-script is none in Python")


def windows_are_found():
    image = bridge.show_image(np.arange(12.0).reshape(3, 4), "Self-test window")
    require(image.GetImageDisplay(0).GetContrastLimits()[1] > 0, "contrast limits were not taken")
    require(bridge.find_image().GetID() == image.GetID(), "the image that was shown last is not in front")
    require(bridge.find_image("Self-test window").GetID() == image.GetID(), "a window is not found by its name")
    require(bridge.find_image(image.GetID()).GetName() == "Self-test window", "a window is not found by its ID")
    try:
        bridge.find_image("no image has this name")
    except RefusedError:
        return
    raise Different("an image that does not exist was found")


def windows_are_counted():
    before = _window_ids()
    image = bridge.show_image(np.arange(12.0).reshape(3, 4), "Self-test window")
    require(_window_ids() - before == {image.GetID()}, "a new window is not among the image documents")
    _close_all_but(before)
    require(_window_ids() == before, "DeleteImage leaves the window open")


def rois_are_read():
    image = _simulated("vuyx").images[0]
    display, roi = image.GetImageDisplay(0), bridge.DM.NewROI()
    roi.SetRectangle(2, 3, 8, 9)
    display.AddROI(roi)
    source = bridge.four_d(image)
    require(source.pixels.shape == DETECTOR + (6, 6), "a ROI (2, 3, 8, 9) gives shape {}".format(source.pixels.shape))
    require(np.array_equal(source.pixels, bridge.four_d(image, roi=False).pixels[:, :, 2:8, 3:9]), "other pixels")


# -- commands ---------------------------------------------------------------------------------------------------------


def _simulated(order="vuyx"):
    from dm_python import simulate  # in here, so that a file that cannot be imported is one failing check

    return simulate.main(SCAN, DETECTOR, N_CRYSTALS, DOSE, SEED, order)


def simulation():
    from dm_python.simulate import SCAN_STEP

    for order in ("vuyx", "yxvu"):
        shown = _simulated(order)
        source = bridge.four_d(shown.images[0])
        require(source.order == order, "the order of the axes comes back as " + source.order)
        require(np.array_equal(source.pixels, shown.data.pixels), "other counts come back")
        require(source.calibration["x"][1:] == (SCAN_STEP, "nm"), "the scan's step comes back as {}".format(
            source.calibration["x"]))
        counts = int(shown.data.pixels.sum())
        require(counts == STORED["counts"], "{} counts instead of {}".format(counts, STORED["counts"]))


def primitive_mu():
    from dm_python import nmf_primitive

    return _nmf(nmf_primitive.main, methods.nmf_mu, "mu", method="mu")


def primitive_als():
    from dm_python import nmf_primitive

    return _nmf(nmf_primitive.main, methods.nmf_als, "als", method="als")


def primitive_hals():
    from dm_python import nmf_primitive

    return _nmf(nmf_primitive.main, methods.nmf_hals, "hals", method="hals")


def constrained():
    from dm_python import nmf_constrained

    return _nmf(nmf_constrained.main, methods.nmf_constrained, "constrained")


def scikit_learn():
    from dm_python import nmf_sklearn

    try:
        nmf_sklearn.sklearn_version()
    except RefusedError as refusal:
        raise Skipped(str(refusal)) from refusal

    def direct(pixels, n_components, **settings):
        return nmf_sklearn.nmf_sklearn(pixels.astype(np.float32), n_components, **settings)

    return _nmf(nmf_sklearn.main, direct, "sklearn", tolerance=1e-3)  # float32, and versions differ


def _nmf(command, numerics, stored, tolerance=ROUNDING, **choice):
    """A command in both orders of the axes against numerics and the stored error; its windows against its arrays."""
    settings = {"n_components": 3, "max_iter": 20, "seed": 2}
    for order in ("vuyx", "yxvu"):
        shown = _simulated(order)
        found = command(image=shown.images[0], **dict(settings, **choice))
        wanted = numerics(shown.data.pixels, order=order, **settings)
        require_same(found.diffractions, wanted.diffractions, "diffractions", tolerance)
        require_same(found.maps, wanted.maps, "maps", tolerance)
        require_same(found.mean_squared_error, STORED[stored], "mean squared error", 10 * tolerance)
        for image, planes in zip(found.images, (found.maps, found.diffractions)):
            require_same(image.GetNumArray(), planes, "window '{}'".format(image.GetName()), 1e-6)  # float32
        require(found.images[1].GetDimensionCalibration(0, 0)[2] == "1/nm", "the detector's units are lost")
    return "mean squared error {:.6g}".format(found.mean_squared_error)


def principal_components():
    from dm_python import pca_varimax

    shown = _simulated()
    found = pca_varimax.main(3, shown.images[0])
    wanted = pca(DataMatrix(unfold(shown.data.pixels)), 3, centred=False)
    require_same(found.ratios[:3], wanted.variances / wanted.total_variance, "parts of the variance")
    require_same(np.abs(found.maps).reshape(3, -1), np.abs(wanted.maps), "maps")  # the sign of a component is a choice
    require_same(np.abs(found.diffractions).reshape(3, -1), np.abs(wanted.diffractions.T), "diffractions")
    require_same(found.ratios[0], STORED["pca"], "part of the first component")
    require_same(np.ravel(found.images[0].GetNumArray()), np.log10(found.ratios), "scree plot", 1e-6)


def error_curve():
    from dm_python import components

    shown = _simulated()
    found = components.main(4, ("pca", "als"), max_iter=5, image=shown.images[0])
    require_same(found.errors["pca"], pca_floors(unfold(shown.data.pixels), [1, 2, 3, 4]), "errors of PCA")
    require_same(found.errors["pca"][2], STORED["floor"], "error of PCA with 3 components")
    require((found.errors["als"] >= found.errors["pca"] * (1 - 1e-9)).all(), "ALS is better than PCA, which cannot be")
    require(found.images[0].GetNumArray().shape == (2, 4), "the line plot has other curves")


def clusters():
    from dm_python import cluster

    shown = _simulated()
    found = cluster.main(shown.images[1], shown.images[2], n_clusters=2)
    centre = found.clusters.diffractions.shape
    require(found.labels.tolist() == [0, 1, 1], "the labels are {}".format(found.labels.tolist()))
    require_same(found.similarity.values[1, 2], STORED["similarity"], "similarity of two crystals", 1e-4)  # float32
    require(centre == (2,) + DETECTOR, "the integrated diffractions have shape {}".format(centre))
    require_same(found.clusters.maps[1], shown.data.maps[1:].sum(axis=0), "integrated map")
    require_same(found.images[0].GetNumArray(), found.dendrogram.pixels, "dendrogram")


def refusals():
    from dm_python import nmf_primitive

    image = bridge.show_image(np.ones((5, 6)), "Self-test window")
    try:
        nmf_primitive.main(2, image=image)
    except RefusedError as refusal:
        require("2 dimensions" in str(refusal), "an image of 2 dimensions is refused with other words: " + str(refusal))
        return
    raise Different("an image of 2 dimensions was factorized")


def installed():
    report = installation.main(show=False)
    require(report.is_sound, "; ".join(row.what + ": " + row.found for row in report.rows if row.verdict == "PROBLEM"))


# -- what nothing relies on, told for whoever develops this ----------------------------------------------------------


def versions():
    return "Python {}, NumPy {}, {}".format(sys.version.split()[0], np.__version__, platform.platform())


def thread():
    return "main" if bridge.DM.IsScriptOnMainThread() else "background"


def shape_of_one_dimension():
    return bridge.DM.CreateImage(np.zeros(5, dtype=np.float32)).GetNumArray().shape


def copy_or_share():
    array = np.zeros((3, 4), dtype=np.float32)
    image = bridge.DM.CreateImage(array)
    array[0, 0] = 1
    return "shares the array's memory" if image.GetNumArray()[0, 0] else "copies"


def group_of_tags():
    tags = bridge.DM.NewTagGroup()
    tags.SetTagAsTagGroup("a", bridge.DM.NewTagGroup())
    return type(tags.GetTagAsTagGroup("a")).__name__


def arguments():
    return repr(getattr(sys, "argv", "no sys.argv"))


def tag_group_keys():
    return "there" if hasattr(bridge.DM.NewTagGroup(), "keys") else "not there"


def _what_becomes_of(make):
    """A probe: what CreateImage makes of an unusual array."""
    def probe():
        try:
            image = bridge.DM.CreateImage(make())
        except Exception as error:  # the answer that we look for
            return "{}: {}".format(type(error).__name__, error)
        if image is None:
            return "None"
        pixels = image.GetNumArray()
        same = np.array_equal(np.ravel(pixels), np.ravel(make()))
        return "an image of {} {} with {} pixels".format(pixels.dtype, pixels.shape, "the same" if same else "OTHER")
    return probe


FACTS = (
    ("arrays become images of reversed sizes", arrays_become_images),
    ("GetNumArray is the image's own memory", arrays_are_live),
    ("calibrations come back", calibrations_come_back),
    ("tags come back", tags_come_back),
    ("DM-script has what the bridge calls", dm_script_runs),
    ("errors of DM-script reach Python", errors_of_dm_script_are_runtime_errors),
    ("windows are found", windows_are_found),
    ("windows are counted and closed", windows_are_counted),
    ("a ROI restricts what is read", rois_are_read),
)
COMMANDS = (
    ("simulate", simulation),
    ("nmf_primitive, MU", primitive_mu),
    ("nmf_primitive, ALS", primitive_als),
    ("nmf_primitive, HALS", primitive_hals),
    ("nmf_constrained", constrained),
    ("nmf_sklearn", scikit_learn),
    ("pca_varimax", principal_components),
    ("components", error_curve),
    ("cluster", clusters),
    ("a wrong image is refused", refusals),
    ("installation", installed),
)
TOLD = (
    ("versions", versions),
    ("thread", thread),
    ("array of a 1D image", shape_of_one_dimension),
    ("CreateImage", copy_or_share),
    ("GetTagAsTagGroup gives", group_of_tags),
    ("sys.argv", arguments),
    ("keys() of tag groups", tag_group_keys),
)
PROBES = (
    ("CreateImage of a view", _what_becomes_of(lambda: np.arange(24, dtype=np.float32).reshape(4, 6)[1:3])),
    ("CreateImage in Fortran order", _what_becomes_of(lambda: np.asfortranarray(np.arange(6.0).reshape(2, 3)))),
    ("CreateImage of bool", _what_becomes_of(lambda: np.ones((2, 3), dtype=bool))),
    ("CreateImage of int64", _what_becomes_of(lambda: np.ones((2, 3), dtype=np.int64))),
    ("CreateImage of 5 dimensions", _what_becomes_of(lambda: np.ones((2, 2, 2, 2, 2), dtype=np.float32))),
)
