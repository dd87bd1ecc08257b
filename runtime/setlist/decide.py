"""Decides which songs a recording holds, from what was heard of it."""

from collections.abc import Sequence
from pathlib import Path

from samesong.runtime.catalog.interface import ReferenceTracks
from samesong.runtime.identification.retriever import Retriever
from samesong.runtime.identification.works import work_of
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.representation.window import Window
from samesong.runtime.setlist.decode import best_states, runs
from samesong.runtime.setlist.evidence import (
    CELL,
    FIRST_TRACK,
    NO_SONG,
    UNKNOWN,
    CellEvidence,
    entry_costs,
    evidence_within,
    gains,
    likeliest,
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
from samesong.runtime.setlist.timeline import Timeline, joined
from samesong.runtime.setlist.whole_track import whole


class Decider:
    """Finds the songs of a recording that was listened to.

    Guesses, to a cell, where one song gives way to another; names what is between as one song
    each; and moves their boundaries to where they are.

    Parameters
    ----------
    bundle, catalog, threshold
        As `samesong.runtime.setlist.concert.SetlistFinder` takes them.
    retriever
        Compares with that catalog by that model.
    """

    def __init__(
        self,
        bundle: ModelBundle,
        catalog: ReferenceTracks,
        retriever: Retriever,
        threshold: float,
    ) -> None:
        self._catalog = catalog
        self._retriever = retriever
        self._step_seconds = bundle.step_seconds
        self._threshold = threshold

    def decide(self, path: str | Path, duration: float, state: State) -> Setlist:
        """Return the set list.

        Parameters
        ----------
        path, duration
            The recording and its length in seconds.
        state
            What was heard of it: its evidence covers all of its stretches, or their beginning.
        """
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
        pairs = self._retriever.compare(query_windows(segment, timeline), tracks)
        weighed = {track: pair.evidence for track, pair in pairs.items()}
        works = {track: work_of(self._catalog.track(track)) for track in weighed}
        return identified(segment, weighed, works, self._threshold)

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
        return whole(windows, self._step_seconds)
