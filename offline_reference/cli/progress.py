"""Iteration, mean squared error and time left: a bar on a terminal, plain lines elsewhere."""
import sys
import time
from contextlib import contextmanager

SECONDS_BETWEEN_LINES = 5.0


@contextmanager
def progress(what, quiet=False):
    """Yield a callback `report(iteration, max_iter, mse)` for `numerics.methods`.

    Nothing is shown when `quiet`. Without a terminal, or without the package
    rich, a line appears every few seconds, and one at the first iteration.
    """
    if quiet:
        yield lambda iteration, max_iter, mse: None
        return
    bar = _bar() if sys.stdout.isatty() else None
    if bar is None:
        yield Lines(what)
        return
    with bar:
        task = bar.add_task(what, total=None, mse="")
        yield lambda iteration, max_iter, mse: bar.update(
            task, completed=iteration, total=max_iter, mse="MSE {:.5g}".format(mse))


def _bar():
    """A progress bar of rich, or None where rich is not installed."""
    try:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
    except ImportError:
        return None
    return Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
                    TextColumn("{task.fields[mse]}"), TimeRemainingColumn(), TextColumn("left"))


class Lines:
    """One line every few seconds, for a log file or a pipe."""

    def __init__(self, what, clock=time.monotonic):
        self._what = what
        self._clock = clock
        self._first = self._last = None  # (iteration, time): the first one takes longer, so the pace counts from there

    def __call__(self, iteration, max_iter, mse):
        now = self._clock()
        if self._last is not None and now - self._last < SECONDS_BETWEEN_LINES and iteration < max_iter:
            return
        self._last = now
        print("{}: iteration {} of {}, MSE {:.5g}{}".format(
            self._what, iteration, max_iter, mse, self._left(now, iteration, max_iter)), flush=True)

    def _left(self, now, iteration, max_iter):
        if self._first is None:
            self._first = iteration, now
        made = iteration - self._first[0]
        if not made:
            return ""
        return ", {} left".format(duration((now - self._first[1]) / made * (max_iter - iteration)))


def duration(seconds):
    """Seconds in words: '12 s', '3 min', '2.5 h'."""
    if seconds < 99.5:
        return "{:.0f} s".format(seconds)
    if seconds < 5940:
        return "{:.0f} min".format(seconds / 60)
    return "{:.1f} h".format(seconds / 3600)
