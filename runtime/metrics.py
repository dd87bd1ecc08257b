"""Retrieval metrics with bootstrap intervals: the one implementation, used everywhere."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Interval:
    """A measured value and its 95 % bootstrap interval over queries."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Metrics:
    """How well queries find their references.

    Attributes
    ----------
    n_queries
        Queries that have a true reference; only these count.
    n_left_out
        Queries without one.
    n_references
        References ranked.
    values
        ``mAP``, ``MR1`` (mean rank of the first true reference), ``MRR`` (mean of 1 over that
        rank), ``top1``, ``top5`` and ``top10`` (share of queries whose first true reference is
        that high).
    """

    n_queries: int
    n_left_out: int
    n_references: int
    values: dict[str, Interval]

    def to_dict(self) -> dict[str, Any]:
        """Return the metrics as ``evaluate --json`` prints them."""
        raise NotImplementedError


def retrieval_metrics(
    scores: NDArray[np.floating[Any]],
    relevant: NDArray[np.bool_],
    valid: NDArray[np.bool_] | None = None,
    *,
    resamples: int = 2000,
    seed: int = 0,
) -> Metrics:
    """Measure a score matrix.

    Parameters
    ----------
    scores
        (n_queries, n_references); higher is more alike.
    relevant
        The same shape: whether the reference is a true one.
    valid
        The same shape: False leaves a reference out for that query (its own recording).
    resamples, seed
        Of the bootstrap.
    """
    raise NotImplementedError
