"""The bridge in the stand-in: what it reads, which windows it opens, what it asks, and how a command ends."""
import gc
import json
import subprocess
import sys

import numpy as np
import pytest

from offline_reference.numerics import memory
from offline_reference.virtual_dm.displays import ROI
from offline_reference.virtual_dm.errors import NoAnswer
from offline_reference.virtual_dm.images import Calibration, Image, rgb_image
from offline_reference.virtual_dm.python.checks import Proxy
from offline_reference.virtual_dm.switches import all_combinations
from tests.dm_python.running import EVERY_SWITCH, ROOT, last_record, name_of_switches, run, shown, workspace_with

ORDERS = ("vuyx", "yxvu")
SIZES = {"v": 5, "u": 6, "y": 7, "x": 8}
# DM counts the origin in pixels: the first pixel's value is -origin * scale
UNITS = {"v": Calibration(2.0, 0.25, "1/nm"), "u": Calibration(3.0, 0.5, "1/nm"),
         "y": Calibration(-20.0, 0.5, "nm"), "x": Calibration(1.5, 2.0, "nm")}
FIRST_VALUES = {"v": -0.5, "u": -1.5, "y": 10.0, "x": -3.0}


def counts(order="vuyx", dtype=np.uint16):
    """Numbers that are all different, so that swapped axes cannot pass; the same counts in both orders."""
    pixels = np.random.default_rng(0).permutation(5 * 6 * 7 * 8).reshape(5, 6, 7, 8) % 251
    pixels = pixels if order == "vuyx" else pixels.transpose(2, 3, 0, 1)
    return np.array(pixels, dtype=dtype, order="C")


def image_4d(order="vuyx", dtype=np.uint16, tag=True, units=UNITS, name="Scan"):
    image = Image(counts(order, dtype), name)
    for calibration, axis in zip(image.calibrations, reversed(order), strict=True):
        calibration.__dict__.update(vars(units[axis]) if units else {})
    if tag:
        image.tags.set("Meta Data:Data Order Swapped", "boolean", order == "yxvu")
    return image


def fetched(image, arguments="", **options):
    """The Source that four_d gives, and the workspace."""
    workspace = run(f"from dm_python import bridge\nresult = bridge.four_d({arguments})", image, **options)
    return workspace.result, workspace


def message_of(text, *images, **options):
    """What a command that ends in a refusal says in Results: one line above the traceback."""
    workspace = run(f"from dm_python import bridge\nbridge.menu(lambda: {text})", *images, **options)
    first, _, rest = workspace.results.partition("\n")
    assert first.startswith("Stopped: ") and rest.startswith("\nTraceback"), workspace.results
    return first


# -- which image ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_the_front_image_comes_as_an_owned_copy_of_its_own_type_and_order(order, dtype):
    image = image_4d(order, dtype)
    source, workspace = fetched(image)
    assert source.order == order and source.pixels.dtype == dtype and source.name == "Scan"
    assert source.pixels.flags.owndata and source.pixels.flags.c_contiguous
    np.testing.assert_array_equal(source.pixels, counts(order))
    source.pixels[...] = 0
    np.testing.assert_array_equal(image.pixels, counts(order))  # the user's data are still hers
    assert workspace.leaks == []


@pytest.mark.parametrize("which", [
    '"Scan"', "str(DM.FindImageByName('Scan').GetID())", "DM.FindImageByName('Scan').GetID()",
    "DM.FindImageByName('Scan')"])
def test_an_image_behind_comes_by_name_by_id_or_itself(which):
    workspace = workspace_with(Image(np.ones((3, 4), np.float32), "front"), image_4d())
    source = run(f"from dm_python import bridge\nresult = bridge.four_d({which})", workspace=workspace).result
    assert source.name == "Scan" and source.image_id == workspace.id_of(workspace.image_by_name("Scan"))


def test_an_image_that_is_not_there_is_refused_with_those_that_are():
    assert "there is no image 'scan': open are 'Scan' (ID 1)." in message_of("bridge.four_d('scan')", image_4d())
    assert "there is no image 99: open are 'Scan' (ID 1)." in message_of("bridge.four_d(99)", image_4d())
    assert "there is no image 99: no image is open." in message_of("bridge.four_d(99)")


