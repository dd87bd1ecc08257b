import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samesong.runtime.representation.chroma import SHIFTS, fold, key_shift


def naive_fold(cqt, stride, bins_per_octave=12):
    """The definition, one step at a time; the last step's missing frames repeat the last one."""
    n_bins, n_frames = cqt.shape
    rows = []
    for first in range(0, n_frames, stride):
        frames = [min(frame, n_frames - 1) for frame in range(first, first + stride)]
        members = [
            [b for b in range(n_bins) if round(12 * b / bins_per_octave) % 12 == pitch]
            for pitch in range(12)
        ]
        means = [np.mean(cqt[np.ix_(bins, frames)]) if bins else None for bins in members]
        known = np.mean([mean for mean in means if mean is not None])
        row = np.array([known if mean is None else mean for mean in means])
        row = row - row.mean()
        rows.append(row / np.linalg.norm(row))
    return np.array(rows)


@given(st.integers(1, 13), st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_fold_agrees_with_its_definition(n_frames, stride, seed):
    cqt = np.random.default_rng(seed).standard_normal((72, n_frames)).astype(np.float32)
    np.testing.assert_allclose(fold(cqt, stride), naive_fold(cqt, stride), atol=1e-5)


@pytest.mark.parametrize(
    ("n_bins", "bins_per_octave"),
    [(12, 12), (84, 12), (88, 12), (7, 12), (24, 24), (288, 36), (5, 5)],
)
def test_fold_takes_any_number_of_bins(n_bins, bins_per_octave):
    cqt = np.random.default_rng(1).standard_normal((n_bins, 9)).astype(np.float32)
    found = fold(cqt, 2, bins_per_octave)
    np.testing.assert_allclose(found, naive_fold(cqt, 2, bins_per_octave), atol=1e-5)


def test_a_step_without_pitch_is_zero():
    chroma = fold(np.ones((72, 4), np.float32), 2)
    np.testing.assert_array_equal(chroma, np.zeros((2, 12)))


@pytest.mark.parametrize("shift", SHIFTS)
def test_key_shift_is_how_much_higher_the_query_is(shift):
    reference = np.random.default_rng(7).standard_normal((72, 40)).astype(np.float32)
    query = np.roll(reference, shift, axis=0)
    path = np.stack([np.arange(20), np.arange(20)], axis=1)
    assert key_shift(fold(query, 2), fold(reference, 2), path) == shift


def test_key_shift_looks_along_the_path_only():
    generator = np.random.default_rng(8)
    reference = generator.standard_normal((72, 80)).astype(np.float32)
    query = np.roll(reference, 3, axis=0)
    query[:, 40:] = np.roll(reference, -4, axis=0)[:, 40:]
    head = np.stack([np.arange(20), np.arange(20)], axis=1)
    assert key_shift(fold(query, 2), fold(reference, 2), head) == 3
    assert key_shift(fold(query, 2), fold(reference, 2), head + 20) == -4
