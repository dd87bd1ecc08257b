"""Contenders: the best works of a search, each with its probability and its recordings."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from samesong.runtime.catalog.interface import ReferenceCatalog, TrackInfo
from samesong.runtime.identification.known_works import KnownWorks
from samesong.runtime.identification.posterior import RIVALS, posteriors
from samesong.runtime.identification.retrieval import (
    Contender,
    Recording,
    Retrieval,
    TrackEvidence,
)
from samesong.runtime.identification.works import work_evidence
from samesong.runtime.inference.fitted import PosteriorParameters


class ContenderStage:
    """Stage that weighs the works of a search against each other.

    Parameters
    ----------
    catalog : ReferenceCatalog
        Where the tracks are from; all of its works count, compared or not.
    parameters : PosteriorParameters
        Of the catalog's model.
    known : KnownWorks, optional
        The works that the query may be, where that is known.
    """

    def __init__(
        self,
        catalog: ReferenceCatalog,
        parameters: PosteriorParameters,
        known: KnownWorks | None = None,
    ) -> None:
        self._catalog = catalog
        self._parameters = parameters
        self._known = known

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
        tracks = self._catalog.find_tracks(found.tracks.keys())
        contenders = weigh(found.tracks, tracks, self._catalog.n_works, self._parameters)
        if self._known is not None:
            contenders = self._known.among(contenders)
        return replace(found, contenders=contenders)


def weigh(
    found: Mapping[str, TrackEvidence],
    tracks: Mapping[str, TrackInfo],
    n_works: int,
    parameters: PosteriorParameters,
) -> list[Contender]:
    """Weigh the works of some recordings against each other, and against none of them.

    Parameters
    ----------
    found : mapping of str to TrackEvidence
        Evidence for each recording, by track_id.
    tracks : mapping of str to TrackInfo
        These recordings.
    n_works : int
        Works of the catalog, compared or not.
    parameters : PosteriorParameters
        Of the model that the evidence is from.

    Returns
    -------
    list of Contender
        The best works, at most `RIVALS`, best first.
    """
    works = {track_id: tracks[track_id].work for track_id in found}
    evidence = work_evidence({name: one.evidence for name, one in found.items()}, works)
    # In an order of its own, so that that of the catalog makes no difference.
    ranked = sorted(evidence, key=lambda work: (-evidence[work], work))
    log_odds = np.array([evidence[work] for work in ranked])
    probabilities = posteriors(log_odds, max(n_works, len(ranked)), parameters)
    recordings: dict[str, list[Recording]] = defaultdict(list)
    for track_id in sorted(found, key=lambda name: (-found[name].evidence, name)):
        recordings[works[track_id]].append(Recording(tracks[track_id], found[track_id]))
    return [
        Contender(work, float(probability), recordings[work])
        for work, probability in zip(ranked[:RIVALS], probabilities, strict=False)
    ]