def test_a_name_that_two_images_have_is_refused_with_their_ids():
    message = message_of("bridge.four_d('Scan')", image_4d(), image_4d("yxvu"))
    assert "2 open images are called 'Scan' (IDs 2, 1): close or rename those that are not meant" in message


def test_an_image_whose_name_is_not_ascii_is_found_by_it_and_by_its_spelling():
    for name in ("S\u00e9rie \u00b5", "S\\xe9rie u"):
        text = "from dm_python import bridge\nresult = bridge.four_d({!r}).name".format(name)
        assert run(text, image_4d(name="S\u00e9rie \u00b5")).result == "S\\xe9rie u"


@pytest.mark.parametrize("switches", EVERY_SWITCH, ids=name_of_switches)
def test_without_any_image_one_sentence_says_what_to_do(switches):
    assert message_of("bridge.four_d()", switches=switches) == (
        "Stopped: no image is open: open one, or click its window to bring it to the front.")


@pytest.mark.parametrize("image, says", [
    (Image(np.ones((3, 4), np.uint16), "flat"), "'flat' has 2 dimensions and this command needs 4D data"),
    (Image(np.ones(3, np.uint16), "line"), "'line' has 1 dimension and this command needs 4D data"),
    (Image(np.ones((2, 2, 2, 2), np.complex64), "wave"), "'wave' is complex"),
    (rgb_image("photo", 4, 3, 4), "'photo' is a colour image"),
])
def test_what_is_no_4d_image_of_counts_is_refused(image, says):
    assert says in message_of("bridge.four_d()", image)


def test_a_stack_or_a_plane_comes_as_planes_with_their_calibration():
    image = Image(np.arange(24, dtype=np.float32).reshape(2, 3, 4), "stack")
    image.calibrations[0] = Calibration(1.0, 0.5, "1/nm")
    source = run("from dm_python import bridge\nresult = bridge.stack()", image).result
    np.testing.assert_array_equal(source.planes, image.pixels)
    assert source.calibration == {"n": (0, 1, ""), "h": (0, 1, ""), "w": (-0.5, 0.5, "1/nm")}
    plane = Image(image.pixels[0].copy(), "plane")
    source = run("from dm_python import bridge\nresult = bridge.stack()", plane).result
    assert source.planes.shape == (1, 3, 4) and source.calibration["n"] == (0, 1, "")
    assert "needs 3D or 2D data" in message_of("bridge.stack()", image_4d())


# -- axis order -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", ORDERS)
def test_tag_or_units_tell_the_order_without_a_question(order):
    for image in (image_4d(order, units=None), image_4d(order, tag=False)):
        source, workspace = fetched(image)
        assert source.order == order and workspace.dialogs == []


@pytest.mark.parametrize("kind, value", [("long", 1), ("string", "true"), ("double", 1.0)])
def test_the_tag_may_be_a_number_or_a_word(kind, value):
    image = image_4d("yxvu", tag=False, units=None)
    image.tags.set("Meta Data:Data Order Swapped", kind, value)
    assert fetched(image)[0].order == "yxvu"


def test_tag_and_units_in_conflict_are_refused_with_the_way_out():
    image = image_4d("vuyx")
    image.tags.set("Meta Data:Data Order Swapped", "boolean", True)
    message = message_of("bridge.four_d()", image)
    assert "contradictory" in message and "order=vuyx" in message and "order=yxvu" in message
    source, _ = fetched(image, "order='vuyx'")
    assert source.order == "vuyx" and "contradicts itself and order=vuyx decided" in source.warnings[0]


def test_an_order_against_all_that_the_image_says_is_refused():
    assert "order=yxvu contradicts 'Scan'" in message_of("bridge.four_d(order='yxvu')", image_4d("vuyx"))


@pytest.mark.parametrize("answer, order", [
    ("default", "vuyx"), ("Of 8 x 7 x 6 x 5, the scan is=the last two, 6 x 5", "yxvu"),
    ("Of 8 x 7 x 6 x 5, the scan is=the first two, 8 x 7", "vuyx")])
def test_where_nothing_tells_the_order_a_dialog_asks(answer, order):
    source, workspace = fetched(image_4d(tag=False, units=None), answers=[answer])
    assert source.order == order and "as chosen in the dialog" in source.record["Axis order from"]
    assert workspace.dialogs[0].prompt == "Axes of 'Scan' (Of 8 x 7 x 6 x 5, the scan is  )"


