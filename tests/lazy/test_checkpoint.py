"""A run that was killed goes on where it was, and ends with the bits of a run that was not."""
import json

import numpy as np
import pytest

from offline_reference.lazy.checkpoint import Checkpoint
from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.methods import nmf_als, nmf_constrained, nmf_hals
from offline_reference.simulate import crystals_in_amorphous

ABOUT = {"file": "scan.dm4", "seed": 3}


class Killed(Exception):
    pass


def counts():
    return crystals_in_amorphous(scan=(12, 14), detector=(18, 16), seed=9).pixels


def killed_after(last):
    iterations = []

    def progress(iteration, _, mse):
        iterations.append(iteration)
        if len(iterations) > last:
            raise Killed
    return progress, iterations


@pytest.mark.parametrize("method, options", [
    (nmf_als, {}), (nmf_hals, {"solver": "compressed"}), (nmf_constrained, {"cutoff": 0.2}),
    (nmf_constrained, {"cutoff": 0.2, "constrain_diffractions": False}), (nmf_constrained, {"tol": 1e-3}),
])
@pytest.mark.parametrize("last", [1, 7, 23])
def test_a_killed_run_goes_on_and_ends_the_same(method, options, last, tmp_path):
    whole = method(counts(), 4, max_iter=24, seed=3, **options)
    progress, made = killed_after(last)
    try:
        method(counts(), 4, max_iter=24, seed=3, progress=progress, checkpoint=Checkpoint(tmp_path, ABOUT), **options)
    except Killed:
        pass
    again = []
    resumed = method(counts(), 4, max_iter=24, seed=3, checkpoint=Checkpoint(tmp_path, ABOUT),
                     progress=lambda iteration, *_: again.append(iteration), **options)
    assert (resumed.diffractions == whole.diffractions).all() and (resumed.maps == whole.maps).all()
    assert (resumed.mse_history == whole.mse_history).all()
    assert resumed.events == whole.events and resumed.stopped == whole.stopped
    if whole.n_iter > last:  # the iteration in which it was killed is made again, and none before it
        assert again[0] == made[-1]


def test_the_state_of_another_run_is_refused(tmp_path):
    Checkpoint(tmp_path, ABOUT)
    with pytest.raises(RefusedError, match="state of another run .seed was 3 and is 4.: name another folder"):
        Checkpoint(tmp_path, {**ABOUT, "seed": 4})


def test_a_folder_of_other_files_is_refused_and_left_alone(tmp_path):
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(RefusedError, match="holds other files and no state of a run"):
        Checkpoint(tmp_path, ABOUT)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_state_that_could_not_be_written_leaves_the_last_one(tmp_path, monkeypatch):
    checkpoint = Checkpoint(tmp_path, ABOUT)
    nmf_als(counts(), 2, max_iter=3, checkpoint=checkpoint)
    before = checkpoint.load()

    def full_disk(*_, **__):
        raise OSError(28, "No space left on device")
    monkeypatch.setattr(np, "savez", full_disk)
    with pytest.raises(OSError):
        checkpoint.save(before)
    monkeypatch.undo()
    assert len(checkpoint.load()["history"]) == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.npz", "run.json"]


def test_nothing_is_left_when_the_run_is_over(tmp_path):
    folder = tmp_path / "state"
    checkpoint = Checkpoint(folder, ABOUT)
    assert not checkpoint.has_state() and json.loads((folder / "run.json").read_text()) == ABOUT
    nmf_als(counts(), 2, max_iter=3, checkpoint=checkpoint)
    assert checkpoint.has_state()
    checkpoint.remove()
    assert not folder.exists()
