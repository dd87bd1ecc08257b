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
from samesong.runtime.inference.fitted import Fitted
from samesong.runtime.matching.alignment_score import alignment_scores
from samesong.runtime.matching.chroma_similarity import chroma_csms
from samesong.runtime.matching.cross_similarity import late_interaction, products
from samesong.runtime.outlines.centroid import Likeness, centroid
from samesong.runtime.representation.batching import batches
from samesong.runtime.representation.window import Window

_BATCH = 64
"""Windows compared at a time: more fall out of a core's cache."""


def coarse_evidence(
    query: Window,
    references: Sequence[StoredSketch],
    likeness: Likeness,
    fitted: Fitted,
    pool: Executor,
) -> NDArray[np.float64]:
    """Return what speaks for each reference in its coarsest level and in chroma.

    Parameters
    ----------
    query : Window
        A window of any length.
    references : sequence of StoredSketch
        Windows of any lengths; those of one length are compared together.
    likeness : Likeness
        Cosines of centroids with that of the query's window.
    fitted : Fitted
        Gains of alignments, and the weights beside them.
    pool : Executor
        Threads to work on.

    Returns
    -------
    ndarray
        (n_references,) float64: the alignment scores and what goes beside them, weighed; only their
        differences tell.
    """
    evidence = np.empty(len(references))
    shapes = [(len(reference.level), len(reference.chroma)) for reference in references]

    alignment, weights = fitted.alignment, fitted.shortlist

    def run(batch: Sequence[int]) -> None:
        levels = np.stack([references[i].level for i in batch])
        csms = products(query.sequences.levels[-1], levels)
        tonal = chroma_csms(query.chroma, [references[i].chroma for i in batch])
        evidence[batch] = (
            alignment_scores(csms, alignment, alignment.deep_chance)
            + weights.chroma * alignment_scores(tonal, alignment, alignment.chroma_chance)
            + weights.centroid * likeness(centroid(levels))
            + weights.late_interaction * late_interaction(csms)
            + weights.mean * csms.mean(axis=(1, 2))
        )

    for _ in pool.map(run, batches(shapes, _BATCH)):
        pass
    return evidence
