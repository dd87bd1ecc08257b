"""Which tracks of a catalog a recording is a performance of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from samesong.runtime.alignment import align
from samesong.runtime.bundle import ModelBundle
from samesong.runtime.posterior import ACCEPTED, posteriors
from samesong.runtime.recording import Analyser, Window
from samesong.runtime.references import ReferenceCatalog, TrackInfo
from samesong.runtime.retrieval import Pair, Retriever, Trace
from samesong.runtime.session import Device
from samesong.runtime.windows import QUERY_HOP


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
        Probability that the query is this track rather than another of the catalog or none of
        them, 0 to 1; see `samesong.runtime.posterior`.
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
        As `samesong.runtime.session.Session` takes them.
    threshold
        Probability from which on the first match is accepted.

    Raises
    ------
    MismatchError
        If the catalog was made with another model.
    FrontEndError, DeviceError, MissingExtraError, BundleError
        As `samesong.runtime.recording.Analyser` does.
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
        best = nsmallest(top, pairs.items(), key=lambda item: (-item[1].evidence, item[0]))
        scores = posteriors(
            np.array([pair.evidence for pair in pairs.values()]), len(self._catalog)
        )
        align_began = perf_counter()
        matches = self._matches(best, dict(zip(pairs, scores.tolist(), strict=True)))
        trace.milliseconds["align"] = 1000 * (perf_counter() - align_began)
        accepted = bool(matches) and matches[0].score >= self._threshold
        return Ranking(str(path), matches, accepted, perf_counter() - began, trace)

    def _matches(
        self, best: Sequence[tuple[str, Pair]], scores: Mapping[str, float]
    ) -> tuple[Match, ...]:
        stored = self._catalog.read([pair.reference_key for _, pair in best])
        references = {one.key: one.window for one in stored}
        return tuple(
            self._match(rank, track_id, scores[track_id], pair, references[pair.reference_key])
            for rank, (track_id, pair) in enumerate(best, 1)
        )

    def _match(
        self, rank: int, track_id: str, score: float, pair: Pair, reference: Window
    ) -> Match:
        alignment = align(pair.query, reference, self._step_seconds)
        return Match(
            rank=rank,
            track=self._catalog.track(track_id),
            score=score,
            key_shift=alignment.key_shift,
            query_span=alignment.query_span,
            reference_span=alignment.reference_span,
            tempo_ratio=alignment.tempo_ratio,
        )
