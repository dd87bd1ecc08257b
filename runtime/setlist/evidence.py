"""What speaks for each track in each part of a recording: log-odds of windows around it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.retrieval import Retriever
from samesong.runtime.setlist.timeline import Timeline

CELL = 15.0
"""Seconds of a recording that are decided at a time."""
WINDOW = 60.0
"""Seconds around a cell's middle that are compared with the catalog."""
KEPT = 20
"""Tracks kept a cell: those with the most evidence."""
LIMIT = 3.0
"""Evidence is kept within this, in log-odds, so that no window decides alone."""
NO_MUSIC = -2.0
"""Log-odds of music below which a window is not compared."""

NO_SONG, UNKNOWN, FIRST_TRACK = range(3)
"""States of a cell; track i of `Gains.tracks` is state ``FIRST_TRACK + i``."""
ENTRY = 1.5
"""What it costs to come into a state: about the evidence of one and a half windows."""

CellEvidence = Mapping[str, float]
"""Log-odds of the tracks that a cell was compared with, by track_id."""


def n_cells(duration: float) -> int:
    """Return how many cells a recording of `duration` seconds has; the last may be shorter."""
    return max(1, math.ceil(round(duration / CELL, 6)))


def window_of(cell: int, duration: float) -> tuple[float, float]:
    """Return the window around a cell of a recording, (start, end) in seconds."""
    middle = (cell + 0.5) * CELL
    return max(0.0, middle - WINDOW / 2), min(duration, middle + WINDOW / 2)


def log_odds(probability: float) -> float:
    """Return the log-odds of a probability, which is kept 1e-7 away from 0 and 1."""
    kept = min(max(probability, 1e-7), 1 - 1e-7)
    return math.log(kept / (1 - kept))


def cell_evidence(
    timeline: Timeline, retriever: Retriever, start: float, end: float
) -> dict[str, float]:
    """Compare a cell's window with the catalog; where there is no music there is no evidence."""
    if timeline.music_between(start, end) < NO_MUSIC:
        return {}
    pairs = retriever.best_pairs([timeline.window(start, end)])
    best = nsmallest(KEPT, pairs.items(), key=lambda item: (-item[1].evidence, item[0]))
    return {track_id: pair.evidence for track_id, pair in best}


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


def gains(evidence: Sequence[CellEvidence], timeline: Timeline, threshold: float) -> Gains:
    """Turn the evidence of all cells into the gains of states.

    A window's evidence is shared out to the cells it covers, since windows that overlap do not
    tell the same thing twice. A track gains where its log-odds are above those of the threshold;
    a song that is not in the catalog gains nothing from windows, and both gain from music what
    no song loses.

    Parameters
    ----------
    evidence
        Of each cell.
    timeline
        The recording, which says where there is music.
    threshold
        Log-odds from which on a track is more probable than a song that is not in the catalog.
    """
    tracks = tuple(sorted({track for cell in evidence for track in cell}))
    column = {track: i for i, track in enumerate(tracks)}
    known = np.full((len(evidence), len(tracks)), -LIMIT)
    for row, cell in enumerate(evidence):
        for track, odds in cell.items():
            known[row, column[track]] = np.clip(odds - threshold, -LIMIT, LIMIT)
    starts = [cell * CELL for cell in range(len(evidence))]
    music = [timeline.music_between(start, start + CELL) for start in starts]
    tonal = np.array(music)[:, None]
    values = np.hstack([-tonal, tonal, tonal + known * (CELL / WINDOW)])
    return Gains(tracks, values)


def entry_costs(n_tracks: int) -> NDArray[np.float64]:
    """Return what it costs to come into each state, (2 + n_tracks,)."""
    return np.full(FIRST_TRACK + n_tracks, ENTRY)


def evidence_within(
    evidence: Sequence[CellEvidence], start: float, end: float
) -> Sequence[CellEvidence]:
    """Return the evidence of the cells whose middle lies between two times; at least of one."""
    first = min(max(0, round(start / CELL)), len(evidence) - 1)
    return evidence[first : max(first + 1, round(end / CELL))]


def song_confidence(track_id: str | None, cells: Sequence[CellEvidence]) -> float:
    """Return how probable it is that a song is what it was taken for.

    For a track it is the probability at the median cell; for a song that is not in the catalog,
    that of the track which comes nearest to being it, taken from 1.
    """
    odds = {track for cell in cells for track in cell}
    medians = {
        track: float(np.median([cell.get(track, -2 * LIMIT) for cell in cells])) for track in odds
    }
    if track_id is None:
        return round(1 - probability(max(medians.values(), default=-2 * LIMIT)), 4)
    return round(probability(medians[track_id]), 4)


def probability(odds: float) -> float:
    """Return the probability of log-odds."""
    return 1 / (1 + math.exp(-odds))
