"""Retrieval metrics with bootstrap intervals: the one implementation, used everywhere."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

TOP = (1, 5, 10)
NAMES = ("mAP", "MR1", "MRR", *(f"top{k}" for k in TOP))

Floats = NDArray[np.float64]


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
        References that a query ranks; the most, where some queries leave more out.
    values
        ``mAP``, ``MR1`` (mean rank of the first true reference), ``MRR`` (mean of 1 over that
        rank), ``top1``, ``top5`` and ``top10`` (share of queries whose first true reference is
        that high). Empty when no query counts.
    """

    n_queries: int
    n_left_out: int
    n_references: int
    values: dict[str, Interval]

    def to_dict(self) -> dict[str, Any]:
        """Return the metrics as ``evaluate --json`` prints them."""
        return {
            "n_queries": self.n_queries,
            "n_left_out": self.n_left_out,
            "n_references": self.n_references,
            **{name: asdict(self.values[name]) if self.values else None for name in NAMES},
        }


def retrieval_metrics(
    scores: NDArray[np.floating[Any]],
    relevant: NDArray[np.bool_],
    valid: NDArray[np.bool_] | None = None,
    *,
    resamples: int = 2000,
    seed: int = 0,
) -> Metrics:
    """Measure a score matrix.

    References of equal score are ranked true ones last: a constant score looks as bad as it is.

    Parameters
    ----------
    scores
        (n_queries, n_references), finite; higher is more alike.
    relevant
        The same shape: whether the reference is a true one.
    valid
        The same shape: False leaves a reference out for that query (its own recording).
    resamples, seed
        Of the bootstrap over queries (percentile method).

    Raises
    ------
    ValueError
        If shapes differ or a score is not finite.
    """
    valid = np.ones(scores.shape, np.bool_) if valid is None else valid
    if not scores.shape == relevant.shape == valid.shape or scores.ndim != 2:
        raise ValueError(
            f"scores {scores.shape}, relevant {relevant.shape} and valid {valid.shape} must be "
            "matrices of one shape"
        )
    if not np.isfinite(scores).all():
        raise ValueError("every score must be finite")
    rows = [
        _query(scores[i, valid[i]], relevant[i, valid[i]])
        for i in range(len(scores))
        if (relevant[i] & valid[i]).any()
    ]
    n_queries, n_left_out = len(rows), len(scores) - len(rows)
    n_references = int(valid.sum(axis=1).max(initial=0))
    if not rows:
        return Metrics(0, n_left_out, n_references, {})
    table = np.array(rows)
    generator = np.random.default_rng(seed)
    picks = generator.integers(0, n_queries, (resamples, n_queries))
    means = np.stack([column[picks].mean(axis=1) for column in table.T], axis=1)
    low, high = np.percentile(means, [2.5, 97.5], axis=0)
    values = {
        name: Interval(float(table[:, i].mean()), float(low[i]), float(high[i]))
        for i, name in enumerate(NAMES)
    }
    return Metrics(n_queries, n_left_out, n_references, values)


def _query(scores: NDArray[np.floating[Any]], relevant: NDArray[np.bool_]) -> list[float]:
    """Return average precision, first rank, its reciprocal and top-k of one query."""
    order = np.lexsort((relevant, -scores))
    ranks = np.flatnonzero(relevant[order]) + 1
    precisions: Floats = np.arange(1, len(ranks) + 1) / ranks
    first = float(ranks[0])
    return [float(precisions.mean()), first, 1 / first, *(float(first <= k) for k in TOP)]
