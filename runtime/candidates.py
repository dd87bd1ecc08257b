"""The first stage of retrieval: which windows of a catalog are worth comparing with a query's.

Late interaction (Khattab and Zaharia, "ColBERT", 2020): a window is as near to a query as the sum,
over the query's passages, of the cosine with its own nearest passage. Standardising these scores
against hubs moved no more true versions among the candidates on rendered music, so it is not done.
"""

from collections.abc import Iterable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.passages import query_passages
from samesong.runtime.recording import Window
from samesong.runtime.references import PassageBlock, ReferenceCatalog

CANDIDATES = 256
"""Windows of a catalog that are compared with each one of a query.

Of 999 windows, they held the first answer of comparing with all for 50 of 50 rendered live
versions; 128 held it for 45 (35 of the 36 where it was right), 64 for 44 (35 of 36).
"""

HELD = 25_000
"""Windows of a catalog up to which their passages are kept in memory: 67 MB of them."""

_PRODUCTS = 2**22
"""Products at a time: 16 MB of them."""

Way = Literal["memory", "index", "blocks"]


class CandidateSearch:
    """Finds the windows of a catalog that are nearest to a query's, by their passages.

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
        and the last find is exact.
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
        """Return the keys of the `count` nearest windows, best first; fewer if there are no more.

        Parameters
        ----------
        query
            A window of any length.
        count
            At least 1.
        """
        passages = query_passages(query.sequences.levels[-1])
        if self.way == "index":
            return list(self._catalog.nearest(passages, count))
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


def _nearest(query: NDArray[np.float32], blocks: Iterable[PassageBlock], count: int) -> list[int]:
    keys = np.empty(0, np.int64)
    scores = np.empty(0, np.float32)
    for block in blocks:
        keys = np.concatenate([keys, block.keys])
        scores = np.concatenate([scores, late_interaction(query, block)])
        if len(keys) > count:
            kept = np.argpartition(-scores, count - 1)[:count]
            keys, scores = keys[kept], scores[kept]
    order: list[int] = keys[np.lexsort((keys, -scores))].tolist()
    return order
