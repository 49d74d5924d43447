"""functions/diffraction_constraint.s against numerics/diffraction_constraint.py: Listing S4, and [.]W."""
import numpy as np
import pytest

from offline_reference.numerics import diffraction_constraint as numerics
from offline_reference.numerics.polar import PolarGrid
from offline_reference.virtual_dm.script.errors import ScriptError
from tests.agreement import dm
from tests.agreement.test_polar import CASES, GRID, SWITCHES, TOLERANCE, columns_of_noise, grids, some_bad_pixels

LIBRARY = "functions/diffraction_constraint.s"
FILL = GRID + 'object fill = MakeDarkPeakFill(grid, centralRadius, reference, quantile, margin, threshold)\n'
REFERENCES = numerics.REFERENCES


def fills(detector, centre, reference, mask=None):
    """The fill of numerics, and what FILL takes for the same one."""
    fill = numerics.DarkPeakFill(detector, reference, 0.3, 0.9, centre, 2.0, threshold=1.7, sampling=7, mask=mask)
    _, inputs = grids(detector, centre, 7, mask)
    return fill, dict(inputs, reference=reference, quantile=0.3, margin=0.9, centralRadius=2, threshold=1.7)


def spotty_columns(detector, dtype=np.float64):
    """Columns of different scale with bright discs, so that there are outliers, and dark peaks."""
    W = columns_of_noise(detector, dtype)
    W[::7] *= 9
    W[::11] = 0
    return W * np.array([1, 30, 1e-3], dtype)


@pytest.mark.parametrize("threshold", [2.0, 1.3])
def test_the_column_outlier_eraser_is_that_of_numerics(threshold):
    columns = spotty_columns((6, 5))
    found = dm.run(LIBRARY, "image kept := ColumnOutlierEraser(columns, threshold)", give="kept", columns=columns,
                   threshold=threshold, switches=dm.double()).kept
    expected = numerics.column_outlier_eraser(columns, threshold)
    assert np.allclose(found, expected, rtol=1e-10, atol=0) and (expected != columns).any()


def test_what_lies_exactly_at_the_threshold_is_an_outlier():
    columns = np.array([[1.0], [3.0]])  # mean 2
    found = dm.run(LIBRARY, "image kept := ColumnOutlierEraser(columns, 1.5)", give="kept", columns=columns)
    assert found.kept.tolist() == [[1.0], [2.0]]


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("detector, centre", CASES[:5])
def test_listing_s4_on_one_diffraction_is_that_of_numerics(detector, centre, masked):
    diffraction = spotty_columns(detector)[:, 1].reshape(detector)
    mask = some_bad_pixels(detector) if masked else None
    grid, inputs = grids(detector, centre, 6, mask)
    found = dm.run(LIBRARY, GRID + "image rawoo := RotationalAverageWithoutOutliers(diffraction, grid, 1.8)\n"
                   "image profile := RadialProfileWithoutOutliers(diffraction, grid, 1.8)\n"
                   "image dark := DarkPeaks(diffraction, grid, 1.8)\n"
                   "image filled := RemoveDarkPeaks(diffraction, grid, 1.8)",
                   give="rawoo profile dark filled", switches=dm.double(), diffraction=diffraction, **inputs)
    settings = {"centre": grid.centre, "threshold": 1.8, "sampling": 6, "mask": mask}
    profile = numerics._profiles_without_outliers(diffraction.reshape(-1, 1), grid, 1.8)
    assert np.allclose(found.profile, profile, rtol=1e-10, atol=0)
    rawoo = numerics.rotational_average_without_outliers(diffraction, **settings)
    assert np.allclose(found.rawoo, rawoo, rtol=1e-10, atol=0)
    dark = numerics.dark_peaks(diffraction, **settings)
    assert np.allclose(found.dark, dark, rtol=0, atol=1e-10 * diffraction.max()) and dark.any()
    assert np.allclose(found.filled, numerics.remove_dark_peaks(diffraction, **settings), rtol=1e-10, atol=0)


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("reference", REFERENCES)
@pytest.mark.parametrize("detector, centre", CASES[:5])
def test_columns_are_raised_as_in_numerics(detector, centre, reference, dtype, masked):
    mask = some_bad_pixels(detector) if masked else None
    fill, inputs = fills(detector, centre, reference, mask)
    W = spotty_columns(detector, dtype)
    found = dm.run(LIBRARY, FILL + "image filled := fill.Apply(W)\nimage bound := fill.LowerBound(W)",
                   give="filled bound W", switches=SWITCHES[dtype], W=W, **inputs)
    assert found.filled.dtype == dtype and (found.W == W).all()
    assert np.allclose(found.bound, fill.lower_bound(W), rtol=TOLERANCE[dtype], atol=0)
    assert np.allclose(found.filled, fill(W), rtol=TOLERANCE[dtype], atol=0) and (fill(W) > W).any()


