"""Songs that were interrupted, and songs that were played again, on synthetic sequences."""

import numpy as np
import pytest

from samesong.runtime.inference.bundle import starting_values
from samesong.runtime.representation.deep_sequences import DeepSequences
from samesong.runtime.representation.window import Window
from samesong.runtime.setlist.repeats import SHORTEST_PERFORMANCE, divide_repeats
from samesong.runtime.setlist.segments import Segment
from samesong.runtime.setlist.timeline import Timeline

STEP = 0.6
FITTED = starting_values()
TRACK = 200  # steps: two minutes
RNG = np.random.default_rng(3)
ROWS = RNG.standard_normal((TRACK, 32)).astype(np.float32)
ROWS /= np.linalg.norm(ROWS, axis=1, keepdims=True)
CHROMA = np.abs(RNG.standard_normal((TRACK, 12))).astype(np.float32)


def played(*parts: tuple[int, int] | int) -> Timeline:
    """Return a recording of parts of the track, and of pauses, all in steps."""
    levels, chroma, music = [], [], []
    for part in parts:
        if isinstance(part, int):
            noise = np.random.default_rng(part).standard_normal((part, 32)).astype(np.float32)
            levels.append(noise / np.linalg.norm(noise, axis=1, keepdims=True))
            chroma.append(np.ones((part, 12), np.float32))
            music += [-4.0] * part
        else:
            levels.append(ROWS[slice(*part)])
            chroma.append(CHROMA[slice(*part)])
            music += [4.0] * (part[1] - part[0])
    rows = np.concatenate(levels)
    return Timeline(
        start=0.0,
        end=len(rows) * STEP,
        levels=(rows,) * 4,
        embedding=np.zeros((9, 2), np.float32),
        chroma=np.concatenate(chroma),
        music=np.array(music, np.float32),
        sound=np.zeros((len(rows), 3), np.float32),
        step_seconds=(STEP,) * 4,
    )


def divided(*parts: tuple[int, int] | int) -> list[tuple[int, int]]:
    timeline = played(*parts)
    whole = Segment("work", 0, timeline.end, 0.9, track_id="a")
    sequences = DeepSequences((ROWS,) * 4, np.zeros(2, np.float32))
    tracks = {"a": Window(0.0, TRACK * STEP, sequences, CHROMA)}
    found = divide_repeats([whole], timeline, tracks, FITTED)
    assert {(one.work_id, one.track_id, one.probability) for one in found} == {("work", "a", 0.9)}
    return [(round(one.start / STEP), round(one.end / STEP)) for one in found]


def test_a_song_that_is_played_again_after_a_pause_is_two() -> None:
    assert divided((0, 200), 20, (0, 200)) == [(0, 200), (220, 420)]
    thrice = divided((0, 200), 20, (0, 200), 30, (0, 150))
    assert thrice == [(0, 200), (220, 420), (450, 600)]


@pytest.mark.parametrize(
    "parts",
    [
        ((0, 110), 20, (110, 200)),  # it goes on
        ((0, 110), 20, (90, 200)),  # from a little before
        ((0, 30), 8, (0, 200)),  # a false start
        ((0, 200), (0, 200)),  # no pause
        ((0, 200), 3, (0, 200)),  # a breath
        ((0, 200),),
    ],
)
def test_what_is_one_performance_stays_one(parts: tuple[tuple[int, int] | int, ...]) -> None:
    total = sum(part if isinstance(part, int) else part[1] - part[0] for part in parts)
    assert divided(*parts) == [(0, total)]
    assert 30 * STEP < SHORTEST_PERFORMANCE < 90 * STEP


def test_unknown_songs_are_left_alone() -> None:
    timeline = played((0, 200), 20, (0, 200))
    unknown = Segment(None, 0, timeline.end)
    assert divide_repeats([unknown], timeline, {}, FITTED) == [unknown]
