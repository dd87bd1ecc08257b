"""The best sequence of states of a recording's parts (Viterbi's algorithm)."""

from collections.abc import Iterator
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def best_states(gains: Array, entry_costs: Array) -> NDArray[np.int64]:
    """Return the sequence of states with the largest sum of gains less costs of entering.

    A. J. Viterbi, "Error bounds for convolutional codes and an asymptotically optimum decoding
    algorithm", IEEE Transactions on Information Theory 13(2), 1967; here a state may follow any
    other, at a cost that depends on the state entered and on where, so that a step takes time
    proportional to the number of states.

    Parameters
    ----------
    gains : ndarray
        (n_parts, n_states) float64: gain of each part from being in each state.
    entry_costs : ndarray
        (n_states,) or (n_parts, n_states) float64, 0 or above: cost of coming into a state from
        another one, or of beginning with it; the same in each part unless given for each.

    Returns
    -------
    ndarray
        (n_parts,) int64: the state of each part. Of two sequences with the same gain, the one that
        stays in a state wins.
    """
    n_parts, n_states = gains.shape
    costs = np.broadcast_to(entry_costs, gains.shape)
    came_from = np.empty((n_parts, n_states), np.int64)
    total = gains[0] - costs[0]
    stay = np.arange(n_states)
    for part in range(1, n_parts):
        best = int(np.argmax(total))
        moved = total[best] - costs[part]
        stays = total >= moved
        came_from[part] = np.where(stays, stay, best)
        total = np.where(stays, total, moved) + gains[part]
    states = np.empty(n_parts, np.int64)
    states[-1] = np.argmax(total)
    for part in range(n_parts - 1, 0, -1):
        states[part - 1] = came_from[part, states[part]]
    return states


def runs(states: NDArray[np.int64]) -> Iterator[tuple[int, int, int]]:
    """Yield each run of equal states.

    Parameters
    ----------
    states : ndarray
        (n_parts,) int64.

    Yields
    ------
    tuple of int
        State, first part, part after the last.

    Examples
    --------
    >>> list(runs(np.array([2, 2, 0])))
    [(2, 0, 2), (0, 2, 3)]
    """
    first = 0
    for state, parts in groupby(states.tolist()):
        last = first + sum(1 for _ in parts)
        yield state, first, last
        first = last
