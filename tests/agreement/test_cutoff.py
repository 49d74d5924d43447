"""dm_scripts/functions/cutoff.s against numerics/cutoff.py."""
import numpy as np
import pytest

from offline_reference.numerics.cutoff import cutoff_of_probe, electron_wavelength, estimate_cutoff, leading_maps
from offline_reference.numerics.data_matrix import DataMatrix
from offline_reference.numerics.methods import poisson_weights
from offline_reference.numerics.unfold import unfold
from offline_reference.simulate import crystals_in_amorphous
from tests.agreement import commands, dm

LIBRARY = "functions/cutoff.s"
ESTIMATE = "number estimate = EstimateCutoff(alloc(NmfMatrix).Of(X), nX, nY, weights, nK)"


def simulated(scan=(18, 20), detector=(16, 14), seed=0, cutoff=0.2, dose=3e3):
    """X (n_uv, n_xy) in float64 and the Poisson weights of its rows."""
    pixels = crystals_in_amorphous(scan=scan, detector=detector, seed=seed, cutoff=cutoff, dose=dose).pixels
    return with_weights(unfold(pixels).astype(np.float64))


def with_weights(X):
    return X, poisson_weights(X.mean(axis=1))


def estimates(X, weights, scan, n_k=4, switches=None, dtype=np.float32):
    """The script's, and numerics'."""
    found = dm.run(LIBRARY, ESTIMATE, give="estimate", switches=switches, X=X.astype(dtype), weights=weights[:, None],
                   nX=scan[1], nY=scan[0], nK=n_k)
    return found.estimate, estimate_cutoff(DataMatrix(X), scan, weights, n_k)


@pytest.mark.parametrize("voltage", [80, 200, 300])
def test_wavelength_and_cutoff_of_the_probe_are_numerics(voltage):
    found = dm.run(LIBRARY, "number wavelength = ElectronWavelength(kV)\nnumber limit = CutoffOfProbe(kV, 1.5)",
                   give="wavelength limit", kV=voltage)
    assert found.wavelength == pytest.approx(electron_wavelength(voltage), rel=1e-14)
    assert found.limit == pytest.approx(cutoff_of_probe(voltage, 1.5), rel=1e-14)


@pytest.mark.parametrize("unit, nm", [("nm", 1), ("pm", 1e-3), ("A", 0.1), ("um", 1e3), ("\N{MICRO SIGN}m", 1e3),
                                      ("\N{ANGSTROM SIGN}", 0.1), ("1/nm", 0), ("", 0), ("mrad", 0)])
def test_a_scan_step_is_known_where_the_unit_is_a_length(unit, nm):
    found = dm.run(LIBRARY, "number nm = NanometresOf(unit)", give="nm", unit=unit)
    assert found.nm == nm


@pytest.mark.parametrize("order", ["vuyx", "yxvu"])
def test_the_coarser_scan_step_counts(order):
    data = commands.scan_4d(order)
    found = dm.run(LIBRARY, f'number step = ScanStepInNm(data, "{order}")', give="step", data=data)
    assert found.step == 0.5
    data.calibrations[0 if order == "vuyx" else 2].units = ""
    assert dm.run(LIBRARY, f'number step = ScanStepInNm(data, "{order}")', give="step", data=data).step == 0


@pytest.mark.parametrize("shape", [(30, 4), (7, 7), (12, 1)])
def test_orthonormal_columns_span_what_they_spanned(shape):
    """Columns a thousand times stronger than what tells them apart, as data with a mean have them."""
    basis = np.random.default_rng(0).normal(0, 1e-3, shape) + np.random.default_rng(1).normal(0, 1, (shape[0], 1))
    before = basis.copy()
    found = dm.run(LIBRARY, "Orthonormalize(basis)\nimage done := basis", give="done", basis=basis).done
    assert np.allclose(found.T @ found, np.eye(shape[1]), rtol=0, atol=1e-13)
    assert np.allclose(found @ (found.T @ before), before, rtol=0, atol=1e-10)


