"""The evidence that candidates are sifted by."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from samesong.runtime.alignment_score import CHROMA_CHANCE, alignment_scores
from samesong.runtime.centroid import Likeness, centroid
from samesong.runtime.chroma_csm import chroma_csms
from samesong.runtime.csm import products
from samesong.runtime.references import StoredSketch
from samesong.runtime.sequences import DeepSequences
from samesong.runtime.shortlist import CHROMA, LIKENESS, coarse_evidence
from samesong.runtime.window import Window


def rows_of(seed: int, steps: int, dim: int) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((steps, dim)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def window_of(seed: int, steps: int) -> Window:
    levels = tuple(rows_of(seed, count, 32) for count in (2 * steps, 2 * steps, steps, steps))
    return Window(0.0, 1.2 * steps, DeepSequences(levels, np.ones(1)), rows_of(seed, 2 * steps, 12))


def test_it_adds_up_two_alignments_and_the_likeness_whatever_the_lengths() -> None:
    query = window_of(0, 30)
    references = [window_of(seed, steps) for seed, steps in enumerate([30, 20, 30, 5, 20])]
    likeness = Likeness(query.sequences.levels[-1], np.full(32, 0.02, np.float32))
    expected = []
    for one in references:
        deep = products(query.sequences.levels[-1], one.sequences.levels[-1][None])
        tonal = chroma_csms(query.chroma, [one.chroma])
        scores = alignment_scores(deep), alignment_scores(tonal, CHROMA_CHANCE)
        alike = likeness(centroid(one.sequences.levels[-1]))
        expected.append(float(scores[0][0] + CHROMA * scores[1][0] + LIKENESS * alike))
    sketches = [StoredSketch("", one.sequences.levels[-1], one.chroma) for one in references]
    with ThreadPoolExecutor(2) as pool:
        found = coarse_evidence(query, sketches, likeness, pool)
    np.testing.assert_allclose(found, expected, atol=1e-2)
    assert found.argmax() == 0
