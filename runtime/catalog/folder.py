"""The folder of a catalog on disk: made on first use, and locked by one writer at a time."""

import fcntl
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from samesong.features.errors import CatalogError
from samesong.runtime.catalog.index_files import INDEX, UNFINISHED_INDEX
from samesong.runtime.catalog.lance import explained
from samesong.runtime.storage.address import is_local

AUDIO = "audio"
"""Folder in a catalog for recordings that are uploaded: each in a folder with its track_id."""

_LOCK = ".writer.lock"
_TRACKS = "tracks.lance"
_TABLES = (_TRACKS, "windows.lance")
_VERSIONS = "_versions"  # a table without any is none
_OURS = {_LOCK, INDEX, UNFINISHED_INDEX, *_TABLES}


def missing_folders(folder: Path) -> list[Path]:
    """Return the folders that have to be made for one to exist.

    Parameters
    ----------
    folder : Path
        The folder.

    Returns
    -------
    list of Path
        The folder and those above it, the innermost first; empty if it exists.
    """
    return [path for path in (folder, *folder.parents) if not path.exists()]


def discard_unfinished(folder: Path, made: Sequence[Path]) -> None:
    """Remove what is left of a catalog that could not be made.

    Parameters
    ----------
    folder : Path
        Its folder, locked.
    made : sequence of Path
        Folders that were made for it, the innermost first; removed as far as they are empty.
    """
    if (folder / _TRACKS / _VERSIONS).is_dir() and any((folder / _TRACKS / _VERSIONS).iterdir()):
        return  # it is one
    for name in _TABLES:
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / _LOCK).unlink(missing_ok=True)
    with suppress(OSError):  # something else is in it
        for path in made:
            path.rmdir()


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


def holds_catalog(location: str) -> bool:
    """Return whether a catalog is at a place, without opening it.

    Parameters
    ----------
    location : str
        A path, or the URI of an object store.

    Returns
    -------
    bool
        True for a folder with a catalog, and for every URI.
    """
    return not is_local(location) or (Path(location) / _TRACKS).is_dir()
