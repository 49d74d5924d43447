"""Where the maps end: textbook wavelengths, and estimates from data whose cut-off is known."""
import numpy as np
import pytest
from scipy import constants

from offline_reference.numerics.cutoff import cutoff_of_probe, electron_wavelength, estimate_cutoff, leading_maps
from offline_reference.numerics.data_matrix import DataMatrix
from offline_reference.numerics.methods import poisson_weights
from offline_reference.numerics.unfold import ORDERS, sizes_of, unfold
from offline_reference.simulate import crystals_in_amorphous


def estimated(pixels, order="vuyx", n_components=4):
    data = DataMatrix(unfold(pixels, order))
    weights = poisson_weights(data.sums()[0] / data.shape[1])
    return estimate_cutoff(data, sizes_of(pixels, order)[2:], weights, n_components)


def counts(diffractions, maps, seed=0):
    return np.random.default_rng(seed).poisson(np.einsum("kvu,kyx->vuyx", diffractions, maps))


class TestProbe:
    @pytest.mark.parametrize("voltage_kv, picometres", [(80, 4.176), (100, 3.701), (200, 2.508), (300, 1.969)])
    def test_wavelengths_are_the_textbooks(self, voltage_kv, picometres):
        """Reimer and Kohl, Transmission Electron Microscopy, relativistic wavelengths to four digits."""
        assert 1e3 * electron_wavelength(voltage_kv) == pytest.approx(picometres, abs=6e-4)

    def test_the_wavelength_follows_from_the_constants_of_nature(self):
        energy = 200e3 * constants.e
        momentum_c = np.sqrt(energy ** 2 + 2 * energy * constants.m_e * constants.c ** 2)
        assert electron_wavelength(200) == pytest.approx(1e9 * constants.h * constants.c / momentum_c, rel=1e-5)

    def test_a_probe_passes_twice_its_convergence_angle_over_the_wavelength(self):
        """200 kV and 1.5 mrad: 2 x 0.0015 / 0.002508 nm."""
        assert cutoff_of_probe(200, 1.5) == pytest.approx(1.196, abs=1e-3)
        assert cutoff_of_probe(200, 15) == pytest.approx(10 * cutoff_of_probe(200, 1.5), rel=1e-12)


class TestEstimate:
    @pytest.mark.parametrize("cutoff", [0.15, 0.2, 0.3, 0.4])
    @pytest.mark.parametrize("dose", [1e3, 1e4])
    def test_it_is_within_a_factor_of_two_of_the_probes(self, cutoff, dose):
        """The constraint is known to tolerate a factor of two either way."""
        for seed in range(4):
            pixels = crystals_in_amorphous(scan=(36, 40), detector=(24, 28), dose=dose, cutoff=cutoff, seed=seed).pixels
            assert 0.5 < estimated(pixels) / cutoff < 2, seed

    @pytest.mark.parametrize("order", ORDERS)
    def test_it_does_not_depend_on_the_order_or_the_type(self, order):
        pixels = crystals_in_amorphous(scan=(24, 28), detector=(24, 28), seed=1, order=order).pixels
        classic = crystals_in_amorphous(scan=(24, 28), detector=(24, 28), seed=1).pixels
        for dtype in (np.uint16, np.float32):
            assert estimated(pixels.astype(dtype), order) == pytest.approx(estimated(classic))

    def test_maps_with_structure_up_to_nyquist_are_not_low_passed(self):
        """Each position is one of two patterns at random: a white spectrum, far above the noise."""
        random = np.random.default_rng(0)
        one = random.integers(0, 2, (24, 28))
        pixels = counts(random.uniform(0, 1, (2, 10, 12)), 100 * np.stack([one, 1 - one]))
        assert estimated(pixels, n_components=2) > 0.4

    @pytest.mark.parametrize("scan", [(24, 28), (9, 33)])
    def test_noise_alone_gives_a_valid_cutoff(self, scan):
        pixels = np.random.default_rng(0).poisson(5, (10, 12) + scan)
        assert 0 < estimated(pixels) <= 0.5

    def test_noise_alone_is_not_taken_for_structure(self):
        """A ring of few coefficients may stand out by chance, but no run of rings does."""
        for seed in range(8):
            pixels = np.random.default_rng(seed).poisson(5, (10, 12, 24, 28))
            assert estimated(pixels) < 0.15, seed

    def test_one_pattern_everywhere_gives_a_valid_cutoff(self):
        pixels = np.zeros((10, 12, 24, 28)) + np.random.default_rng(0).uniform(0, 9, (10, 12, 1, 1))
        assert 0 < estimated(pixels) <= 0.5

    @pytest.mark.parametrize("scan", [(1, 30), (2, 3), (3, 3), (2, 40), (5, 5)])
    @pytest.mark.filterwarnings("error")
    def test_tiny_scans_give_a_valid_cutoff_without_a_warning(self, scan):
        pixels = np.random.default_rng(0).poisson(5, (10, 12) + scan)
        assert 0 < estimated(pixels, n_components=1) <= 0.5


def test_leading_maps_span_the_leading_singular_directions():
    """Of the weighted data; compared as projections, because a basis may be turned."""
    random = np.random.default_rng(0)
    X = random.uniform(0, 1, (30, 3)) @ random.uniform(0, 1, (3, 56)) + 1e-3 * random.standard_normal((30, 56))
    weights = random.uniform(0.5, 2, 30)
    found = np.linalg.qr(leading_maps(DataMatrix(X), weights, 3)[0].T)[0]
    expected = np.linalg.svd(np.sqrt(weights)[:, None] * X)[2][:3].T
    assert np.allclose(found @ found.T, expected @ expected.T, rtol=0, atol=1e-3)
    strengths = np.linalg.svd(leading_maps(DataMatrix(X), weights, 3)[0], compute_uv=False)
    assert np.allclose(strengths, np.linalg.svd(np.sqrt(weights)[:, None] * X)[1][:3], rtol=1e-6, atol=0)
