"""Writes FIDELITY.md: what virtual_dm simulates, on which evidence, what is guessed, and what is not there.

    python -m offline_reference.virtual_dm.fidelity           # writes the page
    python -m offline_reference.virtual_dm.fidelity --check   # says whether it is current
"""
import importlib
import sys
from pathlib import Path

from offline_reference.virtual_dm import registry
from offline_reference.virtual_dm.digitalmicrograph import SIMULATED
from offline_reference.virtual_dm.guesses import GUESSES
from offline_reference.virtual_dm.python import inventory
from offline_reference.virtual_dm.python.functions import Functions
from offline_reference.virtual_dm.script import catalogue
from offline_reference.virtual_dm.script.facts import FACTS
from offline_reference.virtual_dm.switches import SWITCHES

PAGE = Path(__file__).parent / "FIDELITY.md"
HEAD = """# Fidelity of virtual_dm

What stands here comes from the code; `python -m offline_reference.virtual_dm.fidelity` writes it anew. Nothing was
compared with a real DigitalMicrograph yet.

Evidence: DOCUMENTED = Gatan says so; SDK = the prototype is in Gatan's software development kit, the behaviour follows
from its name or its one-line description; SEEN n = used in public scripts that run on DM (f = files, r = repositories,
a = authors); INFERRED = deduced from such facts; RECALLED = hearsay. A guess is what no source says: do not build on it
without a test on your microscope. Numbers such as 3.1 are sections of this project's collection of facts about DM
(script_reference, python_reference), from which catalogue.tsv was taken.
"""


def page():
    """The text of FIDELITY.md."""
    registry.load_builtins()
    guessed = [_switches(), _language(), _workspace(), _guesses()]
    return "\n".join([HEAD, _summary(), *guessed, _functions(), _missing(), _python_door()])


def _all_functions():
    return [function for twins in registry.FUNCTIONS.values() for function in twins]


def _missing_names():
    return sorted(
        (entries[0] for name, entries in catalogue.all_entries().items() if name not in registry.FUNCTIONS),
        key=lambda entry: entry.name.lower(),
    )


def _summary():
    n_python = [_python_counts(name) for name in [None, *inventory.METHODS]]
    return (
        f"DM-script: {len(registry.FUNCTIONS)} functions are simulated (in {len(_all_functions())} forms), "
        f"{len(_missing_names())} more are known and stop the run. Python: {sum(n for n, _ in n_python)} of "
        f"{sum(n for _, n in n_python)} functions and methods are simulated.\n"
    )


def _table(columns, rows):
    lines = [f"| {' | '.join(columns)} |", "|" + " --- |" * len(columns)]
    lines += [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def _cell(text):
    return str(text).replace("|", "\\|").replace("\n", " ").strip()


def _code(text):
    return f"`{text}`"


def _switches():
    rows = [
        (_code(s.name), " / ".join(s.alternatives), s.door, "yes" if s.contested else "", s.doc, s.evidence)
        for s in SWITCHES
    ]
    columns = ("switch", "values, default first", "door", "contested", "what it decides", "evidence")
    return "## Contested behaviours: switches\n\n" + _table(columns, rows)


def _language():
    rows = [(fact.rule, fact.evidence, fact.guess) for fact in FACTS]
    return "## The language\n\n" + _table(("rule", "evidence (section of the reference)", "guessed"), rows)


def _workspace():
    rows = [(guess.part, guess.doc, guess.evidence) for guess in GUESSES]
    return "## Guesses behind the workspace and the Python door\n\n" + _table(("part", "behaviour", "evidence"), rows)


def _guesses():
    """Guesses once more, by function, so that a user can look a script's functions up."""
    found = {}
    for function in _all_functions():
        if function.guess:
            found.setdefault(function.guess, set()).add(function.name)
    rows = sorted((", ".join(sorted(names, key=str.lower)), guess) for guess, names in found.items())
    return "## Guessed behaviours of functions\n\n" + _table(("functions", "what is only a guess"), rows)


def _functions():
    families = {}
    for function in _all_functions():
        families.setdefault(function.run.__module__, []).append(function)
    text = "## Simulated functions\n"
    for module in sorted(families):
        title = importlib.import_module(module).__doc__.strip().splitlines()[0]
        rows = sorted(((_code(f.signature), f.evidence) for f in families[module]), key=lambda row: row[0].lower())
        text += f"\n### {module.rpartition('.')[2]}: {title}\n\n" + _table(("prototype", "evidence"), rows)
    return text


def _missing():
    names = ", ".join(f"{entry.name} ({entry.evidence})" for entry in _missing_names())
    return f"## Known to DM, not simulated\n\nA call stops the run.\n\n{names}\n"


def _python_counts(class_name):
    """How many of a class's methods (of the module's functions for None) are simulated, and how many there are."""
    names, missing = _python_names(class_name)
    return len(names) - len(missing), len(names)


def _python_names(class_name):
    if class_name is None:
        return inventory.FUNCTIONS, [name for name in inventory.FUNCTIONS if not hasattr(Functions, name)]
    simulated = SIMULATED.get(class_name)
    names = inventory.METHODS[class_name]
    return names, [name for name in names if not hasattr(simulated, name)]


def _python_door():
    rows = []
    for name in [None, *inventory.METHODS]:
        n_simulated, n_known = _python_counts(name)
        missing = ", ".join(_python_names(name)[1])
        rows.append((name or "functions of the module", f"{n_simulated} of {n_known}", missing))
    return "## The Python module DigitalMicrograph\n\n" + _table(("class", "simulated", "known, not simulated"), rows)


def main(arguments):
    text = page()
    if "--check" in arguments:
        is_current = PAGE.exists() and PAGE.read_text(encoding="utf-8") == text
        print("FIDELITY.md is current." if is_current else "FIDELITY.md is not current: run this without --check.")
        return 0 if is_current else 1
    PAGE.write_text(text, encoding="utf-8")
    print(f"{PAGE.name}: {len(text.splitlines())} lines")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
