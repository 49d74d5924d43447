"""What keeps a run from hanging or eating the machine: steps, time, memory, depth of calls."""
import contextlib
import sys
import time

from offline_reference.virtual_dm.errors import LimitReached

MOST_FRAMES = 50_000  # of Python; a DM call takes about fifteen
CHECK_EVERY = 1024  # steps between two looks at the clock, which cost more than a step


@contextlib.contextmanager
def deep_recursion():
    """Let Python recurse as deep as a long expression or a recursive script needs."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, MOST_FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


class Limits:
    """How much one run may take; the largest image is ``Workspace.memory_limit``.

    Parameters
    ----------
    steps : int
        Turns of loops and calls of functions.
    seconds : float
        Time on the clock.
    calls : int
        Depth of calls inside calls.
    characters : int
        Length of one text.
    """

    def __init__(self, steps=50_000_000, seconds=120.0, calls=1000, characters=2**26):
        self.steps = steps
        self.seconds = seconds
        self.calls = calls
        self.characters = characters


class Budget:
    """What is left of the Limits while a run goes on; one for a script and all scripts it starts."""

    def __init__(self, limits):
        self.limits = limits
        self.restart()

    def restart(self):
        """A user's new run starts counting anew."""
        self.depth = 0
        self._steps = 0
        self._end = time.monotonic() + self.limits.seconds
        self._until_check = CHECK_EVERY

    def step(self):
        """Count a turn of a loop or a call."""
        self._until_check -= 1
        if self._until_check <= 0:
            self._check()

    def _check(self):
        self._until_check = CHECK_EVERY
        self._steps += CHECK_EVERY
        if self._steps > self.limits.steps:
            raise LimitReached(
                f"The script took more than {self.limits.steps:.0f} steps and was stopped: an endless loop, a wait for "
                "a key that never comes, or more work than the step limit allows."
            )
        self.refuse_overtime()

    def refuse_overtime(self):
        """Look at the clock; called between the steps of slow things."""
        if time.monotonic() > self._end:
            raise LimitReached(
                f"The script ran longer than {self.limits.seconds:g} s and was stopped: raise the time limit if it "
                "needs more."
            )

    def enter_call(self):
        """Go one call deeper."""
        self.depth += 1
        if self.depth > self.limits.calls:
            raise LimitReached(f"Calls inside calls are {self.limits.calls} deep: does a function call itself?")
        self.step()

    def leave_call(self):
        self.depth -= 1

    def refuse_long_text(self, n_characters):
        if n_characters > self.limits.characters:
            raise LimitReached(f"A text of {n_characters} characters is more than this run allows.")
