"""Decides jointly what each part of a recording is: the best sequence of states (Viterbi)."""

from collections.abc import Iterator
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def best_states(gains: Array, entry: Array) -> NDArray[np.int64]:
    """Return the sequence of states with the largest sum of gains less costs of entering.

    A. J. Viterbi, "Error bounds for convolutional codes and an asymptotically optimum decoding
    algorithm", IEEE Transactions on Information Theory 13(2), 1967; here a state may follow any
    other, at a cost that depends on the state entered alone, so that a step takes time
    proportional to the number of states.

    Parameters
    ----------
    gains
        (n_cells, n_states): what a cell gains by being in a state.
    entry
        (n_states,), 0 or above: what it costs to come into a state from another one, or to begin
        with it.

    Returns
    -------
    (n_cells,) int64
        The state of each cell. Where two sequences gain the same, the one that stays wins.
    """
    n_cells, n_states = gains.shape
    came = np.empty((n_cells, n_states), np.int64)
    total = gains[0] - entry
    stay = np.arange(n_states)
    for cell in range(1, n_cells):
        best = int(np.argmax(total))
        moved = total[best] - entry
        stays = total >= moved
        came[cell] = np.where(stays, stay, best)
        total = np.where(stays, total, moved) + gains[cell]
    states = np.empty(n_cells, np.int64)
    states[-1] = np.argmax(total)
    for cell in range(n_cells - 1, 0, -1):
        states[cell - 1] = came[cell, states[cell]]
    return states


def runs(states: NDArray[np.int64]) -> Iterator[tuple[int, int, int]]:
    """Yield (state, first cell, cell after the last) of each run of equal states.

    >>> list(runs(np.array([2, 2, 0])))
    [(2, 0, 2), (0, 2, 3)]
    """
    first = 0
    for state, cells in groupby(states.tolist()):
        last = first + sum(1 for _ in cells)
        yield state, first, last
        first = last
