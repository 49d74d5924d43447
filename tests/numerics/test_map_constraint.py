"""[.]H against scipy's cosine transform, analytic cosines, and the definition of a closest point."""
import numpy as np
import pytest
from scipy.fft import dctn, idctn

from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.map_constraint import Band, cosine_basis, low_pass_nonnegative, out_of_band

SCAN = (15, 20)


def noise_maps(n_k=3, seed=0):
    """Rows of H (n_k, 300) with every frequency in them."""
    return np.random.default_rng(seed).standard_normal((n_k, SCAN[0] * SCAN[1]))


def cosine_map(i, j, scan=SCAN):
    """One DCT-II function as a row of H: frequency i / 2 n_y down and j / 2 n_x across."""
    y, x = np.indices(scan)
    return (np.cos(np.pi * i * (y + 0.5) / scan[0]) * np.cos(np.pi * j * (x + 0.5) / scan[1])).reshape(1, -1)


def low_passed_by_scipy(H, cutoff):
    spectrum = dctn(H.reshape((-1,) + SCAN), type=2, norm="ortho", axes=(1, 2))
    frequency = np.hypot(np.arange(SCAN[0])[:, None] / (2 * SCAN[0]), np.arange(SCAN[1])[None] / (2 * SCAN[1]))
    return idctn(spectrum * (frequency <= cutoff), type=2, norm="ortho", axes=(1, 2)).reshape(H.shape)


@pytest.mark.parametrize("n", [1, 7, 8])
def test_the_basis_is_scipys_orthonormal_dct(n):
    expected = dctn(np.eye(n), type=2, norm="ortho", axes=(0,)).T
    assert np.allclose(cosine_basis(n), expected, rtol=0, atol=1e-14)


@pytest.mark.parametrize("cutoff", [0.07, 0.2, 0.31, 0.5])
def test_low_pass_equals_scipys_masked_dct(cutoff):
    H = noise_maps()
    assert np.allclose(Band(SCAN, cutoff).low_pass(H), low_passed_by_scipy(H, cutoff), rtol=0, atol=1e-13)


@pytest.mark.parametrize("cutoff", [0.07, 0.2, 0.31, 0.5])
def test_low_pass_is_an_orthogonal_projection(cutoff):
    band, H, other = Band(SCAN, cutoff), noise_maps(seed=1), noise_maps(seed=2)
    low = band.low_pass(H)
    assert np.allclose(band.low_pass(low), low, rtol=0, atol=1e-13)  # idempotent, to rounding
    assert abs(np.vdot(H - low, band.low_pass(other))) < 1e-11  # what is removed is orthogonal to all that stays


def test_coefficients_and_maps_are_inverse_inside_the_band():
    band = Band(SCAN, 0.2)
    coefficients = np.random.default_rng(0).standard_normal((3, band.n))
    assert np.allclose(band.coefficients(band.maps(coefficients)), coefficients, rtol=0, atol=1e-13)


def test_the_band_holds_about_pi_cutoff_squared_of_all_coefficients():
    assert Band((64, 80), 0.2).n == pytest.approx(np.pi * 0.2 ** 2 * 64 * 80, rel=0.05)  # 5 %: the axes count whole


def test_the_mean_of_a_map_always_passes():
    low = Band(SCAN, 0.001).low_pass(noise_maps() + 3)
    assert np.allclose(low, (noise_maps() + 3).mean(axis=1, keepdims=True), rtol=0, atol=1e-13)


@pytest.mark.parametrize("i, j, cutoff, passes", [
    (3, 0, 0.11, True),   # 3/30 = 0.1 down
    (3, 0, 0.09, False),
    (0, 6, 0.16, True),   # 6/40 = 0.15 across: another frequency than 6/30
    (0, 6, 0.14, False),
    (3, 4, 0.145, True),  # 0.1 and 0.1: 0.1414 along the diagonal
    (3, 4, 0.135, False),
])
def test_an_analytic_cosine_passes_below_the_cutoff_and_is_removed_above(i, j, cutoff, passes):
    H = cosine_map(i, j)
    expected = H if passes else np.zeros_like(H)
    assert np.allclose(Band(SCAN, cutoff).low_pass(H), expected, rtol=0, atol=1e-13)


@pytest.mark.parametrize("i, j, cutoff", [(9, 0, 0.3), (0, 12, 0.3), (9, 16, 0.5), (14, 0, 14 / 30), (3, 0, 0.1),
                                          (9, 0, 0.3 * (1 - 1e-15)), (0, 12, 0.3 * (1 - 1e-15))])
