"""functions/results.s: calibration, tags and the record of what was done, contrast, scale bar."""
import numpy as np
import pytest

from offline_reference.virtual_dm.displays import SCALE_BAR
from offline_reference.virtual_dm.images import Image
from offline_reference.virtual_dm.switches import one_at_a_time
from offline_reference.virtual_dm.workspace import Workspace
from tests.agreement import dm
from tests.agreement.commands import CALIBRATIONS, scan_4d

LIBRARY = "functions/results.s"


def stack(n=3):
    return Image(np.random.RandomState(0).rand(n, 5, 6).astype(np.float32), "Stack")


@pytest.mark.parametrize("switches", list(one_at_a_time("script")), ids=repr)
@pytest.mark.parametrize("order", ["vuyx", "yxvu"])
def test_calibrations_go_to_the_first_two_dimensions(order, switches):
    scan, diffractions, maps = scan_4d(order), stack(), stack()
    dm.run(LIBRARY, "CarryDetectorCalibration(diffractions, scan, order)\nCarryScanCalibration(maps, scan, order)",
           switches=switches, scan=scan, diffractions=diffractions, maps=maps, order=order)
    for image, axes in ((diffractions, "uv"), (maps, "xy")):
        for d, axis in enumerate(axes):
            wanted = CALIBRATIONS[axis]
            assert image.calibrations[d].units == wanted.units
            assert np.allclose([image.calibrations[d].scale, image.calibrations[d].origin],
                               [wanted.scale, wanted.origin], rtol=1e-12)
        assert image.calibrations[2].units == ""


def note(target, source, operation="First"):
    code = 'NoteProcessing(target, source, operation).TagGroupSetTagAsNumber("Seed", 7)'
    dm.run(LIBRARY, code, target=target, source=source, operation=operation)
    return target.tags.to_plain()


def test_tags_are_carried_and_the_record_grows():
    scan = scan_4d("yxvu")
    first = stack()
    tags = note(first, scan)
    assert tags["Microscope"] == {"High Tension": 300.0}
    assert "Data Order Swapped" not in tags.get("Meta Data", {})  # says nothing of a stack
    [record] = tags["Processing"]
    assert (record["Operation"], record["Input"], record["Seed"]) == ("First", "Scan", 7)
    records = note(stack(), first, "Second")["Processing"]
    assert [record["Operation"] for record in records] == ["First", "Second"]
    assert len(first.tags.to_plain()["Processing"]) == 1


def test_a_4d_result_keeps_the_order_tag():
    assert note(scan_4d("yxvu", tagged=False), scan_4d("yxvu"))["Meta Data"] == {"Data Order Swapped": True}


def test_a_foreign_processing_group_is_left_alone():
    source = stack()
    source.tags.set("Processing:Filter", "string", "somebody else's")
    tags = note(stack(), source)
    assert tags["Processing"] == {"Filter": "somebody else's"}
    assert tags["Processing (NMF 4D-STEM)"][0]["Operation"] == "First"


def test_few_bright_pixels_do_not_hide_the_rest():
    image = stack()
    image.pixels[0, 0, 0] = 1000
    workspace = dm.run(LIBRARY, 'ShowStack(pixels, "Shown")', pixels=image).workspace
    assert workspace.front_image() is image and image.name == "Shown"
    low, high = image.displays[0].contrast_limits
    assert low == pytest.approx(image.pixels.min())
    assert high == pytest.approx(image.pixels.mean() + 5 * image.pixels.std(), rel=1e-5)


def test_a_plain_image_is_shown_from_its_smallest_to_its_largest_value():
    image = stack()
    dm.run(LIBRARY, 'ShowStack(pixels, "Shown")', pixels=image)
    assert image.displays[0].contrast_limits == pytest.approx((image.pixels.min(), image.pixels.max()))


def test_4d_data_keep_dms_own_contrast():
    image = scan_4d()
    dm.run(LIBRARY, 'ShowStack(pixels, "Shown")', pixels=image)
    assert image.displays[0].contrast_limits is None


@pytest.mark.parametrize("value", [0.0, 3.0])
def test_a_constant_image_keeps_dms_own_contrast(value):
    image = Image(np.full((3, 5, 6), value, np.float32), "flat")
    dm.run(LIBRARY, 'ShowStack(pixels, "Shown")', pixels=image)
    assert image.displays[0].contrast_limits is None


def test_calibrated_images_have_one_scale_bar_inside_the_image():
    image, plain = stack(), stack()
    image.calibrations[0].units = "nm"
    dm.run(LIBRARY, 'ShowStack(pixels, "Shown")\nShowStack(plain, "Plain")', pixels=image, plain=plain)
    [bar] = image.displays[0].children_of_type(SCALE_BAR)
    top, left, bottom, right = bar.rect
    assert 0 < top < bottom < 5 and 0 < left < right < 6
    assert plain.displays[0].children_of_type(SCALE_BAR) == []


def test_a_film_does_not_change_its_planes():
    image = stack()
    before = image.pixels.copy()
    dm.run(LIBRARY, "image none\nimage film := FilmRoll(pixels, none)", give="film", pixels=image,
           workspace=Workspace())
    assert (image.pixels == before).all()
