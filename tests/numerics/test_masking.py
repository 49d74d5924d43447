"""Masks on 4D data, against loops over single pixels."""
import numpy as np
import pytest

from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.masking import sum_masked, zero_masked

N_V, N_U, N_Y, N_X = 5, 6, 7, 8


def counts(order):
    """uint16 pixels, all different, in that order; and the same pixels as (v, u, y, x)."""
    vuyx = np.arange(N_V * N_U * N_Y * N_X, dtype=np.uint16).reshape(N_V, N_U, N_Y, N_X)
    return (vuyx if order == "vuyx" else np.ascontiguousarray(vuyx.transpose(2, 3, 0, 1))), vuyx


def mask_on(on, seed=0):
    return np.random.RandomState(seed).rand(*((N_V, N_U) if on == "detector" else (N_Y, N_X))) > 0.6


@pytest.mark.parametrize("order", ["vuyx", "yxvu"])
@pytest.mark.parametrize("on", ["detector", "scan"])
@pytest.mark.parametrize("outside", [False, True])
def test_selected_pixels_are_zero_and_all_others_as_they_were(order, on, outside):
    pixels, vuyx = counts(order)
    before = pixels.copy()
    mask = mask_on(on)
    zeroed = zero_masked(pixels, mask, on, order, outside)
    zeroed_vuyx = zeroed if order == "vuyx" else zeroed.transpose(2, 3, 0, 1)
    for v, u, y, x in np.ndindex(N_V, N_U, N_Y, N_X):
        is_selected = mask[v, u] if on == "detector" else mask[y, x]
        assert zeroed_vuyx[v, u, y, x] == (0 if is_selected != outside else vuyx[v, u, y, x])
    assert zeroed.dtype == np.uint16 and zeroed.shape == pixels.shape
    assert (pixels == before).all()


@pytest.mark.parametrize("order", ["vuyx", "yxvu"])
def test_a_mask_on_the_detector_gives_the_map_of_a_virtual_detector(order):
    pixels, vuyx = counts(order)
    mask = mask_on("detector") * 0.5
    expected = sum(mask[v, u] * vuyx[v, u] for v in range(N_V) for u in range(N_U))
    assert np.allclose(sum_masked(pixels, mask, "detector", order), expected, rtol=1e-14)


@pytest.mark.parametrize("order", ["vuyx", "yxvu"])
def test_a_mask_on_the_scan_gives_the_diffraction_of_a_region(order):
    pixels, vuyx = counts(order)
    mask = mask_on("scan")
    expected = sum(vuyx[:, :, y, x].astype(float) for y in range(N_Y) for x in range(N_X) if mask[y, x])
    assert (sum_masked(pixels, mask, "scan", order) == expected).all()


def test_a_sum_of_uint16_does_not_wrap():
    pixels = np.full((2, 3, 4, 5), 65535, np.uint16)
    assert (sum_masked(pixels, np.ones((2, 3))) == 6 * 65535.0).all()


def test_refusals_name_what_was_met_and_what_to_do():
    pixels, _ = counts("vuyx")
    with pytest.raises(RefusedError, match=r"mask has shape \(7, 8\), and the detector of the data has \(5, 6\)"):
        zero_masked(pixels, mask_on("scan"))
    with pytest.raises(RefusedError, match="zero everywhere"):
        sum_masked(pixels, np.zeros((N_V, N_U)))
    with pytest.raises(RefusedError, match="detector or scan"):
        sum_masked(pixels, mask_on("scan"), "sample")
    with pytest.raises(RefusedError, match="3 dimensions"):
        zero_masked(pixels[0], mask_on("scan"), "scan")
