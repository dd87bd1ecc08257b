"""What speaks for two windows being one song, short of the scorer: a tenth of its time.

The alignments of the coarsest CSM and of chroma are part of the scorer's evidence anyway. What they
pass over, centroids tell, and late interaction: how like each step of one window is the step of the
other that is most like it. What their sum finds, benchmarks/candidate_stages.py measures.
"""

from collections.abc import Sequence
from concurrent.futures import Executor

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.catalog.interface import StoredSketch
from samesong.runtime.matching.alignment_score import CHROMA_CHANCE, alignment_scores
from samesong.runtime.matching.chroma_similarity import chroma_csms
from samesong.runtime.matching.cross_similarity import late_interaction, products
from samesong.runtime.outlines.centroid import Likeness, centroid
from samesong.runtime.representation.window import Window

CHROMA = 0.8
LIKENESS = 0.75
LATE = 2.0
MEAN = 4.5
"""Weights beside the alignment of the coarsest CSM: of that of chroma, of the likeness of
centroids, of late interaction in each direction, and of the CSM's mean.

The evidence of 35,000 wrong windows asks for these of chroma and late interaction (least squares,
on music that is measured nowhere), but for twice the mean and a fifth of the likeness: wrong
windows that have much in common with a query fool the scorer as well, but right ones need not."""

_BATCH = 64
"""Windows compared at a time: more fall out of a core's cache."""


def coarse_evidence(
    query: Window, references: Sequence[StoredSketch], likeness: Likeness, pool: Executor
) -> NDArray[np.float64]:
    """Return what speaks for each reference in its coarsest level and in chroma.

    Parameters
    ----------
    query
        A window of any length.
    references
        Windows of any lengths; those of one length are compared together.
    likeness
        Tells how like the query's window others are.
    pool
        Threads to work on.

    Returns
    -------
    (n_references,) float64
        The alignment scores and what goes beside them, weighed: only their differences tell.
    """
    evidence = np.empty(len(references))
    groups: dict[tuple[int, int], list[int]] = {}
    for i, reference in enumerate(references):
        groups.setdefault((len(reference.level), len(reference.chroma)), []).append(i)
    batches = [
        members[start : start + _BATCH]
        for members in groups.values()
        for start in range(0, len(members), _BATCH)
    ]

    def run(batch: Sequence[int]) -> None:
        levels = np.stack([references[i].level for i in batch])
        csms = products(query.sequences.levels[-1], levels)
        tonal = chroma_csms(query.chroma, [references[i].chroma for i in batch])
        evidence[batch] = (
            alignment_scores(csms)
            + CHROMA * alignment_scores(tonal, CHROMA_CHANCE)
            + LIKENESS * likeness(centroid(levels))
            + LATE * late_interaction(csms)
            + MEAN * csms.mean(axis=(1, 2))
        )

    for _ in pool.map(run, batches):
        pass
    return evidence
