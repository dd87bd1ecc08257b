from hypothesis import given, settings
from hypothesis import strategies as st

from samesong.runtime.setlist.segments import (
    LONGEST_PAUSE,
    SHORTEST_UNKNOWN,
    Segment,
    merge,
)


def test_a_track_that_goes_on_after_a_pause_is_one_song() -> None:
    parts = [Segment("a", 0, 60, 0.8), Segment("a", 60 + LONGEST_PAUSE, 200, 0.9)]
    assert merge(parts) == [Segment("a", 0, 200, 0.9)]
    later = Segment("a", 61 + LONGEST_PAUSE, 200)
    assert merge([parts[0], later]) == [parts[0], later]


def test_unknown_songs_are_two_when_there_is_a_pause_between() -> None:
    assert merge([Segment(None, 0, 60), Segment(None, 60, 90)]) == [Segment(None, 0, 90)]
    apart = [Segment(None, 0, 60), Segment(None, 61, 90)]
    assert merge(apart) == apart


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from([None, "a"]), st.floats(0, 90), st.floats(1, 90))))
def test_what_is_merged_stays_merged(drawn: list[tuple[str | None, float, float]]) -> None:
    parts, end = [], 0.0
    for track, pause, seconds in drawn:
        parts.append(Segment(track, end + pause, end + pause + seconds))
        end = parts[-1].end
    once = merge(parts)
    assert merge(once) == once


def test_only_music_of_no_track_may_be_too_short_for_a_song() -> None:
    assert Segment("a", 0, 20).is_song
    assert not Segment(None, 0, SHORTEST_UNKNOWN - 1).is_song
    assert Segment(None, 0, SHORTEST_UNKNOWN).is_song


def test_unknown_songs_are_two_where_a_file_begins() -> None:
    parts = [Segment(None, 0, 60), Segment(None, 60, 130, begins_file=True)]
    assert merge(parts) == parts
    assert merge([*parts, Segment(None, 130, 190)])[-1] == Segment(None, 60, 190, begins_file=True)


def test_a_song_goes_on_in_the_next_file() -> None:
    parts = [Segment("a", 0, 60, 0.8), Segment("a", 60, 130, 0.9, begins_file=True)]
    assert merge(parts) == [Segment("a", 0, 130, 0.9)]
