import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("torch")

from samesong.features.frontend import get_front_end
from samesong.features.pooled import PooledFrontEnd
from samesong.training._render_kernels import HARMONICS, add_notes
from samesong.training.render import Grid, partials, render_energy, vowel
from samesong.training.symbolic import Notes

pytestmark = pytest.mark.training

APERTURE = 0.3
N_BINS, FRAME_PERIOD, LOWEST_NOTE = 72, 0.3, 24
FRONT_ENDS = [get_front_end(name) for name in ("direct", "pooled", "harmonic")]
POOLED = FRONT_ENDS[1]


def name_of(front_end):
    return front_end.name


def one_note(pitch, onset, duration):
    """A score of one note, played by part 0."""
    columns = {"onset": onset, "duration": duration, "pitch": pitch, "velocity": 1.0}
    return Notes(
        **{name: np.array([value], np.float32) for name, value in columns.items()},
        part=np.zeros(1, np.int16),
        is_drum=np.zeros(1, bool),
        is_bass=np.zeros(1, bool),
    )


def random_notes(seed, count=6, n_frames=12):
    """Arguments of `add_notes`, its energy (24, n_frames) first."""
    rng = np.random.default_rng(seed)
    onset = rng.uniform(-1, n_frames * FRAME_PERIOD, count)
    per_note = {
        "onset": onset,
        "offset": onset + rng.uniform(0.02, 2, count),
        "decay": rng.uniform(0.01, 4, count),
        "release": rng.uniform(0.05, 0.8, count),
        "fundamental": rng.uniform(-14, 26, count),
        "amplitude": rng.uniform(0.1, 1, count),
        "spread": rng.uniform(0, 0.7, count),
    }
    return (
        rng.uniform(0, 1, (24, n_frames)).astype(np.float32),
        *(column.astype(np.float32) for column in per_note.values()),
        rng.integers(0, 2, count).astype(np.int16),
        rng.uniform(0, 1, (2, len(HARMONICS))).astype(np.float32),
        HARMONICS,
        rng.uniform(0.1, 1, (2, 24)).astype(np.float32),
        FRAME_PERIOD,
        APERTURE,
    )


def naive_add_notes(  # noqa: PLR0917 - as the kernel
    energy, onset, offset, decay, release, fundamental, amplitude, spread, profile, profiles,
    harmonics, formants, period, aperture,
):  # fmt: skip
    """`add_notes` by its description: every bin, partial and frame; envelopes summed in 1 ms."""
    energy = energy.astype(np.float64)
    n_bins, n_frames = energy.shape
    for note in range(len(onset)):
        reach = 2 + 2 * float(spread[note])
        spectrum = np.zeros(n_bins)
        for h, harmonic in enumerate(harmonics):
            place = float(fundamental[note]) + float(harmonic)
            resonance = formants[profile[note], min(max(int(place + 0.5), 0), n_bins - 1)]
            power = (amplitude[note] * profiles[profile[note], h]) ** 2 * resonance
            for row in range(n_bins):
                x = abs(row - place) * 2 / reach
                if x < 2:  # the main lobe of a Hann window's response
                    lobe = 0.5 if abs(x - 1) < 1e-3 else np.sinc(x) / (1 - x * x)
                    spectrum[row] += power * lobe**2 * 2 / reach
        held = float(offset[note] - onset[note])
        end = held + float(release[note])
        for frame in range(n_frames):
            step = 1e-3
            edge = frame * period - aperture / 2 - float(onset[note])
            times = edge + step * (np.arange(round(aperture / step)) + 0.5)
            sounding = times[(times >= 0) & (times < end)]
            late = np.maximum(0, sounding - held)
            envelope = np.exp(-2 * decay[note] * np.minimum(sounding, held))
            envelope *= 10 ** (-6 * late / float(release[note]))  # 60 dB within the release
            energy[:, frame] += spectrum * envelope.sum() * step / aperture
    return energy


@pytest.mark.parametrize("kernel", [add_notes, add_notes.py_func], ids=["compiled", "python"])
@pytest.mark.parametrize("seed", range(4))
def test_the_kernel_adds_what_its_description_says(kernel, seed):
    arguments = random_notes(seed)
    expected = naive_add_notes(*arguments)
    before = arguments[0].copy()
    kernel(*arguments)
    added = expected - before
    # The oracle's millisecond misses up to 1 ms at each edge of a note, of 300 ms of a frame.
    np.testing.assert_allclose(
        arguments[0] - before, added, rtol=2e-2, atol=1e-2 * added.max(initial=0)
    )
    assert arguments[0].dtype == np.float32


def test_no_notes_add_nothing():
    energy, *rest = random_notes(0, count=0)
    before = energy.copy()
    add_notes(energy, *rest)
    np.testing.assert_array_equal(energy, before)


@settings(deadline=None)
@given(seed=st.integers(0, 1000), semitones=st.integers(1, 12), fundamental=st.floats(2, 8))
def test_a_note_some_semitones_higher_is_the_same_as_many_bins_higher(seed, semitones, fundamental):
    arguments = list(random_notes(seed, count=1))
    arguments[0] = np.zeros((80, 12), np.float32)
    arguments[5] = np.array([fundamental], np.float32)
    arguments[11] = np.ones((2, 80), np.float32)
    low, high = [*arguments], [*arguments]
    low[0], high[0] = np.zeros((2, 80, 12), np.float32)
    high[5] = arguments[5] + np.float32(semitones)
    add_notes(*low)
    add_notes(*high)
    largest = low[0].max(initial=0)
    np.testing.assert_allclose(
        high[0][semitones:], low[0][:-semitones], rtol=1e-3, atol=1e-4 * largest
    )
    # Below, nothing but the widened lobe of the lowest partial.
    assert not high[0][: max(0, int(fundamental + semitones - 4))].any()


