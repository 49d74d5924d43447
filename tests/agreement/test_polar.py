"""functions/polar.s against numerics/polar.py: samples, which of them count, profiles, and profiles as images."""
import numpy as np
import pytest

from offline_reference.numerics.diffraction_constraint import _quantile_profiles
from offline_reference.numerics.polar import PolarGrid, radius_of_pixels
from offline_reference.virtual_dm.script.errors import ScriptError
from tests.agreement import dm

N_K = 3
#: n_v, n_u and the centre (v, u): square or not, sizes even or odd, centre on a pixel, between pixels, near an edge
CASES = [
    ((16, 16), None),
    ((9, 9), None),
    ((12, 17), (5.3, 9.8)),
    ((17, 12), (7.0, 6.5)),
    ((13, 10), (1.25, 9.5)),
    ((3, 2), None),
]
GRID = "object grid = MakePolarGrid(nU, nV, u0, v0, sampling, mask)\n"
TOLERANCE = {np.float64: 1e-10, np.float32: 1e-4}  # relative; the first in double precision, the second in DM's single

SWITCHES = {np.float64: dm.double(), np.float32: None}


def columns_of_noise(detector, dtype=np.float64):
    return np.random.default_rng(0).uniform(0.1, 1, (detector[0] * detector[1], N_K)).astype(dtype)


def some_bad_pixels(detector):
    return np.random.default_rng(1).uniform(0, 1, detector) > 0.1


def grids(detector, centre, sampling=8, mask=None):
    """The grid of numerics, and what MakePolarGrid takes for the same one."""
    grid = PolarGrid(detector, centre, sampling, mask)
    mask = np.ones(detector) if mask is None else mask.astype(np.float64)
    return grid, {"nU": detector[1], "nV": detector[0], "u0": grid.centre[1], "v0": grid.centre[0],
                  "sampling": sampling, "mask": mask}


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("detector, centre", CASES)
def test_samples_and_which_of_them_count_are_those_of_numerics(detector, centre, masked):
    grid, inputs = grids(detector, centre, mask=some_bad_pixels(detector) if masked else None)
    W = columns_of_noise(detector)
    found = dm.run("functions/polar.s", GRID + "image valid := grid.Valid()\nimage samples := grid.Sample(W, -1)",
                   give="valid samples", switches=dm.double(), W=W, **inputs)
    valid = found.valid.T[:, :grid.n_angles]
    assert (valid == grid.valid).all() and not found.valid[grid.n_angles:].any()
    samples = found.samples[:grid.n_angles].transpose(2, 1, 0)  # DM's (n_k, n_radii, n_angles) as numerics has it
    assert np.allclose(samples, np.where(grid.valid, grid.sample(W), -1), rtol=1e-10, atol=0)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("detector, centre", CASES)
def test_profiles_are_spread_over_the_pixels_as_in_numerics(detector, centre, dtype):
    grid, inputs = grids(detector, centre)
    profiles = np.random.default_rng(2).uniform(1, 2, (N_K, grid.n_radii)).astype(dtype)
    found = dm.run("functions/polar.s", GRID + "image W := grid.Spread(profiles)", give="W",
                   switches=SWITCHES[dtype], profiles=profiles.T, **inputs).W
    assert found.dtype == dtype
    assert np.allclose(found, grid.spread(profiles), rtol=TOLERANCE[dtype], atol=0)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("quantile", [0, 0.3, 0.5, 1])
@pytest.mark.parametrize("detector, centre", CASES)
def test_the_quantile_of_each_ring_is_that_of_numerics(detector, centre, quantile, dtype):
    grid, inputs = grids(detector, centre, 5, some_bad_pixels(detector))
    W = columns_of_noise(detector, dtype)
    found = dm.run("functions/polar.s", GRID + "image profiles := grid.QuantileProfiles(W, quantile)", give="profiles",
                   switches=SWITCHES[dtype], W=W, quantile=quantile, **inputs).profiles
    assert np.allclose(found.T, _quantile_profiles(W, grid, quantile), rtol=TOLERANCE[dtype], atol=0)


def test_a_ring_without_a_good_sample_has_the_profile_zero():
    detector = (12, 14)
    mask = radius_of_pixels(detector) > 2.9
    grid, inputs = grids(detector, None, mask=mask)
    W = columns_of_noise(detector)
    found = dm.run("functions/polar.s", GRID + "image profiles := grid.QuantileProfiles(W, 0.5)\n"
                   "image means := grid.MeanProfiles(grid.Sample(W, 0))", give="profiles means", W=W, **inputs)
    empty = ~grid.valid.any(axis=1)
    assert 0 < empty.sum() < grid.n_radii
    assert not found.profiles[empty].any() and not found.means[empty].any()
    assert found.profiles[~empty].all() and found.means[~empty].all()


@pytest.mark.parametrize("switches", dm.pixel_combinations(), ids=repr)
def test_no_switch_changes_a_quantile(switches):
    detector, centre = (13, 10), (1.25, 9.5)
    grid, inputs = grids(detector, centre, mask=some_bad_pixels(detector))
    W = columns_of_noise(detector)
    found = dm.run("functions/polar.s", GRID + "image W2 := grid.Spread(grid.QuantileProfiles(W, 0.3))", give="W2",
                   switches=switches, W=W, **inputs)
    assert np.allclose(found.W2, grid.spread(_quantile_profiles(W, grid, 0.3)), rtol=1e-10, atol=0)
    assert not found.workspace.warnings


def test_an_image_becomes_a_column_and_an_image_again():
    image = np.arange(35.0).reshape(5, 7)
    found = dm.run("functions/polar.s", "image column := ColumnOfImage(picture)\n"
                   "image back := ImageOfColumn(column, 7, 5)", give="column back", picture=image)
    assert (found.column == np.arange(35)[:, None]).all() and (found.back == image).all()


@pytest.mark.parametrize("u0, v0, nU, text", [(8.5, 3, 8, "lies outside the detector of 8 x 6"), (3, -1, 8, "outside"),
                                              (0, 0, 1, "no rings")])
def test_a_grid_that_makes_no_sense_is_refused(u0, v0, nU, text):
    with pytest.raises(ScriptError, match=text):
        dm.run("functions/polar.s", "object grid = MakePolarGrid(nU, 6, u0, v0)", u0=u0, v0=v0, nU=nU)
