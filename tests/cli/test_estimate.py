"""What a run is said to need, against what it takes."""
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from offline_reference.cli import estimate
from offline_reference.files import read_4d
from offline_reference.numerics import memory
from offline_reference.numerics.errors import RefusedError

ROOT = Path(__file__).resolve().parents[2]
PEAK = """
import sys
from offline_reference import files, report
from offline_reference.cli import factorize, sklearn_nmf
def peak():
    with open("/proc/self/status") as status:
        return next(1024 * int(line.split()[1]) for line in status if line.startswith("VmHWM"))
path, order, method = sys.argv[1:4]
options = {"cutoff": 0.45} if method == "constrained" else {}
if method == "sklearn":
    sklearn_nmf._estimator()
function, dataset = factorize.method(method), files.read_4d(path, order=order)
before = peak()
function(dataset.pixels, 3, order=order, max_iter=2, **options)
print(peak() - before)
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """10 million counts, so that copies of them outweigh what the program itself takes."""
    folder = tmp_path_factory.mktemp("estimate")
    counts = np.random.default_rng(0).poisson(4, (60, 62, 50, 52)).astype(np.uint16)
    np.save(folder / "vuyx.npy", counts)
    np.save(folder / "yxvu.npy", np.ascontiguousarray(counts.transpose(2, 3, 0, 1)))
    return folder


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells a process its own peak of memory")
@pytest.mark.parametrize("method, order", [("als", "vuyx"), ("constrained", "vuyx"), ("constrained", "yxvu"),
                                           ("sklearn", "vuyx")])
def test_a_run_takes_no_more_than_is_said_and_not_far_less(data, method, order):
    path = data / (order + ".npy")
    said = estimate.of_run(read_4d(path, order=order), 3, method, cutoff=0.45).n_bytes
    answer = subprocess.run([sys.executable, "-c", PEAK, path, order, method], cwd=ROOT, capture_output=True,
                            text=True, check=True)
    taken = int(answer.stdout)
    assert taken <= said
    if method != "als":  # which makes no copies: what is said is an allowance for the program, and the mapped file
        assert taken > said / 3


def test_more_components_data_and_detail_need_more(data):
    dataset = read_4d(data / "vuyx.npy", order="vuyx")
    few = estimate.of_run(dataset, 2, "als")
    assert estimate.of_run(dataset, 200, "als").n_bytes > few.n_bytes
    assert estimate.of_run(dataset, 2, "als", max_iter=10**6).seconds > few.seconds
    low, high = (estimate.of_run(dataset, 2, "constrained", cutoff=cutoff).n_bytes for cutoff in (0.1, 0.4))
    assert high > low > few.n_bytes
    assert estimate.of_run(dataset, 2, "constrained", constrain_maps=False).n_bytes == few.n_bytes


def test_the_need_is_said_with_what_is_free(monkeypatch):
    monkeypatch.setattr(memory, "available_bytes", lambda: 3.5e9)
    assert str(estimate.Need(2.1e9, 150)) == "about 2.1 GB of memory (3.5 GB are free), roughly 2 min"
    monkeypatch.setattr(memory, "available_bytes", lambda: None)
    assert str(estimate.Need(5e7, 0.1)) == "about 50 MB of memory, roughly 1 s"


def test_what_cannot_fit_is_refused_with_a_way_out(monkeypatch):
    monkeypatch.setattr(memory, "available_bytes", lambda: 1e9)
    estimate.Need(0.9e9, 1).refuse_if_no_room()
    with pytest.raises(RefusedError, match="this factorization .*2.0 GB.*1.0 GB are free.*crop"):
        estimate.Need(2e9, 1).refuse_if_no_room()


def test_where_nothing_is_known_of_the_memory_nothing_is_refused(monkeypatch):
    monkeypatch.setattr(memory, "available_bytes", lambda: None)
    estimate.Need(1e15, 1).refuse_if_no_room()
