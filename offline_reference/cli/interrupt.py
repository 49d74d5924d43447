"""Ctrl+C once: stop after this iteration and keep the best factors. Twice: abort at once."""
import os
import signal
import sys
import threading


class Interrupt:
    """Watches for Ctrl+C inside a `with` block.

    The object itself is the callback that `numerics.methods` asks: calling it
    says whether Ctrl+C was pressed. A second Ctrl+C raises KeyboardInterrupt.
    """

    def __init__(self):
        self.pressed = False
        self._previous = None

    def __call__(self):
        return self.pressed

    def __enter__(self):
        if threading.current_thread() is threading.main_thread():  # elsewhere Python hears no signals
            self._previous = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, *exception):
        if self._previous is not None:
            signal.signal(signal.SIGINT, self._previous)

    def _note(self, number, frame):
        if self.pressed:
            raise KeyboardInterrupt
        self.pressed = True
        _say("\nCtrl+C: stopping after this iteration and keeping the best factors so far. Again: abort at once.\n")


def _say(sentence):
    """Write past Python's buffers: the handler may have interrupted a print."""
    try:
        os.write(sys.__stderr__.fileno(), sentence.encode("ascii"))
    except (AttributeError, OSError, ValueError):
        pass  # no stderr, as in a windowed program: the flag is what counts
