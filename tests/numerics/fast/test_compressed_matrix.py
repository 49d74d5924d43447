"""CompressedMatrix: exact for data of low rank, and the leading part of any others."""
import numpy as np
import pytest

from offline_reference.numerics.data_matrix import DataMatrix
from offline_reference.numerics.fast.compressed_matrix import CompressedMatrix
from offline_reference.numerics.metrics import pca_floor
from tests.numerics.small_data import counts_of_three, random_factors, relative_difference


class Counted(DataMatrix):
    """Counts how often it is read."""

    reads = 0

    def _blocks(self, *options, **more):
        self.reads += 1
        return super()._blocks(*options, **more)

    def _is_direct(self):
        return False


def in_memory(X, memory):
    return X if memory == "C" else np.ascontiguousarray(X.T).T


def low_rank(memory="C"):
    W, H = random_factors(seed=1)
    return in_memory(W @ H, memory)


@pytest.mark.parametrize("memory", ["C", "transposed"])
def test_data_of_rank_three_are_kept_whole_by_three_directions(memory):
    X = low_rank(memory)
    W, H = random_factors(seed=2)
    compressed = CompressedMatrix(DataMatrix(X), rank=3)
    assert relative_difference(compressed @ H.T, X @ H.T) < 1e-12
    assert relative_difference(W.T @ compressed, W.T @ X) < 1e-12
    assert compressed.squared_error(W, H) == pytest.approx(((X - W @ H) ** 2).sum(), rel=1e-9)


@pytest.mark.parametrize("memory", ["C", "transposed"])
def test_the_basis_is_orthonormal_and_the_strongest_direction_comes_first(memory):
    X = in_memory(counts_of_three(seed=3), memory)
    compressed = CompressedMatrix(DataMatrix(X), rank=12)
    assert compressed.basis.T @ compressed.basis == pytest.approx(np.eye(12), abs=1e-12)
    singular = np.linalg.svd(X, compute_uv=False)
    assert np.sqrt(compressed.powers[:3]) == pytest.approx(singular[:3], rel=1e-9)
    assert (np.diff(compressed.powers) <= 0).all()


def test_fewer_directions_are_the_leading_ones_and_the_data_are_not_read_again():
    X = counts_of_three(seed=4)
    data = Counted(X)
    whole = CompressedMatrix(data, rank=12)
    before = data.reads
    part = whole.leading(5)
    u, s, vt = np.linalg.svd(X)
    _, H = random_factors()
    best_of_rank_5 = (u[:, :5] * s[:5]) @ vt[:5]
    assert relative_difference(part @ H.T, best_of_rank_5 @ H.T) < 1e-3  # neighbours of direction 5 mix a little
    assert whole.leading(50) is whole
    assert data.reads == before


def test_the_floor_is_that_of_the_singular_values():
    X = counts_of_three(seed=5)
    compressed = CompressedMatrix(DataMatrix(X), rank=30)
    for n_k in (1, 3, 7):
        assert compressed.floor(n_k) == pytest.approx(pca_floor(X, n_k), rel=1e-9)


@pytest.mark.parametrize("memory", ["C", "transposed"])
def test_it_reads_the_data_once_a_pass_and_twice_more(memory):
    data = Counted(in_memory(counts_of_three(), memory))
    CompressedMatrix(data, rank=8, passes=3)
    assert data.reads == 5


def test_more_directions_than_pixels_are_all_of_them():
    X = counts_of_three()
    assert CompressedMatrix(DataMatrix(X), rank=1000).scores.shape == (30, 56)
