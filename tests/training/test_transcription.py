import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("torch")

from samesong.features.notes import NotesFrontEnd
from samesong.features.renderable import RenderableFrontEnd, TranscribingFrontEnd
from samesong.training._render_kernels import draw_notes
from samesong.training.transcription import transcribe

pytestmark = pytest.mark.training

NOTES = NotesFrontEnd()


def drawn(song, strength, seed=1, start=0.0, n_frames=100):
    rng = np.random.default_rng(seed)
    return transcribe(song, NOTES, start, n_frames, strength=strength, rng=rng)


def score(song, n_frames=100):
    """Whether a note of each semitone sounds in each frame of 0.3 s."""
    roll = np.zeros((72, n_frames), bool)
    for onset, duration, pitch, drum in zip(
        song.onset, song.duration, song.pitch, song.is_drum, strict=True
    ):
        frames = slice(round(onset / 0.3), max(round((onset + duration) / 0.3), 1))
        if not drum:
            roll[round(float(pitch)) - 24, frames] = True
    return roll


def test_notes_is_imitated_as_a_transcriber():
    assert isinstance(NOTES, TranscribingFrontEnd)
    assert not isinstance(NOTES, RenderableFrontEnd)


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 1000), strength=st.floats(0, 1), start=st.floats(-20, 90))
def test_whatever_is_drawn_is_an_activation(make_song, seed, strength, start):
    named = drawn(make_song(1), strength, seed, start, 40)
    assert (named.shape, named.dtype) == ((72, 40), np.float32)
    assert named.min() >= 0
    assert named.max() <= 1
    finished = NOTES.finish_notes(named)
    assert finished.std(dtype=float) == pytest.approx(1, abs=1e-4)


def test_what_sounds_is_mostly_named_and_what_does_not_is_not(make_song):
    # On rendered works, clean and degraded, half of what sounds is named at .39 and .26 or more.
    medians = {}
    for strength in (0.0, 1.0):
        named, sounds = [], []
        for seed in range(10):
            song = make_song(seed, drums=False)
            named.append(drawn(song, strength, seed))
            sounds.append(score(song))
        named, sounds = np.concatenate(named, axis=1), np.concatenate(sounds, axis=1)
        medians[strength] = np.median(named[sounds])
        assert np.median(named[~sounds]) == pytest.approx(NOTES.unheard, abs=0.02)
        assert np.mean(named[sounds] < 0.15) > 0.05  # some are missed
        assert 0.001 < np.mean(named[~sounds] > 0.3) < 0.1  # some are made up
    assert 0.3 < medians[0.0] < 0.6
    assert medians[1.0] < medians[0.0] - 0.05


def test_an_octave_above_is_the_likeliest_mistake(make_song):
    alike = {}
    for seed in range(10):
        song = make_song(seed, drums=False)
        named, sounds = drawn(song, 0.2, seed), score(song)
        for semitones in (12, 6, 3):
            higher = np.roll(sounds, semitones, axis=0) & ~sounds
            higher[:semitones] = False
            alike.setdefault(semitones, []).append(named[higher].mean())
    means = {semitones: np.mean(values) for semitones, values in alike.items()}
    assert max(means, key=means.get) == 12


def test_no_notes_but_what_is_made_up(make_song):
    silent = drawn(make_song(1), 0.0, start=500.0)
    assert np.median(silent) == pytest.approx(NOTES.unheard, abs=0.02)
    assert np.isfinite(NOTES.finish_notes(silent)).all()


def test_the_same_seed_draws_the_same(make_song):
    song = make_song(2)
    np.testing.assert_array_equal(drawn(song, 0.5), drawn(song, 0.5))
    assert not np.allclose(drawn(song, 0.5), drawn(song, 0.5, seed=2))


@pytest.mark.parametrize("kernel", [draw_notes, draw_notes.py_func], ids=["compiled", "python"])
def test_a_drawn_note_fades_and_rings(kernel):
    roll = np.zeros((3, 12), np.float32)
    columns = [np.array([value], np.float32) for value in (2.5, 6.0, 0.8)]
    kernel(roll, np.array([1]), *columns, 2.0, 0.5, np.array([1.0], np.float32))
    assert not roll[[0, 2]].any()
    # Half a frame, a fading one, two held ones; then a fall by 1 / e each frame, for four frames.
    expected = [0, 0, 0.4, 0.8 * 0.875, 0.8 * 0.625, 0.4]
    expected += [0.4 * np.exp(-late) for late in range(4)] + [0, 0]
    np.testing.assert_allclose(roll[1], expected, rtol=1e-5)
