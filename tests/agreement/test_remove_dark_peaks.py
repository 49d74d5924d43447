"""The command remove_dark_peaks.s against numerics/diffraction_constraint.py."""
import numpy as np
import pytest

from offline_reference.numerics import diffraction_constraint as numerics
from offline_reference.numerics.polar import find_centre
from offline_reference.virtual_dm.images import Image
from offline_reference.virtual_dm.switches import one_at_a_time
from tests.agreement import commands
from tests.agreement.diffractions import N_U, N_V, diffraction, mask

FILE = "remove_dark_peaks.s"
#: of the largest value: images of 4 bytes hold 7 digits
SINGLE = 1e-6


def results_of(image, *others, answer="", **options):
    """The three images that appear, last one first, and the workspace."""
    workspace = commands.run(FILE, image, *others, answers=[answer or "default"], **options)
    filled, dark, rawoo = commands.new_images(workspace, image, *others)
    return filled, dark, rawoo, workspace


def expected_of(pixels, **settings):
    rawoo = numerics.rotational_average_without_outliers(pixels, **settings)
    good = settings.get("mask")
    good = np.ones(pixels.shape, bool) if good is None else good
    rawoo = rawoo * (pixels[good].sum(dtype=float) / rawoo[good].sum())
    return numerics.remove_dark_peaks(pixels, **settings), numerics.dark_peaks(pixels, **settings), rawoo


def agree(found, expected, tolerance=SINGLE):
    return all(np.abs(image.pixels - wanted).max() <= tolerance * wanted.max()
               for image, wanted in zip(found, expected, strict=True))


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.uint16])
def test_with_the_first_values_the_three_images_are_those_of_listing_s4(dtype):
    image = diffraction(dtype)
    *found, workspace = results_of(image)
    assert agree(found, expected_of(image.pixels), 1e-12 if dtype == np.float64 else SINGLE)
    assert [one.pixels.dtype for one in found] == [np.float64 if dtype == np.float64 else np.float32] * 3
    assert [one.name for one in found] == ["Pattern without dark peaks", "Dark peaks of Pattern",
                                           "Rotational average without outliers of Pattern"]
    raised = (expected_of(image.pixels)[1] > 0).sum()
    assert f"raised {raised} of {N_V * N_U} pixels of Pattern" in workspace.results
    assert found[1].pixels[18:20, 9:11].min() > 20  # the dark peak is seen as one


def test_every_setting_reaches_the_result():
    image, good = diffraction(), mask()
    *found, workspace = results_of(
        image, good, answer="centre=3; u0=13.4; v0=12.2; threshold=1.5; sampling=5; mask=Good pixels")
    settings = {"centre": (12.2, 13.4), "threshold": 1.5, "sampling": 5, "mask": good.pixels > 0}
    assert agree(found, expected_of(image.pixels, **settings))
    note = found[0].tags.to_plain()["Processing"][-1]
    assert (note["Centre u"], note["Centre v"], note["Threshold"], note["Sampling"]) == (13.4, 12.2, 1.5, 5)
    assert note["Mask"] == "Good pixels" and note["Operation"] == "Remove dark peaks" and note["Input"] == "Pattern"


def test_the_centre_can_be_found_and_is_told():
    image = diffraction()
    *found, workspace = results_of(image, answer="centre=2")
    centre, _ = find_centre(image.pixels.astype(float))
    assert agree(found, expected_of(image.pixels, centre=centre))
    assert f"centre (u, v) = ({centre[1]:.2f}, {centre[0]:.2f})" in workspace.results


def test_a_centre_beside_the_pattern_is_pointed_out():
    *_, workspace = results_of(diffraction(), answer="centre=3; u0=16; v0=11")
    assert "pixels away: if that is its centre, choose 'found by mirror symmetry'" in workspace.results
    *_, workspace = results_of(diffraction())
    assert "away" not in workspace.results


def test_results_carry_calibration_tags_and_a_record():
    for one in results_of(diffraction())[:3]:
        assert [(c.origin, c.scale, c.units) for c in one.calibrations] == [(14.5, 0.1, "1/nm"), (12.0, 0.1, "1/nm")]
        assert (one.intensity.scale, one.intensity.units) == (0.5, "e-")
        assert one.tags.to_plain()["Microscope"] == {"High Tension": 300.0}
        assert len(one.tags.to_plain()["Processing"]) == 1


@pytest.mark.parametrize("switches", list(one_at_a_time("script")), ids=repr)
def test_no_contested_behaviour_matters(switches):
    image, good = diffraction(), mask()
    *found, workspace = results_of(image, good, answer="centre=2; mask=2", switches=switches)
    centre, _ = find_centre(image.pixels.astype(float), good.pixels > 0)
    assert agree(found, expected_of(image.pixels, centre=centre, mask=good.pixels > 0))


def test_values_used_last_are_offered_again():
    image = diffraction()
    *_, first = results_of(image, answer="centre=3; u0=13.4; v0=12.2; threshold=1.5; sampling=5")
    *found, _ = results_of(image, persistent=first.persistent_tags)
    assert agree(found, expected_of(image.pixels, centre=(12.2, 13.4), threshold=1.5, sampling=5))


def test_a_cancelled_dialog_leaves_nothing():
    commands.cancelled(FILE, diffraction(), answers=["cancel"])


@pytest.mark.parametrize("image, text", [
    (Image(np.ones((3, 4, 5), np.float32)), "has 3 dimensions"),
    (Image(np.ones((6, 7), np.float32)), "has the same value, 1, everywhere"),
    (Image(np.full((6, 7), np.nan, np.float32)), "not finite"),
    (Image(np.ones((6, 7), np.complex64)), "is complex"),
])
def test_what_is_no_diffraction_is_refused(image, text):
    assert text in commands.error_of(FILE, image)


@pytest.mark.parametrize("answer, text", [
    ("threshold=0", "with a threshold of 0 every sample is an outlier"),
    ("sampling=0", "A sampling of 0 angles for each pixel of radius is too low"),
    ("centre=3; u0=99", "lies outside the detector of 29 x 24 pixels"),
])
def test_settings_that_make_no_sense_are_refused(answer, text):
    assert text in commands.error_of(FILE, diffraction(), answers=[answer])


def test_a_mask_without_a_good_pixel_is_refused():
    empty = Image(np.zeros((N_V, N_U), np.uint8), "Empty")
    assert "'Empty' is zero everywhere" in commands.error_of(FILE, diffraction(), empty, answers=["mask=2"])
