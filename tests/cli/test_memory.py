"""Data read in parts (--memory) and a state that outlives a kill (--state)."""
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from offline_reference import files
from offline_reference.cli.factorize import _told_apart as told_apart
from offline_reference.cli.reading import size

QUICK = ("-n", 2, "--max-iter", 12)


def factors_in(folder):
    with np.load(folder / "factors.npz") as arrays:
        return arrays["diffractions"], arrays["maps"]


@pytest.mark.parametrize("method", ["constrained", "hals", "als"])
def test_data_read_in_parts_give_the_same_factors(run, dm4, workplace, method):
    assert run("factorize", dm4, *QUICK, "--method", method, "-o", "whole").code == 0
    answer = run("factorize", dm4, *QUICK, "--method", method, "--memory", "1MB", "-o", "parts")
    assert answer.code == 0, answer.err
    for one, other in zip(factors_in(workplace / "whole"), factors_in(workplace / "parts")):
        assert other == pytest.approx(one, rel=1e-6, abs=1e-9 * float(one.max()))


def test_chunked_files_are_read_in_parts_too(run, dm4, workplace):
    dataset = files.read_4d(dm4)
    for name in ("scan.hspy", "scan.zspy"):
        files.write_4d(workplace / name, np.array(dataset.pixels), dataset.order, dataset.axes)
        answer = run("factorize", name, *QUICK, "--memory", "50MB", "-o", "of-" + name)
        assert answer.code == 0, answer.err
    one, other = (factors_in(workplace / ("of-" + name)) for name in ("scan.hspy", "scan.zspy"))
    assert other[0] == pytest.approx(one[0], rel=1e-9)


def test_sizes_are_read_as_people_write_them():
    assert [size(text) for text in ("500MB", "2GB", "1.5 g", "2e9", "64MiB")] == [5e8, 2e9, 1.5e9, 2e9, 6.4e7]


@pytest.mark.parametrize("text", ["much", "12", "-3GB", ""])
def test_sizes_that_are_none_are_refused(run, dm4, text):
    answer = run("factorize", dm4, "--memory=" + text)
    assert answer.code == 2 and "is no size of at least 1 MB" in answer.err


def test_scikit_learn_needs_the_data_in_memory(refuses, dm4):
    refuses("factorize", dm4, "--method", "sklearn", "--memory", "50MB", saying="needs the data in memory")


def test_a_run_that_was_killed_goes_on_from_its_state(npy_file_of_counts, workplace):
    """The process is really killed, as a power cut does it, when its first iterations are on disk."""
    command = [sys.executable, "-m", "offline_reference", "factorize", str(npy_file_of_counts), "--order", "vuyx",
               "-n", "3", "--method", "als", "--state", "state", "-o", "out"]
    root = Path(files.__file__).parents[2]  # the tests may run where nothing is installed
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(root)}
    process = subprocess.Popen([*command, "--max-iter", "4000"], cwd=workplace, env=environment)
    try:
        while not (workplace / "state" / "all.npz").exists():
            assert process.poll() is None, "the run ended before it could be killed"
            time.sleep(0.02)
        time.sleep(0.3)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert not (workplace / "out").exists()
    with np.load(workplace / "state" / "all.npz") as state:
        done = len(json.loads(str(state["plain"]))["history"])
    assert done >= 1
    about = workplace / "state" / "run.json"
    last = done + 3
    about.write_text(about.read_text().replace("4000", str(last)))  # or this test would make 4000 iterations
    answer = subprocess.run([*command, "--max-iter", str(last)], cwd=workplace, env=environment, capture_output=True,
                            text=True)
    assert answer.returncode == 0, answer.stderr
    assert "goes on from the state in 'state'" in answer.stdout
    record = json.loads((workplace / "out" / "result.json").read_text())
    assert record["n_iter"] == last
    assert not (workplace / "state").exists()


@pytest.fixture
def npy_file_of_counts(workplace):
    np.save(workplace / "counts.npy", np.random.default_rng(0).poisson(4, (14, 15, 16, 17)).astype(np.uint8))
    return workplace / "counts.npy"


def test_the_state_of_another_run_is_refused(run, dm4, workplace):
    (workplace / "state").mkdir()
    (workplace / "state" / "run.json").write_text("{\"seed\": 77}")
    answer = run("factorize", dm4, *QUICK, "--state", "state", "-o", "out")
    assert answer.code == 2 and "holds the state of another run" in answer.err and "seed was 77" in answer.err
    assert not (workplace / "out").exists()


@pytest.mark.parametrize("method", ["constrained", "hals"])
def test_workers_that_the_command_starts_give_the_same_factors(run, dm4, workplace, method):
    pytest.importorskip("distributed", reason="an extra: pip install dm-nmf[cluster]")
    assert run("factorize", dm4, "-n", 2, "--max-iter", 5, "--method", method, "-o", "here").code == 0
    answer = run("factorize", dm4, "-n", 2, "--max-iter", 5, "--method", method, "--workers", 2, "-o", "there")
    assert answer.code == 0, answer.err
    for one, other in zip(factors_in(workplace / "here"), factors_in(workplace / "there")):
        assert other == pytest.approx(one, rel=1e-6, abs=1e-9 * float(one.max()))


def test_two_kinds_of_workers_are_refused(refuses, dm4):
    refuses("factorize", dm4, "--workers", 2, "--scheduler", "tcp://head:8786", saying="leave one out")


def test_without_the_package_the_refusal_says_what_to_install(refuses, dm4, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    refuses("factorize", dm4, "--workers", 2, saying='pip install "dm-nmf[cluster]"')


def test_a_run_with_another_mask_is_another_run():
    """Their texts are the same: NumPy's leaves out the middle."""
    one = np.ones((80, 90), dtype=bool)
    other = one.copy()
    other[40, 45] = False
    assert repr(one) == repr(other) and told_apart(one) != told_apart(other)
    assert told_apart(one) == told_apart(one.copy())
