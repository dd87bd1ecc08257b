"""The outlines of one shard of a catalog, and what a search asks of them."""

import logging
from collections.abc import Collection, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.catalog.interface import IndexState, ReferenceWindows
from samesong.runtime.identification.merging import (
    ScoredWindows,
    Survey,
    least_of_best,
)
from samesong.runtime.inference.fitted import Fitted
from samesong.runtime.outlines.centroid import CentroidCosines, centroid_sum
from samesong.runtime.outlines.scan import kernel, outline_scores, scan
from samesong.runtime.outlines.store import NOBODY, Outlines, track_code

LARGE = 100_000
"""Windows that take seconds to read: so many should be in an index."""

_BATCH = 1024
"""Records whose centroids a thread compares at a time."""

_LOG = logging.getLogger(__name__)

Keys = NDArray[np.int64]
Array = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Nearest:
    """The question for the records that are most like windows of a query.

    Attributes
    ----------
    cosines : sequence of CentroidCosines
        Of each of the query's windows.
    count : int
        Records to return for each, at least.
    """

    cosines: Sequence[CentroidCosines]
    count: int


@dataclass(frozen=True, eq=False)
class Scan:
    """The question for the windows in some records that are closest in coarse outline.

    Attributes
    ----------
    levels : sequence of ndarray
        (steps, dim) float32: the coarsest level of each of the query's windows.
    cosines : sequence of CentroidCosines
        Of each.
    records : sequence of ndarray
        (n,) int64: places of the records to scan for each.
    count : int
        Windows to return for each, at most.
    n_windows : int
        Windows of the whole catalog.
    """

    levels: Sequence[Array]
    cosines: Sequence[CentroidCosines]
    records: Sequence[Keys]
    count: int
    n_windows: int


@dataclass(frozen=True, eq=False)
class Align:
    """The question for the windows, of some, that are closest in outline.

    Attributes
    ----------
    levels : sequence of ndarray
        As of `Scan`.
    windows : sequence of ScoredWindows
        Windows to compare with each, of any shard.
    count, n_windows : int
        As of `Scan`.
    """

    levels: Sequence[Array]
    windows: Sequence[ScoredWindows]
    count: int
    n_windows: int


