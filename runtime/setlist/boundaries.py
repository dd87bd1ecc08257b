"""Where one song gives way to the next: the step at which both sides together gain most."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SKIP = 1.0
"""The same as `samesong.runtime.inference.fitted.PathParameters.skip`."""
JUMP = 12.0
"""What it costs to go on at any other place of a track: a verse left out, or a song begun again."""
ENDS = 6.0
"""What it costs to come into a track behind its beginning, or to leave it before its end."""
PAUSE = 6.0
"""What it costs to pause between songs."""
NEAR = 12.0
"""Seconds from either end of a track that still count as its beginning or its end."""

Array = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Side:
    """A song on one side of a boundary.

    Attributes
    ----------
    base
        (n_steps,): what each step gains by being of this side, wherever in the track it may be.
    gains
        (n_steps, n_positions): what each step gains by being at a position of the track; None
        when it is no track's.
    limit
        Steps that it may cover at most, counted from its own side.
    """

    base: Array
    gains: Array | None = None
    limit: int | None = None


def turn(
    left: Side | None, pause: Array, right: Side | None, step_seconds: float
) -> tuple[int, int]:
    """Return where one song ends and where the next one begins.

    Parameters
    ----------
    left, right
        The two songs, over all steps between them; None at the ends of a recording.
    pause
        (n_steps,): what each step gains by being of neither.
    step_seconds
        Seconds a step.

    Returns
    -------
    int, int
        The first step that is not of `left`, and the first that is of `right`: 0 to n_steps, the
        second not below the first.
    """
    quiet = np.concatenate([[0.0], np.cumsum(pause, dtype=np.float64)])
    nothing = np.full(len(quiet), -np.inf)
    nothing[0] = 0.0
    before = nothing if left is None else covered(left, step_seconds)
    after = (nothing if right is None else covered(_mirrored(right), step_seconds))[::-1]
    # For each end of the pause its best beginning, at or before it.
    opening = before - quiet
    best = np.maximum.accumulate(opening)
    paused = best + quiet + after
    if left is not None and right is not None:
        paused = np.maximum(paused - PAUSE, before + after)  # one song may follow the other
    last = int(np.argmax(paused))
    if left is not None and right is not None and paused[last] == before[last] + after[last]:
        return last, last
    return int(np.argmax(opening[: last + 1])), last


def _mirrored(side: Side) -> Side:
    gains = None if side.gains is None else side.gains[::-1, ::-1]
    return Side(side.base[::-1], gains, side.limit)


def covered(side: Side, step_seconds: float) -> NDArray[np.float64]:
    """Return what the first i steps gain by being of a side that ends there, i from 0 to n_steps.

    In a track, positions follow each other as in `samesong.runtime.matching.alignment`, except that
    a path may begin anywhere, and go on anywhere else at a cost.
    """
    base = np.concatenate([[0.0], np.cumsum(side.base, dtype=np.float64)])
    if side.limit is not None:
        base[side.limit + 1 :] = -np.inf
    if side.gains is None:
        return base
    n_steps, n_positions = side.gains.shape
    leaving = np.zeros(n_positions)
    leaving[: max(0, n_positions - round(NEAR / step_seconds))] = -ENDS
    along = np.zeros(n_steps + 1)
    two = np.full(n_positions, -np.inf)  # the best paths to all positions two steps ago
    one = np.zeros(n_positions)  # and one step ago: before the first, nothing is gained
    out = np.full(2, -np.inf)
    for step in range(n_steps):
        best = np.full(n_positions, one.max() - (JUMP if step else 0.0))
        for way in (one, np.concatenate([out[:1], one[:-1]]) - SKIP, two - SKIP):
            np.maximum(best[1:], way[:-1], out=best[1:])
        one, two = best + side.gains[step], one
        along[step + 1] = (one + leaving).max()
    return base + along
