"""95 % intervals of what is measured on queries."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

_Z = 1.959963984540054
"""Standard deviations of a normal distribution that 95 % lie within."""


@dataclass(frozen=True)
class Interval:
    """A measured value and its 95 % interval over queries."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


def proportion(share: float, count: int) -> Interval:
    """Return Wilson's interval of a proportion.

    A bootstrap of a few queries that are all right says that the model is never wrong; this says
    what so few can tell.

    Parameters
    ----------
    share : float
        Share of the queries, 0 to 1. Also the mean of values from 0 to 1, which vary less than
        those of a proportion: for them the interval is wider than need be.
    count : int
        Number of queries, at least 1.

    Returns
    -------
    Interval
        Within 0 to 1.

    Notes
    -----
    Wilson, "Probable inference, the law of succession, and statistical inference" (1927), without
    correction for continuity.

    Examples
    --------
    >>> str(proportion(1.0, 3)), str(proportion(0.5, 100))
    ('1.000 (0.439 to 1.000)', '0.500 (0.404 to 0.596)')
    """
    z = _Z**2 / count
    middle = (share + z / 2) / (1 + z)
    half = sqrt(z * share * (1 - share) + z**2 / 4) / (1 + z)
    return Interval(share, max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half)))


def bootstrapped(value: float, resampled: NDArray[np.float64]) -> Interval:
    """Return the interval of a value by the percentiles of its resamples.

    Parameters
    ----------
    value : float
        What was measured.
    resampled : ndarray
        (n,) float64: the same of resampled queries.

    Returns
    -------
    Interval
        Of 2.5 to 97.5 %.
    """
    low, high = np.percentile(resampled, [2.5, 97.5])
    return Interval(value, float(low), float(high))


def resampled_queries(n_queries: int, resamples: int, seed: int) -> NDArray[np.int64]:
    """Draw queries with replacement.

    Parameters
    ----------
    n_queries, resamples, seed : int
        Number of queries and of resamples, and the seed.

    Returns
    -------
    ndarray
        (resamples, n_queries) int64: indices of queries.
    """
    return np.random.default_rng(seed).integers(0, n_queries, (resamples, n_queries))
