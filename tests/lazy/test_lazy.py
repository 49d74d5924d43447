"""Data that stay in a file give the numbers of data in memory, in both orders, whatever the size of a block."""
import numpy as np
import pytest

from offline_reference.lazy import LazyPixels
from offline_reference.lazy.matrix import LazyMatrix
from offline_reference.numerics.data_matrix import DataMatrix
from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.map_constraint import Band
from offline_reference.numerics.methods import nmf_als, nmf_constrained, nmf_hals, nmf_mu
from offline_reference.numerics.unfold import unfold
from offline_reference.simulate import crystals_in_amorphous
from tests.numerics.small_data import relative_difference

SCAN, DETECTOR = (12, 14), (18, 16)
#: a quarter of it is a block: 7 rows of 168 float64 and uint16, or 4 of 288
SMALL = 4 * 7.5 * 168 * (8 + 4)


def counts(order):
    return crystals_in_amorphous(scan=SCAN, detector=DETECTOR, seed=8, order=order).pixels


@pytest.fixture(params=["vuyx", "yxvu"])
def order(request):
    return request.param


@pytest.fixture(params=["npy", "dask", "array"])
def lazy(request, order, tmp_path):
    """The counts as a mapped file, as a dask array in chunks, as anything that can be sliced."""
    pixels = counts(order)
    if request.param == "npy":
        np.save(tmp_path / "counts.npy", pixels)
        return LazyPixels(np.load(tmp_path / "counts.npy", mmap_mode="r"), order, SMALL)
    if request.param == "dask":
        import dask.array

        return LazyPixels(dask.array.from_array(pixels, chunks=(2, 5, 7, 6)), order, 10 * SMALL)
    return LazyPixels(Sliced(pixels), order, 10 * SMALL)


class Sliced:
    """Knows its shape and gives slices along its first axis, nothing more."""

    def __init__(self, pixels):
        self.pixels, self.shape, self.dtype = pixels, pixels.shape, pixels.dtype

    def __getitem__(self, places):
        assert isinstance(places, slice)
        return self.pixels[places]


def test_the_blocks_are_several_and_together_the_data(lazy, order):
    blocks = list(LazyMatrix(lazy).stored_blocks())
    assert len(blocks) > 1
    X = unfold(counts(order), order)
    assert (np.concatenate(blocks) == (X if order == "vuyx" else X.T)).all()


@pytest.mark.parametrize("masked", [False, True])
def test_products_and_sums_are_those_of_data_in_memory(lazy, order, masked):
    good = None
    if masked:
        good = np.ones(DETECTOR[0] * DETECTOR[1], dtype=bool)
        good[[3, 50, 51]] = False
    plain, ours = DataMatrix(unfold(counts(order), order), good), lazy.as_matrix(good)
    random = np.random.default_rng(0)
    W, H = random.uniform(size=(plain.shape[0], 3)), random.uniform(size=(3, plain.shape[1]))
    band = Band(SCAN, 0.21)
    assert ours.size == plain.size and ours.shape == plain.shape
    for found, expected in (
        (ours @ H.T, plain @ H.T), (W.T @ ours, W.T @ plain), (ours.squared_error(W, H), plain.squared_error(W, H)),
        (ours.sums()[0], plain.sums()[0]), (ours.sums()[1], plain.sums()[1]),
        (ours.columns([5, 100]), plain.columns([5, 100])), (ours.power(H.T if order == "vuyx" else W),
                                                            plain.power(H.T if order == "vuyx" else W)),
        (ours.sum_of_squares(), plain.sum_of_squares()),
        (ours.weighted_sum_of_squares(W[:, 0]), plain.weighted_sum_of_squares(W[:, 0])),
        (ours.residual_sum_of_squares(W, H), plain.residual_sum_of_squares(W, H)),
        *zip(ours.residual_squares(W, H, W[:, 0]), plain.residual_squares(W, H, W[:, 0])),
        (ours.band_coefficients(band) @ np.eye(band.n), plain.band_coefficients(band)),
    ):
        assert relative_difference(found, expected) < 1e-12


