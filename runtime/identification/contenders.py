"""Contenders: the best tracks of a search, with the probability of each one's song."""

from collections.abc import Sequence
from dataclasses import replace
from heapq import nsmallest

import numpy as np

from samesong.runtime.catalog.interface import ReferenceCatalog
from samesong.runtime.identification.posterior import posteriors
from samesong.runtime.identification.retrieval import Contender, Retrieval
from samesong.runtime.identification.works import work_of, work_scores
from samesong.runtime.inference.fitted import PosteriorParameters

CONTENDERS = 10
"""Best tracks that are looked through for other recordings of one song, at least."""


class ContenderStage:
    """Stage that weighs the tracks of a search against each other.

    Parameters
    ----------
    catalog : ReferenceCatalog
        Where the tracks are from; all of its tracks count, scored or not.
    parameters : PosteriorParameters
        Of the catalog's model.
    count : int, optional
        Tracks to hand on; never fewer than `CONTENDERS`, if there are as many.
    """

    def __init__(
        self,
        catalog: ReferenceCatalog,
        parameters: PosteriorParameters,
        count: int = CONTENDERS,
    ) -> None:
        self._catalog = catalog
        self._parameters = parameters
        self._count = max(count, CONTENDERS)

    def __call__(self, found: Retrieval, /) -> Retrieval:
        """Add the contenders.

        Parameters
        ----------
        found : Retrieval
            With `tracks`.

        Returns
        -------
        Retrieval
            With `contenders`.
        """
        odds = np.array([one.evidence for one in found.tracks.values()])
        among = posteriors(odds, len(self._catalog), self._parameters).tolist()
        best = nsmallest(
            self._count, found.tracks, key=lambda one: (-found.tracks[one].evidence, one)
        )
        return replace(found, contenders=self._by_work(found, best, among))

    def _by_work(
        self, found: Retrieval, best: Sequence[str], among: Sequence[float]
    ) -> list[Contender]:
        """Return the best tracks, those of the most probable work first."""
        known = self._catalog.find_tracks(best)
        works = {track_id: work_of(known[track_id]) for track_id in best}
        scores = work_scores(dict(zip(found.tracks, among, strict=True)), works)
        # Stable: within a work by evidence.
        ordered = sorted(best, key=lambda track_id: -scores[track_id])
        return [
            Contender(known[track_id], scores[track_id], found.tracks[track_id])
            for track_id in ordered
        ]
