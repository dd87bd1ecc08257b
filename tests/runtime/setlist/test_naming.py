from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samesong.runtime.identification.posterior import posteriors
from samesong.runtime.identification.works import Work
from samesong.runtime.inference.bundle import starting_values
from samesong.runtime.setlist.naming import most_probable, name_segments, query_windows
from samesong.runtime.setlist.segments import Segment
from samesong.runtime.setlist.timeline import Timeline

STEP = 1.2
POSTERIOR = starting_values().posterior


@st.composite
def guesses(draw: st.DrawFn) -> list[Segment]:
    """Segments in order, some of them without a pause between."""
    found, start = [], 0.0
    for track in draw(st.lists(st.sampled_from([None, "a", "b"]), max_size=6)):
        start += draw(st.sampled_from([0.0, 30.0, 90.0]))
        found.append(Segment(track, start, start + 15))
        start += 15
    return found


def as_guessed(segment: Segment) -> Segment:
    return replace(segment, confidence=0.9)


def unheard(segment: Segment) -> Segment:
    return replace(segment, track_id=None, confidence=0.8)


@settings(deadline=None)
@given(guesses())
def test_no_time_is_won_or_lost_but_pauses_within_a_track(given: list[Segment]) -> None:
    songs = name_segments(given, as_guessed)
    for guess in given:
        (song,) = [s for s in songs if s.start <= guess.start and guess.end <= s.end]
        assert song.track_id == guess.track_id
    assert all(a.end <= b.start for a, b in pairwise(songs))


@settings(deadline=None)
@given(guesses())
def test_what_is_heard_as_unknown_is_one_song_until_a_pause(given: list[Segment]) -> None:
    songs = name_segments(given, unheard)
    ends = [-1.0, *(guess.end for guess in given)]
    begins = [guess.start for guess, end in zip(given, ends, strict=False) if guess.start > end]
    assert [song.start for song in songs] == begins


def test_parts_that_tell_nothing_are_named_as_a_whole() -> None:
    def known_when_long(segment: Segment) -> Segment:
        track = "a" if segment.end - segment.start > 60 else None
        return Segment(track, segment.start, segment.end, 0.7)

    parts = [Segment("b", 0, 50), Segment(None, 50, 100), Segment(None, 110, 120)]
    assert name_segments(parts, known_when_long) == [
        Segment("a", 0, 100, 0.7),
        Segment(None, 110, 120, 0.7),
    ]


def alone(*track_ids: str) -> dict[str, Work]:
    return {track_id: (track_id,) for track_id in track_ids}


def test_a_name_and_its_probability_are_those_of_the_posterior() -> None:
    evidence = {"a": -1.0, "b": 9.0, "c": 0.5}
    segment = Segment("c", 10, 90)
    probability = posteriors(np.array(list(evidence.values())), 3, POSTERIOR)[1]
    assert most_probable(segment, evidence, alone(*"abc"), 0.5, POSTERIOR) == Segment(
        "b", 10, 90, pytest.approx(probability)
    )
    unknown = most_probable(segment, {**evidence, "d": 9.5}, alone(*"abcd"), 0.7, POSTERIOR)
    assert unknown.track_id is None
    assert unknown.confidence == pytest.approx(0.39, abs=0.01)
    assert most_probable(segment, {}, {}, 0.5, POSTERIOR) == Segment(None, 10, 90, 1.0)


def test_recordings_of_one_work_are_sure_of_it_together() -> None:
    evidence = {"studio": 9.0, "other": 9.2, "remaster": 8.0}
    works = {"studio": ("song",), "remaster": ("song",), "other": ("other",)}
    named = most_probable(Segment(None, 0, 90), evidence, works, 0.6, POSTERIOR)
    assert named.track_id is None
    together = {**works, "other": ("song",)}
    named = most_probable(Segment(None, 0, 90), evidence, together, 0.6, POSTERIOR)
    assert named.track_id == "other"
    assert named.confidence > 0.99


@pytest.mark.parametrize(
    ("seconds", "spans"),
    [
        (48, [(12, 60)]),
        (240, [(12, 132), (132, 252)]),
        (243.6, [(12, 132), (132, 252)]),  # the rest is too short
        (300, [(12, 132), (132, 252), (192, 312)]),
    ],
)
def test_a_song_is_cut_as_a_recording_of_it_would_be(
    seconds: float, spans: list[tuple[float, float]]
) -> None:
    n_steps = 400
    timeline = Timeline(
        start=0.0,
        end=n_steps * STEP,
        levels=(np.zeros((n_steps, 2), np.float32),),
        embedding=np.zeros((4, 2), np.float32),
        chroma=np.zeros((n_steps, 12), np.float32),
        music=np.zeros(n_steps, np.float32),
        step_seconds=(STEP,),
    )
    windows = query_windows(Segment(None, 12, 12 + seconds), timeline)
    assert [(w.start, w.end) for w in windows] == [pytest.approx(span) for span in spans]
