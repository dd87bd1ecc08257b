import numpy as np
import pytest

pytest.importorskip("torch")

from samesong.training.batches import Batches

pytestmark = pytest.mark.training

LENGTHS = ((50, 30), (40, 40))


class Numbered:
    """A corpus whose versions hold nothing but the number of their work."""

    probabilities = None

    def __init__(self, count):
        self.count = count

    def __len__(self):
        return self.count

    def draw_pair(self, work, studio_frames, live_frames, rng):  # noqa: ARG002
        return tuple(np.full((72, n), work, np.float32) for n in (studio_frames, live_frames))


class Noise(Numbered):
    """A corpus of six works whose versions are noise, drawn anew."""

    def __init__(self):
        super().__init__(6)

    def draw_pair(self, work, studio_frames, live_frames, rng):  # noqa: ARG002
        return tuple(rng.standard_normal((72, n)) for n in (studio_frames, live_frames))


def test_a_batch_follows_from_seed_and_step_alone():
    first = Batches(Noise(), 3, LENGTHS, 10, seed=1)
    again = Batches(Noise(), 3, LENGTHS, 10, seed=1)
    first[0]  # what was drawn before does not matter
    for left, right in zip(first[4], again[4], strict=True):
        np.testing.assert_array_equal(left, right)


def test_other_steps_and_seeds_give_other_batches():
    def studio(seed, step):
        return Batches(Noise(), 3, LENGTHS[:1], 10, seed)[step][0]

    assert not np.allclose(studio(1, 0), studio(1, 1))
    assert not np.allclose(studio(1, 0), studio(2, 0))
    assert not np.allclose(studio(1, 2), studio(2, 1))


def test_rows_of_both_sides_are_the_same_works_each_once():
    batches = Batches(Numbered(7), 5, LENGTHS, 50, seed=3)
    drawn = set()
    for step in range(len(batches)):
        studio, live = batches[step]
        works = studio[:, 0, 0].tolist()
        assert works == live[:, 0, 0].tolist()
        assert len(set(works)) == 5
        drawn |= set(works)
    assert drawn == set(range(7))
