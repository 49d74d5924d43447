"""The libraries that a script's header asks for: `Needs  functions/unfold.s, functions/nmf_steps.s`.

DM knows nothing of that line: there, libraries are installed beforehand. Here a script that is run or checked from its
file gets them loaded first, each once, those that a library needs itself before it.
"""
import re
from pathlib import Path

from offline_reference.virtual_dm.script.errors import ScriptStopped
from offline_reference.virtual_dm.script.reading import read_source

HEADER = re.compile(r"\s*/\*.*?\*/", re.DOTALL)
ENTRY = re.compile(r"^[ \t/*]*Needs\b[ \t:]*(?P<first>.*(?:\n[ \t*]*+(?![A-Z]\w*[ \t]{2,})\S.*)*)", re.MULTILINE)
FILE = re.compile(r"[^\s,;]+\.s(?!\w)", re.IGNORECASE)


def needed_sources(source):
    """Sources of all libraries that a script needs, directly or not, in the order in which they must be loaded.

    Parameters
    ----------
    source : errors.Source
        Read from a file; a script without a file, or without a Needs line, needs nothing.

    Raises
    ------
    ScriptStopped
        If a file is missing, at the line that asks for it.
    """
    found = {}
    _collect(source, found, {_key(source.path)} if source.path else set())
    return list(found.values())


def needed_names(source):
    """Files in the Needs lines of a script's header, with the place of each: [(name, (line, column))]."""
    header = HEADER.match(source.text)
    if header is None:
        return []
    names = []
    for entry in ENTRY.finditer(header.group()):
        for file in FILE.finditer(entry.group(), entry.start("first") - entry.start()):
            names.append((file.group(), _place(source.text, entry.start() + file.start())))
    return names


def _collect(source, found, begun):
    """Depth first, so that what a library needs stands before it; two libraries may need each other's functions."""
    if source.path is None:
        return
    for name, place in needed_names(source):
        path = _find(name, source, place)
        if _key(path) in begun:
            continue
        begun.add(_key(path))
        needed = read_source(path)
        _collect(needed, found, begun)
        found[_key(path)] = needed


def _find(name, source, place):
    """The file of that name below the script's own folder, or below the nearest folder above that has it."""
    folder = Path(source.path).resolve().parent
    for above in (folder, *folder.parents):
        path = above / name
        if path.is_file():
            return path
    raise ScriptStopped(
        f"The header needs {name}, and there is no such file in the script's folder {folder.name}, nor from any folder "
        "above it: put the library there, or correct the line.",
        source,
        place,
    )


def _key(path):
    return str(Path(path).resolve())


def _place(text, position):
    return text.count("\n", 0, position) + 1, position - (text.rfind("\n", 0, position) + 1) + 1
