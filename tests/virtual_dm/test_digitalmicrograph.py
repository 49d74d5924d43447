"""The stand-in DigitalMicrograph module: as strict as DM is known to be."""
import numpy as np
import pytest

from offline_reference.virtual_dm import displays
from offline_reference.virtual_dm.digitalmicrograph import SIMULATED, fire, make_module
from offline_reference.virtual_dm.errors import DMError, NoAnswer, NotSimulated
from offline_reference.virtual_dm.images import Calibration, Image, binary_image, rgb_image
from offline_reference.virtual_dm.python import events, inventory
from offline_reference.virtual_dm.python.functions import Functions
from offline_reference.virtual_dm.switches import Switches
from offline_reference.virtual_dm.workspace import Workspace

SHAPE = (3, 4, 5, 6)  # NumPy's order: t, z, y, x


def module(*images, answers=(), folder=None, **switches):
    """(DM, workspace) with images shown, the first one in front."""
    workspace = Workspace(switches=Switches(**switches), answers=answers, folder=folder)
    for image in reversed(images):
        workspace.show(image)
    return make_module(workspace), workspace


def ramp(*shape, dtype=np.float32):
    return np.arange(np.prod(shape), dtype=dtype).reshape(shape).copy()


# -- the names --------------------------------------------------------------------------------------------------------


def test_every_known_name_is_there_and_no_other():
    DM, _ = module()
    public = {name for name in vars(DM) if not name.startswith("_")}
    assert public == {*inventory.FUNCTIONS, *inventory.METHODS, "INVALID_NP_IMAGE_TYPE"}
    assert len(inventory.FUNCTIONS) == 92 and len(inventory.METHODS) == 15  # 96 with SWIG's own four helpers


@pytest.mark.parametrize("class_name", inventory.METHODS)
def test_every_known_method_is_there_and_no_other(class_name):
    DM, _ = module()
    known = set(inventory.METHODS[class_name])
    base = class_name
    while base in inventory.BASE_OF:
        base = inventory.BASE_OF[base]
        known |= set(inventory.METHODS[base])
    assert {name for name in dir(getattr(DM, class_name)) if not name.startswith("_")} == known


def test_no_name_is_invented():
    assert not {name for name in vars(Functions) if name[0].isupper()} - set(inventory.FUNCTIONS)
    assert set(SIMULATED) <= set(inventory.METHODS)


def test_what_is_not_simulated_says_so_and_is_remembered():
    DM, workspace = module()
    with pytest.raises(NotSimulated, match=r"DS_StartAcquisition\(\) is known to DM, not simulated here"):
        DM.DS_StartAcquisition(1, True, False)
    with pytest.raises(NotSimulated, match=r"Py_Microscope.GetFocus\(\) is known to DM"):
        DM.Py_Microscope().GetFocus()
    assert len(workspace.complaints) == 2


def test_unknown_names_are_attribute_errors():
    DM, _ = module(Image(ramp(4, 5)))
    for name in ("OpenAndSetProgressWindow", "SaveImage", "GetApplicationVersion"):
        with pytest.raises(AttributeError):
            getattr(DM, name)
    with pytest.raises(AttributeError, match="'Py_Image' object has no attribute 'Clone'"):
        DM.GetFrontImage().Clone()


def test_a_workspace_has_one_module():
    DM, workspace = module()
    assert make_module(workspace) is DM
    assert make_module(Workspace()) is not DM


# -- pixels -----------------------------------------------------------------------------------------------------------


def test_arrays_are_live_and_their_axes_reversed():
    DM, workspace = module(Image(ramp(*SHAPE)))
    image = DM.GetFrontImage()
    array = image.GetNumArray()
    assert array.shape == SHAPE
    assert [image.GetDimensionSize(d) for d in range(4)] == list(SHAPE[::-1])
    assert (image.GetImgWidth(), image.GetImgHeight(), image.GetImgDepth()) == (6, 5, 4)
    array[...] = 7
    assert (DM.GetFrontImage().GetNumArray() == 7).all()
    assert workspace.front_image().pixels.min() == 7


