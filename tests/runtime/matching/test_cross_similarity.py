import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from samesong.runtime.matching.cross_similarity import csms, late_interaction
from samesong.runtime.representation.deep_sequences import DeepSequences


def naive_csm(query, reference):
    """Every cosine by itself."""
    return np.array(
        [[sum(a * b for a, b in zip(x, y, strict=True)) for y in reference] for x in query]
    )


def sequences(generator, lengths):
    levels = []
    for length in lengths:
        values = generator.standard_normal((length, 5))
        values /= np.linalg.norm(values, axis=1, keepdims=True)
        levels.append(values.astype(np.float32))
    return DeepSequences(tuple(levels), np.zeros(3, np.float32))


@given(
    st.lists(st.integers(1, 6), min_size=4, max_size=4),
    st.lists(st.integers(1, 6), min_size=4, max_size=4),
    st.integers(1, 4),
    st.integers(0, 2**32 - 1),
)
def test_csms_agree_with_single_cosines(query_lengths, reference_lengths, count, seed):
    generator = np.random.default_rng(seed)
    query = sequences(generator, query_lengths)
    references = [sequences(generator, reference_lengths) for _ in range(count)]
    matrices = csms(query, references)
    assert len(matrices) == 4
    for level, matrix in enumerate(matrices):
        assert matrix.dtype == np.float32
        assert matrix.shape == (count, query_lengths[level], reference_lengths[level])
        for reference, found in zip(references, matrix, strict=True):
            expected = naive_csm(query.levels[level], reference.levels[level])
            np.testing.assert_allclose(found, expected, atol=1e-6)
    some = csms(query, references, [1, 3])
    for matrix, level in zip(some, (1, 3), strict=True):
        np.testing.assert_array_equal(matrix, matrices[level])


@given(st.integers(1, 6), st.integers(1, 6), st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_late_interaction_is_the_average_of_best_cosines_both_ways(asked, steps, count, seed):
    cosines = np.random.default_rng(seed).uniform(-1, 1, (count, asked, steps)).astype(np.float32)
    for csm, found in zip(cosines, late_interaction(cosines), strict=True):
        rows = [max(csm[i, j] for j in range(steps)) for i in range(asked)]
        columns = [max(csm[i, j] for i in range(asked)) for j in range(steps)]
        np.testing.assert_allclose(found, sum(rows) / asked + sum(columns) / steps, atol=1e-6)