@pytest.mark.parametrize("scan", [(9, 12), (12, 9)])
def test_leading_maps_and_noise_are_numerics(scan):
    """Projections on the maps are compared, because a basis may be turned; 1e-10 of the largest."""
    X, weights = simulated(scan)
    found = dm.run(LIBRARY, "number noise\nimage maps := LeadingMaps(alloc(NmfMatrix).Of(X), weights, 3, noise)",
                   give="maps noise", switches=dm.double(), X=X, weights=weights[:, None])
    maps, noise = leading_maps(DataMatrix(X), weights, 3)
    assert np.allclose(found.maps.T @ found.maps, maps.T @ maps, rtol=0, atol=1e-10 * (maps ** 2).sum())
    assert found.noise == pytest.approx(noise, rel=1e-8)  # a difference of sums that are a thousand times larger


@pytest.mark.parametrize("scan", [(18, 20), (21, 16), (17, 19)])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_estimate_is_numerics(scan, seed):
    """The estimate is a whole number of rings, so it is the same or off by a ring: it is the same."""
    for cutoff in (0.15, 0.3):
        found, expected = estimates(*simulated(scan, seed=seed, cutoff=cutoff), scan)
        assert found == pytest.approx(expected, rel=1e-12), cutoff


def test_a_ring_a_little_above_the_noise_is_left_out_in_a_large_scan():
    """Many frequencies make 4 standard deviations less than 25 %; a ring between the two is seen, and not wanted."""
    scan = (36, 40)
    found, expected = estimates(*simulated(scan, (12, 10), cutoff=0.3, dose=1e4), scan)
    assert found == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("values", [[3, 1, 2], [4, 1, 3, 2], [1, 2, 2, 1], [5], [2, 2, 2, 7], [0, 0, 1, 1, 0, 1]])
def test_the_median_of_a_range_is_numpys(values):
    found = dm.run(LIBRARY, "number middle = MedianOfRange(values, 1, last)", give="middle",
                   values=np.array([100, *values, -100], dtype=np.float64), last=len(values))
    assert found.middle == np.median(values)


@pytest.mark.parametrize("n_k", [1, 4, 9])
def test_more_directions_than_there_are_patterns_give_the_same(n_k):
    found, expected = estimates(*simulated(), (18, 20), n_k)
    assert found == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_noise_alone_gives_the_same(seed):
    X = np.random.default_rng(seed).poisson(5, (120, 24 * 28)).astype(np.float64)
    found, expected = estimates(*with_weights(X), (24, 28))
    assert found == pytest.approx(expected, rel=1e-12)


def test_signal_up_to_nyquist_gives_one_half():
    """Each position is one of two patterns at random: a white spectrum, far above the noise."""
    random = np.random.default_rng(0)
    one = random.integers(0, 2, 24 * 28)
    X = random.poisson(random.uniform(0, 1, (120, 2)) @ (100 * np.stack([one, 1 - one]))).astype(np.float64)
    found, expected = estimates(*with_weights(X), (24, 28), n_k=2)
    assert found == expected == 0.5


@pytest.mark.parametrize("scan", [(1, 30), (7, 40), (3, 3)])
def test_a_scan_of_few_pixels_is_not_limited(scan):
    X = np.random.default_rng(0).poisson(5, (30, scan[0] * scan[1])).astype(np.float64)
    found, expected = estimates(*with_weights(X), scan)
    assert found == expected == 0.5


def test_a_scan_of_eight_pixels_is_estimated():
    scan = (8, 9)
    found, expected = estimates(*simulated(scan, cutoff=0.15, dose=1e4), scan, n_k=2)
    assert found == pytest.approx(expected, rel=1e-12)
    assert found < 0.5


@pytest.mark.parametrize("switches", dm.pixel_combinations(["one_dimension"]), ids=str)
def test_the_estimate_does_not_depend_on_what_is_not_known_of_dm(switches):
    found, expected = estimates(*simulated((11, 12), (12, 10)), (11, 12), switches=switches)
    assert found == pytest.approx(expected, rel=1e-12)
