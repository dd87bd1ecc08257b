"""From the answers of a catalog's shards to the answer of the whole.

Each function gives the same for any division of the catalog into shards: its answer for the answers
of some shards is that for all windows at once. Equals are put in an order of their own, by key or
name, not by the shard that they are from.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.catalog.interface import IndexState
from samesong.runtime.outlines.store import NOBODY

Keys = NDArray[np.int64]
Array = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Survey:
    """The extent of a shard.

    Attributes
    ----------
    n_windows, n_records : int
        Windows, and records of outlines that hold them.
    centroid_sum : ndarray
        (dim,) int64: sum of the codes of all centroids.
    n_centroids : int
        Centroids that are not 0.
    index : IndexState
        State of the catalog's index.
    """

    n_windows: int
    n_records: int
    centroid_sum: NDArray[np.int64]
    n_centroids: int
    index: IndexState


@dataclass(frozen=True, eq=False)
class ScoredWindows:
    """Windows that were compared with one of a query.

    Attributes
    ----------
    keys : ndarray
        (n,) int64.
    cosines : ndarray
        (n,) float32: cosine of each centroid with the query's.
    scores : ndarray
        (n,) float32.
    """

    keys: Keys
    cosines: Array
    scores: Array

    def best(self, count: int) -> "ScoredWindows":
        """Return the best of them, best first.

        Parameters
        ----------
        count : int
            Windows to return, at most.

        Returns
        -------
        ScoredWindows
            Of those with equal scores, the ones with the lowest keys.
        """
        there = self.keys != NOBODY
        some = np.flatnonzero(there & (self.scores >= least_of_best(self.scores[there], count)))
        order = some[np.lexsort((self.keys[some], -self.scores[some]))[:count]]
        return ScoredWindows(self.keys[order], self.cosines[order], self.scores[order])


@dataclass(frozen=True, eq=False)
class WindowEvidence:
    """The evidence for some windows from all pairs with those of a query.

    Attributes
    ----------
    track_ids : sequence of str
        The track of each window.
    keys : sequence of int
        Their keys.
    table : ndarray
        (n_queries, n_windows) float64 log-odds.
    """

    track_ids: Sequence[str]
    keys: Sequence[int]
    table: NDArray[np.float64]


def least_of_best(values: Array, count: int) -> float:
    """Return the least of the best values.

    Parameters
    ----------
    values : ndarray
        (n,).
    count : int
        Values to take, at least 1.

    Returns
    -------
    float
        -inf if there are no more than `count`.

    Examples
    --------
    >>> least_of_best(np.array([3.0, 1.0, 2.0]), 2)
    2.0
    """
    if len(values) <= count:
        return -np.inf
    return float(np.partition(values, len(values) - count)[len(values) - count])


def merged_surveys(surveys: Sequence[Survey]) -> Survey:
    """Return the extent of all shards.

    Parameters
    ----------
    surveys : sequence of Survey
        Of each shard, at least one.

    Returns
    -------
    Survey
        Of the catalog.
    """
    width = max(len(one.centroid_sum) for one in surveys)  # 0 of a shard without windows
    sums = [one.centroid_sum for one in surveys if len(one.centroid_sum)]
    return Survey(
        sum(one.n_windows for one in surveys),
        sum(one.n_records for one in surveys),
        np.sum([np.zeros(width, np.int64), *sums], axis=0),
        sum(one.n_centroids for one in surveys),
        surveys[0].index,
    )


def chosen_records(found: Sequence[tuple[Keys, Array]], count: int) -> list[Keys]:
    """Choose the records of all shards that are most like a window of a query.

    Parameters
    ----------
    found : sequence of tuple of ndarray
        Of each shard, places of its best records, and the best cosine in each: at least `count`
        records, or all.
    count : int
        Records to choose; all that are equal to the last one as well.

    Returns
    -------
    list of ndarray
        Places of the chosen records of each shard.
    """
    least = least_of_best(np.concatenate([cosines for _, cosines in found]), count)
    return [places[cosines >= least] for places, cosines in found]


def merged_windows(found: Sequence[ScoredWindows], count: int) -> ScoredWindows:
    """Return the best windows of all shards.

    Parameters
    ----------
    found : sequence of ScoredWindows
        The best of each shard: `count`, or all.
    count : int
        Windows to return, at most.

    Returns
    -------
    ScoredWindows
        As of `ScoredWindows.best`.
    """
    return ScoredWindows(
        np.concatenate([one.keys for one in found]),
        np.concatenate([one.cosines for one in found]),
        np.concatenate([one.scores for one in found]),
    ).best(count)


def merged_tracks(found: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """Return the evidence for tracks from their best windows, of which each shard holds some.

    Parameters
    ----------
    found : iterable of mapping of str to float
        Of each shard, evidence by track_id.

    Returns
    -------
    dict of str to float
        The best of each track.
    """
    best: dict[str, float] = {}
    for tracks in found:
        for track_id, odds in tracks.items():
            best[track_id] = max(odds, best.get(track_id, -np.inf))
    return best


def merged_evidence(found: Sequence[WindowEvidence]) -> WindowEvidence:
    """Return the evidence for the windows of all shards, each track's side by side.

    Parameters
    ----------
    found : sequence of WindowEvidence
        Of each shard, at least one.

    Returns
    -------
    WindowEvidence
        Ordered by track and key.
    """
    known = [pair for one in found for pair in zip(one.track_ids, one.keys, strict=True)]
    order = sorted(range(len(known)), key=known.__getitem__)
    table = np.concatenate([one.table for one in found], axis=1)[:, order]
    return WindowEvidence([known[i][0] for i in order], [known[i][1] for i in order], table)
