"""The second stage of a search: the recordings of the best candidates."""

from dataclasses import replace

from samesong.runtime.catalog.interface import ReferenceWindows
from samesong.runtime.identification.merging import merged_tracks
from samesong.runtime.identification.retrieval import Retrieval
from samesong.runtime.identification.shards import ask_all
from samesong.runtime.identification.shortlist import finalists
from samesong.runtime.identification.window_shard import WindowShard


class ShortlistStage:
    """Second stage of a search: the recordings of the best candidates.

    Works are chosen, not recordings: however many recordings a work has, it takes the place of no
    other.

    Parameters
    ----------
    catalog : ReferenceWindows
        Knows the works of tracks.
    count : int
        Works to choose: those with the best candidates.
    """

    def __init__(self, catalog: ReferenceWindows, *, count: int) -> None:
        self._catalog = catalog
        self._count = count

    def __call__(self, found: Retrieval, /) -> Retrieval:
        """Add the finalists.

        Parameters
        ----------
        found : Retrieval
            With `candidates`.

        Returns
        -------
        Retrieval
            With `finalists`.
        """
        with found.trace.time("shortlist"):
            answers = ask_all(found.shards, WindowShard.weigh, found.candidates)
            best = merged_tracks(tracks for tracks, _ in answers)
        found.trace.reading("shortlist", max(read for _, read in answers))
        tracks = self._catalog.find_tracks(best.keys())
        works = {track_id: tracks[track_id].work for track_id in best if track_id in tracks}
        return replace(found, finalists=finalists(best, works, self._count))