def test_the_planned_scan_is_only_the_first_choice_of_that_dialog():
    image = image_4d("yxvu", tag=False, units=None)
    image.tags.set("SI:Acquisition:Spatial Sampling:Height (pixels)", "long", 7)
    image.tags.set("SI:Acquisition:Spatial Sampling:Width (pixels)", "long", 8)
    source, workspace = fetched(image, answers=["default"])
    assert source.order == "yxvu" and len(workspace.dialogs) == 1


def test_the_order_is_never_guessed_in_silence():
    with pytest.raises(NoAnswer):
        fetched(image_4d(tag=False, units=None))
    workspace = run("from dm_python import bridge\nprint(bridge.menu(bridge.four_d))",
                    image_4d(tag=False, units=None), answers=["cancel"])
    assert workspace.results == "Nothing done: the axis order of 'Scan' is not known.\nNone\n"


# -- regions, binning, mask, type -------------------------------------------------------------------------------------


def with_roi(image, *rectangles):
    """The image in a workspace with rectangular ROIs, none of them selected if there are several."""
    workspace = workspace_with(image)
    display = image.displays[0]
    for rectangle in rectangles:
        roi = ROI()
        roi.set_rectangle(*rectangle)
        display.add_roi(roi)
    display.selected_rois = []
    return workspace


def test_a_rectangle_on_a_window_of_the_scan_restricts_the_scan():
    image = image_4d("vuyx")
    workspace = with_roi(image, (1.2, 2, 4.9, 7))
    source = run("from dm_python import bridge\nresult = bridge.four_d()", workspace=workspace).result
    np.testing.assert_array_equal(source.pixels, counts()[:, :, 1:5, 2:7])
    assert source.calibration["y"] == (10.5, 0.5, "nm") and source.calibration["x"] == (1.0, 2.0, "nm")
    assert source.calibration["v"] == (-0.5, 0.25, "1/nm")
    assert source.record["ROI"] == source.warnings[0] == (
        "only a region is analysed: scan 5 x 4 from (2, 1) (width x height from x, y)")


def test_a_rectangle_on_a_window_of_the_detector_restricts_the_detector():
    workspace = with_roi(image_4d("yxvu"), (1, 2, 4, 6))
    source = run("from dm_python import bridge\nresult = bridge.four_d()", workspace=workspace).result
    np.testing.assert_array_equal(source.pixels, counts("yxvu")[:, :, 1:4, 2:6])
    assert source.calibration["v"] == (-0.25, 0.25, "1/nm") and source.calibration["u"] == (-0.5, 0.5, "1/nm")


def test_the_selected_rectangle_counts_and_several_others_are_refused():
    workspace = with_roi(image_4d(), (0, 0, 2, 2), (3, 3, 6, 7))
    assert "2 rectangular ROIs" in run(
        "from dm_python import bridge\nbridge.menu(bridge.four_d)", workspace=workspace).results
    display = workspace.front_image().displays[0]
    display.selected_rois = [display.rois[1]]
    text = "from dm_python import bridge\nresult = [bridge.four_d(roi=roi).pixels.shape for roi in (True, False)]"
    assert run(text, workspace=workspace).result == [(5, 6, 3, 4), (5, 6, 7, 8)]


def test_other_rois_than_rectangles_restrict_nothing():
    workspace = with_roi(image_4d())
    line = ROI()
    line.set_line(0, 0, 3, 3)
    workspace.front_image().displays[0].add_roi(line)
    assert run("from dm_python import bridge\nresult = bridge.four_d()", workspace=workspace).result.warnings == []


def test_regions_of_both_pairs_may_be_given_in_words():
    source, _ = fetched(image_4d(), 'roi={"detector": (1, 0, 9, 4), "scan": (-2, 1, 3, 5)}')
    np.testing.assert_array_equal(source.pixels, counts()[1:5, 0:4, 0:3, 1:5])
    assert source.region == {"detector": (1, 0, 5, 4), "scan": (0, 1, 3, 5)}
    assert "holds no pixel of the scan of 7 x 8" in message_of('bridge.four_d(roi={"scan": (7, 0, 9, 4)})', image_4d())
    assert "not for 'map'" in message_of('bridge.four_d(roi={"map": (0, 0, 1, 1)})', image_4d())


