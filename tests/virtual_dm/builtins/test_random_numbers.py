"""Random numbers: one a pixel, the right distribution, the same in every run."""

import numpy as np
import pytest

from tests.virtual_dm.builtins.scripts import error_of, pixels_of, value_of

N = 300 * 200


@pytest.mark.parametrize(
    "call, mean, variance",
    [
        ("Random()", 0.5, 1 / 12),
        ("UniformRandom()", 0.5, 1 / 12),
        ("GaussianRandom()", 0.0, 1.0),
        ("PoissonRandom(7)", 7.0, 7.0),
        ("ExponentialRandom(2)", 2.0, 4.0),
        ("GammaRandom(3)", 3.0, 3.0),
        ("ErlangRandom(3, 2)", 3.0, 2.0),
        ("BinomialRandom(0.25, 8)", 2.0, 1.5),
        ("GeometricRandom(0.5)", 2.0, 2.0),
    ],
)
def test_distributions_have_their_mean_and_variance(call, mean, variance):
    pixels = pixels_of(f"ExprSize(300, 200, {call})").astype(float)
    assert pixels.mean() == pytest.approx(mean, abs=5 * np.sqrt(variance / N))  # five standard errors
    assert pixels.var() == pytest.approx(variance, rel=0.08)


def test_each_pixel_has_a_number_of_its_own_and_runs_repeat():
    first, second = pixels_of("ExprSize(30, 20, Random())"), pixels_of("ExprSize(30, 20, Random())")
    assert len(np.unique(first)) == 600
    np.testing.assert_array_equal(first, second)


def test_poisson_takes_a_mean_for_each_pixel():
    pixels = pixels_of("ExprSize(2, 4000, PoissonRandom(icol * 100))")
    assert (pixels[:, 0] == 0).all()
    assert pixels[:, 1].mean() == pytest.approx(100, abs=1)


def test_a_random_number_alone_is_a_number():
    assert 0 < value_of("Random()") < 1
    assert value_of("Random() - Random()") != 0


def test_impossible_parameters_are_refused():
    assert "must not be negative" in error_of("result(PoissonRandom(-1))")
    assert "between 0 and 1" in error_of("result(BinomialRandom(2, 5))")
