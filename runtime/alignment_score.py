"""How well and how long a passage of one recording runs along one of another, from a CSM alone.

The scorer's CNN sees a CSM in patches; what it misses is that one diagonal goes on and on. This is
the Smith-Waterman score of a coarse CSM, as Qmax is that of binary chroma recurrence plots
(Serra, Serra and Andrzejak, "Cross recurrence quantification for cover song identification", 2009).
"""

import numpy as np
from numpy.typing import NDArray

THRESHOLD = 0.5
"""Standard deviations above its row's and its column's mean from which on a cell adds."""

SKIPPED = 0.5
"""Share of a bad cell's loss that a move over it costs; moves over good cells are free."""

CHANCE = (1.239, 0.361)
"""What different songs reach on average in the coarsest CSM is a * steps ** b. Steps are those of
the shorter side; fitted to rendered works of 9 to 101 steps against windows of 101 steps."""

CHROMA_CHANCE = (1.389, 0.356)
"""The same in the CSM of chroma."""

Array = NDArray[np.float32]


def alignment_scores(csms: Array, chance: tuple[float, float] = CHANCE) -> Array:
    """Return the score of the best local alignment in each CSM.

    A path takes the moves (1, 1), (2, 1) and (1, 2), so that tempo ratios from 0.5 to 2 fit. Rows
    depend on earlier rows alone and are computed whole, for all CSMs at once.

    Parameters
    ----------
    csms
        (batch, query_steps, reference_steps) cosines.
    chance
        `CHANCE` or `CHROMA_CHANCE`.

    Returns
    -------
    (batch,) float32
        Square root of the best path's sum of gains, above what chance reaches: around 0 for
        different songs, up to 10 for a song that matches for 120 s.
    """
    gain = gains(csms)
    skip: Array = np.float32(SKIPPED) * np.minimum(gain, 0)
    batch, rows, columns = gain.shape
    # Two columns of zeros in front, and two rows: a path may begin anywhere.
    last: Array = np.zeros((batch, columns + 2), np.float32)
    before: Array = last
    skipped_row: Array = np.zeros((batch, columns), np.float32)
    best = np.zeros(batch, np.float32)
    for row in range(rows):
        here: Array = np.zeros((batch, columns + 2), np.float32)
        total = here[:, 2:]
        np.maximum(last[:, 1:-1], before[:, 1:-1] + skipped_row, out=total)
        total[:, 1:] = np.maximum(total[:, 1:], last[:, 1:-2] + skip[:, row, :-1])
        total += gain[:, row]
        np.maximum(total, 0, out=total)
        np.maximum(best, total.max(axis=1), out=best)
        last, before, skipped_row = here, last, skip[:, row]
    factor, power = chance
    return np.asarray(np.sqrt(best) - factor * min(rows, columns) ** power, np.float32)


def gains(csms: Array) -> Array:
    """Return what each cell adds to a path, in standard deviations less `THRESHOLD`.

    They are counted from the mean of its row and from that of its column, and averaged.

    A step that is like all others of the other recording (a hub) says nothing about where it
    belongs.
    """
    result = np.full_like(csms, -THRESHOLD)
    for axis in (1, 2):
        deviation = csms.std(axis=axis, keepdims=True)
        centred = csms - csms.mean(axis=axis, keepdims=True)
        result += 0.5 * centred / np.maximum(deviation, 1e-3)
    return result