def test_a_frozen_array_does_not_freeze_the_image():
    DM, _ = module(Image(ramp(4, 5)))
    DM.GetFrontImage().GetNumArray().setflags(write=False)
    assert DM.GetFrontImage().GetNumArray().flags.writeable


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "uint16", "int32", "uint32", "float32", "float64",
                                   "complex64", "complex128"])  # fmt: skip
def test_images_are_made_of_the_types_dm_has(dtype):
    DM, _ = module()
    image = DM.CreateImage(ramp(4, 5, dtype=dtype))
    assert image.GetNumArray().dtype == dtype
    np.testing.assert_array_equal(image.GetNumArray(), ramp(4, 5, dtype=dtype))


class Wrapped(np.ndarray):
    pass


@pytest.mark.parametrize(
    "array, why",
    [
        (ramp(4, 5)[1:], "view of other memory and does not own its data"),
        (ramp(20).reshape(4, 5), "view of other memory"),
        (ramp(4, 5).T, "not in C order"),
        (np.asfortranarray(ramp(4, 5)), "not in C order"),
        (ramp(4, 5).astype(bool), "its type is bool"),
        (ramp(4, 5).astype(np.int64), "its type is int64.*default_integers=int32"),
        (ramp(4, 5).astype(np.float16), "its type is float16"),
        (ramp(4, 5).astype(">f4"), "its type is >f4"),
        ([[1.0, 2.0]], "a list, not a numpy.ndarray"),
        (np.ma.masked_array(ramp(4, 5)), "a MaskedArray, not a numpy.ndarray"),
        (ramp(4, 5).view(Wrapped).copy(), "a Wrapped, not a numpy.ndarray"),
        (np.zeros((0, 5), np.float32), "none of them empty"),
        (ramp(1, 2, 1, 2, 1), "1 to 4 dimensions"),
        (np.float32(3), "a float32, not"),
    ],
)
def test_arrays_that_dm_may_not_take_are_refused_with_the_cure(array, why):
    DM, workspace = module()
    with pytest.raises(DMError, match="CreateImage cannot take this array: .*" + why):
        DM.CreateImage(array)
    assert workspace.images() == []
    DM, _ = module(create_image_failure="None")
    assert DM.CreateImage(array) is None


def test_a_copy_in_c_order_is_always_taken():
    DM, _ = module()
    for array in (ramp(4, 5)[1:], ramp(4, 5).T, ramp(20).reshape(4, 5)):
        np.testing.assert_array_equal(DM.CreateImage(array.copy(order="C")).GetNumArray(), array)


def test_whether_an_image_shares_its_source_is_a_switch():
    for value, first in (("copies", 0), ("shares", 9)):
        DM, _ = module(create_image=value)
        array = ramp(4, 5)
        image = DM.CreateImage(array)
        array[0, 0] = 9
        assert image.GetNumArray()[0, 0] == first


def test_default_integers_are_32_bits_on_windows():
    DM, _ = module(default_integers="int32")
    assert DM.CreateImage(ramp(4, 5, dtype=np.int64)).GetNumArray().dtype == np.int32


def test_unusual_types_may_be_converted():
    DM, _ = module(unusual_types="converted")
    assert DM.CreateImage(ramp(4, 5).astype(bool)).GetDataType() == 6


def test_an_images_own_array_is_a_source_behind_a_switch():
    for value in ("refused", "taken"):
        DM, _ = module(Image(ramp(4, 5)), array_of_an_image=value)
        array = DM.GetFrontImage().GetNumArray()
        if value == "taken":
            assert DM.CreateImage(array).GetNumArray().tolist() == array.tolist()
            with pytest.raises(DMError, match="view"):
                DM.CreateImage(array[:2])
        else:
            with pytest.raises(DMError, match="view of other memory"):
                DM.CreateImage(array)


