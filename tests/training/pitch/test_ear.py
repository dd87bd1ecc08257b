import numpy as np
import pytest

pytest.importorskip("torch")

from samesong.features.notes import NotesFrontEnd
from samesong.training.pitch.config import PitchConfig
from samesong.training.pitch.ear import StudentEar, spectrogram
from samesong.training.pitch.trainer import PitchTrainer

pytestmark = pytest.mark.training

RATE = 22_050


def test_three_fine_frames_make_one():
    activation = np.full((72, 31), 0.1, "f4")
    activation[10, 8:11] = 0.9  # frame 3 holds fine frames 8, 9 and 10
    made = spectrogram(activation, 3 * RATE)
    assert made.shape == (72, NotesFrontEnd.spec.n_frames(3 * RATE))
    assert np.unravel_index(made.argmax(), made.shape) == (10, 3)
    assert made[10, 2] < made[10, 3]


def test_a_student_hears_samples(lessons, tmp_path):
    config = PitchConfig(narrow=2, traces=1, wide=4, blocks=1, steps=1, crops=2, frames=12)
    path = PitchTrainer(config, lessons, tmp_path).run(lambda _: None)
    samples = np.random.default_rng(0).standard_normal(2 * RATE).astype("f4")
    heard = StudentEar(path)(samples)
    assert heard.shape == (72, 21)
    assert heard.min() >= 0
    assert heard.max() <= 1
