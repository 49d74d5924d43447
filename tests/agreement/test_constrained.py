"""dm_scripts/functions/constrained.s against numerics/methods.py: the constrained NMF and its parts."""
from functools import cache

import numpy as np
import pytest

from offline_reference.numerics.band_matrix import BandMatrix
from offline_reference.numerics.data_matrix import DataMatrix
from offline_reference.numerics.map_constraint import Band
from offline_reference.numerics.methods import fit_maps, nmf_constrained, poisson_weights
from offline_reference.numerics.metrics import cosines
from offline_reference.numerics.unfold import W_from_diffractions, unfold
from offline_reference.simulate import crystals_in_amorphous
from offline_reference.virtual_dm.script.errors import ScriptError
from offline_reference.virtual_dm.switches import one_at_a_time
from tests.agreement import dm

LIBRARY = "functions/constrained.s"
SCAN = (12, 14)
#: n_v, n_u: higher than wide, and square
DETECTORS = [(24, 22), (20, 20)]
#: for the script, and for numerics: what makes [.]W and [.]H
BOTH = ('run.ConstrainDiffractions("quantile", 0.3, 1, -1, -1, -1)\nrun.ConstrainMaps(0, "")\n', {})
DIFFRACTIONS_ALONE = ('run.ConstrainDiffractions("quantile", 0.3, 1, -1, -1, -1)\n', {"constrain_maps": False})
MAPS_ALONE = ('run.ConstrainMaps(0.2, "given")\n', {"constrain_diffractions": False, "cutoff": 0.2})
NEITHER = ("", {"constrain_diffractions": False, "constrain_maps": False})
LISTING = ('run.ConstrainDiffractions("listing-s4", 0.3, 1, -1, -1, -1)\nrun.ConstrainMaps(0.25, "given")\n',
           {"reference": "listing-s4", "cutoff": 0.25})


@cache
def counts(detector=DETECTORS[0], scan=SCAN, seed=0):
    """Pixels (v, u, y, x) of an amorphous halo and 3 crystals, 1e4 electrons a pattern."""
    return crystals_in_amorphous(scan=scan, detector=detector, seed=seed, cutoff=0.2).pixels


def run_script(pixels, constraints, n_k, iterations, tol=1e-6, seed=0, dtype=np.float32, switches=None):
    """What the script finds in 4D pixels (v, u, y, x)."""
    n_v, n_u, n_y, n_x = pixels.shape
    return dm.run(LIBRARY, f"""object run = alloc(NmfConstrained).Of(X, {n_x}, {n_y}, {n_u}, {n_v}, nK)
run.SetIterations(iterations, tol)
run.SetSeed(seed)
{constraints}run.Run()
image W := run.Diffractions()
image H := run.Maps()
image history := run.ErrorHistory()
number mse = run.MeanSquaredError()
number best = run.BestIteration()
string stopped = run.Stopped()
string events = run.Events()
string about = run.AboutConstraints()
""", give="W H history mse best stopped events about", X=unfold(pixels).astype(dtype), nK=n_k, iterations=iterations,
                  tol=tol, seed=seed, switches=switches)


def matched_cosines(found, expected):
    """Of each expected diffraction with the found one of the same rank: both sides are sorted by their maps."""
    return np.diag(cosines(found.W.T.astype(np.float64), W_from_diffractions(expected.diffractions).T))


