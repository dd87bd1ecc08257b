import numpy as np
import pytest

from samesong.training.parts import lead, tune
from samesong.training.symbolic import Notes, concatenate

pytestmark = pytest.mark.training


def notes(part, onsets, *pitches, is_bass=False):
    """A part that plays a chord of some pitches at each onset."""
    onset = np.repeat(np.asarray(onsets, np.float32), len(pitches))
    count = len(onset)
    return Notes(
        onset=onset,
        duration=np.full(count, 0.4, np.float32),
        pitch=np.tile(np.array(pitches, np.float32), len(onsets)),
        velocity=np.full(count, 0.8, np.float32),
        part=np.full(count, part, np.int16),
        is_drum=np.zeros(count, bool),
        is_bass=np.full(count, is_bass),
    )


VOICE = notes(2, np.arange(0, 30, 0.5), 67)
BASS = notes(0, np.arange(0, 30, 0.5), 79, is_bass=True)


@pytest.mark.parametrize(
    "other",
    [
        notes(1, np.arange(0, 30, 0.5), 72, 76, 79),
        notes(1, np.arange(10, 13, 0.5), 79),
        notes(1, np.arange(0, 30, 0.5), 60),
    ],
    ids=["chords above", "a short solo above", "a lower voice"],
)
def test_the_lead_sings_single_high_notes_all_along(other):
    assert lead(concatenate([BASS, other, VOICE])) == 2


def test_drums_and_basses_lead_nothing():
    assert lead(BASS) == 0
    assert not tune(VOICE.having(is_drum=np.ones(len(VOICE), bool))).any()


def test_the_tune_is_all_of_the_lead_whatever_sounds_above_it():
    song = concatenate([BASS, notes(1, np.arange(0, 30, 0.5), 72, 76, 79), VOICE])
    np.testing.assert_array_equal(tune(song), song.part == 2)


def test_of_chords_the_tune_is_the_top_voice():
    song = notes(0, np.arange(0, 30, 0.5), 60, 64, 67)
    np.testing.assert_array_equal(tune(song), song.pitch == 67)
