"""The songs in an analysis: segmented, named, divided where played again, and placed."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from samesong.runtime.catalog.interface import ReferenceCatalog, TrackInfo
from samesong.runtime.identification.known_works import KnownWorks
from samesong.runtime.identification.retriever import Retriever
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.window_maker import WindowMaker
from samesong.runtime.matching.alignment import Alignment, align
from samesong.runtime.representation.window import Window
from samesong.runtime.setlist.artists import favour_artists
from samesong.runtime.setlist.boundaries import place_boundaries
from samesong.runtime.setlist.cell_evidence import evidence_for_works, works_of
from samesong.runtime.setlist.initial_segments import initial_segments
from samesong.runtime.setlist.interlude import Interlude, InterludeKind
from samesong.runtime.setlist.interludes import interludes
from samesong.runtime.setlist.naming import SegmentNamer, name_segments
from samesong.runtime.setlist.partial_analysis import PartialAnalysis
from samesong.runtime.setlist.repeats import divide_repeats
from samesong.runtime.setlist.sections import sections
from samesong.runtime.setlist.segments import Segment, merge
from samesong.runtime.setlist.song import Candidate, Song, SongTrack
from samesong.runtime.setlist.timeline import Timeline, concatenate

CANDIDATES = 5
"""Works that are told of a song, at most."""


class SongLister:
    """Lists the songs of one recording, as often as wanted while its analysis grows.

    A segment that did not change since the last list is neither named nor aligned again.

    Parameters
    ----------
    bundle : ModelBundle
        The model.
    catalog : ReferenceCatalog
        The studio tracks.
    retriever : Retriever
        Of that catalog.
    threshold : float
        Least probability of a song that is named.
    known : KnownWorks or None
        The works that songs may be performances of, where that is known.
    make : WindowMaker
        Makes windows of songs anew, as `SegmentNamer` takes it.
    """

    def __init__(
        self,
        bundle: ModelBundle,
        catalog: ReferenceCatalog,
        retriever: Retriever,
        *,
        threshold: float,
        known: KnownWorks | None,
        make: WindowMaker,
    ) -> None:
        self._bundle = bundle
        self._catalog = catalog
        self._known = known
        self._namer = SegmentNamer(bundle, catalog, retriever, threshold, known=known, make=make)
        self._named: dict[tuple[float, float], Segment] = {}
        self._aligned: dict[tuple[float, float, str], Alignment] = {}

    def list(
        self, analysis: PartialAnalysis, joins: Sequence[float] = ()
    ) -> tuple[list[Song], list[Interlude]]:
        """List the songs so far, and what is heard between them.

        Parameters
        ----------
        analysis : PartialAnalysis
            The recording so far.
        joins : sequence of float, optional
            Seconds of it at which a file of one song begins, rising.

        Returns
        -------
        songs : list of Song
            In order, with times in seconds of the analysis.
        between : list of Interlude
            In order.
        """
        if not analysis.evidence:
            return [], []
        fitted = self._bundle.fitted
        timeline = concatenate(analysis.timelines)
        heard = {track_id for cell in analysis.evidence for track_id in cell}
        works = works_of(heard, self._catalog)
        evidence = [evidence_for_works(cell, works) for cell in analysis.evidence]

        def name(segment: Segment) -> Segment:
            span = segment.start, segment.end
            if span not in self._named:
                self._named[span] = self._namer.name(segment, timeline, analysis.evidence)
            return self._named[span]

        tracks = self._namer.tracks
        initial = initial_segments(evidence, timeline, fitted.setlist, joins)
        segments = name_segments(initial, name)
        if self._known is None:  # else it is known already who plays
            odds = fitted.repertoire.learnt_odds
            segments = merge(favour_artists(segments, odds, self._namer.settle))
        songs = divide_repeats(
            [segment for segment in segments if segment.is_song], timeline, tracks, fitted
        )
        placed = place_boundaries(songs, timeline, tracks, fitted)
        spans = [(segment.start, segment.end) for segment in placed]
        between = interludes(spans, timeline)
        applause = [
            sum(
                one.end - one.start
                for one in between
                if one.kind is InterludeKind.APPLAUSE and end <= one.start < following
            )
            for (_, end), (following, _) in pairwise(spans)
        ]
        told = {one.work_id for segment in placed for one in segment.candidates[:CANDIDATES]}
        recordings = self._catalog.find_recordings(told)
        named = zip(placed, sections(spans, applause), strict=True)
        return [
            self._song(one, section, timeline, tracks, recordings) for one, section in named
        ], between

    def _song(
        self,
        segment: Segment,
        section: str | None,
        timeline: Timeline,
        tracks: Mapping[str, Window],
        recordings: Mapping[str, Sequence[TrackInfo]],
    ) -> Song:
        start, end = round(segment.start, 2), round(segment.end, 2)
        candidates = tuple(
            Candidate(
                track=SongTrack.of(one.closest.track, recordings[one.work_id]),
                probability=round(one.probability, 4),
            )
            for one in segment.candidates[:CANDIDATES]
        )
        if segment.track_id is None:
            return Song(
                start=start,
                end=end,
                verdict=segment.verdict,
                candidates=candidates,
                section=section,
            )
        place = segment.start, segment.end, segment.track_id
        if place not in self._aligned:
            self._aligned[place] = align(
                timeline.window(segment.start, segment.end),
                tracks[segment.track_id],
                timeline.step_seconds[0],
                self._bundle.fitted.path,
            )
        alignment = self._aligned[place]
        track = self._catalog.track(segment.track_id)
        return Song(
            start=start,
            end=end,
            verdict=segment.verdict,
            candidates=candidates,
            track=SongTrack.of(track, recordings[track.work]),
            probability=round(segment.probability, 4),
            key_shift=alignment.key_shift,
            tempo_ratio=round(alignment.tempo_ratio, 3),
            section=section,
        )
