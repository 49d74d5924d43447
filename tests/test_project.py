"""What is written down more than once about the project is the same everywhere."""
import re
import tomllib
from pathlib import Path

import offline_reference

ROOT = Path(__file__).resolve().parent.parent


def test_the_citation_names_the_version_of_the_code():
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {offline_reference.__version__}\n" in citation


def test_the_changelog_starts_with_the_version_of_the_code():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## (\S+)", changelog, re.MULTILINE).group(1) == offline_reference.__version__


def test_every_desktop_requirement_is_pinned_for_ci():
    pins = {normal(line.split("==")[0]) for line in lines("constraints.txt") if "==" in line}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = project["dependencies"] + project["optional-dependencies"]["test"]
    missing = {normal(re.match(r"[\w.-]+", requirement).group()) for requirement in asked} - pins
    assert not missing, f"constraints.txt pins no version of {', '.join(sorted(missing))}: its first lines say how to"


def test_every_desktop_requirement_falls_away_in_the_python_of_dm():
    """A marker forgotten would make an install into DigitalMicrograph pull scipy or upgrade NumPy."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    unmarked = [one for one in project["dependencies"] if "python_version >= '3.11'" not in one]
    assert unmarked == ["numpy>=1.18; python_version < '3.11'"]


def lines(name):
    return (ROOT / name).read_text(encoding="utf-8").splitlines()


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()