def test_a_line_is_a_vector_or_a_row():
    for value, shape in (("(n,)", (6,)), ("(1, n)", (1, 6))):
        DM, _ = module(Image(ramp(6)), one_dimensional_array=value)
        array = DM.GetFrontImage().GetNumArray()
        assert array.shape == shape
        array[...] = 1
        assert DM.GetFrontImage().GetNumArray().sum() == 6


def test_binary_images_are_bytes_or_bools_and_colours_are_not_simulated():
    for value in ("uint8", "bool"):
        DM, _ = module(binary_image("", 5, 6), binary_array=value)
        assert DM.GetFrontImage().GetNumArray().dtype == value
    DM, _ = module(rgb_image("", 4, 5, 6))
    with pytest.raises(NotSimulated, match=r"split it with DM-script's red\(\)"):
        DM.GetFrontImage().GetNumArray()


def test_the_constructor_shows_the_image():
    DM, workspace = module()
    image = DM.Py_Image(ramp(4, 5))
    assert workspace.front_image().pixels.shape == (4, 5) and isinstance(image, DM.Py_Image)


# -- images -----------------------------------------------------------------------------------------------------------


def test_each_call_gives_a_new_proxy_of_the_same_image():
    DM, _ = module(Image(ramp(4, 5)))
    one, other = DM.GetFrontImage(), DM.GetFrontImage()
    assert one is not other and one != other and one.GetID() == other.GetID()
    one.note = "attributes of a proxy are its own"
    assert not hasattr(other, "note")
    assert repr(one).startswith("<DigitalMicrograph.Py_Image; proxy of <Swig Object of type 'Py_Image *'")


def test_finding_images():
    DM, _ = module(Image(ramp(4, 5), "front"), Image(ramp(4, 5), "behind"))
    front = DM.GetFrontImage()
    assert front.FindNextImage().GetName() == "behind"
    assert front.FindNextImage().FindNextImage() is None
    assert DM.FindImageByName("behind").GetName() == "behind"
    assert DM.FindImageByID(front.GetID()).GetName() == "front"
    assert DM.FindImageByLabel(front.GetLabel()).GetName() == "front"
    assert DM.FindImageByName("x") is DM.FindImageByID(99) is DM.FindImageByLabel("Z") is None


def test_without_an_image():
    DM, _ = module()
    with pytest.raises(DMError, match="no image is open"):
        DM.GetFrontImage()
    assert DM.FindFrontImage() is None
    DM, _ = module(find_front_image_empty="invalid")
    assert not DM.FindFrontImage().IsValid()


def test_calibrations_speak_both_formats():
    image = Image(ramp(4, 5))
    image.calibrations[0] = Calibration(4.0, 0.5, "nm")
    DM, _ = module(image)
    proxy = DM.GetFrontImage()
    assert proxy.GetDimensionCalibration(0, 0) == (-2.0, 0.5, "nm")
    assert proxy.GetDimensionCalibration(0, 1) == (4.0, 0.5, "nm")
    proxy.SetDimensionCalibration(1, 10, 2, "1/nm", 0)
    assert proxy.GetDimensionCalibration(1, 1) == (-5.0, 2.0, "1/nm")
    assert proxy.GetDimensionUnitInfo(1) == ("nm", -1)
    with pytest.raises(DMError, match="dimensions 0 to 1 .0 is x., so there is no 2"):
        proxy.GetDimensionScale(2)


def test_the_plain_origin_is_contested():
    for value, origin in (("units", -2.0), ("pixels", 4.0)):
        image = Image(ramp(4, 5))
        image.calibrations[0] = Calibration(4.0, 0.5, "nm")
        DM, _ = module(image, plain_origin=value)
        assert DM.GetFrontImage().GetDimensionOrigin(0) == origin
        DM.GetFrontImage().SetDimensionOrigin(0, origin)
        assert image.calibrations[0].origin == 4.0


