"""Error curves against the definition, and how many components stand above the noise."""
import numpy as np
import pytest

from offline_reference.numerics.components import (
    Curve,
    error_curve,
    noise_strengths,
    pca_floors,
    suggest_n_components,
)
from offline_reference.numerics.data_matrix import DataMatrix
from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.methods import nmf_als, nmf_mu
from offline_reference.numerics.metrics import pca_floor
from offline_reference.numerics.unfold import refold, unfold
from offline_reference.simulate import crystals_in_amorphous

SIZES = (9, 10, 11, 12)  # n_v, n_u, n_y, n_x


def counts(n_k=3, dose=3000.0, seed=0, gain=1.0, sizes=SIZES):
    """Poisson counts of n_k random patterns with random maps, as 4D pixels."""
    random = np.random.default_rng(seed)
    n_v, n_u, n_y, n_x = sizes
    W = random.random((n_v * n_u, n_k)) ** 4 + 0.05
    H = random.random((n_k, n_y * n_x)) ** 2 + 0.1
    X = W @ H
    return refold(gain * random.poisson(dose * X / X.sum(axis=0).mean()).astype(float), sizes)


def glass(seed=0, scan=(18, 19), detector=(20, 22), dose=1e4):
    """A halo whose speckles differ from place to place and change over two scan steps: no pattern repeats."""
    random = np.random.default_rng(seed)
    v, u = np.indices(detector)
    halo = np.exp(-0.5 * ((np.hypot(v - detector[0] / 2, u - detector[1] / 2) - 6) / 1.5) ** 2) + 0.02
    speckles = random.standard_normal(detector + scan)
    for axis in (2, 3):
        speckles = speckles + np.roll(speckles, 1, axis)
    patterns = halo[:, :, None, None] * np.exp(0.25 * speckles)
    return random.poisson(dose * patterns / patterns.sum(axis=(0, 1))).astype(np.uint16)


def curve_of(strengths):
    return Curve(np.array([1, 2]), {}, np.array(strengths), 1.0, "max_iter")


@pytest.mark.parametrize("order", ["vuyx", "yxvu"])
def test_the_errors_are_those_of_the_methods(order):
    pixels = counts()
    pixels = pixels if order == "vuyx" else np.ascontiguousarray(pixels.transpose(2, 3, 0, 1))
    curve = error_curve(pixels, [4, 1, 2], order, max_iter=30, seed=5)
    assert curve.numbers.tolist() == [1, 2, 4] and sorted(curve.errors) == ["als", "mu", "pca"]
    for place, n_k in enumerate(curve.numbers):
        assert curve.errors["pca"][place] == pytest.approx(pca_floor(unfold(pixels, order), n_k), rel=1e-9)
        for method, function in (("als", nmf_als), ("mu", nmf_mu)):
            expected = function(pixels, int(n_k), order, max_iter=30, seed=5).mean_squared_error
            assert curve.errors[method][place] == pytest.approx(expected, rel=1e-9)


def test_no_method_is_below_the_floor():
    curve = error_curve(counts(), range(1, 6), max_iter=60)
    for method in ("als", "mu"):
        assert (curve.errors[method] >= curve.errors["pca"] * (1 - 1e-9)).all()  # 1e-9 is rounding
    assert (np.diff(curve.errors["pca"]) < 0).all()


