"""The table of a catalog's tracks: all of them, or a few that are looked up without the rest."""

from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from samesong.runtime.catalog.columns import TRACKS, CatalogTrack, tracks_from
from samesong.runtime.catalog.lance import CatalogTable, explained
from samesong.runtime.catalog.track_values import row_problem, values_of
from samesong.runtime.outlines.store import track_code

_CACHED = 10_000
"""Tracks: some megabytes of them."""


class TrackTable(CatalogTable):
    """The tracks of a catalog.

    Parameters
    ----------
    table : lancedb.table.Table
        The table.
    location : str
        Of the catalog, for errors: all that are raised are `CatalogError`.
    cached : int, optional
        Tracks that are kept in memory, roughly, once they were looked up.
    """

    def __init__(self, table: Any, location: str, cached: int = _CACHED) -> None:
        super().__init__(table, location)
        self._cached = cached
        self._looked_up: dict[str, CatalogTrack] = {}

    @cached_property
    def by_id(self) -> dict[str, CatalogTrack]:
        """All tracks; read on first use, since a search does without."""
        with self._explained():
            return {t.track_id: t for t in tracks_from(self.table.search().to_arrow())}

    def __len__(self) -> int:
        return len(self.by_id) if self._all_read else super().__len__()

    @property
    def n_windows(self) -> int:
        """Windows of all tracks."""
        if self._all_read:
            return sum(track.n_windows for track in self.by_id.values())
        return self._n_windows

    def some(self, track_ids: Iterable[str]) -> dict[str, CatalogTrack]:
        """Return tracks by their ids; no others are read for it.

        Parameters
        ----------
        track_ids : iterable of str
            The tracks; there may be none of some ids.

        Returns
        -------
        dict of CatalogTrack
            The tracks by their ids, and perhaps others that were read before.
        """
        if self._all_read:
            return self.by_id
        known, wanted = self._looked_up, set(track_ids)
        found = {track_id: known[track_id] for track_id in wanted if track_id in known}
        missing = wanted - found.keys()
        if missing:
            with self._explained():
                found |= {
                    track.track_id: track
                    for track in self._that_may_be(missing)
                    if track.track_id in missing
                }
            # Another one in its place: threads that look in this one meanwhile still find all.
            self._looked_up = found if len(known) > self._cached else known | found
        return found

    def replace(self, tracks: Iterable[CatalogTrack], gone: Iterable[str] = ()) -> None:
        """Take note of rows that were written.

        Parameters
        ----------
        tracks : iterable of CatalogTrack
            Tracks that were added or changed.
        gone : iterable of str
            track_ids of tracks that were removed.
        """
        for track_id in gone:
            del self.by_id[track_id]
        self.by_id.update((track.track_id, track) for track in tracks)
        for found in ("twin_codes", "_codes", "_work_codes"):
            self.__dict__.pop(found, None)

    def rows(self) -> pa.Table:
        """Return all rows as they are, with their keys.

        Returns
        -------
        pyarrow.Table
            The columns of `samesong.runtime.catalog.columns.TRACKS`, and _rowid.
        """
        with self._explained():
            return self.table.search().select(TRACKS.names).with_row_id(True).to_arrow()

    def remove_unusable(self) -> list[str]:
        """Remove rows that are not as samesong writes them.

        Returns
        -------
        list of str
            A sentence about each.
        """
        rows = self.rows()
        problems = [row_problem(row) for row in values_of(rows.select(TRACKS.names))]
        keys = [
            key
            for key, problem in zip(rows["_rowid"].to_pylist(), problems, strict=True)
            if problem
        ]
        if keys:
            with explained("write to", self._location):
                self.table.delete(f"_rowid IN ({', '.join(map(str, keys))})")
        return [problem for problem in problems if problem]

    def columns(self, names: list[str]) -> pa.Table:
        """Return some columns of all tracks, in a tenth of the time that whole tracks take.

        Parameters
        ----------
        names : list of str
            Columns of `samesong.runtime.catalog.columns.TRACKS`.

        Returns
        -------
        pyarrow.Table
            One row a track.
        """
        with self._explained():
            return self.table.search().select(names).to_arrow()

    @property
    def n_works(self) -> int:
        """Works that the tracks are recordings of."""
        if self._all_read:
            return len({track.work for track in self.by_id.values()})
        return self._n_works

    def of_works(self, work_ids: Collection[str]) -> dict[str, list[CatalogTrack]]:
        """Return the tracks of works; no others are read for it.

        Parameters
        ----------
        work_ids : collection of str
            The works, as `TrackInfo.work` names them.

        Returns
        -------
        dict of list of CatalogTrack
            The tracks of each work, sorted by path.
        """
        return recordings_of(work_ids, self._in_works(work_ids))

    @cached_property
    def twin_codes(self) -> NDArray[np.uint32]:
        """Codes of the tracks that others stand for in searches, rising."""
        with self._explained():
            query = self.table.search().where("twin_of IS NOT NULL").select(["track_id"])
            twins = query.to_arrow()["track_id"].to_pylist()
        codes = np.array(sorted({track_code(track_id) for track_id in twins}), np.uint32)
        if not len(codes):
            return codes
        # A track that happens to have the code of a twin must not disappear with it.
        _, every = self._codes
        counts = np.searchsorted(every, codes, "right") - np.searchsorted(every, codes)
        return np.extract(counts == 1, codes)

    @property
    def _all_read(self) -> bool:
        return "by_id" in self.__dict__

    @cached_property
    def _n_windows(self) -> int:
        with self._explained():
            counts = self.table.search().select(["n_windows"]).to_arrow()["n_windows"]
            return int(np.sum(counts.to_numpy()))

    @cached_property
    def _codes(self) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        """The keys of all rows and the codes of their tracks, which rise: 12 bytes a track."""
        keys, codes = self.keys()
        order = np.argsort(codes)
        return keys[order], codes[order]

    @cached_property
    def _work_codes(self) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        """The keys of all rows and the codes of their works, which rise: 12 bytes a track."""
        with self._explained():
            rows = self.table.search().select(["_rowid", "track_id", "work_id"]).to_arrow()
        named = rows["work_id"]
        works = pc.if_else(pc.equal(named, ""), rows["track_id"], named).fill_null("")
        codes = np.fromiter(map(track_code, works.to_pylist()), np.uint32, len(works))
        order = np.argsort(codes)
        return rows["_rowid"].to_numpy().astype(np.int64)[order], codes[order]

    @cached_property
    def _n_works(self) -> int:
        with self._explained():
            named = self.table.search().select(["work_id"]).to_arrow()["work_id"]
        n_alone = pc.sum(pc.equal(named, "")).as_py() or 0
        return int(n_alone + pc.count_distinct(named).as_py() - (n_alone > 0))

    def _in_works(self, work_ids: Collection[str]) -> Iterable[CatalogTrack]:
        if self._all_read or not work_ids:
            return self.by_id.values() if work_ids else ()
        with self._explained():
            return self._with_codes(work_ids, self._work_codes)

    def _that_may_be(self, track_ids: Iterable[str]) -> list[CatalogTrack]:
        """Return the tracks of these ids, and any other that has the code of one of them."""
        return self._with_codes(track_ids, self._codes)

    def _with_codes(
        self, names: Iterable[str], coded: tuple[NDArray[np.int64], NDArray[np.uint32]]
    ) -> list[CatalogTrack]:
        """Return the tracks of which some codes are those of names; no other rows are read."""
        keys, codes = coded
        wanted = np.unique(np.array([track_code(name) for name in names], np.uint32))
        pairs = zip(
            np.searchsorted(codes, wanted), np.searchsorted(codes, wanted, "right"), strict=True
        )
        found = [key for first, end in pairs for key in keys[first:end].tolist()]
        return tracks_from(self.table.take_row_ids(found).to_arrow()) if found else []


def recordings_of(
    work_ids: Iterable[str], tracks: Iterable[CatalogTrack]
) -> dict[str, list[CatalogTrack]]:
    """Sort tracks by the works that they are recordings of.

    Parameters
    ----------
    work_ids : iterable of str
        The works, as `TrackInfo.work` names them.
    tracks : iterable of CatalogTrack
        Tracks of these works, and perhaps of others.

    Returns
    -------
    dict of list of CatalogTrack
        The tracks of each work, sorted by path.
    """
    found: dict[str, list[CatalogTrack]] = {work: [] for work in work_ids}
    for track in sorted(tracks, key=lambda track: track.path):
        if track.work in found:
            found[track.work].append(track)
    return found
