"""The first stages of retrieval: which windows of a catalog are worth comparing with a query's.

First by late interaction (Khattab and Zaharia, "ColBERT", 2020): a window is as near to a query as
the sum, over the query's passages, of the cosine with its own nearest passage. Then, of the
nearest windows, by how well their passages align one after the other (`samesong.runtime.outline`).
"""

from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.outline import outline_scores
from samesong.runtime.passages import query_passages
from samesong.runtime.recording import Window
from samesong.runtime.references import PassageBlock, ReferenceCatalog

ALIGNED = 4096
"""Nearest windows that are aligned: at 0.03 ms each, as long as 100 take in the scorer."""

CANDIDATES = 256
"""Best aligned windows of a catalog that are looked at closer, for each window of a query."""

HELD = 25_000
"""Windows of a catalog up to which their passages are kept in memory: 163 MB of them."""

_PRODUCTS = 2**22
"""Products at a time: 16 MB of them."""

Way = Literal["memory", "index", "blocks"]


class CandidateSearch:
    """Finds the windows of a catalog that are most like a query's, by their passages.

    Parameters
    ----------
    catalog
        Where to search.
    held
        Windows up to which a catalog's passages are read once and kept in memory; None: `HELD`.

    Attributes
    ----------
    way
        How it searches: in ``"memory"``; by the ``"index"`` of a larger catalog; or in
        ``"blocks"``, one after the other, when it has none that can be relied on. What the first
        and the last find nearest is exact.
    """

    def __init__(self, catalog: ReferenceCatalog, *, held: int | None = None) -> None:
        self._catalog = catalog
        self._held: list[PassageBlock] = []
        self.way: Way
        if catalog.n_windows <= (HELD if held is None else held):
            self._held = list(catalog.iter_passages())
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
        nearest = self._nearest(query_passages(level), max(count, ALIGNED))
        scores = outline_scores(level, nearest)
        order: list[int] = nearest.keys[np.lexsort((nearest.keys, -scores))[:count]].tolist()
        return order

    def _nearest(self, passages: NDArray[np.float32], count: int) -> PassageBlock:
        if self.way == "index":
            return self._catalog.passages(self._catalog.nearest(passages, count))
        blocks = self._held if self.way == "memory" else self._catalog.iter_passages()
        return _nearest(passages, blocks, count)


def late_interaction(query: NDArray[np.float32], block: PassageBlock) -> NDArray[np.float32]:
    """Return how near each window of a block is to a query.

    Parameters
    ----------
    query
        Passages (n, dim) of one window.
    block
        The windows.

    Returns
    -------
    (n_windows,) float32
        Sum over the query's passages of the largest cosine with one of the window's, -n to n.
    """
    scores = np.empty(len(block.keys), np.float32)
    ends = np.append(block.firsts[1:], len(block.vectors))
    begin = 0
    while begin < len(scores):
        first = block.firsts[begin]
        # As many windows as keep the products in a core's cache, one at least.
        stop = int(np.searchsorted(ends, first + _PRODUCTS // len(query), "right"))
        stop = max(begin + 1, stop)
        products = block.vectors[first : ends[stop - 1]] @ query.T
        best = np.maximum.reduceat(products, block.firsts[begin:stop] - first, axis=0)
        scores[begin:stop] = best.sum(axis=1)
        begin = stop
    return scores


def _nearest(
    query: NDArray[np.float32], blocks: Iterable[PassageBlock], count: int
) -> PassageBlock:
    """Return the nearest windows of all blocks, in any order."""
    kept: list[PassageBlock] = []
    scores = np.empty(0, np.float32)
    for block in blocks:
        kept.append(block)
        scores = np.concatenate([scores, late_interaction(query, block)])
        if len(scores) > count:
            best = np.sort(np.argpartition(-scores, count - 1)[:count])
            kept, scores = _of_each(kept, best), scores[best]
    return reduce(PassageBlock.join, kept)


def _of_each(blocks: Sequence[PassageBlock], places: NDArray[np.int64]) -> list[PassageBlock]:
    """Return some windows of blocks, by their places (rising) in all of them together."""
    ends = np.cumsum([len(block.keys) for block in blocks])
    parts = np.split(places, np.searchsorted(places, ends[:-1]))
    return [
        block.take(part - (end - len(block.keys)))
        for block, part, end in zip(blocks, parts, ends, strict=True)
    ]