def test_units_that_are_not_ascii_may_be_bytes():
    image = Image(ramp(4, 5))
    image.calibrations[0].units, image.intensity.units = "\u00b5m", "\u00c5"
    DM, _ = module(image, unit_strings="bytes")
    proxy = DM.GetFrontImage()
    assert proxy.GetDimensionCalibration(0, 0)[2] == proxy.GetDimensionUnitString(0) == b"\xb5m"
    assert proxy.GetIntensityUnitString() == b"\xc5"
    assert proxy.GetDimensionUnitString(1) == ""


def test_intensity_and_names():
    DM, _ = module(Image(ramp(4, 5), "old"))
    proxy = DM.GetFrontImage()
    proxy.SetIntensityScale(2.5)
    proxy.SetIntensityOrigin(1)
    proxy.SetIntensityUnitInfo("e", -1)
    proxy.SetName("new")
    assert (proxy.GetIntensityScale(), proxy.GetIntensityOrigin(), proxy.GetIntensityUnitString()) == (2.5, 1.0, "1/e")
    assert (proxy.GetName(), DM.GetFrontImageDocument().GetName()) == ("new", "new")


def test_images_have_displays_after_they_are_shown():
    DM, _ = module()
    image = DM.CreateImage(ramp(4, 5))
    with pytest.raises(DMError, match=r"an image has displays after ShowImage\(\)"):
        image.GetImageDisplay(0)
    assert isinstance(image.ShowImage(), DM.Py_Window)
    assert image.CountImageDisplays() == 1 and isinstance(image.GetImageDisplay(0), DM.Py_Component)


def test_a_deleted_image_is_not_valid():
    DM, workspace = module(Image(ramp(4, 5)))
    image = DM.GetFrontImage()
    DM.DeleteImage(image)
    assert not image.IsValid() and workspace.images() == [] and image.GetNumArray().shape == (4, 5)


# -- arguments --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call, error, why",
    [
        (lambda i: i.SetName(3), TypeError, r"SetName\(\): argument 'name' must be str, not int"),
        (lambda i: i.SetName(b"x"), TypeError, "must be str, not bytes"),
        (lambda i: i.SetDimensionScale(0.0, 1.0), TypeError, "argument 'dimension' must be int, not float"),
        (lambda i: i.SetDimensionScale(0, "1"), TypeError, "argument 'scale' must be float, not str"),
        (lambda i: i.SetDimensionScale(0, np.float32(1)), TypeError, r"NumPy float32.*write float\(...\)"),
        (lambda i: i.SetDimensionScale(np.int64(0), 1.0), TypeError, "NumPy int64"),
        (lambda i: i.GetDimensionScale(2**31), OverflowError, "must lie between"),
        (lambda i: i.SetName(), TypeError, "missing a required argument: 'name'"),
        (lambda i: i.SetName("a", "b"), TypeError, "too many positional arguments"),
        (lambda i: i.GetTagGroup().CopyTagsFrom(i), TypeError, "must be a Py_TagGroup, not Py_Image"),
    ],
)
def test_arguments_are_checked_as_in_dms_generated_layer(call, error, why):
    DM, _ = module(Image(ramp(4, 5)))
    with pytest.raises(error, match=why):
        call(DM.GetFrontImage())


def test_numpy_scalars_pass_behind_a_switch_and_float64_always():
    DM, _ = module(Image(ramp(4, 5)))
    DM.GetFrontImage().SetDimensionScale(0, np.float64(0.5))
    DM, _ = module(Image(ramp(4, 5)), numpy_scalars="taken")
    DM.GetFrontImage().SetDimensionScale(np.int64(0), np.float32(0.5))
    assert DM.GetFrontImage().GetDimensionScale(0) == 0.5


