"""functions/data_matrix.s against numerics.data_matrix and numerics.band_matrix."""
import numpy as np
import pytest

from offline_reference.numerics.band_matrix import BandMatrix
from offline_reference.numerics.data_matrix import DataMatrix
from offline_reference.numerics.map_constraint import Band
from offline_reference.numerics.metrics import mean_squared_error
from tests.agreement import dm

NEEDS = "functions/data_matrix.s functions/map_constraint.s"
N_Y, N_X, CUTOFF = 7, 8, 0.3
N_UV, N_XY, N_K = 30, N_Y * N_X, 3
rng = np.random.RandomState(0)
X = rng.poisson(20 * rng.rand(N_UV, N_K) @ rng.rand(N_K, N_XY)).astype(np.float64)
W, H = rng.rand(N_UV, N_K).astype(np.float32).astype(np.float64), rng.rand(N_K, N_XY).astype(np.float32).astype(float)
WEIGHTS = rng.rand(N_UV, 1)
NUMBERS = "squares weighted error residual width height"
IMAGES = "XHt WtX rows column"
CODE = """
image XHt := data.TimesTransposed(H)
image WtX := data.TransposedTimes(W)
image rows := data.RowSumsOf()
image column := data.Diffraction(13)
number squares = data.SumOfSquares()
number weighted = data.WeightedSumOfSquares(weights)
number error = data.MeanSquaredError(W, H)
number residual = data.ResidualSumOfSquares(W, H)
number width = data.Width()
number height = data.Height()
"""
WHOLE = "object data = alloc(NmfMatrix).Of(X)\n" + CODE
IN_BAND = f"object data = alloc(NmfMatrix).InBand(X, MakeBand({N_X}, {N_Y}, {CUTOFF}))\n" + CODE


def found(code, dtype, switches, **others):
    inputs = {"X": X, "W": W, "H": H, "weights": WEIGHTS, **others}
    return dm.run(NEEDS, code, give=f"{IMAGES} {NUMBERS}", switches=switches,
                  **{name: array.astype(dtype) for name, array in inputs.items()})


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("in_band", [False, True])
@pytest.mark.parametrize("switches", dm.pixel_combinations(), ids=repr)
def test_products_and_sums_are_numpys_under_every_combination(switches, in_band, dtype):
    ours = found(IN_BAND if in_band else WHOLE, dtype, switches)
    data = DataMatrix(X)
    twin = BandMatrix(data, Band((N_Y, N_X), CUTOFF)) if in_band else data
    rtol = dm.tolerance(switches, dtype)
    dm.assert_near(ours.XHt, twin @ H.T, rtol)
    dm.assert_near(ours.WtX, W.T @ twin, rtol)
    dm.assert_near(ours.column, twin.columns([13]), rtol)
    assert ours.XHt.dtype == ours.WtX.dtype == dtype
    exact = 1e-12 if dtype is np.float64 else 1e-6  # W, H and weights are rounded to 4 bytes, nothing else
    dm.assert_near(ours.rows[:, 0], data.sums()[0], 1e-13)
    assert ours.squares == pytest.approx(data.sum_of_squares(), rel=exact)
    assert ours.weighted == pytest.approx(data.weighted_sum_of_squares(WEIGHTS[:, 0]), rel=exact)
    assert ours.residual == pytest.approx(data.residual_sum_of_squares(W, H), rel=rtol)
    assert ours.error == pytest.approx(mean_squared_error(X, W, H), rel=rtol)
    assert (ours.width, ours.height) == (N_XY, N_UV)


@pytest.mark.parametrize("code", [WHOLE, IN_BAND])
def test_data_that_are_gone_through_in_many_blocks_give_the_same(code):
    """A block of one row, and blocks that do not divide the rows; PixelsOfABlock is replaced, as a library may be."""
    whole = found(code, np.float64, dm.double())
    for rows in (1, 4):
        ours = found(f"number PixelsOfABlock() {{ return {rows * N_XY + 3} }}\n"
                     + _classes_again() + code, np.float64, dm.double())
        for name in (*IMAGES.split(), *NUMBERS.split()):
            dm.assert_near(getattr(ours, name), getattr(whole, name), 1e-12)


def _classes_again():
    """The class of the library once more, so that it sees the function that stands above it."""
    text = (dm.SCRIPTS / "functions" / "data_matrix.s").read_text()
    return text[text.index("class NmfMatrix"):]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_error_of_a_close_fit_is_the_literal_sum(dtype):
    """The expansion of ||X - W H||^2 has lost all its digits here: it must not be what is returned."""
    exact = (W @ H).astype(dtype).astype(np.float64)
    size = 1e-8 if dtype is np.float64 else 1e-6
    for _ in range(8):  # what is left of the expansion has either sign
        close = (exact + size * rng.standard_normal(exact.shape)).astype(dtype)
        ours = dm.run(NEEDS, "number error = alloc(NmfMatrix).Of(X).MeanSquaredError(W, H)", give="error",
                      switches=dm.double(), X=close, W=W.astype(dtype), H=H.astype(dtype)).error
        expected = np.mean((close.astype(np.float64) - W @ H) ** 2)
        assert abs(ours / expected - 1) < (1e-3 if dtype is np.float64 else 1e-2)  # in 4 bytes a row of W H is rounded


def test_the_data_stay_as_they_are():
    ours = dm.run(NEEDS, IN_BAND, give="X W H", X=X, W=W, H=H, weights=WEIGHTS)
    assert np.array_equal(ours.X, X) and np.array_equal(ours.W, W) and np.array_equal(ours.H, H)
