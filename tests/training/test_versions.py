import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("torch")

from samesong.features.errors import TrainingError
from samesong.training.corpus import SymbolicWork
from samesong.training.render import APERTURES
from samesong.training.versions import Batches, SymbolicVersions, repeat_to

pytestmark = pytest.mark.training

LENGTHS = ((50, 30), (40, 40))


class Numbered:
    """A corpus whose versions hold nothing but the number of their work."""

    chances = None

    def __init__(self, count):
        self.count = count

    def __len__(self):
        return self.count

    def draw_pair(self, work, studio_frames, live_frames, rng):  # noqa: ARG002
        return tuple(np.full((72, n), work, np.float32) for n in (studio_frames, live_frames))


@pytest.fixture(scope="module")
def corpus(make_song):
    works = [SymbolicWork(str(seed), (make_song(seed),)) for seed in range(6)]
    return SymbolicVersions(works, "pooled")


def test_a_batch_follows_from_seed_and_step_alone(corpus):
    first = Batches(corpus, 3, LENGTHS, 10, seed=1)
    again = Batches(corpus, 3, LENGTHS, 10, seed=1)
    first[0]  # what was drawn before does not matter
    for left, right in zip(first[4], again[4], strict=True):
        np.testing.assert_array_equal(left, right)


def test_other_steps_and_seeds_give_other_batches(corpus):
    def studio(seed, step):
        return Batches(corpus, 3, LENGTHS[:1], 10, seed)[step][0]

    assert not np.allclose(studio(1, 0), studio(1, 1))
    assert not np.allclose(studio(1, 0), studio(2, 0))
    assert not np.allclose(studio(1, 2), studio(2, 1))


@pytest.mark.parametrize("front_end", list(APERTURES))
def test_every_version_of_a_batch_is_standardised_music(corpus, front_end):
    batches = Batches(SymbolicVersions(corpus.works, front_end), 4, LENGTHS, 10, seed=1)
    shapes = set()
    for step in range(6):
        studio, live = batches[step]
        shapes.add((studio.shape, live.shape))
        for side in (studio, live):
            assert side.dtype == np.float32
            np.testing.assert_allclose(side.mean(axis=(1, 2)), 0, atol=1e-4)
            np.testing.assert_allclose(side.std(axis=(1, 2)), 1, atol=1e-4)
    assert shapes == {((4, 72, a), (4, 72, b)) for a, b in LENGTHS}


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


def test_all_versions_of_a_work_are_drawn(make_song):
    # One version is low, the other high: where the energy lies tells which was drawn.
    low, high = (
        (song := make_song(seed)).having(pitch=(song.pitch % 12 + np.float32(octave)))
        for seed, octave in ((1, 36), (2, 84))
    )
    source = SymbolicVersions([SymbolicWork("w", (low, high))], "pooled")
    rng = np.random.default_rng(1)
    centres = []
    for _ in range(20):
        studio, live = source.draw_pair(0, 40, 40, rng)
        for side in (studio, live):
            weight = np.maximum(side, 0).sum(axis=1)
            centres.append(float((weight * np.arange(72)).sum() / weight.sum()))
    assert min(centres) < 30
    assert max(centres) > 42


def test_a_front_end_that_cannot_be_rendered_is_refused():
    with pytest.raises(TrainingError, match="'chroma' cannot be rendered from notes, only"):
        SymbolicVersions([], "chroma")


@given(seed=st.integers(0, 1000), seconds=st.floats(1, 300))
def test_a_short_song_is_repeated_whole_until_it_lasts(make_song, seed, seconds):
    song = make_song(1, n_notes=50, seconds=10.0)
    longer = repeat_to(song, seconds, np.random.default_rng(seed))
    times, rest = divmod(len(longer), len(song))
    assert rest == 0
    assert longer.end == pytest.approx(times * song.end, rel=1e-4)
    assert times == 1 or longer.end >= 0.6 * seconds
    assert (times - 1) * song.end <= 1.2 * seconds
    first = longer.select(longer.onset < song.onset.max())
    assert first.pitch.tolist()[:40] == song.pitch.tolist()[:40]
