"""What speaks for each track in each part of a recording: log-odds of windows around it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.identification.retriever import Retriever
from samesong.runtime.setlist.timeline import Timeline

CELL = 15.0
"""Seconds of a recording that are decided at a time."""
WINDOW = 60.0
"""Seconds around a cell's middle that are compared with the catalog."""
KEPT = 20
"""Tracks kept a cell: those with the most evidence."""
AGAINST, FOR = -3.0, 8.0
"""Evidence is kept between these, in log-odds: no window settles a whole song."""
CHANCE = 1.0
"""Log-odds that the best of a catalog's tracks reaches in a window of a song that is none of them.

The median over windows of six such songs in two simulated concerts, among 169 tracks.
"""
NO_MUSIC = -2.0
"""Log-odds of music below which a window is not compared."""

NO_SONG, UNKNOWN, FIRST_TRACK = range(3)
"""States of a cell; track i of `Gains.tracks` is state ``FIRST_TRACK + i``."""
ENTRY = 1.5
"""What it costs to come into any state, in log-odds: little, for the same reason."""

CellEvidence = Mapping[str, float]
"""Log-odds of the tracks that a cell was compared with, by track_id."""


def n_cells(duration: float) -> int:
    """Return how many cells a recording of `duration` seconds has; the last may be shorter."""
    return max(1, math.ceil(round(duration / CELL, 6)))


def window_of(cell: int, duration: float) -> tuple[float, float]:
    """Return the window around a cell of a recording, (start, end) in seconds."""
    middle = (cell + 0.5) * CELL
    return max(0.0, middle - WINDOW / 2), min(duration, middle + WINDOW / 2)


def cell_evidence(
    timeline: Timeline, retriever: Retriever, start: float, end: float
) -> dict[str, float]:
    """Compare a cell's window with the catalog; where there is no music there is no evidence.

    The best window of each track counts: one so short lies within it, and in no other of them.
    """
    if timeline.music_between(start, end) < NO_MUSIC:
        return {}
    pairs = retriever.search([timeline.window(start, end)]).tracks
    best = nsmallest(KEPT, pairs.items(), key=lambda item: (-item[1].best, item[0]))
    return {track_id: pair.best for track_id, pair in best}


@dataclass(frozen=True, eq=False)
class Gains:
    """What each cell gains by being in each state.

    Attributes
    ----------
    tracks
        The tracks that any cell has evidence for, sorted.
    values
        (n_cells, 2 + n_tracks) float64: of no song, of a song that is not in the catalog, and of
        each track.
    """

    tracks: tuple[str, ...]
    values: NDArray[np.float64]


def gains(evidence: Sequence[CellEvidence], timeline: Timeline) -> Gains:
    """Turn the evidence of all cells into the gains of states.

    A window's evidence is shared out to the cells it covers, since windows that overlap do not
    tell the same thing twice. A song that is not in the catalog gains `CHANCE`, since that much is
    found where there is nothing to find; any song gains from music what no song loses.

    This is less than `samesong.runtime.identification.posterior` asks of a track, and only guesses
    where songs change: a guess that is wrong is refused when it is named, while a change that is
    missed stays.

    Parameters
    ----------
    evidence
        Of each cell.
    timeline
        The recording, which says where there is music.
    """
    tracks = tuple(sorted({track for cell in evidence for track in cell}))
    column = {track: i for i, track in enumerate(tracks)}
    known = np.full((len(evidence), len(tracks)), AGAINST)
    for row, cell in enumerate(evidence):
        for track, odds in cell.items():
            known[row, column[track]] = np.clip(odds - CHANCE, AGAINST, FOR)
    starts = [cell * CELL for cell in range(len(evidence))]
    music = [timeline.music_between(start, start + CELL) for start in starts]
    tonal = np.array(music)[:, None]
    values = np.hstack([-tonal, tonal, tonal + known * (CELL / WINDOW)])
    return Gains(tracks, values)


def entry_costs(n_states: int) -> NDArray[np.float64]:
    """Return what it costs to come into each state, (n_states,)."""
    return np.full(n_states, ENTRY)


def evidence_within(
    evidence: Sequence[CellEvidence], start: float, end: float
) -> Sequence[CellEvidence]:
    """Return the evidence of the cells whose middle lies between two times; at least of one."""
    first = min(max(0, round(start / CELL)), len(evidence) - 1)
    return evidence[first : max(first + 1, round(end / CELL))]


def likeliest(cells: Sequence[CellEvidence]) -> list[str]:
    """Return the `KEPT` tracks with the most evidence in any of some cells, best first."""
    best: dict[str, float] = {}
    for cell in cells:
        for track, odds in cell.items():
            best[track] = max(odds, best.get(track, odds))
    return nsmallest(KEPT, best, key=lambda track: (-best[track], track))
