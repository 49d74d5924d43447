"""Small data for the tests of numerics: unequal sizes, so that swapped axes cannot pass."""
import numpy as np

#: n_v, n_u, n_y, n_x
SIZES = (5, 6, 7, 8)
#: n_uv, n_xy, n_k of matrices
SHAPE = (30, 56, 3)


def random_factors(seed=0, shape=SHAPE):
    """Positive W (n_uv, n_k) and H (n_k, n_xy)."""
    n_uv, n_xy, n_k = shape
    random = np.random.default_rng(seed)
    return random.uniform(0.1, 1, (n_uv, n_k)), random.uniform(0.1, 1, (n_k, n_xy))


def counts_of_three(seed=0, dose=40.0):
    """X (30, 56): Poisson counts of three sparse diffractions and maps, as float64."""
    random = np.random.default_rng(seed)
    W = random.uniform(0, 1, SHAPE[::2]) ** 3
    H = random.uniform(0, 1, SHAPE[:0:-1]) ** 3
    return random.poisson(dose * W @ H).astype(np.float64)


def relative_difference(found, expected):
    """Largest deviation as a part of the largest expected value."""
    return np.max(np.abs(np.asarray(found) - expected)) / np.max(np.abs(expected))
