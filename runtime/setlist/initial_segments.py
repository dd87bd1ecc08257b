"""First segmentation of a recording, to a cell: where there is music, and where songs change.

A segment that is taken for the wrong work here is corrected when it is named; a change of songs
that is missed here stays missed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.inference.fitted import SetlistParameters
from samesong.runtime.setlist.cell_evidence import CELL, CONTEXT, WorkEvidence
from samesong.runtime.setlist.segments import Segment, merge
from samesong.runtime.setlist.timeline import Timeline
from samesong.runtime.setlist.viterbi import best_states, runs

NO_MUSIC, UNKNOWN, FIRST_WORK = range(3)
"""States of a cell: no music, a song that is not in the catalog, and from there on the works."""

Array = NDArray[np.float64]


def initial_segments(
    evidence: Sequence[WorkEvidence],
    timeline: Timeline,
    parameters: SetlistParameters,
    joins: Sequence[float] = (),
) -> list[Segment]:
    """Divide a recording into stretches of one song each.

    Parameters
    ----------
    evidence : sequence of mapping
        Evidence for works in each cell, at least one.
    timeline : Timeline
        The recording.
    parameters : SetlistParameters
        Gains and costs of its model.
    joins : sequence of float, optional
        Seconds at which a file of one song begins, rising: songs change there at no cost.

    Returns
    -------
    list of Segment
        In order, none overlapping another; between them there is no music.
    """
    works = sorted({work_id for cell in evidence for work_id in cell})
    gains = state_gains(evidence, works, timeline, parameters)
    n_cells = len(gains)
    begins = [cell * CELL for cell in range(n_cells)] + [timeline.end]
    costs = np.full(gains.shape, parameters.entry_cost)
    for join in joins:  # cells are coarser than files
        if (cell := round(join / CELL)) < n_cells:
            begins[cell], costs[cell] = join, 0
    states = best_states(gains, costs)
    segments = [
        Segment(
            None if state == UNKNOWN else works[state - FIRST_WORK],
            begins[first],
            begins[last],
        )
        for state, first, last in runs(states)
        if state != NO_MUSIC
    ]
    music = without_talk(segments, timeline, parameters.talk_cost)
    return merge(divide_at(music, joins, timeline.step_seconds[0]))


def state_gains(
    evidence: Sequence[WorkEvidence],
    works: Sequence[str],
    timeline: Timeline,
    parameters: SetlistParameters,
) -> Array:
    """Return the gain of each cell from being in each state.

    A window's evidence is shared out to the cells it covers, since windows that overlap repeat
    each other. A song that is not in the catalog gains as much as chance alone reaches there; any
    song gains from music what no song loses.

    Parameters
    ----------
    evidence : sequence of mapping
        Evidence for works in each cell.
    works : sequence of str
        The work_ids in it.
    timeline : Timeline
        The recording, for its log-odds of music.
    parameters : SetlistParameters
        Of its model.

    Returns
    -------
    ndarray
        (n_cells, 2 + n_works) float64: gains from no music, from a song that is not in the
        catalog, and from each work.
    """
    least, most = parameters.least_evidence, parameters.most_evidence
    column = {work_id: i for i, work_id in enumerate(works)}
    known = np.full((len(evidence), len(works)), least)
    for row, cell in enumerate(evidence):
        for work_id, log_odds in cell.items():
            above_chance = log_odds - parameters.unknown_evidence
            known[row, column[work_id]] = np.clip(above_chance, least, most)
    starts = [cell * CELL for cell in range(len(evidence))]
    music = np.array([timeline.music_between(start, start + CELL) for start in starts])[:, None]
    return np.hstack([-music, music, music + known * (CELL / CONTEXT)])


def divide_at(
    segments: Iterable[Segment], joins: Sequence[float], step: float
) -> Iterator[Segment]:
    """Divide unknown songs where a file begins, and note which segments begin with one.

    Parameters
    ----------
    segments : iterable of Segment
        In order.
    joins : sequence of float
        Seconds at which a file of one song begins, rising.
    step : float
        Seconds by which a segment that begins with a file may be off.

    Yields
    ------
    Segment
        Those of works unchanged but for the note: a file may begin within a song.
    """
    for segment in segments:
        begins_file = any(abs(join - segment.start) <= step for join in joins)
        rest = replace(segment, begins_file=begins_file)
        within = [join for join in joins if rest.start + step < join < rest.end - step]
        for join in within if rest.work_id is None else ():
            yield replace(rest, end=join)
            rest = replace(rest, start=join, begins_file=True)
        yield rest


def without_talk(
    segments: Iterable[Segment], timeline: Timeline, talk_cost: float
) -> Iterator[Segment]:
    """Take talk and applause, which may be shorter than a cell, out of unknown songs.

    Parameters
    ----------
    segments : iterable of Segment
        In order.
    timeline : Timeline
        The recording.
    talk_cost : float
        Cost of beginning or ending talk, in log-odds of music summed over steps.

    Yields
    ------
    Segment
        Those of works unchanged, and the music in the others.
    """
    step = timeline.step_seconds[0]
    for segment in segments:
        if segment.work_id is not None:
            yield segment
            continue
        window = timeline.window(segment.start, segment.end)
        music = np.asarray(timeline.music_in(window), np.float64)
        states = best_states(np.stack([-music, music], axis=1), np.full(2, talk_cost))
        for is_music, first, last in runs(states):
            if is_music:
                end = min(window.start + last * step, window.end)
                yield Segment(None, window.start + first * step, end)
