"""Outlines and blocks of passages against slow versions of them."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from samesong.runtime.alignment_score import alignment_scores
from samesong.runtime.outline import coarse_outline, outline, outline_scores
from samesong.runtime.outline_scan import OutlineScan
from samesong.runtime.passages import reference_passages
from samesong.runtime.references import PassageBlock


def level_of(seed: int, steps: int) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((steps, 32)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def block_of(levels: list[np.ndarray]) -> PassageBlock:
    passages = [reference_passages(level) for level in levels]
    counts = [len(rows) for rows in passages]
    return PassageBlock(
        100 + np.arange(len(levels)), np.cumsum([0, *counts[:-1]]), np.concatenate(passages)
    )


def windows_of(block: PassageBlock) -> dict[int, list[list[float]]]:
    ends = [*block.firsts[1:].tolist(), len(block.vectors)]
    return {
        key: block.vectors[first:end].tolist()
        for key, first, end in zip(block.keys.tolist(), block.firsts.tolist(), ends, strict=True)
    }


def test_an_outline_is_the_level_averaged_in_twos() -> None:
    level = level_of(0, 60)
    twos = level.reshape(30, 2, 32).mean(axis=1)
    expected = twos / np.linalg.norm(twos, axis=1, keepdims=True)
    np.testing.assert_allclose(outline(reference_passages(level)), expected, atol=1e-6)


@settings(deadline=None, max_examples=20)
@given(st.lists(st.integers(1, 101), min_size=1, max_size=6), st.integers(1, 101))
def test_windows_of_all_lengths_are_aligned_as_one_by_one(steps: list[int], asked: int) -> None:
    levels = [level_of(seed, count) for seed, count in enumerate(steps)]
    query = level_of(99, asked)
    ours = outline(reference_passages(query))
    expected = [
        alignment_scores((ours @ outline(reference_passages(level)).T)[None])[0] for level in levels
    ]
    found = outline_scores(query, block_of(levels))
    np.testing.assert_allclose(found, expected, atol=2e-2)


@given(st.lists(st.integers(1, 40), min_size=2, max_size=8), st.data())
def test_blocks_are_taken_apart_and_joined(steps: list[int], data: st.DataObject) -> None:
    block = block_of([level_of(seed, count) for seed, count in enumerate(steps)])
    places = data.draw(st.permutations(range(len(steps))))
    cut = data.draw(st.integers(0, len(steps)))
    first, second = (block.take(np.array(part, np.int64)) for part in (places[:cut], places[cut:]))
    joined = first.join(second)
    assert joined.keys.tolist() == [100 + place for place in places]
    assert windows_of(joined) == windows_of(block)


@settings(deadline=None, max_examples=20)
@given(
    st.lists(st.lists(st.integers(1, 101), min_size=1, max_size=4), max_size=3),
    st.integers(1, 101),
    st.integers(1, 6),
)
def test_a_scan_finds_what_aligning_one_by_one_does(
    blocks: list[list[int]], asked: int, count: int
) -> None:
    query = level_of(99, asked)
    ours = coarse_outline(reference_passages(query))
    expected, made = [], []
    for number, steps in enumerate(blocks):
        levels = [level_of(10 * number + i, length) for i, length in enumerate(steps)]
        block = block_of(levels)
        made.append(PassageBlock(block.keys + 1000 * number, block.firsts, block.vectors))
        for level in levels:
            theirs = coarse_outline(reference_passages(level))
            expected.append(float(alignment_scores((ours @ theirs.T)[None])[0]))
    keys, scores = OutlineScan(made).best(query, count)
    assert len(set(keys.tolist())) == len(keys) == min(count, len(expected))
    best = sorted(expected, reverse=True)[:count]
    # Rounding to eight bits; where gains are near 0, the square root makes more of it.
    np.testing.assert_allclose(np.sort(scores)[::-1], best, atol=0.2)
