"""Other recordings of a track in its catalog: twins, which are one recording, and versions.

A catalog of N tracks has N * N / 2 pairs, nearly all of them wrong. So a pair counts only if the
model is nearly certain of it, and that both ways round.
"""

import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from samesong.runtime.catalog.interface import ReferenceCatalog, StoredWindow
from samesong.runtime.identification.candidates import CandidateSearch
from samesong.runtime.identification.outline_shard import OutlineShard
from samesong.runtime.identification.retrieval import Candidates
from samesong.runtime.identification.shards import LocalShards
from samesong.runtime.identification.shortlist import coarse_evidence
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.fitted import VersionParameters
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.inference.segmentation import cover
from samesong.runtime.matching.pooling import pooled
from samesong.runtime.matching.scorer import Scorer
from samesong.runtime.matching.twins import speed_gain, twin_cosine
from samesong.runtime.outlines.centroid import CentroidCosines
from samesong.runtime.representation.window import Window

CANDIDATES = 8
"""Windows that are looked at closer."""

FINALISTS = 4
"""Tracks that are scored, at most."""

_SCANNED = 4096
_SHARE = 16
_ALIGNED = 32
"""As `CandidateSearch` takes them: fewer windows are compared than for a query, since what is
nearly certain is among the first, and every new track is searched for."""

_HUNDRED = 100
"""Tracks that ``VersionParameters.evidence`` is for."""