def elsewhere(shape, units, rectangle=(1, 2, 4, 5)):
    """The 4D image in front, and another image with a ROI."""
    other = Image(np.ones(shape, np.float32), "other")
    other.calibrations[0].units = units
    workspace = workspace_with(image_4d(), other)
    if rectangle:
        roi = ROI()
        roi.set_rectangle(*rectangle)
        other.displays[0].add_roi(roi)
    return workspace


@pytest.mark.parametrize("shape, units, pair", [
    ((7, 8), "", "scan"), ((3, 7, 8), "nm", "scan"), ((5, 6), "", "detector"), ((3, 5, 6), "1/nm", "detector")])
def test_a_region_may_be_drawn_on_a_map_or_a_diffraction(shape, units, pair):
    text = "from dm_python import bridge\nresult = bridge.four_d(roi='other')"
    region = run(text, workspace=elsewhere(shape, units)).result.region
    assert region == {"scan": (0, 0, 7, 8), "detector": (0, 0, 5, 6), pair: (1, 2, 4, 5)}


@pytest.mark.parametrize("shape, units, rectangle, says", [
    ((7, 9), "", (1, 2, 4, 5), "neither clearly a map"), ((7, 8), "1/nm", (1, 2, 4, 5), "neither clearly a map"),
    ((7, 8), "nm", None, "no rectangular ROI on 'other'")])
def test_a_region_on_an_image_that_is_no_map_or_diffraction_is_refused(shape, units, rectangle, says):
    workspace = elsewhere(shape, units, rectangle)
    run("from dm_python import bridge\nbridge.menu(lambda: bridge.four_d(roi='other'))", workspace=workspace)
    assert says in workspace.results.splitlines()[0]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("dtype, wide", [(np.uint8, np.uint16), (np.uint16, np.uint32), (np.float32, np.float32)])
def test_binning_sums_detector_pixels_in_a_type_that_holds_the_sums(order, dtype, wide):
    image = image_4d(order, dtype)
    image.pixels[...] = np.minimum(2 * image.pixels, 250)
    source, _ = fetched(image, "binning=2")
    pixels = image.pixels.astype(int) if order == "vuyx" else image.pixels.astype(int).transpose(2, 3, 0, 1)
    binned = source.pixels if order == "vuyx" else source.pixels.transpose(2, 3, 0, 1)
    expected = sum(pixels[v:4:2, u:6:2] for v in (0, 1) for u in (0, 1))
    np.testing.assert_array_equal(binned, expected)
    assert expected.max() > 255 and source.pixels.dtype == wide
    assert source.pixels.flags.owndata and source.pixels.flags.c_contiguous
    assert source.calibration["v"] == (-0.375, 0.5, "1/nm")  # the middle of the first two pixels
    assert source.calibration["x"] == (FIRST_VALUES["x"], 2.0, "nm")


@pytest.mark.parametrize("binary_array", ["uint8", "bool"])
def test_pixels_of_a_binary_image_are_counted(binary_array):
    image = image_4d(dtype=bool)
    source, _ = fetched(image, "binning=2", binary_array=binary_array)
    assert source.pixels.max() == 4
    assert fetched(image, binary_array=binary_array)[0].pixels.dtype == np.uint8


@pytest.mark.parametrize("binning", ["0", "1.5", "True", "6", "'two'"])
def test_a_binning_that_cannot_be_is_refused(binning):
    assert "cannot be binned by" in message_of(f"bridge.four_d(binning={binning})", image_4d())


@pytest.mark.parametrize("order", ORDERS)
def test_bad_pixels_that_are_nan_or_negative_do_no_harm(order):
    image = image_4d(order, np.float32)
    data = image.pixels if order == "vuyx" else image.pixels.transpose(2, 3, 0, 1)
    data[2, 2, 3, 4], data[2, 2, 1, 1] = np.nan, -3
    mask = np.ones((5, 6), np.uint8)
    mask[2, 2] = 0
    text = "from dm_python import bridge\nresult = bridge.four_d('Scan', mask='beam stop')"
    pixels = run(text, image, Image(mask, "beam stop")).result.pixels
    assert np.isnan(data[2, 2, 3, 4])  # the image itself is as it was
    expected = counts(order, np.float32)
    (expected if order == "vuyx" else expected.transpose(2, 3, 0, 1))[2, 2] = 0
    np.testing.assert_array_equal(pixels, expected)


