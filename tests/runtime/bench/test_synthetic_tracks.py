"""Made music: what the recipe promises, and that it is not taken for real music."""

from itertools import pairwise

import numpy as np
import pytest

from samesong.runtime.bench.synthetic_tracks import TrackSynthesiser
from samesong.runtime.inference.bundle import starting_values
from samesong.runtime.matching.alignment import align
from samesong.runtime.representation.deep_sequences import DeepSequences
from samesong.runtime.representation.window import Window

STEPS = (0.6, 0.6, 1.2, 1.2)


def unit(rows):
    return (rows / np.linalg.norm(rows, axis=-1, keepdims=True)).astype(np.float32)


def real_window(seed, seconds=90.0):
    """A new chord every 2.4 s."""
    rng = np.random.default_rng(seed)

    def rows(step, dim):
        chords = rng.standard_normal((round(seconds / 2.4) + 2, dim))
        at = np.arange(round(seconds / step) + 1) * step / 2.4
        return unit(chords[at.astype(int)])

    levels = tuple(rows(step, 32) for step in STEPS)
    embedding = unit(rng.standard_normal(64))
    return Window(0.0, seconds, DeepSequences(levels, embedding), rows(0.6, 12))


@pytest.fixture(scope="module")
def synthesiser():
    return TrackSynthesiser([real_window(seed) for seed in range(4)], STEPS)


def rng(seed=0):
    return np.random.default_rng(seed)


def test_a_track_has_rows_of_length_1_at_each_rate(synthesiser):
    track = synthesiser.track(300.0, rng())
    assert [level.shape for level in track.sequences.levels] == [
        (501, 32),
        (501, 32),
        (251, 32),
        (251, 32),
    ]
    assert track.chroma.shape == (501, 12)
    for rows in (*track.sequences.levels, track.chroma, track.sequences.embedding[None]):
        assert rows.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, rtol=1e-5)


def test_the_same_draw_makes_the_same_track_and_another_one_another(synthesiser):
    first, again, other = (synthesiser.track(60.0, rng(seed)) for seed in (1, 1, 2))
    for rows, same, different in zip(
        first.sequences.levels, again.sequences.levels, other.sequences.levels, strict=True
    ):
        np.testing.assert_array_equal(rows, same)
        assert np.abs(rows - different).max() > 0.1


def test_windows_overlap_and_cover_the_track(synthesiser):
    track = synthesiser.track(300.0, rng())
    windows = synthesiser.cut(track, 120.0, 60.0)
    assert [(w.start, w.end) for w in windows] == [(0, 120), (60, 180), (120, 240), (180, 300)]
    for window in windows:
        assert [len(level) for level in window.sequences.levels] == [201, 201, 101, 101]
    for early, late in pairwise(windows):
        fine, coarse = early.sequences.levels[0][100:], early.sequences.levels[3][50:]
        np.testing.assert_array_equal(fine, late.sequences.levels[0][:101])
        np.testing.assert_array_equal(coarse, late.sequences.levels[3][:51])


def test_a_track_shorter_than_a_window_is_one_window(synthesiser):
    (window,) = synthesiser.cut(synthesiser.track(45.0, rng()), 120.0, 60.0)
    assert (window.start, window.end) == (0, 45)


@pytest.mark.parametrize("seconds", [30.0, 120.0, 280.0])
def test_a_live_version_follows_its_track_at_another_tempo(synthesiser, seconds):
    track = synthesiser.track(300.0, rng(3))
    version = synthesiser.live(track, seconds, rng(5))
    assert (version.start, version.end) == (0, seconds)
    alignment = align(version, track, STEPS[0], starting_values().path)
    begin, end = alignment.query_span
    assert end - begin > 0.8 * seconds
    assert 0.8 < alignment.tempo_ratio < 1.2


def test_what_a_step_plays_follows_tempo_and_source():
    """The slow definition, a step at a time."""
    from samesong.runtime.bench.synthetic_tracks import Parts, _indices

    parts = Parts(np.array([0.0, 6.0]), np.array([30.0, 3.0]), np.array([1.0, 0.5]))
    expected = [50 + step for step in range(10)] + [int(5 + 0.5 * step) for step in range(11)]
    assert _indices(parts, 0.6, 21).tolist() == expected
