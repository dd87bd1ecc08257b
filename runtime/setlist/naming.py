"""Naming of segments: a segment is a track of the catalog, or unknown.

Each segment is identified as a whole, as `samesong identify` identifies a recording of one song. It
is unknown where no song's probability reaches the threshold.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from samesong.runtime.catalog.interface import ReferenceCatalog
from samesong.runtime.identification.posterior import posteriors
from samesong.runtime.identification.retriever import Retriever
from samesong.runtime.identification.works import Work, work_of, work_scores
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.fitted import PosteriorParameters
from samesong.runtime.inference.segmentation import MIN_REST, QUERY_HOP, starts
from samesong.runtime.representation.window import Window
from samesong.runtime.setlist.cell_evidence import CellEvidence, evidence_between, likeliest_tracks
from samesong.runtime.setlist.segments import Segment, merge
from samesong.runtime.setlist.timeline import Timeline
from samesong.runtime.setlist.whole_track import whole_track


class SegmentNamer:
    """Names the segments of one recording.

    Parameters
    ----------
    bundle : ModelBundle
        The model.
    catalog : ReferenceCatalog
        The studio tracks.
    retriever : Retriever
        Of that catalog.
    threshold : float
        Minimum probability for naming a song.

    Attributes
    ----------
    tracks : dict of str to Window
        The tracks that segments were named by, each in one piece, by track_id. They are kept from
        the windows that were compared, so that no track is read again.
    """

    def __init__(
        self,
        bundle: ModelBundle,
        catalog: ReferenceCatalog,
        retriever: Retriever,
        threshold: float,
    ) -> None:
        self._posterior = bundle.fitted.posterior
        self._step_seconds = bundle.step_seconds
        self._catalog = catalog
        self._retriever = retriever
        self._threshold = threshold
        self.tracks: dict[str, Window] = {}

    def name(
        self, segment: Segment, timeline: Timeline, evidence: Sequence[CellEvidence]
    ) -> Segment:
        """Name a segment.

        Parameters
        ----------
        segment : Segment
            What it was taken for does not matter.
        timeline : Timeline
            The recording.
        evidence : sequence of mapping
            Evidence of all its cells.

        Returns
        -------
        Segment
            The same stretch with its track, or None, and the confidence in that.
        """
        candidates = likeliest_tracks(evidence_between(evidence, segment.start, segment.end))
        stored = self._retriever.windows_of(candidates)
        found = self._retriever.compare(query_windows(segment, timeline), stored)
        log_odds = {track_id: track.evidence for track_id, track in found.items()}
        works = {track_id: work_of(self._catalog.track(track_id)) for track_id in log_odds}
        named = most_probable(segment, log_odds, works, self._threshold, self._posterior)
        if named.track_id is not None and named.track_id not in self.tracks:
            windows = [one.window for one in stored if one.track_id == named.track_id]
            self.tracks[named.track_id] = whole_track(windows, self._step_seconds)
        return named


def name_segments(segments: Iterable[Segment], name: Callable[[Segment], Segment]) -> list[Segment]:
    """Name segments, and merge those that turn out to be of one song.

    An unknown song that was merged is named again, since more of a song tells more than each of
    its parts.

    Parameters
    ----------
    segments : iterable of Segment
        In order, none overlapping another.
    name : callable
        Returns a segment with its track, or None, and the confidence in that. Called once with
        each segment, and with each unknown song that was merged.

    Returns
    -------
    list of Segment
        In order.
    """
    parts = [name(segment) for segment in segments]
    songs = [
        name(song) if song.track_id is None and song not in parts else song for song in merge(parts)
    ]
    return merge(songs)


def most_probable(
    segment: Segment,
    log_odds: Mapping[str, float],
    works: Mapping[str, Work],
    threshold: float,
    parameters: PosteriorParameters,
) -> Segment:
    """Take a segment for its most probable track, or for a song that is not in the catalog.

    Parameters
    ----------
    segment : Segment
        What it was taken for does not matter.
    log_odds : mapping of str to float
        Evidence for each track that it may be, by track_id. Other tracks of the catalog were not
        near it for a minute, and do not count.
    works : mapping of str to Work
        The works of these tracks.
    threshold : float
        Minimum probability, among these tracks and none of them
        (`samesong.runtime.identification.posterior`), of all recordings of a work together. Below
        it the segment is unknown.
    parameters : PosteriorParameters
        Of the model.

    Returns
    -------
    Segment
        The same stretch with its track, or None, and the confidence in that.
    """
    among = posteriors(np.array(list(log_odds.values())), len(log_odds), parameters).tolist()
    scores = work_scores(dict(zip(log_odds, among, strict=True)), works)
    best = max(log_odds, key=lambda track_id: (scores[track_id], log_odds[track_id]), default=None)
    score = 0.0 if best is None else scores[best]
    if score >= threshold:
        return replace(segment, track_id=best, confidence=score)
    return replace(segment, track_id=None, confidence=1 - score)


def query_windows(segment: Segment, timeline: Timeline) -> Sequence[Window]:
    """Cut a segment into windows as `samesong identify` cuts a recording.

    Parameters
    ----------
    segment : Segment
        Any.
    timeline : Timeline
        The recording.

    Returns
    -------
    sequence of Window
        At least one.
    """
    step = max(timeline.step_seconds)
    length, size, rest = (
        round(seconds / step) for seconds in (segment.end - segment.start, QUERY_HOP, MIN_REST)
    )
    begins = [segment.start + begin * step for begin in starts(length, size, size, rest)]
    return [timeline.window(begin, min(segment.end, begin + size * step)) for begin in begins]