@pytest.mark.parametrize("shape", [(90, 40), (40, 90)])
def test_floors_of_all_numbers_are_tails_of_singular_values(shape):
    X = np.random.default_rng(0).poisson(5, shape).astype(float)
    singular = np.linalg.svd(X, compute_uv=False)
    expected = [(singular[n:] ** 2).sum() / X.size for n in (0, 1, 7, 40)]
    assert np.allclose(pca_floors(X, [0, 1, 7, 40]), expected, rtol=1e-9, atol=1e-9)
    stored_the_other_way = DataMatrix(np.ascontiguousarray(X.T).T)
    assert np.allclose(pca_floors(stored_the_other_way, [0, 1, 7, 40]), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("shape", [(90, 40), (40, 90)])
def test_strengths_are_singular_values_of_the_whitened_data(shape):
    X = np.random.default_rng(0).poisson(5, shape).astype(float)
    pixel = X.mean(axis=1) + 0.02 * X.mean()
    pattern = X.sum(axis=0) / X.sum(axis=0).mean() + 0.02
    singular = np.linalg.svd(X / np.sqrt(np.outer(pixel, pattern)), compute_uv=False)
    for data in (X, DataMatrix(np.ascontiguousarray(X.T).T)):
        strengths, _ = noise_strengths(data)
        assert np.allclose(strengths / strengths[0], (singular / singular[0]) ** 2, rtol=1e-9, atol=0)


@pytest.mark.parametrize("n_k", [1, 2, 3, 5])
@pytest.mark.parametrize("seed", [0, 1])
def test_as_many_components_are_suggested_as_there_are(n_k, seed):
    curve = error_curve(counts(n_k, seed=seed), [1], methods=["pca"])
    n, reason = suggest_n_components(curve)
    assert n == n_k, reason
    assert "{} principal component".format(n_k) in reason and "above the counting noise" in reason


@pytest.mark.parametrize("gain", [0.01, 1.0, 300.0])
def test_a_count_need_not_be_an_electron(gain):
    strengths, noise_level = noise_strengths(unfold(counts(3, gain=gain)))
    assert suggest_n_components(curve_of(strengths))[0] == 3
    assert noise_level == pytest.approx(gain, rel=0.1)  # fitted to 10 000 values


def test_dark_pixels_do_not_lower_the_noise_level():
    """Four of five detector pixels next to dark: their variance is held up, and the level must not say so."""
    mean = np.where(np.arange(200) % 5, 0.4, 40.0)
    X = np.random.default_rng(0).poisson(mean[:, None] * np.ones(250))
    assert noise_strengths(X)[1] == pytest.approx(1, abs=0.03)


def test_noise_alone_reaches_the_largest_strength_that_noise_gives():
    """Second component of flat Poisson data: 1 but for fluctuations of the largest eigenvalue, some n^(-2/3)."""
    X = np.random.default_rng(0).poisson(100, (300, 400))
    assert noise_strengths(X)[0][1] == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("seed", range(3))
def test_glass_has_no_elbow_and_the_reason_says_so(seed):
    curve = error_curve(glass(seed), [1, 2, 3], methods=["pca"])
    n, reason = suggest_n_components(curve)
    assert n is None and reason.startswith("no elbow") and curve.strengths[8] > 1.5


CONTINUUM = [2.0 * 0.97 ** k for k in range(60)]


@pytest.mark.parametrize("strengths, n, words", [
    ([50, 4, 1.05, 1.0], 2, "the weakest of them has 4 times"),
    ([50, 1.25, 1.09, 1.0], None, "2 principal components stand above the counting noise, 1 of them clearly"),
    ([50, 9, 8, 7], None, "at least 4 principal components stand above the counting noise, 4 of them clearly"),
    ([1.0, 0.9], None, "not even a mean diffraction"),
    ([50, 0.0], 1, "1 principal component stands"),
    ([900, 40, 20] + CONTINUUM, 3, "3 principal components stand apart: the weakest of them is 10 times as strong as"),
    ([900, 40, 20] + CONTINUUM, 3, "But 20 more are above counting noise: faint patterns, or noise that"),
    ([900, 40, 20] + CONTINUUM[:12], 3, "But at least 12 more are above counting noise"),
    ([900] + CONTINUUM, None, "no elbow: 21 principal components"),
    ([900, 8, 4, 2, 1.9, 1.3, 1.2, 1.15] + [1.11] * 9 + [1.09], None, "no elbow"),
])
def test_reasons(strengths, n, words):
    found, reason = suggest_n_components(curve_of(strengths))
    assert found == n and words in reason


def test_components_stand_apart_from_noise_that_neighbouring_pixels_share():
    """A point spread of the detector makes some noise stronger than counting gives; three patterns are stronger yet."""
    pixels = counts(3, sizes=(12, 13, 14, 15))
    spread = sum(np.roll(pixels, (dv, du), axis=(0, 1)) for dv in (0, 1) for du in (0, 1)) / 4
    n, reason = suggest_n_components(error_curve(spread, [1], methods=["pca"]))
    assert n == 3 and "stand apart" in reason and "neighbouring detector pixels" in reason


def test_compressed_iterations_end_at_nearly_the_same_errors():
    """Other paths through rounding, so not the same digits; the errors are those of the data in both."""
    pixels = counts(3, sizes=(12, 13, 14, 15))
    exact, compressed = (error_curve(pixels, [1, 3], max_iter=60, solver=solver) for solver in ("exact", "compressed"))
    for method in ("als", "mu"):
        assert np.allclose(compressed.errors[method], exact.errors[method], rtol=5e-3, atol=0)
        assert (compressed.errors[method] >= compressed.errors["pca"] * (1 - 1e-9)).all()


def test_factors_of_each_run_can_be_kept():
    kept, pixels = [], counts()
    curve = error_curve(pixels, [1, 2], methods=("als",), max_iter=5, keep=lambda *one: kept.append(one))
    assert [(method, n_k, W.shape[1], H.shape[0]) for method, n_k, W, H in kept] == [("als", 1, 1, 1), ("als", 2, 2, 2)]
    residual = unfold(pixels) - kept[1][2] @ kept[1][3]
    assert curve.errors["als"][1] == pytest.approx((residual ** 2).mean(), rel=1e-9)


def test_a_cancelled_curve_has_what_was_finished():
    calls = []

    def cancelled():
        calls.append(None)
        return len(calls) > 25

    curve = error_curve(counts(), [1, 2, 3], methods=("pca", "als"), max_iter=20, cancelled=cancelled)
    assert curve.stopped == "cancelled"
    assert np.isfinite(curve.errors["pca"]).all()
    assert np.isnan(curve.errors["als"]).tolist() == [False, True, True]


def test_progress_runs_over_all_runs():
    seen = []
    error_curve(counts(), [1, 2], methods=("als", "mu"), max_iter=7,
                progress=lambda iteration, total, mse: seen.append((iteration, total)))
    assert seen == [(one, 28) for one in range(1, 29)]


@pytest.mark.parametrize("how, words", [
    ({"numbers": [0]}, "0"), ({"numbers": [91]}, "91"), ({"numbers": []}, "no number of components"),
    ({"numbers": [1], "methods": ("pca", "ica")}, "'ica' gives no error curve"),
    ({"numbers": [1], "max_iter": 0}, "0 iterations"), ({"numbers": [1], "solver": "quick"}, "'quick' is unknown"),
])
def test_settings_without_meaning_are_refused(how, words):
    with pytest.raises(RefusedError, match=words):
        error_curve(counts(), **how)


@pytest.mark.parametrize("order", ["vuyx", "yxvu"])
def test_compressed_strengths_and_floors_are_the_exact_ones(order):
    pixels = crystals_in_amorphous(scan=(24, 26), detector=(26, 24), seed=5, order=order).pixels
    exact, quick = (error_curve(pixels, [1, 4, 6], order, methods=["pca"], max_iter=1, solver=solver)
                    for solver in ("exact", "compressed"))
    assert quick.errors["pca"] == pytest.approx(exact.errors["pca"], rel=2e-3)
    assert quick.strengths[:4] == pytest.approx(exact.strengths[:4], rel=1e-8)
    assert quick.strengths[:12] == pytest.approx(exact.strengths[:12], rel=1e-2)
    assert quick.noise_level == pytest.approx(exact.noise_level, rel=1e-8)
    assert suggest_n_components(quick)[0] == suggest_n_components(exact)[0] == 4
