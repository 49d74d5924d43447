"""ConstrainedNMF behaves as scikit-learn's estimators do, and HyperSpy can use it."""
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.estimator_checks import parametrize_with_checks

from offline_reference import simulate
from offline_reference.estimator import ConstrainedNMF
from offline_reference.numerics import metrics
from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.methods import nmf_constrained

SCAN, DETECTOR = (18, 15), (32, 36)


@pytest.fixture(scope="module")
def scan():
    return simulate.crystals_in_amorphous(
        scan=SCAN, detector=DETECTOR, n_crystals=2, dose=1e4, seed=3, order="yxvu", dtype=np.uint16
    )


@pytest.fixture(scope="module")
def X(scan):
    """scikit-learn's way round: a scan position a row."""
    return scan.pixels.reshape(SCAN[0] * SCAN[1], DETECTOR[0] * DETECTOR[1])


def estimator(**changes):
    settings = dict(scan_shape=SCAN, detector_shape=DETECTOR, cutoff=0.2, max_iter=40, random_state=1)
    return ConstrainedNMF(3, **{**settings, **changes})


@pytest.fixture(scope="module")
def fitted(X):
    return estimator().fit(X)


@parametrize_with_checks([ConstrainedNMF()])
def test_scikit_learn_finds_nothing_to_complain_about(estimator, check):
    check(estimator)


def test_it_is_the_method_of_numerics_the_other_way_round(scan, fitted):
    factors = nmf_constrained(scan.pixels, 3, order="yxvu", cutoff=0.2, max_iter=40, tol=estimator().tol, seed=1)
    np.testing.assert_allclose(fitted.diffractions_, factors.diffractions, rtol=1e-12)
    np.testing.assert_allclose(fitted.maps_, factors.maps, rtol=1e-12)
    assert fitted.n_iter_ == factors.n_iter
    assert fitted.settings_["cutoff"] == 0.2


def test_components_are_the_diffractions_row_by_row(fitted):
    assert fitted.components_.shape == (3, DETECTOR[0] * DETECTOR[1])
    assert fitted.diffractions_.shape == (3, *DETECTOR)
    assert fitted.maps_.shape == (3, *SCAN)
    np.testing.assert_array_equal(fitted.components_.reshape(3, *DETECTOR), fitted.diffractions_)
    np.testing.assert_allclose(fitted.components_.sum(axis=1), 1)


def test_the_error_is_the_frobenius_norm_of_what_is_left(X, fitted):
    left = X - fitted.maps_.reshape(3, -1).T @ fitted.components_
    assert fitted.reconstruction_err_ == pytest.approx(np.linalg.norm(left), rel=1e-9)


def test_the_crystals_are_found(scan, fitted):
    matches = metrics.match_components(scan.diffractions, fitted.diffractions_)
    for crystal in (1, 2):
        assert metrics.map_correlation(scan.maps[crystal], fitted.maps_[matches[crystal]]) > 0.98


def test_fit_transform_gives_the_maps_a_position_a_row(X):
    nmf = estimator()
    amounts = nmf.fit_transform(X)
    np.testing.assert_array_equal(amounts.T.reshape(3, *SCAN), nmf.maps_)


def test_transform_is_weighted_nonnegative_least_squares_of_each_row_alone(X, fitted):
    amounts = fitted.transform(X)
    assert (amounts >= 0).all()
    np.testing.assert_allclose(fitted.transform(X[7:9]), amounts[7:9], rtol=1e-9)
    # At the optimum no amount can improve the fit: the slope is zero where it is free and upward where it is at zero.
    weighted = fitted.pixel_weights_ * fitted.components_
    slope = (amounts @ fitted.components_ - X) @ weighted.T
    scale = np.abs(X @ weighted.T).max()
    assert (slope >= -1e-9 * scale).all()
    assert (np.abs(slope[amounts > 0]) < 1e-9 * scale).all()


def test_inverse_transform_adds_up_what_transform_took_apart(fitted):
    amounts = np.array([[1.0, 0, 20], [0, 5, 0]])
    counts = fitted.inverse_transform(amounts)
    np.testing.assert_allclose(counts, amounts @ fitted.components_)
    np.testing.assert_allclose(fitted.transform(counts), amounts, atol=1e-9)


def test_columns_get_names(fitted):
    assert list(fitted.get_feature_names_out()) == ["constrainednmf0", "constrainednmf1", "constrainednmf2"]


def test_counts_of_every_type_give_the_same_components(X, fitted):
    floats = estimator().fit(X.astype(np.float64))
    np.testing.assert_allclose(floats.components_, fitted.components_, atol=1e-4 * fitted.components_.max())


def test_the_data_are_left_as_they_were(X):
    before = X.copy()
    X.setflags(write=False)
    estimator(max_iter=3).fit(X)
    np.testing.assert_array_equal(X, before)


def test_without_shapes_no_constraint_is_on(X):
    nmf = ConstrainedNMF(3, max_iter=10, random_state=1)
    amounts = nmf.fit_transform(X)
    assert not nmf.settings_["constrain_diffractions"] and not nmf.settings_["constrain_maps"]
    assert not hasattr(nmf, "diffractions_") and not hasattr(nmf, "maps_")
    np.testing.assert_array_equal(nmf.transform(X), amounts)


@pytest.mark.parametrize(
    "constraint, other", [("constrain_maps", "constrain_diffractions"), ("constrain_diffractions", "constrain_maps")]
)
def test_a_constraint_can_be_switched_off(X, constraint, other):
    nmf = estimator(max_iter=3, **{constraint: False}).fit(X)
    assert not nmf.settings_[constraint] and nmf.settings_[other]


