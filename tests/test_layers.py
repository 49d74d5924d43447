"""Who may import whom: the table of style.md, read from every import statement of the code.

An import inside a function counts like one at the top, for it fails at the microscope just the same.
"""
import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("offline_reference", "dm_python")

# Layer -> what its files may import besides the standard library and their own layer. A layer is a file or a folder
# (then with all below it). The bare "offline_reference" is the version alone and everyone may ask for that.
DM = {"numpy", "offline_reference.numerics"}
DESKTOP = {"numpy", "offline_reference.numerics"}
SHOWING = {"offline_reference.files", "offline_reference.figures", "offline_reference.clustering"}
ALLOWED = {
    "dm_python": DM,
    "dm_python/bridge": DM | {"dm_python", "DigitalMicrograph"},
    "dm_python/nmf_sklearn": DM | {"dm_python", "sklearn"},
    "offline_reference/__init__": set(),
    "offline_reference/__main__": {"offline_reference.cli"},
    "offline_reference/numerics": {"numpy"},
    "offline_reference/virtual_dm": {"numpy"},
    "offline_reference/simulate": DESKTOP,
    "offline_reference/files": DESKTOP | {"rsciio", "nion", "nionswift_plugin", "h5py", "hdf5plugin", "zarr", "dask"},
    "offline_reference/figures": DESKTOP | {"matplotlib"},
    "offline_reference/estimator": DESKTOP | {"scipy", "sklearn"},
    "offline_reference/clustering": DESKTOP | {"scipy"},
    "offline_reference/hyperspy_signals": DESKTOP | {"offline_reference.files", "offline_reference.lazy", "hyperspy"},
    "offline_reference/claims": DESKTOP | {"offline_reference.simulate", "offline_reference.clustering", "sklearn"},
    "offline_reference/lazy": DESKTOP | SHOWING | {"dask", "distributed"},
    "offline_reference/report": DESKTOP | SHOWING | {"jinja2"},
    "offline_reference/cli": {"offline_reference", "numpy", "rich", "threadpoolctl", "sklearn", "scipy", "dask"},
}
OLD_PYTHON = ("offline_reference/__init__", "offline_reference/numerics", "dm_python")  # what runs inside DM


def code_files():
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def layer_of(file):
    """The longest entry of the table that is this file or a folder above it, or None."""
    return max((layer for layer in ALLOWED if belongs(file, layer)), key=len, default=None)


def belongs(file, place):
    return file == place + ".py" or file.startswith(place + "/")


def runs_inside_dm(file):
    return any(belongs(file, place) for place in OLD_PYTHON)


def parse(source, file):
    """DM's Python may be 3.7, so what runs there is read with that grammar."""
    return ast.parse(source, file, feature_version=(3, 7) if runs_inside_dm(file) else None)


def imported(tree, file):
    """Absolute dotted names that a file imports, at the top or inside a function."""
    package = Path(file).parent.parts
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            origin = ".".join(above + ((node.module,) if node.module else ()))
            for alias in node.names:
                yield origin + "." + alias.name if is_module(origin, alias.name) else origin
        elif isinstance(node, ast.Call) and called(node.func) in ("import_module", "__import__"):
            yield from (part.value for part in node.args[:1] if isinstance(part, ast.Constant))


def is_module(origin, name):
    """Whether `from origin import name` brings a module of ours rather than something defined in origin."""
    if not origin.startswith(PACKAGES):
        return False
    place = ROOT.joinpath(*origin.split("."), name)
    return place.is_dir() or place.with_suffix(".py").is_file()


def called(function):
    return getattr(function, "attr", getattr(function, "id", None))


def allowed(name, file):
    first = name.split(".")[0]
    if first in sys.stdlib_module_names or name == "offline_reference":
        return True
    layer = layer_of(file)
    own = layer.replace("/", ".")
    return any(name == one or name.startswith(one + ".") for one in {own, *ALLOWED[layer]})


def strangers(source, file):
    return sorted({name for name in imported(parse(source, file), file) if not allowed(name, file)})


@pytest.mark.parametrize("path", code_files(), ids=name_of)
def test_every_file_imports_only_what_its_layer_may(path):
    file = name_of(path)
    assert layer_of(file), (
        f"{file} belongs to no layer: move it into one that style.md draws, or give it a line in style.md's table "
        "and in ALLOWED of this test"
    )
    found = strangers(path.read_text(encoding="utf-8"), file)
    assert not found, f"{file} imports {', '.join(found)}: move the code, or argue for a new arrow in style.md"


def test_what_runs_inside_dm_keeps_to_the_python_3_7_library():
    """The grammar is checked above by parsing; vermin knows when each function of the standard library came."""
    files = [str(path) for path in code_files() if runs_inside_dm(name_of(path))]
    vermin = [sys.executable, "-c", "import vermin; vermin.main()", "--no-tips", "--violations", "-t=3.7-", *files]
    answer = subprocess.run(vermin, capture_output=True, text=True)
    assert answer.returncode == 0, (
        "this needs a newer Python than the 3.7 that DigitalMicrograph may have: write it another way\n"
        f"{answer.stdout}{answer.stderr}"
    )


@pytest.mark.parametrize(
    "file, source, stranger",
    [
        ("offline_reference/numerics/pca.py", "import scipy.linalg", "scipy.linalg"),
        ("offline_reference/numerics/pca.py", "def f():\n    from .. import files", "offline_reference.files"),
        ("offline_reference/virtual_dm/images.py", "from ..numerics import polar", "offline_reference.numerics.polar"),
        ("offline_reference/files.py", "from offline_reference import simulate", "offline_reference.simulate"),
        ("offline_reference/report/page.py", "from offline_reference import cli", "offline_reference.cli"),
        ("offline_reference/lazy.py", "__import__('offline_reference.cli')", "offline_reference.cli"),
        ("dm_python/nmf_constrained.py", "import DigitalMicrograph as DM", "DigitalMicrograph"),
        ("dm_python/nmf_constrained.py", "from offline_reference import files", "offline_reference.files"),
    ],
)
def test_a_forbidden_import_is_found(file, source, stranger, monkeypatch):
    """Guards the guard: each kind of import statement, in a layer that must not have it."""
    monkeypatch.setattr(sys.modules[__name__], "is_module", lambda origin, name: origin.startswith(PACKAGES))
    assert strangers(source, file) == [stranger]


def test_newer_grammar_is_refused_where_dm_must_read_it():
    with pytest.raises(SyntaxError):
        parse("if (n := 3): pass", "offline_reference/numerics/pca.py")
    parse("if (n := 3): pass", "offline_reference/simulate.py")
