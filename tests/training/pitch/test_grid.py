import numpy as np
import pytest

from samesong.features.cqt import bin_frequencies
from samesong.features.notes import BINS_PER_NOTE, FINE
from samesong.training.pitch.grid import LEVELS, pack_activation, pack_magnitude, unpack_activation

pytestmark = pytest.mark.training


def test_the_middle_bin_of_a_note_is_on_the_note():
    a4 = 12 * 3 + 9
    assert bin_frequencies(FINE)[BINS_PER_NOTE * a4 + 1] == pytest.approx(440)


def test_three_frames_make_one_of_the_branch():
    assert 3 * FINE.hop / FINE.sample_rate == pytest.approx(0.3)


def test_magnitudes_come_back_within_half_a_step():
    magnitude = np.geomspace(1e-3, 7, 50).astype("f4")
    back = LEVELS[pack_magnitude(magnitude)]
    decibels = 20 * np.log10(back / (magnitude / 7))
    assert np.abs(decibels).max() <= 0.19


def test_silence_stays_silent():
    assert not LEVELS[pack_magnitude(np.zeros((3, 4), "f4"))].any()
    assert LEVELS[pack_magnitude(np.array([0.0, 1.0], "f4"))].tolist() == [0, 1]


def test_activations_come_back():
    activation = np.linspace(0, 1, 77)
    np.testing.assert_allclose(
        unpack_activation(pack_activation(activation)), activation, atol=2e-3
    )