def test_data_that_lie_the_other_way_round_in_memory_give_the_same(X, fitted):
    transposed = estimator().fit(np.asfortranarray(X))
    np.testing.assert_allclose(transposed.components_, fitted.components_, atol=1e-9)


def test_masked_detector_pixels_do_not_count(X, fitted):
    """A beam stop over part of the halo, full of nonsense: the maps stay."""
    mask = np.ones(DETECTOR, dtype=bool)
    mask[2:5, 20:] = False
    spoilt = X.copy()
    spoilt[:, ~mask.ravel()] = 60000
    nmf = estimator(mask=mask).fit(spoilt)
    assert (nmf.diffractions_[:, ~mask] == 0).all()
    for found, expected in zip(nmf.maps_, fitted.maps_, strict=True):
        assert metrics.map_correlation(found, expected) > 0.99
    np.testing.assert_allclose(nmf.transform(spoilt), nmf.transform(np.where(mask.ravel(), spoilt, 0)))


@pytest.mark.parametrize("name, lines", [("scan_shape", "270 rows"), ("detector_shape", "1152 columns")])
def test_a_shape_that_does_not_fit_is_refused(X, name, lines):
    with pytest.raises(RefusedError, match=rf"{name}=\(5, 6\) does not fit X, which has {lines}.*mask"):
        estimator(**{name: (5, 6)}).fit(X)


def test_an_unknown_start_is_refused(X):
    with pytest.raises(RefusedError, match="init='nndsvd' is unknown"):
        estimator(init="nndsvd").fit(X)


def test_verbose_prints_the_error_now_and_then(X, capsys):
    estimator(verbose=1, max_iter=20, tol=0).fit(X)
    assert "iteration 20 of 20: mean squared error" in capsys.readouterr().out


def test_it_can_be_cloned_and_stand_in_a_pipeline(X, fitted):
    amounts = make_pipeline(FunctionTransformer(), clone(fitted)).fit_transform(X)
    np.testing.assert_allclose(amounts.T.reshape(3, *SCAN), fitted.maps_)


@pytest.fixture
def signal(scan):
    """Counts as HyperSpy holds them after reading a file."""
    hyperspy = pytest.importorskip("hyperspy.api", reason="HyperSpy is not installed (pip install '.[test]')")
    signal = hyperspy.signals.Signal2D(scan.pixels.copy())
    for axis, name, scale, units in zip(
        signal.axes_manager._axes, "yxvu", (0.5, 0.5, 0.02, 0.02), ("nm", "nm", "1/nm", "1/nm"), strict=True
    ):
        axis.name, axis.scale, axis.units = name, scale, units
    return signal


@pytest.fixture
def float_signal(signal):
    signal.change_dtype("float32")
    return signal


def test_hyperspy_decomposes_counts_with_it(float_signal, fitted):
    float_signal.decomposition(algorithm=estimator(), print_info=False)
    factors, loadings = float_signal.get_decomposition_factors(), float_signal.get_decomposition_loadings()
    np.testing.assert_allclose(factors.data, fitted.diffractions_, atol=1e-4 * fitted.components_.max())
    np.testing.assert_allclose(loadings.data, fitted.maps_, atol=1e-3 * fitted.maps_.max())
    assert [axis.units for axis in factors.axes_manager.signal_axes] == ["1/nm", "1/nm"]
    assert [axis.units for axis in loadings.axes_manager.signal_axes] == ["nm", "nm"]


def test_hyperspy_decomposes_lazy_counts_with_it(float_signal, fitted):
    lazy = float_signal.as_lazy()
    lazy.decomposition(algorithm=estimator(), print_info=False)
    factors = lazy.get_decomposition_factors()
    np.testing.assert_allclose(factors.data, fitted.diffractions_, atol=1e-4 * fitted.components_.max())


def test_hyperspy_itself_decomposes_no_integers(signal, fitted):
    """Why ConstrainedNMF's documentation says change_dtype; when this fails, it need not say so any more."""
    with pytest.raises(TypeError, match="floating-point"):
        signal.decomposition(algorithm=estimator(), print_info=False)
    n_y, n_x, n_v, n_u = signal.data.shape
    direct = estimator().fit(signal.data.reshape(n_y * n_x, n_v * n_u))
    np.testing.assert_array_equal(direct.components_, fitted.components_)


def test_hyperspy_can_mask_scan_positions(float_signal):
    """The rows that are left are no grid, so scan_shape is left out; HyperSpy fills the rest by `transform`."""
    mask = np.zeros(SCAN[::-1], dtype=bool)  # HyperSpy: x first
    mask[:4] = True
    nmf = estimator(scan_shape=None)
    float_signal.decomposition(algorithm=nmf, navigation_mask=mask, reproject="navigation", print_info=False)
    loadings = float_signal.get_decomposition_loadings().data
    everywhere = nmf.transform(float_signal.data.reshape(SCAN[0] * SCAN[1], -1))
    np.testing.assert_allclose(loadings.reshape(3, -1).T, everywhere)
    with pytest.raises(RefusedError, match="With a navigation mask in HyperSpy leave scan_shape out"):
        float_signal.decomposition(algorithm=estimator(), navigation_mask=mask, print_info=False)


def test_hyperspy_can_mask_detector_pixels(float_signal):
    mask = np.zeros(DETECTOR, dtype=bool)
    mask[:3] = True
    mask = type(float_signal)(mask)  # a bare array HyperSpy 2.5 checks as (u, v) and reads as (v, u)
    float_signal.decomposition(algorithm=estimator(detector_shape=None), signal_mask=mask, print_info=False)
    factors = float_signal.get_decomposition_factors().data
    assert np.isnan(factors[:, :3]).all() and np.isfinite(factors[:, 3:]).all()
