"""The first stages of retrieval: which windows of a catalog are worth comparing with a query's.

All windows of a catalog are aligned with the query's in coarse outline, and the best of them in
outline (`samesong.runtime.outline`). Only catalogs too large for that are searched by an index of
passages: asked for enough candidates it takes longer, and finds less.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.outline import outline_scores
from samesong.runtime.outline_scan import OutlineScan
from samesong.runtime.passages import query_passages
from samesong.runtime.recording import Window
from samesong.runtime.references import ReferenceCatalog

ALIGNED = 2048
"""Windows that are aligned in outline, at 0.03 ms each: the best aligned in coarse outline."""

CANDIDATES = 256
"""Best aligned windows of a catalog that are looked at closer, for each window of a query."""

HELD = 1_000_000
"""Windows of a catalog up to which their coarse outlines are kept in memory: 0.8 GB of them."""

Way = Literal["memory", "index", "blocks"]


class CandidateSearch:
    """Finds the windows of a catalog that are most like a query's, by their passages.

    Parameters
    ----------
    catalog
        Where to search.
    held
        Windows up to which a catalog's outlines are read once and kept in memory; None: `HELD`.

    Attributes
    ----------
    way
        How it searches: in ``"memory"``; by the ``"index"`` of a larger catalog; or in
        ``"blocks"``, one after the other, when it has none that can be relied on. What the first
        and the last find is the same.
    """

    def __init__(self, catalog: ReferenceCatalog, *, held: int | None = None) -> None:
        self._catalog = catalog
        self._held: OutlineScan | None = None
        self.way: Way
        if catalog.n_windows <= (HELD if held is None else held):
            self._held = OutlineScan(catalog.iter_passages())
            self.way = "memory"
        else:
            self.way = "index" if catalog.index.kind == "ready" else "blocks"

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
        block = self._catalog.passages(self._first(level, max(count, ALIGNED)))
        scores = outline_scores(level, block)
        order: list[int] = block.keys[np.lexsort((block.keys, -scores))[:count]].tolist()
        return order

    def _first(self, level: NDArray[np.float32], count: int) -> list[int]:
        """Return the keys of the windows to align, in any order."""
        if self.way == "index":
            return list(self._catalog.nearest(query_passages(level), count))
        if self._held is not None:
            keys, _ = self._held.best(level, count)
            return list(keys.tolist())
        keys, scores = np.empty(0, np.int64), np.empty(0, np.float32)
        for block in self._catalog.iter_passages():
            more_keys, more_scores = OutlineScan([block]).best(level, count)
            keys, scores = np.append(keys, more_keys), np.append(scores, more_scores)
            kept = np.argsort(-scores, kind="stable")[:count]
            keys, scores = keys[kept], scores[kept]
        return list(keys.tolist())
