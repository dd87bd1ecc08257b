import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from samesong.features.notes import FINE
from samesong.training.pitch.grid import N_NOTES
from samesong.training.pitch.student import N_BINS, PARTIALS, Hearing, Student

pytestmark = pytest.mark.training


@pytest.fixture(scope="module")
def student():
    torch.manual_seed(0)
    return Student(narrow=4, traces=2, wide=8, blocks=2).eval()


def magnitude(n_frames=40, seed=0):
    rng = np.random.default_rng(seed)
    return torch.from_numpy(rng.random((2, FINE.n_bins, n_frames), np.float32))


@pytest.mark.parametrize("n_frames", [1, 7, 100])
def test_it_answers_every_note_of_any_length(student, n_frames):
    assert student(magnitude(n_frames)).shape == (2, N_NOTES, n_frames)


def test_loudness_does_not_matter(student):
    heard = magnitude()
    torch.testing.assert_close(student(1e-3 * heard), student(heard), atol=1e-3, rtol=1e-3)


def test_silence_gives_finite_answers(student):
    assert torch.isfinite(student(torch.zeros(1, FINE.n_bins, 5))).all()


def test_partials_lie_where_their_note_does():
    heard = torch.full((1, FINE.n_bins, 3), 1e-3)
    note = 3 * 24 + 1
    for partial in PARTIALS:
        heard[0, note + round(36 * np.log2(partial))] = 1.0
    stacked = Hearing()(heard)
    assert stacked.shape == (1, len(PARTIALS), N_BINS, 3)
    assert (stacked[0, :, note] > 0.8).all()
    assert stacked.min() >= 0
    assert stacked.max() <= 1.01


def test_a_transposed_input_gives_a_transposed_answer(student):
    heard = torch.zeros(1, FINE.n_bins, 20)
    heard[0, 100:110] = torch.rand(10, 20)
    higher = torch.roll(heard, 3, dims=1)
    # Away from the edges, where what is padded differs.
    torch.testing.assert_close(
        student(higher)[:, 26:46], student(heard)[:, 25:45], atol=0.02, rtol=0.02
    )


def test_the_highest_notes_answer_to_silence_as_others_do():
    # Blocks look far beyond the ends; without them every note sees the same nothing.
    answer = Student(narrow=4, traces=2, wide=8, blocks=0).eval()(torch.zeros(1, FINE.n_bins, 9))
    torch.testing.assert_close(answer[:, 30:], answer[:, 30:31].expand_as(answer[:, 30:]))
