"""Which tracks of a catalog a recording is a performance of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from samesong.runtime.catalog.interface import ReferenceCatalog, TrackInfo
from samesong.runtime.identification.posterior import ACCEPTED, posteriors
from samesong.runtime.identification.retriever import Pair, Retriever
from samesong.runtime.identification.trace import Trace
from samesong.runtime.identification.works import work_of, work_scores
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.inference.segmentation import QUERY_HOP
from samesong.runtime.matching.alignment import align
from samesong.runtime.representation.window import Window

CONTENDERS = 10
"""Best tracks that are looked through for other recordings of one song, at least."""


@dataclass(frozen=True)
class Match:
    """One track of a ranking.

    Attributes
    ----------
    rank
        1 for the best.
    track
        The studio recording.
    score
        Probability that the query is this track's song rather than another of the catalog or none
        of them, 0 to 1; see `samesong.runtime.identification.posterior`. Other recordings of the
        song that are among the `CONTENDERS` count for it (`samesong.runtime.identification.works`).
    key_shift
        Semitones by which the query lies above the track, -5 to 6.
    query_span, reference_span
        The parts that match, (start, end) in seconds of the query and of the track.
    tempo_ratio
        Tempo of the query divided by that of the track.
    """

    rank: int
    track: TrackInfo
    score: float
    key_shift: int
    query_span: tuple[float, float]
    reference_span: tuple[float, float]
    tempo_ratio: float

    def to_dict(self) -> dict[str, Any]:
        """Return the match as ``identify --json`` prints it."""
        return {
            "rank": self.rank,
            "track_id": self.track.track_id,
            "title": self.track.title,
            "artist": self.track.artist,
            "isrc": self.track.isrc,
            "iswc": self.track.iswc,
            "score": self.score,
            "key_shift": self.key_shift,
            "query_span": list(self.query_span),
            "reference_span": list(self.reference_span),
            "tempo_ratio": self.tempo_ratio,
        }


@dataclass(frozen=True)
class Ranking:
    """The tracks most like one query.

    Attributes
    ----------
    query
        Path of the query.
    matches
        Best first.
    accepted
        Whether the first match reaches the threshold; if not, the song is probably not in the
        catalog.
    seconds
        What identifying took.
    trace
        What was done for it.
    """

    query: str
    matches: tuple[Match, ...]
    accepted: bool
    seconds: float
    trace: Trace | None = None

    def to_dict(self, *, explain: bool = False) -> dict[str, Any]:
        """Return the ranking as ``identify --json`` prints it, with or without ``--explain``."""
        told: dict[str, Any] = {
            "query": self.query,
            "matches": [match.to_dict() for match in self.matches],
            "accepted": self.accepted,
            "seconds": self.seconds,
        }
        if explain and self.trace is not None:
            told["explain"] = self.trace.to_dict()
        return told


class Identifier:
    """Identifies recordings against a catalog.

    Parameters
    ----------
    bundle
        The model that the catalog was made with.
    catalog
        Its tracks and windows.
    device, threads
        As `samesong.runtime.inference.onnx_session.Session` takes them.
    threshold
        Probability from which on the first match is accepted.

    Raises
    ------
    MismatchError
        If the catalog was made with another model.
    FrontEndError, DeviceError, MissingExtraError, BundleError
        As `samesong.runtime.inference.analyser.Analyser` does.
    """

    def __init__(
        self,
        bundle: ModelBundle,
        catalog: ReferenceCatalog,
        device: Device = "cpu",
        *,
        threads: int | None = None,
        threshold: float = ACCEPTED,
    ) -> None:
        self._catalog = catalog
        self._analyser = Analyser(bundle, device, threads=threads)
        self._retriever = Retriever(bundle, catalog, device, threads=threads)
        self._threshold = threshold
        self._step_seconds = bundle.step_seconds[0]
        self._fitted = bundle.fitted

    def identify(self, path: str | Path, top: int = 10, *, exhaustive: bool = False) -> Ranking:
        """Rank the `top` tracks most like a recording.

        What speaks for a track are all its windows; what speaks against it are the other tracks.

        Parameters
        ----------
        path
            The recording.
        top
            How many tracks to return at most.
        exhaustive
            Compare with all windows of the catalog, not with candidates alone.

        Raises
        ------
        AudioError
            If the recording cannot be used.
        """
        began = perf_counter()
        queries = self._analyser.recording(path, QUERY_HOP)
        analysed = perf_counter()
        pairs, trace = self._retriever.search(queries, exhaustive=exhaustive)
        trace.milliseconds = {"analyse": 1000 * (analysed - began), **trace.milliseconds}
        with trace.time("align"):
            tracks, scores = self._contenders(pairs, top)
            matches = self._matches(tracks[:top], pairs, scores)
        accepted = bool(matches) and matches[0].score >= self._threshold
        return Ranking(str(path), matches, accepted, perf_counter() - began, trace)

    def _contenders(
        self, pairs: Mapping[str, Pair], top: int
    ) -> tuple[list[TrackInfo], dict[str, float]]:
        """Return the best tracks, best first, and the probabilities of their songs."""
        among = posteriors(
            np.array([pair.evidence for pair in pairs.values()]),
            len(self._catalog),
            self._fitted.posterior,
        ).tolist()
        best = nsmallest(max(top, CONTENDERS), pairs, key=lambda one: (-pairs[one].evidence, one))
        tracks = {track_id: self._catalog.track(track_id) for track_id in best}
        works = {track_id: work_of(track) for track_id, track in tracks.items()}
        scores = work_scores(dict(zip(pairs, among, strict=True)), works)
        best.sort(key=lambda one: -scores[one])  # stable: within a work by evidence
        return [tracks[track_id] for track_id in best], scores

    def _matches(
        self, tracks: Sequence[TrackInfo], pairs: Mapping[str, Pair], scores: Mapping[str, float]
    ) -> tuple[Match, ...]:
        best = [pairs[track.track_id] for track in tracks]
        stored = self._catalog.read([pair.reference_key for pair in best])
        references = {one.key: one.window for one in stored}
        return tuple(
            self._match(rank, track, scores[track.track_id], pair, references[pair.reference_key])
            for rank, (track, pair) in enumerate(zip(tracks, best, strict=True), 1)
        )

    def _match(
        self, rank: int, track: TrackInfo, score: float, pair: Pair, reference: Window
    ) -> Match:
        alignment = align(pair.query, reference, self._step_seconds, self._fitted.path)
        return Match(
            rank=rank,
            track=track,
            score=score,
            key_shift=alignment.key_shift,
            query_span=alignment.query_span,
            reference_span=alignment.reference_span,
            tempo_ratio=alignment.tempo_ratio,
        )
