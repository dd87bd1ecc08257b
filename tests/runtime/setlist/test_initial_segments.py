import numpy as np

from samesong.runtime.inference.bundle import starting_values
from samesong.runtime.setlist.cell_evidence import CELL, CONTEXT
from samesong.runtime.setlist.initial_segments import initial_segments, state_gains, without_talk
from samesong.runtime.setlist.segments import Segment
from samesong.runtime.setlist.timeline import Timeline

FITTED = starting_values().setlist


def timeline(music: list[float], step: float = CELL) -> Timeline:
    """Return one with these log-odds of music, by steps; by default a step a cell."""
    return Timeline(
        start=0.0,
        end=len(music) * step,
        levels=(np.zeros((len(music), 2), np.float32),),
        embedding=np.zeros((1, 2), np.float32),
        chroma=np.zeros((len(music), 12), np.float32),
        music=np.array(music, np.float32),
        sound=np.zeros((len(music), 3), np.float32),
        step_seconds=(step,),
    )


def cells(log_odds: list[float | None]) -> list[dict[str, float]]:
    return [{} if value is None else {"a": value} for value in log_odds]


def test_a_track_applause_and_an_unknown_song() -> None:
    music = [4.0] * 6 + [-4.0] * 2 + [4.0] * 6
    evidence = cells([9.0] * 6 + [None] * 2 + [0.0] * 6)
    assert initial_segments(evidence, timeline(music), FITTED) == [
        Segment("a", 0, 6 * CELL),
        Segment(None, 8 * CELL, 14 * CELL),
    ]


def test_a_song_goes_on_where_a_part_of_it_is_not_recognised() -> None:
    evidence = cells([9.0] * 4 + [0.5, 0.0] + [9.0] * 4)
    (song,) = initial_segments(evidence, timeline([4.0] * 10), FITTED)
    assert song == Segment("a", 0, 10 * CELL)


def test_states_change_as_often_as_their_cost_allows() -> None:
    evidence = cells([9.0] * 4 + [0.0, 0.0] + [9.0] * 4)
    cheap = FITTED.model_copy(update={"entry_cost": 0.0})
    parts = initial_segments(evidence, timeline([4.0] * 10), cheap)
    assert [part.work_id for part in parts] == ["a", None, "a"]


def test_gains_are_evidence_above_chance_within_bounds() -> None:
    parameters = FITTED.model_copy(
        update={"least_evidence": -1.0, "most_evidence": 5.0, "unknown_evidence": 2.0}
    )
    gains = state_gains(
        [{"a": 3.0, "b": 99.0}, {"b": -99.0}], ["a", "b"], timeline([1.5, -0.5]), parameters
    )
    share = CELL / CONTEXT  # of a window's evidence
    expected = [[-1.5, 1.5, 1.5 + share, 1.5 + 5 * share], [0.5, -0.5, -0.5 - share, -0.5 - share]]
    np.testing.assert_allclose(gains, expected)


def test_talk_within_an_unknown_song_is_taken_out_and_stays_in_a_track() -> None:
    music = [4.0] * 30 + [-4.0] * 10 + [4.0] * 30
    whole = timeline(music, step=0.6)
    track, unknown = Segment("a", 0, 42), Segment(None, 0, 42)
    assert list(without_talk([track], whole, 15.0)) == [track]
    first, second = without_talk([unknown], whole, 15.0)
    np.testing.assert_allclose([first.start, first.end], [0, 18])
    np.testing.assert_allclose([second.start, second.end], [24, 42])
    (kept,) = without_talk([unknown], whole, 100.0)
    np.testing.assert_allclose([kept.start, kept.end], [0, 42])


def test_songs_change_where_a_file_begins() -> None:
    music = [4.0] * 12
    unknown = cells([0.0] * 12)
    join = 6 * CELL + 2.5
    assert initial_segments(unknown, timeline(music), FITTED, [join]) == [
        Segment(None, 0, join),
        Segment(None, join, 12 * CELL, begins_file=True),
    ]
    # A known song that too little speaks for to begin anywhere, but where a file does.
    weak = FITTED.unknown_evidence + 0.8 * FITTED.entry_cost * CONTEXT / CELL / 6
    known = cells([0.0] * 6 + [weak] * 6)
    assert [one.work_id for one in initial_segments(known, timeline(music), FITTED)] == [None]
    parts = initial_segments(known, timeline(music), FITTED, [join])
    assert [one.work_id for one in parts] == [None, "a"]
    assert parts[1].begins_file


def test_a_song_may_go_on_in_the_next_file() -> None:
    evidence = cells([9.0] * 12)
    found = initial_segments(evidence, timeline([4.0] * 12), FITTED, [6 * CELL])
    assert found == [Segment("a", 0, 12 * CELL)]
