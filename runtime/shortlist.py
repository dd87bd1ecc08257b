"""What speaks for two windows being one song, short of the scorer: a tenth of its time.

The alignments of the coarsest CSM and of chroma are part of the scorer's evidence anyway; what they
pass over, centroids tell. What their sum finds, benchmarks/candidate_stages.py measures.
"""

from collections.abc import Sequence
from concurrent.futures import Executor

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.alignment_score import CHROMA_CHANCE, alignment_scores
from samesong.runtime.centroid import Likeness, centroid
from samesong.runtime.chroma_csm import chroma_csms
from samesong.runtime.csm import products
from samesong.runtime.references import StoredSketch
from samesong.runtime.window import Window

CHROMA = 1.0
"""Weight of chroma beside the coarsest CSM, as in the calibration of new models."""

LIKENESS = 2.0
"""Weight of the likeness of centroids: what each of two alignments has beside it among candidates
(`samesong.runtime.candidates.LIKENESS`)."""

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
        The two alignment scores and the likeness, weighed: around 0 for different songs.
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
        deep = alignment_scores(products(query.sequences.levels[-1], levels))
        csms = chroma_csms(query.chroma, [references[i].chroma for i in batch])
        aligned = deep + CHROMA * alignment_scores(csms, CHROMA_CHANCE)
        evidence[batch] = aligned + LIKENESS * likeness(centroid(levels))

    for _ in pool.map(run, batches):
        pass
    return evidence
