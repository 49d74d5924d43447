"""The state of a long run on disk, so that it goes on after a kill and loses one iteration at most."""

import json
import os
import tempfile
from pathlib import Path

import numpy as np

from offline_reference.numerics.errors import RefusedError

ABOUT = "run.json"


class Checkpoint:
    """A folder with the state of one run.

    Parameters
    ----------
    folder : str or Path
        Made if it is not there. The state of another run in it is refused.
    about : dict of plain values
        What makes the run the one it is: file, method, settings, seed, versions. Compared when it goes on.
    """

    def __init__(self, folder, about):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        about = json.loads(json.dumps(about, sort_keys=True))
        try:
            found = json.loads((self.folder / ABOUT).read_text())
        except FileNotFoundError:
            if any(self.folder.iterdir()):
                raise RefusedError("'{}' holds other files and no state of a run: name an empty or new folder.".format(
                    self.folder)) from None
            _replace(self.folder / ABOUT, json.dumps(about, indent=1).encode())
            return
        differing = sorted(key for key in {*found, *about} if found.get(key) != about.get(key))
        if differing:
            raise RefusedError("'{}' holds the state of another run ({}): name another folder, or remove this one to "
                               "start anew.".format(self.folder, ", ".join(
                                   "{} was {!r} and is {!r}".format(key, found.get(key), about.get(key))
                                   for key in differing)))

    def part(self, name):
        """The state of one of several runs that follow each other."""
        return _Part(self.folder / (name.replace(" ", "-") + ".npz"))

    # A run of one part is its own only part.
    def load(self):
        """State of an interrupted run, or None."""
        return self.part("all").load()

    def save(self, state):
        """Keep the state after an iteration."""
        self.part("all").save(state)

    def has_state(self):
        """Whether there is something to go on from."""
        return any(self.folder.glob("*.npz"))

    def remove(self):
        """The run is over and its results are written."""
        # also what a kill left unfinished beside them
        for path in [*self.folder.glob("*.npz*"), self.folder / ABOUT]:
            path.unlink(missing_ok=True)
        try:
            self.folder.rmdir()
        except OSError:  # the user put something of her own there
            pass


class _Part:
    def __init__(self, path):
        self.path = path

    def load(self):
        """State of an interrupted run, or None."""
        if not self.path.exists():
            return None
        with np.load(self.path, allow_pickle=False) as stored:
            state = json.loads(str(stored["plain"]))
            state.update(W=stored["W"], H=stored["H"])
            for kind in ("best", "latest"):
                if state[kind] is not None:
                    state[kind] = (*state[kind], stored[kind + "_W"], stored[kind + "_H"])
        return state

    def save(self, state):
        """Keep the state after an iteration: the old one is there until the new one is whole."""
        arrays = {"W": state["W"], "H": state["H"]}
        plain = {name: state[name] for name in ("history", "objectives", "stopped", "revival")}
        for kind in ("best", "latest"):
            plain[kind] = None
            if state[kind] is not None:
                objective, iteration, arrays[kind + "_W"], arrays[kind + "_H"] = state[kind]
                plain[kind] = [float(objective), int(iteration)]
        plain["history"], plain["objectives"] = ([float(value) for value in plain[name]]
                                                 for name in ("history", "objectives"))
        with _replacing(self.path) as file:
            np.savez(file, plain=np.array(json.dumps(plain)), **arrays)


class _replacing:
    """A file beside the one of that name, which takes its place when it is whole."""

    def __init__(self, path):
        self.path = path

    def __enter__(self):
        handle, self.unfinished = tempfile.mkstemp(dir=self.path.parent, prefix=self.path.name + ".")
        self.file = os.fdopen(handle, "wb")
        return self.file

    def __exit__(self, kind, error, trace):
        self.file.close()
        if kind is None:
            os.replace(self.unfinished, self.path)
        else:
            os.remove(self.unfinished)


def _replace(path, content):
    with _replacing(path) as file:
        file.write(content)
