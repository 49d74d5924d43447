"""The notebooks in docs run, without Jupyter: their cells in order, in a fresh namespace and an empty folder."""
import contextlib
import io
import json
import re
import warnings
from pathlib import Path

import matplotlib
import numpy as np
import pytest

DOCS = Path(__file__).resolve().parent.parent / "docs"
NOTEBOOKS = sorted(DOCS.glob("*.ipynb"))
NUMBER = r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?"


def cells_of(path):
    """(source, stored outputs) of each code cell."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return [("".join(cell["source"]), cell["outputs"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


def printed_in(outputs):
    return "".join("".join(output["text"]) for output in outputs if output["output_type"] == "stream")


def words_and_numbers(text):
    return re.sub(NUMBER, "#", text), np.array(re.findall(NUMBER, text), dtype=float)


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Executes a notebook's code cells and gives back its namespace and what each cell printed."""
    from matplotlib import pyplot

    monkeypatch.chdir(tmp_path)
    backend = matplotlib.get_backend()
    matplotlib.use("Agg")

    def run(path):
        namespace, printed = {"__name__": "__main__"}, []
        for number, (source, _) in enumerate(cells_of(path), start=1):
            with contextlib.redirect_stdout(io.StringIO()) as text:
                exec(compile(source, f"{path.name}, code cell {number}", "exec"), namespace)
            printed.append(text.getvalue())
        return namespace, printed

    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)  # a reader would see them
        yield run
    pyplot.close("all")
    matplotlib.use(backend)


def test_the_hyperspy_notebook_finds_the_crystals_and_prints_what_is_stored_in_it(run, tmp_path):
    path = DOCS / "hyperspy.ipynb"
    namespace, printed = run(path)
    assert min(namespace["agreement"]) > 0.99  # maps against the truth
    assert namespace["clusters"].n_clusters == 3  # the matrix and two crystals, each turned three ways
    assert {one.name for one in tmp_path.iterdir()} == {"scan.hspy", "diffractions.hspy", "maps.hspy"}
    for (source, outputs), now in zip(cells_of(path), printed):
        stored, found = words_and_numbers(printed_in(outputs)), words_and_numbers(now)
        assert stored[0] == found[0], f"run {path.name} anew and save it, for this prints something else:\n{source}"
        np.testing.assert_allclose(found[1], stored[1], rtol=0.02, atol=0.02)  # printed digits, and whole degrees


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_is_small_and_stored_as_it_ran(path):
    assert path.stat().st_size < 300_000
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    ran = [cell["execution_count"] for cell in cells if cell["cell_type"] == "code"]
    assert ran == list(range(1, len(ran) + 1)), f"restart {path.name}, run all of it, and save it"
    outputs = [output for cell in cells if cell["cell_type"] == "code" for output in cell["outputs"]]
    assert {output["output_type"] for output in outputs} <= {"stream", "display_data", "execute_result"}
    assert not any(output.get("name") == "stderr" for output in outputs), f"{path.name} shows a warning"
    assert any("image/png" in output.get("data", {}) for output in outputs)
    assert not re.search(r"/(home|root|tmp|Users)/|site-packages", json.dumps([one.get("text") for one in outputs]))
