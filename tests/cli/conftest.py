"""Small simulated files, and the command line as a function."""
import shutil
from types import SimpleNamespace

import numpy as np
import pytest

from offline_reference import files
from offline_reference.cli import main, simulate
from offline_reference.simulate import crystals_in_amorphous

SCAN, DETECTOR = (10, 12), (14, 16)  # unequal, so that swapped axes cannot pass


@pytest.fixture(scope="session")
def simulation():
    return crystals_in_amorphous(scan=SCAN, detector=DETECTOR, n_crystals=1, dose=2e3, cutoff=0.3, seed=3)


@pytest.fixture(scope="session")
def _written(tmp_path_factory, simulation):
    """One .dm4 for all tests: it takes longest to write."""
    path = tmp_path_factory.mktemp("data") / "scan.dm4"
    files.write_dm4(path, simulation.pixels, simulation.order, simulate.axes_of(simulation),
                    {"voltage_kv": 200.0, "convergence_mrad": 1.5})
    return path


@pytest.fixture
def workplace(tmp_path, monkeypatch):
    """An empty folder to run in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def dm4(workplace, _written):
    """A calibrated 4D .dm4 in the workplace, scan fastest."""
    return shutil.copy(_written, workplace / "scan.dm4")


@pytest.fixture
def npy(workplace, simulation):
    """Write pixels, by default those of the simulation, as an .npy and return its name."""

    def write(pixels=None, name="counts.npy"):
        np.save(workplace / name, simulation.pixels if pixels is None else pixels)
        return name

    return write


@pytest.fixture
def run(capsys, workplace):
    """Run a command line; the answer has code, out, err and what is in the workplace now."""

    def command(*words):
        capsys.readouterr()
        code = main([str(word) for word in words])
        captured = capsys.readouterr()
        return SimpleNamespace(code=code, out=captured.out, err=captured.err)

    return command


@pytest.fixture
def refuses(run, workplace):
    """Check that a command line is refused in one line on stderr, with exit code 2, and leaves nothing."""

    def command(*words, saying):
        before = _tree(workplace)
        answer = run(*words)
        assert answer.code == 2
        assert answer.err.count("\n") == 1 and answer.err.endswith("\n")
        for phrase in [saying] if isinstance(saying, str) else saying:
            assert phrase in answer.err
        assert "Traceback" not in answer.err
        assert _tree(workplace) == before
        return answer

    return command


def _tree(folder):
    """Every file below a folder, hidden ones too, with its contents."""
    return {path.relative_to(folder): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}
