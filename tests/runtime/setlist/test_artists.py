"""What a concert tells of its artist makes other songs of theirs likelier, and nothing else."""

from collections.abc import Sequence

import numpy as np
import pytest

from samesong.runtime.catalog.interface import TrackInfo
from samesong.runtime.identification.retrieval import Contender, Recording, TrackEvidence
from samesong.runtime.identification.verdict import Verdict
from samesong.runtime.representation.deep_sequences import DeepSequences
from samesong.runtime.representation.window import Window
from samesong.runtime.setlist.artists import concert_artists, favour_artists
from samesong.runtime.setlist.naming import most_probable
from samesong.runtime.setlist.segments import Segment

WINDOW = Window(0.0, 1.0, DeepSequences((), np.ones(1, np.float32)), np.ones((1, 12)))


def contender(work: str, artist: str | None, probability: float) -> Contender:
    track = TrackInfo(f"track of {work}", work, artist, None, None, "", 200.0, work_id=work)
    return Contender(work, probability, [Recording(track, TrackEvidence(0.0, 0.0, WINDOW, 0))])


def name(segment: Segment, contenders: Sequence[Contender]) -> Segment:
    return most_probable(segment, contenders, 0.5)


def segments(*songs: tuple[str, str | None, float]) -> list[Segment]:
    """Segments of a minute, each with one contender."""
    return [
        name(Segment(None, 60.0 * i, 60.0 * i + 60), [contender(*song)])
        for i, song in enumerate(songs)
    ]


@pytest.mark.parametrize(
    ("songs", "artists"),
    [
        ([("a", "Band, The", 0.9), ("b", "the band", 0.9), ("c", "The Band", 0.6)], {"band"}),
        ([("a", "Band", 0.9), ("b", "Band", 0.9), ("c", "Band", 0.4)], set()),
        ([("a", "Band", 0.9), ("b", "Band", 0.9), ("a", "Band", 0.9)], set()),
        ([("a", None, 0.9), ("b", None, 0.9), ("c", None, 0.9)], set()),
        ([(work, "Various Artists", 0.9) for work in "abcd"], set()),
        ([(work, artist, 0.9) for artist in ("X", "Y") for work in "abc"], {"x", "y"}),
    ],
)
def test_three_different_songs_make_an_artist_the_concerts(
    songs: list[tuple[str, str | None, float]], artists: set[str]
) -> None:
    found = segments(*((f"{artist}{work}", artist, p) for work, artist, p in songs))
    assert concert_artists(found) == artists


def test_other_songs_of_the_artist_are_named() -> None:
    found = segments(*((work, "Band", 0.9) for work in "abc"), ("d", "Band", 0.4))
    assert found[3].verdict is not Verdict.MATCH
    again = favour_artists(found, 4.0, name)
    assert again[:3] == found[:3]
    assert again[3].work_id == "d"
    assert again[3].probability == pytest.approx(1.6 / 2.2)


def test_without_an_artist_of_the_concert_nothing_changes() -> None:
    found = segments(("a", "X", 0.9), ("b", "Y", 0.9), ("c", "Z", 0.9), ("d", "X", 0.4))
    assert favour_artists(found, 4.0, name) == found


def test_songs_of_others_are_named_where_they_are_sure() -> None:
    sure = [contender("z", "Guest", 0.9), contender("d", "Band", 0.05)]
    unsure = [contender("y", "Guest", 0.55), contender("e", "Band", 0.4)]
    found = segments(*((work, "Band", 0.9) for work in "abc"))
    found += [name(Segment(None, 200, 260), sure), name(Segment(None, 300, 360), unsure)]
    *_, first, second = favour_artists(found, 4.0, name)
    assert first.work_id == "z"
    assert second.work_id == "e"
    assert [one.work_id for one in second.candidates] == ["e", "y"]
