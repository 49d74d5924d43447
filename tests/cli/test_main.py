"""What holds for every verb: help, exit codes, refusals in one line."""
import errno
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from offline_reference import cli
from offline_reference.numerics.errors import RefusedError

ROOT = Path(__file__).resolve().parents[2]
VERBS = [verb for verb in cli.VERBS if cli._exists(verb)]


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_explains_itself(run, verb):
    answer = run(verb, "--help")
    assert answer.code == 0 and answer.err == ""
    assert "dm-nmf " + verb in answer.out
    assert "dm-nmf {} ".format(verb) in answer.out.partition("options:")[2]  # an example to copy


def test_the_help_lists_every_verb_with_a_sentence(run):
    answer = run("--help")
    assert answer.code == 0
    for verb in VERBS:
        assert re.search(r"^    {}  +\w".format(verb), answer.out, re.MULTILINE)


def test_help_is_quick_because_nothing_heavy_is_imported():
    """Counted in modules, not in seconds: a slow computer must not fail."""
    script = "import sys; from offline_reference.cli import main; main(['--help']); print(sorted(sys.modules))"
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    for heavy in ("scipy", "sklearn", "matplotlib", "rsciio", "jinja2", "dask", "rich"):
        assert "'{}'".format(heavy) not in answer.stdout


def test_the_module_runs_as_the_command_does():
    answer = subprocess.run([sys.executable, "-m", "offline_reference", "--version"], capture_output=True, text=True,
                            cwd=ROOT, check=True)
    assert answer.stdout.startswith("dm-nmf ")


def test_a_name_that_the_terminal_cannot_print_ends_no_run(npy, workplace):
    answer = subprocess.run(
        [sys.executable, "-m", "offline_reference", "info", npy(name="probe Å.npy"), "--order", "vuyx"],
        capture_output=True, text=True, cwd=workplace,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"})
    assert answer.returncode == 0, answer.stderr
    assert "probe \\xc5.npy: scan 10 x 12" in answer.stdout


def test_a_reader_that_has_seen_enough_is_no_error(npy, workplace):
    words = [sys.executable, "-m", "offline_reference", "info", npy(), "--order", "vuyx"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=workplace,
                          env={**os.environ, "PYTHONPATH": str(ROOT)}) as process:
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0


@pytest.mark.parametrize("words", [["dance"], [], ["simulate", "--dose", "many"], ["simulate", "--no-such-thing"]])
def test_wrong_arguments_are_refused_in_one_line(refuses, words):
    refuses(*words, saying="--help")


class Outcome:
    """Stands for a verb whose run ends in a given exception."""

    def __init__(self, monkeypatch):
        self._monkeypatch = monkeypatch

    def __call__(self, error):
        def run(args):
            raise error

        from offline_reference.cli import simulate

        self._monkeypatch.setattr(simulate, "run", run)
        return cli.main(["simulate"])


@pytest.fixture
def ending_in(monkeypatch):
    return Outcome(monkeypatch)


def test_a_refusal_is_one_line_and_exit_code_2(ending_in, capsys):
    assert ending_in(RefusedError("this cannot be:\n choose another")) == 2
    assert capsys.readouterr().err == "dm-nmf: this cannot be: choose another\n"


def test_a_full_disk_is_said_in_one_line(ending_in, capsys):
    assert ending_in(OSError(errno.ENOSPC, "No space left on device")) == 2
    assert "disk is full" in capsys.readouterr().err


def test_a_closed_door_is_said_in_one_line(ending_in, capsys):
    assert ending_in(PermissionError(errno.EACCES, "Permission denied", "there")) == 2
    assert "no permission" in capsys.readouterr().err


def test_too_little_memory_is_said_in_one_line(ending_in, capsys):
    assert ending_in(MemoryError("Unable to allocate 80 GiB")) == 2
    assert "not enough memory" in capsys.readouterr().err


def test_a_bug_keeps_its_traceback(ending_in):
    with pytest.raises(ZeroDivisionError):
        ending_in(ZeroDivisionError())


def test_an_unknown_error_of_the_system_keeps_its_traceback(ending_in):
    with pytest.raises(OSError, match="stale"):
        ending_in(OSError(errno.ESTALE, "stale file handle"))


def test_ctrl_c_outside_a_factorization_says_so_and_ends_with_130(ending_in, capsys):
    assert ending_in(KeyboardInterrupt()) == 130
    assert "Ctrl+C" in capsys.readouterr().err
