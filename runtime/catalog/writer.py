"""Changing a catalog: tracks are added, replaced and removed whole, as its readers see it."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa

from samesong.features.errors import CatalogError
from samesong.runtime.catalog.columns import CatalogTrack, track_rows
from samesong.runtime.catalog.create import create_catalog
from samesong.runtime.catalog.folder import (
    AUDIO,
    discard_unfinished,
    lock_folder,
    missing_folders,
)
from samesong.runtime.catalog.lease import WriterLease
from samesong.runtime.catalog.leftovers import HOUR, orphans, remove_uploaded, unfinished_files
from samesong.runtime.catalog.old_versions import removable_age
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.regrouping import Regrouping
from samesong.runtime.catalog.row_changes import delete_rows, portions, update_rows, upsert_rows
from samesong.runtime.catalog.split_tracks import renamed
from samesong.runtime.catalog.stand_ins import promoted
from samesong.runtime.catalog.store_folder import hold_store
from samesong.runtime.catalog.window_rows import window_rows
from samesong.runtime.catalog.works import regrouped
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.representation.window import Window
from samesong.runtime.storage.address import is_local, require_address

_NOTHING = timedelta(days=36_500)  # older than any version
# All versions but the last: zero itself makes lancedb warn of what the lock already rules out.
_ALL = timedelta(milliseconds=1)


_LOG = logging.getLogger(__name__)

INDEXED_FROM = 1000
"""Smallest number of windows that gets an index: reading fewer takes a twentieth of a second."""


class CatalogWriter(Catalog):
    """A catalog open for writing, made if it does not exist yet; a context manager.

    There is one writer at a time. On disk a lock sees to it, which ends with its process; in an
    object store a lease, which runs out a minute after.

    Parameters
    ----------
    location : str or Path
        As for `Catalog`.
    bundle : ModelBundle, optional
        The model of the windows that are going to be added; a catalog that does not exist is
        made with it. Without it an existing catalog of any model is opened, to remove or optimize.

    Raises
    ------
    CatalogError
        If it cannot be made or written, another process is writing to it, or the folder holds
        something else.
    MismatchError
        If it was made with another model.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from samesong import CatalogWriter, ModelBundle
    >>> with TemporaryDirectory() as folder:
    ...     with CatalogWriter(folder, ModelBundle.load()) as catalog:
    ...         print(catalog.model.name, len(catalog))
    harmonic 0
    """

    def __init__(self, location: str | Path, bundle: ModelBundle | None = None) -> None:
        self.location = require_address(location)
        self._held = ExitStack()
        self._lease: WriterLease | None = None
        try:
            if is_local(self.location):
                made = missing_folders(Path(self.location))
                lock = lock_folder(Path(self.location), may_make=bundle is not None)
                self._held.enter_context(lock)
            else:
                self._lease = self._held.enter_context(
                    hold_store(self.location, may_make=bundle is not None)
                )
            if bundle is not None:
                try:
                    create_catalog(self.location, self._folder, bundle)
                except BaseException:
                    if is_local(self.location):
                        discard_unfinished(Path(self.location), made)
                    raise
            super().__init__(location, bundle)
            self._held.callback(self._opened.reader_lock.release)
            self._regrouping = Regrouping()
            self._mend()
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
        """Let others write, and remove the versions that this one read."""
        self._held.close()

    def add(self, tracks: Sequence[tuple[CatalogTrack, Sequence[Window]]]) -> None:
        """Add tracks, all of them in one step.

        A track whose content is in the catalog already is passed over. One whose path is there
        with other content takes the place of that track.

        Parameters
        ----------
        tracks : sequence of tuple of CatalogTrack and sequence of Window
            Tracks and their windows, no two of the same path.

        Raises
        ------
        CatalogError
            If they cannot be written; then none of them is in the catalog.
        """
        new: dict[str, tuple[CatalogTrack, Sequence[Window]]] = {}
        for track, windows in tracks:
            if track.track_id not in self:
                new.setdefault(track.track_id, (track, windows))
        if not new:
            return
        added = [track for track, _ in new.values()]
        paths = {track.path for track in added}
        replaced = [track.track_id for track in self._tracks.by_id.values() if track.path in paths]
        parts = [window_rows(t.track_id, w, self.model.dim) for t, w in new.values()]
        known = self._tracks.by_id.values()
        new_ids = {track.path: track.track_id for track in added}
        names = {one: new_ids[self._tracks.by_id[one].path] for one in replaced}
        changed = [*added, *renamed(promoted(known, replaced), known, names)]
        rows = self._regrouping.rows_after(self._tracks.by_id, changed, replaced)
        with self._explained("write to"), self._forgetting():
            # Upserts, so that what a failed attempt left behind is not doubled by the next.
            upsert_rows(self._windows.table, ["track_id", "index"], pa.concat_tables(parts))
            upsert_rows(self._tracks.table, ["track_id"], track_rows(rows), replaced)
            self._tracks.replace(rows)
        self._forget(replaced)

    def update(self, tracks: Sequence[CatalogTrack]) -> None:
        """Update the rows of tracks, all of them in one step; their windows stay as they are.

        Parameters
        ----------
        tracks : sequence of CatalogTrack
            Tracks of the catalog as they are now, with the content and windows that they had, no
            two of the same id.

        Raises
        ------
        CatalogError
            If one of them is not in the catalog, or they cannot be written; then none is updated.
        """
        if not tracks:
            return
        for track in tracks:
            self.track(track.track_id)
        self._write(self._regrouping.rows_after(self._tracks.by_id, tracks))

    def regroup(self) -> int:
        """Group all tracks into works anew.

        Each change of tracks does so for those that it concerns; this is for catalogs whose works
        were found by other rules.

        Returns
        -------
        int
            Number of tracks that are of another work now, or for another reason.

        Raises
        ------
        CatalogError
            If it cannot be written.
        """
        by_id = self._tracks.by_id
        rows = [one for one in regrouped(by_id.values()) if one != by_id[one.track_id]]
        self._regrouping.forget()
        self._write(rows)
        return len(rows)

    def remove(self, track_ids: Iterable[str]) -> None:
        """Remove tracks; of twins that one of them stood for, another does from then on.

        Recordings that were uploaded into the catalog's folder are deleted with their tracks; all
        other files stay.

        Parameters
        ----------
        track_ids : iterable of str
            Their names in the catalog.

        Raises
        ------
        CatalogError
            If one of them is not in the catalog (then none is removed), or it cannot be written.
        """
        going = [self.track(track_id).track_id for track_id in dict.fromkeys(track_ids)]
        for ids in portions(going):
            changed = promoted(self._tracks.by_id.values(), ids)
            self._write(self._regrouping.rows_after(self._tracks.by_id, changed, ids), without=ids)
            self._forget(ids)
            if self._folder is not None:
                for track_id in ids:
                    remove_uploaded(self._folder / AUDIO, track_id)

    def clean(self) -> int:
        """Remove what a writer that died left: windows of no track, unfinished files, uploads.

        Returns
        -------
        int
            Number of tracks that they were of.

        Raises
        ------
        CatalogError
            If the catalog cannot be read or written.
        """
        with self._explained("read"):
            held = self._windows.table.search().select(["track_id"]).to_arrow()["track_id"]
            without_track = set(held.unique().to_pylist()) - self._tracks.by_id.keys()
        with self._explained("write to"):
            delete_rows(self._windows.table, sorted(without_track - {None}))
            if None in without_track:
                self._windows.table.delete("track_id IS NULL")
        if self._folder is not None:  # whose lock shows that nobody is at it
            for path in unfinished_files(self._folder):
                path.unlink(missing_ok=True)
            self.clean_uploads(self._folder / AUDIO)
        return len(without_track)

    def clean_uploads(self, folder: Path) -> None:
        """Delete recordings that were uploaded for this catalog and are of none of its tracks.

        Parameters
        ----------
        folder : Path
            The folder of uploaded recordings.
        """
        least_age = 0.0 if is_local(self.location) else HOUR
        for path in orphans(folder, self.identity, self._tracks.by_id.keys(), least_age):
            remove_uploaded(folder, path.name)

    def optimize(self, *, index_from: int = INDEXED_FROM) -> bool:
        """Merge small files, drop old versions, group all tracks anew, and make the index.

        While others read the catalog, the versions that they may have opened are kept; the next
        call drops them. Should it fail, the catalog stays valid, but may be left without an index.

        Parameters
        ----------
        index_from : int, optional
            Smallest number of windows that gets an index.

        Returns
        -------
        bool
            True if all old versions are gone, False if some are kept for readers.

        Raises
        ------
        CatalogError
            If it cannot be written.
        """
        self.regroup()
        tables = self._windows.table, self._tracks.table
        with self._explained("optimize"):
            for table in tables:
                table.optimize(cleanup_older_than=_NOTHING)
            # Apart from the work above, which takes long: nobody may open the catalog meanwhile.
            with self._opened.reader_lock.alone() as is_alone:
                for table in tables:
                    made = [version["timestamp"] for version in table.list_versions()]
                    age = _ALL if is_alone else removable_age(made, datetime.now())
                    table.optimize(
                        cleanup_older_than=age, delete_unverified=is_local(self.location)
                    )
        if self.n_windows < index_from:
            with self._explained("optimize"):
                self._find_index().remove()
        self.make_index(index_from=index_from)
        return is_alone

    def make_index(self, *, index_from: int = INDEXED_FROM) -> None:
        """Make the index of all windows, unless there is a complete one.

        Parameters
        ----------
        index_from : int, optional
            Smallest number of windows that gets one.

        Raises
        ------
        CatalogError
            If it cannot be written.
        """
        self._index = self._find_index()
        if self.n_windows >= index_from:
            with self._explained("write to"):
                self._index.make()
            self._index = self._find_index()

    def _mend(self) -> None:
        """Remove rows that no reader can use, so that their files can be indexed again."""
        with suppress(CatalogError):
            len(self._tracks.by_id)
            return
        for problem in self._tracks.remove_unusable():
            _LOG.warning(
                "%s: removed from catalog %s; index its file again", problem, self.location
            )

    def _write(self, rows: Sequence[CatalogTrack], without: Sequence[str] = ()) -> None:
        with self._explained("write to"), self._forgetting():
            # In one step, so that no work is named by a track that is gone.
            update_rows(self._tracks.table, track_rows(rows), without)
            self._tracks.replace(rows)

    def _forget(self, track_ids: Sequence[str]) -> None:
        self._tracks.replace([], track_ids)
        with self._explained("write to"):
            delete_rows(self._windows.table, track_ids)

    def _explained(self, action: str) -> AbstractContextManager[None]:
        if self._lease is not None and action != "read":
            self._lease.require()
        return super()._explained(action)

    @contextmanager
    def _forgetting(self) -> Iterator[None]:
        """Take no works for written that were not."""
        try:
            yield
        except BaseException:
            self._regrouping.forget()
            raise
