"""Whether two recordings are one: the steps that sound at the same time are alike.

Encoders differ in what they leave out, in sample rate, loudness and delay. None of that changes a
step of the finest level much, and all of it changes every step alike. Two performances, even by
one band to one click, differ more in some steps than in others.
"""

from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.representation.window import Window

Array = NDArray[np.float32]

LATEST = 1.2
"""Seconds by which one may start later than the other: encoder delay, or silence that was cut."""

_LAGS_A_STEP = 4
"""Lags that are tried in a step: at a quarter of one off, codecs still differ more than delay."""

SPEEDS = (0.0, *(sign * n / 200 for n in range(1, 17) for sign in (1, -1)))
"""Differences of speed that are tried, none first: by halves of a per cent to 8 %, beyond which the
ends of what is long enough to tell do not coincide."""

_LEAST_SQUARE = np.float32(1e-18)  # keeps the cosine with a step of no length finite

_SHARE_BELOW = 0.1
"""Share of steps that may differ more: where music begins and ends, and where codecs fail."""


def twin_cosine(first: Sequence[Window], second: Sequence[Window], step_seconds: float) -> float:
    """Return the cosine that nine of ten steps of two recordings reach at the same time.

    Parameters
    ----------
    first, second : sequence of Window
        The windows of each recording, as `Analyser` makes them, or those at one place of both.
    step_seconds : float
        Seconds a step of the finest level.

    Returns
    -------
    float
        Cosine, -1 to 1; -1 where the windows do not begin and end at the same times, within
        `LATEST`.
    """
    if len(first) != len(second) or not all(map(_coincide, first, second)):
        return -1.0
    cosines = [
        _cosines(one.sequences.levels[0], other.sequences.levels[0], step_seconds)
        for one, other in zip(first, second, strict=True)
    ]
    return float(np.quantile(np.concatenate(cosines), _SHARE_BELOW)) if cosines else -1.0


def speed_gain(first: Sequence[Window], second: Sequence[Window], step_seconds: float) -> float:
    """Return how much better two recordings agree if one of them runs faster than the other.

    Parameters
    ----------
    first, second : sequence of Window
        The windows of each recording, which coincide as for `twin_cosine`.
    step_seconds : float
        Seconds a step of the finest level.

    Returns
    -------
    float
        Cosine that the best of `SPEEDS` gains over none, summed over all steps, 0 or above.
    """
    sums = np.zeros(len(SPEEDS))
    for one, other in zip(first, second, strict=True):
        levels = one.sequences.levels[0], other.sequences.levels[0]
        sums += [len(levels[0]) * _at_speed(*levels, speed, step_seconds) for speed in SPEEDS]
    return float(sums.max() - sums[0])


def _coincide(first: Window, second: Window) -> bool:
    return abs(first.start - second.start) <= LATEST and abs(first.end - second.end) <= 2 * LATEST


def _cosines(first: Array, second: Array, step_seconds: float) -> Array:
    """Return the cosines of simultaneous steps, at the lag at which they are highest."""
    most = round(LATEST / step_seconds * _LAGS_A_STEP)
    found = [*_at_lags(first, second, range(most + 1))]
    found += _at_lags(second, first, range(1, most + 1))
    enough = [one for one in found if 2 * len(one) > len(first)]
    return max(enough or found[:1], key=lambda one: float(one.mean()))


def _at_lags(first: Array, second: Array, lags: range) -> Iterator[Array]:
    """Yield the cosines of steps of `first`, of length 1, with `second` some quarters later.

    Between two steps lies their weighted mean. Its product with a step of `first` is the mean of
    theirs, and its length follows from theirs and their product, so that it need not be made.
    """
    squares, neighbours = _products(second, second), _products(second[:-1], second[1:])
    products = cache(lambda whole: _products(first, second[whole:]))
    for lag in lags:
        whole, quarters = divmod(lag, _LAGS_A_STEP)
        if len(second) <= whole + 1:
            quarters = 0  # nothing follows
        share = np.float32(quarters / _LAGS_A_STEP)
        n_steps = min(len(first), max(len(second) - whole - bool(quarters), 0))
        dots, square = products(whole)[:n_steps], squares[whole:][:n_steps]
        if quarters:
            rest = 1 - share
            dots = rest * dots + share * products(whole + 1)[:n_steps]
            square = rest**2 * square + share**2 * squares[whole + 1 :][:n_steps]
            square += 2 * share * rest * neighbours[whole:][:n_steps]
        yield np.asarray(dots / np.sqrt(np.maximum(square, _LEAST_SQUARE)), np.float32)


def _products(first: Array, second: Array) -> Array:
    """Return the inner products of simultaneous steps, as far as both have them."""
    n_steps = min(len(first), len(second))
    return np.asarray(np.einsum("ij,ij->i", first[:n_steps], second[:n_steps]), np.float32)


def _at_speed(first: Array, second: Array, speed: float, step_seconds: float) -> float:
    """Return the mean cosine of steps where the second runs faster, at the best lag."""
    most = round(LATEST / step_seconds * _LAGS_A_STEP)
    steps = np.arange(len(first))
    middle = (len(first) - 1) / 2
    best = -1.0
    for lag in range(-most, most + 1):
        places = steps + lag / _LAGS_A_STEP + speed * (steps - middle)
        there = (places >= 0) & (places <= len(second) - 1)
        if 2 * there.sum() <= len(first):
            continue
        whole = places[there].astype(np.intp)
        share = (places[there] - whole).astype(np.float32)[:, None]
        following = second[np.minimum(whole + 1, len(second) - 1)]
        theirs = (1 - share) * second[whole] + share * following
        length = np.sqrt(np.maximum(_products(theirs, theirs), _LEAST_SQUARE))
        best = max(best, float((_products(first[there], theirs) / length).mean()))
    return best
