"""The boundary between two songs: the step at which both sides together gain most."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.inference.fitted import Fitted

NEAR = 12.0
"""Seconds from either end of a track that still count as its beginning or its end."""

Array = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Side:
    """A song on one side of a boundary.

    Attributes
    ----------
    music : ndarray
        (n_steps,) float32: gain of each step from being music.
    positions : ndarray or None
        (n_steps, n_positions) float32: gain of each step from being at each position of the track;
        None for a song that is not in the catalog.
    most_steps : int or None
        Steps that it may last, counted from its own side; None for any number.
    """

    music: Array
    positions: Array | None = None
    most_steps: int | None = None

    def mirrored(self) -> "Side":
        """Return the same song played backwards."""
        positions = None if self.positions is None else self.positions[::-1, ::-1]
        return Side(self.music[::-1], positions, self.most_steps)


def find_boundary(
    left: Side | None, pause: Array, right: Side | None, step_seconds: float, fitted: Fitted
) -> tuple[int, int]:
    """Return where one song ends and where the next one begins.

    Parameters
    ----------
    left, right : Side or None
        The two songs, over all steps between them; None at the ends of a recording.
    pause : ndarray
        (n_steps,) float32: gain of each step from being of neither.
    step_seconds : float
        Seconds a step.
    fitted : Fitted
        Costs of the model.

    Returns
    -------
    tuple of int
        The first step that is not of `left`, and the first that is of `right`: 0 to n_steps, the
        second not below the first.
    """
    quiet = np.concatenate([[0.0], np.cumsum(pause, dtype=np.float64)])
    nothing = np.full(len(quiet), -np.inf)
    nothing[0] = 0.0
    before = nothing if left is None else prefix_gains(left, step_seconds, fitted)
    after = nothing if right is None else prefix_gains(right.mirrored(), step_seconds, fitted)
    after = after[::-1]
    # For each end of the pause its best beginning, at or before it.
    opening = before - quiet
    best = np.maximum.accumulate(opening)
    total = best + quiet + after
    if left is not None and right is not None:
        # One song may follow the other at once.
        total = np.maximum(total - fitted.setlist.pause_cost, before + after)
    last = int(np.argmax(total))
    if left is not None and right is not None and total[last] == before[last] + after[last]:
        return last, last
    return int(np.argmax(opening[: last + 1])), last


def prefix_gains(side: Side, step_seconds: float, fitted: Fitted) -> NDArray[np.float64]:
    """Return the gain of the first i steps from being of a song that ends there.

    In a track, positions follow each other as in `samesong.runtime.matching.alignment`, except that
    a path may begin anywhere, and go on anywhere else at a cost.

    Parameters
    ----------
    side : Side
        The song.
    step_seconds : float
        Seconds a step.
    fitted : Fitted
        Costs of the model.

    Returns
    -------
    ndarray
        (n_steps + 1,) float64, for i from 0 to n_steps; -inf where it would be too long.
    """
    music = np.concatenate([[0.0], np.cumsum(side.music, dtype=np.float64)])
    if side.most_steps is not None:
        music[side.most_steps + 1 :] = -np.inf
    if side.positions is None:
        return music
    costs, skip = fitted.setlist, fitted.path.skip
    n_steps, n_positions = side.positions.shape
    leaving = np.zeros(n_positions)
    leaving[: max(0, n_positions - round(NEAR / step_seconds))] = -costs.ends_cost
    along = np.zeros(n_steps + 1)
    two_back = np.full(n_positions, -np.inf)  # the best paths to all positions two steps ago
    one_back = np.zeros(n_positions)  # and one step ago: before the first, nothing is gained
    outside = np.full(1, -np.inf)
    for step in range(n_steps):
        best = np.full(n_positions, one_back.max() - (costs.jump_cost if step else 0.0))
        for way in (one_back, np.concatenate([outside, one_back[:-1]]) - skip, two_back - skip):
            np.maximum(best[1:], way[:-1], out=best[1:])
        one_back, two_back = best + side.positions[step], one_back
        along[step + 1] = (one_back + leaving).max()
    return music + along
