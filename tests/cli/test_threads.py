"""One BLAS thread unless the user's environment says how many."""
import numpy as np
import pytest
import threadpoolctl

from offline_reference.cli import threads


def numbers_of_threads():
    np.ones((2, 2)) @ np.ones((2, 2))
    return [pool["num_threads"] for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"]


@pytest.fixture
def two_threads(monkeypatch):
    for variable in threads.VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    with threadpoolctl.threadpool_limits(2, user_api="blas"):
        yield


def test_blas_uses_one_thread_inside_and_as_many_as_before_outside(two_threads):
    before = numbers_of_threads()
    with threads.one_thread():
        assert set(numbers_of_threads()) == {1}
    assert numbers_of_threads() == before


def test_the_environment_has_the_last_word(two_threads, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    before = numbers_of_threads()
    with threads.one_thread():
        assert numbers_of_threads() == before
