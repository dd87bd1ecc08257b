"""Evidence for tracks in each cell of a recording: log-odds of the window around it."""

import math
from collections.abc import Collection, Mapping, Sequence

from samesong.runtime.catalog.interface import ReferenceCatalog
from samesong.runtime.identification.retriever import Retriever
from samesong.runtime.identification.shortlist import finalists
from samesong.runtime.identification.works import work_evidence
from samesong.runtime.setlist.timeline import Timeline

CELL = 15.0
"""Seconds of a cell: a recording is first segmented to a cell."""
CONTEXT = 60.0
"""Seconds around a cell's middle that are compared with the catalog."""
KEPT = 20
"""Works kept a cell: those with the most evidence."""

CellEvidence = Mapping[str, float]
"""Log-odds of the tracks that a cell was compared with, by track_id."""

WorkEvidence = Mapping[str, float]
"""Log-odds of the works that a cell was compared with, by work_id."""


def n_cells(duration: float) -> int:
    """Return the number of cells of a recording; the last may be shorter.

    Parameters
    ----------
    duration : float
        Seconds of the recording.

    Returns
    -------
    int
        At least 1.
    """
    return max(1, math.ceil(round(duration / CELL, 6)))


def context_of(cell: int, duration: float) -> tuple[float, float]:
    """Return the span around a cell that is compared with the catalog.

    Parameters
    ----------
    cell : int
        Number of the cell, from 0.
    duration : float
        Seconds of the recording; infinity while its end is not known.

    Returns
    -------
    tuple of float
        Start and end in seconds.
    """
    middle = (cell + 0.5) * CELL
    return max(0.0, middle - CONTEXT / 2), min(duration, middle + CONTEXT / 2)


def compare_cell(
    timeline: Timeline,
    span: tuple[float, float],
    retriever: Retriever,
    catalog: ReferenceCatalog,
    least_music: float,
) -> dict[str, float]:
    """Compare the span around a cell with the catalog.

    Parameters
    ----------
    timeline : Timeline
        The recording, or the part of it that holds the span.
    span : tuple of float
        Start and end in seconds, from `context_of`.
    retriever : Retriever
        Of the catalog.
    catalog : ReferenceCatalog
        Tells the works of tracks.
    least_music : float
        Mean log-odds of music below which the span is not compared.

    Returns
    -------
    dict
        Log-odds of the tracks of at most `KEPT` works by track_id, each from the track's best
        window: a span so short lies within it, and in no other of them. Empty where there is no
        music.
    """
    if timeline.music_between(*span) < least_music:
        return {}
    tracks = retriever.search([timeline.window(*span)]).tracks
    best = {track_id: found.best for track_id, found in tracks.items()}
    kept = finalists(best, works_of(best, catalog), KEPT)
    return {track_id: best[track_id] for track_id in kept}


def works_of(track_ids: Collection[str], catalog: ReferenceCatalog) -> dict[str, str]:
    """Return the works of tracks.

    Parameters
    ----------
    track_ids : collection of str
        The tracks.
    catalog : ReferenceCatalog
        Where they are from.

    Returns
    -------
    dict of str
        The work of each track that is in the catalog, by track_id.
    """
    tracks = catalog.find_tracks(track_ids)
    return {track_id: tracks[track_id].work for track_id in track_ids if track_id in tracks}


def evidence_for_works(cell: CellEvidence, works: Mapping[str, str]) -> dict[str, float]:
    """Return the evidence of a cell for works: that for the closest recording of each.

    Parameters
    ----------
    cell : mapping of str to float
        Log-odds of tracks.
    works : mapping of str to str
        The work of each track; tracks without one are left out.

    Returns
    -------
    dict of float
        Log-odds by work_id.
    """
    known = {track_id: log_odds for track_id, log_odds in cell.items() if track_id in works}
    return work_evidence(known, works)


def evidence_between(
    evidence: Sequence[CellEvidence], start: float, end: float
) -> Sequence[CellEvidence]:
    """Return the evidence of the cells whose middle lies between two times.

    Parameters
    ----------
    evidence : sequence of mapping
        Evidence of all cells, in order.
    start, end : float
        In seconds.

    Returns
    -------
    sequence of mapping
        At least one cell.
    """
    first = min(max(0, round(start / CELL)), len(evidence) - 1)
    return evidence[first : max(first + 1, round(end / CELL))]


def likeliest_tracks(evidence: Sequence[CellEvidence], works: Mapping[str, str]) -> list[str]:
    """Return the tracks of the works with the most evidence in any of some cells.

    Parameters
    ----------
    evidence : sequence of mapping
        Evidence of these cells.
    works : mapping of str to str
        The work of each track; tracks without one are left out.

    Returns
    -------
    list of str
        Tracks of at most `KEPT` works, best first.
    """
    best: dict[str, float] = {}
    for cell in evidence:
        for track_id, log_odds in cell.items():
            if track_id in works:
                best[track_id] = max(log_odds, best.get(track_id, log_odds))
    known = {track_id: works[track_id] for track_id in best}
    return finalists(best, known, KEPT)
