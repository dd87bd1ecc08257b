"""Running medians by a sorting network: a few dozen minima and maxima of whole arrays.

A network sorts the values around each place by comparing pairs of them, the same pairs everywhere.
So one minimum and one maximum of an array and the same array shifted make a comparison everywhere
at once, and also every other comparison of values that far apart. Those that no median depends on
are left out.

Source: K. E. Batcher, "Sorting networks and their applications", AFIPS 1968 (odd-even merging).
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_BLOCK = 2**14
"""Values worked on together, so that all that is made of them stays in cache."""


class _Wire(NamedTuple):
    """An array, by its number, whose element i + shift belongs to place i."""

    array: int
    shift: int


class _Step(NamedTuple):
    """The making of an array: element i is the lesser (or greater) of two wires' at place i."""

    choose: np.ufunc
    left: _Wire
    right: _Wire


class _Network(NamedTuple):
    """Steps that lead from the values, array 0, to the median, and where that is.

    Each step comes with the number of the array that it makes, and those of the arrays that no
    later one takes.
    """

    steps: list[tuple[int, _Step, list[int]]]
    median: _Wire


def running_median(
    values: NDArray[np.float32], width: int, axis: int, block_size: int = _BLOCK
) -> NDArray[np.float32]:
    """Return the median of the `width` values around each value along an axis, ends mirrored.

    Parameters
    ----------
    values : ndarray, shape (m, n)
        Without NaN.
    width : int
        Odd, 3 or above, and less than twice the length of the axis.
    axis : int
        0 or 1.
    block_size : int, optional
        Values worked on together, roughly.

    Returns
    -------
    ndarray, shape (m, n), float32
        The medians.
    """
    lines = np.moveaxis(values, axis, 1)
    padded = np.pad(lines, ((0, 0), (width // 2, width // 2)), mode="reflect")
    medians = np.empty_like(values)
    result = np.moveaxis(medians, axis, 1)
    n_lines = max(block_size // padded.shape[1], 1)
    for first in range(0, len(lines), n_lines):
        block = padded[first : first + n_lines]
        result[first : first + n_lines] = _medians(block, width)
    return medians


def _medians(padded: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    steps, median = _network(width)
    arrays = {0: padded}
    for number, (choose, left, right), used_up in steps:
        sides = [arrays[wire.array][:, wire.shift :] for wire in (left, right)]
        length = min(side.shape[1] for side in sides)
        arrays[number] = choose(*(side[:, :length] for side in sides))
        for old in used_up:  # its memory, still in cache, is the next one's
            del arrays[old]
    n = padded.shape[1] - width + 1
    return arrays[median.array][:, median.shift : median.shift + n]


@lru_cache(maxsize=8)
def _network(width: int) -> _Network:
    made: dict[_Step, int] = {}
    wires = [_Wire(0, place) for place in range(width)]
    for low, high in _comparisons(width):
        first, second = sorted((wires[low], wires[high]), key=lambda wire: wire.shift)
        left, right = _Wire(first.array, 0), _Wire(second.array, second.shift - first.shift)
        for place, choose in ((low, np.minimum), (high, np.maximum)):
            number = made.setdefault(_Step(choose, left, right), len(made) + 1)
            wires[place] = _Wire(number, first.shift)
    median = wires[width // 2]
    needed = {median.array}
    steps = []
    for step, number in reversed(made.items()):
        if number in needed:
            taken = {step.left.array, step.right.array}
            steps.append((number, step, sorted(taken - needed)))
            needed |= taken
    return _Network(steps[::-1], median)


def _comparisons(n: int) -> Iterator[tuple[int, int]]:
    """Yield the pairs of places whose values Batcher's network puts in order, for `n` places."""
    run = 1  # length of the runs that are sorted
    while run < n:
        apart = run
        while apart:
            for start in range(apart % run, n - apart, 2 * apart):
                for low in range(start, min(start + apart, n - apart)):
                    if low // (2 * run) == (low + apart) // (2 * run):
                        yield low, low + apart
            apart //= 2
        run *= 2
