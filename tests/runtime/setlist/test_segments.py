import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from samesong.runtime.representation.deep_sequences import DeepSequences
from samesong.runtime.representation.window import Window
from samesong.runtime.setlist import segments
from samesong.runtime.setlist.likeness import likeness
from samesong.runtime.setlist.segments import BEGUN_AGAIN, Segment, join


def some_window(rng: np.random.Generator, n_steps: int) -> Window:
    levels = (rng.normal(size=(n_steps, 8)).astype(np.float32),)
    chroma = np.zeros((n_steps, 12), np.float32)
    return Window(0.0, n_steps * 0.6, DeepSequences(levels, np.zeros(2, np.float32)), chroma)


def test_likeness_to_a_track_counts_as_far_as_there_is_music() -> None:
    rng = np.random.default_rng(7)
    heard, track = some_window(rng, 20), some_window(rng, 30)
    odds = np.repeat(np.array([-50.0, 0.0, 50.0, 50.0], np.float32), 5)
    side = segments._side(Segment("a", 0, 12), heard, odds, lambda _: track, 0.6)
    assert side.gains is not None
    share = np.repeat([0.0, 0.5, 1.0, 1.0], 5)[:, None]
    np.testing.assert_allclose(side.gains, share * likeness(heard, track), atol=1e-6)


def test_a_track_that_goes_on_after_a_pause_is_one_song() -> None:
    parts = [Segment("a", 0, 60, 0.8), Segment("a", 60 + BEGUN_AGAIN, 200, 0.9)]
    assert join(parts) == [Segment("a", 0, 200, 0.9)]
    later = Segment("a", 61 + BEGUN_AGAIN, 200)
    assert join([parts[0], later]) == [parts[0], later]


def test_unknown_songs_are_two_when_there_is_a_pause_between() -> None:
    assert join([Segment(None, 0, 60), Segment(None, 60, 90)]) == [Segment(None, 0, 90)]
    apart = [Segment(None, 0, 60), Segment(None, 61, 90)]
    assert join(apart) == apart


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from([None, "a"]), st.floats(0, 90), st.floats(1, 90))))
def test_what_is_joined_stays_joined(drawn: list[tuple[str | None, float, float]]) -> None:
    parts, end = [], 0.0
    for track, pause, seconds in drawn:
        parts.append(Segment(track, end + pause, end + pause + seconds))
        end = parts[-1].end
    once = join(parts)
    assert join(once) == once