class TestParts:
    def test_weights_are_numerics(self):
        mean = counts().mean(axis=(2, 3)).ravel()
        found = dm.run(LIBRARY, "image weights := PoissonWeights(means)", give="weights", means=mean[:, None]).weights
        assert np.allclose(found.ravel(), poisson_weights(mean), rtol=1e-12, atol=0)

    @pytest.mark.parametrize("dtype, tolerance, switches", [(np.float64, 1e-10, dm.double()), (np.float32, 1e-4, None)])
    def test_the_last_fit_of_the_maps_is_numerics(self, dtype, tolerance, switches):
        X = unfold(counts()).astype(np.float64)
        random = np.random.default_rng(0)
        W = random.uniform(0, 1, (X.shape[0], 3))
        W, H = W / W.sum(axis=0), random.uniform(0, X.sum() / X.shape[1], (3, X.shape[1]))
        weights, band = poisson_weights(X.mean(axis=1)), Band(SCAN, 0.2)
        found = dm.run(LIBRARY, "object band = MakeBand(14, 12, 0.2)\n"
                       "image fit := FitMaps(alloc(NmfMatrix).InBand(X, band), W, H, weights, band)", give="fit",
                       switches=switches, X=X.astype(dtype), W=W.astype(dtype), H=H.astype(dtype),
                       weights=weights[:, None]).fit
        expected = fit_maps(BandMatrix(DataMatrix(X), band), W, H, weights, band)
        assert np.allclose(found, expected, rtol=0, atol=tolerance * expected.max())


@pytest.mark.parametrize("constraints, detector", [
    *[(BOTH, detector) for detector in DETECTORS], (DIFFRACTIONS_ALONE, DETECTORS[0]), (MAPS_ALONE, DETECTORS[1]),
    (NEITHER, DETECTORS[0]), (LISTING, DETECTORS[0])])
def test_in_double_precision_the_first_iterations_are_numerics(constraints, detector):
    """Seven, so that the quarters have 1, 2, 2 and 2; each multiplies what rounding leaves, so 1e-8 and not 1e-10."""
    pixels = counts(detector)
    found = run_script(pixels, constraints[0], 3, 7, dtype=np.float64, switches=dm.double())
    expected = nmf_constrained(pixels, 3, max_iter=7, **constraints[1])
    assert np.allclose(found.history.ravel(), expected.mse_history, rtol=1e-8, atol=0)
    assert found.mse == pytest.approx(expected.mean_squared_error, rel=1e-8)
    W, H = W_from_diffractions(expected.diffractions), expected.maps.reshape(3, -1)
    assert np.allclose(found.W, W, rtol=0, atol=1e-7 * W.max())
    assert np.allclose(found.H, H, rtol=0, atol=1e-7 * H.max())
    assert (found.best, found.stopped) == (expected.best_iter, expected.stopped)


@pytest.mark.parametrize("constraints, detector, n_k", [
    *[(BOTH, detector, n_k) for detector in DETECTORS for n_k in (1, 4)],
    *[(constraints, DETECTORS[0], 4) for constraints in (DIFFRACTIONS_ALONE, MAPS_ALONE, LISTING)]])
def test_fifty_iterations_in_single_precision_find_the_same(constraints, detector, n_k):
    pixels = counts(detector)
    found = run_script(pixels, constraints[0], n_k, 50)
    expected = nmf_constrained(pixels, n_k, max_iter=50, **constraints[1])
    assert found.mse == pytest.approx(expected.mean_squared_error, rel=1e-3)
    assert (matched_cosines(found, expected) >= 0.999).all()


@pytest.mark.parametrize("scan, seed, constraints, settings", [
    (SCAN, 0, *BOTH),  # so many leading directions reach Nyquist: no low-pass
    ((24, 28), 1, 'run.ConstrainDiffractions("quantile", 0.3, 1, -1, -1, -1)\nrun.ConstrainMaps(0.2, "given")\n',
     {"cutoff": 0.2}),
])
def test_thirty_components_in_single_precision_lose_nothing(scan, seed, constraints, settings):
    """Far more than the four there are: alike maps and merging have work.

    Where components were merged, rounding grows to a part of the error that is less than another seed changes (2 to
    10 %); to end lower than numerics is no fault.
    """
    pixels = counts(scan=scan, seed=seed)
    found = run_script(pixels, constraints, 30, 50)
    expected = nmf_constrained(pixels, 30, max_iter=50, **settings)
    assert "merged" in found.events
    assert 0.95 * expected.mean_squared_error < found.mse < 1.01 * expected.mean_squared_error
    assert np.isfinite(found.W).all() and np.isfinite(found.H).all()
    assert (found.W >= 0).all() and (found.H >= 0).all()
    assert (found.W.max(axis=0) > 0).all() and (found.H.max(axis=1) > 0).all()


