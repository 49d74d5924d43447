"""4D pixels <-> X: the same memory, in both orders, at unequal sizes."""
import numpy as np
import pytest

from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.unfold import (
    ORDERS,
    H_from_maps,
    W_from_diffractions,
    diffractions_from_W,
    maps_from_H,
    refold,
    sizes_of,
    unfold,
)
from tests.numerics.small_data import SIZES

N_V, N_U, N_Y, N_X = SIZES


def numbered_pixels(order):
    """Each value tells where it belongs: 1000 v + 100 u + 10 y + x, whatever the order in memory."""
    v, u, y, x = np.indices(SIZES)
    pixels = 1000 * v + 100 * u + 10 * y + x
    return np.ascontiguousarray(pixels if order == "vuyx" else pixels.transpose(2, 3, 0, 1))


@pytest.mark.parametrize("order", ORDERS)
def test_sizes_are_named_in_one_sequence_whatever_the_order(order):
    assert sizes_of(numbered_pixels(order), order) == (N_V, N_U, N_Y, N_X)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_the_matrix_is_the_same_memory_and_the_same_type(order, dtype):
    pixels = numbered_pixels(order).astype(dtype)
    X = unfold(pixels, order)
    assert X.shape == (N_V * N_U, N_Y * N_X) and X.dtype == dtype
    X[2 * N_U + 3, 4 * N_X + 5] = 77
    assert (pixels[2, 3, 4, 5] if order == "vuyx" else pixels[4, 5, 2, 3]) == 77


@pytest.mark.parametrize("order", ORDERS)
def test_a_column_is_the_diffraction_of_one_scan_position(order):
    X = unfold(numbered_pixels(order), order)
    expected = [1000 * v + 100 * u + 10 * 6 + 2 for v in range(N_V) for u in range(N_U)]
    assert X[:, 6 * N_X + 2].tolist() == expected


@pytest.mark.parametrize("order", ORDERS)
def test_refold_undoes_unfold_in_the_same_memory(order):
    pixels = numbered_pixels(order)
    again = refold(unfold(pixels, order), SIZES, order)
    assert np.array_equal(again, pixels)
    assert np.shares_memory(again, pixels)


def test_both_orders_unfold_to_the_same_matrix():
    assert np.array_equal(unfold(numbered_pixels("vuyx"), "vuyx"), unfold(numbered_pixels("yxvu"), "yxvu"))


def test_read_only_pixels_are_unfolded_too():
    pixels = numbered_pixels("yxvu")
    pixels.setflags(write=False)
    assert np.shares_memory(unfold(pixels, "yxvu"), pixels)


def test_a_diffraction_image_has_v_down_and_u_across():
    W = np.arange(N_V * N_U * 3.0).reshape(N_V * N_U, 3)
    images = diffractions_from_W(W, (N_V, N_U))
    assert images.shape == (3, N_V, N_U)
    assert images[1, 2, 4] == W[2 * N_U + 4, 1]
    assert np.array_equal(W_from_diffractions(images), W)


def test_a_map_image_has_y_down_and_x_across():
    H = np.arange(3 * N_Y * N_X * 1.0).reshape(3, N_Y * N_X)
    images = maps_from_H(H, (N_Y, N_X))
    assert images.shape == (3, N_Y, N_X)
    assert images[2, 5, 7] == H[2, 5 * N_X + 7]
    assert np.array_equal(H_from_maps(images), H)


def test_an_unknown_order_is_refused():
    with pytest.raises(RefusedError, match="'xyuv' is unknown: choose one of vuyx or yxvu"):
        unfold(np.zeros(SIZES), "xyuv")


def test_data_of_three_dimensions_are_refused():
    with pytest.raises(RefusedError, match=r"3 dimensions, shape \(5, 6, 7\), and an analysis needs 4"):
        unfold(np.zeros((5, 6, 7)))