# -- tags -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, value",
    [("Boolean", True), ("Short", -5), ("Long", 7), ("UInt16", 65535), ("UInt32", 2**32 - 1), ("Float", 0.5),
     ("Double", 0.1), ("String", "x"), ("Text", "y")],
)  # fmt: skip
def test_typed_tags_come_back_beside_ok(name, value):
    DM, _ = module(Image(ramp(4, 5)))
    tags = DM.GetFrontImage().GetTagGroup()
    getattr(tags, f"SetTagAs{name}")("New:Group:x", value)
    assert getattr(tags, f"GetTagAs{name}")("New:Group:x") == (True, value)
    ok, default = getattr(tags, f"GetTagAs{name}")("Nowhere")
    assert not ok and not default


def test_a_float_tag_loses_digits_and_a_long_has_32_bits():
    DM, _ = module()
    tags = DM.NewTagGroup()
    tags.SetTagAsFloat("x", -823.83)
    assert tags.GetTagAsFloat("x") == (True, -823.8300170898438)
    with pytest.raises(OverflowError):
        tags.SetTagAsLong("x", 2**31)
    with pytest.raises(OverflowError):
        tags.SetTagAsShort("x", 2**15)
    with pytest.raises(TypeError):
        tags.SetTagAsString("x", 3)


def test_groups_come_as_tuple_or_bare():
    for value in ("tuple", "bare"):
        DM, workspace = module(get_tag_as_tag_group=value)
        workspace.persistent_tags.set("A:B", "long", 1)
        found = DM.GetPersistentTagGroup().GetTagAsTagGroup("A")
        missing = DM.GetPersistentTagGroup().GetTagAsTagGroup("Nowhere")
        if value == "tuple":
            assert found[0] and found[1].GetTagAsLong("B") == (True, 1) and not missing[0]
        else:
            assert found.GetTagAsLong("B") == (True, 1) and not missing


def test_tags_by_index():
    DM, _ = module()
    tags = DM.NewTagList()
    tags.InsertTagAsLong(0, 5)
    tags.InsertTagAsString(1, "x")
    tags.InsertTagAsLongRect(2, 1, 2, 3, 4)
    tags.InsertTagAsDoubleComplex(3, 1, 2)
    tags.InsertTagAsUInt64(4, 2**63)
    assert tags.CountTags() == len(tags) == 5 and tags.IsList()
    assert tags.GetIndexedTagAsLong(0) == (True, 5)
    assert tags.GetIndexedTagAsLongRect(2) == (True, 1, 2, 3, 4)
    assert tags.GetIndexedTagAsDoubleComplex(3) == (True, 1 + 2j)
    assert tags.GetIndexedTagAsUInt64(4) == (True, 2**63)
    assert [tags.GetTagType(i, 0) for i in range(5)] == [3, 20, 15, 15, 12]
    tags.SetIndexedTagAsFloat(0, 0.5)
    assert tags.GetTagType(0, 0) == 6
    sub = DM.NewTagGroup()
    assert tags.GetIndexedTagAsTagGroup(0, sub) is False


def test_a_group_in_a_list_is_copied_into_the_one_given():
    DM, _ = module()
    tags, item, sub = DM.NewTagList(), DM.NewTagGroup(), DM.NewTagGroup()
    item.SetTagAsLong("x", 3)
    tags.AddTagGroupAtEnd(item)
    assert tags.GetIndexedTagAsTagGroup(0, sub) is True
    assert sub.GetTagAsLong("x") == (True, 3)


