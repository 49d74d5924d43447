"""functions/input.s: what a command may start from; each refusal says what was met and what to do."""
import numpy as np
import pytest

from offline_reference.virtual_dm.images import RGB, Image
from offline_reference.virtual_dm.script.errors import ScriptError
from offline_reference.virtual_dm.switches import one_at_a_time
from tests.agreement import dm
from tests.agreement.commands import scan_4d, workspace_with

LIBRARY = "functions/input.s"
TAKE = 'image data := FrontImageOf("Command", 4)\nnumber id = data.ImageGetID()\nnumber total = sum(data)'


def take(*images, code=TAKE, give="id total", **options):
    return dm.run(LIBRARY, code, give=give, workspace=workspace_with(*images, **options))


def refusal(*images, **options):
    with pytest.raises(ScriptError) as caught:
        take(*images, **options)
    return caught.value.message


def changed(dtype=np.float32, **pixels):
    """4D data with one pixel set."""
    scan = scan_4d(dtype=dtype)
    scan.pixels[1, 2, 3, 4] = pixels["pixel"]
    return scan


@pytest.mark.parametrize("switches", list(one_at_a_time("script")), ids=repr)
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int32, np.float32, np.float64])
def test_counts_are_taken_as_they_are(dtype, switches):
    scan = scan_4d(dtype=dtype)
    found = take(scan, switches=switches)
    assert found.workspace.image_by_id(found.id) is scan
    assert found.total == pytest.approx(scan.pixels.sum(dtype=np.float64))


def test_no_image():
    assert "no image is open" in refusal() and "Simulate 4D-STEM" in refusal()


def test_wrong_number_of_dimensions():
    text = refusal(Image(np.ones((3, 4), np.float32), "Map"))
    assert text == ("Command: the front image 'Map' has 2 dimensions (4 x 3), but this command needs 4. Click the 4D "
                    "window, so that it comes to the front, and run the command again.")


@pytest.mark.parametrize("pixels, word", [(np.ones((2, 3, 4, 5), np.complex64), "complex"),
                                          (np.zeros((2, 3), RGB), "colour")])
def test_pixels_that_are_no_counts(pixels, word):
    image = Image(pixels, "FFT")
    code = TAKE.replace("4)", f"{pixels.ndim})")
    with pytest.raises(ScriptError, match=word):
        take(image, code=code)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("switch", [{}, {"expression_type": "double"}])
def test_pixels_that_are_not_finite(value, switch):
    assert "not finite. Replace them" in refusal(changed(pixel=value), **switch)


def test_constant_data():
    scan = scan_4d(dtype=np.float32)
    scan.pixels[:] = 7
    assert "has the same value, 7, everywhere" in refusal(scan)


def test_negative_pixels_can_be_set_to_zero_in_a_copy():
    scan = changed(pixel=-2.5)
    before = scan.pixels.copy()
    found = take(scan, answers=["Set to zero"])
    assert found.workspace.image_by_id(found.id) is not scan
    assert found.total == pytest.approx(np.clip(before, 0, None).sum(dtype=np.float64), rel=1e-6)
    assert (scan.pixels == before).all()
    [asked] = found.workspace.dialogs
    assert "1 negative pixels (lowest -2.5)" in asked.prompt


def test_the_copy_keeps_name_calibration_and_tags():
    scan = changed(pixel=-1, dtype=np.int16)
    found = take(scan, answers=["Set to zero"], code=TAKE + "\ndata.ShowImage()")
    copy = found.workspace.front_image()
    assert copy is not scan and copy.pixels.dtype == np.int16
    assert [(c.scale, c.units) for c in copy.calibrations] == [(c.scale, c.units) for c in scan.calibrations]
    assert copy.tags.to_plain() == scan.tags.to_plain()


def test_negative_pixels_can_be_refused():
    assert "1 negative pixels (lowest -2.5). Subtract less background" in refusal(changed(pixel=-2.5), answers=["Stop"])


@pytest.mark.parametrize("answer, order", [
    ("order=the first two, 8 x 7", "vuyx"), ("order=the last two, 6 x 5", "yxvu"), ("cancel", "")])
def test_the_order_is_asked_where_the_image_does_not_tell(answer, order):
    scan = scan_4d("vuyx", calibrated=False, tagged=False)
    found = take(scan, code="string order = OrderOf(FindFrontImage())", give="order", answers=[answer])
    assert found.order == order


@pytest.mark.parametrize("order", ["vuyx", "yxvu"])
def test_the_order_is_not_asked_where_the_image_tells(order):
    for options in ({"calibrated": False}, {"tagged": False}):
        found = take(scan_4d(order, **options), code="string order = OrderOf(FindFrontImage())", give="order")
        assert found.order == order