@pytest.mark.parametrize("front_end", FRONT_ENDS, ids=name_of)
@settings(deadline=None, max_examples=30)
@given(
    seed=st.integers(0, 1000),
    pitch=st.integers(36, 84),
    onset=st.floats(0, 6),
    duration=st.floats(0.1, 3),
    start=st.floats(0, 3),
)
def test_energy_is_only_where_and_when_a_note_sounds(
    front_end, *, seed, pitch, onset, duration, start
):
    notes = one_note(pitch, onset, duration)
    energy = render_energy(notes, front_end, start, 40, np.random.default_rng(seed))
    assert energy.shape == (N_BINS, 40)
    assert energy.dtype == np.float32
    assert np.isfinite(energy).all()
    assert (energy >= 0).all()
    # Voices are off key by a semitone at times and their vibrato is up to 3.4 bins wide.
    lowest = math.floor(pitch - LOWEST_NOTE - 5)
    assert not energy[: max(0, lowest)].any()
    # No release is longer than 0.8 s, and a frame hears half an aperture to each side.
    around = front_end.aperture / 2 + 1e-4
    times = start + np.arange(40) * FRAME_PERIOD
    end = onset + max(duration, 0.02) + 0.8
    silent = (times < onset - around) | (times > end + around)
    assert not energy[:, silent].any()
    inside = (times > onset) & (times < onset + duration)
    assert energy[:, inside].any(axis=0).all()


@pytest.mark.parametrize("front_end", FRONT_ENDS, ids=name_of)
def test_the_grid_is_that_of_the_front_end(front_end):
    grid = Grid.of(front_end.spec)
    np.testing.assert_allclose(grid.bins, np.arange(N_BINS), atol=1e-5)
    assert grid.bins[0] == 0
    assert grid.period == FRAME_PERIOD


class Fine(PooledFrontEnd):
    """Three bins a semitone, the middle one on the note, and three frames in the time of one."""

    spec = replace(
        POOLED.spec,
        name="fine",
        fmin=POOLED.spec.fmin * 2 ** (-1 / 36),
        n_bins=216,
        bins_per_octave=36,
        frame_period=0.1,
    )
    aperture = 0.1


def test_a_finer_grid_shows_the_same_notes_finer():
    notes = one_note(60, 3.0, 2.0)
    coarse, fine = (
        render_energy(notes, front_end, 0.0, n_frames, np.random.default_rng(3))
        for front_end, n_frames in ((POOLED, 30), (Fine(), 90))
    )
    assert fine.shape == (216, 90)
    # The loudest bin is that of the same partial, which is drawn alike.
    loudest = coarse.sum(axis=1).argmax()
    assert abs(fine.sum(axis=1).argmax() - (3 * loudest + 1)) <= 2
    # Both hear it at the same time.
    seconds = [
        np.flatnonzero(energy.any(axis=0)) * period
        for energy, period in ((coarse, 0.3), (fine, 0.1))
    ]
    assert seconds[0][0] == pytest.approx(seconds[1][0], abs=0.31)
    assert seconds[0][-1] == pytest.approx(seconds[1][-1], abs=0.31)


def test_drums_have_no_pitch(make_song):
    song = make_song(1)
    silent_drums = song.having(velocity=np.where(song.is_drum, 0.01, song.velocity).astype("f4"))
    first, second = (
        render_energy(notes, POOLED, 0.0, 50, np.random.default_rng(1))
        for notes in (song, silent_drums)
    )
    np.testing.assert_array_equal(first, second)
    assert first.any()


def test_a_later_span_is_a_slice_of_the_whole(make_song):
    # Notes begun over ten seconds before a span are left out, so none here lasts as long.
    song = make_song(1)
    late = song.select(song.onset > 12)
    whole, span = (
        render_energy(late, POOLED, start, 100, np.random.default_rng(1)) for start in (0.0, 12.0)
    )
    np.testing.assert_allclose(span[:, :60], whole[:, 40:], rtol=1e-3, atol=1e-4 * whole.max())


def test_the_same_seed_draws_the_same_instruments(make_song):
    first, again, other = (
        render_energy(make_song(1), POOLED, 0.0, 30, np.random.default_rng(seed))
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, other)


@given(seed=st.integers(0, 1000), slope=st.floats(0, 3))
def test_partials_have_unit_energy(seed, slope):
    level = partials(np.random.default_rng(seed), slope)
    assert level.shape == HARMONICS.shape
    assert (level > 0).all()
    assert (level.astype(np.float64) ** 2).sum() == pytest.approx(1, abs=1e-5)


def test_partials_fall_by_their_slope_on_average():
    levels = [partials(np.random.default_rng(seed), 1.5) for seed in range(2000)]
    # Even partials are weakened at times, so octaves apart among the odd ones only.
    ratio = np.exp(np.mean([np.log(level[8] / level[2]) for level in levels]))
    assert ratio == pytest.approx(3**-1.5, rel=0.1)


@given(seed=st.integers(0, 1000))
def test_a_vowel_has_resonances_in_the_range_of_voices(seed):
    gain = vowel(Grid.of(POOLED.spec).bins, np.random.default_rng(seed))
    assert gain.shape == (N_BINS,)
    assert (gain >= 0.05 - 1e-6).all()
    hertz = 32.703 * 2 ** (int(gain.argmax()) / 12)
    assert 280 < hertz < 2350
