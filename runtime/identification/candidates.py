"""Candidates: the windows of a catalog that are worth comparing with a query's.

Windows whose mean embedding is close to the query's are compared with it in coarse outline, and the
best of them in outline (`samesong.runtime.outlines.scan`).
"""

from collections.abc import Collection, Sequence
from concurrent.futures import Executor

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.catalog.interface import ReferenceWindows
from samesong.runtime.identification.retrieval import Candidates
from samesong.runtime.inference.fitted import Fitted
from samesong.runtime.outlines.centroid import CentroidCosines, centre_of
from samesong.runtime.outlines.layout import LANES
from samesong.runtime.outlines.scan import Kernel, kernel, outline_scores, scan
from samesong.runtime.outlines.store import NOBODY, track_code
from samesong.runtime.representation.window import Window

SCANNED = 65_536
"""Windows that are compared in coarse outline, if there are so many: records that hold a window
which is close to the query."""

SHARE = 4
"""Of so many windows of a larger catalog one is compared in coarse outline. Among a million windows
that loses 2 of the 37 of 40 live recordings for which the right one is then among the `ALIGNED`."""

ALIGNED = 2048
"""Windows that are compared in outline: the best in coarse outline. Half as many hold as many of
the 40, and so do four times as many; of 40 others they held one less and one more."""

CANDIDATES = 256
"""Windows of a catalog, the best in outline, that are looked at closer, for each window of a query:
these hold all that were compared."""

_TOGETHER = 8
"""Windows of a query for which the catalog is read at once: some 50 MB."""

_BATCH = 1024
"""Records whose centroids a thread compares at a time."""

Keys = NDArray[np.int64]
Array = NDArray[np.float32]


class CandidateSearch:
    """Finds the windows of a catalog that are closest to a query's, by centroids and outlines.

    What it keeps in memory of a window is 12 bytes, and some 20 more while it searches: 32 MB of a
    million. Outlines and centroids are mapped, not read.

    Parameters
    ----------
    catalog : ReferenceWindows
        Where to search, as it is now.
    fitted : Fitted
        Gains of alignments, and the weights beside them, of the catalog's model.
    pool : Executor
        Threads to search on.
    scanned, aligned : int, optional
        Windows to compare in coarse outline and in outline.
    share : int, optional
        Of so many windows of a larger catalog one is compared in coarse outline.
    """

    def __init__(
        self,
        catalog: ReferenceWindows,
        fitted: Fitted,
        pool: Executor,
        *,
        scanned: int = SCANNED,
        aligned: int = ALIGNED,
        share: int = SHARE,
    ) -> None:
        self._catalog = catalog
        self._fitted = fitted
        self._centroid_weight = np.float32(fitted.outlines.centroid)
        self._pool = pool
        self._n_scanned, self._n_aligned, self._share = scanned, aligned, share
        self._parts = catalog.outlines()
        self._n_windows = sum(map(len, self._parts))
        self._centre = centre_of([part.centroids for part in self._parts])

    def find(self, query: Window, count: int = CANDIDATES) -> Candidates:
        """Find the windows that are closest to one of a query.

        Parameters
        ----------
        query : Window
            A window of any length.
        count : int, optional
            At least 1.

        Returns
        -------
        Candidates
            The `count` best windows; fewer if there are no more.
        """
        [found] = self.find_all([query], count)
        return found

    def find_all(self, queries: Sequence[Window], count: int = CANDIDATES) -> list[Candidates]:
        """Find the windows that are closest to each of a query.

        The catalog is read once for several windows: over a network that takes as long as for one.

        Parameters
        ----------
        queries : sequence of Window
            Windows of any lengths.
        count : int, optional
            As of `find`.

        Returns
        -------
        list of Candidates
            As of `find`, one a window.
        """
        if not self._n_windows:
            return [Candidates(query, [], self._no_cosines(query)) for query in queries]
        compare = kernel(self._n_windows, self._fitted.alignment.skip_share)
        found: list[Candidates] = []
        for start in range(0, len(queries), _TOGETHER):
            some = queries[start : start + _TOGETHER]
            levels = [query.sequences.levels[-1] for query in some]
            cosines = [CentroidCosines(level, self._centre) for level in levels]
            least = max(count, self._n_aligned)
            firsts = [
                self._first(level, near, least, compare)
                for level, near in zip(levels, cosines, strict=True)
            ]
            wanted = np.unique(np.concatenate([keys for keys, _ in firsts]))
            block = self._catalog.coarsest(wanted.tolist())
            for query, level, near, (keys, values) in zip(
                some, levels, cosines, firsts, strict=True
            ):
                own = block.only(keys) if len(some) > 1 else block
                scores = outline_scores(level, own, compare, fitted=self._fitted, pool=self._pool)
                scores += self._centroid_weight * values[np.searchsorted(keys, own.keys)]
                order: list[int] = own.keys[np.lexsort((own.keys, -scores))[:count]].tolist()
                found.append(Candidates(query, order, near))
        return found

    def keys_of(self, track_ids: Collection[str]) -> list[int]:
        """Return the keys of all windows of some tracks, and perhaps of a few others.

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

    def _no_cosines(self, query: Window) -> CentroidCosines:
        level = query.sequences.levels[-1]
        return CentroidCosines(level, np.zeros(level.shape[1], np.float32))

    def _first(
        self, level: Array, centroid_cosines: CentroidCosines, count: int, compare: Kernel
    ) -> tuple[Keys, Array]:
        """Return the keys of the best windows in coarse outline, rising, and their cosines."""
        every = self._cosines(centroid_cosines)
        found = []
        for part, cosines, records in zip(
            self._parts, every, _closest(every, self._n_scanned, self._share), strict=True
        ):
            kept = cosines[records]
            scores = scan(level, part, records, compare, fitted=self._fitted, pool=self._pool)
            scores += self._centroid_weight * kept
            found.append((part.keys[records].ravel(), kept.ravel(), scores.ravel()))
        keys, cosines, scores = map(np.concatenate, zip(*found, strict=True))
        best = np.argpartition(-scores, count - 1)[:count] if len(keys) > count else slice(None)
        keys, cosines = keys[best], cosines[best]
        order = np.argsort(keys)
        order = order[np.count_nonzero(keys == NOBODY) :]  # empty lanes are the first
        return keys[order], cosines[order]

    def _cosines(self, centroid_cosines: CentroidCosines) -> list[Array]:
        """Return cosines of all centroids, (n_records, LANES) of each part; -inf in empty lanes."""
        found = []
        for part in self._parts:
            pieces = np.array_split(part.centroids, -(-len(part.records) // _BATCH))
            cosines = np.concatenate(list(self._pool.map(centroid_cosines.of_codes, pieces)))
            cosines[part.keys == NOBODY] = -np.inf
            found.append(cosines)
        return found


def _closest(every: Sequence[Array], scanned: int, share: int) -> list[Keys]:
    """Return the places of the records of each part to scan."""
    best = [cosines.max(axis=1) for cosines in every]
    ordered = np.concatenate(best)
    count = max(scanned // LANES, len(ordered) // share)
    least = -np.partition(-ordered, count - 1)[count - 1] if len(ordered) > count else -np.inf
    return [np.flatnonzero(cosines >= least) for cosines in best]
