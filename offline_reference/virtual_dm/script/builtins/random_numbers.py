"""Random numbers: one for each pixel of an image expression, one alone elsewhere.

DM's generator has no seed. Here each workspace has one of its own that starts from the same seed, so that a run can be
repeated; only the distribution is DM's.
"""

import weakref

import numpy as np

from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.registry import dm_function

SEED = 20251124
MOST_COUNTS = 1e18  # mean of a Poisson number that fits into 64 bits
SEQUENCE = "sequence of our own, the same in every run"

_generators = weakref.WeakKeyDictionary()


def generator(call):
    """The random generator of the run's workspace."""
    if call.workspace not in _generators:
        _generators[call.workspace] = np.random.default_rng(SEED)
    return _generators[call.workspace]


def _positive(name, value, what):
    if not np.all(np.asarray(value) >= 0):
        raise DMError(f"{name}: {what} must not be negative.")
    return value


def _shape(call, *parameters):
    """Shape to draw: the grid's, so that each pixel has a number of its own."""
    return call.shape if call.shape is not None else np.broadcast_shapes(*(np.shape(p) for p in parameters))


@dm_function("pixels Random()", "SEEN 14 f", SEQUENCE)
@dm_function("pixels UniformRandom()", "SEEN Supplement S1", SEQUENCE)
def uniform_random(call):
    """Uniform between 0 and 1."""
    return generator(call).random(_shape(call))


@dm_function("pixels GaussianRandom()", "SEEN 4 f", SEQUENCE)
def gaussian_random(call):
    """Normal, mean 0, standard deviation 1."""
    return generator(call).standard_normal(_shape(call))


@dm_function("pixels PoissonRandom(pixels mean)", "RECALLED", SEQUENCE)
def poisson_random(call, mean):
    mean = _positive("PoissonRandom", mean, "the mean")
    if np.any(np.asarray(mean) > MOST_COUNTS):
        raise DMError(f"PoissonRandom: a mean above {MOST_COUNTS:g} cannot be drawn.")
    return generator(call).poisson(mean, _shape(call, mean)) * 1.0


@dm_function("pixels ExponentialRandom()", "RECALLED", SEQUENCE + "; mean 1")
def exponential_random(call):
    return generator(call).standard_exponential(_shape(call))


@dm_function("pixels ExponentialRandom(pixels mean)", "RECALLED", SEQUENCE)
def exponential_random_of_mean(call, mean):
    return generator(call).exponential(_positive("ExponentialRandom", mean, "the mean"), _shape(call, mean))


@dm_function("pixels GammaRandom(pixels order)", "RECALLED", SEQUENCE)
def gamma_random(call, order):
    return generator(call).gamma(_positive("GammaRandom", order, "the order"), 1.0, _shape(call, order))


@dm_function("pixels ErlangRandom(pixels mean, pixels variance)", "RECALLED", SEQUENCE)
def erlang_random(call, mean, variance):
    """Gamma distribution of this mean and variance."""
    _positive("ErlangRandom", mean, "the mean"), _positive("ErlangRandom", variance, "the variance")
    with np.errstate(all="ignore"):
        order, scale = np.nan_to_num(np.asarray(mean) ** 2 / variance), np.nan_to_num(np.asarray(variance) / mean)
    return generator(call).gamma(order, scale, _shape(call, mean, variance))


@dm_function("pixels BinomialRandom(pixels p, pixels n)", "RECALLED", SEQUENCE + "; probability first")
def binomial_random(call, p, n):
    if not np.all((np.asarray(p) >= 0) & (np.asarray(p) <= 1)):
        raise DMError("BinomialRandom: the probability must lie between 0 and 1.")
    n = np.asarray(_positive("BinomialRandom", n, "the number of trials"), dtype=np.float64)
    if not np.all(n < 2.0**53):  # NaN too
        raise DMError("BinomialRandom: the number of trials must be a number below 2 ** 53.")
    n = n.astype(np.int64)
    return generator(call).binomial(n, p, _shape(call, p, n)) * 1.0


@dm_function("pixels GeometricRandom(pixels p)", "RECALLED", SEQUENCE + "; counts from 1")
def geometric_random(call, p):
    if not np.all((np.asarray(p) > 0) & (np.asarray(p) <= 1)):
        raise DMError("GeometricRandom: the probability must lie between 0 and 1, 0 excluded.")
    return generator(call).geometric(p, _shape(call, p)) * 1.0
