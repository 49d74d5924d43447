"""What is known of DM's functions, simulated here or not: catalogue.tsv, one prototype a line.

Columns: name, result type, arguments, evidence, meaning. It was gathered from Gatan's SDK stub list and from public
scripts; names and types are facts, the words are ours.
"""
import difflib
import functools
from dataclasses import dataclass
from pathlib import Path

from offline_reference.virtual_dm import registry
from offline_reference.virtual_dm.errors import NotSimulated

ANY_NUMBER = 99


@dataclass(frozen=True)
class Entry:
    """One prototype."""

    name: str
    returns: str
    arguments: str
    evidence: str
    meaning: str

    @property
    def prototype(self):
        if self.arguments.startswith("(") and self.arguments.endswith("args)"):
            return f"{self.name} with {self.arguments[1:-5].strip()} argument(s)"
        return f"{self.returns} {self.name}({self.arguments})"

    @functools.cached_property
    def parameters(self):
        """The registry.Parameter of each argument, or None where types are known only in part."""
        if any(mark in self.arguments for mark in "[(.") or self.arguments == "see name":
            return None
        try:
            return registry.parse_parameters(self.arguments)[0]
        except ValueError:
            return None

    @property
    def is_recalled(self):
        """Known by hearsay only: no source was found."""
        return self.evidence.startswith("RECALLED")

    def takes(self, n_arguments):
        """Whether so many arguments fit; prototypes that are known only in part take any number."""
        fewest, most = self.count
        return fewest <= n_arguments <= most

    @property
    def count(self):
        """Smallest and largest number of arguments."""
        text = self.arguments.strip()
        if text.startswith("(") and text.endswith("args)"):
            numbers = [int(part) for part in text[1:].replace(";", " ").split() if part.isdigit()]
            return (min(numbers), max(numbers)) if numbers else (0, ANY_NUMBER)
        if text == "see name":
            return 0, ANY_NUMBER
        if not text or text == "void":
            return 0, 0
        required = text.split("[")[0].strip().rstrip(",")
        fewest = len([part for part in required.split(",") if part.strip() and "..." not in part])
        if "..." in text or ".." in text:
            return fewest, ANY_NUMBER
        return fewest, len([part for part in text.replace("[", "").replace("]", "").split(",") if part.strip()])


@functools.cache
def all_entries():
    """Lower-case name -> tuple of Entry."""
    found = {}
    text = (Path(__file__).parent / "catalogue.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            columns = (line.split("\t") + [""] * 5)[:5]
            found.setdefault(columns[0].lower(), []).append(Entry(*columns))
    return {name: tuple(entries) for name, entries in found.items()}


def entries(name):
    """Known prototypes of a function, in any case; empty if DM has none that we know of."""
    return all_entries().get(name.lower(), ())


def nearest(name):
    """The known name that looks most like this one, or None."""
    known = {key: found[0].name for key, found in all_entries().items()}
    known.update({key: found[0].name for key, found in registry.FUNCTIONS.items()})
    close = difflib.get_close_matches(name.lower(), known, 1, cutoff=0.6)
    return known[close[0]] if close else None


def not_simulated(name):
    """The error for a function that DM has and virtual_dm has not."""
    prototypes = "; ".join(entry.prototype for entry in entries(name)[:2])
    return NotSimulated(f"{entries(name)[0].name} is known to DM, not simulated here ({prototypes}).")


def why_unknown(name):
    """The text for a function that nobody knows."""
    near = nearest(name)
    hint = f"; the nearest name is {near}" if near else ""
    return f"DM has no function {name} that we know of{hint}."
