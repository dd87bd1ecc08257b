from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from samesong.runtime.matching.alignment import MOVES, align, local_path
from samesong.runtime.matching.step_gains import contrast

SKIP = 0.75
THRESHOLD = 0.4

pytestmark = pytest.mark.usefixtures("loops")

GAINS = hnp.arrays(
    np.float32,
    hnp.array_shapes(min_dims=2, max_dims=2, max_side=6),
    elements=st.integers(-3, 3),
)


def naive_best_sum(gains):
    """The largest sum over all paths, each tried from each of its last cells."""
    rows, columns = gains.shape

    def ending_at(i, j):
        earlier = [
            ending_at(i - down, j - right) - SKIP * (down != right)
            for down, right in MOVES
            if i - down >= 0 and j - right >= 0
        ]
        return gains[i, j] + max([0, *earlier])

    return max(ending_at(i, j) for i in range(rows) for j in range(columns))


def csm_of_line(slope, offset, size=120, seed=0):
    """A noisy CSM with one line: reference step = slope * query step + offset."""
    csm = np.random.default_rng(seed).normal(0, 0.1, (size, size))
    query = np.arange(size)
    reference = np.rint(slope * query + offset).astype(int)
    inside = (reference >= 0) & (reference < size)
    csm[query[inside], reference[inside]] += 0.8
    return csm.astype(np.float32)


@settings(deadline=None)
@given(GAINS)
def test_the_path_has_the_largest_sum_there_is(gains):
    path = local_path(gains, SKIP)
    assert all(tuple(b - a) in MOVES for a, b in pairwise(path))
    skips = sum(tuple(b - a) != (1, 1) for a, b in pairwise(path))
    assert gains[tuple(path.T)].sum() - SKIP * skips == naive_best_sum(gains)


@pytest.mark.parametrize("slope", [0.55, 0.8, 1.0, 1.25, 1.8])
@pytest.mark.parametrize("offset", [-20, 0, 30])
def test_a_line_is_found(slope, offset):
    path = local_path(contrast(csm_of_line(slope, offset)) - THRESHOLD, SKIP)
    query, reference = path.T
    expected = slope * query + offset
    assert np.mean(np.abs(reference - expected) <= 2) > 0.9


def test_a_csm_without_contrast_still_has_a_path():
    assert local_path(contrast(np.ones((3, 4), np.float32)) - THRESHOLD, SKIP).shape == (1, 2)


@pytest.fixture(scope="module")
def windows(bundle, analyser, song):
    """A song, and the same 3 semitones higher and a tenth faster, 12 s in."""
    transform, rate = bundle.front_end.transform, bundle.spec.sample_rate
    live = song(5, seconds=40, key=3, tempo=1.1, noise=0.02)
    start = np.random.default_rng(1).standard_normal(12 * rate).astype(np.float32) * 0.05
    (query,) = analyser.spectrogram(transform(np.concatenate([start, live]), rate))
    (reference,) = analyser.spectrogram(transform(song(5, seconds=60), rate))
    return query, reference


def test_key_tempo_and_spans_of_a_live_version(bundle, windows):
    alignment = align(*windows, bundle.step_seconds[0], bundle.fitted.path)
    assert alignment.key_shift == 3
    assert alignment.tempo_ratio == pytest.approx(1.1, rel=0.03)
    assert alignment.query_span == pytest.approx((12, 52), abs=5)
    assert alignment.reference_span == pytest.approx((0, 44), abs=5)


def test_swapping_the_two_turns_everything_around(bundle, windows):
    query, reference = windows
    alignment = align(reference, query, bundle.step_seconds[0], bundle.fitted.path)
    assert alignment.key_shift == -3
    assert alignment.tempo_ratio == pytest.approx(1 / 1.1, rel=0.03)
    assert alignment.query_span == pytest.approx((0, 44), abs=5)


def test_spans_differ_in_length_by_the_tempo(bundle, windows):
    alignment = align(*windows, bundle.step_seconds[0], bundle.fitted.path)
    assert np.diff(alignment.reference_span) / np.diff(alignment.query_span) == pytest.approx(
        alignment.tempo_ratio, rel=0.05
    )
    assert (np.diff(alignment.path, axis=0) > 0).all()
