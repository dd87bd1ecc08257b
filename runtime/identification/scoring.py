"""Scoring: the evidence for each finalist, from all pairs of windows with the query's."""

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from samesong.runtime.catalog.interface import ReferenceWindows
from samesong.runtime.identification.merging import WindowEvidence, merged_evidence
from samesong.runtime.identification.retrieval import Retrieval, TrackEvidence
from samesong.runtime.identification.shards import ask_all
from samesong.runtime.identification.window_shard import Score, WindowShard
from samesong.runtime.matching.pooling import pooled
from samesong.runtime.representation.window import Window


class ScoringStage:
    """Last stage of a search: the evidence for each of the finalists.

    Parameters
    ----------
    catalog : ReferenceWindows
        Knows which tracks there are.
    temperature : float
        ``pooling.temperature`` of the catalog's model.
    """

    def __init__(self, catalog: ReferenceWindows, temperature: float) -> None:
        self._catalog = catalog
        self._temperature = temperature

    def __call__(self, found: Retrieval, /) -> Retrieval:
        """Add the evidence for each track.

        Parameters
        ----------
        found : Retrieval
            The query, and its `finalists`.

        Returns
        -------
        Retrieval
            With `tracks`.
        """
        there = None if found.finalists is None else self.those_there(found.finalists)
        with found.trace.time("score"):
            asked = Score(found.queries, there)
            answers = ask_all(found.shards, WindowShard.score, asked)
            evidence = merged_evidence([one for one, _ in answers])
            tracks = track_evidence(found.queries, evidence, self._temperature)
        if there is not None:
            found.trace.reading("score", max(read for _, read in answers))
        found.trace.pairs += evidence.table.size
        return replace(found, tracks=tracks)

    def those_there(self, track_ids: Collection[str]) -> list[str]:
        """Return those of some tracks that are in the catalog.

        Parameters
        ----------
        track_ids : collection of str
            Tracks that may be.

        Returns
        -------
        list of str
            In the same order.
        """
        tracks = self._catalog.find_tracks(track_ids)
        return [track_id for track_id in track_ids if track_id in tracks]


def track_evidence(
    queries: Sequence[Window], found: WindowEvidence, temperature: float
) -> dict[str, TrackEvidence]:
    """Pool the evidence for windows by track.

    Parameters
    ----------
    queries : sequence of Window
        Windows of one recording.
    found : WindowEvidence
        As of `merged_evidence`.
    temperature : float
        ``pooling.temperature`` of the model.

    Returns
    -------
    dict of str to TrackEvidence
        By track_id.
    """
    if not found.keys:
        return {}
    track_ids, firsts = np.unique(found.track_ids, return_index=True)
    tracks: dict[str, TrackEvidence] = {}
    for track_id, total, columns in zip(
        track_ids.tolist(),
        pooled(found.table, firsts, temperature).tolist(),
        np.split(found.table, firsts[1:], axis=1),
        strict=True,
    ):
        first, count = int(firsts[len(tracks)]), columns.shape[1]
        keys = found.keys[first : first + count]
        window, place = divmod(int(columns.argmax()), count)
        best = float(columns[window, place])
        tracks[track_id] = TrackEvidence(total, best, queries[window], keys[place], keys, columns)
    return tracks
