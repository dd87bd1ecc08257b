"""The folder of a catalog on disk: made on first use, and locked by one writer at a time."""

import fcntl
from pathlib import Path
from typing import TextIO

from samesong.features.errors import CatalogError
from samesong.runtime.catalog.index import INDEX, UNFINISHED_INDEX
from samesong.runtime.catalog.lance import explained

AUDIO = "audio"
"""Folder in a catalog for recordings that are uploaded: each in a folder with its track_id."""

_LOCK = ".writer.lock"
_TRACKS = "tracks.lance"
_OURS = {_LOCK, INDEX, UNFINISHED_INDEX, _TRACKS, "windows.lance"}


def is_local(location: str) -> bool:
    """Return whether a catalog is in a folder rather than in an object store.

    Parameters
    ----------
    location : str
        A path, or the URI of an object store.

    Returns
    -------
    bool
        True for a path.
    """
    return "://" not in location


def lock_folder(folder: Path, *, may_make: bool) -> TextIO:
    """Lock the folder of a catalog for one writer.

    Parameters
    ----------
    folder : Path
        The folder.
    may_make : bool
        Make it if it does not exist.

    Returns
    -------
    TextIO
        The lock, held until it is closed or its process ends.

    Raises
    ------
    CatalogError
        If there is no catalog and none may be made, another process is writing to it, or the
        folder holds something else.
    """
    if not (folder / _TRACKS).is_dir():
        if not may_make:
            raise CatalogError(f"no catalog at {folder}: check the path")
        if folder.exists() and not folder.is_dir():
            raise CatalogError(f"{folder} is a file: name a new or empty folder")
    with explained("make", str(folder)):
        folder.mkdir(parents=True, exist_ok=True)
        names = {path.name for path in folder.iterdir()}
        if _TRACKS not in names and not names <= _OURS:
            raise CatalogError(
                f"{folder} holds other things (such as {min(names - _OURS)!r}) and no "
                "catalog: name a new or empty folder"
            )
        lock = (folder / _LOCK).open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise CatalogError(
            f"another process is writing to catalog {folder}: wait until it is done"
        ) from None
    return lock
