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
from numpy.typing import NDArray

from samesong.features.errors import CatalogError, MismatchError
from samesong.runtime.bundle import ModelBundle
from samesong.runtime.catalog_index import COLUMN, IndexState, index_state
from samesong.runtime.catalog_rows import (
    CatalogModel,
    CatalogTrack,
    passages_from,
    tracks_from,
    window_from,
)
from samesong.runtime.lance import explained, lancedb
from samesong.runtime.references import PassageBlock, StoredWindow

BATCH = 256
"""Windows read at a time: about 4 MB of them."""

_ADVICE = "make one with 'samesong index CATALOG PATH...', or check the path"

_PASSAGES_BATCH = 4096
"""Windows whose passages alone are read at a time: about 6 MB of them."""

_LOOKED_UP = 10_000
"""Tracks that are kept in memory, roughly, once they were asked for."""

_WINDOW = ["track_id", "start", "end", "sequences"]

# Partitions searched for each passage of a query, and how many times the candidates asked for are
# compared exactly, since the index knows but one bit of each dimension.
_PARTITIONS = 64
_REFINED = 8


def is_local(location: str) -> bool:
    """Tell a folder from the URI of an object store."""
    return "://" not in location


def connect(location: str) -> Any:
    """Connect to the LanceDB database at a location."""
    return lancedb().connect(location)


def find_table(database: Any, name: str) -> Any | None:
    """Open a table of a LanceDB database; return None if it does not exist or was not finished."""
    try:
        return database.open_table(name)
    except ValueError as error:
        if "was not found" in str(error):
            return None
        raise


def is_one_of(track_ids: Iterable[str]) -> str:
    """Return the SQL condition that picks the rows of some tracks."""
    quoted = (track_id.replace("'", "''") for track_id in track_ids)
    return "track_id IN (" + ", ".join(f"'{track_id}'" for track_id in quoted) + ")"


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
            database = connect(self.location)
            # Tracks first: their windows were written before them, so they will be there too.
            self._tracks_table: Any = find_table(database, "tracks")
            if self._tracks_table is None:
                raise CatalogError(f"{self.location} is not a catalog: {_ADVICE}")
            self._windows_table = database.open_table("windows")
            self.model = CatalogModel.from_metadata(self._tracks_table.schema.metadata)
        self._looked_up: dict[str, CatalogTrack] = {}
        if bundle is not None:
            self._require(bundle)

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
            return int(sum(counts.to_pylist()))

    @cached_property
    def index(self) -> IndexState:
        """Whether there is an index over the passages, as found on first use."""
        return self.check_index()

    def check_index(self, *, whole: bool = False) -> IndexState:
        """Look at the index: at all of it, or at what a damaged one is likely to show."""
        with self._explained("read"):
            return index_state(self._windows_table, self._folder, whole=whole)

    def __len__(self) -> int:
        if "_tracks" in self.__dict__:
            return len(self._tracks)
        with self._explained("read"):
            return int(self._tracks_table.count_rows())

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
        wanted = set(track_ids)
        missing = wanted - self._looked_up.keys()
        if missing:
            with self._explained("read"):
                rows = self._tracks_table.search().where(is_one_of(missing)).to_arrow()
                found = {track.track_id: track for track in tracks_from(rows)}
            if len(self._looked_up) > _LOOKED_UP:
                self._looked_up = {id_: self._looked_up[id_] for id_ in wanted - missing}
            self._looked_up.update(found)
        return self._looked_up

    def windows(self, track_id: str) -> list[StoredWindow]:
        """Return the windows of one track, in order."""
        self.track(track_id)
        with self._explained("read"):
            query = self._windows_table.search().where(is_one_of([track_id])).with_row_id(True)
            return [window_from(row) for row in query.to_arrow().sort_by("index").to_pylist()]

    def windows_of(self, track_ids: Sequence[str]) -> list[StoredWindow]:
        """Return the windows of some tracks, in any order."""
        if not track_ids:
            return []
        with self._explained("read"):
            query = self._windows_table.search().where(is_one_of(track_ids)).select(_WINDOW)
            return [window_from(row) for row in query.with_row_id(True).to_arrow().to_pylist()]

    def iter_windows(self) -> Iterator[list[StoredWindow]]:
        """Yield the windows of all tracks in batches, in constant memory."""
        for rows in self.iter_rows(_WINDOW):
            with self._explained("read"):
                batch = [window_from(row) for row in rows if row["track_id"] in self._tracks]
            if batch:
                yield batch

    def iter_passages(self) -> Iterator[PassageBlock]:
        """Yield the passages of the windows of all tracks in blocks, in constant memory."""
        for offset in range(0, self.n_rows(), _PASSAGES_BATCH):
            with self._explained("read"):
                page = self._windows_table.search().select(["track_id", COLUMN])
                rows = page.with_row_id(True).limit(_PASSAGES_BATCH).offset(offset).to_arrow()
                block = passages_from(rows, self._tracks)
            if len(block.keys):
                yield block

    def nearest(self, passages: NDArray[np.float32], count: int) -> list[int]:
        """Return the keys of the `count` windows nearest to a query, best first, by the index.

        Windows that are not in the index yet are compared exactly, one by one.

        Parameters
        ----------
        passages
            (n, dim): of the query.
        count
            How many windows; there may be fewer.
        """
        with self._explained("read"):
            query = self._windows_table.search(
                passages.astype(np.float16), vector_column_name=COLUMN
            )
            query = query.distance_type("cosine").nprobes(_PARTITIONS).refine_factor(_REFINED)
            rows = query.limit(count).with_row_id(True).select(["_distance"]).to_arrow()
            keys: list[int] = rows["_rowid"].to_pylist()
            return keys

    def passages(self, keys: Sequence[int]) -> PassageBlock:
        """Return the passages of the windows of some keys, in any order, but for those of no track.

        Keys come from this very catalog, as for `read`.
        """
        if not keys:
            return PassageBlock(
                np.empty(0, np.int64),
                np.empty(0, np.int64),
                np.empty((0, self.model.passage_dim), np.float32),
            )
        with self._explained("read"):
            query = self._windows_table.take_row_ids(list(keys)).select(["track_id", COLUMN])
            rows = query.with_row_id().to_arrow()
            tracks = self._some_tracks(rows["track_id"].unique().to_pylist())
            return passages_from(rows, tracks)

    def read(self, keys: Sequence[int]) -> list[StoredWindow]:
        """Return the windows of some keys, in any order, but for those of no track.

        Keys come from this very catalog: from `iter_passages`, `nearest` or a `StoredWindow`.
        """
        if not keys:
            return []
        with self._explained("read"):
            query = self._windows_table.take_row_ids(list(keys)).select(_WINDOW)
            rows = query.with_row_id().to_arrow().to_pylist()
            tracks = self._some_tracks(row["track_id"] for row in rows)
            return [window_from(row) for row in rows if row["track_id"] in tracks]

    def iter_rows(self, columns: list[str]) -> Iterator[list[dict[str, Any]]]:
        """Yield the rows of the windows table in batches, also those of no track."""
        # Page by page: one scan of the whole table reads gigabytes ahead.
        for offset in range(0, self.n_rows(), BATCH):
            with self._explained("read"):
                page = self._windows_table.search().select(columns).with_row_id(True)
                rows: list[dict[str, Any]] = page.limit(BATCH).offset(offset).to_arrow().to_pylist()
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
