import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("torch")

from samesong.features.direct import DirectFrontEnd
from samesong.features.frontend import get_front_end
from samesong.features.pooled import PooledFrontEnd
from samesong.training.batches import Batches
from samesong.training.corpus import SymbolicWork
from samesong.training.versions import SymbolicVersions, render_version, repeat_to

pytestmark = pytest.mark.training

LENGTHS = ((50, 30), (40, 40))


@pytest.fixture(scope="module")
def corpus(make_song):
    works = [SymbolicWork(str(seed), (make_song(seed),)) for seed in range(6)]
    return SymbolicVersions(works, PooledFrontEnd())


@pytest.mark.parametrize("name", ["direct", "pooled", "harmonic"])
def test_every_version_of_a_batch_is_standardised_music(corpus, name):
    batches = Batches(SymbolicVersions(corpus.works, get_front_end(name)), 4, LENGTHS, 10, seed=1)
    shapes = set()
    for step in range(6):
        studio, live = batches[step]
        shapes.add((studio.shape, live.shape))
        for side in (studio, live):
            assert side.dtype == np.float32
            np.testing.assert_allclose(side.mean(axis=(1, 2)), 0, atol=1e-4)
            np.testing.assert_allclose(side.std(axis=(1, 2)), 1, atol=1e-4)
    assert shapes == {((4, 72, a), (4, 72, b)) for a, b in LENGTHS}


def test_all_versions_of_a_work_are_drawn(make_song):
    # One version is low, the other high: where the energy lies tells which was drawn.
    low, high = (
        (song := make_song(seed)).having(pitch=(song.pitch % 12 + np.float32(octave)))
        for seed, octave in ((1, 36), (2, 84))
    )
    source = SymbolicVersions([SymbolicWork("w", (low, high))], PooledFrontEnd())
    rng = np.random.default_rng(1)
    centres = []
    for _ in range(20):
        studio, live = source.draw_pair(0, 40, 40, rng)
        for side in (studio, live):
            weight = np.maximum(side, 0).sum(axis=1)
            centres.append(float((weight * np.arange(72)).sum() / weight.sum()))
    assert min(centres) < 30
    assert max(centres) > 42


class Marked(DirectFrontEnd):
    """A front end whose spectrograms are known by their values."""

    def finish(self, magnitude):
        return np.full_like(magnitude, 7)


def test_some_pairs_go_through_other_front_ends(corpus):
    source = SymbolicVersions(corpus.works, PooledFrontEnd(), [Marked()], share=0.5)
    rng = np.random.default_rng(1)
    pairs = [source.draw_pair(0, 8, 5, rng) for _ in range(60)]
    marked = [(studio == 7).all() for studio, _ in pairs]
    assert 15 < sum(marked) < 45
    assert marked == [(live == 7).all() for _, live in pairs]


def test_a_span_in_a_pause_is_noise(make_song):
    class Silent(DirectFrontEnd):
        def finish(self, magnitude):
            return super().finish(np.ones_like(magnitude))

    rng = np.random.default_rng(1)
    cqt = render_version(make_song(1), Silent(), 0.0, 20, strength=0.5, rng=rng)
    assert abs(cqt.std() - 1) < 0.1


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
