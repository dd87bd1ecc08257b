"""From decided cells to songs with times: runs joined, boundaries refined, tracks aligned."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.inference.fitted import PathParameters
from samesong.runtime.matching.alignment import Alignment, align
from samesong.runtime.representation.window import Window
from samesong.runtime.setlist.boundaries import Side, turn
from samesong.runtime.setlist.decode import best_states, runs
from samesong.runtime.setlist.likeness import likeness
from samesong.runtime.setlist.timeline import Timeline

REACH = 40.0
"""Seconds into a song on either side in which its boundary is looked for."""
BEGUN_AGAIN = 45.0
"""A track that goes on after a pause of at most this (seconds) was interrupted, not ended."""
BEYOND = 30.0
"""Seconds beyond what was decided that a track may turn out to last."""
UNKNOWN_BEYOND = 12.0
"""The same of an unknown song, which ends where talk begins and was cut there."""
SHORTEST_UNKNOWN = 45.0
"""Music that is no track's is a song from this many seconds on; else it is part of what is near."""
MUSIC = 0.5
"""Weight of the log-odds of music beside the gains of an alignment."""
TALK = 15.0
"""What it costs to begin or to end talk within an unknown song, in log-odds of music by steps."""

WholeTrack = Callable[[str], Window]
"""Gives a catalog's track in one piece, by its track_id."""

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Segment:
    """A stretch of music: of a track, or (None) of a song that is not in the catalog.

    Attributes
    ----------
    track_id
        The track.
    start, end
        In seconds of the recording.
    confidence
        Probability that it is what it was taken for, 0 to 1.
    """

    track_id: str | None
    start: float
    end: float
    confidence: float = 0.0


def join(segments: Iterable[Segment]) -> list[Segment]:
    """Join segments of one track that was interrupted, and unknown ones without a pause between.

    The surer one's confidence is that of both.

    Parameters
    ----------
    segments
        In order, none overlapping another.
    """
    kept: list[Segment] = []
    for segment in segments:
        before = kept[-1] if kept else None
        pause = 0.0 if segment.track_id is None else BEGUN_AGAIN
        if (
            before is not None
            and before.track_id == segment.track_id
            and segment.start - before.end <= pause
        ):
            sure = max(before.confidence, segment.confidence)
            kept[-1] = replace(before, end=segment.end, confidence=sure)
        else:
            kept.append(segment)
    return kept


def long_enough(segment: Segment) -> bool:
    """Tell whether a segment is a song: music that is no track's may be too short for that."""
    return segment.track_id is not None or segment.end - segment.start >= SHORTEST_UNKNOWN


def split(segments: Iterable[Segment], timeline: Timeline) -> Iterator[Segment]:
    """Take talk and applause out of unknown songs: what lasts for less than a cell was not seen."""
    step = timeline.step_seconds[0]
    for segment in segments:
        if segment.track_id is not None:
            yield segment
            continue
        window = timeline.window(segment.start, segment.end)
        music = np.asarray(timeline.music_in(window), np.float64)
        states = best_states(np.stack([-music, music], axis=1), np.full(2, TALK))
        for is_music, first, last in runs(states):
            if is_music:
                end = min(window.start + last * step, window.end)
                yield Segment(None, window.start + first * step, end)


def refine(segments: Sequence[Segment], timeline: Timeline, whole: WholeTrack) -> list[Segment]:
    """Move the boundaries of segments to where they are, to a step of the first level."""
    refined = list(segments)
    step = timeline.step_seconds[0]
    for number in range(len(segments) + 1):
        left = refined[number - 1] if number else None
        right = refined[number] if number < len(refined) else None
        if left is None and right is None:
            continue
        start, end = _between(left, right, timeline)
        window = timeline.window(start, end)
        odds = timeline.music_in(window)
        music = MUSIC * odds
        sides = [
            None if segment is None else _side(segment, window, odds, whole, step)
            for segment in (left, right)
        ]
        first, last = turn(sides[0], -music, sides[1], step)
        if left is not None:
            refined[number - 1] = replace(left, end=min(window.start + first * step, window.end))
        if right is not None:
            refined[number] = replace(right, start=window.start + last * step)
    return [segment for segment in refined if segment.end > segment.start]


def aligned(
    segment: Segment, timeline: Timeline, reference: Window, parameters: PathParameters
) -> Alignment:
    """Align a segment with the whole of its track."""
    window = timeline.window(segment.start, segment.end)
    return align(window, reference, timeline.step_seconds[0], parameters)


def _between(
    left: Segment | None, right: Segment | None, timeline: Timeline
) -> tuple[float, float]:
    start, end = timeline.start, timeline.end
    if left is not None:
        start = max(left.end - REACH, (left.start + left.end) / 2)
    if right is not None:
        end = min(right.start + REACH, (right.start + right.end) / 2)
    return start, end


def _side(segment: Segment, window: Window, odds: Array, whole: WholeTrack, step: float) -> Side:
    music = MUSIC * odds
    # The segment lies at one end of the window, wholly or in part.
    inside = min(segment.end, window.end) - max(segment.start, window.start)
    if segment.track_id is None:
        return Side(music, limit=round((inside + UNKNOWN_BEYOND) / step))
    # Applause is like the noises in a track, which says nothing: where there is no music, likeness
    # does not count.
    gains = likeness(window, whole(segment.track_id)) / (1 + np.exp(-odds[:, None]))
    return Side(music, gains, round((inside + BEYOND) / step))
