from collections.abc import Mapping

import numpy as np
import pytest

from samesong.runtime.inference.bundle import starting_values
from samesong.runtime.matching.step_gains import step_gains
from samesong.runtime.representation.deep_sequences import DeepSequences, unit
from samesong.runtime.representation.window import Window
from samesong.runtime.setlist.boundaries import place_boundaries, side_of
from samesong.runtime.setlist.segments import Segment
from samesong.runtime.setlist.timeline import Timeline

FITTED = starting_values()
STEP = 0.6


def rows(rng: np.random.Generator, n_steps: int) -> np.ndarray:
    return unit(rng.normal(size=(n_steps, 16)).astype(np.float32))


def window_of(level: np.ndarray) -> Window:
    chroma = np.zeros((len(level), 12), np.float32)
    return Window(0.0, len(level) * STEP, DeepSequences((level,), np.zeros(2, np.float32)), chroma)


def timeline_of(level: np.ndarray, music: np.ndarray) -> Timeline:
    return Timeline(
        start=0.0,
        end=len(level) * STEP,
        levels=(level,),
        embedding=np.zeros((1, 2), np.float32),
        chroma=np.zeros((len(level), 12), np.float32),
        music=music.astype(np.float32),
        sound=np.zeros((len(music), 3), np.float32),
        step_seconds=(STEP,),
    )


@pytest.fixture
def tracks() -> Mapping[str, Window]:
    rng = np.random.default_rng(3)
    return {name: window_of(rows(rng, 200)) for name in "ab"}


def test_songs_start_and_end_where_their_tracks_do(tracks: Mapping[str, Window]) -> None:
    rng = np.random.default_rng(4)
    levels = {name: track.sequences.levels[0] for name, track in tracks.items()}
    parts = [rows(rng, 50), levels["a"], rows(rng, 40), levels["b"], rows(rng, 30)]
    music = np.repeat([-4.0, 4.0, -4.0, 4.0, -4.0], [len(part) for part in parts])
    timeline = timeline_of(np.concatenate(parts), music)
    guesses = [Segment("a", 36, 144, track_id="a"), Segment("b", 168, 300, track_id="b")]
    placed = place_boundaries(guesses, timeline, tracks, FITTED)
    spans = [(round(song.start / STEP), round(song.end / STEP)) for song in placed]
    assert spans == [(50, 250), (290, 490)]


def test_one_song_follows_another_at_once(tracks: Mapping[str, Window]) -> None:
    levels = [track.sequences.levels[0] for track in tracks.values()]
    timeline = timeline_of(np.concatenate(levels), np.full(400, 4.0))
    placed = place_boundaries(
        [Segment("a", 0, 105, track_id="a"), Segment("b", 105, 240, track_id="b")],
        timeline,
        tracks,
        FITTED,
    )
    spans = [(song.start, song.end) for song in placed]
    assert spans == [pytest.approx((0, 120)), pytest.approx((120, 240))]


def test_nothing_is_placed_where_there_is_no_segment(tracks: Mapping[str, Window]) -> None:
    timeline = timeline_of(np.zeros((50, 16), np.float32), np.full(50, -4.0))
    assert place_boundaries([], timeline, tracks, FITTED) == []


def test_gains_of_a_track_count_as_far_as_there_is_music(tracks: Mapping[str, Window]) -> None:
    heard = window_of(rows(np.random.default_rng(7), 20))
    music = np.repeat(np.array([-50.0, 0.0, 50.0, 50.0], np.float32), 5)
    side = side_of(
        Segment("a", 0, 12, track_id="a"),
        heard,
        music,
        tracks=tracks,
        step_seconds=STEP,
        fitted=FITTED,
    )
    assert side.positions is not None
    share = np.repeat([0.0, 0.5, 1.0, 1.0], 5)[:, None]
    gains = step_gains(heard, tracks["a"]) - FITTED.setlist.path_middle
    np.testing.assert_allclose(side.positions, share * gains, atol=1e-6)
    np.testing.assert_allclose(side.music, FITTED.setlist.music_weight * music)
