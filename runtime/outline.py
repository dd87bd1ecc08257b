"""Outlines: the passages of a window one after the other, as a coarse sequence to align.

A window of a catalog has passages that follow each other, so their parts are its coarsest level in
steps of 2.4 s; averaged in twos, in steps of 4.8 s. The Smith-Waterman score of outlines tells
songs apart far better than passages do on their own (benchmarks/candidate_stages.py). Against 667
real windows, of 45 simulated live queries this share has the right window among the best:

| | 0.1 % | 1 % | 10 % | a window |
|---|---|---|---|---|
| steps of 2.4 s | .84 | .91 | .96 | 0.028 ms |
| steps of 3.6 s | .67 | .87 | .93 | 0.011 ms |
| steps of 4.8 s | .69 | .84 | .93 | 0.005 ms |
| steps of 7.2 s | .42 | .69 | .80 | 0.003 ms |
| late interaction of passages | .40 | .51 | .82 | 0.003 ms |
"""

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.alignment_score import alignment_scores
from samesong.runtime.csm import products
from samesong.runtime.passages import PARTS, reference_passages
from samesong.runtime.references import PassageBlock

Array = NDArray[np.float32]

_BATCH = 64
"""Windows aligned at a time: more fall out of a core's cache."""


def outline(passages: Array) -> Array:
    """Lay the parts of passages (..., n, PARTS * dim) one behind the other.

    Returns
    -------
    (..., n * PARTS, dim) float32
        Rows of length 1, or 0 where a short window has nothing.
    """
    *batch, count, dim = passages.shape
    return _unit(passages.reshape(*batch, count * PARTS, dim // PARTS))


def coarse_outline(passages: Array) -> Array:
    """Average an outline in twos: (..., n * PARTS // 2, dim), rows of length 1 or 0."""
    rows = outline(passages)
    last = rows.shape[-2] // 2 * 2
    return _unit(rows[..., 0:last:2, :] + rows[..., 1:last:2, :])


def outline_scores(level: Array, block: PassageBlock) -> Array:
    """Return how well a window of a query aligns with those of a block.

    Parameters
    ----------
    level
        The coarsest level of the query's window, (steps, dim).
    block
        Windows of a catalog.

    Returns
    -------
    (n_windows,) float32
        Scores as of `samesong.runtime.alignment_score.alignment_scores`.
    """
    query = outline(reference_passages(level))
    scores = np.empty(len(block.keys), np.float32)
    counts = block.counts
    for count in np.unique(counts):
        members = np.flatnonzero(counts == count)
        for start in range(0, len(members), _BATCH):
            batch = members[start : start + _BATCH]
            rows = block.firsts[batch, None] + np.arange(count)
            scores[batch] = alignment_scores(products(query, outline(block.vectors[rows])))
    return scores


def _unit(rows: Array) -> Array:
    length = np.sqrt(np.einsum("...i,...i->...", rows, rows))[..., None]
    return np.asarray(rows / np.where(length > 0, length, 1), np.float32)
