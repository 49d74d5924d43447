"""An .npy needs no optional package: with NumPy alone there are numbers, if no pictures."""
import json
import subprocess
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
BLOCK = """
import sys
from importlib.machinery import PathFinder

class Poor(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name.split(".")[0] in {packages!r} else super().find_spec(name, path, target)

sys.meta_path[sys.meta_path.index(PathFinder)] = Poor
from offline_reference.cli import main
sys.exit(main(sys.argv[1:]))
"""
OPTIONAL = ("rsciio", "h5py", "matplotlib", "jinja2", "rich", "scipy", "sklearn", "dask", "zarr", "hdf5plugin", "nion",
            "nionswift_plugin", "threadpoolctl", "lark", "tifffile", "PIL")


def without(packages, *words, cwd):
    return subprocess.run([sys.executable, "-c", BLOCK.format(packages=packages), *map(str, words)], cwd=cwd,
                          capture_output=True, text=True, env={"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"})


def test_with_numpy_alone_an_npy_is_factorized_and_the_numbers_written(npy, workplace):
    answer = without(OPTIONAL, "factorize", npy(), "--order", "vuyx", "-n", 2, "--max-iter", 5, "-o", "out",
                     cwd=workplace)
    assert answer.returncode == 0, answer.stderr
    assert {path.name for path in (workplace / "out").iterdir()} == {"factors.npz", "result.json"}
    assert answer.stdout.count("pip install") == 2  # before the work and after it
    record = json.loads((workplace / "out" / "result.json").read_text())
    assert record["parameters"]["n_components"] == 2 and len(record["mse_history"]) == 5
    assert any("matplotlib" in warning for warning in record["warnings"])
    with np.load(workplace / "out" / "factors.npz") as arrays:
        assert arrays["diffractions"].shape == (2, 14, 16) and arrays["maps"].shape == (2, 10, 12)


def test_pca_says_which_package_is_missing(npy, workplace):
    answer = without(("matplotlib",), "pca", npy(), "--order", "vuyx", cwd=workplace)
    assert answer.returncode == 2
    assert answer.stderr == ("dm-nmf: this needs the package matplotlib, which is not installed: pip install "
                             "matplotlib\n")
    assert [path.name for path in workplace.iterdir()] == ["counts.npy"]
