"""Refusals: what was met, why we stop, what to do next, in words for a microscopist.

Every error that a user can cause derives from RefusedError, so that a command
line shows one sentence and DM's Results window shows the same one.
"""


class RefusedError(ValueError):
    """The input or a setting cannot be worked with; the message says what to do."""


class DeadComponentError(RefusedError):
    """A component is zero everywhere, so that the other factor is undetermined."""
