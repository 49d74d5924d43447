"""Ctrl+C: once keeps the best factors so far, twice aborts at once and leaves nothing."""
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot send Ctrl+C to one process alone")

ROOT = Path(__file__).resolve().parents[2]
ENDLESS = ("--max-iter", 10**9, "--method", "als", "-n", 2, "-o", "out")


@pytest.fixture
def endless(npy, workplace):
    """A factorization that would never end, in a process of its own, and has begun to iterate."""
    words = ["factorize", npy(), "--order", "vuyx", *map(str, ENDLESS)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen([sys.executable, "-m", "offline_reference", *words], cwd=workplace, text=True,
                               env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    said = []
    while not said or "iteration" not in said[-1]:
        said.append(process.stdout.readline())
        assert said[-1], process.stderr.read()  # "" is the end of the process
    yield process
    process.kill()
    process.wait()


def test_once_writes_the_best_factors_so_far_and_says_so(endless, workplace):
    endless.send_signal(signal.SIGINT)
    out, err = endless.communicate(timeout=60)
    assert endless.returncode == 0
    assert "Ctrl+C" in err and "Traceback" not in err
    assert "Stopped by Ctrl+C after iteration" in out and "best factors so far were kept" in out
    record = json.loads((workplace / "out" / "result.json").read_text())
    assert record["stopped"] == "cancelled" and record["n_iter"] == len(record["mse_history"]) > 0
    assert (workplace / "out" / "report.html").exists()


def test_twice_aborts_and_leaves_nothing(endless, workplace):
    """The second comes while the first is being obeyed, so it is sent from within, at a sure place."""
    endless.kill()
    script = (
        "import os, signal, sys\n"
        "from offline_reference.cli import main, results\n"
        "def write(*anything):\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    raise AssertionError('two signals did not abort')\n"
        "results.write = write\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script, "factorize", "counts.npy", "--order", "vuyx", "-n", "2", "--max-iter", "3"],
        cwd=workplace, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert answer.returncode == 130
    assert "aborted by Ctrl+C; nothing was written" in answer.stderr and "Traceback" not in answer.stderr
    assert sorted(path.name for path in workplace.iterdir()) == ["counts.npy"]


def test_stopped_at_once_the_first_iteration_is_kept(run, npy, monkeypatch, workplace):
    from offline_reference.cli import interrupt

    monkeypatch.setattr(interrupt.Interrupt, "__call__", lambda self: True)
    answer = run("factorize", npy(), "--order", "vuyx", "-n", 2, "--method", "als")
    assert answer.code == 0 and "Stopped by Ctrl+C after iteration 1" in answer.out
    assert (workplace / "counts-als" / "result.json").is_file()


def test_the_handler_of_before_comes_back():
    from offline_reference.cli.interrupt import Interrupt

    before = signal.getsignal(signal.SIGINT)
    with Interrupt() as interrupt:
        assert signal.getsignal(signal.SIGINT) != before
        os.kill(os.getpid(), signal.SIGINT)
        assert interrupt()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.01)  # Python looks for signals between two lines
    assert signal.getsignal(signal.SIGINT) == before
