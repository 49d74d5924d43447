"""DM command: which copy of dm-nmf is in use, which versions it found, what is missing, whether NumPy is still DM's.

It answers also where half of an installation is missing, so it imports nothing of ours before it has looked.
"""
import importlib
import importlib.util
import os
import pkgutil
import sys
from collections import namedtuple

PACKAGES = ("dm_python", "offline_reference")

#: DM's application-wide tags: its own version, and the project's folder, which install_menu.s writes
VERSION_TAG = "Private:Configuration:ApplicationVersion_2"
FOLDER_TAG = "NMF 4D-STEM:Folder"

#: NumPy of a bare GMS, by the version of its Python: GMS 3.4 (and presumably 3.5), GMS 3.6
NUMPY_OF_DM = {(3, 7): "1.18.2", (3, 10): "1.23.5"}

#: packages that single commands can use, and what to do where they are missing; NumPy suffices for all others
OPTIONAL = (("scikit-learn", 'only nmf_sklearn needs it: pip install scikit-learn "numpy=={numpy}"'),
            ("scipy", "scikit-learn brings it"))

Row = namedtuple("Row", "what found verdict advice")
Row.__doc__ = """One line of the table: verdict is "ok", "note" (works all the same) or "PROBLEM"; advice may be ""."""

Report = namedtuple("Report", "rows text is_sound")
Report.__doc__ = """The table as rows and as text; is_sound is False if a row is a problem."""


def main(show=True):
    """Look at this Python.

    Parameters
    ----------
    show : bool
        Print the table.

    Returns
    -------
    Report
    """
    rows = []
    for look in (_rows_of_python, _rows_of_packages, _rows_of_modules, _rows_of_numpy, _rows_of_optional):
        rows += _rows_or_problem(look)
    report = Report(rows, as_table("dm-nmf: installation", rows), all(row.verdict != "PROBLEM" for row in rows))
    if show:
        print(report.text)
    return report


def from_menu():
    """Print the table: there is nothing to ask."""
    main()


def _rows_or_problem(look):
    """What one look found; one that fails must not keep the others from being told."""
    try:
        return look()
    except Exception as error:  # a folder that may not be read, NumPy that cannot be loaded
        return [Row(look.__name__.replace("_rows_of_", ""), "{}: {}".format(type(error).__name__, error), "PROBLEM",
                    "what this part looks at is broken: install it again")]


# -- this Python and DM -----------------------------------------------------------------------------------------------


def _rows_of_python():
    python = Row("Python", "{} in {}".format(sys.version.split()[0], sys.exec_prefix), "ok", "")
    try:
        version = _text_of_tag(VERSION_TAG)
    except Exception as error:  # no DM, or half an installation: then the rows below say what is missing
        return [python, Row("GMS", "no answer ({})".format(error), "note", "run this inside DM")]
    return [python, Row("GMS", version or "its tags do not tell the version", "ok" if version else "note", "")]


def _text_of_tag(path):
    """Text of one of DM's application-wide tags, "" if there is none."""
    from dm_python import bridge

    return bridge.DM.GetPersistentTagGroup().GetTagAsString(path)[1]


# -- which copy is in use ---------------------------------------------------------------------------------------------


def _rows_of_packages():
    """Where each of the two packages comes from, by which way it got there, and further copies that are not used."""
    folders = {name: _folder_of(name) for name in PACKAGES}
    rows = []
    for name in PACKAGES:
        if folders[name] is None:
            rows.append(Row(name, "not found", "PROBLEM", "copy this folder beside the other one, or install again"))
        else:
            rows.append(Row(name, "{} {}".format(folders[name], _way_into(folders[name])), "ok", ""))
    used = [folder for folder in folders.values() if folder is not None]
    if len({_same(folder) for folder in used}) > 1:
        rows.append(Row("two copies", "the two packages are from different folders", "PROBLEM",
                        "remove one copy: files of different versions do not fit together"))
    for folder in _other_copies(used):
        rows.append(Row("not used", "{} {}".format(folder, _way_into(folder)), "note",
                        "remove this copy if you do not need it, so that nobody changes the wrong one"))
    return rows + _row_of_version(folders["offline_reference"])


def _row_of_version(folder):
    """Version of the files, and of pip's record beside them if there is one."""
    if folder is None:
        return []
    version = importlib.import_module("offline_reference").__version__
    recorded = _versions_in(folder, "dm-nmf")
    if recorded and version not in recorded:
        return [Row("dm-nmf", "files {}, but pip recorded {}".format(version, ", ".join(recorded)), "PROBLEM",
                    "files were copied over an installation of pip: pip uninstall dm-nmf, then install one way")]
    return [Row("dm-nmf", version, "ok", "")]


