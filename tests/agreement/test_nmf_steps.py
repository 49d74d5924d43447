"""functions/nmf_steps.s against numerics.nmf_steps: single half steps, 1e-10 in double and 1e-4 in single precision."""
import numpy as np
import pytest

from offline_reference.numerics import nmf_steps as twin
from tests.agreement import dm

NEEDS = "functions/nmf_steps.s functions/data_matrix.s"
N_UV, N_XY = 30, 56
CODE = """
object data = alloc(NmfMatrix).Of(X)
image XHt := data.TimesTransposed(H); image HHt := GramOfRows(H)
image WtX := data.TransposedTimes(W); image WtW := GramOfColumns(W)
image muW := MuDiffractions(W, XHt, HHt); image muH := MuMaps(H, WtX, WtW)
image alsW := AlsDiffractions(XHt, HHt); image alsH := AlsMaps(WtX, WtW)
image halsW := HalsDiffractions(W, XHt, HHt); image halsH := HalsMaps(H, WtX, WtW)
"""
IMAGES = "muW muH alsW alsH halsW halsH"


def problem(n_k, dtype, seed=0):
    """Counts and factors near a solution, so that every step clips something and nothing dies."""
    rng = np.random.RandomState(seed)
    true_W = rng.rand(N_UV, n_k) * (rng.rand(N_UV, n_k) > 0.3)
    true_H = rng.rand(n_k, N_XY) * (rng.rand(n_k, N_XY) > 0.3)
    X = rng.poisson(100 * true_W @ true_H)
    W, H = true_W + 0.2 * rng.rand(N_UV, n_k), 100 * (true_H + 0.2 * rng.rand(n_k, N_XY))
    return tuple(array.astype(dtype) for array in (X, W, H))


def stepped(X, W, H):
    X, W, H = (array.astype(np.float64) for array in (X, W, H))
    return {
        "muW": twin.mu_diffractions(X, W, H), "muH": twin.mu_maps(X, W, H),
        "alsW": twin.als_diffractions(X, W, H), "alsH": twin.als_maps(X, W, H),
        "halsW": twin.hals_diffractions(X, W, H), "halsH": twin.hals_maps(X, W, H),
    }


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n_k", [1, 4])
@pytest.mark.parametrize("switches", dm.pixel_combinations(), ids=repr)
def test_half_steps_are_numpys_under_every_combination(switches, n_k, dtype):
    X, W, H = problem(n_k, dtype)
    found = dm.run(NEEDS, CODE, give=IMAGES, switches=switches, X=X, W=W, H=H)
    for name, expected in stepped(X, W, H).items():
        dm.assert_near(getattr(found, name), expected, dm.tolerance(switches, dtype))
        assert getattr(found, name).dtype == dtype and getattr(found, name).min() >= 0
    if n_k > 1:
        assert (found.alsW == 0).any() and (found.alsH == 0).any()  # otherwise the clip is not tested


@pytest.mark.parametrize("dtype, switches, rtol", [(np.float64, dm.double(), 1e-9), (np.float32, None, 1e-2)],
                         ids=["double", "single"])
def test_half_steps_with_thirty_components_are_numpys(dtype, switches, rtol):
    """As many components as detector pixels: a condition of 1e5 and more costs so many digits, in NumPy too."""
    X, W, H = problem(30, dtype)
    found = dm.run(NEEDS, CODE, give=IMAGES, switches=switches, X=X, W=W, H=H)
    for name, expected in stepped(X, W, H).items():
        dm.assert_near(getattr(found, name), expected, rtol)


def test_mu_keeps_zeros_and_makes_zero_where_the_denominator_is_zero():
    X, W, H = problem(3, np.float64)
    W[:, 1] = 0
    W[4] = 0
    found = dm.run(NEEDS, CODE.replace("image als", "//"), give="muW muH halsW halsH", switches=dm.double(), X=X, W=W,
                   H=H)
    expected = stepped(X, W + 1e-300, H)
    assert not found.muW[:, 1].any() and not found.muW[4].any() and not found.muH[1].any()
    assert np.isfinite(found.muW).all() and np.isfinite(found.muH).all()
    dm.assert_near(found.muH[[0, 2]], expected["muH"][[0, 2]], 1e-10)


def test_hals_leaves_the_factor_of_a_dead_component_as_it_was():
    X, W, H = problem(3, np.float64)
    H[1] = 0
    code = "image better := HalsDiffractions(W, alloc(NmfMatrix).Of(X).TimesTransposed(H), GramOfRows(H))"
    found = dm.run(NEEDS, code, give="better", switches=dm.double(), X=X, W=W, H=H)
    assert np.array_equal(found.better[:, 1], W[:, 1])
    dm.assert_near(found.better, twin.hals_diffractions(X, W, H), 1e-10)


def test_factors_and_products_stay_as_they_are():
    X, W, H = problem(4, np.float64)
    found = dm.run(NEEDS, CODE, give="X W H", X=X, W=W, H=H)
    assert np.array_equal(found.X, X) and np.array_equal(found.W, W) and np.array_equal(found.H, H)
