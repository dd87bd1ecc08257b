"""Search of a catalog: candidates, shortlist, scoring and tempo, one after the other."""

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from samesong.features.errors import MismatchError
from samesong.runtime.catalog.interface import ReferenceWindows, StoredWindow
from samesong.runtime.identification.candidate_stage import CandidateStage
from samesong.runtime.identification.candidates import CANDIDATES
from samesong.runtime.identification.merging import WindowEvidence, merged_evidence
from samesong.runtime.identification.outline_shard import LARGE
from samesong.runtime.identification.retrieval import Retrieval, Stage, TrackEvidence
from samesong.runtime.identification.scoring import ScoringStage, track_evidence
from samesong.runtime.identification.shards import (
    LocalShards,
    Shards,
    ShardsChangedError,
    ShardsNow,
    ask_all,
)
from samesong.runtime.identification.shortlist_stage import ShortlistStage
from samesong.runtime.identification.tempo_evidence import TempoEvidence
from samesong.runtime.identification.tempo_stage import TempoStage
from samesong.runtime.identification.trace import Trace
from samesong.runtime.identification.window_shard import WindowShard
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.inference.query import AtTempo
from samesong.runtime.matching.scorer import Scorer
from samesong.runtime.representation.window import Window

T = TypeVar("T")

EXHAUSTIVE = 16
"""Windows of a catalog, a finalist, up to which a query is compared with all: candidates save less
than half a second."""

_TRIES = 5
"""Times that shards may change during one search."""


