"""The first stages of retrieval: which windows of a catalog are worth comparing with a query's.

The windows of a catalog that are made of something like the query's are compared with it in coarse
outline, and the best of them in outline (`samesong.runtime.outlines.scan`).
"""

from collections.abc import Collection, Sequence
from concurrent.futures import Executor

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.catalog.interface import ReferenceWindows
from samesong.runtime.outlines.centroid import Likeness, centre_of
from samesong.runtime.outlines.scan import Kernel, kernel, outline_scores, scan
from samesong.runtime.outlines.store import LANES, NOBODY, track_code
from samesong.runtime.representation.window import Window

SCANNED = 65_536
"""Windows that are compared in coarse outline, if there are so many: records that hold a window
which is most like the query."""

SHARE = 4
"""Of so many windows of a larger catalog one is compared in coarse outline. Among a million windows
that loses 2 of the 37 of 40 live recordings for which the right one is then among the `ALIGNED`."""

ALIGNED = 2048
"""Windows that are compared in outline: the best in coarse outline. Half as many hold as many of
the 40, and so do four times as many; of 40 others they held one less and one more."""

CANDIDATES = 256
"""Windows of a catalog, the best in outline, that are looked at closer, for each window of a query:
these hold all that were compared."""

LIKENESS = np.float32(1)
"""What a likeness of 1 adds to the score of an alignment."""

_BATCH = 1024
"""Records whose windows' likeness a thread tells at a time."""

Keys = NDArray[np.int64]
Array = NDArray[np.float32]


class CandidateSearch:
    """Finds the windows of a catalog that are most like a query's, by centroids and outlines.

    What it keeps in memory of a window is 12 bytes, and some 20 more while it searches: 32 MB of a
    million. Outlines and centroids are mapped, not read.

    Parameters
    ----------
    catalog
        Where to search, as it is now.
    pool
        Threads to search on.
    """

    def __init__(self, catalog: ReferenceWindows, pool: Executor) -> None:
        self._catalog = catalog
        self._pool = pool
        self._parts = catalog.outlines()
        self._n_windows = sum(map(len, self._parts))
        self._n_searches = 0
        self._centre = centre_of([part.centroids for part in self._parts])

    def likeness(self, query: Window) -> Likeness:
        """Return what tells how like a query's window those of the catalog are."""
        return Likeness(query.sequences.levels[-1], self._centre)

    def find(self, query: Window, count: int = CANDIDATES) -> list[int]:
        """Return the keys of the `count` best windows, best first; fewer if there are no more.

        Parameters
        ----------
        query
            A window of any length.
        count
            At least 1.
        """
        if not self._n_windows:
            return []
        level = query.sequences.levels[-1]
        self._n_searches += 1
        compare = kernel(self._n_windows, self._n_searches)
        keys, likeness = self._first(query, max(count, ALIGNED), compare)
        block = self._catalog.coarsest(keys.tolist())
        scores = outline_scores(level, block, compare, self._pool)
        scores += LIKENESS * likeness[np.searchsorted(keys, block.keys)]
        order: list[int] = block.keys[np.lexsort((block.keys, -scores))[:count]].tolist()
        return order

    def keys_of(self, track_ids: Collection[str]) -> list[int]:
        """Return the keys of all windows of some tracks, and perhaps of a few others."""
        codes = np.array([track_code(track_id) for track_id in track_ids], np.uint32)
        # Half of a code tells nearly all apart, in a tenth of the time.
        halves = np.zeros(1 << 16, np.bool_)
        halves[codes & 0xFFFF] = True
        found: list[int] = []
        for part in self._parts:
            some = np.nonzero(halves[part.tracks & 0xFFFF])
            keys = part.keys[some][np.isin(part.tracks[some], codes)]
            found += keys[keys != NOBODY].tolist()
        return found

    def _first(self, query: Window, count: int, compare: Kernel) -> tuple[Keys, Array]:
        """Return the keys of the windows to look at, in rising order, and how like the query's."""
        level = query.sequences.levels[-1]
        likeness = self._likenesses(self.likeness(query))
        found = []
        for part, cosines, records in zip(self._parts, likeness, _most_like(likeness), strict=True):
            kept = cosines[records]
            scores = scan(level, part, records, compare, self._pool) + LIKENESS * kept
            found.append((part.keys[records].ravel(), kept.ravel(), scores.ravel()))
        keys, cosines, scores = map(np.concatenate, zip(*found, strict=True))
        best = np.argpartition(-scores, count - 1)[:count] if len(keys) > count else slice(None)
        keys, cosines = keys[best], cosines[best]
        order = np.argsort(keys)
        order = order[np.count_nonzero(keys == NOBODY) :]  # empty lanes are the first
        return keys[order], cosines[order]

    def _likenesses(self, likeness: Likeness) -> list[Array]:
        """Return how like each window is, (n_records, LANES) of each part; -inf in empty lanes."""
        found = []
        for part in self._parts:
            pieces = np.array_split(part.centroids, -(-len(part.records) // _BATCH))
            cosines = np.concatenate(list(self._pool.map(likeness.of_codes, pieces)))
            cosines[part.keys == NOBODY] = -np.inf
            found.append(cosines)
        return found


def _most_like(likeness: Sequence[Array]) -> list[Keys]:
    """Return which records of each part to scan."""
    best = [cosines.max(axis=1) for cosines in likeness]
    every = np.concatenate(best)
    count = max(SCANNED // LANES, len(every) // SHARE)
    least = -np.partition(-every, count - 1)[count - 1] if len(every) > count else -np.inf
    return [np.flatnonzero(cosines >= least) for cosines in best]