@pytest.mark.parametrize("method, options", [
    (nmf_mu, {}), (nmf_als, {}), (nmf_hals, {"solver": "compressed"}), (nmf_constrained, {"cutoff": 0.2}),
    (nmf_constrained, {"constrain_maps": False}), (nmf_constrained, {}),
])
def test_factors_are_those_of_data_in_memory(lazy, order, method, options):
    one = method(counts(order), 3, order, max_iter=12, seed=4, **options)
    other = method(lazy, 3, order, max_iter=12, seed=4, **options)
    tolerance = 1e-3 if options.get("solver") == "compressed" else 1e-10  # products in float32 there
    assert relative_difference(other.diffractions, one.diffractions) < tolerance
    assert relative_difference(other.maps, one.maps) < tolerance
    assert other.mean_squared_error == pytest.approx(one.mean_squared_error, rel=tolerance)


def test_compressed_hals_reads_the_file_a_dozen_times(order, tmp_path):
    np.save(tmp_path / "counts.npy", counts(order))
    lazy = LazyPixels(np.load(tmp_path / "counts.npy", mmap_mode="r"), order, SMALL)
    read, original = [], lazy.rows
    lazy.rows = lambda start, stop: read.append(stop - start) or original(start, stop)
    nmf_hals(lazy, 3, order, max_iter=60, solver="compressed")
    assert sum(read) / lazy.n_rows <= 12


def test_a_band_that_does_not_fit_goes_through_a_scratch_file_that_is_gone_afterwards(order, tmp_path):
    np.save(tmp_path / "counts.npy", counts(order))
    (tmp_path / "scratch").mkdir()
    lazy = LazyPixels(np.load(tmp_path / "counts.npy", mmap_mode="r"), order, SMALL, scratch=str(tmp_path / "scratch"))
    band = Band(SCAN, 0.3)
    coefficients = lazy.as_matrix().band_coefficients(band)
    assert not isinstance(coefficients, np.ndarray) and len(list((tmp_path / "scratch").iterdir())) == 1
    assert relative_difference(coefficients @ np.eye(band.n),
                               DataMatrix(unfold(counts(order), order)).band_coefficients(band)) < 1e-12
    del coefficients
    assert not list((tmp_path / "scratch").iterdir())


@pytest.mark.parametrize("spoil, saying", [
    (lambda pixels: pixels.__setitem__((2, 3, 4, 5), np.nan), "1 of 48384 values are NaN or infinite"),
    (lambda pixels: pixels.__setitem__((2, 3, 4, 5), -7), "1 of 48384 values are negative, the least is -7"),
    (lambda pixels: pixels.fill(3), "all 48384 values are 3"),
])
def test_bad_data_are_refused_with_the_words_for_data_in_memory(order, spoil, saying):
    pixels = counts(order).astype(np.float32)
    spoil(pixels)
    with pytest.raises(RefusedError, match=saying):
        nmf_constrained(LazyPixels(Sliced(pixels), order, 40 * SMALL), 3, order)


@pytest.mark.parametrize("method", [nmf_hals, nmf_constrained])
def test_another_order_than_that_of_the_pixels_is_refused(method, order):
    """Shapes may fit either way, and then maps would be taken for diffractions without a word."""
    other = {"vuyx": "yxvu", "yxvu": "vuyx"}[order]
    with pytest.raises(RefusedError, match="read in the order '{}' and the factorization is asked for '{}'".format(
            order, other)):
        method(LazyPixels(Sliced(counts(order)), order, 40 * SMALL), 3, other)


def test_patterns_without_counts_are_told(order):
    pixels = counts(order)
    (pixels[:, :, 3, 4] if order == "vuyx" else pixels[3, 4])[...] = 0
    events = LazyPixels(Sliced(pixels), order, 40 * SMALL).refuse()
    assert events == ["1 of 168 patterns have no counts at all (blanked beam, or lost frames): their maps are zero."]


def test_a_file_that_ends_early_is_refused(order, tmp_path):
    np.save(tmp_path / "counts.npy", counts(order))
    mapped = np.load(tmp_path / "counts.npy", mmap_mode="r")
    with open(tmp_path / "counts.npy", "r+b") as file:
        file.truncate(5000)
    with pytest.raises(RefusedError, match="ends before its last pattern: the file is cut off"):
        LazyPixels(mapped, order, SMALL).refuse()


def test_chunks_that_cannot_be_read_within_the_memory_are_refused():
    import dask.array

    says = "allow more memory .--memory, or memory=., or save the data in smaller chunks"
    with pytest.raises(RefusedError, match=says):
        LazyPixels(dask.array.zeros((100, 100, 100, 100), chunks=50), "vuyx", 1e6)
