"""Which tracks of a catalog are most like a query, and where: evidence of their windows."""

import logging
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from heapq import nlargest
from threading import Lock

import numpy as np

from samesong.features.errors import MismatchError
from samesong.runtime.catalog.interface import IndexState, ReferenceWindows, StoredWindow
from samesong.runtime.identification.candidates import CANDIDATES, CandidateSearch
from samesong.runtime.identification.shortlist import coarse_evidence
from samesong.runtime.identification.trace import Trace
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.matching.pooling import pooled
from samesong.runtime.matching.scorer import Scorer
from samesong.runtime.representation.window import Window

FINALISTS = 32
"""Tracks with the best candidates, of which all windows are then scored."""

EXHAUSTIVE = 16
"""Windows of a catalog, a finalist, up to which a query is compared with all: candidates save less
than half a second."""

LARGE = 100_000
"""Windows that take seconds to read: so many should be in an index."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Pair:
    """What speaks for a track, and which of its windows is most like which of the query's.

    Attributes
    ----------
    evidence
        Log-odds that the query is a version of the track, from all their windows.
    best
        Log-odds of the best pair of windows alone.
    query
        The query's window.
    reference_key
        What the catalog's `read` knows the track's window by.
    """

    evidence: float
    best: float
    query: Window
    reference_key: int


class Retriever:
    """Compares windows of a query with those of a catalog that may be the same song.

    Parameters
    ----------
    bundle
        The model that the catalog was made with.
    catalog
        Its tracks and windows.
    device, threads
        As `samesong.runtime.inference.onnx_session.Session` takes them; so are the errors raised.
    candidates
        Windows to compare with each window of a query, to find the tracks that are scored.
    finalists
        Tracks that are scored, at least 1; fewer take less time and are fewer to choose from.

    Raises
    ------
    MismatchError
        If the catalog was made with another model.
    CatalogError
        If the catalog cannot be read.
    """

    def __init__(
        self,
        bundle: ModelBundle,
        catalog: ReferenceWindows,
        device: Device = "cpu",
        *,
        threads: int | None = None,
        candidates: int = CANDIDATES,
        finalists: int = FINALISTS,
    ) -> None:
        if catalog.fingerprint != bundle.fingerprint:
            raise MismatchError(
                f"the catalog was made with model {catalog.fingerprint}, but model "
                f"{bundle.manifest.name!r} is {bundle.fingerprint}: use the model that the catalog "
                "was made with, or index the recordings again"
            )
        self._catalog = catalog
        self._scorer = Scorer(bundle, device, threads=threads)
        self._pool = ThreadPoolExecutor(threads or len(os.sched_getaffinity(0)))
        self._candidates = candidates
        self._n_finalists = finalists
        self._search: CandidateSearch | None = None
        self._searching = Lock()

    def best_pairs(self, queries: Sequence[Window]) -> dict[str, Pair]:
        """Return what speaks for each track that was compared, by track_id.

        Parameters
        ----------
        queries
            Windows of one recording, of any lengths.
        """
        return self.search(queries)[0]

    def search(
        self, queries: Sequence[Window], *, exhaustive: bool = False
    ) -> tuple[dict[str, Pair], Trace]:
        """Return what `best_pairs` does, and what was done for it.

        Parameters
        ----------
        queries
            Windows of one recording, of any lengths.
        exhaustive
            Compare with all windows of the catalog, however many.
        """
        trace = Trace(self._catalog.n_windows)
        few = max(EXHAUSTIVE * self._n_finalists, self._candidates)
        if exhaustive or trace.windows <= few:
            trace.candidates = trace.windows
            return self._weigh(queries, self._catalog.iter_windows(), trace), trace
        finalists = self._finalists(queries, trace)
        with trace.time("read"):
            windows = self._windows_of(finalists)
        return self._weigh(queries, [windows], trace), trace

    def _finalists(self, queries: Sequence[Window], trace: Trace) -> list[str]:
        """Return the tracks of the candidates that have the most coarse evidence."""
        compared: set[int] = set()
        best: dict[str, float] = {}
        for query in queries:
            with trace.time("candidates"):
                search = self._candidate_search(trace)
                keys = search.find(query, self._candidates)
            compared.update(keys)
            with trace.time("read"):
                stored = self._catalog.sketches(keys)
            with trace.time("shortlist"):
                likeness = search.likeness(query)
                evidence = coarse_evidence(query, stored, likeness, self._pool)
            for one, found in zip(stored, evidence.tolist(), strict=True):
                best[one.track_id] = max(found, best.get(one.track_id, -np.inf))
        trace.candidates = len(compared)
        return nlargest(self._n_finalists, best, key=lambda track: (best[track], track))

    def compare(self, queries: Sequence[Window], track_ids: Sequence[str]) -> dict[str, Pair]:
        """Return what speaks for some tracks, by track_id.

        Parameters
        ----------
        queries
            Windows of one recording, of any lengths.
        track_ids
            Tracks of the catalog.
        """
        windows = self._windows_of(track_ids)
        return self._weigh(queries, [windows], Trace(self._catalog.n_windows))

    def _windows_of(self, track_ids: Sequence[str]) -> Sequence[StoredWindow]:
        """Return the windows of some tracks: found by the search where there is one already."""
        if self._search is None:
            return self._catalog.windows_of(track_ids)
        wanted = set(track_ids)
        found = self._catalog.read(self._search.keys_of(wanted))
        return [one for one in found if one.track_id in wanted]

    def _candidate_search(self, trace: Trace) -> CandidateSearch:
        # One for all threads: to make it, the whole index is read.
        with self._searching:
            if self._search is None:
                _warn(self._catalog.index)
                self._search = CandidateSearch(self._catalog, self._pool)
        state = self._catalog.index
        trace.search, trace.index, trace.unindexed = "candidates", state.kind, state.n_unindexed
        return self._search

    def _weigh(
        self,
        queries: Sequence[Window],
        references: Iterable[Sequence[StoredWindow]],
        trace: Trace,
    ) -> dict[str, Pair]:
        """Score all pairs of windows and pool them by track: what ranks tracks belongs here."""
        tables = []
        known: list[tuple[str, int]] = []
        for stored in references:
            with trace.time("score"):
                tables.append(self._scorer.matrix(queries, [one.window for one in stored]))
            known += [(one.track_id, one.key) for one in stored]
        if not known:
            return {}
        trace.pairs += len(queries) * len(known)
        order = sorted(range(len(known)), key=known.__getitem__)
        evidence = np.concatenate(tables, axis=1)[:, order]
        track_ids, firsts = np.unique([known[i][0] for i in order], return_index=True)
        pairs: dict[str, Pair] = {}
        for track_id, total, columns in zip(
            track_ids.tolist(),
            pooled(evidence, firsts).tolist(),
            np.split(evidence, firsts[1:], axis=1),
            strict=True,
        ):
            window, place = divmod(int(columns.argmax()), columns.shape[1])
            _, key = known[order[firsts[len(pairs)] + place]]
            best = float(columns[window, place])
            pairs[track_id] = Pair(total, best, queries[window], key)
        return pairs


def _warn(state: IndexState) -> None:
    """Tell what makes the first search slow, if anything does."""
    if state.kind == "broken":
        reason = f"the index of the catalog is damaged ({state.problem})"
    elif state.n_unindexed >= LARGE:
        reason = f"{state.n_unindexed} windows are in no index"
    else:
        return
    _LOG.warning("%s: they are read first; 'samesong catalog optimize' makes an index", reason)
