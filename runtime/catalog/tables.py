"""The two tables of a catalog, open as they were at one moment."""

from pathlib import Path
from typing import Any

import pyarrow as pa

from samesong.features.errors import CatalogError, shown
from samesong.runtime.catalog.columns import TRACKS, windows_schema
from samesong.runtime.catalog.lance import connect, explained, find_table
from samesong.runtime.catalog.model import IDENTITY, CatalogModel
from samesong.runtime.catalog.old_versions import ReaderLock
from samesong.runtime.catalog.track_table import TrackTable
from samesong.runtime.catalog.window_table import WindowTable
from samesong.runtime.storage.address import is_local
from samesong.runtime.storage.objects import Objects

_ADVICE = "make one with 'samesong index CATALOG PATH...', or check the path"


class CatalogTables:
    """The two tables of a catalog, as they were when they were opened.

    Parameters
    ----------
    location : str
        Folder, or URI of an object store.

    Attributes
    ----------
    tracks : TrackTable
        Its tracks.
    windows : WindowTable
        Their windows.
    model : CatalogModel
        The model that it was made with.
    identity : str
        Name that no other catalog has, nor one made anew of the same tracks.
    revision : str
        Name of this version of them, which changes with every change.
    reader_lock : ReaderLock
        Keeps this version of them.
    objects : Objects, optional
        The store that they are in; None on disk.

    Raises
    ------
    CatalogError
        If it does not exist, is no catalog or one of another format, or is damaged.
    """

    def __init__(self, location: str) -> None:
        self._location = location
        self.objects: Objects | None = None
        if not is_local(location):
            with explained("read", location):
                self.objects = Objects(location)
        elif not Path(location).is_dir():
            raise CatalogError(f"no catalog at {location}: {_ADVICE}")
        self.reader_lock = ReaderLock(location)
        with explained("read", location):
            self._database = connect(location)
            # Tracks first: their windows were written before them, so they will be there too.
            tracks = find_table(self._database, "tracks")
            if tracks is None:
                if self.objects is not None:  # LanceDB says so of a store out of reach as well
                    next(self.objects.list(), None)
                raise CatalogError(f"{location} is not a catalog: {_ADVICE}")
            windows = self._database.open_table("windows")
            self.model = CatalogModel.from_metadata(tracks.schema.metadata, location)
            _require_columns("tracks", TRACKS, tracks.schema)
            _require_columns("windows", windows_schema(self.model.dim), windows.schema)
        self.tracks = TrackTable(tracks, location)
        self.windows = WindowTable(windows, location)
        self._revision = _revision(tracks, windows)
        self.identity = self._revision[0].decode()
        self.revision = "-".join((self.identity, *map(str, self._revision[1:])))

    def is_current(self) -> bool:
        """Return whether the tables are still as they were when they were opened.

        Returns
        -------
        bool
            False after any change.

        Raises
        ------
        CatalogError
            If the catalog is gone.
        """
        with explained("read", self._location):
            tables = [find_table(self._database, name) for name in ("tracks", "windows")]
        if None in tables:
            raise CatalogError(f"catalog {self._location} is gone: make it again")
        return _revision(*tables) == self._revision

    def holds(self, revision: str) -> bool:
        """Return whether this is a version of a catalog, or a later one.

        Parameters
        ----------
        revision : str
            Name of a version.

        Returns
        -------
        bool
            False for another catalog.
        """
        identity, *versions = revision.rsplit("-", 2)
        here = zip(self._revision[1:], map(int, versions), strict=True)
        return identity == self.identity and all(ours >= theirs for ours, theirs in here)


def _require_columns(name: str, wanted: pa.Schema, found: pa.Schema) -> None:
    for field in wanted:
        kinds = [one.type for one in found if one.name == field.name]
        if kinds != [field.type]:
            raise ValueError(
                f"its {name} have a column {field.name!r} of type {shown(kinds)}, not {field.type}"
            )


def _revision(tracks: Any, windows: Any) -> tuple[bytes, int, int]:
    """Return a value that changes with every change of a catalog, and differs between catalogs."""
    identity = (tracks.schema.metadata or {}).get(IDENTITY, b"")
    return identity, tracks.version, windows.version