def _folder_of(package):
    """The folder that holds a package, or None; the package is not imported."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        return None
    return os.path.dirname(os.path.dirname(os.path.abspath(spec.origin)))


def _way_into(folder):
    """How a folder comes to be searched, in words."""
    if _same(folder) == _same(_folder_of_menu()):
        return "(folder of the menu, written by install_menu.s)"
    for name, line in _lines_of_path_files():
        if os.path.isdir(line) and _same(line) == _same(folder):
            return "(path file {})".format(name)
    if _versions_in(folder, "dm-nmf"):
        return "(pip)"
    if os.path.basename(folder).lower() == "site-packages":
        return "(copied into site-packages)"
    if os.path.basename(folder).lower() == "plugins":
        return "(copied into DM's Plugins)"
    return "(sys.path of a script, or PYTHONPATH)"


def _folder_of_menu():
    """The folder in the persistent tag from which the menu items run, or ""."""
    try:
        return _text_of_tag(FOLDER_TAG)
    except Exception:  # no DM, or half an installation
        return ""


def _lines_of_path_files():
    """(file name, line) of all .pth files that Python reads at its start."""
    lines = []
    for folder in _site_packages():
        for name in sorted(os.listdir(folder)):
            if name.endswith(".pth"):
                with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
                    lines += [(name, line.strip()) for line in file if line.strip()]
    return lines


def _other_copies(used):
    """Folders of sys.path that hold one of our packages too."""
    known, others = {_same(folder) for folder in used}, []
    for folder in sys.path:
        has_one = any(os.path.isfile(os.path.join(folder, name, "__init__.py")) for name in PACKAGES)
        if folder and has_one and _same(folder) not in known:
            known.add(_same(folder))
            others.append(folder)
    return others


# -- whether it is whole ----------------------------------------------------------------------------------------------


def _rows_of_modules():
    """Import each of our modules: a copy that lost a file shows it here, not in the middle of an analysis."""
    names = []
    for package in ("dm_python", "offline_reference.numerics"):
        try:
            folders = importlib.import_module(package).__path__
        except ImportError as error:
            return [Row("modules", str(error), "PROBLEM", "copy the folders again, whole")]
        names += [package + "." + module.name for module in pkgutil.iter_modules(folders)]
    failures = [failure for failure in map(_failure_of, names) if failure]
    if failures:
        return [Row("modules", "; ".join(failures), "PROBLEM", "copy the folders again, whole, or run this inside DM")]
    return [Row("modules", "all {} can be imported".format(len(names)), "ok", "")]


def _failure_of(name):
    """Why a module cannot be imported, or ""."""
    try:
        importlib.import_module(name)
    except Exception as error:  # a broken file may raise anything
        return "{}: {}: {}".format(name, type(error).__name__, error)
    return ""


# -- other packages ---------------------------------------------------------------------------------------------------


def _rows_of_numpy():
    """NumPy must be the one that DM was built for."""
    import numpy

    loaded = numpy.__version__
    original = _numpy_of_environment() or NUMPY_OF_DM.get(sys.version_info[:2])
    if original is None:
        python = "Python {}.{} is none that GMS is known to have".format(*sys.version_info)
        return [Row("NumPy", loaded, "note", python)]
    if _numbers(loaded)[:2] > _numbers(original)[:2]:
        return [Row("NumPy", "{}, newer than DM's own {}".format(loaded, original), "PROBLEM",
                    "put DM's back: pip install --no-deps numpy=={}".format(original))]
    return [Row("NumPy", "{} (DM's own: {})".format(loaded, original), "ok", "")]


def _numpy_of_environment():
    """Version with which conda made this environment, or None: conda-meta keeps it even after pip changed NumPy."""
    folder = os.path.join(sys.prefix, "conda-meta")
    names = os.listdir(folder) if os.path.isdir(folder) else []
    versions = [name.split("-")[1] for name in names if name.startswith("numpy-") and name.endswith(".json")]
    versions = [version for version in versions if version[0].isdigit()]  # not numpy-base-...
    return min(versions, key=_numbers) if versions else None


def _rows_of_optional():
    import numpy

    rows = []
    for name, advice in OPTIONAL:
        versions = sorted({version for folder in sys.path for version in _versions_in(folder, name)})
        if versions:
            rows.append(Row(name, ", ".join(versions), "ok", ""))
        else:
            rows.append(Row(name, "not installed", "note", advice.format(numpy=numpy.__version__)))
    return rows


def _versions_in(folder, distribution):
    """Versions of a distribution that pip or conda recorded in a folder; nothing is imported."""
    wanted = distribution.lower().replace("-", "_")
    names = os.listdir(folder) if os.path.isdir(folder) else []
    parts = [name.rsplit(".", 1)[0].split("-") for name in names if name.endswith((".dist-info", ".egg-info"))]
    return [part[1] for part in parts if len(part) > 1 and part[0].lower().replace(".", "_") == wanted]


def _site_packages():
    return [folder for folder in sys.path if os.path.basename(folder) == "site-packages" and os.path.isdir(folder)]


def _same(folder):
    """A folder in the one spelling in which it can be compared."""
    return os.path.normcase(os.path.realpath(folder)) if folder else ""


def _numbers(version):
    """(1, 23, 5) of "1.23.5"; what is no number counts as 0."""
    return tuple(int(part) if part.isdigit() else 0 for part in version.split("."))


# -- the table --------------------------------------------------------------------------------------------------------


def as_table(title, rows):
    """Rows as text that reads well in a proportional font too: verdict first, advice on a line of its own."""
    lines = [title]
    for row in rows:
        lines.append("{:<8} {}: {}".format(row.verdict, row.what, row.found))
        if row.advice:
            lines.append("         -> {}".format(row.advice))
    return "\n".join(lines) + "\n"
