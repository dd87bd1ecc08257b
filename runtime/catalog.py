"""Catalogs of studio tracks in LanceDB, on disk or in an object store, as readers see them.

The tracks table is the source of truth: a track is in a catalog from the moment its row is there.
Its windows are written before that row and deleted after it, so that a reader never sees half a
track, and a writer that dies leaves only windows without a track, which readers pass over and the
next writer removes.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from samesong.features.errors import CatalogError, MismatchError
from samesong.runtime.bundle import ModelBundle
from samesong.runtime.catalog_index import IndexState, open_index
from samesong.runtime.catalog_rows import (
    SKETCH,
    WINDOW,
    CatalogModel,
    CatalogTrack,
    levels_from,
    sketches_from,
    tracks_from,
    windows_from,
)
from samesong.runtime.lance import connect, explained, find_table, is_one_of
from samesong.runtime.level_block import LevelBlock
from samesong.runtime.outline_file import Outlines, record_type, track_code
from samesong.runtime.references import StoredSketch, StoredWindow

BATCH = 256
"""Windows read at a time: about 4 MB of them."""

IDENTITY = b"samesong.catalog"
"""Metadata of the tracks table that no other catalog has."""

_ADVICE = "make one with 'samesong index CATALOG PATH...', or check the path"

_LEVELS_BATCH = 4096
"""Windows whose coarsest levels alone are read at a time: about 13 MB of them."""

_LOOKED_UP = 10_000
"""Tracks that are kept in memory, roughly, once they were asked for."""


def is_local(location: str) -> bool:
    """Tell a folder from the URI of an object store."""
    return "://" not in location


def _revision(tracks: Any, windows: Any) -> tuple[bytes, int, int]:
    """Return what differs after every change of a catalog, and between any two catalogs."""
    identity = (tracks.schema.metadata or {}).get(IDENTITY, b"")
    return identity, tracks.version, windows.version


def _keys_of(table: Any) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Return the keys of all rows of a table, and the `track_code` of each."""
    rows = table.search().select(["_rowid", "track_id"]).to_arrow()
    track_ids = rows["track_id"].combine_chunks().dictionary_encode()
    codes = [track_code(track_id) for track_id in track_ids.dictionary.to_pylist()]
    tracks = np.array(codes, np.uint32)[track_ids.indices.to_numpy()]
    return rows["_rowid"].to_numpy().astype(np.int64), tracks


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
            self._tracks_table: Any = find_table(self._database, "tracks")
            if self._tracks_table is None:
                raise CatalogError(f"{self.location} is not a catalog: {_ADVICE}")
            self._windows_table: Any = self._database.open_table("windows")
            self.model = CatalogModel.from_metadata(self._tracks_table.schema.metadata)
        self._revision = _revision(self._tracks_table, self._windows_table)
        self._looked_up: dict[str, CatalogTrack] = {}
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

    @cached_property
    def _tracks(self) -> dict[str, CatalogTrack]:
        """All tracks; read on first use, since a search does without."""
        with self._explained("read"):
            return {t.track_id: t for t in tracks_from(self._tracks_table.search().to_arrow())}

    @property
    def n_windows(self) -> int:
        """How many windows its tracks have."""
        if "_tracks" in self.__dict__:
            return sum(track.n_windows for track in self._tracks.values())
        return self._n_windows

    @cached_property
    def _n_windows(self) -> int:
        with self._explained("read"):
            counts = self._tracks_table.search().select(["n_windows"]).to_arrow()["n_windows"]
            return int(np.sum(counts.to_numpy()))

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
            parts.append(Outlines.of(self.iter_levels(missing), self._record_type))
        return parts

    @cached_property
    def _index(self) -> tuple[Outlines | None, NDArray[np.int64], str]:
        """The index without windows that are gone, the keys that it lacks, and what is wrong."""
        keys, tracks = self._keys()
        with self._explained("read"):
            indexed, problem = open_index(self._folder, self._record_type)
        if indexed is None:
            return None, keys, problem
        return indexed, indexed.keep(keys, tracks), ""

    @property
    def _record_type(self) -> np.dtype[Any]:
        return record_type(self.model.steps, self.model.dim)

    def _keys(self) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        """Return the keys of all windows, and the `track_code` of each."""
        with self._explained("read"):
            return _keys_of(self._windows_table)

    @cached_property
    def _track_keys(self) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        """The keys of all tracks and their codes, which rise: 12 bytes a track."""
        keys, codes = _keys_of(self._tracks_table)
        order = np.argsort(codes)
        return keys[order], codes[order]

    def __len__(self) -> int:
        if "_tracks" in self.__dict__:
            return len(self._tracks)
        with self._explained("read"):
            return int(self._tracks_table.count_rows())

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
        return track_id in self._tracks

    def tracks(self) -> list[CatalogTrack]:
        """Return all tracks, sorted by path."""
        return sorted(self._tracks.values(), key=lambda track: track.path)

    def track(self, track_id: str) -> CatalogTrack:
        """Return one track.

        Raises
        ------
        CatalogError
            If there is no such track.
        """
        try:
            return self._some_tracks([track_id])[track_id]
        except KeyError:
            raise CatalogError(
                f"no track {track_id!r} in {self.location}: 'samesong catalog list' names them"
            ) from None

    def _some_tracks(self, track_ids: Iterable[str]) -> dict[str, CatalogTrack]:
        """Return those of some tracks that are in the catalog, in memory of no more than them."""
        if "_tracks" in self.__dict__:
            return self._tracks
        known, wanted = self._looked_up, set(track_ids)
        found = {track_id: known[track_id] for track_id in wanted if track_id in known}
        missing = wanted - found.keys()
        if missing:
            with self._explained("read"):
                found |= {
                    track.track_id: track
                    for track in self._tracks_that_may_be(missing)
                    if track.track_id in missing
                }
            # Another one in its place: threads that look in this one meanwhile still find all.
            self._looked_up = found if len(known) > _LOOKED_UP else known | found
        return found

    def _tracks_that_may_be(self, track_ids: Iterable[str]) -> list[CatalogTrack]:
        """Return the tracks of these ids, and any other that has the code of one of them."""
        keys, codes = self._track_keys
        wanted = np.array([track_code(track_id) for track_id in track_ids], np.uint32)
        pairs = zip(
            np.searchsorted(codes, wanted), np.searchsorted(codes, wanted, "right"), strict=True
        )
        found = [key for first, end in pairs for key in keys[first:end].tolist()]
        return tracks_from(self._tracks_table.take_row_ids(found).to_arrow()) if found else []

    def windows(self, track_id: str) -> list[StoredWindow]:
        """Return the windows of one track, in order."""
        self.track(track_id)
        with self._explained("read"):
            query = self._windows_table.search().where(is_one_of([track_id])).with_row_id(True)
            return windows_from(query.to_arrow().sort_by("index"))

    def windows_of(self, track_ids: Sequence[str]) -> list[StoredWindow]:
        """Return the windows of some tracks, in any order; it reads the name of every window."""
        if not track_ids:
            return []
        with self._explained("read"):
            query = self._windows_table.search().where(is_one_of(track_ids)).select(WINDOW)
            return windows_from(query.with_row_id(True).to_arrow())

    def iter_windows(self) -> Iterator[list[StoredWindow]]:
        """Yield the windows of all tracks in batches, in constant memory."""
        for rows in self.iter_rows(WINDOW):
            with self._explained("read"):
                batch = [one for one in windows_from(rows) if one.track_id in self._tracks]
            if batch:
                yield batch

    def iter_levels(self, keys: NDArray[np.int64]) -> Iterator[LevelBlock]:
        """Yield the coarsest levels of the windows of some keys in blocks, in constant memory."""
        for start in range(0, len(keys), _LEVELS_BATCH):
            yield self.coarsest(keys[start : start + _LEVELS_BATCH].tolist())

    def coarsest(self, keys: Sequence[int]) -> LevelBlock:
        """Return the coarsest levels of the windows of some keys, in any order.

        Keys come from this very catalog, as for `read`; windows of no track are there as well.
        """
        with self._explained("read"):
            return levels_from(self._take(keys, ["track_id", "coarsest"]))

    def sketches(self, keys: Sequence[int]) -> list[StoredSketch]:
        """Return what the shortlist looks at of the windows of some keys; else as `coarsest`."""
        with self._explained("read"):
            return sketches_from(self._take(keys, SKETCH))

    def read(self, keys: Sequence[int]) -> list[StoredWindow]:
        """Return the windows of some keys, in any order, but for those of no track.

        Keys come from this very catalog: from its `outlines` or a `StoredWindow`.
        """
        with self._explained("read"):
            rows = self._take(keys, WINDOW)
            tracks = self._some_tracks(rows["track_id"].unique().to_pylist())
            return [one for one in windows_from(rows) if one.track_id in tracks]

    def _take(self, keys: Sequence[int], columns: list[str]) -> pa.Table:
        """Return the rows of some keys, ``_rowid`` included; rows that are gone are left out."""
        return self._windows_table.take_row_ids(list(keys)).select(columns).with_row_id().to_arrow()

    def iter_rows(self, columns: list[str]) -> Iterator[pa.Table]:
        """Yield the rows of the windows table in batches, also those of no track."""
        # Page by page: one scan of the whole table reads gigabytes ahead.
        for offset in range(0, self.n_rows(), BATCH):
            with self._explained("read"):
                page = self._windows_table.search().select(columns).with_row_id(True)
                rows = page.limit(BATCH).offset(offset).to_arrow()
            yield rows

    def n_rows(self) -> int:
        """Return the number of rows of the windows table, also those of no track."""
        with self._explained("read"):
            return int(self._windows_table.count_rows())

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
