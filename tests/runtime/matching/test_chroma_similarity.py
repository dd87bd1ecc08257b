import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samesong.runtime.matching.chroma_similarity import KEY_STEP, STACKED, chroma_csms, coarse


def chroma(seed, steps):
    rows = np.random.default_rng(seed).standard_normal((steps, 12)).astype(np.float32)
    rows -= rows.mean(axis=1, keepdims=True)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def naive(query, reference):
    """Key by key, cell by cell."""
    ours, theirs = coarse(query), coarse(reference)
    count = min(STACKED, len(ours), len(theirs))
    best, best_mean = None, -np.inf
    for key in range(12):
        turned = np.roll(ours, key, axis=1)
        csm = np.array(
            [
                [
                    sum(turned[i + n] @ theirs[j + n] for n in range(count)) / count
                    for j in range(len(theirs) - count + 1)
                ]
                for i in range(len(ours) - count + 1)
            ]
        )
        mean = csm[::KEY_STEP].max(axis=1).mean()
        if mean > best_mean:
            best, best_mean = csm, mean
    return best


@pytest.mark.parametrize(
    ("steps", "reference_steps"), [(30, 24), (25, 11), (9, 40), (3, 2), (1, 1)]
)
def test_products_of_stacks_are_means_along_diagonals(steps, reference_steps):
    query = chroma(1, steps)
    references = [chroma(seed, reference_steps) for seed in (2, 3)]
    found = chroma_csms(query, references)
    expected = [naive(query, reference) for reference in references]
    np.testing.assert_allclose(found, expected, atol=1e-5)


@settings(deadline=None)
@given(seed=st.integers(0, 1000), shift=st.integers(0, 11))
def test_the_key_of_either_does_not_matter(seed, shift):
    query, reference = chroma(seed, 30), chroma(seed + 1, 40)
    turned = np.roll(reference, shift, axis=1)
    np.testing.assert_allclose(
        chroma_csms(query, [reference]), chroma_csms(query, [turned]), atol=1e-5
    )


def test_silence_is_like_nothing():
    silent = np.zeros((20, 12), np.float32)
    assert (chroma_csms(silent, [chroma(1, 20)]) == 0).all()
