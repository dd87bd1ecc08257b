"""Retrieval metrics with their intervals; everything that measures uses these."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.evaluation.intervals import (
    Interval,
    bootstrapped,
    proportion,
    resampled_queries,
)

TOP = (1, 5, 10)
NAMES = ("mAP", "MR1", "MRR", *(f"top{k}" for k in TOP))

Floats = NDArray[np.float64]


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
        that high). Empty when no query counts. Intervals of the shares are Wilson's; those of the
        means are bootstrapped over queries, or, where all queries have one value and resampling
        tells nothing, Wilson's as if they were shares (for ``MR1``, one over that of ``MRR``).

    Examples
    --------
    >>> metrics = retrieval_metrics(np.eye(3), np.eye(3, dtype=bool))
    >>> metrics.n_queries, str(metrics.values["mAP"])
    (3, '1.000 (0.439 to 1.000)')
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
        Resamples of the bootstrap of means over queries (percentile method), and its seed.

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
    table = dict(zip(NAMES, np.array(rows).T, strict=True))
    picks = resampled_queries(n_queries, resamples, seed)
    values = {name: _interval(name, column, picks) for name, column in table.items()}
    if np.ptp(table["MR1"]) == 0:
        mrr = values["MRR"]
        values["MR1"] = Interval(values["MR1"].value, 1 / mrr.high, 1 / mrr.low)
    return RetrievalMetrics(n_queries, n_left_out, n_references, values)


def _interval(name: str, column: Floats, picks: NDArray[np.int64]) -> Interval:
    """Return the mean of the queries' values of a metric with its interval."""
    mean = float(column.mean())
    if name.startswith("top") or (np.ptp(column) == 0 and name != "MR1"):
        return proportion(mean, len(column))
    return bootstrapped(mean, column[picks].mean(axis=1))


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
        `false_accepts` of the queries whose song is not there.
    false_accepts : float, optional
        Share of queries, 0 or above and below 1.
    resamples, seed : int, optional
        As for `retrieval_metrics`.

    Returns
    -------
    OpenSet
        Both shares at the threshold, with Wilson's intervals. At a threshold that was chosen by the
        queries themselves they are as wide as those of a bootstrap, in which each resample chooses
        its own, where these are wider.

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
    if threshold is not None:
        shares = (float((values >= threshold).mean()) for values in (found, wrong))
        return OpenSet(n_queries, threshold, *(proportion(share, n_queries) for share in shares))
    picks = resampled_queries(n_queries, resamples, seed)
    chosen = np.concatenate([np.arange(n_queries)[None], picks])
    allowed = int(false_accepts * n_queries)
    highest = np.sort(wrong[chosen], axis=1)[:, n_queries - 1 - allowed]
    thresholds = np.nextafter(highest, np.inf)
    intervals = []
    for values in (found, wrong):
        share, *others = (values[chosen] >= thresholds[:, None]).mean(axis=1)
        few = proportion(float(share), n_queries)
        drawn = bootstrapped(float(share), np.array(others))
        widest = Interval(few.value, min(few.low, drawn.low), max(few.high, drawn.high))
        intervals.append(widest)
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
