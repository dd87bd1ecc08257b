"""Access to LanceDB, with its errors explained; the only module that imports it."""

import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samesong.features.errors import CatalogError, DiskFullError
from samesong.runtime.catalog.unused_imports import empty_package
from samesong.runtime.outlines.store import track_code
from samesong.runtime.storage.address import is_local
from samesong.runtime.storage.faults import told_by_store
from samesong.runtime.storage.options import for_lancedb

_REST_CLIENT = "lance_namespace_urllib3_client"
_SOURCE_LINE = re.compile(r",? /\S+\.rs:\d+:\d+.*")
# Lance renames by a hard link, so that no version is written over another.
_NO_LINKS = re.compile(
    r"(Unable to (rename|link|copy) file|hard.?link).*os error (1|38|95)\b", re.IGNORECASE
)
_FULL = ("os error 28", "No space left", "os error 27", "File too large", "os error 122")


def lancedb() -> ModuleType:
    """Import lancedb on first use, in a third of the two seconds that it would take.

    The rest goes to a REST client that lancedb imports and an embedded database never calls.

    Returns
    -------
    module
        The package ``lancedb``.
    """
    if "lancedb" not in sys.modules:
        # Should lancedb come to need the client, all of it is imported below.
        with empty_package(_REST_CLIENT), suppress(Exception):
            import_module("lancedb")
    return import_module("lancedb")


def connect(location: str) -> Any:
    """Connect to a LanceDB database.

    Parameters
    ----------
    location : str
        Folder, or URI of an object store.

    Returns
    -------
    lancedb.db.DBConnection
        The database.
    """
    options = {} if is_local(location) else for_lancedb(location)
    return lancedb().connect(location, storage_options=options)


def find_table(database: Any, name: str) -> Any | None:
    """Open a table of a LanceDB database.

    Parameters
    ----------
    database : lancedb.db.DBConnection
        The database.
    name : str
        Name of the table.

    Returns
    -------
    lancedb.table.Table or None
        None if it does not exist or was not finished.
    """
    try:
        return database.open_table(name)
    except ValueError as error:
        if "was not found" in str(error):
            return None
        raise


def is_one_of(names: Iterable[str], column: str = "track_id") -> str:
    """Return the SQL condition that selects the rows of some tracks.

    Parameters
    ----------
    names : iterable of str
        Values of the column.
    column : str, optional
        The column.

    Returns
    -------
    str
        The condition.
    """
    quoted = (name.replace("'", "''") for name in names)
    return f"{column} IN (" + ", ".join(f"'{name}'" for name in quoted) + ")"


@contextmanager
def explained(action: str, location: str) -> Iterator[None]:
    """Turn errors of lancedb into a `CatalogError` that says what to do.

    Parameters
    ----------
    action : str
        ``"read"``, ``"write to"``, ``"make"`` or ``"optimize"``: it is being done to the catalog.
    location : str
        The catalog's.

    Yields
    ------
    None
        While it is being done.

    Raises
    ------
    CatalogError
        If it fails; a `DiskFullError` if there is no room.
    """
    try:
        yield
    except (OSError, RuntimeError, ValueError, MemoryError, OverflowError) as error:
        if not is_local(location) and (told := _told(error)):
            raise CatalogError(f"cannot {action} catalog {location}: {told}") from error
        reason = _SOURCE_LINE.sub("", str(error).strip().partition("\n")[0])
        kind = CatalogError
        if any(sign in reason for sign in _FULL):
            kind = DiskFullError
            advice = "the disk is full: make room and run it again; what is in it stays valid"
        elif _NO_LINKS.search(reason):
            advice = (
                "its disk has no hard links, which catalogs need, as exFAT and FAT have none: "
                "put the catalog on another disk"
            )
        elif action == "read":
            advice = "it is damaged or was changed meanwhile: run 'samesong catalog verify'"
        else:
            advice = "what is in it stays valid: mend the cause and run it again"
        raise kind(f"cannot {action} catalog {location}: {advice} ({reason})") from error


def _told(error: Exception) -> str | None:
    """Return what an object store had to say, and what to do; None if it is none's fault."""
    if isinstance(error, OSError) and error.errno is not None:
        return error.strerror  # of `Objects`, which has explained it
    return told_by_store(str(error))


class CatalogTable:
    """A table of a catalog, for reading.

    Parameters
    ----------
    table : lancedb.table.Table
        The table.
    location : str
        Of the catalog, for errors: all that are raised are `CatalogError`.

    Attributes
    ----------
    table : lancedb.table.Table
        The table.
    """

    def __init__(self, table: Any, location: str) -> None:
        self.table = table
        self._location = location

    def __len__(self) -> int:
        with self._explained():
            return int(self.table.count_rows())

    def keys(self) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        """Return the keys of all rows, and the codes of their tracks.

        Returns
        -------
        keys : ndarray, shape (n_rows,), int64
            By which LanceDB finds the rows again.
        tracks : ndarray, shape (n_rows,), uint32
            The `samesong.runtime.outlines.store.track_code` of each row's track.
        """
        with self._explained():
            rows = self.table.search().select(["_rowid", "track_id"]).to_arrow()
        # A catalog from elsewhere may hold rows without a name: those of no track.
        track_ids = rows["track_id"].combine_chunks().fill_null("").dictionary_encode()
        codes = [track_code(track_id) for track_id in track_ids.dictionary.to_pylist()]
        tracks = np.array(codes, np.uint32)[track_ids.indices.to_numpy()]
        return rows["_rowid"].to_numpy().astype(np.int64), tracks

    def _explained(self) -> AbstractContextManager[None]:
        return explained("read", self._location)
