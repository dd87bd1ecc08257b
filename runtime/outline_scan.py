"""The coarse outlines of many windows in memory, and which of them align best with a query's."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.alignment_score import CHANCE, path_gains
from samesong.runtime.outline import coarse_outline
from samesong.runtime.passages import reference_passages
from samesong.runtime.references import PassageBlock

Scores = NDArray[np.float32]

_BATCH = 512
"""Windows aligned at a time: more fall out of a core's cache, fewer wait for the interpreter."""

_LARGEST = 127
"""Code that stands for 1."""


class OutlineScan:
    """Aligns windows of a query with the coarse outlines of all windows of some blocks.

    An outline takes 0.8 KB for 120 s, in eight bits a component; that scales all cells of a CSM,
    which its gains do not depend on.

    Parameters
    ----------
    blocks
        The windows; they are read once.
    """

    def __init__(self, blocks: Iterable[PassageBlock]) -> None:
        keys: dict[int, list[NDArray[np.int64]]] = {}
        codes: dict[int, list[NDArray[np.int8]]] = {}
        for block in blocks:
            counts = block.counts
            for count in np.unique(counts).tolist():
                members = np.flatnonzero(counts == count)
                rows = coarse_outline(block.vectors[block.firsts[members, None] + np.arange(count)])
                keys.setdefault(count, []).append(block.keys[members])
                codes.setdefault(count, []).append(np.rint(_LARGEST * rows).astype(np.int8))
        self._keys: list[NDArray[np.int64]] = []
        self._batches: list[NDArray[np.int8]] = []  # (steps, dim, windows): see `path_gains`
        for count in sorted(keys):
            self._keys.append(np.concatenate(keys.pop(count)))
            whole = np.concatenate(codes.pop(count))
            for start in range(0, len(whole), _BATCH):
                batch = whole[start : start + _BATCH].transpose(1, 2, 0)
                self._batches.append(np.ascontiguousarray(batch))

    def best(self, level: NDArray[np.float32], count: int) -> tuple[NDArray[np.int64], Scores]:
        """Return the keys and the scores of the `count` best windows, in any order.

        Parameters
        ----------
        level
            The coarsest level of the query's window, (steps, dim).
        count
            At least 1; there may be fewer windows.
        """
        if not self._batches:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        query = coarse_outline(reference_passages(level))
        keys = np.concatenate(self._keys)
        scores = np.concatenate([_scores(query, batch) for batch in self._batches])
        if len(keys) > count:
            kept = np.argpartition(-scores, count - 1)[:count]
            keys, scores = keys[kept], scores[kept]
        return keys, scores


def _scores(query: NDArray[np.float32], codes: NDArray[np.int8]) -> Scores:
    cells = np.matmul(query, codes.astype(np.float32)) / np.float32(_LARGEST)
    factor, power = CHANCE
    chance = factor * min(cells.shape[:2]) ** power
    return np.asarray(np.sqrt(path_gains(cells)) - chance, np.float32)
