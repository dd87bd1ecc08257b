"""The database of the set lists that a service keeps: one file of SQLite."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryFile

from samesong.features.errors import CatalogError, DiskFullError
from samesong.runtime.server.problems import FULL

_FORMAT = 1
_PATIENCE = 10.0  # seconds that one writer waits for another
_PROBE = 8 * 2**20  # bytes; more than any list has
_TABLE = """
CREATE TABLE IF NOT EXISTS setlists (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    created REAL NOT NULL,
    etag TEXT NOT NULL,
    summary TEXT NOT NULL,
    content TEXT NOT NULL,
    waveform TEXT,
    audio_until REAL,
    deleted REAL
);
CREATE INDEX IF NOT EXISTS owners ON setlists (owner, created);
"""


class SetlistDatabase:
    """A file of SQLite, opened for each use; it is made when something is first written.

    Parameters
    ----------
    path : Path
        The file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def exists(self) -> bool:
        """Return whether anything was written."""
        return self._path.exists()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection | None]:
        """Open it to be read.

        Yields
        ------
        sqlite3.Connection or None
            None if there is none yet.
        """
        if not self.exists():
            yield None
            return
        with self._explained(), closing(self._connect()) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Open it for one change, which is made as a whole or not at all.

        Yields
        ------
        sqlite3.Connection
            In a transaction that has the file to itself.

        Raises
        ------
        CatalogError
            If it cannot be written; a `DiskFullError` if there is no room.
        """
        with self._explained():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(self._connect()) as connection:
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("BEGIN IMMEDIATE")
                with connection:
                    yield connection

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=_PATIENCE, isolation_level=None)
        connection.row_factory = sqlite3.Row
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version == 0:
            connection.executescript(f"{_TABLE} PRAGMA user_version = {_FORMAT};")
        elif version != _FORMAT:
            connection.close()
            raise CatalogError(
                f"{self._path} was written by another version of samesong (format {version}, this "
                f"one reads {_FORMAT}): name another folder with --setlist-folder"
            )
        return connection

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self._explanation(error) from error
        except OSError as error:
            raise _refusal(self._path, error.strerror, is_full=error.errno in FULL) from error

    def _explanation(self, error: sqlite3.Error) -> CatalogError:
        is_full = error.sqlite_errorcode == sqlite3.SQLITE_FULL
        try:  # of a quota it says no more than that something failed
            with TemporaryFile(dir=self._path.parent) as probe:
                probe.write(bytes(_PROBE))
        except OSError as reason:
            return _refusal(self._path, reason.strerror, is_full=reason.errno in FULL)
        return _refusal(self._path, str(error), is_full=is_full)


def _refusal(path: Path, reason: str | None, *, is_full: bool) -> CatalogError:
    kind = DiskFullError if is_full else CatalogError
    return kind(
        f"set lists cannot be kept in {path.parent} ({reason}): make room there, or start the "
        "server with another --setlist-folder"
    )
