"""The first stages of retrieval: which windows of a catalog are worth comparing with a query's.

All windows of a catalog are aligned with the query's in coarse outline, and the best of them in
outline (`samesong.runtime.outline`).
"""

from collections.abc import Collection
from concurrent.futures import Executor

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.outline_file import NOBODY, track_code
from samesong.runtime.outline_scan import Kernel, kernel, outline_scores, scan
from samesong.runtime.recording import Window
from samesong.runtime.references import ReferenceCatalog

ALIGNED = 2048
"""Windows that are aligned in outline, if there are so many: the best in coarse outline."""

SHARE = 256
"""Of so many windows of a larger catalog one is aligned in outline: among more windows, more that
are wrong come before the right one."""

CANDIDATES = 256
"""Best aligned windows of a catalog that are looked at closer, for each window of a query."""


class CandidateSearch:
    """Finds the windows of a catalog that are most like a query's, by their outlines.

    Parameters
    ----------
    catalog
        Where to search, as it is now.
    pool
        Threads to search on.
    """

    def __init__(self, catalog: ReferenceCatalog, pool: Executor) -> None:
        self._catalog = catalog
        self._pool = pool
        self._parts = catalog.outlines()
        self._n_windows = sum(map(len, self._parts))
        self._n_searches = 0
        self._aligned = max(ALIGNED, self._n_windows // SHARE)

    def find(self, query: Window, count: int = CANDIDATES) -> list[int]:
        """Return the keys of the `count` best windows, best first; fewer if there are no more.

        Parameters
        ----------
        query
            A window of any length.
        count
            At least 1.
        """
        level = query.sequences.levels[-1]
        self._n_searches += 1
        align = kernel(self._n_windows, self._n_searches)
        block = self._catalog.coarsest(self._first(level, max(count, self._aligned), align))
        scores = outline_scores(level, block, align, self._pool)
        order: list[int] = block.keys[np.lexsort((block.keys, -scores))[:count]].tolist()
        return order

    def keys_of(self, track_ids: Collection[str]) -> list[int]:
        """Return the keys of all windows of some tracks, and perhaps of a few others."""
        codes = np.array([track_code(track_id) for track_id in track_ids], np.uint32)
        found = [
            part.keys[np.isin(part.tracks, codes) & (part.keys != NOBODY)] for part in self._parts
        ]
        return [key for keys in found for key in keys.tolist()]

    def _first(self, level: NDArray[np.float32], count: int, align: Kernel) -> list[int]:
        """Return the keys of the windows to align, in any order."""
        keys = np.concatenate([np.empty(0, np.int64), *(part.keys.ravel() for part in self._parts)])
        gains = [scan(level, part, align, self._pool).ravel() for part in self._parts]
        scores = np.concatenate([np.empty(0, np.float32), *gains])
        scores[keys == NOBODY] = -np.inf
        if len(keys) > count:
            kept = np.argpartition(-scores, count - 1)[:count]
            keys = keys[kept]
        return list(keys[keys != NOBODY].tolist())
