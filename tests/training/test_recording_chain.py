from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("torch")

from samesong.features.pooled import PooledFrontEnd
from samesong.training import recording_chain
from samesong.training._render_kernels import reverberate
from samesong.training.render import Grid

pytestmark = pytest.mark.training

POOLED = PooledFrontEnd()
GRID = Grid.of(POOLED.spec)
N_BINS, FRAME_PERIOD = 72, 0.3

seeds = st.integers(0, 10_000)


def rng_of(seed):
    return np.random.default_rng(seed)


def music(seed, n_frames=80):
    """Energy of something like music, (72, n_frames): a few bins loud at a time."""
    energy = rng_of(seed).gamma(0.3, 1.0, (N_BINS, n_frames))
    return (energy * 1e-3).astype(np.float32)


def record(energy, song, start, strength, seed, *, front_end=POOLED):
    return recording_chain.record(
        energy, song, front_end, start, strength=strength, rng=rng_of(seed)
    )


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
    recording_chain.add_room(energy, frames * FRAME_PERIOD, FRAME_PERIOD, rng_of(seed))
    np.testing.assert_array_equal(energy[:, 0], 1)
    fade = 10 * np.log10(energy[:, frames + 1].astype(np.float64) / energy[:, 1])
    assert fade[0] == pytest.approx(-60, abs=0.2)
    # Treble fades faster, in no less than half of the time.
    assert (np.diff(fade) <= 1e-3).all()
    assert fade[-1] >= -121


@given(seed=seeds, decibels=st.floats(-10, 30))
def test_a_crowd_is_as_far_below_the_music_as_asked(seed, decibels):
    energy = music(seed)
    noise = recording_chain.crowd(energy, decibels, GRID, rng_of(seed))
    assert noise.shape == energy.shape
    assert (noise >= 0).all()
    # On a usual frame; applause may be louder than that.
    levels = [np.median(part.mean(axis=0, dtype=np.float64)) for part in (energy, noise)]
    assert 10 * np.log10(levels[0] / levels[1]) == pytest.approx(decibels, abs=0.01)


def test_an_equaliser_of_no_strength_is_the_usual_tilt_alone():
    expected = 10 ** (-0.6 * (np.arange(N_BINS) / N_BINS - 0.5))
    np.testing.assert_allclose(
        recording_chain.equaliser(GRID.bins, 0.0, rng_of(1)), expected, rtol=1e-5
    )


@given(seed=seeds, decibels=st.floats(0.5, 6))
def test_an_equaliser_is_smooth(seed, decibels):
    gain = recording_chain.equaliser(GRID.bins, decibels, rng_of(seed))
    assert gain.shape == (N_BINS,)
    assert gain.dtype == np.float32
    assert (gain > 0).all()
    # Its fastest wave takes 14 bins; five deviations at once still change little from bin to bin.
    assert np.abs(np.diff(10 * np.log10(gain))).max() < 3 * decibels + 0.1


@given(seed=seeds, strength=st.floats(0, 1))
def test_band_limits_only_cut_and_only_the_ends(seed, strength):
    gain = recording_chain.band_limits(GRID.bins, strength, rng_of(seed))
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
    beat = recording_chain.drums(song, start, energy, GRID, rng_of(seed))
    frames = np.round(struck / FRAME_PERIOD).astype(int)
    assert set(np.flatnonzero(beat.any(axis=0))) == set(frames[frames < 80].tolist())
    level = 10 * np.log10(beat.mean(dtype=np.float64) / energy.mean(dtype=np.float64))
    assert -18.01 <= level <= 3.01


@given(seed=seeds)
def test_a_song_without_drums_may_get_a_steady_beat(make_song, seed):
    song = make_song(seed, drums=False)
    energy = music(seed)
    beat = recording_chain.drums(song, 0.0, energy, GRID, rng_of(seed))
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
    magnitude = record(energy, make_song(seed), 5.0, strength, seed)
    assert magnitude.shape == (N_BINS, n_frames)
    assert magnitude.dtype == np.float32
    assert np.isfinite(magnitude).all()
    assert (magnitude >= 0).all()
    assert magnitude.std() > 0


def correlation(clean, recorded):
    return np.corrcoef(np.sqrt(clean).ravel(), recorded.ravel())[0, 1]


def test_a_studio_leaves_more_of_the_music_than_a_phone_in_a_crowd(make_song):
    means = [
        np.mean(
            [
                correlation(music(seed), record(music(seed), make_song(seed), 0.0, strength, seed))
                for seed in range(30)
            ]
        )
        for strength in (0, 1)
    ]
    assert means[0] > means[1] + 0.1


class OnlyPitch(PooledFrontEnd):
    """A front end that leaves a ten-thousandth of the energy of drums and crowds."""

    unpitched_db = -40.0


def test_a_front_end_may_take_out_what_has_no_pitch(make_song):
    with_all, without = (
        np.mean(
            [
                correlation(
                    music(seed),
                    record(music(seed), make_song(seed), 0.0, 1.0, seed, front_end=front_end),
                )
                for seed in range(30)
            ]
        )
        for front_end in (POOLED, OnlyPitch())
    )
    assert without > with_all + 0.05


class Fine(PooledFrontEnd):
    """A front end of three bins a semitone, eight octaves and three frames in the time of one."""

    spec = replace(POOLED.spec, name="fine", n_bins=288, bins_per_octave=36, frame_period=0.1)


@pytest.mark.parametrize("strength", [0.0, 1.0])
def test_bins_and_frames_of_any_size_will_do(make_song, strength):
    energy = rng_of(1).gamma(0.3, 1e-3, (288, 240)).astype(np.float32)
    magnitude = record(energy, make_song(1), 0.0, strength, 1, front_end=Fine())
    assert magnitude.shape == (288, 240)
    assert np.isfinite(magnitude).all()


@given(seed=seeds)
def test_drums_are_struck_at_the_same_time_on_another_grid(make_song, seed):
    song = make_song(seed, n_notes=200)
    struck = song.onset[song.is_drum]
    energy = np.ones((288, 240), np.float32)
    beat = recording_chain.drums(song, 0.0, energy, Grid.of(Fine.spec), rng_of(seed))
    frames = np.round(struck / 0.1).astype(int)
    assert set(np.flatnonzero(beat.any(axis=0))) == set(frames[frames < 240].tolist())


def test_the_same_seed_gives_the_same_recording(make_song):
    first, again, other = (record(music(1), make_song(1), 0.0, 0.5, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, other)
