import numpy as np
import pytest

pytest.importorskip("symusic")

from samesong.training.pitch.roll import FADE, HELD, QUIET, piano_roll
from samesong.training.symbolic import Notes

pytestmark = pytest.mark.training


def notes(*rows):
    """Notes of (onset, duration, pitch, velocity)."""
    onset, duration, pitch, velocity = np.array(rows, np.float32).T
    silent = np.zeros(len(rows), bool)
    return Notes(onset, duration, pitch, velocity, silent.astype(np.int16), silent, silent)


def test_a_note_fills_its_frames():
    # Frames of 0.1 s, centred: frame 10 is 0.95 to 1.05 s.
    roll = piano_roll(notes((0.95, 0.2, 60, 1.0)), 20)
    assert np.flatnonzero(roll.any(axis=1)).tolist() == [60 - 24]
    np.testing.assert_allclose(roll[36, 9:13], [0, 1, 0.975, 0], atol=1e-3)


def test_a_frame_that_is_filled_in_part_has_that_part():
    roll = piano_roll(notes((1.0, 0.05, 60, 1.0)), 20)
    assert roll[36, 10] == pytest.approx(0.5, abs=1e-3)


def test_held_and_quiet_notes_count_less():
    roll = piano_roll(notes((0.0, 9.0, 60, 1.0), (0.0, 9.0, 64, 0.0)), 60)
    assert roll[36, int(10 * FADE) + 5] == pytest.approx(HELD)
    assert roll[40, 1] == pytest.approx(QUIET, abs=0.02)


def test_of_two_the_stronger_one_counts():
    roll = piano_roll(notes((0.0, 1.0, 60, 0.2), (0.0, 1.0, 60, 1.0)), 5)
    assert roll[36, 1] > 0.9


def test_what_is_out_of_range_is_left_out():
    far = notes((0.0, 1.0, 20, 1.0), (0.0, 1.0, 100, 1.0), (7.0, 1.0, 60, 1.0))
    assert not piano_roll(far, 20).any()
    drums = far.having(pitch=np.full(3, 60, np.float32), is_drum=np.ones(3, bool))
    assert not piano_roll(drums, 20).any()


def test_no_notes_no_roll():
    assert not piano_roll(notes((0, 1, 60, 1)).select(np.zeros(1, bool)), 5).any()
