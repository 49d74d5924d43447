"""What is shown, as recorded state: displays, line plots, documents, windows, annotations."""

import numpy as np
import pytest

from offline_reference.virtual_dm.images import RGB, Image
from tests.virtual_dm.builtins.scripts import error_of, ramp, run, value_of


def test_showing_brings_to_the_front_and_hiding_takes_away():
    workspace = run('image n := RealImage("new", 4, 6, 5)\nn.ShowImage()\nA.SelectImage()\nn.HideImage()', ramp(6, 5))
    assert [image.name for image in workspace.images()] == ["ramp"]


def test_an_image_that_is_not_shown_has_no_display_yet():
    assert "show it first" in error_of('image n := RealImage("n", 4, 6, 5)\nn.ImageGetImageDisplay(0)')
    assert value_of("ImageDisplayIsValid(GetNthImageDisplay(3))", ramp(6, 5)) == 0


def test_contrast_limits_follow_the_pixels_until_they_are_set():
    code = "ImageDisplay d = A.ImageGetImageDisplay(0)\nnumber lo, hi\n{0}d.ImageDisplayGetContrastLimits(lo, hi)\n"
    assert value_of("hi - lo", ramp(6, 5), before=code.format("")) == 29
    limits = code.format("d.ImageDisplaySetContrastLimits(2, 5)\n")
    assert value_of("hi * 10 + lo", ramp(6, 5), before=limits) == 52


def test_settings_are_read_back_as_they_were_written():
    code = (
        "ImageDisplay d = A.ImageGetImageDisplay(0)\nd.ImageDisplaySetGammaCorrection(0.7)\n"
        'd.ImageDisplaySetDoAutoSurvey(0)\nd.ImageDisplaySetIntensityLabel("e")\n'
        "exit(d.ImageDisplayGetGammaCorrection() * 10 + d.ImageDisplayGetDoAutoSurvey() "
        "+ len(d.ImageDisplayGetIntensityLabel()))"
    )
    assert run(code, ramp(6, 5)).exit_value == pytest.approx(8)


def test_colour_tables_are_kept_as_copies():
    code = (
        'ImageDisplay d = A.ImageGetImageDisplay(0)\nrgbimage t := RGBImage("t", 4, 256, 1)\nred(t) = icol\n'
        "d.ImageDisplaySetInputColorTable(t)\nred(t) = 0\nexit(sum(red(d.ImageDisplayGetInputColorTable())))"
    )
    assert run(code, ramp(6, 5)).exit_value == 255 * 128


def test_a_display_becomes_a_picture_between_its_limits():
    code = (
        "A.ImageGetImageDisplay(0).ImageDisplaySetContrastLimits(0, 10)\n"
        "image p := CreateImageFromDisplay(A)\np.ShowImage()"
    )
    picture = run(code, ramp(6, 5)).front_image()
    assert picture.pixels.dtype == RGB
    assert picture.pixels["g"].ravel()[[0, 5, 10, 29]].tolist() == [0, 127, 255, 255]


def test_curves_are_added_to_a_line_plot_named_and_deleted():
    line = Image(np.arange(8, dtype=np.float32).reshape(1, 8), "line")
    code = (
        'ImageDisplay d = A.ImageGetImageDisplay(0)\nobject id = d.ImageDisplayAddImage(B, "second")\n'
        'd.ImageDisplaySetSliceLabelByID(id, "fit")\nd.LinePlotImageDisplaySetSliceDrawingStyle(1, 2)\n'
        "Result(d.ImageDisplayCountSlices() + d.ImageDisplayGetSliceLabelByID(d.ImageDisplayGetSliceIDByIndex(1)))\n"
        "Result(d.ImageDisplayDeleteSliceWithID(id) + d.ImageDisplayCountSlices())"
    )
    assert run(code, line, ramp(8, 1)).results == "2fit2"


def test_rows_of_a_2d_image_are_curves_of_its_line_plot():
    code = (
        'ImageDocument doc = CreateImageDocument("fits")\nImageDisplay d = doc.ImageDocumentAddImageDisplay(A, 3)\n'
        "exit(d.ImageDisplayCountSlices() * 100 + sum(d.ImageDisplayGetSliceImageByIndex(2)))"
    )
    assert run(code, ramp(6, 3)).exit_value == 300 + sum(range(12, 18))


def test_a_curve_that_is_not_there_is_refused():
    assert "1 slices, none of number 4" in error_of(
        "A.ImageGetImageDisplay(0).LinePlotImageDisplaySetSliceDrawingStyle(4, 1)", ramp(6, 1)
    )


def test_documents_are_counted_found_and_closed():
    code = (
        "number n = CountImageDocuments()\nImageDocument doc = GetFrontImageDocument()\n"
        "number same = doc.ImageDocumentGetImage(0).ImageGetID() == A.ImageGetID()\n"
        "exit(n * 100 + doc.ImageDocumentCountImages() * 10 + same)"
    )
    assert run(code, ramp(6, 5), ramp(6, 5)).exit_value == 211
    assert run("GetImageDocument(0).ImageDocumentClose(0)", ramp(6, 5)).images() == []


