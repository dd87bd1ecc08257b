"""Tempo of one window relative to another: the slope of the lines in their matrix of gains.

Every part that both windows play is a line of one slope, wherever it lies, and so is every repeat
of it. Lines are found by stretching the matrix until they are diagonals, and averaging along these.
A path cannot tell the slope by itself: it has to pay for leaving the diagonal, so that it follows
one tempo for as long as chance resemblances let it.
"""

import numpy as np
from numpy.typing import NDArray

RATIOS = np.exp(np.linspace(-np.log(2), np.log(2), 57))
"""Tempo ratios that are tried: half to double, 2.5 % apart. Over a line's length that is off by one
step at its ends; the peak between them is found by a parabola."""

LINE = 64
"""Steps of a line, 38 s, that gains are averaged over; fewer in a shorter window. Long lines tell
slopes apart; parts of songs are seldom longer."""

LEAST = 8
"""Steps, 5 s, of a window in which a tempo can be seen."""

_SHARPNESS = 3
"""Averages are squared so many times, so that few strong lines count for more than many faint ones.
Of 72 live simulations at 0.7 to 1.43 times the tempo, 5 are more than 3 % off so."""

Array = NDArray[np.float32]
Steps = NDArray[np.int64]


def tempo_ratio(gains: Array, line: int = LINE) -> float:
    """Return the tempo of a query divided by that of a reference.

    This is the only estimate of tempo: identification, comparisons and set lists report it.

    Parameters
    ----------
    gains : ndarray
        (query_steps, reference_steps) float32: standard deviations above the mean, as
        `samesong.runtime.matching.step_gains.step_gains` returns.
    line : int, optional
        Steps of a line, where they are longer than those of the finest level.

    Returns
    -------
    float
        0.5 to 2: reference steps a query step, so 1.1 if the query is 10 % faster. Where nothing
        can be seen, because windows are too short or without contrast, 1. Swapping query and
        reference gives the inverse.

    Notes
    -----
    A Radon transform of the matrix, limited to the length of a line.

    Examples
    --------
    A query that takes 11 steps for 10 of the reference is 10 % slower:

    >>> steps = np.arange(100)
    >>> gains = np.zeros((110, 100), np.float32)
    >>> gains[steps * 11 // 10, steps] = 1
    >>> round(tempo_ratio(gains), 2)
    0.91
    """
    if min(gains.shape) < LEAST:
        return 1.0
    strengths = np.array([_strength(gains, float(ratio), line) for ratio in RATIOS])
    if not strengths.max() > 0:
        return 1.0
    best = int(strengths.argmax())
    return float(np.exp(np.log(RATIOS[best]) + _beside(np.log(strengths + 1e-30), best)))


def stretched_steps(shape: tuple[int, ...], ratio: float) -> tuple[Steps, Steps]:
    """Return the steps of a query and a reference that follow each other at a tempo ratio.

    A matrix that is taken at these steps has a line of slope `ratio` on a diagonal, and about as
    many cells as before: both sides are stretched, by the square root of the ratio.

    Parameters
    ----------
    shape : tuple of int
        Steps of the query and of the reference.
    ratio : float
        Tempo of the query divided by that of the reference, above 0.

    Returns
    -------
    query, reference : ndarray
        (n,) and (m,) int64, rising; steps occur more than once, or never, where a side is
        lengthened or shortened.
    """
    query, reference = shape
    return _stretched(query, np.sqrt(ratio)), _stretched(reference, 1 / np.sqrt(ratio))


def _stretched(steps: int, factor: float) -> Steps:
    places = (np.arange(max(1, round(steps * factor))) + 0.5) / factor
    return np.minimum(places.astype(np.int64), steps - 1)


def _strength(gains: Array, ratio: float, line: int) -> float:
    """Return how strong the lines of one slope are."""
    lines = gains[np.ix_(*stretched_steps(gains.shape, ratio))]
    length, reached = min(line, *lines.shape), 1
    while reached < length:  # windows of `reached` steps make longer ones, twice as long at most
        more = min(reached, length - reached)
        lines = (lines[:-more, :-more] + lines[more:, more:]) * np.float32(0.5)
        reached += more
    powers = np.maximum(lines, 0).astype(np.float64)
    for _ in range(_SHARPNESS):
        powers *= powers
    return float(powers.mean())


def _beside(strengths: NDArray[np.float64], best: int) -> float:
    """Return how far beside its largest value, as a difference of logarithms, a curve peaks."""
    if not 0 < best < len(RATIOS) - 1:
        return 0.0
    before, peak, after = strengths[best - 1 : best + 2]
    bend = before - 2 * peak + after
    distance = 0.5 * (before - after) / bend if bend < 0 else 0.0
    return float(distance * np.log(RATIOS[1] / RATIOS[0]))