class OutlineShard:
    """The outlines of one shard of a catalog, read on first use.

    What it keeps in memory of a window is 12 bytes, and some 20 more while it searches: 32 MB of a
    million. Outlines and centroids of a catalog on one machine are mapped, not read.

    Parameters
    ----------
    catalog : ReferenceWindows
        The windows of the shard.
    fitted : Fitted
        Gains of alignments, and the weights beside them, of the catalog's model.
    pool : Executor
        Threads to work on.
    large : int, optional
        Windows in no index from which a warning says that reading is slow; None for no warning.
    """

    def __init__(
        self,
        catalog: ReferenceWindows,
        fitted: Fitted,
        pool: Executor,
        *,
        large: int | None = None,
    ) -> None:
        self._catalog = catalog
        self._fitted = fitted
        self._centroid_weight = np.float32(fitted.outlines.centroid)
        self._pool = pool
        self._large = large
        self._reading = Lock()
        self._read: list[Outlines] | None = None

    @property
    def n_windows(self) -> int:
        """Windows of the shard."""
        return self._catalog.n_windows

    @property
    def is_read(self) -> bool:
        """Whether the outlines were read."""
        return self._read is not None

    def survey(self, asked: None = None) -> Survey:
        """Return the extent of the shard.

        Parameters
        ----------
        asked : None, optional
            There is no more to this question.

        Returns
        -------
        Survey
            For the questions that follow.
        """
        del asked
        total, count = centroid_sum([part.centroids for part in self._parts])
        n_records = sum(len(part.steps) for part in self._parts)
        return Survey(sum(map(len, self._parts)), n_records, total, count, self._catalog.index)

    def nearest(self, asked: Nearest) -> list[tuple[Keys, Array]]:
        """Find the records that are most like windows of a query.

        Parameters
        ----------
        asked : Nearest
            The question.

        Returns
        -------
        list of tuple of ndarray
            For each of the query's windows (n,) int64 places of records and (n,) float32 the best
            cosine in each; several that are equal to the last one may be among them.
        """
        found = []
        for cosines in asked.cosines:
            every = [
                self._cosines(cosines, part, np.arange(len(part.steps))) for part in self._parts
            ]
            best = np.concatenate([np.empty(0, np.float32), *(one.max(axis=1) for one in every)])
            places = np.flatnonzero(best >= least_of_best(best, asked.count))
            found.append((places, best[places]))
        return found

    def scan(self, asked: Scan) -> list[ScoredWindows]:
        """Compare windows of a query with records, in coarse outline.

        Parameters
        ----------
        asked : Scan
            The question.

        Returns
        -------
        list of ScoredWindows
            The best windows for each of the query's.
        """
        compare = kernel(asked.n_windows, self._fitted.alignment.skip_share)
        firsts = np.cumsum([0, *(len(part.steps) for part in self._parts)])
        found = []
        for level, near, places in zip(asked.levels, asked.cosines, asked.records, strict=True):
            keys, cosines, scores = [_NO_KEYS], [_NONE], [_NONE]
            for part, first, end in zip(self._parts, firsts, firsts[1:], strict=False):
                records = places[(places >= first) & (places < end)] - first
                if not len(records):
                    continue
                likeness = self._cosines(near, part, records)
                outlined = scan(level, part, records, compare, fitted=self._fitted, pool=self._pool)
                keys.append(part.keys[records].ravel())
                cosines.append(likeness.ravel())
                scores.append((outlined + self._centroid_weight * likeness).ravel())
            every = ScoredWindows(
                np.concatenate(keys), np.concatenate(cosines), np.concatenate(scores)
            )
            found.append(every.best(asked.count))
        return found

    def align(self, asked: Align) -> list[ScoredWindows]:
        """Compare windows of a query with those of this shard, in outline.

        Rows are read once for several windows: over a network that takes as long as for one.

        Parameters
        ----------
        asked : Align
            The question.

        Returns
        -------
        list of ScoredWindows
            The best windows for each of the query's.
        """
        compare = kernel(asked.n_windows, self._fitted.alignment.skip_share)
        wanted = np.unique(np.concatenate([_NO_KEYS, *(one.keys for one in asked.windows)]))
        if not len(wanted):
            return list(asked.windows)
        block = self._catalog.coarsest(wanted.tolist())
        found = []
        for level, windows in zip(asked.levels, asked.windows, strict=True):
            own = block.only(windows.keys) if len(asked.windows) > 1 else block
            scores = outline_scores(level, own, compare, fitted=self._fitted, pool=self._pool)
            order = np.argsort(windows.keys)
            cosines = windows.cosines[order[np.searchsorted(windows.keys[order], own.keys)]]
            scores += self._centroid_weight * cosines
            found.append(ScoredWindows(own.keys, cosines, scores).best(asked.count))
        return found

    def keys_of(self, track_ids: Collection[str]) -> list[int]:
        """Return the keys of its windows of some tracks, and perhaps of a few others.

        Parameters
        ----------
        track_ids : collection of str
            The tracks.

        Returns
        -------
        list of int
            In no particular order.
        """
        codes = np.array([track_code(track_id) for track_id in track_ids], np.uint32)
        # Half of a code separates nearly all tracks, in a tenth of the time.
        halves = np.zeros(1 << 16, np.bool_)
        halves[codes & 0xFFFF] = True
        found: list[int] = []
        for part in self._parts:
            some = np.nonzero(halves[part.tracks & 0xFFFF])
            keys = part.keys[some][np.isin(part.tracks[some], codes)]
            found += keys[keys != NOBODY].tolist()
        return found

    @property
    def _parts(self) -> list[Outlines]:
        with self._reading:  # once for all threads
            if self._read is None:
                if self._large is not None:
                    _warn(self._catalog.index, self._large)
                self._read = list(self._catalog.outlines())
            return self._read

    def _cosines(self, near: CentroidCosines, part: Outlines, records: Keys) -> Array:
        """Return cosines of centroids, (n_records, LANES); -inf in empty lanes."""
        is_all = len(records) == len(part.steps)

        def of(places: Keys) -> Array:
            some: slice | Keys = places
            if is_all and len(places):
                some = slice(int(places[0]), int(places[-1]) + 1)
            return near.of_codes(part.centroids[some])  # a slice is not copied

        pieces = np.array_split(records, -(-max(1, len(records)) // _BATCH))
        cosines = np.concatenate(list(self._pool.map(of, pieces)))
        cosines[part.keys[records] == NOBODY] = -np.inf
        return cosines


_NO_KEYS: Keys = np.empty(0, np.int64)
_NONE: Array = np.empty(0, np.float32)


def _warn(state: IndexState, large: int) -> None:
    """Log what makes reading slow, if anything does."""
    if state.kind == "broken":
        reason = f"the index of the catalog is damaged ({state.problem})"
    elif state.kind != "chosen" and state.n_unindexed >= large:  # an index would not help
        reason = f"{state.n_unindexed} windows are in no index"
    else:
        return
    _LOG.warning("%s: they are read first; 'samesong catalog optimize' makes an index", reason)
