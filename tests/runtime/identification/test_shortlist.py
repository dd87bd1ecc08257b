"""The evidence that candidates are sifted by."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from samesong.runtime.catalog.interface import StoredSketch
from samesong.runtime.identification.shortlist import CHROMA, LATE, LIKENESS, MEAN, coarse_evidence
from samesong.runtime.matching.alignment_score import CHROMA_CHANCE, alignment_scores
from samesong.runtime.matching.chroma_similarity import chroma_csms
from samesong.runtime.outlines.centroid import Likeness, centroid
from samesong.runtime.representation.deep_sequences import DeepSequences
from samesong.runtime.representation.window import Window


def rows_of(seed: int, steps: int, dim: int) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((steps, dim)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def window_of(seed: int, steps: int) -> Window:
    levels = tuple(rows_of(seed, count, 32) for count in (2 * steps, 2 * steps, steps, steps))
    return Window(0.0, 1.2 * steps, DeepSequences(levels, np.ones(1)), rows_of(seed, 2 * steps, 12))


def test_it_adds_up_what_is_weighed_whatever_the_lengths() -> None:
    query = window_of(0, 30)
    references = [window_of(seed, steps) for seed, steps in enumerate([30, 20, 30, 5, 20])]
    likeness = Likeness(query.sequences.levels[-1], np.full(32, 0.02, np.float32))
    expected = []
    for one in references:
        deep = query.sequences.levels[-1] @ one.sequences.levels[-1].T
        tonal = chroma_csms(query.chroma, [one.chroma])
        total = alignment_scores(deep[None])[0]
        total += CHROMA * alignment_scores(tonal, CHROMA_CHANCE)[0]
        total += LIKENESS * likeness(centroid(one.sequences.levels[-1]))
        total += LATE * np.mean([row.max() for row in deep])
        total += LATE * np.mean([column.max() for column in deep.T])
        expected.append(total + MEAN * np.mean(deep))
    sketches = [StoredSketch("", one.sequences.levels[-1], one.chroma) for one in references]
    with ThreadPoolExecutor(2) as pool:
        found = coarse_evidence(query, sketches, likeness, pool)
    np.testing.assert_allclose(found, expected, atol=1e-2)
    assert found.argmax() == 0