def test_tags_as_python_sees_them():
    DM, _ = module()
    tags = DM.NewTagGroup()
    assert not tags  # an empty group is false
    tags["A"], tags["B"], tags["C"] = 1, 0.5, "x"
    assert [tags.GetTagType(i, 0) for i in range(3)] == [3, 7, 20]
    assert list(tags) == [1, 0.5, "x"]  # by index: there is no __iter__
    tags.SetTagAsLong("G:x", 3)
    assert tags["G"]["x"] == tags["G:x"] == 3
    with pytest.raises(KeyError):
        tags["nowhere"]
    with pytest.raises(AttributeError, match="no attribute 'keys'"):
        tags.keys()
    DM, _ = module(tag_group_keys="present")
    tags = DM.NewTagGroup()
    tags["A"] = 1
    assert tags.keys() == ["A"]


def test_clones_and_copies_are_apart_and_groups_are_live():
    DM, workspace = module(Image(ramp(4, 5)))
    tags = DM.GetFrontImage().GetTagGroup()
    tags.SetTagAsLong("x", 1)
    twin, copied = tags.Clone(), DM.NewTagGroup()
    copied.CopyTagsFrom(tags)
    DM.GetFrontImage().GetTagGroup().SetTagAsLong("x", 2)
    assert tags.GetTagAsLong("x") == (True, 2)
    assert twin.GetTagAsLong("x") == copied.GetTagAsLong("x") == (True, 1)
    assert tags.DeleteTagWithLabel("x") is True and tags.DeleteTagWithLabel("x") is False


def test_arrays_go_through_images():
    DM, _ = module(Image(ramp(4, 5)))
    tags = DM.NewTagGroup()
    tags.SetTagAsArray("pixels", DM.GetFrontImage())
    target, wrong = DM.CreateImage(np.zeros((4, 5), np.float32)), DM.CreateImage(np.zeros(3, np.float32))
    assert tags.GetTagAsArray("pixels", target) and not tags.GetTagAsArray("pixels", wrong)
    np.testing.assert_array_equal(target.GetNumArray(), ramp(4, 5))


def test_tags_are_saved_in_the_allowed_folder(tmp_path):
    DM, _ = module(folder=tmp_path)
    tags, back = DM.NewTagGroup(), DM.NewTagGroup()
    tags.SetTagAsFloat("A:x", 0.1)
    tags.SaveToFile("t.gtg")
    assert back.LoadFromFile("t.gtg") and back.GetTagAsFloat("A:x") == tags.GetTagAsFloat("A:x")
    assert back.LoadFromFile("other.gtg") is False


# -- displays, documents, ROIs ----------------------------------------------------------------------------------------


def test_rois():
    DM, workspace = module(Image(ramp(4, 5)))
    display = DM.GetFrontImage().GetImageDisplay(0)
    roi = DM.NewROI()
    roi.SetRectangle(0, 1, 2, 3)
    roi.SetName("virtual detector")
    display.AddROI(roi)
    assert display.CountROIs() == 1 and display.DoesROIExist("virtual detector") and display.IsROISelected(roi)
    assert display.GetROI(0).GetRectangle() == (0.0, 1.0, 2.0, 3.0)
    assert roi.IsRectangle() and not roi.IsCircle() and DM.GetROIFromID(roi.GetID()).GetName() == "virtual detector"
    with pytest.raises(DMError, match="is a rectangle, not a circle"):
        roi.GetCircle()
    with pytest.raises(DMError, match="1 ROIs, none of number 1"):
        display.GetROI(1)
    assert workspace.front_image().displays[0].selection == (0, 1, 2, 3)


def test_annotations():
    DM, workspace = module(Image(ramp(4, 5)))
    display = DM.GetFrontImage().GetImageDisplay(0)
    box = display.AddNewComponent(5, 0, 1, 2, 3)
    text = DM.NewTextAnnotation(1, 2, "Al", 14)
    display.AddChildAtEnd(text)
    box.SetForegroundColor(1, 0, 0)
    assert display.CountChildren() == 2 and display.CountChildrenOfType(13) == 1
    assert display.GetNthChildOfType(13, 0).TextAnnotationGetText() == "Al"
    assert display.GetChild(0).GetRect() == (0, 1, 2, 3) and display.GetChild(0).GetForegroundColor() == (1, 0, 0)
    assert text.GetFontSize() == 14 and text.GetParentImageDisplay().GetID() == display.GetID()
    assert workspace.front_image().displays[0].children[1].text == "Al"


