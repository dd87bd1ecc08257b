from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samesong.runtime.catalog.interface import TrackInfo
from samesong.runtime.identification.retrieval import Contender, Recording, TrackEvidence
from samesong.runtime.identification.verdict import Verdict
from samesong.runtime.representation.deep_sequences import DeepSequences
from samesong.runtime.representation.window import Window
from samesong.runtime.setlist.naming import most_probable, name_segments, query_windows
from samesong.runtime.setlist.segments import Segment
from samesong.runtime.setlist.timeline import Timeline

STEP = 1.2


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
    return replace(segment, probability=0.9)


def unheard(segment: Segment) -> Segment:
    return replace(segment, work_id=None, probability=0.8)


@settings(deadline=None)
@given(guesses())
def test_no_time_is_won_or_lost_but_pauses_within_a_track(given: list[Segment]) -> None:
    songs = name_segments(given, as_guessed)
    for guess in given:
        (song,) = [s for s in songs if s.start <= guess.start and guess.end <= s.end]
        assert song.work_id == guess.work_id
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


def contenders(**probabilities: float) -> list[Contender]:
    """Works, each of one recording called after it."""
    window = Window(0.0, 1.0, DeepSequences((), np.ones(1, np.float32)), np.ones((1, 12)))
    found = []
    for work, probability in probabilities.items():
        track = TrackInfo(f"track of {work}", work, None, None, None, "", 200.0, work_id=work)
        recording = Recording(track, TrackEvidence(0.0, 0.0, window, 0))
        found.append(Contender(work, probability, [recording]))
    return found


@pytest.mark.parametrize("threshold", [0.5, 0.9, 1.0])
@pytest.mark.parametrize(
    "heard",
    [
        [contenders(a=0.8, b=0.1), contenders(b=0.7, a=0.2)],
        [contenders(a=0.8, b=0.1), contenders(b=0.2, a=0.1)],
        [contenders(b=0.2, a=0.1), contenders(a=0.8, b=0.1)],
    ],
)
def test_a_high_threshold_joins_no_songs(heard: list[list[Contender]], threshold: float) -> None:
    def name(segment: Segment) -> Segment:
        return most_probable(segment, heard[int(segment.start // 90)], threshold)

    songs = name_segments([Segment("a", 0, 90), Segment("b", 90, 180)], name)
    assert [(song.start, song.end) for song in songs] == [(0, 90), (90, 180)]


@pytest.mark.parametrize("likely", [0.8, 0.4])
def test_parts_that_are_likely_of_one_song_are_joined_and_named_anew(likely: float) -> None:
    def name(segment: Segment) -> Segment:
        sure = 0.95 if segment.end - segment.start > 90 else likely
        return most_probable(segment, contenders(a=sure), 0.9)

    [song] = name_segments([Segment(None, 0, 90), Segment(None, 90, 180)], name)
    assert (song.work_id, song.start, song.end) == ("a", 0, 180)


def test_a_segment_is_named_by_the_best_work_and_its_closest_recording() -> None:
    given = contenders(b=0.6, a=0.1)
    named = most_probable(Segment("c", 10, 90), given, 0.5)
    assert named == Segment("b", 10, 90, 0.6, "track of b", Verdict.MATCH, tuple(given))


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        (contenders(a=0.37, b=0.02), Verdict.PROBABLE),
        (contenders(a=0.37, b=0.3), Verdict.NONE),
        ([], Verdict.NONE),
    ],
)
def test_an_unknown_segment_keeps_its_candidates_and_has_no_confidence(
    given: list[Contender], verdict: Verdict
) -> None:
    unknown = most_probable(Segment("a", 10, 90), given, 0.5)
    assert unknown == Segment(None, 10, 90, 0.0, None, verdict, tuple(given))


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
        sound=np.zeros((n_steps, 3), np.float32),
        step_seconds=(STEP,),
    )
    windows = query_windows(Segment(None, 12, 12 + seconds), timeline)
    assert [(w.start, w.end) for w in windows] == [pytest.approx(span) for span in spans]
