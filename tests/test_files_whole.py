"""A file or folder appears whole or not at all, whatever goes wrong on the way."""
import errno
import os

import pytest

from offline_reference import files
from offline_reference.numerics.errors import RefusedError
from tests.example_4d import AXES, pixels_4d


def write_result(folder, text="new"):
    (folder / "result.json").write_text(text)


def old_result(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    write_result(out, "old")
    (out / "stale.png").write_text("old")
    return out


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_folder_appears_at_the_end_and_not_before(tmp_path):
    with files.whole_folder(tmp_path / "out") as unfinished:
        write_result(unfinished)
        assert not (tmp_path / "out").exists()
        assert unfinished.parent == tmp_path
    assert names(tmp_path) == ["out"]
    assert (tmp_path / "out" / "result.json").read_text() == "new"


def test_a_folder_has_the_permissions_of_any_new_folder(tmp_path):
    with files.whole_folder(tmp_path / "out"):
        pass
    (tmp_path / "usual").mkdir()
    assert (tmp_path / "out").stat().st_mode == (tmp_path / "usual").stat().st_mode


@pytest.mark.parametrize("failure", [RuntimeError("bug"), KeyboardInterrupt(), MemoryError(), SystemExit(1)])
@pytest.mark.parametrize("overwrite", [False, True])
def test_nothing_is_left_behind_and_the_old_survives_when_the_block_fails(tmp_path, failure, overwrite):
    kept = {}
    if overwrite:
        kept = {path.name: path.read_text() for path in old_result(tmp_path).iterdir()}
    with pytest.raises(type(failure)), files.whole_folder(tmp_path / "out", overwrite) as unfinished:
        write_result(unfinished)
        raise failure
    assert names(tmp_path) == (["out"] if overwrite else [])
    if overwrite:
        assert {path.name: path.read_text() for path in (tmp_path / "out").iterdir()} == kept


FULL = [
    OSError(errno.ENOSPC, "No space left on device"),
    OSError(errno.EDQUOT, "Disk quota exceeded"),
    OSError("Can't write data (file write failed: errno = 28, error message = 'No space left on device')"),
    RuntimeError("Can't decrement id ref count (file write failed: error message = 'No space left on device')"),
    OSError("640000 requested and 524224 written"),
]


@pytest.mark.parametrize("full", FULL, ids=["disk", "quota", "hdf5", "hdf5 at closing", "numpy"])
def test_a_full_disk_is_a_refusal_that_leaves_nothing(tmp_path, full):
    with pytest.raises(RefusedError, match="the disk is full: .* nothing was left behind. Free some space"):
        with files.whole_folder(tmp_path / "out") as unfinished:
            write_result(unfinished)
            raise full
    assert names(tmp_path) == []


def test_a_full_disk_is_told_of_the_folder_that_was_asked_for_and_not_of_a_file_inside(tmp_path):
    with pytest.raises(RefusedError) as refusal:
        with files.whole_folder(tmp_path / "out") as unfinished, files.whole_file(unfinished / "maps.hspy"):
            raise FULL[0]
    assert "no room for '{}'".format(tmp_path / "out") in str(refusal.value)
    assert names(tmp_path) == []


def test_another_system_error_stays_what_it_is(tmp_path):
    with pytest.raises(OSError, match="cable"), files.whole_folder(tmp_path / "out"):
        raise OSError(errno.EIO, "cable")
    assert names(tmp_path) == []


def test_an_existing_folder_is_refused_unasked(tmp_path):
    old_result(tmp_path)
    with pytest.raises(RefusedError, match="exists already .*--overwrite"), files.whole_folder(tmp_path / "out"):
        pytest.fail("the block ran")
    assert (tmp_path / "out" / "result.json").read_text() == "old"


def test_an_old_result_is_replaced_when_asked_and_none_of_it_stays(tmp_path):
    old_result(tmp_path)
    with files.whole_folder(tmp_path / "out", overwrite=True) as unfinished:
        write_result(unfinished)
    assert names(tmp_path) == ["out"]
    assert names(tmp_path / "out") == ["result.json"]
    assert (tmp_path / "out" / "result.json").read_text() == "new"


def test_an_empty_folder_is_replaced_when_asked(tmp_path):
    (tmp_path / "out").mkdir()
    with files.whole_folder(tmp_path / "out", overwrite=True) as unfinished:
        write_result(unfinished)
    assert names(tmp_path / "out") == ["result.json"]


def test_a_folder_of_other_work_is_not_replaced_even_when_asked(tmp_path):
    """dm-nmf factorize ... -o ~/Documents --overwrite must not be the end of ~/Documents."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.tex").write_text("years")
    with pytest.raises(RefusedError, match="no folder of results"):
        with files.whole_folder(tmp_path / "out", overwrite=True):
            pytest.fail("the block ran")
    assert (tmp_path / "out" / "thesis.tex").read_text() == "years"


def test_the_old_folder_comes_back_when_the_last_step_fails(tmp_path, monkeypatch):
    out = old_result(tmp_path)
    rename = os.rename

    def fail_at_new(source, target):
        if ".unfinished-" in str(source):
            raise OSError(errno.EIO, "cable")
        rename(source, target)

    monkeypatch.setattr(os, "rename", fail_at_new)
    with pytest.raises(OSError, match="cable"), files.whole_folder(out, overwrite=True) as unfinished:
        write_result(unfinished)
    assert names(tmp_path) == ["out"]
    assert (out / "result.json").read_text() == "old"


def test_a_missing_parent_is_refused(tmp_path):
    with pytest.raises(RefusedError, match="does not exist: make it first"), files.whole_folder(tmp_path / "a" / "b"):
        pytest.fail("the block ran")
    assert names(tmp_path) == []


def test_a_parent_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RefusedError, match="is a file and no folder"), files.whole_folder(tmp_path / "file" / "out"):
        pytest.fail("the block ran")


def test_a_file_in_the_folders_place_is_refused(tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(RefusedError, match="is a file, and a folder is to be written"):
        with files.whole_folder(tmp_path / "out", overwrite=True):
            pytest.fail("the block ran")


def test_a_place_without_permission_is_refused(tmp_path, monkeypatch):
    """Raised by hand: a test that runs as root may write anywhere."""
    def denied(*args, **kwargs):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("pathlib.Path.mkdir", denied)
    with pytest.raises(RefusedError, match="Permission denied.*choose a folder that you may write to"):
        with files.whole_folder(tmp_path / "out"):
            pytest.fail("the block ran")


@pytest.mark.parametrize("ending", [".dm4", ".hspy", ".zspy", ".npz", ".npy"])
def test_a_writer_that_fails_half_way_leaves_nothing_and_keeps_the_old_file(tmp_path, monkeypatch, ending):
    path = tmp_path / ("scan" + ending)
    files.write_4d(path, pixels_4d(seed=1), "vuyx", AXES)
    rename = os.rename

    def full(source, target):
        if ".unfinished-" in str(source):
            raise OSError(errno.ENOSPC, "No space left on device")
        rename(source, target)

    monkeypatch.setattr(os, "rename", full)
    with pytest.raises(RefusedError, match="the disk is full"):
        files.write_4d(path, pixels_4d(seed=2), "vuyx", AXES, overwrite=True)
    assert names(tmp_path) == [path.name]
    kept = files.read_4d(path, order="vuyx" if ending == ".npy" else None).pixels
    expected = pixels_4d(seed=1)
    assert (kept == (expected.transpose(2, 3, 0, 1) if ending in (".hspy", ".zspy") else expected)).all()


@pytest.mark.parametrize("ending", [".dm4", ".hspy", ".zspy", ".npz", ".npy"])
def test_an_existing_file_is_refused_unasked_and_replaced_when_asked(tmp_path, ending):
    path = tmp_path / ("scan" + ending)
    files.write_4d(path, pixels_4d("yxvu", seed=1), "yxvu", AXES)
    with pytest.raises(RefusedError, match="exists already and would be replaced"):
        files.write_4d(path, pixels_4d("yxvu", seed=2), "yxvu", AXES)
    files.write_4d(path, pixels_4d("yxvu", seed=3), "yxvu", AXES, overwrite=True)
    assert names(tmp_path) == [path.name]
    assert (files.read_4d(path, order="yxvu").pixels == pixels_4d("yxvu", seed=3)).all()


def test_a_folder_in_a_files_place_is_refused(tmp_path):
    (tmp_path / "scan.dm4").mkdir()
    with pytest.raises(RefusedError, match="is a folder, and a file is to be written"):
        files.write_dm4(tmp_path / "scan.dm4", pixels_4d(), "vuyx", AXES, overwrite=True)
