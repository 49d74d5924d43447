"""Blocks on workers give the numbers of data in memory to 1e-10, and a worker's death changes nothing."""
import os
import signal

import numpy as np
import pytest

from offline_reference import files
from offline_reference.files.dataset import uncalibrated
from offline_reference.lazy import cluster
from offline_reference.numerics.data_matrix import DataMatrix
from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.methods import nmf_als, nmf_constrained, nmf_hals
from offline_reference.numerics.unfold import unfold
from offline_reference.simulate import crystals_in_amorphous
from tests.numerics.small_data import relative_difference

SCAN, DETECTOR = (12, 14), (18, 16)


@pytest.fixture(scope="module")
def client():
    pytest.importorskip("distributed", reason="an extra: pip install dm-nmf[cluster]")
    with cluster.started(2) as client:
        yield client


def counts(order):
    return crystals_in_amorphous(scan=SCAN, detector=DETECTOR, seed=8, order=order).pixels


@pytest.fixture(params=[("npy", "vuyx"), ("npy", "yxvu"), ("zspy", "yxvu")], ids="-".join)
def spread(request, client, tmp_path):
    """The counts in a file, plain numbers or chunks, spread over two workers."""
    kind, order = request.param
    path = tmp_path / ("counts." + kind)
    files.write_4d(path, counts(order), order, uncalibrated(counts(order), order))
    dataset = files.read_4d(path, order=order, in_parts=True)
    return cluster.ClusterPixels(path, dataset.pixels, order, client)


@pytest.mark.parametrize("masked", [False, True])
def test_products_are_those_of_data_in_memory(spread, masked):
    order = spread.order
    assert len(spread.places) >= 4
    good = None
    if masked:
        good = np.ones(DETECTOR[0] * DETECTOR[1], dtype=bool)
        good[[3, 50, 51]] = False
    plain, ours = DataMatrix(unfold(counts(order), order), good), spread.as_matrix(good)
    random = np.random.default_rng(0)
    W, H = random.uniform(size=(plain.shape[0], 3)), random.uniform(size=(3, plain.shape[1]))
    fast_side = H.T if order == "vuyx" else W
    for found, expected in (
        (ours @ H.T, plain @ H.T), (W.T @ ours, W.T @ plain), (ours.squared_error(W, H), plain.squared_error(W, H)),
        (ours.sums()[0], plain.sums()[0]), (ours.sums()[1], plain.sums()[1]),
        (ours.columns([5, 100]), plain.columns([5, 100])), (ours.power(fast_side), plain.power(fast_side)),
        (ours.weighted_sum_of_squares(W[:, 0]), plain.weighted_sum_of_squares(W[:, 0])),
        (ours.residual_sum_of_squares(W, H), plain.residual_sum_of_squares(W, H)),
    ):
        assert relative_difference(found, expected) < 1e-12


@pytest.mark.parametrize("method, options, tolerance", [
    (nmf_als, {}, 1e-10), (nmf_constrained, {"cutoff": 0.2}, 1e-10),
    (nmf_hals, {"solver": "compressed"}, 1e-3),  # products in float32 there
])
def test_factors_are_those_of_data_in_memory(spread, method, options, tolerance):
    order = spread.order
    one = method(counts(order), 3, order, max_iter=4, seed=4, **options)
    other = method(spread, 3, order, max_iter=4, seed=4, **options)
    assert relative_difference(other.diffractions, one.diffractions) < tolerance
    assert relative_difference(other.maps, one.maps) < tolerance


def test_a_worker_that_is_killed_in_the_middle_of_a_pass_changes_nothing(client, tmp_path):
    np.save(tmp_path / "counts.npy", counts("yxvu"))
    pixels = np.load(tmp_path / "counts.npy", mmap_mode="r")
    spread = cluster.ClusterPixels(tmp_path / "counts.npy", pixels, "yxvu", client)
    matrix = spread.as_matrix()
    W = np.random.default_rng(1).uniform(size=(matrix.shape[0], 3))
    tasks = [(die_once, str(tmp_path / "died"), matrix._block(place), W) for place in spread.places]
    found = spread.gather(tasks, add=True)
    assert (tmp_path / "died").exists()
    X = unfold(counts("yxvu"), "yxvu").astype(float)
    assert relative_difference(found, X @ (X.T @ W)) < 1e-12


def die_once(marker, block, directions):
    """The first worker to come here dies; whoever takes its share over finds the marker."""
    if not os.path.exists(marker):
        with open(marker, "w", encoding="ascii"):
            pass
        os.kill(os.getpid(), signal.SIGKILL)
    return cluster._power(block, directions)


def test_no_scheduler_at_an_address_is_told(client):
    with pytest.raises(RefusedError, match="no scheduler answers at 'tcp://127.0.0.1:9'"):
        with cluster.connected("tcp://127.0.0.1:9", seconds=1):
            pass


def test_the_estimate_counts_reading_and_the_tree():
    one = cluster.estimate_seconds(1e12, 32, 1.0, 10, 1e6)
    assert one == pytest.approx(10 * (1000 / 32 + 5 * 8e6 / 1e8))
