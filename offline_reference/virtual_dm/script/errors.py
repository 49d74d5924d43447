"""Errors of a script: which file, line and column, the source line, and a caret under the place.

    remove_peaks.s, line 12, column 9: DM has no function GetSizes that we know of; the nearest name is GetSize.
        number w = GetSizes(img)
                   ^
"""
from dataclasses import dataclass, field

from offline_reference.virtual_dm.errors import VirtualDMError

MOST_SHOWN = 160  # characters of a source line; of longer ones the part around the place


@dataclass(frozen=True)
class Source:
    """The text of one script with the name to show for it, and its file if it was read from one."""

    text: str
    name: str = "script"
    path: str | None = field(default=None, compare=False)
    lines: tuple = field(init=False, repr=False, compare=False)

    def __post_init__(self):
        object.__setattr__(self, "lines", tuple(self.text.split("\n")))

    def line(self, number):
        """Line of that number, from 1; "" beyond the end."""
        return self.lines[number - 1] if 1 <= number <= len(self.lines) else ""


class ScriptError(VirtualDMError):
    """A script cannot go on.

    Attributes
    ----------
    message : str
        What was met, without the place.
    source : Source
    line, column : int
        From 1.
    """

    def __init__(self, message, source, place):
        super().__init__(message)
        self.message = message
        self.source = source
        self.line, self.column = place

    @property
    def where(self):
        return f"{self.source.name}, line {self.line}, column {self.column}"

    def __str__(self):
        line = self.source.line(self.line)
        start = max(len(line) - len(line.lstrip()), self.column - 1 - MOST_SHOWN // 2)
        if len(line.strip()) <= MOST_SHOWN:
            start = len(line) - len(line.lstrip())
        shown = "".join(letter if letter.isprintable() else " " for letter in line[start : start + MOST_SHOWN])
        caret = " " * max(self.column - 1 - start, 0) + "^"
        return f"{self.where}: {self.message}\n    {shown.rstrip()}\n    {caret}"


class ScriptSyntaxError(ScriptError):
    """The text is no DM-script."""


class ScriptException(ScriptError):
    """What DM would throw while the script runs; `try` in the script catches it."""

    is_user_abort = False


class ScriptStopped(ScriptError):
    """The run ends here whatever the script tries: an unknown function, a limit, a dialog without an answer."""
