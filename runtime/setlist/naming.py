"""Naming of segments: a segment is a work of the catalog, or unknown.

Each segment is identified as a whole, as `samesong identify` identifies a recording of one song. It
is unknown where no song's probability reaches the threshold.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np

from samesong.runtime.catalog.interface import ReferenceCatalog, StoredWindow
from samesong.runtime.identification.contenders import weigh
from samesong.runtime.identification.known_works import KnownWorks
from samesong.runtime.identification.retrieval import Contender
from samesong.runtime.identification.retriever import Retriever
from samesong.runtime.identification.verdict import Verdict, verdict_on
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.query import Query
from samesong.runtime.inference.segmentation import MIN_REST, QUERY_HOP, starts
from samesong.runtime.inference.window_maker import WindowMaker
from samesong.runtime.representation.window import Window
from samesong.runtime.setlist.cell_evidence import (
    CellEvidence,
    evidence_between,
    likeliest_tracks,
    works_of,
)
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
    make : WindowMaker
        Makes windows of songs anew, where the model compares the best works at their tempos.
    known : KnownWorks, optional
        The works that songs may be performances of, where that is known.

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
        *,
        make: WindowMaker,
        known: KnownWorks | None = None,
    ) -> None:
        self._posterior = bundle.fitted.posterior
        self._step_seconds = bundle.step_seconds
        self._catalog = catalog
        self._retriever = retriever
        self._threshold = threshold
        self._known = known
        self._make = make
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
            As of `most_probable`.
        """
        cells = evidence_between(evidence, segment.start, segment.end)
        likeliest = likeliest_tracks(
            cells, works_of({track_id for cell in cells for track_id in cell}, self._catalog)
        )
        stored = self._retriever.windows_of(likeliest)
        query = self._query(segment, timeline)
        found = self._retriever.compare(query.windows, stored, query.at_tempo)
        tracks = self._catalog.find_tracks(found.keys())
        # Works that were not near it for a minute do not count.
        n_works = len({tracks[track_id].work for track_id in found})
        contenders = weigh(found, tracks, n_works, self._posterior)
        if self._known is not None:
            contenders = self._known.among(contenders)
        return self.settle(segment, contenders, stored)

    def _query(self, segment: Segment, timeline: Timeline) -> Query:
        windows = query_windows(segment, timeline)
        if not timeline.frames:
            return Query(windows)
        # Made anew as a recording of its own would be: the deep sequences of a timeline have seams.
        return self._make.query(
            (window.start, [one.astype(np.float32) for one in timeline.spectrograms(window)])
            for window in windows
        )

    def settle(
        self,
        segment: Segment,
        contenders: Sequence[Contender],
        stored: Sequence[StoredWindow] | None = None,
    ) -> Segment:
        """Take a segment for the most probable of some contenders, and keep its track.

        Parameters
        ----------
        segment : Segment
            What it was taken for does not matter.
        contenders : sequence of Contender
            The works that it may be, best first.
        stored : sequence of StoredWindow, optional
            Windows of their recordings; read if left out.

        Returns
        -------
        Segment
            As of `most_probable`.
        """
        named = most_probable(segment, contenders, self._threshold)
        track_id = named.track_id
        if track_id is not None and track_id not in self.tracks:
            held = self._retriever.windows_of([track_id]) if stored is None else stored
            windows = [one.window for one in held if one.track_id == track_id]
            self.tracks[track_id] = whole_track(windows, self._step_seconds)
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
        Returns a segment with its work, or None, as of `most_probable`. Called once with
        each segment, and with each unknown song that was merged.

    Returns
    -------
    list of Segment
        In order.
    """
    parts = [name(segment) for segment in segments]
    songs = [
        name(song) if song.work_id is None and song not in parts else song for song in merge(parts)
    ]
    return merge(songs)


def most_probable(segment: Segment, contenders: Sequence[Contender], threshold: float) -> Segment:
    """Take a segment for its most probable work, or for a song that is not in the catalog.

    Parameters
    ----------
    segment : Segment
        What it was taken for does not matter.
    contenders : sequence of Contender
        The works that it may be, best first.
    threshold : float
        Least probability of a work that is named.

    Returns
    -------
    Segment
        The same stretch with the verdict on it and its candidates; with a work, its closest
        recording and its probability where the verdict is a match.
    """
    verdict = verdict_on([one.probability for one in contenders], threshold)
    named = Segment(
        None,
        segment.start,
        segment.end,
        begins_file=segment.begins_file,
        verdict=verdict,
        candidates=tuple(contenders),
    )
    if verdict is not Verdict.MATCH:
        return named
    best = contenders[0]
    return replace(
        named,
        work_id=best.work_id,
        probability=best.probability,
        track_id=best.closest.track.track_id,
    )


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
