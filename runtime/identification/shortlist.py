"""The shortlist: the tracks whose candidates have the most coarse evidence.

Coarse evidence takes a tenth of the scorer's time. The alignments of the coarsest CSM and of chroma
are part of the scorer's evidence anyway. They pass over what centroids and late interaction
measure. benchmarks/candidate_stages.py measures what each of them finds, and their sum.
"""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import replace
from heapq import nlargest

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.catalog.interface import ReferenceWindows, StoredWindow
from samesong.runtime.identification.retrieval import Candidates, Retrieval
from samesong.runtime.inference.fitted import Fitted
from samesong.runtime.matching.alignment_score import alignment_scores
from samesong.runtime.matching.chroma_similarity import chroma_csms
from samesong.runtime.matching.cross_similarity import late_interaction, products
from samesong.runtime.outlines.centroid import centroid
from samesong.runtime.representation.batching import batches
from samesong.runtime.representation.window import unpack_coarse

FINALISTS = 32
"""Tracks with the best candidates, of which all windows are then scored."""

_BATCH = 64
"""Windows compared at a time: more fall out of a core's cache."""


class ShortlistStage:
    """Second stage of a search: the tracks of the best candidates.

    Parameters
    ----------
    catalog : ReferenceWindows
        Where the candidates are from.
    fitted : Fitted
        Of the catalog's model.
    pool : Executor
        Threads to work on.
    count : int, optional
        Tracks to choose.
    """

    def __init__(
        self, catalog: ReferenceWindows, fitted: Fitted, pool: Executor, *, count: int = FINALISTS
    ) -> None:
        self._catalog = catalog
        self._fitted = fitted
        self._pool = pool
        self._count = count

    def __call__(self, found: Retrieval, /) -> Retrieval:
        """Add the finalists, and the windows of all candidates.

        Parameters
        ----------
        found : Retrieval
            With `candidates`.

        Returns
        -------
        Retrieval
            With `windows` and `finalists`.
        """
        with found.trace.time("read"):
            keys = dict.fromkeys(key for one in found.candidates for key in one.keys)
            windows = {one.key: one for one in self._catalog.read(list(keys))}
        best: dict[str, float] = {}
        with found.trace.time("shortlist"):
            for candidates in found.candidates:
                stored = [windows[key] for key in candidates.keys if key in windows]
                evidence = coarse_evidence(candidates, stored, self._fitted, self._pool)
                for one, odds in zip(stored, evidence.tolist(), strict=True):
                    best[one.track_id] = max(odds, best.get(one.track_id, -np.inf))
        finalists = nlargest(self._count, best, key=lambda track: (best[track], track))
        return replace(found, windows=windows, finalists=finalists)


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
