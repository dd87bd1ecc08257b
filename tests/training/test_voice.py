import numpy as np
import pytest

pytest.importorskip("torch")

from samesong.features.frontend import get_front_end
from samesong.training.render import C1_NOTE
from samesong.training.symbolic import Notes
from samesong.training.voice import HIGHEST, LOWEST, sing

pytestmark = pytest.mark.training

RATE = 22_050


def melody(*pitches, seconds=2.0):
    count = len(pitches)
    return Notes(
        onset=np.arange(count, dtype=np.float32) * np.float32(seconds),
        duration=np.full(count, seconds, np.float32),
        pitch=np.array(pitches, np.float32),
        velocity=np.full(count, 0.8, np.float32),
        part=np.zeros(count, np.int16),
        is_drum=np.zeros(count, bool),
        is_bass=np.zeros(count, bool),
    )


@pytest.mark.parametrize("seed", range(4))
def test_each_note_sounds_at_its_pitch(seed):
    pitches = (57, 64, 60, 67)
    sung = sing(melody(*pitches), 8.0, RATE, np.random.default_rng(seed))
    cqt = get_front_end("pooled").transform(sung, RATE)
    for number, pitch in enumerate(pitches):
        # The middle of a note, where no glide is left; a voice strays by half a semitone.
        column = cqt[:, round((2 * number + 1) / 0.3)]
        near = column[pitch - C1_NOTE - 1 : pitch - C1_NOTE + 2].max()
        between = np.median(column)
        assert near > between + 1


def test_what_is_too_high_is_sung_octaves_lower():
    sung = sing(melody(*[96] * 4), 8.0, RATE, np.random.default_rng(1))
    cqt = get_front_end("pooled").transform(sung, RATE)
    lowest = int(np.flatnonzero(cqt.mean(axis=1) > 1)[0]) + C1_NOTE
    assert LOWEST - 1 <= lowest <= HIGHEST + 1


def test_it_is_silent_where_nothing_is_sung():
    tune = melody(60, 62)
    sung = sing(tune, 8.0, RATE, np.random.default_rng(1))
    assert sung.shape == (8 * RATE,)
    assert sung.dtype == np.float32
    loud, quiet = (
        float(np.sqrt(np.mean(part**2))) for part in (sung[: 4 * RATE], sung[6 * RATE :])
    )
    assert loud > 0.05
    assert quiet < 0.001 * loud


def test_no_melody_is_silence():
    nothing = melody(60).select(np.zeros(1, bool))
    np.testing.assert_array_equal(sing(nothing, 1.0, RATE, np.random.default_rng(1)), 0)


def test_the_same_state_sings_the_same():
    once, again = (sing(melody(60, 65), 4.0, RATE, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(once, again)
