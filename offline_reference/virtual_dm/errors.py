"""Two kinds of error: those DM itself would throw, and those that only exist here.

A script may catch the first kind, as it may in DM. The second kind tells a
user that the run says nothing about DM (a dialog without a prepared answer, a
function that is not simulated, a file outside the allowed folder): ``try`` in
DM-script lets it pass, and ``Workspace.complaints`` remembers it even if a
Python script swallows it.
"""


class VirtualDMError(Exception):
    """Base of all errors of virtual_dm."""


class DMError(VirtualDMError, RuntimeError):
    """What DM would throw at a script; a script may catch it."""


class UserAbort(DMError):
    """The user's Cancel, which is an exception in DM too."""


class StopRun(VirtualDMError):
    """A run cannot go on for a reason that DM does not know; no script catches it."""


class NoAnswer(StopRun):
    """A dialog opened and no prepared answer was left for it, or the answer does not fit."""


class NotSimulated(StopRun, NotImplementedError):
    """DM has this, virtual_dm has not."""


class OutsideFolder(StopRun, PermissionError):
    """A script reached for a file outside the folder its user allows."""


class LimitReached(StopRun):
    """More memory or time than the run may take."""
