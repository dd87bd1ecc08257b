import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

pytest.importorskip("torch")

from samesong.runtime.representation.time_stretch import change_tempo
from samesong.training.audio_versions import AudioVersions, excerpt, transpose
from samesong.training.feature_cache import RecordedTrack

pytestmark = pytest.mark.training

spectrograms = arrays.arrays(
    np.float32,
    st.tuples(st.just(72), st.integers(1, 30)),
    elements=st.floats(-5, 5, width=32),
    fill=st.just(np.float32(1.5)),
)


@given(spectrograms, st.integers(1, 60))
def test_retimed_it_begins_and_ends_as_before_and_stays_within(cqt, n_frames):
    played = change_tempo(cqt, n_frames)
    assert played.shape == (72, n_frames)
    np.testing.assert_allclose(played[:, 0], cqt[:, 0], atol=1e-5)
    if n_frames > 1:
        np.testing.assert_allclose(played[:, -1], cqt[:, -1], atol=1e-5)
    assert np.all(played <= cqt.max(axis=1, keepdims=True) + 1e-5)
    assert np.all(played >= cqt.min(axis=1, keepdims=True) - 1e-5)


@given(spectrograms)
def test_retimed_to_its_own_length_it_is_the_same(cqt):
    np.testing.assert_allclose(change_tempo(cqt, cqt.shape[1]), cqt, atol=1e-5)


@given(cqt=spectrograms, n_frames=st.integers(1, 40), place=st.floats(0, 1, exclude_max=True))
def test_a_cut_is_a_run_of_frames_of_the_repeated_recording(cqt, n_frames, place):
    piece = excerpt(cqt, n_frames, place)
    assert piece.shape == (72, n_frames)
    times = -(-n_frames // cqt.shape[1])
    whole = np.concatenate([cqt] * times, axis=1)
    starts = range(whole.shape[1] - n_frames + 1)
    assert any(np.array_equal(piece, whole[:, start : start + n_frames]) for start in starts)


def test_cuts_reach_from_the_first_frame_to_the_last():
    cqt = np.tile(np.arange(10, dtype=np.float32), (72, 1))
    places = np.linspace(0, 1, 50, endpoint=False)
    assert {excerpt(cqt, 4, place)[0, 0] for place in places} == set(range(7))


@given(cqt=spectrograms, shift=st.integers(-12, 12))
def test_transposing_moves_every_bin_and_repeats_the_edge(cqt, shift):
    moved = transpose(cqt, shift, 12)
    for row in range(72):
        np.testing.assert_array_equal(moved[row], cqt[min(max(row - shift, 0), 71)])


@given(shift=st.integers(-12, 12))
def test_pitch_classes_rotate(shift):
    cqt = np.random.default_rng(1).standard_normal((12, 5)).astype(np.float32)
    np.testing.assert_array_equal(transpose(cqt, shift, 12), np.roll(cqt, shift, axis=0))


@pytest.mark.parametrize("bins_per_octave", [5, 12, 24, 36])
def test_keys_are_drawn_from_half_an_octave_up_to_half_an_octave_down(bins_per_octave):
    n_bins = 4 * bins_per_octave
    cqt = np.repeat(np.arange(n_bins, dtype=np.float32)[:, None], 20, axis=1)
    source = AudioVersions(
        [[RecordedTrack("studio", cqt, (cqt,))]], bins_per_octave=bins_per_octave
    )
    rng = np.random.default_rng(1)
    middle = n_bins // 2
    shifts = {middle - int(source.draw_pair(0, 8, 8, rng)[1][middle, 0]) for _ in range(600)}
    half = bins_per_octave // 2
    assert shifts == set(range(-half, half + 1))


def track(value, kind="studio"):
    """A recording of 20 equal frames: `value` when clean, `value` and a half when live."""
    clean = np.full((72, 20), value, np.float32)
    return RecordedTrack(kind, clean, (clean + np.float32(0.5),))


def draws(source, work, count=60):
    rng = np.random.default_rng(1)
    pairs = [source.draw_pair(work, 8, 5, rng) for _ in range(count)]
    assert {(studio.shape, live.shape) for studio, live in pairs} == {((72, 8), (72, 5))}
    return [(float(studio[0, 0]), float(live[0, 0])) for studio, live in pairs]


def test_a_work_recorded_once_is_paired_with_its_simulation():
    source = AudioVersions([[track(0)], [track(1)]], bins_per_octave=12)
    assert len(source) == 2
    assert set(draws(source, 1)) == {(1.0, 1.5)}


def test_a_work_recorded_twice_is_paired_with_its_other_recording():
    pairs = draws(AudioVersions([[track(1), track(2, "live")]], bins_per_octave=12), 0)
    assert set(pairs) == {(1.0, 2.0), (2.0, 1.0)}


def test_both_versions_are_heard_through_one_front_end_the_others_by_their_share():
    source = AudioVersions(
        [[track(0)]], [[[track(10)]], [[track(20)]]], bins_per_octave=12, share=0.5
    )
    pairs = draws(source, 0, count=400)
    assert set(pairs) == {(0.0, 0.5), (10.0, 10.5), (20.0, 20.5)}
    assert 150 < pairs.count((0.0, 0.5)) < 250