def test_a_mask_follows_region_and_binning():
    mask = np.ones((5, 6), np.uint8)
    mask[2, 2] = 0
    images = image_4d(), Image(mask, "beam stop")
    source = run("from dm_python import bridge\nresult = bridge.four_d('Scan', mask='beam stop')", *images).result
    np.testing.assert_array_equal(source.mask, mask != 0)
    source = run("from dm_python import bridge\n"
                 "result = bridge.four_d('Scan', mask='beam stop', binning=2, roi={'detector': (1, 0, 5, 6)})",
                 *images).result
    np.testing.assert_array_equal(source.mask, [[True, False, True], [True, True, True]])
    assert source.pixels.shape == (2, 3, 7, 8)
    text = "from dm_python import bridge\nresult = bridge.four_d('Scan', mask=[[0] + 5 * [1]] * 5)"
    source = run(text, *images).result
    np.testing.assert_array_equal(source.mask, [[False] + 5 * [True]] * 5)
    assert "the mask is 7 x 8 and the detector 5 x 6" in message_of(
        "bridge.four_d('Scan', mask='map')", image_4d(), Image(np.ones((7, 8), np.uint8), "map"))


def test_a_working_copy_may_be_float32():
    source, _ = fetched(image_4d(), "dtype='float32', binning=2")
    assert source.pixels.dtype == np.float32
    assert "float32, or float64; not int16" in message_of("bridge.four_d(dtype='int16')", image_4d())


def test_a_working_copy_that_would_not_fit_is_refused_before_it_is_made(monkeypatch):
    monkeypatch.setattr(memory, "available_bytes", lambda: 5 * 6 * 7 * 8 * 2 - 1)
    message = message_of("bridge.four_d()", image_4d())
    assert "the working copy of 'Scan' takes 3.4 kB of memory and 3.4 kB are free: crop the scan or bin" in message
    assert fetched(image_4d(), "binning=3")[0].pixels.shape == (1, 2, 7, 8)


# -- windows ----------------------------------------------------------------------------------------------------------

SHOW = """
import numpy as np
from dm_python import bridge
source = bridge.four_d("Scan")
diffractions = np.random.RandomState(0).rand(3, 5, 6)
maps = np.random.RandomState(1).rand(3, 7, 8)
note = {"Components": np.int64(3), "Mean squared error": 1.5, "Settings": {"centre": (2, np.float64(3.5))}, "On": True,
        "Big": 2 ** 40, "Unit": "\\u00b5m"}
bridge.show_diffractions(source, diffractions, "Diffractions", note)
bridge.show_maps(source, maps, "Maps", note)
bridge.show_image(maps[0].T, "Picture", ((1, 2, "nm"), (3, 4, "\\u00b5m")), note)
bridge.show_curve(1, 0.5, "nm", {"a": [1, 2, 3], "b": [3, 2, 2]}, "Curves", note)
del source
"""
# those that these lines could feel
PYTHON_SWITCHES = ["create_image", "create_image_failure", "get_tag_as_tag_group", "unit_strings", "thread",
                   "one_dimensional_array"]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("switches", list(all_combinations("python", PYTHON_SWITCHES)), ids=name_of_switches)
