"""The command rotational_average.s against numerics/diffraction_constraint.py."""
import numpy as np
import pytest

from offline_reference.numerics import diffraction_constraint as numerics
from offline_reference.numerics.polar import PolarGrid
from offline_reference.virtual_dm.displays import LINE_PLOT
from offline_reference.virtual_dm.images import Image
from offline_reference.virtual_dm.switches import one_at_a_time
from tests.agreement import commands
from tests.agreement.diffractions import diffraction, mask

FILE = "rotational_average.s"
SETTINGS = "centre=3; u0=14.1; v0=12.6; threshold=1.6; sampling=5; mask=2"


def results_of(image, *others, answer="default", **options):
    workspace = commands.run(FILE, image, *others, answers=[answer], **options)
    profile, rawoo = commands.new_images(workspace, image, *others)
    return profile, rawoo, workspace


def expected_of(pixels, centre=None, threshold=2.0, sampling=8, mask=None):
    grid = PolarGrid(pixels.shape, centre, sampling, mask)
    profile = numerics._profiles_without_outliers(pixels.reshape(-1, 1).astype(np.float64), grid, threshold)
    return profile, numerics.rotational_average_without_outliers(pixels, centre, threshold, sampling, mask)


def agree(found, expected):
    return all(image.pixels.shape == wanted.shape and np.allclose(image.pixels, wanted, rtol=1e-6, atol=0)
               for image, wanted in zip(found, expected, strict=True))


@pytest.mark.parametrize("dtype", [np.float32, np.uint16])
def test_profile_and_image_are_those_of_numerics(dtype):
    image = diffraction(dtype)
    *found, workspace = results_of(image)
    assert agree(found, expected_of(image.pixels))
    assert "12 radii of 96 angles; centre (u, v) = (14.50, 12.00)" in workspace.results


@pytest.mark.parametrize("switches", list(one_at_a_time("script")), ids=repr)
def test_every_setting_reaches_the_result_whatever_dm_does(switches):
    image, good = diffraction(), mask()
    *found, _ = results_of(image, good, answer=SETTINGS, switches=switches)
    assert agree(found, expected_of(image.pixels, (12.6, 14.1), 1.6, 5, good.pixels > 0))
    note = found[0].tags.to_plain()["Processing"][-1]
    assert (note["Operation"], note["Centre u"], note["Threshold"]) == ("Rotational average", 14.1, 1.6)


def test_the_profile_is_a_calibrated_line_plot():
    profile, rawoo, workspace = results_of(diffraction())
    assert [(c.origin, c.scale, c.units) for c in profile.calibrations[:1]] == [(0, 0.1, "1/nm")]
    assert (profile.intensity.scale, profile.intensity.units) == (0.5, "e-")
    assert profile.displays[0].display_type == LINE_PLOT and profile.name == "Radial profile of Pattern"
    assert [c.scale for c in rawoo.calibrations] == [0.1, 0.1]


def test_with_two_scales_the_radius_is_in_pixels_and_that_is_told():
    profile, _, workspace = results_of(diffraction(scale_v=0.2))
    assert (profile.calibrations[0].scale, profile.calibrations[0].units) == (1, "pixel")
    assert "axes have different scales" in workspace.results


def test_a_cancelled_dialog_leaves_nothing():
    commands.cancelled(FILE, diffraction(), answers=["cancel"])


def test_a_stack_is_refused_and_so_is_a_threshold_of_zero():
    assert "has 3 dimensions" in commands.error_of(FILE, Image(np.ones((3, 4, 5), np.float32)))
    assert "every sample is an outlier" in commands.error_of(FILE, diffraction(), answers=["threshold=0"])
