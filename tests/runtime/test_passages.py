import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samesong.runtime.passages import passage_dim, query_passages, reference_passages


def level_of(steps, dim, seed=0):
    values = np.random.default_rng(seed).standard_normal((steps, dim)).astype(np.float32)
    return values / np.linalg.norm(values, axis=1, keepdims=True)


def naive_passage(level, begin):
    """Means of three times two steps, one behind the other; steps that are not there are 0."""
    steps, dim = level.shape
    means = []
    for part in range(3):
        total = np.zeros(dim)
        for step in range(begin + 2 * part, begin + 2 * part + 2):
            if 0 <= step < steps:
                total += level[step]
        means += list(total / 2)
    return np.array(means) / (np.linalg.norm(means) or 1)


def as_naive(passages, level, begins):
    assert passages.dtype == np.float32
    expected = [naive_passage(level, begin) for begin in begins]
    np.testing.assert_allclose(passages, expected, atol=1e-5)


def test_seventeen_passages_stand_for_120_seconds_of_a_reference():
    level = level_of(101, 32)
    as_naive(reference_passages(level), level, [*range(0, 91, 6), 95])


def test_a_query_has_them_twice_as_dense():
    level = level_of(101, 32)
    as_naive(query_passages(level), level, [*range(0, 94, 3), 95])


@given(st.integers(1, 130), st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_passages_of_any_length(steps, dim, seed):
    level = level_of(steps, dim, seed)
    begins = list(range(0, max(1, steps - 5), 6))
    if steps - 6 - begins[-1] >= 3:
        begins.append(steps - 6)
    as_naive(reference_passages(level), level, begins)


@pytest.mark.parametrize("steps", [1, 2, 3, 5])
def test_a_short_query_is_tried_in_each_place_of_a_passage(steps):
    level = level_of(steps, 4)
    # From the one that ends with the query's beginning to the one that begins with its end.
    as_naive(query_passages(level), level, range(-4, steps, 2))


def test_dimension():
    assert passage_dim([32, 32, 16, 8]) == 24
