"""Late interaction against a slow version of it."""

import late_interaction as module
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from late_interaction import late_interaction

from samesong.runtime.references import PassageBlock


def rows_of(generator: np.random.Generator, steps: int) -> np.ndarray:
    values = generator.standard_normal((steps, 32)).astype(np.float32)
    return values / np.linalg.norm(values, axis=1, keepdims=True)


@given(st.lists(st.integers(1, 5), min_size=1, max_size=20), st.integers(1, 9), st.integers(0, 99))
def test_late_interaction_is_the_sum_of_the_largest_cosines(
    counts: list[int], n_passages: int, seed: int
) -> None:
    generator = np.random.default_rng(seed)
    query, vectors = rows_of(generator, n_passages), rows_of(generator, sum(counts))
    firsts = np.cumsum([0, *counts[:-1]])
    block = PassageBlock(np.arange(len(counts)), firsts, vectors)
    expected = [
        sum(max(q @ r for r in vectors[first : first + count]) for q in query)
        for first, count in zip(firsts, counts, strict=True)
    ]
    np.testing.assert_allclose(late_interaction(query, block), expected, atol=1e-5)


def test_large_blocks_are_searched_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(0)
    query, vectors = rows_of(generator, 5), rows_of(generator, 70)
    block = PassageBlock(np.arange(10), np.arange(0, 70, 7), vectors)
    whole = late_interaction(query, block)
    for products in (1, 100, 200):
        monkeypatch.setattr(module, "_PRODUCTS", products)
        np.testing.assert_allclose(late_interaction(query, block), whole, atol=1e-6)
