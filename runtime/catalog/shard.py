"""One shard of a catalog: a part of its windows, whose outlines are held in memory.

The records of the index are dealt out in turn, and so are the windows that it lacks. The shards
together hold each window once, in the records in which the whole index has them, so that a search
of all of them looks at the same records. Windows in no index are put into records by each shard:
where they are so many that not all records are looked at, a search may look at others.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Self

import numpy as np

from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.catalog.interface import IndexState, StoredWindow
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.outlines.store import NOBODY, Outlines
from samesong.runtime.representation.level_batch import LevelBlock

_BATCH = 256
"""Windows read at a time: about 4 MB of them."""


class CatalogShard:
    """A part of a catalog's windows; a `samesong.runtime.catalog.interface.ReferenceWindows`.

    Asked for windows by their keys, it passes over those of other shards.

    Parameters
    ----------
    catalog : Catalog
        The whole catalog.
    parts : sequence of Outlines
        The outlines of the shard's windows.

    Raises
    ------
    CatalogError
        If the catalog cannot be read.
    """

    def __init__(self, catalog: Catalog, parts: Sequence[Outlines]) -> None:
        self._catalog = catalog
        self._state = catalog.index
        self._parts = parts
        keys = np.concatenate([np.empty(0, np.int64), *(part.keys.ravel() for part in self._parts)])
        self._keys = np.sort(keys[keys != NOBODY])

    @classmethod
    def of(cls, catalog: Catalog, number: int, count: int) -> Self:
        """Return one shard of so many.

        Parameters
        ----------
        catalog : Catalog
            The whole catalog.
        number : int
            Of the shard, from 0.
        count : int
            Number of shards.

        Returns
        -------
        CatalogShard
            The shard.

        Raises
        ------
        CatalogError
            If the catalog cannot be read.
        """
        return cls(catalog, catalog.outlines(number, count))

    @property
    def fingerprint(self) -> str:
        """`ModelBundle.fingerprint` of the model that the windows were made with."""
        return self._catalog.fingerprint

    @property
    def n_windows(self) -> int:
        """Windows of this shard."""
        return len(self._keys)

    @property
    def index(self) -> IndexState:
        """State of the whole catalog's index."""
        return self._state

    def outlines(self) -> Sequence[Outlines]:
        """Return the coarse outlines of its windows.

        Returns
        -------
        sequence of Outlines
            In memory.
        """
        return self._parts

    def coarsest(self, keys: Sequence[int]) -> LevelBlock:
        """Return the coarsest levels of windows.

        Parameters
        ----------
        keys : sequence of int
            Keys of the catalog.

        Returns
        -------
        LevelBlock
            Those of this shard, in any order.
        """
        return self._catalog.coarsest(self._own(keys))

    def read(self, keys: Sequence[int]) -> list[StoredWindow]:
        """Return windows.

        Parameters
        ----------
        keys : sequence of int
            Keys of the catalog.

        Returns
        -------
        list of StoredWindow
            Those of this shard, in any order.
        """
        own = self._own(keys)
        return self._catalog.read(own) if own else []

    def find_tracks(self, track_ids: Collection[str]) -> Mapping[str, CatalogTrack]:
        """Return those of some tracks that exist.

        Parameters
        ----------
        track_ids : collection of str
            Tracks that may exist.

        Returns
        -------
        mapping of str to CatalogTrack
            By track_id, of the whole catalog.
        """
        return self._catalog.find_tracks(track_ids)

    def iter_windows(self) -> Iterator[list[StoredWindow]]:
        """Yield its windows in batches, in constant memory.

        Yields
        ------
        list of StoredWindow
            Some hundreds.
        """
        for start in range(0, len(self._keys), _BATCH):
            stored = self._catalog.read(self._keys[start : start + _BATCH].tolist())
            there = self._catalog.find_tracks({one.track_id for one in stored})
            if own := [one for one in stored if one.track_id in there]:
                yield own

    def windows_of(self, track_ids: Sequence[str]) -> list[StoredWindow]:
        """Return the windows of tracks that this shard holds.

        Parameters
        ----------
        track_ids : sequence of str
            The tracks.

        Returns
        -------
        list of StoredWindow
            In any order.
        """
        keys = self._catalog.keys_of(track_ids)
        return self.read([key for some in keys.values() for key in some])

    def _own(self, keys: Sequence[int]) -> list[int]:
        asked = np.array(keys, np.int64)
        places = np.searchsorted(self._keys, asked)
        # One more at the end, so that every place is one.
        own: list[int] = asked[np.append(self._keys, NOBODY)[places] == asked].tolist()
        return own
