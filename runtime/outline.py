"""Outlines: the coarsest level of a window averaged in twos, and again, to be aligned fast.

A window's outline has steps of 2.4 s, its coarse outline steps of 4.8 s. What their Smith-Waterman
scores tell of songs, benchmarks/candidate_stages.py measures.
"""

from concurrent.futures import Executor

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.alignment_score import alignment_scores
from samesong.runtime.csm import products
from samesong.runtime.level_block import LevelBlock
from samesong.runtime.sequences import rows_of, unit

Array = NDArray[np.float32]

_BATCH = 64
"""Windows aligned at a time: more fall out of a core's cache."""


def outline(level: Array) -> Array:
    """Average steps in twos: (..., steps, dim) becomes (..., steps // 2, dim).

    Returns
    -------
    (..., n, dim) float32
        Rows of length 1 (or 0, of two that cancel out). An odd step at the end is left out; a
        single one stays.
    """
    last = level.shape[-2] // 2 * 2
    return unit(level[..., 0:last:2, :] + level[..., 1:last:2, :]) if last else level


def coarse_outline(level: Array) -> Array:
    """Average steps in fours: `outline` of the outline."""
    return outline(outline(level))


def outline_scores(level: Array, block: LevelBlock, pool: Executor) -> Array:
    """Return how well the outline of a query's window aligns with those of a block.

    Parameters
    ----------
    level
        The coarsest level of the query's window, (steps, dim).
    block
        Windows of a catalog.
    pool
        Threads to work on.

    Returns
    -------
    (n_windows,) float32
        Scores as of `samesong.runtime.alignment_score.alignment_scores`.
    """
    query = outline(level)
    scores = np.empty(len(block.keys), np.float32)

    def run(batch: tuple[NDArray[np.int64], NDArray[np.int8]]) -> None:
        places, codes = batch
        scores[places] = alignment_scores(products(query, outline(rows_of(codes))))

    for _ in pool.map(run, block.batches(_BATCH)):
        pass
    return scores
