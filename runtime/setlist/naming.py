"""Names stretches of music: each is identified as a whole, as a recording of one song is."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from samesong.runtime.identification.posterior import posteriors
from samesong.runtime.identification.works import Work, work_scores
from samesong.runtime.inference.fitted import PosteriorParameters
from samesong.runtime.inference.segmentation import MIN_REST, QUERY_HOP, starts
from samesong.runtime.representation.window import Window
from samesong.runtime.setlist.segments import Segment, join
from samesong.runtime.setlist.timeline import Timeline

Name = Callable[[Segment], Segment]
"""Takes a segment for what it is: gives it its track, or None, and how sure that is."""


def settled(guesses: Iterable[Segment], name: Name) -> list[Segment]:
    """Return the songs that guessed segments turn out to be.

    What was guessed only says where one song may give way to another. Stretches that are no
    track's, or the same one's, are joined after naming; an unknown song in one piece is then named
    again, since more of a song tells more than each of its parts.

    Parameters
    ----------
    guesses
        In order, none overlapping another.
    name
        Called once with each guess, and with each unknown song that was joined.
    """
    parts = [name(guess) for guess in guesses]
    songs = [
        name(song) if song.track_id is None and song not in parts else song for song in join(parts)
    ]
    return join(songs)


def identified(
    segment: Segment,
    evidence: Mapping[str, float],
    works: Mapping[str, Work],
    threshold: float,
    parameters: PosteriorParameters,
) -> Segment:
    """Take a segment for its most probable track, or for a song that is not in the catalog.

    Parameters
    ----------
    segment
        What it was taken for does not matter.
    evidence
        Log-odds of all tracks that may be it, by track_id; others of the catalog, which were not
        near it for a minute, do not count.
    works
        What these tracks are recordings of.
    threshold
        Probability among them and none of them (`samesong.runtime.identification.posterior`), of
        all recordings of its work together, from which on the most probable track is taken.
    parameters
        As `posteriors` takes them.
    """
    among = posteriors(np.array(list(evidence.values())), len(evidence), parameters).tolist()
    scores = work_scores(dict(zip(evidence, among, strict=True)), works)
    best = max(evidence, key=lambda track_id: (scores[track_id], evidence[track_id]), default=None)
    score = 0.0 if best is None else scores[best]
    if score >= threshold:
        return replace(segment, track_id=best, confidence=score)
    return replace(segment, track_id=None, confidence=1 - score)


def query_windows(segment: Segment, timeline: Timeline) -> Sequence[Window]:
    """Cut a segment into windows as `samesong identify` cuts a recording."""
    step = max(timeline.step_seconds)
    length, size, rest = (
        round(seconds / step) for seconds in (segment.end - segment.start, QUERY_HOP, MIN_REST)
    )
    begins = [segment.start + begin * step for begin in starts(length, size, size, rest)]
    return [timeline.window(begin, min(segment.end, begin + size * step)) for begin in begins]
