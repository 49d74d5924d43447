"""One MU, ALS or HALS step against the formulas written out, and against scipy's nonnegative least squares."""
import numpy as np
import pytest
from scipy.optimize import nnls

from offline_reference.numerics.errors import DeadComponentError, RefusedError
from offline_reference.numerics.nmf_steps import (
    als_diffractions,
    als_maps,
    als_step,
    hals_diffractions,
    hals_maps,
    hals_step,
    is_near_singular,
    mu_maps,
    mu_step,
    solve,
    step_named,
)
from tests.numerics.small_data import counts_of_three, random_factors, relative_difference


def multiplied_by_ratios(X, W, H):
    """Listing S1: W H is formed, and each factor times a quotient, as printed."""
    W = W * np.matmul(X, H.T) / np.matmul(np.matmul(W, H), H.T)
    H = H * np.matmul(W.T, X) / np.matmul(np.matmul(W.T, W), H)
    return W, H


def inverted_and_clipped(X, H):
    """Listing S2: an explicit inverse, and zeros for what came out negative."""
    W = np.matmul(np.matmul(X, H.T), np.linalg.inv(np.matmul(H, H.T)))
    W = np.where(W < 0, 0, W)
    H = np.matmul(np.linalg.inv(np.matmul(W.T, W)), np.matmul(W.T, X))
    return W, np.where(H < 0, 0, H)


def squared_error(X, W, H):
    return ((X - W @ H) ** 2).sum()


@pytest.mark.parametrize("seed", range(3))
def test_fifty_mu_steps_are_those_of_the_listing(seed):
    X, (W, H) = counts_of_three(seed), random_factors(seed + 50)
    W_listing, H_listing = W, H
    for _ in range(50):
        W, H = mu_step(X, W, H)
        W_listing, H_listing = multiplied_by_ratios(X, W_listing, H_listing)
    assert relative_difference(W, W_listing) < 1e-10
    assert relative_difference(H, H_listing) < 1e-10


def test_mu_steps_of_tiny_numbers_are_those_of_the_listing():
    """Denominators far below one are still denominators."""
    X, (W, H) = 1e-12 * counts_of_three(), (1e-6 * factor for factor in random_factors(7))
    for found, expected in zip(mu_step(X, W, H), multiplied_by_ratios(X, W, H), strict=True):
        assert relative_difference(found, expected) < 1e-10


@pytest.mark.parametrize("seed", range(3))
def test_fifty_als_steps_are_those_of_the_listing(seed):
    X, (_, H) = counts_of_three(seed), random_factors(seed + 50)
    H_listing = H
    for _ in range(50):
        W, H = als_step(X, H)
        W_listing, H_listing = inverted_and_clipped(X, H_listing)
    assert relative_difference(W, W_listing) < 1e-10
    assert relative_difference(H, H_listing) < 1e-10


def test_the_als_test_data_really_need_the_clip():
    """Otherwise the test above would not see a missing nonnegativity constraint."""
    W, H = als_step(counts_of_three(0), random_factors(50)[1])
    assert (W == 0).any() and (H == 0).any()


def test_the_mu_error_never_rises():
    X, (W, H) = counts_of_three(), random_factors(7)
    errors = [squared_error(X, W, H)]
    for _ in range(50):
        W, H = mu_step(X, W, H)
        errors.append(squared_error(X, W, H))
    assert (np.diff(errors) <= 1e-12 * errors[0]).all()  # 1e-12: rounding of the sum


@pytest.mark.parametrize("seed", range(5))
def test_the_hals_error_never_rises_in_either_half(seed):
    X, (W, H) = counts_of_three(seed), random_factors(seed + 7)
    errors = [squared_error(X, W, H)]
    for _ in range(50):
        W = hals_diffractions(X, W, H)
        errors.append(squared_error(X, W, H))
        H = hals_maps(X, W, H)
        errors.append(squared_error(X, W, H))
    assert (np.diff(errors) <= 1e-12 * errors[0]).all()  # 1e-12: rounding of the sum
    assert errors[-1] < 0.1 * errors[0]
    assert W.min() >= 0 and H.min() >= 0


def test_a_hals_step_is_its_two_halves():
    X, (W, H) = counts_of_three(), random_factors(7)
    W_new = hals_diffractions(X, W, H)
    for found, expected in zip(hals_step(X, W, H), (W_new, hals_maps(X, W_new, H)), strict=True):
        assert np.array_equal(found, expected)


def test_hals_sweeps_of_the_maps_end_at_nonnegative_least_squares():
    X, (W, H) = counts_of_three(), random_factors(7)
    for _ in range(500):
        H = hals_maps(X, W, H)
    expected = np.array([nnls(W, column)[0] for column in X.T]).T
    assert (expected == 0).any()  # the bound is reached, or this would be plain least squares
    assert relative_difference(H, expected) < 1e-9  # the sweeps converge geometrically; 500 are plenty


def test_hals_sweeps_of_the_diffractions_end_at_nonnegative_least_squares():
    X, (W, H) = counts_of_three(), random_factors(7)
    for _ in range(500):
        W = hals_diffractions(X, W, H)
    expected = np.array([nnls(H.T, row)[0] for row in X])
    assert (expected == 0).any()
    assert relative_difference(W, expected) < 1e-9


def test_weighted_als_maps_are_weighted_least_squares():
    W, H = random_factors(3)
    X = W @ H + 0.01 * np.random.default_rng(0).standard_normal((30, 56))  # so close that nothing is clipped
    weights = np.random.default_rng(1).uniform(0.2, 5, 30)
    root = np.sqrt(weights)[:, None]
    expected = np.linalg.lstsq(root * W, root * X, rcond=None)[0]
    assert expected.min() > 0
    assert relative_difference(als_maps(X, W, None, weights[:, None] * W), expected) < 1e-10


