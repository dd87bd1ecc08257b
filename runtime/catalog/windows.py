"""The windows of an open catalog, which retrieval reads."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from samesong.runtime.catalog.index import CatalogIndex
from samesong.runtime.catalog.index_files import FolderIndex, IndexFiles
from samesong.runtime.catalog.index_store import StoreIndex
from samesong.runtime.catalog.interface import IndexState, StoredWindow
from samesong.runtime.catalog.lance import explained
from samesong.runtime.catalog.tables import CatalogTables
from samesong.runtime.catalog.window_rows import WINDOW, windows_from
from samesong.runtime.outlines.store import Outlines, record_type
from samesong.runtime.representation.level_batch import LevelBlock
from samesong.runtime.storage.address import is_local, require_address


class CatalogWindows:
    """The windows of a catalog; a `samesong.runtime.catalog.interface.ReferenceWindows`.

    Parameters
    ----------
    location : str
        Folder, or URI of an object store.

    Attributes
    ----------
    location : str
        As it was given.
    model : CatalogModel
        The model that it was made with.

    Raises
    ------
    CatalogError
        If it does not exist, is no catalog or one of another format, or is damaged.
    """

    def __init__(self, location: str) -> None:
        self.location = require_address(location)
        self._opened = CatalogTables(self.location)
        self.model = self._opened.model
        self._tracks, self._windows = self._opened.tracks, self._opened.windows
        self._index = self._find_index()

    @property
    def fingerprint(self) -> str:
        """`ModelBundle.fingerprint` of the model that the windows were made with."""
        return self.model.fingerprint

    @property
    def n_windows(self) -> int:
        """Windows of its tracks."""
        return self._tracks.n_windows

    @property
    def n_bytes(self) -> int:
        """Bytes of all its files, old versions and the index included."""
        if self._opened.objects is None:
            files = (path for path in Path(self.location).rglob("*") if path.is_file())
            return sum(path.stat().st_size for path in files)
        with self._explained("read"):
            return sum(found.size for found in self._opened.objects.list())

    @property
    def index(self) -> IndexState:
        """State of the index, as found on first use."""
        with self._explained("read"):
            return self._index.state

    def outlines(self, number: int = 0, count: int = 1) -> list[Outlines]:
        """Return the coarse outlines of all windows, those of no track included.

        Twins are passed over: another track stands for each of them.

        Parameters
        ----------
        number, count : int, optional
            Return only those of one shard of so many, as `samesong.runtime.catalog.shard` divides
            them.

        Returns
        -------
        list of Outlines
            The index, and the windows that it lacks, whose outlines are made from the rows.
        """
        with self._explained("read"):
            parts = self._index.outlines(number, count)
        for part in parts:
            part.hide(self._tracks.twin_codes)
        return parts

    def coarsest(self, keys: Sequence[int]) -> LevelBlock:
        """Return the coarsest levels of windows.

        Parameters
        ----------
        keys : sequence of int
            Keys of this very catalog: from its `outlines` or a `StoredWindow`.

        Returns
        -------
        LevelBlock
            In any order, with windows of no track.
        """
        with self._explained("read"):
            return self._index.coarsest(np.array(keys, np.int64))

    def read(self, keys: Sequence[int]) -> list[StoredWindow]:
        """Return windows.

        Parameters
        ----------
        keys : sequence of int
            Keys of this very catalog: from its `outlines` or a `StoredWindow`.

        Returns
        -------
        list of StoredWindow
            In any order, those of no track included.
        """
        return self._windows.read(keys)

    def windows_of(self, track_ids: Sequence[str]) -> list[StoredWindow]:
        """Return the windows of tracks; the name of every window is read for it.

        Parameters
        ----------
        track_ids : sequence of str
            The tracks; unknown ones have no windows.

        Returns
        -------
        list of StoredWindow
            In any order.
        """
        return self._windows.of_tracks(track_ids)

    def keys_of(self, track_ids: Sequence[str]) -> dict[str, list[int]]:
        """Return the keys of the windows of tracks; the name of every window is read for it.

        Parameters
        ----------
        track_ids : sequence of str
            The tracks; unknown ones have no windows.

        Returns
        -------
        dict of str to list of int
            Keys in rising order, by track_id.
        """
        return self._windows.keys_of(track_ids)

    def levels(self, keys: NDArray[np.int64]) -> Iterator[LevelBlock]:
        """Yield the coarsest levels of windows in blocks, in constant memory.

        Parameters
        ----------
        keys : ndarray, shape (n_windows,), int64
            Keys of this very catalog.

        Yields
        ------
        LevelBlock
            Some thousands.
        """
        return self._windows.levels(keys)

    def iter_windows(self) -> Iterator[list[StoredWindow]]:
        """Yield the windows of tracks in batches, in constant memory.

        Twins are passed over: another track stands for each of them.

        Yields
        ------
        list of StoredWindow
            Some hundreds.
        """
        tracks = self._tracks.by_id.values()
        searched = {track.track_id for track in tracks if track.twin_of is None}
        for rows in self._windows.pages(WINDOW):
            with self._explained("read"):
                batch = [one for one in windows_from(rows) if one.track_id in searched]
            if batch:
                yield batch

    def iter_rows(self, columns: list[str]) -> Iterator[pa.Table]:
        """Yield the rows of all windows in batches, those of no track included.

        Parameters
        ----------
        columns : list of str
            Columns of the windows table.

        Yields
        ------
        pyarrow.Table
            Some hundreds of rows.
        """
        return self._windows.pages(columns)

    def _find_index(self) -> CatalogIndex:
        kind = record_type(self.model.steps, self.model.dim)
        files: IndexFiles
        if self._opened.objects is not None:
            files = StoreIndex(self._opened.objects, self._opened.identity)
        else:
            files = FolderIndex(Path(self.location))
        return CatalogIndex(files, self._windows, kind, self._folder)

    @property
    def _folder(self) -> Path | None:
        return Path(self.location) if is_local(self.location) else None

    def _explained(self, action: str) -> AbstractContextManager[None]:
        return explained(action, self.location)
