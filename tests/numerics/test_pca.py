"""PCA against scikit-learn and NumPy's SVD, varimax against a rotation that is known."""
import numpy as np
import pytest
from sklearn.decomposition import PCA

from offline_reference.numerics.data_matrix import DataMatrix
from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.pca import (
    choose_pca_solver,
    pca,
    refuse_if_gram_too_large,
    varimax,
    varimax_components,
)
from offline_reference.numerics.unfold import unfold
from offline_reference.simulate import crystals_in_amorphous
from tests.numerics.small_data import counts_of_three


@pytest.fixture(params=["fewer pixels than patterns", "more pixels than patterns"])
def X(request):
    X = counts_of_three()
    return X if request.param.startswith("fewer") else np.ascontiguousarray(X.T)


def test_components_scores_and_variances_are_scikit_learns(X):
    """scikit-learn's samples are our columns, and it divides by n - 1 where we divide by n."""
    found, peer = pca(X, 4), PCA(4).fit(X.T)
    n_xy = X.shape[1]
    assert np.allclose(found.variances, peer.explained_variance_ * (n_xy - 1) / n_xy, rtol=1e-9, atol=0)
    assert np.allclose(found.variances / found.total_variance, peer.explained_variance_ratio_, rtol=1e-9, atol=0)
    signs = np.sign((found.diffractions * peer.components_.T).sum(axis=0))
    assert np.allclose(found.diffractions, signs * peer.components_.T, rtol=0, atol=1e-8)
    assert np.allclose(found.maps, signs[:, None] * peer.transform(X.T).T, rtol=0, atol=1e-6)
    assert np.allclose(found.mean_diffraction, peer.mean_, rtol=1e-12, atol=0)


def test_without_centring_it_is_the_truncated_svd(X):
    found = pca(X, 3, centred=False)
    left, singular, right = np.linalg.svd(X, full_matrices=False)
    assert np.allclose(found.variances * X.shape[1], singular[:3] ** 2, rtol=1e-9, atol=0)
    best = left[:, :3] * singular[:3] @ right[:3]
    assert np.allclose(found.diffractions @ found.maps, best, rtol=0, atol=1e-8 * X.max())
    assert not found.mean_diffraction.any()


def test_diffractions_are_orthonormal_and_maps_have_no_mean(X):
    found = pca(X, 4)
    assert np.allclose(found.diffractions.T @ found.diffractions, np.eye(4), rtol=0, atol=1e-9)
    assert np.abs(found.maps.mean(axis=1)).max() < 1e-9 * np.abs(found.maps).max()


def test_the_largest_value_of_each_diffraction_is_positive(X):
    diffractions = pca(X, 4).diffractions
    largest = diffractions[np.argmax(np.abs(diffractions), axis=0), range(4)]
    assert (largest > 0).all()


def test_all_components_together_give_the_data_back():
    X = counts_of_three()[:7]
    found = pca(X, 7)
    again = found.mean_diffraction[:, None] + found.diffractions @ found.maps
    assert np.allclose(again, X, rtol=0, atol=1e-9 * X.max())


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_counts_of_every_type_give_the_same_components(X, dtype):
    found, expected = pca(DataMatrix(X.astype(dtype)), 3), pca(X, 3)
    assert np.allclose(found.diffractions, expected.diffractions, rtol=0, atol=1e-9)
    assert np.allclose(found.variances, expected.variances, rtol=1e-9, atol=0)


def criterion(loadings):
    """Kaiser's: the variance of the squared loadings, summed over columns."""
    return (loadings ** 2).var(axis=0).sum()


def test_varimax_recovers_a_known_rotation():
    """Four columns of simple structure, each row in one of them, turned by a random rotation."""
    random = np.random.default_rng(0)
    simple = np.zeros((40, 4))
    simple[np.arange(40), np.arange(40) % 4] = random.uniform(1, 2, 40)
    turn = np.linalg.qr(random.standard_normal((4, 4)))[0]
    rotated, rotation = varimax(simple @ turn)
    assert np.allclose(rotation.T @ rotation, np.eye(4), rtol=0, atol=1e-12)
    assert np.allclose(simple @ turn @ rotation, rotated, rtol=0, atol=1e-12)
    order = np.argmax(np.abs(turn @ rotation), axis=1)
    signs = np.sign((turn @ rotation)[np.arange(4), order])
    assert sorted(order.tolist()) == [0, 1, 2, 3]
    assert np.allclose(rotated[:, order] * signs, simple, rtol=0, atol=1e-4)  # the search stops at 1e-10 of its sum


