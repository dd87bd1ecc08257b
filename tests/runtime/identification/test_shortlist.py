"""The evidence that candidates are sifted by."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from samesong.runtime.catalog.interface import StoredWindow
from samesong.runtime.identification.retrieval import Candidates
from samesong.runtime.identification.shortlist import coarse_evidence, finalists
from samesong.runtime.inference.bundle import starting_values
from samesong.runtime.inference.fitted import ShortlistWeights
from samesong.runtime.matching.alignment_score import alignment_scores
from samesong.runtime.matching.chroma_similarity import chroma_csms
from samesong.runtime.outlines.centroid import CentroidCosines, centroid
from samesong.runtime.representation.deep_sequences import DeepSequences
from samesong.runtime.representation.window import CodedWindow, Window

WEIGHTS = ShortlistWeights(
    fitted_on="Nothing: a test's own.", chroma=0.7, centroid=0.5, late_interaction=1.5, mean=3.0
)


def rows_of(seed: int, steps: int, dim: int) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((steps, dim)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def window_of(seed: int, steps: int) -> Window:
    levels = tuple(rows_of(seed, count, 32) for count in (2 * steps, 2 * steps, steps, steps))
    return Window(
        0.0,
        1.2 * steps,
        DeepSequences(levels, np.ones(1, np.float32)),
        rows_of(seed, 2 * steps, 12),
    )


def test_it_adds_up_what_is_weighed_whatever_the_lengths() -> None:
    query = window_of(0, 30)
    stored = [
        StoredWindow("", seed, CodedWindow(0.0, 1.2 * steps, window_of(seed, steps).pack()))
        for seed, steps in enumerate([30, 20, 30, 5, 20])
    ]
    references = [one.window for one in stored]
    likeness = CentroidCosines(query.sequences.levels[-1], np.full(32, 0.02, np.float32))
    fitted = starting_values().model_copy(update={"shortlist": WEIGHTS})
    alignment = fitted.alignment
    expected = []
    for one in references:
        deep = query.sequences.levels[-1] @ one.sequences.levels[-1].T
        tonal = chroma_csms(query.chroma, [one.chroma])
        total = alignment_scores(deep[None], alignment, alignment.deep_chance)[0]
        total += 0.7 * alignment_scores(tonal, alignment, alignment.chroma_chance)[0]
        total += 0.5 * likeness(centroid(one.sequences.levels[-1]))
        total += 1.5 * np.mean([row.max() for row in deep])
        total += 1.5 * np.mean([column.max() for column in deep.T])
        expected.append(total + 3.0 * np.mean(deep))
    with ThreadPoolExecutor(2) as pool:
        found = coarse_evidence(Candidates(query, [], likeness), stored, fitted, pool)
    np.testing.assert_allclose(found, expected, atol=1e-2)
    assert found.argmax() == 0


@given(
    st.dictionaries(
        st.text("ab", min_size=1, max_size=4),
        st.tuples(st.sampled_from("uvwxyz"), st.floats(-9, 9)),
    ),
    st.integers(1, 6),
)
def test_finalists_are_the_best_works_whatever_the_number_of_their_recordings(
    recordings: dict[str, tuple[str, float]], count: int
) -> None:
    evidence = {name: odds for name, (_, odds) in recordings.items()}
    works = {name: work for name, (work, _) in recordings.items()}
    best = {
        work: max(odds for one, odds in recordings.values() if one == work)
        for work in set(works.values())
    }
    found = finalists(evidence, works, count, favourites=2, versions=3)
    chosen = {works[name] for name in found}
    assert len(chosen) == min(count, len(best))
    assert all(best[work] >= best[other] for work in chosen for other in best.keys() - chosen)
    for work in chosen:
        mine = [evidence[name] for name in found if works[name] == work]
        assert mine[0] == best[work]
        assert len(mine) <= 3
    assert [evidence[name] for name in found] == sorted(
        (evidence[name] for name in found), reverse=True
    )
