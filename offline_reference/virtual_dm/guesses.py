"""What the workspace and the Python door do without knowing that DM does it, beyond the switches.

One list that a user can read; FIDELITY.md is generated from it. Each names the evidence there is.
"""
from dataclasses import dataclass


@dataclass(frozen=True)
class Guess:
    """One behaviour: which part, what it does, and why we believe it."""

    part: str
    doc: str
    evidence: str


GUESSES = (
    Guess("images", "A view keeps its parent's memory when the parent is resized or converted.", "INF"),
    Guess("images", "Real pixels truncate on their way into integers; too large ones wrap.",
          "INF: script_reference 2.3"),
    Guess("images", "Colours become numbers as the mean of red, green and blue.", "unknown"),
    Guess("images", 'Units "1/nm" are the unit "nm" with power -1.', "INF: python_reference 7"),
    Guess("images", "A slice's origin moves with its start and divides by its step.", "INF"),
    Guess("images", "An intensity value is (pixel - origin) * scale.", "INF: script_reference 6"),
    Guess("tags", "Labels are case-sensitive.", "unknown"),
    Guess("tags", "A numeric tag converts to any number kind that can hold it and to text, a text to no number.",
          "SEEN 3 for numbers to text: python_reference 9"),
    Guess("tags", "List[0] on a label that does not exist makes a list.", "INF: python_reference 9"),
    Guess("tag files", "An array of 16-bit numbers that reads as printable text is a text.", "SEEN in public readers"),
    Guess("workspace", "The image shown last is the front one; a closed image's letter is free again.",
          "INF: python_reference 15.5"),
    Guess("workspace", "Ids are given at first need, start at 1 and never come again.", "unknown"),
    Guess("workspace", "Sleep passes at once and counts as time for the clocks.", "chosen, so that nothing waits"),
    Guess("workspace", "OkDialog, alerts and save questions take no prepared answer; nothing is saved unasked.",
          "chosen"),
    Guess("displays", "A single row is shown as a line plot, all else as a raster.", "INF"),
    Guess("displays", "A ROI that is added becomes the selected one.", "INF"),
    Guess("displays", "A selection is rounded outwards to whole pixels and cut at the image's edge.", "INF"),
    Guess("Python", "GetNumArray of an RGB image stops the run.", "unknown: python_reference 4"),
    Guess("Python", "An int is taken where a bool is wanted.", "milder than SWIG's own check"),
    Guess("Python", "Type errors are TypeError, integers beyond 32 bits OverflowError.", "INF: SWIG"),
    Guess("Python", "Failing getters give False with 0, an empty text or an empty group.", "INF: python_reference 9"),
    Guess("Python", "Finding no image, document or window gives None; a wrong index of a ROI, child or display raises.",
          "SEEN 1 for FindImageByID, else INF: python_reference 8"),
    Guess("Python", "After DeleteImage an image's pixels stay readable and IsValid() is False.",
          "SEEN 1: python_reference 6"),
    Guess("Python", "Frame and content of a window are the same rectangle.", "chosen: nothing is drawn"),
    Guess("Python", "tkinter's file dialogs and messages take prepared answers.", "chosen: they would wait"),
    Guess("Python", "Listeners are called only when `fire` is, with flags 0.", "chosen"),
    Guess("Python", "Modules of a script that use DigitalMicrograph are imported anew in each run.",
          "milder than DM, which keeps them: python_reference 3"),
)


def python_inventory():
    """(simulated, known but not simulated): names of DM's Python module, methods as Class.Method."""
    from offline_reference.virtual_dm import digitalmicrograph
    from offline_reference.virtual_dm.python import inventory
    from offline_reference.virtual_dm.python.functions import Functions

    known = {name: hasattr(Functions, name) for name in inventory.FUNCTIONS}
    for class_name, methods in inventory.METHODS.items():
        simulated = digitalmicrograph.SIMULATED.get(class_name)
        known.update({f"{class_name}.{name}": hasattr(simulated, name) for name in methods})
    return [name for name, there in known.items() if there], [name for name, there in known.items() if not there]
