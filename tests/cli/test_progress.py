"""Plain lines where there is no terminal, a bar where there is one, nothing when quiet."""
import io
import sys

import pytest

from offline_reference.cli import progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_lines_come_every_few_seconds_with_mse_and_time_left(capsys):
    seconds = iter([1.0, 2.0, 3.0, 7.0, 8.0])
    report = progress.Lines("als", clock=lambda: next(seconds))
    for iteration in range(1, 6):
        report(iteration, 100, 2.5 / iteration)
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["als: iteration 1 of 100, MSE 2.5", "als: iteration 4 of 100, MSE 0.625, 3 min left"]


def test_the_last_iteration_is_always_shown(capsys):
    report = progress.Lines("als", clock=lambda: 1.0)
    report(1, 2, 5.0)
    report(2, 2, 4.0)
    assert capsys.readouterr().out.splitlines()[-1] == "als: iteration 2 of 2, MSE 4, 0 s left"


def test_quiet_shows_nothing(capsys):
    with progress.progress("als", quiet=True) as report:
        report(1, 10, 1.0)
    assert capsys.readouterr().out == ""


def test_a_terminal_gets_a_bar(monkeypatch):
    monkeypatch.setattr(sys, "stdout", Terminal())
    with progress.progress("als") as report:
        report(5, 10, 1.25)
    assert "5/10" in sys.stdout.getvalue() and "MSE 1.25" in sys.stdout.getvalue()


def test_a_terminal_without_rich_gets_lines(monkeypatch):
    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.setitem(sys.modules, "rich.progress", None)
    with progress.progress("als") as report:
        report(1, 10, 1.25)
    assert sys.stdout.getvalue().startswith("als: iteration 1 of 10, MSE 1.25")


@pytest.mark.parametrize("seconds, words", [(0, "0 s"), (99, "99 s"), (130, "2 min"), (7200, "2.0 h")])
def test_a_duration_is_said_in_words(seconds, words):
    assert progress.duration(seconds) == words
