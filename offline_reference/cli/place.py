"""Whether results may be written where they are to go: asked before the work, not after it."""


def refuse_if_unwritable(path, overwrite, lend=None):
    """Raise the refusal that writing `path` would end with, and leave nothing behind.

    Parameters
    ----------
    path : str or Path
    overwrite : bool
    lend : context manager, optional
        `files.whole_folder` (default) or `files.whole_file`.
    """
    from offline_reference import files

    try:
        with (lend or files.whole_folder)(path, overwrite):
            raise _OnlyAsked
    except _OnlyAsked:
        pass


class _OnlyAsked(Exception):
    """Backs out of writing, which then removes what it began."""
