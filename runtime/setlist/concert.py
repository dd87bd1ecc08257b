"""Finds the songs of a whole concert: which tracks they are, and from when to when."""

import hashlib
import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic
from typing import Protocol

from samesong.features import audio
from samesong.runtime.bundle import ModelBundle
from samesong.runtime.posterior import ACCEPTED
from samesong.runtime.recording import Window
from samesong.runtime.references import ReferenceCatalog, TrackInfo
from samesong.runtime.retrieval import Retriever
from samesong.runtime.scorer import Scorer
from samesong.runtime.session import Device
from samesong.runtime.setlist.decode import best_states, runs
from samesong.runtime.setlist.evidence import (
    CELL,
    FIRST_TRACK,
    NO_SONG,
    UNKNOWN,
    CellEvidence,
    cell_evidence,
    entry_costs,
    evidence_within,
    gains,
    likeliest,
    n_cells,
    window_of,
)
from samesong.runtime.setlist.naming import identified, query_windows, settled
from samesong.runtime.setlist.segments import (
    Segment,
    aligned,
    join,
    long_enough,
    refine,
    split,
)
from samesong.runtime.setlist.songs import Setlist, Song
from samesong.runtime.setlist.state import State
from samesong.runtime.setlist.timeline import Timeline, TimelineReader, joined
from samesong.runtime.setlist.whole_track import whole

Progress = Callable[[float, float], None]
"""Called with the seconds done and the seconds of the recording; may raise to stop the work."""

_SAVE_SECONDS = 20.0


class SetlistCatalog(ReferenceCatalog, Protocol):
    """The part of a catalog that finding set lists needs."""

    def tracks(self) -> Sequence[TrackInfo]:
        """Return all tracks."""


class SetlistFinder:
    """Finds the songs of recordings of any length.

    Parameters
    ----------
    bundle
        The model that the catalog was made with.
    catalog
        The studio tracks.
    device, threads
        As `samesong.runtime.session.Session` takes them.
    threshold
        Probability from which on a song is taken for a track's rather than for one that is not in
        the catalog.

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
        catalog: SetlistCatalog,
        device: Device = "cpu",
        *,
        threads: int | None = None,
        threshold: float = ACCEPTED,
    ) -> None:
        self._bundle = bundle
        self._catalog = catalog
        self._retriever = Retriever(bundle, catalog, device, threads=threads)
        self._scorer = Scorer(bundle, device, threads=threads)
        self._reader = TimelineReader(bundle, device, threads=threads)
        self._threshold = threshold

    def find(
        self,
        path: str | Path,
        *,
        progress: Progress | None = None,
        resume: Path | None = None,
    ) -> Setlist:
        """Find the songs of a recording.

        Memory is that of a few minutes of audio and about 2.5 MB an hour.

        Parameters
        ----------
        path
            The recording.
        progress
            Called from time to time; what it raises ends the work.
        resume
            File that keeps what was found so far, whatever ends the work; the next call with it
            goes on from there. It is removed when all is done.

        Raises
        ------
        AudioError
            If the recording cannot be used.
        SetlistError
            If `resume` is another file than one of these.
        """
        duration = audio.probe(path).duration
        state = self._state(path, resume)
        try:
            self._listen(path, duration, state, progress, resume)
        finally:
            if resume is not None:
                state.save(resume)
        found = self._decide(path, state.end, state)
        if resume is not None:
            resume.unlink()
        return found

    def so_far(self, path: str | Path, resume: Path) -> Setlist:
        """Return the songs in what was listened to before `find` was interrupted.

        Parameters
        ----------
        path, resume
            As they were given to `find`.
        """
        return self._decide(path, audio.probe(path).duration, self._state(path, resume))

    def _state(self, path: str | Path, resume: Path | None) -> State:
        key = self._key(Path(path))
        return State(key) if resume is None else State.load(resume, key, self._bundle.step_seconds)

    def _key(self, path: Path) -> str:
        status = path.stat()
        manifest = self._bundle.manifest
        parts = [
            [str(path.resolve()), status.st_size, status.st_mtime_ns],
            [self._bundle.fingerprint, manifest.scorer.sha256],
            sorted(track.track_id for track in self._catalog.tracks()),
        ]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    def _listen(
        self,
        path: str | Path,
        duration: float,
        state: State,
        progress: Progress | None,
        resume: Path | None,
    ) -> None:
        saved = monotonic()
        report = progress or (lambda *_: None)
        report(state.end, duration)
        for stretch in self._reader.read(path, skip=len(state.stretches)):
            state.stretches.append(stretch)
            self._compare(state, report, duration)
            if resume is not None and monotonic() - saved > _SAVE_SECONDS:
                state.save(resume)
                saved = monotonic()
        self._compare(state, report, duration, all_known=True)

    def _compare(
        self, state: State, report: Progress, duration: float, *, all_known: bool = False
    ) -> None:
        """Collect the evidence of the cells whose windows are known by now."""
        recent = joined(state.stretches[-3:])  # longer than a stretch and a window
        last = state.end if all_known else math.inf
        while len(state.evidence) < n_cells(state.end):
            start, end = window_of(len(state.evidence), last)
            if end > state.end:
                break
            state.evidence.append(cell_evidence(recent, self._retriever, start, end))
            report(min(state.end, len(state.evidence) * CELL), duration)

    def _decide(self, path: str | Path, duration: float, state: State) -> Setlist:
        if not state.evidence:
            return Setlist(str(path), duration, ())
        timeline = joined(state.stretches)
        guesses = join(split(self._guesses(state, timeline), timeline))
        songs = settled(guesses, lambda guess: self._identified(guess, timeline, state.evidence))
        refined = refine(list(filter(long_enough, songs)), timeline, self._whole)
        found = tuple(self._song(segment, timeline) for segment in refined)
        return Setlist(str(path), round(duration, 2), found)

    def _guesses(self, state: State, timeline: Timeline) -> list[Segment]:
        """Guess, to a cell, where there is music and where one song gives way to another."""
        known = gains(state.evidence, timeline)
        states = best_states(known.values, entry_costs(known.values.shape[1]))
        return [
            Segment(
                None if state == UNKNOWN else known.tracks[state - FIRST_TRACK],
                first * CELL,
                min(last * CELL, timeline.end),
            )
            for state, first, last in runs(states)
            if state != NO_SONG
        ]

    def _identified(
        self, segment: Segment, timeline: Timeline, evidence: Sequence[CellEvidence]
    ) -> Segment:
        tracks = likeliest(evidence_within(evidence, segment.start, segment.end))
        references = {track: [w.window for w in self._catalog.windows(track)] for track in tracks}
        windows = query_windows(segment, timeline)
        scores = {
            track: float(self._scorer.matrix(windows, of_track).max())
            for track, of_track in references.items()
        }
        return identified(segment, scores, len(self._catalog), self._threshold)

    def _song(self, segment: Segment, timeline: Timeline) -> Song:
        start, end = round(segment.start, 2), round(segment.end, 2)
        confidence = round(segment.confidence, 4)
        if segment.track_id is None:
            return Song(start, end, None, confidence, None, None)
        alignment = aligned(segment, timeline, self._whole(segment.track_id))
        return Song(
            start=start,
            end=end,
            track=self._catalog.track(segment.track_id),
            confidence=confidence,
            key_shift=alignment.key_shift,
            tempo_ratio=round(alignment.tempo_ratio, 3),
        )

    def _whole(self, track_id: str) -> Window:
        windows = [stored.window for stored in self._catalog.windows(track_id)]
        return whole(windows, self._bundle.step_seconds)