def test_a_cloned_document_has_pixels_of_its_own():
    code = (
        "ImageDocument twin = ImageDocumentClone(GetFrontImageDocument(), 1)\nA = 0\n"
        "exit(sum(twin.ImageDocumentGetImage(0)))"
    )
    assert run(code, ramp(6, 5)).exit_value == ramp(6, 5).pixels.sum()


def test_workspaces_of_dm_have_names_and_ids():
    code = (
        'number id = WorkspaceAdd(1)\nWorkspaceSetName(id, "montage")\nWorkspaceSetActive(id)\n'
        "Result(WorkspaceGetName(WorkspaceGetActive()) + WorkspaceGetCount())"
    )
    assert run(code).results == "montage2"


def test_windows_have_a_place_and_a_size():
    code = (
        "A.SetWindowPosition(10, 20)\nA.SetWindowSize(300, 200)\nnumber t, l, b, r\n"
        "DocumentWindow w = GetFrontImageDocument().ImageDocumentGetWindow()\nw.WindowGetFrameBounds(t, l, b, r)\n"
    )
    assert (
        value_of("t + l * 100 + b * 10000 + r * 10000000", ramp(6, 5), before=code) == 20 + 1000 + 2200000 + 3100000000
    )


def test_text_windows_gather_text_and_save_it(tmp_path):
    code = (
        'DocumentWindow w = NewScriptWindow("table", 0, 0, 100, 200)\nw.EditorWindowAddText("a\\n")\n'
        'w.EditorWindowAddText("b")\nw.EditorWindowSaveToFile("table.txt")\nWindowClose(w, 0)\nexit(w.WindowIsValid())'
    )
    assert run(code, folder=tmp_path).exit_value == 0
    assert (tmp_path / "table.txt").read_text() == "a\nb"


def test_annotations_stand_on_their_display():
    code = (
        'ImageDisplay d = A.ImageGetImageDisplay(0)\ncomponent t = NewTextAnnotation(1, 2, "peak", 12)\n'
        "t.ComponentSetForegroundColor(1, 0, 0.5)\nd.ComponentAddChildAtEnd(t)\n"
        "d.ComponentAddChildAtEnd(NewBoxAnnotation(0, 1, 2, 3))\n"
        "number r, g, b\nd.ComponentGetChild(0).ComponentGetForegroundColor(r, g, b)\n"
        "Result(d.ComponentCountChildren() + d.ComponentGetNthChildOfType(13, 0).TextAnnotationGetText() + (r + b))\n"
        "t.ComponentRemoveFromParent()\nResult(d.ComponentCountChildren())"
    )
    assert run(code, ramp(6, 5)).results == "2peak1.51"


def test_components_move_and_scale():
    code = (
        "component c = NewBoxAnnotation(1, 2, 5, 10)\nc.ComponentTransformCoordinates(100, 10, 2, 3)\n"
        "number t, l, b, r\nc.ComponentGetRect(t, l, b, r)\n"
    )
    assert value_of("t + l * 100 + b * 10000 + r * 10000000", before=code) == 13 + 10400 + 250000 + 1200000000


def test_control_points_are_ends_of_lines_and_corners_of_boxes():
    code = "component c = {0}(1, 2, 5, 10)\nnumber x = -1, y = -1\nnumber ok = c.ComponentGetControlPoint({1}, x, y)\n"
    assert value_of("ok * 10000 + x * 100 + y", before=code.format("NewLineAnnotation", 2)) == 11005
    assert value_of("ok * 10000 + x * 100 + y", before=code.format("NewBoxAnnotation", 3)) == 10205
    assert value_of("ok * 10000 + x * 100 + y", before=code.format("NewLineAnnotation", 9)) == -101
    moved = code.format("NewLineAnnotation", 2) + "c.ComponentSetControlPoint(2, 7, 8, 0)\n"
    moved += "number t, l, b, r\nc.ComponentGetRect(t, l, b, r)\n"
    assert value_of("t * 1000 + l * 100 + b * 10 + r", before=moved) == 1287


def test_numbered_annotations_of_an_image():
    code = (
        "A.ImageGetImageDisplay(0).ComponentAddChildAtEnd(NewLineAnnotation(1, 2, 3, 4))\nnumber t, l, b, r\n"
        "number id = GetNthAnnotationID(A, 0)\nGetAnnotationRect(A, id, t, l, b, r)\n"
    )
    found = value_of("CountAnnotations(A) * 10000 + AnnotationType(A, id) * 1000 + r", ramp(6, 5), before=code)
    assert found == 12004


def test_object_transforms_compose_invert_and_apply():
    code = "number ox, oy, sx, sy, x, y\nObjectTransformCompose(1, 2, 3, 4, 10, 20, 2, 5, ox, oy, sx, sy)\n"
    assert value_of("ox * 1000000 + oy * 10000 + sx * 100 + sy", before=code) == 12300620
    code += "ObjectTransformTransformPoint(ox, oy, sx, sy, 7, 8, x, y)\n"
    code += "ObjectTransformUntransformPoint(ox, oy, sx, sy, x, y, x, y)\n"
    assert value_of("x * 10 + y", before=code) == pytest.approx(78)