def test_windows_carry_calibration_tags_and_record_under_every_combination_of_switches(order, switches):
    micrometres = {"x": Calibration(1.5, 2.0, "\u00b5m"), "y": Calibration(-20.0, 0.5, "\u00b5m")}
    image = image_4d(order, units={**UNITS, **micrometres})
    image.tags.set("Microscope Info:Voltage", "double", 2e5)
    image.tags.set("Processing", "group", type(image.tags).from_plain([{"Operation": "Align"}]))
    before = image.tags.to_plain()
    workspace = run(SHOW, image, switches=switches)
    windows = shown(workspace)
    assert list(windows) == ["Curves", "Picture", "Maps", "Diffractions", "Scan"] and workspace.leaks == []
    for name, axes in (("Diffractions", "uv"), ("Maps", "xy")):
        window = windows[name]
        for calibration, axis in zip(window.calibrations, axes, strict=False):
            assert calibration.first_value == FIRST_VALUES[axis] and calibration.scale == UNITS[axis].scale
            assert calibration.units == ("1/nm" if name == "Diffractions" else "um")
        tags = window.tags.to_plain()
        assert tags["Microscope Info"] == {"Voltage": 2e5} and "Meta Data" not in tags
        assert tags["Processing"][0] == {"Operation": "Align"} and len(tags["Processing"]) == 2
        record = last_record(window)
        assert (record["Components"], record["Mean squared error"], record["On"]) == (3, 1.5, True)
        assert record["Source"] == "Scan" and record["Axis order"] == order and record["Big"] == 2.0 ** 40
        assert json.loads(record["Settings"]) == {"centre": [2, 3.5]} and record["Unit"] == "um"
        assert json.loads(record["JSON"])["Settings"] == {"centre": [2, 3.5]}
        assert str(tags).isascii()
    np.testing.assert_allclose(windows["Diffractions"].pixels, np.random.RandomState(0).rand(3, 5, 6), rtol=1e-6)
    np.testing.assert_allclose(windows["Maps"].pixels, np.random.RandomState(1).rand(3, 7, 8), rtol=1e-6)
    np.testing.assert_allclose(windows["Picture"].pixels, windows["Maps"].pixels[0].T)
    assert [(c.first_value, c.scale, c.units) for c in windows["Picture"].calibrations] == [(3, 4, "um"), (1, 2, "nm")]
    assert windows["Curves"].pixels.tolist() == [[1, 2, 3], [3, 2, 2]]
    assert windows["Curves"].displays[0].display_type == 3
    np.testing.assert_array_equal(image.pixels, counts(order))
    assert image.tags.to_plain() == before


def held_by_python(workspace):
    gc.collect()
    return [one for one in gc.get_objects() if isinstance(one, Proxy) and one._workspace is workspace]


def test_no_image_is_held_once_a_command_is_over():
    workspace = run(SHOW, image_4d())
    assert held_by_python(workspace) == [] and workspace.leaks == []


@pytest.mark.parametrize("call", ["bridge.four_d(binning=9)", "bridge.show_maps(bridge.four_d(), [1, 2], 'Maps')"])
def test_no_image_is_held_after_a_command_that_failed(call):
    workspace = run(f"from dm_python import bridge\nbridge.menu(lambda: {call})", image_4d())
    assert workspace.results.startswith("Stopped") and held_by_python(workspace) == []
    assert list(shown(workspace)) == ["Scan"]


def test_a_foreign_processing_tag_is_left_alone():
    image = image_4d()
    image.tags.set("Processing:By", "string", "hand")
    tags = shown(run(SHOW, image))["Maps"].tags.to_plain()
    assert tags["Processing"] == {"By": "hand"} and len(tags["Processing (NMF 4D-STEM)"]) == 1


def test_the_contrast_shows_weak_discs_next_to_a_strong_centre_and_a_hot_pixel():
    text = """
import numpy as np
from dm_python import bridge
patterns = np.ones((2, 40, 44))
patterns[:, 18:22, 20:24] = 1e4
patterns[:, 5:8, 20:24] = 20
patterns[1, 30, 30] = 1e6
source = bridge.four_d()
bridge.show_diffractions(source, patterns, "D")
bridge.show_maps(source, np.stack([np.ones((7, 8)), 3 * np.ones((7, 8)), np.zeros((7, 8))]), "M")
"""
    windows = shown(run(text, image_4d()))
    low, high = windows["D"].displays[0].contrast_limits
    assert low == 0 and 15 <= high <= 40
    assert windows["D"].displays[0].gamma > 0.5
    assert windows["M"].displays[0].contrast_limits == (0.0, 1.0)
    for window in (windows["D"], windows["M"]):
        display = window.displays[0]
        assert display.do_auto_survey is False
        (bar,) = display.children_of_type(31)
        top, left, bottom, right = bar.rect
        height, width = window.pixels.shape[1:]
        assert 0 < top < bottom < height and 0 < left < right < width


def test_an_uncalibrated_image_has_no_scale_bar():
    text = "from dm_python import bridge\nimport numpy as np\nbridge.show_image(np.eye(4), 'eye')"
    assert shown(run(text))["eye"].displays[0].children_of_type(31) == []


