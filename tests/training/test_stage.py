import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("torch")

from samesong.training import stage
from samesong.training._render_kernels import reverberate
from samesong.training.render import FRAME_PERIOD, N_BINS

pytestmark = pytest.mark.training

seeds = st.integers(0, 10_000)


def rng_of(seed):
    return np.random.default_rng(seed)


def music(seed, n_frames=80):
    """Energy of something like music, (72, n_frames): a few bins loud at a time."""
    energy = rng_of(seed).gamma(0.3, 1.0, (N_BINS, n_frames))
    return (energy * 1e-3).astype(np.float32)


def naive_reverberate(energy, keep, gain):
    """Each frame hears all earlier ones, each row fading by its own factor a frame."""
    result = np.zeros(energy.shape)
    for row in range(energy.shape[0]):
        for frame in range(energy.shape[1]):
            tail = sum(
                float(energy[row, earlier]) * float(keep[row]) ** (frame - earlier)
                for earlier in range(frame)
            )
            result[row, frame] = energy[row, frame] + gain * tail
    return result


@pytest.mark.parametrize("kernel", [reverberate, reverberate.py_func], ids=["compiled", "python"])
def test_reverberation_is_a_fading_sum_of_what_was(kernel):
    energy = music(1, n_frames=15)[:6]
    keep = rng_of(2).uniform(0, 0.95, 6).astype(np.float32)
    expected = naive_reverberate(energy, keep, 0.7)
    kernel(energy, keep, np.float32(0.7))
    np.testing.assert_allclose(energy, expected, rtol=1e-4)


@given(seed=seeds, seconds=st.floats(0.6, 4))
def test_a_room_fades_by_60_decibels_in_its_time(seed, seconds):
    frames = round(seconds / FRAME_PERIOD)
    energy = np.zeros((N_BINS, frames + 3), np.float32)
    energy[:, 0] = 1
    stage.add_room(energy, frames * FRAME_PERIOD, rng_of(seed))
    np.testing.assert_array_equal(energy[:, 0], 1)
    fade = 10 * np.log10(energy[:, frames + 1].astype(np.float64) / energy[:, 1])
    assert fade[0] == pytest.approx(-60, abs=0.2)
    # Treble fades faster, in no less than half of the time.
    assert (np.diff(fade) <= 1e-3).all()
    assert fade[-1] >= -121


@given(seed=seeds, decibels=st.floats(-10, 30))
def test_a_crowd_is_as_far_below_the_music_as_asked(seed, decibels):
    energy = music(seed)
    noise = stage.crowd(energy, decibels, rng_of(seed))
    assert noise.shape == energy.shape
    assert (noise >= 0).all()
    # On a usual frame; applause may be louder than that.
    levels = [np.median(part.mean(axis=0, dtype=np.float64)) for part in (energy, noise)]
    assert 10 * np.log10(levels[0] / levels[1]) == pytest.approx(decibels, abs=0.01)


def test_an_equaliser_of_no_strength_is_the_usual_tilt_alone():
    expected = 10 ** (-0.6 * (np.arange(N_BINS) / N_BINS - 0.5))
    np.testing.assert_allclose(stage.equaliser(rng_of(1), 0.0), expected, rtol=1e-5)


@given(seed=seeds, decibels=st.floats(0.5, 6))
def test_an_equaliser_is_smooth(seed, decibels):
    gain = stage.equaliser(rng_of(seed), decibels)
    assert gain.shape == (N_BINS,)
    assert gain.dtype == np.float32
    assert (gain > 0).all()
    # Its fastest wave takes 14 bins; five deviations at once still change little from bin to bin.
    assert np.abs(np.diff(10 * np.log10(gain))).max() < 3 * decibels + 0.1


@given(seed=seeds, strength=st.floats(0, 1))
def test_band_limits_only_cut_and_only_the_ends(seed, strength):
    gain = stage.band_limits(rng_of(seed), strength)
    assert gain.shape == (N_BINS,)
    assert (gain > 0).all()
    assert (gain <= 1).all()
    assert (gain[24:55] == 1).all()
    assert (np.diff(gain[:24]) >= 0).all()
    assert (np.diff(gain[54:]) <= 0).all()


@given(seed=seeds, start=st.floats(0, 20))
def test_drums_sound_when_they_are_struck(make_song, seed, start):
    song = make_song(seed, n_notes=200)
    energy = music(seed)
    struck = song.onset[song.is_drum & (song.onset >= start)] - start
    beat = stage.drums(song, start, energy, rng_of(seed))
    frames = np.round(struck / FRAME_PERIOD).astype(int)
    assert set(np.flatnonzero(beat.any(axis=0))) == set(frames[frames < 80].tolist())
    level = 10 * np.log10(beat.mean(dtype=np.float64) / energy.mean(dtype=np.float64))
    assert -18.01 <= level <= 3.01


@given(seed=seeds)
def test_a_song_without_drums_may_get_a_steady_beat(make_song, seed):
    song = make_song(seed, drums=False)
    energy = music(seed)
    beat = stage.drums(song, 0.0, energy, rng_of(seed))
    assert beat.shape == energy.shape
    assert (beat >= 0).all()
    if beat.any():  # half of the time
        struck = np.flatnonzero(beat.any(axis=0))
        assert struck[0] == 0
        assert np.diff(struck).max() <= 2  # an eighth is at most 0.375 s


@pytest.mark.parametrize("n_frames", [1, 2, 60])
@pytest.mark.parametrize("loudness", [0.0, 1e-20, 1.0, 1e10])
@settings(deadline=None, max_examples=20)
@given(seed=seeds, strength=st.floats(0, 1))
def test_a_recording_is_a_magnitude_whatever_was_played(
    make_song, n_frames, loudness, seed, strength
):
    energy = (music(seed, n_frames) * np.float32(loudness)).astype(np.float32)
    magnitude = stage.perform(energy, make_song(seed), 5.0, strength, rng_of(seed))
    assert magnitude.shape == (N_BINS, n_frames)
    assert magnitude.dtype == np.float32
    assert np.isfinite(magnitude).all()
    assert (magnitude >= 0).all()
    assert magnitude.std() > 0


def test_a_studio_leaves_more_of_the_music_than_a_phone_in_a_crowd(make_song):
    def likeness(seed, strength):
        played = stage.perform(music(seed), make_song(seed), 0.0, strength, rng_of(seed))
        return np.corrcoef(np.sqrt(music(seed)).ravel(), played.ravel())[0, 1]

    means = [np.mean([likeness(seed, strength) for seed in range(30)]) for strength in (0, 1)]
    assert means[0] > means[1] + 0.1


def test_a_front_end_may_take_out_what_has_no_pitch(make_song):
    def likeness(seed, decibels):
        clean = music(seed)
        played = stage.perform(
            music(seed), make_song(seed), 0.0, 1.0, rng_of(seed), unpitched_db=decibels
        )
        return np.corrcoef(np.sqrt(clean).ravel(), played.ravel())[0, 1]

    with_all, without = (
        np.mean([likeness(seed, decibels) for seed in range(30)]) for decibels in (0.0, -40.0)
    )
    assert without > with_all + 0.05


def test_the_same_seed_gives_the_same_recording(make_song):
    first, again, other = (
        stage.perform(music(1), make_song(1), 0.0, 0.5, rng_of(seed)) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, other)
