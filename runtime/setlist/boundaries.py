"""Boundaries of songs, to a step of the first level: where each starts and ends."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.inference.fitted import Fitted
from samesong.runtime.matching.step_gains import step_gains
from samesong.runtime.representation.window import Window
from samesong.runtime.setlist.boundary_search import Side, find_boundary
from samesong.runtime.setlist.segments import Segment
from samesong.runtime.setlist.timeline import Timeline

REACH = 40.0
"""Seconds into a song on either side in which its boundary is searched."""
BEYOND = 30.0
"""Seconds by which a track may turn out to be longer than its segment."""
UNKNOWN_BEYOND = 12.0
"""The same of an unknown song, which was cut where talk begins."""

Array = NDArray[np.float32]


def place_boundaries(
    segments: Sequence[Segment], timeline: Timeline, tracks: Mapping[str, Window], fitted: Fitted
) -> list[Segment]:
    """Move the boundaries of segments to where songs start and end.

    Parameters
    ----------
    segments : sequence of Segment
        In order, none overlapping another.
    timeline : Timeline
        The recording.
    tracks : mapping of str to Window
        The tracks of these segments, each in one piece, by track_id.
    fitted : Fitted
        Gains and costs of the model.

    Returns
    -------
    list of Segment
        In order, without those of which nothing is left.
    """
    placed = list(segments)
    step = timeline.step_seconds[0]
    for number in range(len(segments) + 1 if segments else 0):
        left = placed[number - 1] if number else None
        right = placed[number] if number < len(placed) else None
        window = timeline.window(*_search_span(left, right, timeline))
        music = timeline.music_in(window)
        # Where a file begins is where an unknown song on either side of it ends or begins.
        beyond = 0.0 if right is not None and right.begins_file else UNKNOWN_BEYOND
        sides = [
            None
            if segment is None
            else side_of(
                segment,
                window,
                music,
                tracks=tracks,
                step_seconds=step,
                fitted=fitted,
                unknown_beyond=beyond,
            )
            for segment in (left, right)
        ]
        pause = -fitted.setlist.music_weight * music
        end, start = find_boundary(sides[0], pause, sides[1], step, fitted)
        if left is not None:
            placed[number - 1] = replace(left, end=min(window.start + end * step, window.end))
        if right is not None:
            placed[number] = replace(right, start=window.start + start * step)
    return [segment for segment in placed if segment.end > segment.start]


def side_of(
    segment: Segment,
    window: Window,
    music: Array,
    *,
    tracks: Mapping[str, Window],
    step_seconds: float,
    fitted: Fitted,
    unknown_beyond: float = UNKNOWN_BEYOND,
) -> Side:
    """Return the gains of a segment on one side of a boundary.

    Where there is no music, resemblance to the track does not count: applause is like the noises
    in it.

    Parameters
    ----------
    segment : Segment
        It lies at one end of the window, wholly or in part.
    window : Window
        Where the boundary is searched.
    music : ndarray
        (steps of the first level,) float32: log-odds of music in the window.
    tracks : mapping of str to Window
        The segment's track among them.
    step_seconds : float
        Seconds a step of the first level.
    fitted : Fitted
        Gains of the model.
    unknown_beyond : float, optional
        Seconds by which an unknown song may turn out to be longer than its segment.

    Returns
    -------
    Side
        Over all steps of the window.
    """
    parameters = fitted.setlist
    weighted = parameters.music_weight * music
    inside = min(segment.end, window.end) - max(segment.start, window.start)
    if segment.track_id is None:
        return Side(weighted, most_steps=round((inside + unknown_beyond) / step_seconds))
    gains = step_gains(window, tracks[segment.track_id]) - np.float32(parameters.path_middle)
    gains /= 1 + np.exp(-music[:, None])
    return Side(weighted, gains, round((inside + BEYOND) / step_seconds))


def _search_span(
    left: Segment | None, right: Segment | None, timeline: Timeline
) -> tuple[float, float]:
    start, end = timeline.start, timeline.end
    if left is not None:
        start = max(left.end - REACH, (left.start + left.end) / 2)
    if right is not None:
        end = min(right.start + REACH, (right.start + right.end) / 2)
    return start, end