def test_weighted_hals_maps_end_at_weighted_nonnegative_least_squares():
    X, (W, H) = counts_of_three(), random_factors(7)
    weights = np.random.default_rng(1).uniform(0.2, 5, 30)
    for _ in range(500):
        H = hals_maps(X, W, H, weights[:, None] * W)
    root = np.sqrt(weights)
    expected = np.array([nnls(root[:, None] * W, root * column)[0] for column in X.T]).T
    assert relative_difference(H, expected) < 1e-9


def test_weighted_mu_maps_never_raise_the_weighted_error():
    X, (W, H) = counts_of_three(), random_factors(7)
    weights = np.random.default_rng(1).uniform(0.2, 5, 30)[:, None]
    errors = [(weights * (X - W @ H) ** 2).sum()]
    for _ in range(300):
        H = mu_maps(X, W, H, weights * W)
        errors.append((weights * (X - W @ H) ** 2).sum())
    assert (np.diff(errors) <= 1e-12 * errors[0]).all()
    root = np.sqrt(weights[:, 0])
    best = sum(nnls(root[:, None] * W, root * column)[1] ** 2 for column in X.T)
    assert errors[-1] < 1.02 * best  # MU nears its bound slowly, hence 2 %


def test_mu_writes_zero_where_the_listing_would_divide_zero_by_zero():
    X, (W, H) = counts_of_three(), random_factors(7)
    X[:, 4] = 0
    H[:, 4] = 0
    W[2] = 0
    W_new, H_new = mu_step(X, W, H)
    assert np.isfinite(W_new).all() and np.isfinite(H_new).all()
    assert not W_new[2].any() and not H_new[:, 4].any()


def test_steps_leave_their_input_alone():
    X, (W, H) = counts_of_three(), random_factors(7)
    W_before, H_before = W.copy(), H.copy()
    for step in ("mu", "als", "hals"):
        improve_W, improve_H = step_named(step)
        improve_W(X, W, H)
        improve_H(X, W, H)
    assert np.array_equal(W, W_before) and np.array_equal(H, H_before)


def test_als_refuses_a_map_that_is_zero_everywhere():
    X, (_, H) = counts_of_three(), random_factors(7)
    H[1] = 0
    with pytest.raises(DeadComponentError, match="map 2 of 3 is zero everywhere.*start from another seed, or ask for "
                                                 "fewer than n_components=3"):
        als_step(X, H)


def test_als_refuses_a_diffraction_that_was_clipped_away():
    """Data that oppose map 2: its least-squares diffraction is negative in every pixel."""
    H = np.array([[1.0, 1, 1, 1], [0, 0, 1, 1]])
    X = np.outer([1.0, 2, 3], [2, 2, 1, 1])
    with pytest.raises(DeadComponentError, match="diffraction 2 of 2 is zero everywhere"):
        als_step(X, H)


def test_hals_keeps_the_column_whose_partner_is_dead():
    X, (W, H) = counts_of_three(), random_factors(7)
    H[1] = 0
    assert np.array_equal(hals_diffractions(X, W, H)[:, 1], W[:, 1])


def test_singular_normal_equations_are_solved_by_a_small_ridge():
    gram = np.array([[2.0, 2.0], [2.0, 2.0]])
    solution = solve(gram, np.array([[4.0], [4.0]]))
    assert np.allclose(gram @ solution, 4, rtol=1e-9, atol=0)  # any solution will do; the ridge is 1e-12
    assert np.allclose(solution, 1, atol=1e-2)  # and the ridge prefers the even one


def test_a_sound_gram_gets_no_ridge():
    gram = np.array([[3.0, 1.0], [1.0, 2.0]])
    assert np.array_equal(solve(gram, np.eye(2)), np.linalg.solve(gram, np.eye(2)))


@pytest.mark.parametrize("gram, expected", [
    ([[1.0, 0.3], [0.3, 1.0]], False),
    ([[1.0, 1 - 1e-9], [1 - 1e-9, 1.0]], False),  # alike, but a condition number of 2e9 leaves seven digits
    ([[1.0, 1 - 1e-13], [1 - 1e-13, 1.0]], True),
    ([[1.0, 0.0], [0.0, 1e-20]], False),  # a weak component is not a copy of another
    ([[1.0, 1e-10], [1e-10, 1e-20]], True),  # a weak copy is
    ([[1.0, 0.0], [0.0, 0.0]], True),
])
def test_near_singular_means_alike_and_not_weak(gram, expected):
    assert bool(is_near_singular(np.array(gram))) is expected


def test_near_singular_equations_still_give_finite_als_factors():
    X, (_, H) = counts_of_three(), random_factors(7)
    H[2] = H[0]
    W_new = als_diffractions(X, None, H)
    assert np.isfinite(W_new).all()
    without_twin = als_diffractions(X, None, H[:2])
    # Together the twins do what one did; the condition number of 1e12 leaves about four digits of sixteen.
    assert relative_difference(W_new[:, 0] + W_new[:, 2], without_twin[:, 0]) < 1e-2


def test_a_pair_of_functions_is_a_step_too():
    pair = (lambda X, W, H: W, lambda X, W, H, weighted_W=None: H)
    assert step_named(pair) is pair


def test_an_unknown_step_is_refused():
    with pytest.raises(RefusedError, match="'newton' is unknown: choose one of als, hals, mu"):
        step_named("newton")
