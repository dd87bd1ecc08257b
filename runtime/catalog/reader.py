"""Catalogs of studio tracks in LanceDB, on disk or in an object store, as readers see them.

The tracks table is the source of truth: a track is in a catalog from the moment its row is there.
Its windows are written before that row and deleted after it, so that a reader never sees half a
track, and a writer that dies leaves only windows without a track, which readers pass over and the
next writer removes.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from samesong.features.errors import CatalogError, MismatchError
from samesong.runtime.catalog.index import IndexState, open_index
from samesong.runtime.catalog.interface import StoredWindow
from samesong.runtime.catalog.lance import connect, explained, find_table
from samesong.runtime.catalog.rows import WINDOW, CatalogModel, CatalogTrack, windows_from
from samesong.runtime.catalog.track_table import TrackTable
from samesong.runtime.catalog.window_table import WindowTable
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.outlines.store import Outlines, record_type
from samesong.runtime.representation.level_batch import LevelBlock

IDENTITY = b"samesong.catalog"
"""Metadata of the tracks table that no other catalog has."""

_ADVICE = "make one with 'samesong index CATALOG PATH...', or check the path"


def is_local(location: str) -> bool:
    """Tell a folder from the URI of an object store."""
    return "://" not in location


def _revision(tracks: Any, windows: Any) -> tuple[bytes, int, int]:
    """Return what differs after every change of a catalog, and between any two catalogs."""
    identity = (tracks.schema.metadata or {}).get(IDENTITY, b"")
    return identity, tracks.version, windows.version


class Catalog:
    """A catalog open for reading, as it was at that moment; later changes are not seen.

    Parameters
    ----------
    location
        Folder, or the URI of an object store such as ``s3://bucket/catalog``.
    bundle
        The model that is going to read it; None when no window is compared with others.

    Raises
    ------
    CatalogError
        If it does not exist, is no catalog, or is damaged.
    MismatchError
        If it was made with another model than `bundle`.
    """

    def __init__(self, location: str | Path, bundle: ModelBundle | None = None) -> None:
        self.location = str(location)
        if is_local(self.location) and not Path(self.location).is_dir():
            raise CatalogError(f"no catalog at {self.location}: {_ADVICE}")
        with self._explained("read"):
            self._database = connect(self.location)
            # Tracks first: their windows were written before them, so they will be there too.
            tracks = find_table(self._database, "tracks")
            if tracks is None:
                raise CatalogError(f"{self.location} is not a catalog: {_ADVICE}")
            windows = self._database.open_table("windows")
            self.model = CatalogModel.from_metadata(tracks.schema.metadata)
        self._tracks = TrackTable(tracks, self.location)
        self._windows = WindowTable(windows, self.location)
        self._revision = _revision(tracks, windows)
        if bundle is not None:
            self._require(bundle)

    def is_current(self) -> bool:
        """Tell whether the catalog is still as it was when it was opened.

        Raises
        ------
        CatalogError
            If it is gone.
        """
        with self._explained("read"):
            tables = [find_table(self._database, name) for name in ("tracks", "windows")]
        if None in tables:
            raise CatalogError(f"catalog {self.location} is gone: make it again")
        return _revision(*tables) == self._revision

    @property
    def fingerprint(self) -> str:
        """`ModelBundle.fingerprint` of the model that the windows were made with."""
        return self.model.fingerprint

    @property
    def identity(self) -> str:
        """Name that no other catalog has, not one of the same tracks made anew either."""
        return self._revision[0].decode()

    @property
    def n_windows(self) -> int:
        """How many windows its tracks have."""
        return self._tracks.n_windows

    @property
    def index(self) -> IndexState:
        """Whether there is an index, and how far it goes, as found on first use."""
        indexed, missing, problem = self._index
        if indexed is None:
            return IndexState("broken" if problem else "none", 0, len(missing), problem)
        return IndexState("ready", len(indexed), len(missing))

    def outlines(self) -> list[Outlines]:
        """Return the coarse outlines of all windows, those of no track included.

        What is in no index is read from the rows, into a file of its own.
        """
        indexed, missing, _ = self._index
        parts = [indexed] if indexed else []
        if len(missing):
            parts.append(Outlines.of(self._windows.levels(missing), self._record_type))
        return parts

    @cached_property
    def _index(self) -> tuple[Outlines | None, NDArray[np.int64], str]:
        """The index without windows that are gone, the keys that it lacks, and what is wrong."""
        keys, tracks = self._windows.keys()
        with self._explained("read"):
            indexed, problem = open_index(self._folder, self._record_type)
        if indexed is None:
            return None, keys, problem
        return indexed, indexed.keep(keys, tracks), ""

    @property
    def _record_type(self) -> np.dtype[Any]:
        return record_type(self.model.steps, self.model.dim)

    def __len__(self) -> int:
        return len(self._tracks)

    def require_tracks(self) -> None:
        """Make sure that there is something to find.

        Raises
        ------
        CatalogError
            If there is no track.
        """
        if not len(self):
            raise CatalogError(
                f"catalog {self.location} is empty: add recordings with "
                f"'samesong index {self.location} PATH...'"
            )

    def __contains__(self, track_id: str) -> bool:
        return track_id in self._tracks.by_id

    def tracks(self) -> list[CatalogTrack]:
        """Return all tracks, sorted by path."""
        return sorted(self._tracks.by_id.values(), key=lambda track: track.path)

    def track(self, track_id: str) -> CatalogTrack:
        """Return one track.

        Raises
        ------
        CatalogError
            If there is no such track.
        """
        try:
            return self._tracks.some([track_id])[track_id]
        except KeyError:
            raise CatalogError(
                f"no track {track_id!r} in {self.location}: 'samesong catalog list' names them"
            ) from None

    def windows(self, track_id: str) -> list[StoredWindow]:
        """Return the windows of one track, in order."""
        self.track(track_id)
        return self._windows.of_track(track_id)

    def windows_of(self, track_ids: Sequence[str]) -> list[StoredWindow]:
        """Return the windows of some tracks, in any order; it reads the name of every window."""
        return self._windows.of_tracks(track_ids)

    def iter_windows(self) -> Iterator[list[StoredWindow]]:
        """Yield the windows of all tracks in batches, in constant memory."""
        for rows in self._windows.pages(WINDOW):
            with self._explained("read"):
                batch = [one for one in windows_from(rows) if one.track_id in self._tracks.by_id]
            if batch:
                yield batch

    def iter_rows(self, columns: list[str]) -> Iterator[pa.Table]:
        """Yield the rows of all windows in batches, also those of no track."""
        return self._windows.pages(columns)

    def coarsest(self, keys: Sequence[int]) -> LevelBlock:
        """Return the coarsest levels of the windows of some keys, in any order.

        Keys come from this very catalog: from its `outlines` or a `StoredWindow`. Windows of no
        track are there as well.
        """
        return self._windows.coarsest(keys)

    def read(self, keys: Sequence[int]) -> list[StoredWindow]:
        """Return the windows of some keys, in any order; else as `coarsest`."""
        return self._windows.read(keys)

    def find_tracks(self, track_ids: Collection[str]) -> Mapping[str, CatalogTrack]:
        """Return those of some tracks that there are, by track_id, and perhaps others.

        Parameters
        ----------
        track_ids : collection of str
            Tracks that may be there.

        Returns
        -------
        mapping of str to CatalogTrack
            No more than these are read, unless all were read before.
        """
        return self._tracks.some(track_ids)

    @property
    def _folder(self) -> Path | None:
        return Path(self.location) if is_local(self.location) else None

    def _require(self, bundle: ModelBundle) -> None:
        given = CatalogModel.of(bundle)
        if given.fingerprint != self.fingerprint:
            raise MismatchError(
                f"catalog {self.location} was made with {self.model}, but {given} was given: "
                "give the catalog's model with --model, or index into a new catalog"
            )

    def _explained(self, action: str) -> AbstractContextManager[None]:
        return explained(action, self.location)