def test_a_frequency_equal_to_the_cutoff_passes_whatever_the_rounding(i, j, cutoff):
    H = cosine_map(i, j)
    assert np.allclose(Band(SCAN, cutoff).low_pass(H), H, rtol=0, atol=1e-13)
    assert out_of_band(H, SCAN, cutoff)[0] < 1e-20


def test_a_ramp_from_edge_to_edge_has_almost_nothing_beyond_the_band():
    """A Fourier transform would see the step where the scan wraps round; the reflection has none."""
    y, x = np.indices(SCAN)
    ramp = (2.0 * y + x).reshape(1, -1)
    wrapped = np.abs(np.fft.fft2(ramp.reshape(SCAN) - ramp.mean())) ** 2
    frequency = np.hypot(np.fft.fftfreq(SCAN[0])[:, None], np.fft.fftfreq(SCAN[1]))
    assert out_of_band(ramp, SCAN, 0.2)[0] < 1e-3
    assert wrapped[frequency > 0.2].sum() / wrapped.sum() > 0.05


def test_single_precision_maps_stay_single():
    H = noise_maps().astype(np.float32)
    low = Band(SCAN, 0.2).low_pass(H)
    assert low.dtype == np.float32
    assert np.allclose(low, low_passed_by_scipy(H.astype(float), 0.2), rtol=0, atol=1e-5)


def test_out_of_band_counts_power_beyond_the_cutoff_and_not_the_mean():
    inside, beyond = cosine_map(2, 0), cosine_map(0, 18)
    H = np.concatenate([5 + inside, beyond, 100 + 3 * inside + beyond])
    assert np.allclose(out_of_band(H, SCAN, 0.2), [0, 1, 0.1], rtol=0, atol=1e-12)  # 1 of 9 + 1


def test_an_empty_map_has_nothing_out_of_band():
    assert out_of_band(np.zeros((2, 300)), SCAN, 0.2).tolist() == [0, 0]


def test_a_flat_map_has_nothing_out_of_band():
    assert out_of_band(np.full((1, 300), 7.0), SCAN, 0.2)[0] < 1e-12


def test_low_pass_nonnegative_ends_nonnegative_and_nearly_inside_the_band():
    band = Band(SCAN, 0.2)
    H = low_pass_nonnegative(noise_maps(4, seed=3), band, rounds=50)
    assert H.min() >= 0
    assert out_of_band(H, SCAN, 0.2).max() < 2e-3  # noise of zero mean is the hardest: half of it would be negative
    H = low_pass_nonnegative(noise_maps(4, seed=3) + 0.4, band, rounds=50)
    assert H.min() >= 0
    assert out_of_band(H, SCAN, 0.2).max() < 1e-4


def test_more_rounds_of_low_pass_nonnegative_leave_less_out_of_band():
    band, noise = Band(SCAN, 0.2), noise_maps(4, seed=3)
    left = [out_of_band(low_pass_nonnegative(noise, band, rounds), SCAN, 0.2).max() for rounds in (1, 10, 100)]
    assert left[0] > 3 * left[1] > 9 * left[2]


def test_low_pass_nonnegative_ends_at_the_closest_admissible_map():
    """The closest point R of a convex set: H - R makes no acute angle with the way to any other point of it."""
    band, H = Band(SCAN, 0.2), noise_maps(seed=4)
    found = low_pass_nonnegative(H, band, rounds=3000)
    random = np.random.default_rng(5)
    others = [band.low_pass(random.uniform(0, 1, H.shape) ** power) for power in (1, 2, 4)]
    others = [np.where(one.min(axis=1, keepdims=True) < 0, one - one.min(axis=1, keepdims=True), one) for one in others]
    others += [np.zeros_like(H), 2 * found]
    for other in others:
        uphill = ((H - found) * (other - found)).sum(axis=1)
        assert (uphill <= 1e-3 * (H ** 2).sum(axis=1)).all()  # 1e-3: what 3000 rounds leave


def test_low_pass_nonnegative_leaves_an_admissible_map_alone():
    H = 2 + cosine_map(3, 4) + 0.5 * cosine_map(0, 5)
    assert np.allclose(low_pass_nonnegative(H, Band(SCAN, 0.2), 50), H, rtol=0, atol=1e-12)


@pytest.mark.parametrize("cutoff", [0, -0.1, 0.51, float("nan")])
def test_a_cutoff_beyond_nyquist_or_not_positive_is_refused(cutoff):
    with pytest.raises(RefusedError, match=r"is not between 0 and 0.5 cycles per scan pixel \(Nyquist\).*"
                                           "Give one inside, or switch the map constraint off"):
        Band(SCAN, cutoff)
