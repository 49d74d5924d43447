"""A file or folder appears whole or not at all: written under another name beside its place, then renamed."""
import errno
import os
import re
import secrets
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path

from offline_reference.numerics.errors import RefusedError

RESULT = "result.json"  # what makes a folder one of ours
NO_ROOM = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG)
# HDF5 gives words and no number; NumPy says how much it wanted to write and how much it could.
NO_ROOM_WORDS = re.compile(r"No space left on device|Disk quota exceeded|File too large|\d+ requested and \d+ written")


@contextmanager
def whole_folder(path, overwrite=False):
    """Lend an empty folder beside ``path``; it becomes ``path`` when the block ends well.

    Whatever ends the block otherwise (an error, Ctrl+C, a full disk), the lent
    folder is removed and what was at ``path`` stays as it was.

    Parameters
    ----------
    path : str or Path
        Where the folder is to appear.
    overwrite : bool
        Replace a folder of results that is there. Only an empty folder or one that
        holds a result.json is replaced, so that a slip of the hand loses no other work.

    Yields
    ------
    Path
        The folder to write into.

    Raises
    ------
    RefusedError
        If something is there already, the place cannot be written to, or the disk is full.
    """
    path = Path(path).resolve()
    refuse_taken_folder(path, overwrite)
    with _workshop(path) as shop:
        yield shop
        _put_in_place(shop, path)


@contextmanager
def whole_file(path, overwrite=False):
    """Lend a path in an empty folder beside ``path``; what is written there moves to ``path`` at the end.

    The same promises and refusals as `whole_folder`, for one file (or a .zspy, which is a folder to the system).
    """
    path = Path(path).resolve()
    if path.exists() and not overwrite:
        raise RefusedError(
            "'{}' exists already and would be replaced: choose another name, or ask for overwriting "
            "(--overwrite).".format(path))
    if path.is_dir() and path.suffix.lower() != ".zspy":
        raise RefusedError("'{}' is a folder, and a file is to be written: add a file name.".format(path))
    with _workshop(path) as shop:
        yield shop / path.name
        _put_in_place(shop / path.name, path)
        shop.rmdir()


@contextmanager
def _workshop(path):
    shop = _new_sibling(path)
    try:
        yield shop
    except BaseException as error:
        shutil.rmtree(shop, ignore_errors=True)
        if _is_full_disk(error):
            raise RefusedError(
                "the disk is full: there was no room for '{}', and nothing was left behind. Free some space or "
                "choose another place.".format(path)) from error
        raise


def _new_sibling(path):
    """An empty folder beside path: the same disk, so that renaming is one step."""
    shop = _sibling_name(path, "unfinished")
    try:
        shop.mkdir()
    except FileNotFoundError:
        raise RefusedError(
            "'{}' cannot be written, because the folder '{}' does not exist: make it first, or choose another "
            "place.".format(path, path.parent)) from None
    except NotADirectoryError:
        raise RefusedError(
            "'{}' cannot be written, because '{}' is a file and no folder: choose another place.".format(
                path, path.parent)) from None
    except OSError as error:
        if _is_full_disk(error):
            raise RefusedError("the disk is full: there is no room for '{}'. Free some space or choose another "
                               "place.".format(path)) from None
        raise RefusedError(
            "'{}' cannot be written ({}): choose a folder that you may write to.".format(
                path, error.strerror)) from None
    return shop


def _sibling_name(path, purpose):
    return path.with_name(".{}.{}-{}".format(path.name, purpose, secrets.token_hex(4)))


def _put_in_place(new, path):
    """Rename, and bring an old one back if that fails."""
    if not path.exists():
        os.rename(new, path)
        return
    old = _sibling_name(path, "replaced")
    os.rename(path, old)
    try:
        os.rename(new, path)
    except BaseException:
        os.rename(old, path)
        raise
    if old.is_dir():
        shutil.rmtree(old, ignore_errors=True)
    else:
        with suppress(OSError):  # Windows keeps a file that is still open somewhere
            old.unlink()


def refuse_taken_folder(path, overwrite):
    """Raise RefusedError where `whole_folder` would: to be asked before a long run rather than after it."""
    path = Path(path).resolve()
    if not path.exists():
        return
    if not path.is_dir():
        raise RefusedError("'{}' is a file, and a folder is to be written: choose another name.".format(path))
    if not overwrite:
        raise RefusedError(
            "the folder '{}' exists already and is never replaced unasked: choose another name, or ask for "
            "overwriting (--overwrite).".format(path))
    if any(path.iterdir()) and not (path / RESULT).is_file():
        raise RefusedError(
            "the folder '{}' holds files but no {}, so it is no folder of results and is not replaced, overwriting "
            "or not: choose another name, or empty it yourself.".format(path, RESULT))


def _is_full_disk(error):
    """Also seen through a refusal from within, so that the message names what the caller asked for."""
    if isinstance(error, RefusedError):
        return _is_full_disk(error.__cause__)
    if getattr(error, "errno", None) in NO_ROOM:
        return True
    return isinstance(error, (OSError, RuntimeError)) and NO_ROOM_WORDS.search(str(error)) is not None
