"""Candidates: the windows of a catalog that are worth comparing with a query's.

Windows whose mean embedding is close to the query's are compared with it in coarse outline, and the
best of them in outline (`samesong.runtime.outlines.scan`).
"""

from collections.abc import Collection, Sequence
from functools import cached_property

import numpy as np

from samesong.runtime.identification.merging import (
    Survey,
    chosen_records,
    merged_surveys,
    merged_windows,
)
from samesong.runtime.identification.outline_shard import Align, Nearest, OutlineShard, Scan
from samesong.runtime.identification.retrieval import Candidates
from samesong.runtime.identification.shards import Shards, ask_all
from samesong.runtime.outlines.centroid import CentroidCosines, mean_centroid
from samesong.runtime.outlines.layout import LANES
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


class CandidateSearch:
    """Finds the windows of a catalog that are closest to a query's, by centroids and outlines.

    Shards are asked three times, each time for fewer windows: which of their records are most like
    the query's windows, which windows in the chosen ones are closest in coarse outline, and which
    of those are closest in outline.

    Parameters
    ----------
    shards : Shards
        Where to search, as it is now.
    scanned, aligned : int, optional
        Windows to compare in coarse outline and in outline.
    share : int, optional
        Of so many windows of a larger catalog one is compared in coarse outline.

    Attributes
    ----------
    shards : Shards
        As it was given.
    """

    def __init__(
        self,
        shards: Shards,
        *,
        scanned: int = SCANNED,
        aligned: int = ALIGNED,
        share: int = SHARE,
    ) -> None:
        self.shards = shards
        self._n_scanned, self._n_aligned, self._share = scanned, aligned, share

    @cached_property
    def survey(self) -> Survey:
        """The extent of what is searched, for which the outlines are read."""
        return merged_surveys(ask_all(self.shards, OutlineShard.survey, None))

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

        Several windows are searched for together: over a network that takes as long as one does.

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
        survey, shards = self.survey, self.shards
        if not survey.n_windows:
            return [Candidates(query, [], _no_cosines(query)) for query in queries]
        centre = mean_centroid(survey.centroid_sum, survey.n_centroids)
        n_records = max(self._n_scanned // LANES, survey.n_records // self._share)
        found: list[Candidates] = []
        for start in range(0, len(queries), _TOGETHER):
            some = queries[start : start + _TOGETHER]
            levels = [query.sequences.levels[-1] for query in some]
            cosines = [CentroidCosines(level, centre) for level in levels]
            nearest = ask_all(shards, OutlineShard.nearest, Nearest(cosines, n_records))
            chosen = [
                chosen_records(of_window, n_records) for of_window in zip(*nearest, strict=True)
            ]
            least = max(count, self._n_aligned)
            scans = [
                Scan(levels, cosines, records, least, survey.n_windows)
                for records in zip(*chosen, strict=True)
            ]
            scanned = zip(*shards.ask(OutlineShard.scan, scans), strict=True)
            closest = [merged_windows(of_window, least) for of_window in scanned]
            asked = Align(levels, closest, count, survey.n_windows)
            aligned = zip(*ask_all(shards, OutlineShard.align, asked), strict=True)
            for query, near, of_window in zip(some, cosines, aligned, strict=True):
                best = merged_windows(of_window, count)
                found.append(Candidates(query, best.keys.tolist(), near))
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
        found = ask_all(self.shards, OutlineShard.keys_of, track_ids)
        return [key for keys in found for key in keys]


def _no_cosines(query: Window) -> CentroidCosines:
    level = query.sequences.levels[-1]
    return CentroidCosines(level, np.zeros(level.shape[1], np.float32))