@pytest.mark.parametrize("reference", REFERENCES)
@pytest.mark.parametrize("switches", dm.pixel_combinations(), ids=repr)
def test_no_switch_changes_what_is_raised(switches, reference):
    detector, centre = (13, 10), (1.25, 9.5)
    fill, inputs = fills(detector, centre, reference, some_bad_pixels(detector))
    W = spotty_columns(detector)
    found = dm.run(LIBRARY, FILL + "image filled := fill.Apply(W)", give="filled", switches=switches, W=W, **inputs)
    assert np.allclose(found.filled, fill(W), rtol=1e-10, atol=0)
    assert not found.workspace.warnings


def test_one_fill_serves_matrices_with_any_number_of_columns():
    detector = (12, 17)
    fill, inputs = fills(detector, None, "quantile")
    W = spotty_columns(detector)
    found = dm.run(LIBRARY, FILL + "image three := fill.Apply(W)\nimage one := fill.Apply(W[0, 1, 204, 2])",
                   give="three one", switches=dm.double(), W=W, **inputs)
    assert np.allclose(found.three[:, 1:2], found.one, rtol=1e-12)
    assert np.allclose(found.one, fill(W[:, 1:2]), rtol=1e-10, atol=0)


def test_the_short_form_takes_the_listings_sampling_and_threshold_and_no_mask():
    detector = (11, 14)
    fill = numerics.DarkPeakFill(detector, "listing-s4", centre=(5.0, 7.2))
    W = spotty_columns(detector)
    found = dm.run(LIBRARY, 'image filled := MakeDarkPeakFill(14, 11, 7.2, 5, 0, "listing-s4", 0.3, 1).Apply(W)',
                   give="filled", switches=dm.double(), W=W)
    assert np.allclose(found.filled, fill(W), rtol=1e-10, atol=0)


@pytest.mark.parametrize("change, text", [({"reference": "mean"}, "reference mean is unknown: choose quantile or"),
                                          ({"quantile": 1.5}, "Quantile 1.5 and margin 0.9 must lie between 0 and 1"),
                                          ({"margin": -1}, "margin -1")])
def test_settings_that_make_no_sense_are_refused(change, text):
    _, inputs = fills((6, 8), None, "quantile")
    with pytest.raises(ScriptError, match=text):
        dm.run(LIBRARY, FILL, **dict(inputs, **change))


def test_a_diffraction_without_a_positive_sum_is_refused():
    _, inputs = grids((6, 8), None)
    with pytest.raises(ScriptError, match="sums to 0 and its rotational average to 0: both must be positive"):
        dm.run(LIBRARY, GRID + "DarkPeaks(diffraction, grid, 2)", diffraction=np.zeros((6, 8)), **inputs)


def test_the_central_disc_stays_as_it_is():
    detector = (16, 16)
    _, inputs = fills(detector, None, "quantile")
    inputs["centralRadius"] = 4
    W = spotty_columns(detector)
    found = dm.run(LIBRARY, FILL + "image filled := fill.Apply(W)", give="filled", W=W, **inputs).filled
    central = PolarGrid(detector).radius < 4
    assert (found[central] == W[central]).all() and (found[~central] != W[~central]).any()
