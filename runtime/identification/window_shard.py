"""One shard of a catalog's windows, and all that a search asks of it."""

from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from samesong.runtime.catalog.interface import ReferenceWindows, StoredWindow
from samesong.runtime.identification.held_windows import HELD, HeldWindows
from samesong.runtime.identification.merging import WindowEvidence
from samesong.runtime.identification.outline_shard import LARGE, OutlineShard
from samesong.runtime.identification.retrieval import Candidates
from samesong.runtime.identification.shortlist import coarse_evidence
from samesong.runtime.inference.fitted import Fitted
from samesong.runtime.matching.scorer import Scorer
from samesong.runtime.representation.window import Window


@dataclass(frozen=True, eq=False)
class Score:
    """The question for the evidence for tracks.

    Attributes
    ----------
    queries : sequence of Window
        Windows of one recording.
    track_ids : collection of str or None
        The tracks; None for all windows of the shard.
    """

    queries: Sequence[Window]
    track_ids: Collection[str] | None


class WindowShard(OutlineShard):
    """Some of a catalog's windows: their outlines, and their rows where they are scored.

    It holds the windows that it read last, so that what was read for one question is there for the
    next one.

    Parameters
    ----------
    catalog : ReferenceWindows
        The windows of the shard.
    fitted : Fitted
        Of the catalog's model.
    pool : Executor
        Threads to work on.
    scorer : Scorer
        Of the catalog's model.
    large : int, optional
        As of `OutlineShard`.
    """

    def __init__(
        self,
        catalog: ReferenceWindows,
        fitted: Fitted,
        pool: Executor,
        scorer: Scorer,
        *,
        large: int | None = LARGE,
    ) -> None:
        super().__init__(catalog, fitted, pool, large=large)
        self._scorer = scorer
        self._windows = HeldWindows(catalog.read)

    def weigh(self, candidates: Sequence[Candidates]) -> tuple[dict[str, float], float]:
        """Return the coarse evidence for the tracks of candidates.

        Parameters
        ----------
        candidates : sequence of Candidates
            For each of a query's windows, of any shard.

        Returns
        -------
        evidence : dict of str to float
            That of the best window in this shard, by track_id.
        milliseconds : float
            Time that reading took.
        """
        began = perf_counter()
        windows = self._windows.read(dict.fromkeys(key for one in candidates for key in one.keys))
        read = 1000 * (perf_counter() - began)
        best: dict[str, float] = {}
        for one in candidates:
            stored = [windows[key] for key in one.keys if key in windows]
            evidence = coarse_evidence(one, stored, self._fitted, self._pool)
            for window, odds in zip(stored, evidence.tolist(), strict=True):
                best[window.track_id] = max(odds, best.get(window.track_id, -np.inf))
        return best, read

    def score(self, asked: Score) -> tuple[WindowEvidence, float]:
        """Score windows, all with those of a query.

        Parameters
        ----------
        asked : Score
            The question.

        Returns
        -------
        evidence : WindowEvidence
            Of the windows in this shard.
        milliseconds : float
            Time that reading took; 0 where all windows are scored, batch by batch.
        """
        if asked.track_ids is None:
            return self._scored(asked.queries, self._catalog.iter_windows()), 0.0
        began = perf_counter()
        windows = self.windows_of(asked.track_ids)
        read = 1000 * (perf_counter() - began)
        return self._scored(asked.queries, [windows] if windows else []), read

    def windows_of(self, track_ids: Collection[str]) -> list[StoredWindow]:
        """Return its windows of some tracks.

        Parameters
        ----------
        track_ids : collection of str
            The tracks.

        Returns
        -------
        list of StoredWindow
            In any order.
        """
        wanted = set(track_ids)
        if not self.is_read:  # for which the whole index is read
            return list(self._catalog.windows_of(list(wanted)))
        windows = self._windows.read(self.keys_of(wanted)).values()
        return [one for one in windows if one.track_id in wanted]

    def read(self, keys: Sequence[int]) -> list[StoredWindow]:
        """Return those of some windows that are in this shard.

        Parameters
        ----------
        keys : sequence of int
            Keys of the catalog.

        Returns
        -------
        list of StoredWindow
            In any order.
        """
        return list(self._windows.read(keys).values())

    def _scored(
        self, queries: Sequence[Window], batches: Iterable[Sequence[StoredWindow]]
    ) -> WindowEvidence:
        tables = [np.empty((len(queries), 0))]
        track_ids: list[str] = []
        keys: list[int] = []
        is_small = self._catalog.n_windows <= HELD  # else, most are not wanted again
        for stored in batches:
            tables.append(self._scorer.matrix(queries, [one.window for one in stored]))
            track_ids += [one.track_id for one in stored]
            keys += [one.key for one in stored]
            if is_small:
                self._windows.hold(stored)
        return WindowEvidence(track_ids, keys, np.concatenate(tables, axis=1))
