"""Outlines: the coarsest level of a window averaged in twos, and again, to be compared fast.

A window's outline has steps of 2.4 s, its coarse outline steps of 4.8 s.
benchmarks/candidate_stages.py measures how well they separate songs.
"""

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.representation.deep_sequences import unit

Array = NDArray[np.float32]


def outline(level: Array) -> Array:
    """Average steps in twos: (..., steps, dim) becomes (..., steps // 2, dim).

    Parameters
    ----------
    level : ndarray
        (..., steps, dim) float32.

    Returns
    -------
    (..., n, dim) float32
        Rows of length 1 (or 0, of two that cancel out). An odd step at the end is left out; a
        single one stays.
    """
    last = level.shape[-2] // 2 * 2
    return unit(level[..., 0:last:2, :] + level[..., 1:last:2, :]) if last else level


def coarse_outline(level: Array) -> Array:
    """Average steps in fours: `outline` of the outline.

    Parameters
    ----------
    level : ndarray
        (..., steps, dim) float32.

    Returns
    -------
    ndarray
        (..., steps // 4, dim) float32.
    """
    return outline(outline(level))