@pytest.mark.parametrize("array", [
    "np.arange(12.0).reshape(3, 4).T", "np.arange(24)[::2].reshape(3, 4)", "np.ones((3, 4), bool)",
    "np.ones((3, 4), np.float16)", "np.ma.ones((3, 4))", "[[1, 2], [3, 4]]"])
def test_any_array_becomes_an_owned_one_of_a_type_that_dm_takes(array):
    text = f"from dm_python import bridge\nimport numpy as np\narray = {array}\nbridge.show_image(array, 'any')"
    workspace = run(text)
    assert shown(workspace)["any"].pixels.dtype == np.float32


@pytest.mark.parametrize("fails", ["raise RuntimeError('out of memory')", "return None"])
def test_an_image_that_dm_cannot_make_is_one_sentence(fails):
    text = f"""
def fail(array):
    {fails}
DM.CreateImage = fail
from dm_python import bridge
bridge.menu(lambda: bridge.show_image([[1.0]], "one"))
"""
    assert "DM could not make the image 'one' of 1 pixels" in run(text).results.splitlines()[0]


# -- dialogs ----------------------------------------------------------------------------------------------------------

ASK = """
from dm_python import bridge
print(bridge.ask("try", 'Title with "quotes" and a \\u00b5', [("n", "Components", 4), ("t", "Tolerance", 1e-4),
    ("on", "Show", True), ("how", "Method", ["mu", "als"]), ("mask", "Mask", "")]))
"""


@pytest.mark.parametrize("switches", EVERY_SWITCH, ids=name_of_switches)
def test_one_dialog_asks_for_all_and_remembers(switches):
    answers = ["Components=6; Tolerance=0.25; Show=no; Method=als; Mask=beam stop", "default", "Method=mu", "default"]
    workspace = workspace_with(answers=answers, switches=switches)
    for _ in answers:
        run(ASK, workspace=workspace)
    given, changed = (f"'n': 6, 't': 0.25, 'on': False, 'how': '{how}', 'mask': 'beam stop'" for how in ("als", "mu"))
    assert workspace.results.splitlines() == ["{" + one + "}" for one in (
        given, given, changed, changed)]
    assert [dialog.kind for dialog in workspace.dialogs] == ["Pose"] * 4
    assert workspace.persistent_tags.to_plain()["NMF 4D-STEM"] == {
        "try": {"n": 6.0, "t": 0.25, "on": 0.0, "how": "mu", "mask": "beam stop"}}  # and no answers left lying about


def test_after_cancel_nothing_is_remembered():
    workspace = workspace_with(answers=["cancel"])
    assert run(ASK, workspace=workspace).results == "None\n"
    assert workspace.persistent_tags.to_plain().get("NMF 4D-STEM", {}) == {}


@pytest.mark.parametrize("kind, key, value", [
    ("string", "how", "hals"), ("double", "how", 2.0), ("string", "n", "many"), ("double", "n", float("nan"))])
def test_a_remembered_value_that_no_longer_fits_is_forgotten(kind, key, value):
    workspace = workspace_with(answers=["default"])
    workspace.persistent_tags.set("NMF 4D-STEM:try:" + key, kind, value)
    assert run(ASK, workspace=workspace).results == (
        "{'n': 4, 't': 0.0001, 'on': True, 'how': 'mu', 'mask': ''}\n")


def test_where_dm_script_poses_no_dialog_the_questions_come_one_by_one():
    no_script = "def refuse(text):\n    raise RuntimeError('Error in line 1')\nDM.ExecuteScriptString = refuse\n"
    workspace = workspace_with(answers=[6, "default", 0, 2, "beam stop"])
    assert run(no_script + ASK, workspace=workspace).results == (
        "{'n': 6, 't': 0.0001, 'on': False, 'how': 'als', 'mask': 'beam stop'}\n")
    assert "(1 = mu, 2 = als)" in workspace.dialogs[3].prompt
    assert run(no_script + ASK, answers=["default", "cancel"]).results == "None\n"


# -- progress and cancel ----------------------------------------------------------------------------------------------

STEPS = """
from dm_python import bridge
bridge.WINDOW_SECONDS = bridge.KEY_SECONDS = 0
bridge.RESULTS_SECONDS = {seconds}
try:
    with bridge.progress("NMF") as progress:
        for step in range(1, 6):
            if progress.cancelled():
                break
            progress.report(step, 5, 2.5)
        {after}
finally:
    bridge.WINDOW_SECONDS, bridge.RESULTS_SECONDS, bridge.KEY_SECONDS = 0.3, 5.0, 0.2
print("made", step, progress.was_cancelled)
"""


