import numpy as np

from samesong.runtime.setlist.decode import best_states
from samesong.runtime.setlist.evidence import (
    CELL,
    FIRST_TRACK,
    KEPT,
    NO_SONG,
    UNKNOWN,
    entry_costs,
    evidence_within,
    gains,
    likeliest,
)
from samesong.runtime.setlist.timeline import Timeline


def timeline(music: list[float]) -> Timeline:
    """Return one of a step of the first level a cell."""
    return Timeline(
        start=0.0,
        end=len(music) * CELL,
        levels=(),
        embedding=np.zeros((1, 2), np.float32),
        chroma=np.zeros((len(music), 12), np.float32),
        music=np.array(music, np.float32),
        step_seconds=(CELL,),
    )


def states(music: list[float], odds: list[float | None]) -> list[int]:
    evidence = [{} if o is None else {"a": o} for o in odds]
    values = gains(evidence, timeline(music)).values
    return best_states(values, entry_costs(values.shape[1])).tolist()


def test_a_track_an_unknown_song_and_applause() -> None:
    music = [4.0] * 6 + [-4.0] * 2 + [4.0] * 6
    odds = [9.0] * 6 + [None] * 2 + [0.0] * 6
    assert states(music, odds) == [FIRST_TRACK] * 6 + [NO_SONG] * 2 + [UNKNOWN] * 6


def test_a_song_goes_on_where_a_part_of_it_is_not_recognised() -> None:
    assert states([4.0] * 10, [9.0] * 4 + [0.5, 0.0] + [9.0] * 4) == [FIRST_TRACK] * 10


def test_the_likeliest_tracks_are_those_with_the_most_evidence_anywhere() -> None:
    cells = [{"a": 1.0, "b": 2.0}, {"a": 5.0, "c": -1.0}, {}]
    assert likeliest(cells) == ["a", "b", "c"]
    assert likeliest([]) == []
    many = [{f"{i:03}": float(i)} for i in range(2 * KEPT)]
    assert likeliest(many) == [f"{i:03}" for i in reversed(range(KEPT, 2 * KEPT))]


def test_evidence_within_takes_cells_by_their_middle() -> None:
    cells = [{str(i): 1.0} for i in range(6)]
    assert evidence_within(cells, 0.4 * CELL, 2.6 * CELL) == cells[0:3]
    assert evidence_within(cells, 0.6 * CELL, 0.7 * CELL) == cells[1:2]
    assert evidence_within(cells, 5.9 * CELL, 6 * CELL) == cells[5:6]
