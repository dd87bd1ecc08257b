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
AGAINST, FOR = -3.0, 8.0
"""Evidence is kept between these, in log-odds: no window settles a whole song."""
NO_MUSIC = -2.0
"""Log-odds of music below which a window is not compared."""

NO_SONG, UNKNOWN, FIRST_TRACK = range(3)
"""States of a cell; track i of `Gains.tracks` is state ``FIRST_TRACK + i``."""
ENTRY = 1.5
"""What it costs to come into any state, in log-odds."""

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
    best = nsmallest(KEPT, pairs.items(), key=lambda item: (-item[1].score, item[0]))
    return {track_id: log_odds(pair.score) for track_id, pair in best}


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


def gains(evidence: Sequence[CellEvidence], timeline: Timeline, n_tracks: int) -> Gains:
    """Turn the evidence of all cells into the gains of states.

    A window's evidence is shared out to the cells it covers, since windows that overlap do not
    tell the same thing twice. A song that is not in the catalog gains nothing from windows; any
    song gains from music what no song loses.

    To be named a song needs log-odds of log N among N tracks (`samesong.runtime.posterior`). Half
    of that is asked for here: this only guesses where songs change, and what was guessed
    too easily is refused later, while a change that is missed stays so.

    Parameters
    ----------
    evidence
        Of each cell.
    timeline
        The recording, which says where there is music.
    n_tracks
        Tracks of the catalog.
    """
    tracks = tuple(sorted({track for cell in evidence for track in cell}))
    column = {track: i for i, track in enumerate(tracks)}
    known = np.full((len(evidence), len(tracks)), AGAINST)
    asked = math.log(max(1, n_tracks)) / 2
    for row, cell in enumerate(evidence):
        for track, odds in cell.items():
            known[row, column[track]] = np.clip(odds - asked, AGAINST, FOR)
    starts = [cell * CELL for cell in range(len(evidence))]
    music = [timeline.music_between(start, start + CELL) for start in starts]
    tonal = np.array(music)[:, None]
    values = np.hstack([-tonal, tonal, tonal + known * (CELL / WINDOW)])
    return Gains(tracks, values)


def entry_costs(n_states: int) -> NDArray[np.float64]:
    """Return what it costs to come into each state, (n_states,)."""
    return np.full(n_states, ENTRY)
