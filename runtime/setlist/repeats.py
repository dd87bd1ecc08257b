"""Songs played again: a pause after which a track begins anew divides two performances of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from samesong.runtime.inference.fitted import Fitted
from samesong.runtime.matching.alignment import align
from samesong.runtime.representation.window import Window
from samesong.runtime.setlist.segments import Segment
from samesong.runtime.setlist.timeline import Timeline
from samesong.runtime.setlist.viterbi import best_states, runs

SHORTEST_PAUSE = 3.0
"""Seconds without music that divide two performances, at least."""
SHORTEST_PERFORMANCE = 45.0
"""Seconds that each lasts, at least: what is broken off earlier was a false start."""


def divide_repeats(
    segments: Sequence[Segment], timeline: Timeline, tracks: Mapping[str, Window], fitted: Fitted
) -> list[Segment]:
    """Divide segments in which a track is played, and after a pause played again.

    A song that was interrupted goes on where it was, or a little before; a song that is played
    again goes back behind the middle of what was played.

    Parameters
    ----------
    segments : sequence of Segment
        In order, none overlapping another.
    timeline : Timeline
        The recording.
    tracks : mapping of str to Window
        The tracks of these segments, each in one piece, by track_id.
    fitted : Fitted
        Costs of the model.

    Returns
    -------
    list of Segment
        In order.
    """
    found: list[Segment] = []
    for segment in segments:
        rest = segment
        if segment.track_id is not None:
            track = tracks[segment.track_id]
            for start, end in _pauses(segment, timeline, fitted.setlist.talk_cost):
                first, second = replace(rest, end=start), replace(rest, start=end)
                if _plays_again(first, second, timeline, track, fitted):
                    found.append(first)
                    rest = second
        found.append(rest)
    return found


def _pauses(
    segment: Segment, timeline: Timeline, talk_cost: float
) -> Iterator[tuple[float, float]]:
    """Yield the stretches without music within a segment."""
    window = timeline.window(segment.start, segment.end)
    music = np.asarray(timeline.music_in(window), np.float64)
    step = timeline.step_seconds[0]
    states = best_states(np.stack([-music, music], axis=1), np.full(2, talk_cost))
    for is_music, first, last in runs(states):
        if not is_music and (last - first) * step >= SHORTEST_PAUSE:
            yield window.start + first * step, window.start + last * step


def _plays_again(
    first: Segment, second: Segment, timeline: Timeline, track: Window, fitted: Fitted
) -> bool:
    """Return whether the second part goes back to where the first had been long before."""
    if min(one.end - one.start for one in (first, second)) < SHORTEST_PERFORMANCE:
        return False
    (begin, end), (again, _) = (
        align(
            timeline.window(part.start, part.end), track, timeline.step_seconds[0], fitted.path
        ).reference_span
        for part in (first, second)
    )
    return again < (begin + end) / 2