def test_display_settings_are_remembered():
    DM, workspace = module(Image(ramp(4, 5)))
    display = DM.GetFrontImage().GetImageDisplay(0)
    assert display.GetContrastLimits() == (0, 19)
    display.SetDoAutoSurvey(False)
    display.SetContrastLimits(1, 2)
    display.SetColorTableByName("Temperature")
    display.SetIntensityScaleBarOn(True)
    display.ChangeDisplayType(3)
    recorded = workspace.front_image().displays[0]
    assert (recorded.do_auto_survey, recorded.contrast_limits, recorded.color_table_name) == (
        False, (1.0, 2.0), "Temperature")  # fmt: skip
    line_plot = display.GetLinePlotImageDisplay()
    line_plot.SetSliceDrawingStyle(3, 2)
    line_plot.SetLegendShown(True)
    assert line_plot.GetSliceDrawingStyle(3) == 2 and display.GetIntensityScaleBarOn()
    with pytest.raises(DMError, match="4 curves, none of number 4"):
        line_plot.SetSliceDrawingStyle(4, 2)


def test_documents_and_windows():
    DM, workspace = module(Image(ramp(4, 5), "one"), Image(ramp(4, 5), "two"))
    assert DM.CountImageDocuments() == 2
    assert DM.GetImageDocument(1).GetImage(0).GetName() == "two"
    assert DM.GetImageDocument(2) is None
    assert DM.GetDocumentWindow(0).GetTitle() == "Python script"
    assert DM.GetDocumentWindow(1).GetTitle() == "one"
    document = DM.GetFrontImageDocument()
    document.MoveToWorkspace(1)
    assert DM.CountImageDocuments(1) == 1 and document.GetWindow().WorkspaceIDFindByWindow() == 1
    document.GetWindow().SetFramePosition(10, 20)
    assert workspace.documents[0].window.position == (10, 20)
    document.Close(False)
    assert not document.IsValid() and DM.GetFrontImage().GetName() == "two"


# -- dialogs, output --------------------------------------------------------------------------------------------------


def test_dialogs_take_prepared_answers():
    DM, workspace = module(answers=[3, "cancel", "ok", "cancel"])
    assert DM.GetNumber("How many?", 5) == (True, 3.0)
    assert DM.GetNumber("How many?", 5) == (False, 5.0)
    assert DM.OkCancelDialog("Sure?") == 1
    assert DM.OkCancelDialog("Sure?") == 0
    assert DM.OkDialog("Done") is None
    assert [dialog.prompt for dialog in workspace.dialogs][-1] == "Done"


def test_output_goes_where_it_is_sent():
    DM, workspace = module()
    DM.Result("a\n")
    DM.SetOutputTo(1)
    DM.Output("b")
    assert workspace.texts == {"results": "a\n", "notes": "b", "debug": ""}
    with pytest.raises(DMError, match="0 .Results., 1 .Notes. or 2 .Debug."):
        DM.SetOutputTo(3)


def test_the_thread_is_a_switch():
    assert module()[0].IsScriptOnMainThread() is True
    assert module(thread="background")[0].IsScriptOnMainThread() is False


# -- DM-script --------------------------------------------------------------------------------------------------------


def test_dm_script_sees_the_same_images_by_label_and_by_id():
    DM, _ = module()
    image = DM.CreateImage(ramp(4, 5))
    DM.ExecuteScriptString(
        f"image twice = 2 * {image.GetLabel()}\ntwice.SetName(\"twice\")\ntwice.ShowImage()\n"
        f"image same := FindImageByID({image.GetID()})\nsame += 1"
    )
    np.testing.assert_array_equal(DM.FindImageByName("twice").GetNumArray(), 2 * ramp(4, 5))
    np.testing.assert_array_equal(image.GetNumArray(), ramp(4, 5) + 1)