class VersionFinder:
    """Finds the other recordings of a track among those of its catalog.

    It keeps some hundred bytes for each track that it was asked about: ask a new one about many.

    Parameters
    ----------
    bundle : ModelBundle
        The model that the catalog was made with.
    catalog : ReferenceCatalog
        Its tracks and windows, as they are now; twins that are known are hidden in it.
    device : {'cpu', 'cuda'}, optional
        As `samesong.runtime.inference.onnx_session.Session` takes it.
    threads : int, optional
        Threads on the CPU; one a core if left out.
    """

    def __init__(
        self,
        bundle: ModelBundle,
        catalog: ReferenceCatalog,
        device: Device = "cpu",
        *,
        threads: int | None = None,
    ) -> None:
        self._catalog = catalog
        self._fitted = bundle.fitted
        self._step_seconds = bundle.step_seconds[0]
        self._scorer = Scorer(bundle, device, threads=threads)
        self._pool = ThreadPoolExecutor(threads or len(os.sched_getaffinity(0)))
        shard = OutlineShard(catalog, bundle.fitted, self._pool)
        self._search = CandidateSearch(
            LocalShards([shard]), scanned=_SCANNED, aligned=_ALIGNED, share=_SHARE
        )
        self._least = least_evidence(len(catalog), bundle.fitted.versions)
        self._searched: dict[str, tuple[Sequence[int], CentroidCosines]] = {}
        self._scored: dict[tuple[str, str], float] = {}

    def windows_of(self, track_ids: Sequence[str]) -> dict[str, list[Window]]:
        """Return the windows of tracks.

        Parameters
        ----------
        track_ids : sequence of str
            Tracks of the catalog.

        Returns
        -------
        dict of str to list of Window
            In order; those of a track that is gone are an empty list.
        """
        found: dict[str, list[Window]] = {track_id: [] for track_id in track_ids}
        for stored in self._catalog.read(self._search.keys_of(track_ids)):
            if stored.track_id in found:
                found[stored.track_id].append(stored.window)
        return {
            track_id: sorted(windows, key=lambda window: window.start)
            for track_id, windows in found.items()
        }

    def twins(self, track_id: str, windows: Sequence[Window]) -> list[str]:
        """Return the tracks that are the same recording as one, in whatever encoding.

        Parameters
        ----------
        track_id : str
            The track.
        windows : sequence of Window
            Its windows, at least one.

        Returns
        -------
        list of str
            Other tracks, the most similar first.
        """
        bar, gain = self._fitted.versions.twin_cosine, self._fitted.versions.speed_gain
        probe = _probe(windows)
        candidates = self._candidates(track_id, probe)
        alike = [
            one.track_id
            for one in self._read(track_id, candidates)
            if twin_cosine([probe], [one.window], self._step_seconds) >= bar
        ]
        found = self.windows_of(list(dict.fromkeys(alike)))
        cosines = {
            other: twin_cosine(windows, theirs, self._step_seconds)
            for other, theirs in found.items()
        }
        twins = [
            other
            for other, cosine in cosines.items()
            if cosine >= bar and speed_gain(windows, found[other], self._step_seconds) <= gain
        ]
        return sorted(twins, key=lambda other: (-cosines[other], other))

    def versions(self, track_id: str, windows: Sequence[Window]) -> list[str]:
        """Return the tracks that are nearly certainly of the same song as one.

        Parameters
        ----------
        track_id : str
            The track.
        windows : sequence of Window
            Its windows, at least one.

        Returns
        -------
        list of str
            Other tracks, the most certain first.
        """
        likely = self._likely(track_id, _probe(windows))
        unscored = [other for other in likely if _pair(track_id, other) not in self._scored]
        for other, theirs in self.windows_of(unscored).items():
            self._scored[_pair(track_id, other)] = self._evidence(windows, theirs)
        evidence = {other: self._scored[_pair(track_id, other)] for other in likely}
        certain = [other for other in likely if evidence[other] >= self._least]
        return sorted(certain, key=lambda other: (-evidence[other], other))

    def _likely(self, track_id: str, probe: Window) -> list[str]:
        """Return the tracks with the most coarse evidence, of those that have enough."""
        candidates = self._candidates(track_id, probe)
        stored = self._read(track_id, candidates)
        evidence = coarse_evidence(candidates, stored, self._fitted, self._pool)
        best: dict[str, float] = {}
        for one, odds in zip(stored, evidence.tolist(), strict=True):
            best[one.track_id] = max(odds, best.get(one.track_id, -math.inf))
        bar = self._fitted.versions.coarse
        likely = [other for other, odds in best.items() if odds >= bar]
        return sorted(likely, key=lambda other: (-best[other], other))[:FINALISTS]

    def _candidates(self, track_id: str, probe: Window) -> Candidates:
        """Search once a track, since twins and versions are among the same candidates."""
        if track_id not in self._searched:
            found = self._search.find(probe, CANDIDATES + 1)
            self._searched[track_id] = found.keys, found.centroid_cosines
        return Candidates(probe, *self._searched[track_id])

    def _read(self, track_id: str, candidates: Candidates) -> list[StoredWindow]:
        """Return the candidates that are of other tracks."""
        stored = self._catalog.read(candidates.keys)
        return [one for one in stored if one.track_id != track_id]

    def _evidence(self, first: Sequence[Window], second: Sequence[Window]) -> float:
        """Return the log-odds of one song in the direction in which they are lower."""
        there = self._one_way(first, second)
        if there < self._least:  # most are, so that the other way round is seldom scored
            return there
        return min(there, self._one_way(second, first))

    def _one_way(self, queries: Sequence[Window], references: Sequence[Window]) -> float:
        matrix = self._scorer.matrix(cover(queries), references)
        [evidence] = pooled(matrix, np.array([0]), self._fitted.pooling.temperature)
        return float(evidence)


def _probe(windows: Sequence[Window]) -> Window:
    """Return the window that is searched for: a version that is certain matches in the middle."""
    return windows[len(windows) // 2]


def _pair(one: str, other: str) -> tuple[str, str]:
    return min(one, other), max(one, other)


def least_evidence(n_tracks: int, parameters: VersionParameters) -> float:
    """Return the log-odds above which two tracks of a catalog are joined.

    Parameters
    ----------
    n_tracks : int
        Tracks of the catalog.
    parameters : VersionParameters
        Of its model.

    Returns
    -------
    float
        The bar, higher the more wrong pairs there are to choose from.
    """
    tenfolds = max(0.0, math.log10(max(n_tracks, 1) / _HUNDRED))
    return parameters.evidence + parameters.per_tenfold * tenfolds
