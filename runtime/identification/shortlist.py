"""Coarse evidence, and the tracks that have the most of it.

Coarse evidence takes a tenth of the scorer's time. The alignments of the coarsest CSM and of chroma
are part of the scorer's evidence anyway. They pass over what centroids and late interaction
measure. benchmarks/candidate_stages.py measures what each of them finds, and their sum.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.catalog.interface import StoredWindow
from samesong.runtime.identification.retrieval import Candidates
from samesong.runtime.inference.fitted import Fitted
from samesong.runtime.matching.alignment_score import alignment_scores
from samesong.runtime.matching.chroma_similarity import chroma_csms
from samesong.runtime.matching.cross_similarity import late_interaction, products
from samesong.runtime.outlines.centroid import centroid
from samesong.runtime.representation.batching import batches
from samesong.runtime.representation.window import unpack_coarse

FAVOURITES = 8
"""Finalists of which further recordings are scored, since another one may be closer than the one
with the best candidate."""

VERSIONS = 4
"""Recordings that are scored of each of the favourites, at most."""

_BATCH = 64
"""Windows compared at a time: more fall out of a core's cache."""


def finalists(
    evidence: Mapping[str, float],
    works: Mapping[str, str],
    count: int,
    *,
    favourites: int = FAVOURITES,
    versions: int = VERSIONS,
) -> list[str]:
    """Choose the recordings to score.

    Parameters
    ----------
    evidence : mapping of str to float
        Coarse evidence for each recording, by track_id.
    works : mapping of str to str
        The work of each recording that may be chosen.
    count : int
        Works to choose: those with the best recordings.
    favourites : int, optional
        The first works, of which further recordings are chosen.
    versions : int, optional
        Recordings of each of these, at most.

    Returns
    -------
    list of str
        The best recording of each work, and the next ones of the favourites, best first.

    Examples
    --------
    >>> evidence = {"a": 5.0, "b": 4.0, "c": 3.0, "d": 2.0}
    >>> works = {"a": "x", "b": "x", "c": "y", "d": "z"}
    >>> finalists(evidence, works, count=2)
    ['a', 'b', 'c']
    """
    chosen: dict[str, list[str]] = {}
    for track_id in sorted(works, key=lambda name: (-evidence[name], name)):
        work = works[track_id]
        if work not in chosen and len(chosen) < count:
            chosen[work] = []
        if work in chosen:
            chosen[work].append(track_id)
    kept = [
        track_id
        for place, recordings in enumerate(chosen.values())
        for track_id in recordings[: versions if place < favourites else 1]
    ]
    return sorted(kept, key=lambda name: (-evidence[name], name))


def coarse_evidence(
    candidates: Candidates, stored: Sequence[StoredWindow], fitted: Fitted, pool: Executor
) -> NDArray[np.float64]:
    """Return the evidence for windows from their coarsest levels and their chroma.

    Parameters
    ----------
    candidates : Candidates
        The query's window, and the cosines of centroids with its own.
    stored : sequence of StoredWindow
        Windows of any lengths; those of one length are compared together.
    fitted : Fitted
        Gains of alignments, and the weights beside them.
    pool : Executor
        Threads to work on.

    Returns
    -------
    ndarray
        (n_windows,) float64: the alignment scores and what goes beside them, weighed; only
        differences between them mean anything.
    """
    query = candidates.query
    coarse = unpack_coarse([one.window.pack() for one in stored])
    evidence = np.empty(len(stored))
    shapes = [(len(level), len(chroma)) for level, chroma in coarse]

    alignment, weights = fitted.alignment, fitted.shortlist

    def run(batch: Sequence[int]) -> None:
        levels = np.stack([coarse[i][0] for i in batch])
        csms = products(query.sequences.levels[-1], levels)
        tonal = chroma_csms(query.chroma, [coarse[i][1] for i in batch])
        evidence[batch] = (
            alignment_scores(csms, alignment, alignment.deep_chance)
            + weights.chroma * alignment_scores(tonal, alignment, alignment.chroma_chance)
            + weights.centroid * candidates.centroid_cosines(centroid(levels))
            + weights.late_interaction * late_interaction(csms)
            + weights.mean * csms.mean(axis=(1, 2))
        )

    for _ in pool.map(run, batches(shapes, _BATCH)):
        pass
    return evidence