class Retriever:
    """Compares windows of a query with those of a catalog that may be the same song.

    Parameters
    ----------
    bundle : ModelBundle
        The model that the catalog was made with.
    catalog : ReferenceWindows
        Its tracks and windows.
    device : {'cpu', 'cuda'}, optional
        As `samesong.runtime.inference.onnx_session.Session` takes it.
    threads : int, optional
        Threads on the CPU; one a core if left out.
    candidates : int, optional
        Windows to compare with each window of a query, to find the tracks that are scored.
    finalists : int, optional
        Works whose best recordings are scored, at least 1; fewer take less time and are fewer to
        choose from. By default ``shortlist.finalists`` of the model.
    exhaustive : int, optional
        Windows of a catalog, a finalist, up to which a query is compared with all of them.
    large : int, optional
        Windows in no index from which a warning says that the first search is slow.
    choose : sequence of Stage, optional
        Stages that choose the finalists, in place of candidates and shortlist.
    shards : callable, optional
        Gives the shards of the catalog, where they are elsewhere; by default there is one, in this
        process.

    Raises
    ------
    MismatchError
        If the catalog was made with another model.
    CatalogError
        If the catalog cannot be read.
    DeviceError, MissingExtraError, BundleError
        As `samesong.runtime.inference.onnx_session.Session` does.
    """

    def __init__(
        self,
        bundle: ModelBundle,
        catalog: ReferenceWindows,
        device: Device = "cpu",
        *,
        threads: int | None = None,
        candidates: int = CANDIDATES,
        finalists: int | None = None,
        exhaustive: int = EXHAUSTIVE,
        large: int = LARGE,
        choose: Sequence[Stage] | None = None,
        shards: ShardsNow | None = None,
    ) -> None:
        if catalog.fingerprint != bundle.fingerprint:
            raise MismatchError(
                f"the catalog was made with model {catalog.fingerprint}, but model "
                f"{bundle.manifest.name!r} is {bundle.fingerprint}: use the model that the catalog "
                "was made with, or index the recordings again"
            )
        self._catalog = catalog
        fitted = bundle.fitted
        self._scorer = Scorer(bundle, device, threads=threads)
        self._temperature = fitted.pooling.temperature
        if shards is None:
            pool = ThreadPoolExecutor(threads or len(os.sched_getaffinity(0)))
            local = LocalShards([WindowShard(catalog, fitted, pool, self._scorer, large=large)])
            shards = lambda: local  # noqa: E731
        self._shards = shards
        first = CandidateStage(count=candidates)
        finalists = fitted.shortlist.finalists if finalists is None else finalists
        second = ShortlistStage(catalog, count=finalists)
        self._choose: Sequence[Stage] = (first, second) if choose is None else choose
        self._scoring = ScoringStage(catalog, self._temperature)
        self._score: list[Stage] = [self._scoring]
        self._tempo: TempoEvidence | None = None
        if fitted.tempo is not None:
            self._tempo = TempoEvidence(self._scorer, fitted.tempo, self._temperature)
            self._score.append(TempoStage(catalog, self._tempo))
        self._few = max(exhaustive * finalists, candidates)

    def search(
        self,
        queries: Sequence[Window],
        *,
        exhaustive: bool = False,
        at_tempo: AtTempo | None = None,
    ) -> Retrieval:
        """Find the tracks of the catalog that a query may be a version of.

        Parameters
        ----------
        queries : sequence of Window
            Windows of one recording, of any lengths.
        exhaustive : bool, optional
            Compare with all windows of the catalog, however many.
        at_tempo : callable, optional
            Gives the windows at other tempos: the best works are scored again at their own.

        Returns
        -------
        Retrieval
            The evidence for each track that was scored, and what was done.
        """

        def search(shards: Shards) -> Retrieval:
            found = Retrieval(queries, Trace(self._catalog.n_windows), shards, at_tempo)
            choose = self._choose
            if exhaustive or found.trace.windows <= self._few:
                found.trace.candidates = found.trace.windows
                choose = ()
            for stage in (*choose, *self._score):
                found = stage(found)
            return found

        return self._asked(search)

    def compare(
        self,
        queries: Sequence[Window],
        references: Sequence[StoredWindow],
        at_tempo: AtTempo | None = None,
    ) -> Mapping[str, TrackEvidence]:
        """Return the evidence for some tracks.

        Parameters
        ----------
        queries : sequence of Window
            Windows of one recording, of any lengths.
        references : sequence of StoredWindow
            Windows of these tracks, as of `windows_of`.
        at_tempo : callable, optional
            As for `search`.

        Returns
        -------
        mapping of str to TrackEvidence
            One for each of these tracks, by track_id.
        """
        if not references:
            return {}
        table = self._scorer.matrix(queries, [one.window for one in references])
        track_ids, keys = zip(*((one.track_id, one.key) for one in references), strict=True)
        evidence = merged_evidence([WindowEvidence(track_ids, keys, table)])
        found = track_evidence(queries, evidence, self._temperature)
        if self._tempo is None or at_tempo is None:
            return found
        windows = {one.key: one.window for one in references}
        there = self._catalog.find_tracks(found.keys())
        works = {name: there[name].work for name in found if name in there}
        return self._tempo(queries, at_tempo, found, works, lambda _: windows)

    def windows_of(self, track_ids: Collection[str]) -> Sequence[StoredWindow]:
        """Return the windows of some tracks: found by the search where there is one already.

        Parameters
        ----------
        track_ids : collection of str
            Tracks of the catalog.

        Returns
        -------
        sequence of StoredWindow
            All windows of these tracks, in any order.
        """
        there = self._scoring.those_there(track_ids)
        found = self._asked(lambda shards: ask_all(shards, WindowShard.windows_of, there))
        return [one for windows in found for one in windows]

    def read(self, keys: Sequence[int]) -> dict[int, StoredWindow]:
        """Return windows that the search found.

        Parameters
        ----------
        keys : sequence of int
            Their keys.

        Returns
        -------
        dict of int to StoredWindow
            By key; those that were scored are held in memory for a while.
        """
        found = self._asked(lambda shards: ask_all(shards, WindowShard.read, keys))
        return {one.key: one for windows in found for one in windows}

    def _asked(self, ask: Callable[[Shards], T]) -> T:
        """Ask the shards as they are now, anew where they changed meanwhile."""
        for _ in range(_TRIES - 1):
            with suppress(ShardsChangedError):
                return ask(self._shards())
        return ask(self._shards())
