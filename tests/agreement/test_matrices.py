"""functions/matrices.s against NumPy."""
import numpy as np
import pytest

from offline_reference.numerics.nmf_steps import is_near_singular, solve
from offline_reference.virtual_dm.script.errors import ScriptError
from offline_reference.virtual_dm.switches import one_at_a_time
from tests.agreement import dm

NEEDS = "functions/matrices.s"
MATRIX = np.random.RandomState(0).uniform(-1, 2, (7, 5))
COMBINATIONS = dm.pixel_combinations()


def gram(n, seed=0, spread=1.0):
    """An inner-product matrix of n random columns whose lengths differ by up to 10**spread."""
    rng = np.random.RandomState(seed)
    columns = rng.uniform(0, 1, (3 * n + 5, n)) * 10 ** (spread * rng.uniform(-1, 1, n))
    return columns.T @ columns


@pytest.mark.parametrize("switches", COMBINATIONS, ids=repr)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sums_scaling_clipping_and_products_are_numpys_under_every_combination(dtype, switches):
    m = MATRIX.astype(dtype)
    found = dm.run(
        NEEDS,
        "image columns := ColumnSums(m); image rows := RowSums(m); image clip := Clipped(m)\n"
        "image byColumn := ScaledColumns(m, columns); image byRow := ScaledRows(m, rows)\n"
        "image turned := Transposed(m); image gramOfColumns := GramOfColumns(m); image gramOfRows := GramOfRows(m)\n"
        "image product := Product(turned, m); number trace = TraceOf(gramOfRows)",
        give="columns rows clip byColumn byRow turned gramOfColumns gramOfRows product trace", switches=switches, m=m)
    double = m.astype(np.float64)
    expected = {
        "columns": double.sum(axis=0, keepdims=True), "rows": double.sum(axis=1, keepdims=True),
        "clip": np.clip(double, 0, None), "byColumn": double * double.sum(axis=0),
        "byRow": double * double.sum(axis=1, keepdims=True), "turned": double.T,
    }
    rounding = 1e-15 if dtype is np.float64 else 2e-7
    for name, array in expected.items():
        assert getattr(found, name).dtype == (np.float64 if name in ("columns", "rows") else dtype)
        dm.assert_near(getattr(found, name), array, 1e-14 if name in ("columns", "rows") else rounding)
    for name, array in {"gramOfColumns": double.T @ double, "gramOfRows": double @ double.T}.items():
        dm.assert_near(getattr(found, name), array, 1e-14)  # summed in double whatever the switches say
    dm.assert_near(found.product, double.T @ double, dm.tolerance(switches, dtype))
    assert found.product.dtype == dtype
    assert found.trace == pytest.approx(np.trace(double @ double.T), rel=1e-14)


@pytest.mark.parametrize("switches", COMBINATIONS, ids=repr)
def test_the_inverse_of_a_gram_matrix_is_exact_to_double_precision_under_every_combination(switches):
    for n in (1, 2, 5):
        m = gram(n)
        found = dm.run(NEEDS, "image inverse := GuardedInverse(m)", give="inverse", switches=switches, m=m).inverse
        assert np.abs(found @ m - np.eye(n)).max() < 1e-10


@pytest.mark.parametrize("switches", list(one_at_a_time("script")), ids=repr)
def test_thirty_alike_components_are_inverted_as_well_as_numpy_does_it(switches):
    rng = np.random.RandomState(1)
    alike = rng.uniform(0, 1, (400, 1)) + 1e-3 * rng.uniform(0, 1, (400, 30))  # condition about 1e9
    m = alike.T @ alike
    found = dm.run(NEEDS, "image inverse := GuardedInverse(m)", give="inverse", switches=switches, m=m).inverse
    assert np.abs(found @ m - np.eye(30)).max() < 1e3 * np.abs(np.linalg.inv(m) @ m - np.eye(30)).max()
    assert np.abs(found @ m - np.eye(30)).max() < 1e-5


def test_a_pivot_of_zero_on_the_diagonal_is_exchanged_for_another_row():
    m = np.array([[0.0, 2.0, 1.0], [1.0, 0.0, 3.0], [4.0, 1.0, 0.0]])
    found = dm.run(NEEDS, "number regular; image inverse := InverseInDouble(m, regular)", give="inverse regular", m=m)
    dm.assert_near(found.inverse, np.linalg.inv(m), 1e-14)
    assert found.regular == 1


