"""Changing a catalog: tracks are added, replaced and removed whole, as its readers see it."""

import fcntl
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from datetime import timedelta
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import pyarrow as pa

from samesong.features.errors import CatalogError
from samesong.runtime.catalog.index import INDEX
from samesong.runtime.catalog.lance import connect, find_table, is_one_of
from samesong.runtime.catalog.reader import IDENTITY, Catalog, is_local
from samesong.runtime.catalog.rows import (
    TRACKS,
    CatalogModel,
    CatalogTrack,
    track_rows,
    window_rows,
    windows_schema,
)
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.outlines.store import write_outlines
from samesong.runtime.representation.window import Window

_LOCK = ".writer.lock"
_UNFINISHED = f"{INDEX}.new"
_OURS = {_LOCK, INDEX, _UNFINISHED, "tracks.lance", "windows.lance"}
_IDS_PER_DELETE = 500
# All versions but the last: zero itself makes lancedb warn of what the lock already rules out.
_OLD = timedelta(milliseconds=1)


INDEXED_FROM = 1000
"""Windows from which on there is an index: the outlines of fewer take a twentieth of a second."""


class CatalogWriter(Catalog):
    """A catalog open for writing, made if it does not exist yet; a context manager.

    On disk there is one writer at a time: a lock sees to it, and ends with its process. In an
    object store nothing does, so write to one from a single process.

    Parameters
    ----------
    location
        As for `Catalog`.
    bundle
        The model of the windows that are going to be added; a catalog that does not exist is
        made with it. None opens an existing catalog of any model, to remove or optimize.

    Raises
    ------
    CatalogError
        If it cannot be made or written, another process is writing to it, or the folder holds
        something else.
    MismatchError
        If it was made with another model.
    """

    def __init__(self, location: str | Path, bundle: ModelBundle | None = None) -> None:
        self.location = str(location)
        self._held = ExitStack()
        try:
            if is_local(self.location):
                self._lock(Path(self.location), may_make=bundle is not None)
            if bundle is not None:
                self._make(bundle)
            super().__init__(location, bundle)
            self.clean()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let others write."""
        self._held.close()

    def add(self, entries: Sequence[tuple[CatalogTrack, Sequence[Window]]]) -> None:
        """Add tracks, all of them in one step.

        A track whose content is in the catalog already is passed over. One whose path is there
        with other content takes the place of that track.

        Parameters
        ----------
        entries
            Tracks and their windows, no two of the same path.

        Raises
        ------
        CatalogError
            If they cannot be written; then none of them is in the catalog.
        """
        new: dict[str, tuple[CatalogTrack, Sequence[Window]]] = {}
        for track, windows in entries:
            if track.track_id not in self:
                new.setdefault(track.track_id, (track, windows))
        if not new:
            return
        tracks = [track for track, _ in new.values()]
        paths = {track.path for track in tracks}
        replaced = [track.track_id for track in self._tracks.by_id.values() if track.path in paths]
        rows = [window_rows(t.track_id, w, self.model.dim) for t, w in new.values()]
        with self._explained("write to"):
            # Upserts, so that what a failed attempt left behind is not doubled by the next.
            for table, key, data in (
                (self._windows.table, ["track_id", "index"], pa.concat_tables(rows)),
                (self._tracks.table, ["path"], track_rows(tracks)),
            ):
                merge = table.merge_insert(key).when_matched_update_all()
                merge.when_not_matched_insert_all().execute(data)
        self._tracks.by_id.update((track.track_id, track) for track in tracks)
        self._forget(replaced)

    def remove(self, track_ids: Iterable[str]) -> None:
        """Remove tracks.

        Raises
        ------
        CatalogError
            If one of them is not in the catalog (then none is removed), or it cannot be written.
        """
        going = [self.track(track_id).track_id for track_id in track_ids]
        with self._explained("write to"):
            _delete(self._tracks.table, going)
        self._forget(going)

    def clean(self) -> int:
        """Remove windows of no track, left by a writer that died; return of how many tracks."""
        with self._explained("read"):
            held = self._windows.table.search().select(["track_id"]).to_arrow()["track_id"]
            orphans = set(held.unique().to_pylist()) - self._tracks.by_id.keys()
        with self._explained("write to"):
            _delete(self._windows.table, sorted(orphans))
        return len(orphans)

    def optimize(self, *, index_from: int = INDEXED_FROM) -> None:
        """Merge small files, drop old versions, and make the index.

        A reader that is in the middle of the catalog meanwhile has to open it again. Should it
        fail, the catalog stays valid, but may be left without an index.

        Parameters
        ----------
        index_from
            Windows from which on there is an index; none is made in an object store.

        Raises
        ------
        CatalogError
            If it cannot be written.
        """
        with self._explained("optimize"):
            for table in (self._windows.table, self._tracks.table):
                table.optimize(cleanup_older_than=_OLD, delete_unverified=is_local(self.location))
        self.__dict__.pop("_index", None)
        if self._folder is not None:
            with self._explained("optimize"):
                self._make_index(self._folder / INDEX, index_from)
            self.__dict__.pop("_index", None)

    def _make_index(self, path: Path, index_from: int) -> None:
        if self.n_windows < index_from:
            path.unlink(missing_ok=True)
        elif self.index.kind != "ready" or self.index.n_unindexed:
            unfinished = path.with_name(_UNFINISHED)
            try:
                with unfinished.open("wb") as file:
                    keys, _ = self._windows.keys()
                    blocks = self._windows.levels(keys)
                    write_outlines(file, blocks, self._record_type, path.parent)
                unfinished.replace(path)
            finally:
                unfinished.unlink(missing_ok=True)

    def _forget(self, track_ids: Sequence[str]) -> None:
        for track_id in track_ids:
            del self._tracks.by_id[track_id]
        with self._explained("write to"):
            _delete(self._windows.table, track_ids)

    def _lock(self, folder: Path, *, may_make: bool) -> None:
        if not (folder / "tracks.lance").is_dir():
            if not may_make:
                raise CatalogError(f"no catalog at {folder}: check the path")
            if folder.exists() and not folder.is_dir():
                raise CatalogError(f"{folder} is a file: name a new or empty folder")
        with self._explained("make"):
            folder.mkdir(parents=True, exist_ok=True)
            names = {entry.name for entry in folder.iterdir()}
            if "tracks.lance" not in names and not names <= _OURS:
                raise CatalogError(
                    f"{folder} holds other things (such as {min(names - _OURS)!r}) and no "
                    "catalog: name a new or empty folder"
                )
            lock = self._held.enter_context((folder / _LOCK).open("w"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CatalogError(
                f"another process is writing to catalog {folder}: wait until it is done"
            ) from None

    def _make(self, bundle: ModelBundle) -> None:
        with self._explained("make"):
            database = connect(self.location)
            if find_table(database, "tracks") is not None:
                return
            if self._folder is not None:
                (self._folder / INDEX).unlink(missing_ok=True)  # of a catalog that was deleted
            model = CatalogModel.of(bundle)
            metadata = {**model.to_metadata(), IDENTITY: uuid4().hex.encode()}
            for name, schema in (
                ("windows", windows_schema(model.dim)),
                # Last, since it makes the database a catalog.
                ("tracks", TRACKS.with_metadata(metadata)),
            ):
                database.drop_table(name, ignore_missing=True)  # of an attempt that died here
                database.create_table(name, schema=schema)


def _delete(table: Any, track_ids: Iterable[str]) -> None:
    remaining = iter(track_ids)
    while ids := list(islice(remaining, _IDS_PER_DELETE)):
        table.delete(is_one_of(ids))