def test_varimax_of_two_columns_is_the_best_of_all_angles():
    turned = np.array([[np.cos(0.6), -np.sin(0.6)], [np.sin(0.6), np.cos(0.6)]])
    loadings = np.random.default_rng(1).standard_normal((50, 2)) ** 3 @ turned
    angles = np.linspace(0, np.pi / 2, 2001)
    turns = np.array([[[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]] for a in angles])
    best = max(criterion(loadings @ turn) for turn in turns)
    assert criterion(varimax(loadings)[0]) == pytest.approx(best, rel=1e-4)  # the angles are 0.05 degrees apart
    assert best > 1.05 * criterion(loadings)


def test_varimax_does_not_gather_what_is_common_into_one_column():
    """All loadings positive: quartimax, which leaves out the means of the columns, would turn to one general column."""
    loadings = np.random.default_rng(2).uniform(0, 1, (60, 2)) ** 2 + 0.3
    angles = np.linspace(0, np.pi / 2, 2001)
    best = max(criterion(loadings @ np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])) for a in angles)
    assert criterion(varimax(loadings)[0]) == pytest.approx(best, rel=1e-4)


def test_varimax_of_one_column_changes_nothing():
    loadings = np.arange(1.0, 6).reshape(5, 1)
    rotated, _ = varimax(loadings)
    assert np.allclose(np.abs(rotated), loadings, rtol=1e-12, atol=0)


def test_rotated_components_keep_the_product_and_concentrate_the_maps(X):
    found = pca(X, 5, centred=False)
    W, H = varimax_components(found, 3)
    assert np.allclose(W @ H, found.diffractions[:, :3] @ found.maps[:3], rtol=0, atol=1e-9 * X.max())
    assert (W.sum(axis=0) > 0).all()

    def concentration(maps):
        maps = maps / np.sqrt((maps ** 2).sum(axis=1, keepdims=True))
        return (maps ** 4).sum()

    assert concentration(H) > concentration(found.maps[:3])


def test_a_gram_matrix_beyond_the_memory_is_refused():
    refuse_if_gram_too_large((50, 10 ** 9))
    with pytest.raises(RefusedError, match="PCA of these data takes"):
        refuse_if_gram_too_large((10 ** 8, 10 ** 7))


@pytest.mark.parametrize("order", ["vuyx", "yxvu"])
@pytest.mark.parametrize("centred", [True, False])
def test_compressed_pca_is_the_exact_one_above_the_noise_and_nearly_within_it(order, centred):
    X = unfold(crystals_in_amorphous(scan=(20, 24), detector=(26, 22), seed=5, order=order).pixels, order)
    exact, quick = (pca(X, 6, centred, solver=solver) for solver in ("exact", "compressed"))
    assert quick.variances[:3] == pytest.approx(exact.variances[:3], rel=1e-8)
    assert quick.variances == pytest.approx(exact.variances, rel=1e-2)
    assert quick.total_variance == pytest.approx(exact.total_variance, rel=1e-12)
    assert quick.diffractions[:, :3] == pytest.approx(exact.diffractions[:, :3], abs=1e-6)
    assert quick.maps[:3] == pytest.approx(exact.maps[:3], abs=1e-5 * float(abs(exact.maps[0]).max()))
    assert (quick.mean_diffraction == exact.mean_diffraction).all()


def test_the_solver_is_chosen_by_the_smaller_side_and_what_is_compressed_needs_no_gram_matrix():
    assert choose_pca_solver("auto", (4096, 4096), 6) == "compressed"
    assert choose_pca_solver("auto", (4096, 900), 6) == choose_pca_solver("auto", (1600, 10 ** 6), 400) == "exact"
    refuse_if_gram_too_large((10 ** 8, 10 ** 7), 6)
    with pytest.raises(RefusedError, match="PCA of these data takes"):
        refuse_if_gram_too_large((10 ** 8, 10 ** 7))


@pytest.mark.parametrize("centred", [True, False])
@pytest.mark.parametrize("value, says", [(np.nan, "NaN"), (np.inf, "infinite")])
def test_values_that_are_no_numbers_are_refused(X, value, says, centred):
    X = X.astype(float)
    X[2, 3] = value
    with pytest.raises(RefusedError, match=says):
        pca(X, 2, centred)


@pytest.mark.parametrize("value, centred", [(0, True), (0, False), (0.1, True)])
def test_data_in_which_nothing_varies_are_refused(value, centred):
    with pytest.raises(RefusedError, match="constant"):
        pca(np.full((30, 42), value), 2, centred)
