"""scikit-learn's NMF with the settings of Listing S3."""
import numpy as np
import pytest

from offline_reference.claims.listing_s3 import nmf_listing_s3
from offline_reference.numerics.unfold import H_from_maps, W_from_diffractions, unfold
from offline_reference.simulate import crystals_in_amorphous


@pytest.fixture(scope="module")
def pixels():
    return crystals_in_amorphous(scan=(6, 7), detector=(9, 8), n_crystals=1, dose=1e4, seed=5).pixels


def test_diffractions_and_maps_belong_together(pixels):
    """Their product is the data but for counting noise: axes that were swapped would not give that."""
    diffractions, maps = nmf_listing_s3(pixels, 2)
    assert diffractions.shape == (2, 9, 8) and maps.shape == (2, 6, 7)
    X = unfold(pixels, "vuyx")
    left = X - W_from_diffractions(diffractions) @ H_from_maps(maps)
    assert (left ** 2).sum() < 1.5 * X.sum()  # the variance of counts is their mean
    assert diffractions.min() >= 0 and maps.min() >= 0
    np.testing.assert_allclose(diffractions.sum(axis=(1, 2)), 1)


def test_alpha_regularizes(pixels):
    plain, regularized = (np.sum(nmf_listing_s3(pixels, 2, alpha)[1]) for alpha in (0.0, 10.0))
    assert regularized < 0.99 * plain