def steps(seconds=5, after="pass", before="", **options):
    return run(before + STEPS.format(seconds=seconds, after=after), **options)


@pytest.mark.parametrize("thread", ["main", "background"])
def test_progress_is_a_window_that_closes_and_a_line_in_results(thread):
    workspace = steps(seconds=0, thread=thread)
    assert workspace.progress[0] == ("NMF", "starting   (Esc, or Shift + Space: stop)", "")
    assert workspace.progress[1] == (
        "NMF", "1 of 5   (Esc, or Shift + Space: stop)", "mean squared error 2.5")
    assert len(workspace.progress) == 6 and workspace.progress_window is None
    assert workspace.results.splitlines() == [f"NMF: {n} of 5 mean squared error 2.5" for n in range(1, 6)] + [
        "made 5 False"]


def test_lines_in_results_come_seldom():
    assert steps(seconds=60).results == "made 5 False\n"


@pytest.mark.parametrize("key", [["esc@3"], ["shift@3", "+space"]])
@pytest.mark.parametrize("thread", ["main", "background"])
def test_a_key_cancels(key, thread):
    workspace = steps(keys=key, thread=thread)
    assert workspace.results == "NMF: cancelled; the best result so far is kept.\nmade 3 True\n"
    assert "NMF 4D-STEM" not in workspace.persistent_tags.to_plain() or (
        workspace.persistent_tags.to_plain()["NMF 4D-STEM"] == {})


@pytest.mark.parametrize("key", ["shift", "+space", "a"])
def test_other_keys_do_not(key):
    assert steps(keys=[key]).results == "made 5 False\n"


def test_another_script_cancels_with_a_tag_and_one_left_from_earlier_does_not():
    tag = 'DM.GetPersistentTagGroup().SetTagAsLong("NMF 4D-STEM:Cancel", 1)\n'
    assert steps(before=tag).results == "made 5 False\n"
    text = STEPS.format(seconds=5, after="pass").replace("            progress.report", f"            {tag}"
                                                         "            progress.report")
    assert run(text).results.endswith("made 2 True\n")


def test_the_window_closes_when_the_work_fails():
    with pytest.raises(ZeroDivisionError):
        steps(after="1 / 0")
    workspace = workspace_with()
    with pytest.raises(ZeroDivisionError):
        run(STEPS.format(seconds=5, after="1 / 0"), workspace=workspace)
    assert workspace.progress and workspace.progress_window is None


def test_without_dm_script_the_work_goes_on():
    no_script = "def refuse(text):\n    raise RuntimeError('Error in line 1')\nDM.ExecuteScriptString = refuse\n"
    assert steps(before=no_script).results == "made 5 False\n"


def test_only_the_foreground_needs_doevents():
    count = "calls = []\nDM.DoEvents = lambda: calls.append(1)\n"
    assert steps(before=count, after="print(len(calls))").results.startswith("5\n")
    assert steps(before=count, after="print(len(calls))", thread="background").results.startswith("0\n")


# -- how a command ends -----------------------------------------------------------------------------------------------


def test_errors_are_one_readable_message_with_the_traceback_below():
    assert "Stopped by an error that this program did not foresee (KeyError: 'x')" in run(
        "from dm_python import bridge\nbridge.menu(lambda: {}['x'])").results.splitlines()[0]
    text = "from dm_python import bridge\ndef full():\n    raise MemoryError\nbridge.menu(full)"
    lines = run(text).results.splitlines()
    assert lines[0].startswith("Stopped: there is not enough memory.") and lines[-1] == "MemoryError"


def test_where_there_is_no_dm_everything_imports_and_says_so_in_one_sentence():
    """In a Python of its own: no stand-in, no DM."""
    text = ("import pkgutil, importlib, dm_python\n"
            "for one in pkgutil.iter_modules(dm_python.__path__):\n"
            "    importlib.import_module('dm_python.' + one.name)\n"
            "from dm_python import bridge\n"
            "bridge.menu(bridge.four_d)")
    answer = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, cwd=ROOT)
    assert answer.stdout.startswith("Stopped: there is no DigitalMicrograph here"), answer.stderr
