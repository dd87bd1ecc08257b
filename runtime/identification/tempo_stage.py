"""Tempo: the best works are scored again, with the query at the tempo of its alignment."""

from collections.abc import Sequence
from dataclasses import replace

from samesong.runtime.catalog.interface import ReferenceWindows
from samesong.runtime.identification.retrieval import Retrieval
from samesong.runtime.identification.shards import ask_all
from samesong.runtime.identification.tempo_evidence import TempoEvidence
from samesong.runtime.identification.window_shard import WindowShard
from samesong.runtime.representation.window import Window


class TempoStage:
    """Stage that scores the best works again, where they run at another tempo than the query.

    Their windows are few. They are read from the shards, which hold what they scored, and compared
    in this process: so the answer is the same whatever the shards.

    Parameters
    ----------
    catalog : ReferenceWindows
        Knows the works of tracks.
    score : TempoEvidence
        Of the catalog's model.
    """

    def __init__(self, catalog: ReferenceWindows, score: TempoEvidence) -> None:
        self._catalog = catalog
        self._score = score

    def __call__(self, found: Retrieval, /) -> Retrieval:
        """Put the evidence for the best works at their tempos in place of what it was.

        Parameters
        ----------
        found : Retrieval
            With `tracks`.

        Returns
        -------
        Retrieval
            As it was, where the query is not to be had at other tempos.
        """
        if found.at_tempo is None or not found.tracks:
            return found

        def read(keys: Sequence[int]) -> dict[int, Window]:
            answers = ask_all(found.shards, WindowShard.read, keys)
            return {one.key: one.window for stored in answers for one in stored}

        with found.trace.time("tempo"):
            there = self._catalog.find_tracks(found.tracks.keys())
            works = {name: there[name].work for name in found.tracks if name in there}
            tracks = self._score(found.queries, found.at_tempo, found.tracks, works, read)
        again = [one for name, one in tracks.items() if one is not found.tracks[name]]
        found.trace.pairs += sum(len(one.keys) for one in again)
        return replace(found, tracks=tracks)