@pytest.mark.parametrize("copies", [1, 2])
def test_components_that_cannot_be_told_apart_get_numerics_ridge(copies):
    rng = np.random.RandomState(2)
    columns = rng.uniform(0, 1, (50, 3))
    m = columns[:, [0, 1, 2] + [2] * copies].T @ columns[:, [0, 1, 2] + [2] * copies]
    right = rng.uniform(0, 1, (m.shape[0], 4))
    assert is_near_singular(m)
    found = dm.run(NEEDS, "number near; image inverse := GuardedInverse(m, m, near)", give="inverse near",
                   switches=dm.double(), m=m)
    assert found.near == 1
    # The ridge shares a component among its copies; each share hangs on rounding, their sum does not.
    ours, theirs = found.inverse @ right, solve(m, right)
    dm.assert_near(np.vstack([ours[:2], ours[2:].sum(axis=0)]), np.vstack([theirs[:2], theirs[2:].sum(axis=0)]), 1e-3)


@pytest.mark.parametrize("alike", [1e-2, 1e-4, 1e-8])
def test_near_singular_is_decided_as_in_numerics(alike):
    rng = np.random.RandomState(3)
    base = rng.uniform(0, 1, (60, 1))
    columns = np.hstack([base, base + alike * rng.uniform(0, 1, (60, 1)), rng.uniform(0, 1, (60, 1))])
    columns *= [1e-3, 1.0, 1e4]  # sizes must not decide
    m = columns.T @ columns
    found = dm.run(NEEDS, "number near; GuardedInverse(m, m, near)", give="near", switches=dm.double(), m=m)
    assert found.near == is_near_singular(m) == (alike < 1e-6)


@pytest.mark.parametrize("alike, near", [(1e-3, 0), (1e-6, 1)])
@pytest.mark.parametrize(
    "switches, dtype", [(None, np.float64), (None, np.float32), (dm.double(), np.float32)],
    ids=["MatrixMultiply in single", "all in single", "data in single"])
def test_what_is_known_to_single_precision_is_near_singular_earlier(alike, near, switches, dtype):
    """Conditions of about 1e6 and 1e12; the ridge keeps the inverse below 1e7 / trace."""
    rng = np.random.RandomState(3)
    base = rng.uniform(0, 1, (60, 1))
    columns = np.hstack([base, base + alike * rng.uniform(0, 1, (60, 1))])
    m = columns.T @ columns
    found = dm.run(NEEDS, "number near; image inverse := GuardedInverse(m, product, near)", give="near inverse",
                   switches=switches, m=m, product=np.zeros((4, 2), dtype))
    assert found.near == near
    if near:
        assert np.abs(found.inverse).max() == pytest.approx(1e7 / np.trace(m) / 2, rel=0.1)
    else:
        assert np.abs(found.inverse @ m - np.eye(2)).max() < 1e-9


def test_a_dead_component_is_near_singular_and_its_gram_is_inverted_with_the_ridge():
    m = gram(3)
    m[1, :] = m[:, 1] = 0
    found = dm.run(NEEDS, "number near; image inverse := GuardedInverse(m, m, near)", give="inverse near",
                   m=m)
    assert found.near == 1
    dm.assert_near(found.inverse @ m, np.diag([1.0, 0.0, 1.0]), 1e-5)


def test_a_gram_of_zeros_is_refused():
    with pytest.raises(ScriptError, match="zero everywhere, so least squares cannot separate them: start from another"):
        dm.run(NEEDS, "GuardedInverse(m)", m=np.zeros((3, 3)))


def test_matrices_that_do_not_fit_are_refused_with_their_sizes():
    with pytest.raises(ScriptError, match="5 x 7 and 5 x 7 pixels cannot be multiplied: the width of the first"):
        dm.run(NEEDS, "Product(m, m)", m=MATRIX)


def test_inputs_stay_as_they_are():
    m = gram(4)
    found = dm.run(NEEDS, "GuardedInverse(m); ScaledRows(m, RowSums(m)); GramOfColumns(m); Clipped(m)", give="m", m=m)
    assert np.array_equal(found.m, m)
