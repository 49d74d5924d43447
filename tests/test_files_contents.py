"""What is said about the counts of a dataset."""
import numpy as np
import pytest

from offline_reference import files
from offline_reference.files import contents
from offline_reference.files.dataset import uncalibrated
from tests.example_4d import pixels_4d

ORDERS = ("vuyx", "yxvu")


def dataset(pixels, order):
    return files.Dataset(pixels, order, "by the test", uncalibrated(pixels, order), "scan.npy")


def in_order(pixels, order):
    """(v, u, y, x) pixels in either order."""
    return pixels if order == "vuyx" else np.ascontiguousarray(pixels.transpose(2, 3, 0, 1))


@pytest.mark.parametrize("block_values", [1, 100, 2**22])
@pytest.mark.parametrize("order", ORDERS)
def test_range_mean_and_images_are_those_of_numpy_however_it_is_cut(order, block_values, monkeypatch):
    monkeypatch.setattr(contents, "BLOCK_VALUES", block_values)
    pixels = pixels_4d()
    found = files.describe(dataset(in_order(pixels, order), order))
    assert (found.n_values, found.n_zero) == (pixels.size, (pixels == 0).sum())
    assert (found.least, found.most) == (pixels.min(), pixels.max())
    assert found.mean == pytest.approx(pixels.mean())
    assert found.sparsity == pytest.approx((pixels == 0).mean())
    np.testing.assert_allclose(found.mean_diffraction, pixels.mean(axis=(2, 3)))
    np.testing.assert_allclose(found.scan_image, pixels.sum(axis=(0, 1)))
    assert not (found.empty.any() or found.dead.any() or found.saturated.any() or found.hot.any())


@pytest.mark.parametrize("order", ORDERS)
def test_faults_are_found_where_they_are(order):
    pixels = pixels_4d(dtype=np.uint8)
    pixels[:, :, 3, 4] = 0  # a scan position that counted nothing
    pixels[1, 2] = 0  # a dead detector pixel
    pixels[4, 5] = 90  # a hot one
    pixels[0, 3, 6, 7] = 255  # saturated once
    found = files.describe(dataset(in_order(pixels, order), order))
    assert np.argwhere(found.empty).tolist() == []  # the hot pixel counts there too
    assert np.argwhere(found.dead).tolist() == [[1, 2]]
    assert np.argwhere(found.hot).tolist() == [[4, 5]]
    assert np.argwhere(found.saturated).tolist() == [[0, 3]]
    pixels[4, 5, 3, 4] = 0
    assert np.argwhere(files.describe(dataset(in_order(pixels, order), order)).empty).tolist() == [[3, 4]]


@pytest.mark.parametrize("order", ORDERS)
def test_nan_infinity_and_negative_values_are_counted_and_kept_out_of_the_mean(order):
    pixels = pixels_4d(dtype=np.float32)
    pixels[0, 0, 0, 0] = np.nan
    pixels[1, 2, 3, 4] = np.inf
    pixels[2, 3, 4, 5] = -5
    found = files.describe(dataset(in_order(pixels, order), order))
    assert (found.n_nan, found.n_infinite, found.n_negative) == (1, 1, 1)
    assert found.least == -5
    assert found.mean == pytest.approx(pixels[np.isfinite(pixels)].mean())


def test_a_bragg_disc_is_not_hot():
    """A disc of diameter 3 is bright beside dark, but no pixel of it stands above its neighbours."""
    sums = np.full((20, 20), 100.0)
    sums[9:12, 9:12] = 1e5
    assert not contents.hot_pixels(sums).any()


def test_noise_at_low_dose_is_not_hot():
    assert not contents.hot_pixels(np.random.default_rng(0).poisson(0.3, (100, 100)).astype(float)).any()


def test_data_without_a_finite_value_have_no_mean():
    assert np.isnan(files.describe(dataset(np.full((5, 6, 7, 8), np.nan), "vuyx")).mean)
