"""CSMs from stored codes against those of decoded windows, in NumPy."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from samesong.runtime.inference.bundle import starting_values
from samesong.runtime.matching.alignment_score import path_gains
from samesong.runtime.matching.coded_similarity import CodedBatch
from samesong.runtime.matching.cross_similarity import csms
from samesong.runtime.representation.deep_sequences import DeepSequences
from samesong.runtime.representation.window import CodedWindow, Window

ALIGNMENT = starting_values().alignment
GAINS = ALIGNMENT.cell_threshold, ALIGNMENT.skip_share


def rows(generator: np.random.Generator, steps: int, dim: int, zeros: float = 0.0) -> np.ndarray:
    values = generator.standard_normal((steps, dim)).astype(np.float32)
    values /= np.linalg.norm(values, axis=1, keepdims=True)
    values[generator.random(steps) < zeros] = 0
    return values


def window(seed: int, steps: tuple[int, ...], dim: int, zeros: float = 0.0) -> Window:
    generator = np.random.default_rng(seed)
    levels = tuple(rows(generator, count, dim, zeros) for count in steps)
    sequences = DeepSequences(levels, rows(generator, 1, 6)[0])
    return Window(0.0, 1.0, sequences, rows(generator, steps[0], 12, zeros))


def stored(one: Window) -> CodedWindow:
    return CodedWindow(one.start, one.end, one.pack())


# The first level is packed in 4 bits, and so are others that are as long; shorter ones in 8.
STEPS = st.tuples(st.integers(1, 230), st.booleans(), st.integers(1, 230)).map(
    lambda drawn: (drawn[0], drawn[0] if drawn[1] else drawn[0] // 2 + 1, drawn[2])
)


@settings(deadline=None, max_examples=60)
@given(STEPS, STEPS, st.integers(1, 37), st.integers(1, 4), st.sampled_from([0.0, 0.3, 1.0]))
@example((1, 1, 1), (1, 1, 1), 1, 1, 0.0)
@example((201, 201, 101), (201, 201, 101), 32, 2, 0.1)
def test_codes_give_what_decoded_windows_do(asked, steps, dim, count, zeros) -> None:
    query = window(99, asked, dim, zeros).sequences
    references = [stored(window(seed, steps, dim, zeros)) for seed in range(count)]
    found, best = CodedBatch(references).csms(query, ALIGNMENT)
    expected = csms(query, [reference.sequences for reference in references])
    for matrix, same in zip(found, expected, strict=True):
        assert matrix.dtype == np.float32
        np.testing.assert_allclose(matrix, same, rtol=0, atol=1e-6)
    gains = path_gains(np.ascontiguousarray(expected[-1].transpose(1, 2, 0)), *GAINS)
    np.testing.assert_allclose(best, gains, rtol=0.005, atol=0.005)


def test_one_batch_takes_queries_of_any_lengths() -> None:
    references = [stored(window(seed, (50, 50, 25), 8)) for seed in range(3)]
    batch = CodedBatch(references)
    for steps in (50, 30, 30, 50):
        query = window(steps, (steps, steps, steps // 2), 8).sequences
        found, _ = batch.csms(query, ALIGNMENT)
        expected = csms(query, [reference.sequences for reference in references])
        for matrix, same in zip(found, expected, strict=True):
            np.testing.assert_allclose(matrix, same, rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    ("asked", "built"), [([1, 2], [1, 2]), ([2], [2]), ([0], [0, 2]), (None, [0, 1, 2])]
)
def test_only_levels_that_are_asked_for_are_built_and_the_coarsest(asked, built) -> None:
    references = [stored(window(seed, (50, 50, 25), 8)) for seed in range(3)]
    query = window(7, (40, 40, 20), 8).sequences
    batch = CodedBatch(references)
    every, gains = batch.csms(query, ALIGNMENT)
    every = [matrix.copy() for matrix in every]  # the next call overwrites them
    found, same_gains = batch.csms(query, ALIGNMENT, asked)
    assert len(found) == len(built)
    for matrix, level in zip(found, built, strict=True):
        np.testing.assert_array_equal(matrix, every[level])
    np.testing.assert_array_equal(same_gains, gains)


def test_chroma_is_that_of_decoded_windows() -> None:
    references = [stored(window(seed, (21, 11), 8)) for seed in range(3)]
    for found, reference in zip(CodedBatch(references).chroma(), references, strict=True):
        np.testing.assert_array_equal(found, reference.chroma)


def test_a_query_of_another_model_is_refused() -> None:
    batch = CodedBatch([stored(window(1, (20, 10), 8))])
    with pytest.raises(ValueError, match="has 9 dimensions, but that of the references has 8"):
        batch.csms(window(2, (20, 10), 9).sequences, ALIGNMENT)
    with pytest.raises(ValueError, match="zip"):
        batch.csms(window(2, (20, 10, 10), 8).sequences, ALIGNMENT)
