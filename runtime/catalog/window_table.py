"""The table of a catalog's windows: pages of all, some by their keys, or those of some tracks."""

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from samesong.runtime.catalog.interface import StoredWindow
from samesong.runtime.catalog.lance import CatalogTable, is_one_of
from samesong.runtime.catalog.window_rows import WINDOW, levels_from, windows_from
from samesong.runtime.representation.level_batch import LevelBlock

BATCH = 256
"""Windows read at a time: about 4 MB of them."""

_LEVELS_BATCH = 4096
"""Windows whose coarsest levels alone are read at a time: about 13 MB of them."""


_LEVEL = ["track_id", "coarsest"]
"""Columns that `levels_from` reads."""


class WindowTable(CatalogTable):
    """The windows of a catalog, and those of no track that a writer that died may have left.

    Parameters, attributes and errors are those of `CatalogTable`.
    """

    def pages(self, columns: list[str]) -> Iterator[pa.Table]:
        """Yield all rows in batches, in constant memory.

        Parameters
        ----------
        columns : list of str
            Columns to read, besides _rowid.

        Yields
        ------
        pyarrow.Table
            At most `BATCH` rows.
        """
        # One by one: a scan of the whole table reads gigabytes ahead.
        for offset in range(0, len(self), BATCH):
            with self._explained():
                page = self.table.search().select(columns).with_row_id(True)
                rows = page.limit(BATCH).offset(offset).to_arrow()
            yield rows

    def read(self, keys: Sequence[int]) -> list[StoredWindow]:
        """Return windows.

        Parameters
        ----------
        keys : sequence of int
            Keys of this table; those that are gone are passed over.

        Returns
        -------
        list of StoredWindow
            In any order.
        """
        if not len(keys):  # which takes LanceDB as long as a few
            return []
        with self._explained():
            return windows_from(self._take(keys, WINDOW))

    def coarsest(self, keys: Sequence[int]) -> LevelBlock:
        """Return the coarsest levels of windows.

        Parameters
        ----------
        keys : sequence of int
            Keys of this table; those that are gone are passed over.

        Returns
        -------
        LevelBlock
            In any order.
        """
        with self._explained():
            return levels_from(self._take(keys, _LEVEL))

    def levels(self, keys: NDArray[np.int64]) -> Iterator[LevelBlock]:
        """Yield the coarsest levels of windows in blocks, in constant memory.

        Parameters
        ----------
        keys : ndarray, shape (n_windows,), int64
            Keys of this table; those that are gone are passed over.

        Yields
        ------
        LevelBlock
            Some thousands.
        """
        for rows in self.level_rows(keys):
            with self._explained():
                yield levels_from(rows)

    def level_rows(self, keys: NDArray[np.int64]) -> Iterator[pa.Table]:
        """Yield the rows of the coarsest levels of windows in blocks, in constant memory.

        Parameters
        ----------
        keys : ndarray, shape (n_windows,), int64
            Keys of this table; those that are gone are passed over.

        Yields
        ------
        pyarrow.Table
            Some thousands of rows with the columns track_id, coarsest and _rowid.
        """
        for start in range(0, len(keys), _LEVELS_BATCH):
            with self._explained():
                rows = self._take(keys[start : start + _LEVELS_BATCH].tolist(), _LEVEL)
            yield rows

    def of_track(self, track_id: str) -> list[StoredWindow]:
        """Return the windows of one track.

        Parameters
        ----------
        track_id : str
            The track.

        Returns
        -------
        list of StoredWindow
            In order.
        """
        with self._explained():
            query = self.table.search().where(is_one_of([track_id])).with_row_id(True)
            return windows_from(query.to_arrow().sort_by("index"))

    def of_tracks(self, track_ids: Sequence[str]) -> list[StoredWindow]:
        """Return the windows of tracks; the name of every window is read for it.

        Parameters
        ----------
        track_ids : sequence of str
            The tracks.

        Returns
        -------
        list of StoredWindow
            In any order.
        """
        if not track_ids:
            return []
        with self._explained():
            query = self.table.search().where(is_one_of(track_ids)).select(WINDOW)
            return windows_from(query.with_row_id(True).to_arrow())

    def keys_of(self, track_ids: Sequence[str]) -> dict[str, list[int]]:
        """Return the keys of the windows of tracks; the name of every window is read for it.

        Parameters
        ----------
        track_ids : sequence of str
            The tracks.

        Returns
        -------
        dict of str to list of int
            Keys in rising order, by track_id; a track without windows is left out.
        """
        if not track_ids:
            return {}
        with self._explained():
            query = self.table.search().where(is_one_of(track_ids)).select(["_rowid", "track_id"])
            rows = query.to_arrow().sort_by("_rowid")
        found: dict[str, list[int]] = {}
        for track_id, key in zip(
            rows["track_id"].to_pylist(), rows["_rowid"].to_pylist(), strict=True
        ):
            found.setdefault(track_id, []).append(key)
        return found

    def _take(self, keys: Sequence[int], columns: list[str]) -> pa.Table:
        """Return the rows of some keys, ``_rowid`` included; rows that are gone are left out."""
        return self.table.take_row_ids(list(keys)).select(columns).with_row_id().to_arrow()