@pytest.mark.parametrize("switches", list(one_at_a_time("script")), ids=str)
def test_the_result_does_not_depend_on_what_is_not_known_of_dm(switches):
    pixels = counts((14, 12), (9, 10))
    found = run_script(pixels, BOTH[0], 3, 20, switches=switches)
    expected = nmf_constrained(pixels, 3, max_iter=20)
    assert found.mse == pytest.approx(expected.mean_squared_error, rel=1e-3)
    assert (matched_cosines(found, expected) >= 0.999).all()


class TestForm:
    def test_diffractions_sum_to_one_and_maps_are_sorted(self):
        found = run_script(counts(), BOTH[0], 4, 12)
        assert np.allclose(found.W.sum(axis=0), 1, rtol=0, atol=1e-5)
        totals = found.H.sum(axis=1)
        assert (np.diff(totals) <= 0).all()

    def test_maps_hold_nothing_beyond_the_cutoff(self):
        found = run_script(counts(), MAPS_ALONE[0], 4, 12)
        H = found.H.astype(np.float64)
        assert abs(H - Band(SCAN, 0.2).low_pass(H)).max() < 1e-3 * H.max()

    def test_it_stops_when_the_error_has_settled(self):
        expected = nmf_constrained(counts(), 2, max_iter=200, tol=1e-3)
        found = run_script(counts(), BOTH[0], 2, 200, tol=1e-3)
        assert found.stopped == expected.stopped == "converged"
        assert abs(found.history.size - expected.n_iter) <= 2

    @pytest.mark.parametrize("iterations", [1, 2, 5])
    def test_fewer_iterations_than_quarters_are_all_made(self, iterations):
        assert run_script(counts(), BOTH[0], 2, iterations).history.size == iterations

    def test_a_cutoff_at_nyquist_is_no_constraint_and_is_said(self):
        found = run_script(counts(), 'run.ConstrainMaps(0.5, "given")\n', 2, 5)
        expected = nmf_constrained(counts(), 2, max_iter=5, constrain_diffractions=False, constrain_maps=False)
        assert found.mse == pytest.approx(expected.mean_squared_error, rel=1e-5)
        assert "reaches Nyquist" in found.about

    def test_patterns_without_a_count_are_told(self):
        pixels = counts().copy()
        pixels[:, :, 2, 3:5] = 0
        assert "2 of 168 patterns have no counts at all" in run_script(pixels, "", 2, 3).events
        assert "no counts" not in run_script(counts(), "", 2, 3).events


class TestRefusals:
    @pytest.mark.parametrize("n_k", [0, 169, 2.5, -1])
    def test_numbers_of_components_that_cannot_be_found(self, n_k):
        with pytest.raises(ScriptError, match="ask for a whole number from 1 to 168"):
            run_script(counts(), "", n_k, 3)

    @pytest.mark.parametrize("iterations", [0, 2.5])
    def test_numbers_of_iterations_that_cannot_be_made(self, iterations):
        with pytest.raises(ScriptError, match="whole number from 1"):
            run_script(counts(), "", 2, iterations)

    def test_cutoffs_beyond_nyquist(self):
        with pytest.raises(ScriptError, match="cycles per scan pixel"):
            run_script(counts(), 'run.ConstrainMaps(0.6, "given")\n', 2, 3)

    def test_data_without_a_count(self):
        with pytest.raises(ScriptError, match="no counts at all"):
            run_script(np.zeros_like(counts()), "", 2, 3)

    def test_sizes_that_do_not_fit_the_matrix(self):
        with pytest.raises(ScriptError, match="unfold the image again"):
            dm.run(LIBRARY, "object run = alloc(NmfConstrained).Of(X, 5, 4, 3, 2, 2)", X=np.ones((6, 21)))