def test_dm_script_leaves_values_in_persistent_tags():
    DM, _ = module(answers=["a text"])
    DM.ExecuteScriptString(
        'string s\nif (!GetString("Name?", "", s)) exit(0)\nGetPersistentTagGroup().TagGroupSetTagAsString("Answer", s)'
    )
    assert DM.GetPersistentTagGroup().GetTagAsString("Answer") == (True, "a text")


def test_an_error_in_dm_script_is_a_runtime_error_with_its_line():
    DM, _ = module()
    with pytest.raises(RuntimeError, match=r"^Error in line 2\n.*too much"):
        DM.ExecuteScriptString('number a = 1\nThrow("too much")')


def test_an_unknown_function_in_dm_script_is_a_complaint_too():
    DM, workspace = module()
    with pytest.raises(RuntimeError, match="Error in line 1\n.*NoSuchFunction"):
        DM.ExecuteScriptString("NoSuchFunction(1)")
    assert len(workspace.complaints) == 1


def test_a_dialog_without_an_answer_in_dm_script_stops_the_run_as_in_python():
    DM, workspace = module()
    with pytest.raises(NoAnswer, match="GetNumber asks 'How many.'"):
        DM.ExecuteScriptString('number n\nGetNumber("How many?", 1, n)')
    assert len(workspace.complaints) == 1


# -- listeners --------------------------------------------------------------------------------------------------------


def test_listeners_are_called_when_a_test_fires():
    image = Image(ramp(4, 5))
    DM, workspace = module(image, Image(ramp(4, 5)))

    class Sum(DM.Py_ScriptObject):
        def __init__(self):
            DM.Py_ScriptObject.__init__(self)
            self.sums = []

        def HandleDataChangedEvent(self, flags, changed):
            self.sums.append(changed.GetNumArray().sum())

        def HandleROIRemovedEvent(self, flags, display, change, roi_flags, roi):
            self.sums.append(roi.GetRectangle())

    listener = Sum()
    listener.ImageHandleDataChangedEvent(DM.GetFrontImage(), "test")
    listener.ImageDisplayHandleROIRemovedEvent(DM.GetFrontImage().GetImageDisplay(0), "test")
    image.pixels[...] = 1
    assert fire(workspace, "DataChanged", image) == 1
    assert fire(workspace, "DataChanged", workspace.images()[1]) == 0
    roi = displays.ROI()
    roi.set_rectangle(0, 0, 1, 1)
    assert fire(workspace, "ROIRemoved", image.displays[0], 0, 0, roi) == 1
    assert listener.sums == [20, (0, 0, 1, 1)]
    listener.UnregisterAllListeners()
    assert fire(workspace, "DataChanged", image) == 0


def test_registering_needs_the_base_class_to_be_initialized():
    DM, _ = module(Image(ramp(4, 5)))

    class Forgetful(DM.Py_ScriptObject):
        def __init__(self):
            pass

    with pytest.raises(RuntimeError, match=r"has not called DM.Py_ScriptObject.__init__\(self\)"):
        Forgetful().ImageHandleDataChangedEvent(DM.GetFrontImage(), "test")


@pytest.mark.parametrize("registration", events.REGISTRATIONS)
def test_every_registration_has_its_handler(registration):
    assert events.handler_of(registration) in events.HANDLERS


def test_rows_of_an_image_that_becomes_a_line_plot_are_its_curves():
    DM, workspace = module()
    image = DM.CreateImage(ramp(2, 3))
    image.ShowImage()
    image.GetImageDisplay(0).ChangeDisplayType(3)
    curves = workspace.front_image().displays[0].slices
    assert [curve.image.pixels.ravel().tolist() for curve in curves] == [[0, 1, 2], [3, 4, 5]]
