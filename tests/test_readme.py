"""README is typed by people who trust it: its commands run here, in its order, in one folder."""
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from offline_reference import files, simulate

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
EXAMPLES = ROOT / "docs" / "examples"
SHELLS = ("console", "sh", "bash", "shell")
DATA = (".dm4", ".npy")  # what a reader of README has on disk and a test must make

# Commands that cannot run inside the tests, each with where they do run. A pattern matches a whole command.
RUN_ELSEWHERE = {
    r'pip install "?\.(\[test\])?"?': ".ci/run, in a fresh environment",
    r"(python3? -m )?pip install --no-deps \S+": ".ci/run, in Python 3.7 and 3.10",
    r"(python3? -m )?pytest( .*)?": "this is it",
    r"bash \.ci/run": "this is part of it",
    r"git clone \S+": "a copy is already here",
    r"cd \S+": "a copy is already here",
}


def readme():
    return README.read_text(encoding="utf-8")


def fenced(markdown):
    """The text of each code fence that holds shell commands."""
    for language, text in re.findall(r"^```(\w*)[^\n]*\n(.*?)^```", markdown, re.MULTILINE | re.DOTALL):
        if language in SHELLS:
            yield language, text


def commands(markdown):
    """Every single command that README shows, as one typed it: prompts, comments and printed output taken off."""
    for language, text in fenced(markdown):
        for line in text.replace("\\\n", " ").splitlines():
            if language == "console" and not line.startswith("$ "):
                continue  # what the command printed
            typed = shlex.join(shlex.split(line.removeprefix("$ "), comments=True))
            typed = typed.replace("'&&'", "&&")
            yield from (part.strip() for part in typed.split("&&") if part.strip())


def runs_elsewhere(command):
    plain = command.replace("'", "")
    return any(re.fullmatch(pattern, plain) for pattern in RUN_ELSEWHERE)


def arguments(command):
    """What follows the program's name, or None if the program is not ours."""
    for name in ("dm-nmf", "python -m offline_reference", "python3 -m offline_reference"):
        if command == name or command.startswith(name + " "):
            return shlex.split(command[len(name) :])
    return None


def put_the_readers_files(arguments, folder):
    """Make a small scan under each name that README leaves to the reader, and copy the example scripts it names.

    Output names are the command's own.
    """
    options = ("-o", "--out", "--output")
    named = [word for before, word in zip([""] + arguments, arguments) if before not in options]
    for word in named:
        path = folder / word
        if path.suffix in DATA and not path.exists():
            write_a_small_scan(path)
        if (EXAMPLES / word).is_file():
            shutil.copy(EXAMPLES / word, path)


def write_a_small_scan(path):
    scan = simulate.crystals_in_amorphous(scan=(14, 12), detector=(32, 34), n_crystals=2, seed=5)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".npy":
        np.save(path, scan.pixels)
        return
    n_v, n_u, n_y, n_x = scan.pixels.shape
    axes = {
        "v": files.Axis("v", n_v, scan.detector_step_per_nm, units="1/nm"),
        "u": files.Axis("u", n_u, scan.detector_step_per_nm, units="1/nm"),
        "y": files.Axis("y", n_y, scan.scan_step_nm, units="nm"),
        "x": files.Axis("x", n_x, scan.scan_step_nm, units="nm"),
    }
    files.write_dm4(path, scan.pixels, "vuyx", axes)


def run(arguments, folder):
    program = [sys.executable, "-m", "offline_reference"]
    environment = dict(os.environ, PYTHONPATH=str(ROOT))  # the code being edited
    return subprocess.run([*program, *arguments], cwd=folder, env=environment, capture_output=True, text=True)


def test_every_command_that_readme_shows_works(tmp_path):
    """All in one folder and in README's order, for a later command may use what an earlier one wrote."""
    tried = []
    for command in commands(readme()):
        if runs_elsewhere(command):
            continue
        words = arguments(command)
        assert words is not None, f"README shows `{command}`, which no test runs: add it to RUN_ELSEWHERE with a reason"
        put_the_readers_files(words, tmp_path)
        answer = run(words, tmp_path)
        assert answer.returncode == 0, f"README shows `{command}`, which fails:\n{answer.stdout}{answer.stderr}"
        tried.append(command)
    assert tried, "README shows no dm-nmf command in a fence marked sh or console"


@pytest.mark.parametrize("line", ["pip install . && dm-nmf demo", 'pip install ".[test]" && pytest'])
def test_readme_shows_the_two_lines_that_a_newcomer_needs(line):
    assert any(line in text for _, text in fenced(readme())), f"README does not show `{line}` in a fence marked sh"


def test_what_readme_links_to_exists():
    links = re.findall(r"\]\(([^)\s]+)\)", readme()) + re.findall(r'(?:src|href)="([^"]+)"', readme())
    inside = [link.split("#")[0] for link in links if not re.match(r"[a-z]+:|#", link)]
    missing = [link for link in inside if not (ROOT / link).exists()]
    assert not missing, f"README links to what is not here: {', '.join(missing)}"


def test_commands_are_taken_from_shell_fences_alone():
    """Guards the reader above: prompts, comments, continued lines, printed output and other languages."""
    markdown = (
        "```sh\npip install . && dm-nmf demo   # under a minute\ndm-nmf factorize a.dm4 \\\n    -n 4\n```\n"
        "```console\n$ dm-nmf info a.dm4\naxes: v, u, y, x\n```\n"
        "```python\nimport numpy\n```\n"
    )
    shown = ["pip install .", "dm-nmf demo", "dm-nmf factorize a.dm4 -n 4", "dm-nmf info a.dm4"]
    assert list(commands(markdown)) == shown
    assert [runs_elsewhere(command) for command in shown] == [True, False, False, False]
    assert arguments("rm -rf results") is None
