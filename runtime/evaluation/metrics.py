"""Retrieval metrics with bootstrap intervals; everything that measures uses these."""

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

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


@dataclass(frozen=True)
class RetrievalMetrics:
    """Accuracy with which queries find their references.

    Attributes
    ----------
    n_queries : int
        Queries that have a true reference; only these count.
    n_left_out : int
        Queries without one.
    n_references : int
        References that a query ranks; the most, where some queries leave more out.
    values : dict of str to Interval
        ``mAP``, ``MR1`` (mean rank of the first true reference), ``MRR`` (mean of 1 over that
        rank), ``top1``, ``top5`` and ``top10`` (share of queries whose first true reference is
        that high). Empty when no query counts.

    Examples
    --------
    >>> metrics = retrieval_metrics(np.eye(3), np.eye(3, dtype=bool))
    >>> metrics.n_queries, str(metrics.values["mAP"])
    (3, '1.000 (1.000 to 1.000)')
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


@dataclass(frozen=True)
class OpenSet:
    """Accuracy of accepting first matches, for songs that are among the references or are not.

    Attributes
    ----------
    n_queries : int
        Queries that have a true reference; only these count.
    threshold : float
        Least score at which a first match is accepted.
    accepted : Interval
        Share of the queries whose first match is right and is accepted.
    false_accepts : Interval
        Share of the queries that are accepted as something else once their true references are
        taken out.
    """

    n_queries: int
    threshold: float
    accepted: Interval
    false_accepts: Interval

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self)


def retrieval_metrics(
    scores: NDArray[np.floating[Any]],
    relevant: NDArray[np.bool_],
    valid: NDArray[np.bool_] | None = None,
    *,
    resamples: int = 2000,
    seed: int = 0,
) -> RetrievalMetrics:
    """Measure a score matrix.

    References of equal score are ranked true ones last: a constant score looks as bad as it is.

    Parameters
    ----------
    scores : ndarray
        (n_queries, n_references), finite; higher is more alike.
    relevant : ndarray
        (n_queries, n_references) bool: True for references of the query's work.
    valid : ndarray, optional
        (n_queries, n_references) bool: False leaves a reference out for that query (its own
        recording). All count if left out.
    resamples, seed : int, optional
        Resamples of the bootstrap over queries (percentile method), and its seed.

    Returns
    -------
    RetrievalMetrics
        Without values when no query has a true reference.

    Raises
    ------
    ValueError
        If shapes differ or a score is not finite.

    Examples
    --------
    >>> scores = np.array([[0.9, 0.2], [0.6, 0.4]])
    >>> metrics = retrieval_metrics(scores, np.eye(2, dtype=bool))
    >>> metrics.values["top1"].value, metrics.values["MR1"].value
    (0.5, 1.5)
    """
    valid = _checked(scores, relevant, valid)
    rows = [
        _query(scores[i, valid[i]], relevant[i, valid[i]])
        for i in range(len(scores))
        if (relevant[i] & valid[i]).any()
    ]
    n_queries, n_left_out = len(rows), len(scores) - len(rows)
    n_references = int(valid.sum(axis=1).max(initial=0))
    if not rows:
        return RetrievalMetrics(0, n_left_out, n_references, {})
    table = np.array(rows)
    picks = _resampled(n_queries, resamples, seed)
    means = np.stack([column[picks].mean(axis=1) for column in table.T], axis=1)
    low, high = np.percentile(means, [2.5, 97.5], axis=0)
    values = {
        name: Interval(float(table[:, i].mean()), float(low[i]), float(high[i]))
        for i, name in enumerate(NAMES)
    }
    return RetrievalMetrics(n_queries, n_left_out, n_references, values)


def _query(scores: NDArray[np.floating[Any]], relevant: NDArray[np.bool_]) -> list[float]:
    """Return average precision, first rank, its reciprocal and top-k of one query."""
    order = np.lexsort((relevant, -scores))
    ranks = np.flatnonzero(relevant[order]) + 1
    precisions: Floats = np.arange(1, len(ranks) + 1) / ranks
    first = float(ranks[0])
    return [float(precisions.mean()), first, 1 / first, *(float(first <= k) for k in TOP)]


def open_set_metrics(
    scores: NDArray[np.floating[Any]],
    relevant: NDArray[np.bool_],
    valid: NDArray[np.bool_] | None = None,
    *,
    left_out: NDArray[np.floating[Any]] | None = None,
    threshold: float | None = None,
    false_accepts: float = 0.01,
    resamples: int = 2000,
    seed: int = 0,
) -> OpenSet:
    """Measure how many true matches are accepted, and how many songs that are not there.

    Each query is asked twice: with its true references, and without them. A first match that is
    only as good as a wrong reference counts as wrong.

    Parameters
    ----------
    scores : ndarray
        (n_queries, n_references), finite; higher is more alike.
    relevant : ndarray
        (n_queries, n_references) bool: True for references of the query's work.
    valid : ndarray, optional
        (n_queries, n_references) bool: False leaves a reference out for that query (its own
        recording). All count if left out.
    left_out : ndarray, optional
        (n_queries, n_references): the scores when a query's true references are left out. The same
        scores if left out.
    threshold : float, optional
        Least score that is accepted. If left out, the lowest one that accepts at most
        `false_accepts` of the queries whose song is not there; each resample takes its own, so that
        the interval includes the chance in choosing it.
    false_accepts : float, optional
        Share of queries, 0 or above and below 1.
    resamples, seed : int, optional
        As for `retrieval_metrics`.

    Returns
    -------
    OpenSet
        Both shares at the threshold.

    Raises
    ------
    ValueError
        If shapes differ, a score is not finite, or no query has a true reference and a wrong one.
    """
    valid = _checked(scores, relevant, valid)
    kept = (relevant & valid).any(axis=1) & (~relevant & valid).any(axis=1)
    if not kept.any():
        raise ValueError("no query has a true reference and a wrong one")
    right = np.where(relevant & valid, scores, -np.inf)[kept].max(axis=1)
    wrong = np.where(~relevant & valid, scores, -np.inf)[kept].max(axis=1)
    found = np.where(right > wrong, right, -np.inf)
    if left_out is not None:
        wrong = np.where(~relevant & valid, left_out, -np.inf)[kept].max(axis=1)
    n_queries = len(found)
    chosen = np.concatenate([np.arange(n_queries)[None], _resampled(n_queries, resamples, seed)])
    if threshold is None:
        allowed = int(false_accepts * n_queries)
        highest = np.sort(wrong[chosen], axis=1)[:, n_queries - 1 - allowed]
        thresholds = np.nextafter(highest, np.inf)
    else:
        thresholds = np.full(len(chosen), threshold)
    shares = [(values[chosen] >= thresholds[:, None]).mean(axis=1) for values in (found, wrong)]
    intervals = [
        Interval(float(share[0]), *map(float, np.percentile(share[1:], [2.5, 97.5])))
        for share in shares
    ]
    return OpenSet(n_queries, float(thresholds[0]), *intervals)


def _checked(
    scores: NDArray[np.floating[Any]],
    relevant: NDArray[np.bool_],
    valid: NDArray[np.bool_] | None,
) -> NDArray[np.bool_]:
    """Return which references count, once all three matrices are found to be sound."""
    valid = np.ones(scores.shape, np.bool_) if valid is None else valid
    if not scores.shape == relevant.shape == valid.shape or scores.ndim != 2:
        raise ValueError(
            f"scores {scores.shape}, relevant {relevant.shape} and valid {valid.shape} must be "
            "matrices of one shape"
        )
    if not np.isfinite(scores).all():
        raise ValueError("every score must be finite")
    return valid


def _resampled(n_queries: int, resamples: int, seed: int) -> NDArray[np.int64]:
    """Draw queries with replacement: (resamples, n_queries) indices."""
    return np.random.default_rng(seed).integers(0, n_queries, (resamples, n_queries))
