from datetime import timedelta
from typing import Any

import pytest

from samesong.runtime.works.contradictions import contradictions
from samesong.runtime.works.grouping import group
from tests.runtime.conftest import ADDED, catalog_track

ISWC, OTHER_ISWC = "T-034.524.680-1", "T-000.000.001-0"
ISRC = "GBAYE6800011"
UUID, OTHER_UUID = "5f7b2a1c-6b1d-4a5c-9d7e-0c7d2f2f1f11", "0c7d2f2f-6b1d-4a5c-9d7e-5f7b2a1c1f11"


def told(*fields: dict[str, Any], about: list[str] | None = None) -> list[str]:
    """Return what is told of tracks "a", "b", ..., added one after the other."""
    tracks = [
        catalog_track("abcdefgh"[i], **{"added": ADDED + timedelta(seconds=i), **one})
        for i, one in enumerate(fields)
    ]
    works = {name: one.work_id or name for name, one in group(tracks).items()}
    found = contradictions(tracks, works, about)
    assert contradictions(reversed(tracks), works, about) == found
    return found


@pytest.mark.parametrize(
    ("field", "code", "what"),
    [
        ("iswc", "T-034.524.680-2", "T, nine digits and the right check digit"),
        ("isrc", "GBAYE680001", "two letters, three letters or digits, seven digits"),
        ("mb_work_id", "work", "a UUID"),
        ("mb_recording_id", UUID[1:], "a UUID"),
    ],
)
def test_what_is_no_code(field: str, code: str, what: str) -> None:
    [sentence] = told({"title": "Song", field: code}, {field: code}, {"iswc": ISWC})
    assert f"{code!r} of 'Song' (a) and b is not valid ({what}): it joins nothing" in sentence


def test_one_recording_of_two_works() -> None:
    assert told({"isrc": ISRC, "iswc": ISWC}, {"isrc": ISRC, "iswc": OTHER_ISWC}) == [
        f"ISRC {ISRC} is that of a and b, which stay different works, since they differ in ISWCs"
    ]


def test_one_work_of_musicbrainz_with_two_iswcs() -> None:
    [sentence] = told({"mb_work_id": UUID, "iswc": ISWC}, {"mb_work_id": UUID, "iswc": OTHER_ISWC})
    assert sentence.startswith(f"MusicBrainz work {UUID} is that of a and b")


def test_what_the_user_joined_has_several_codes() -> None:
    by_hand = {"work_by_hand": "w"}
    assert told({"iswc": ISWC, **by_hand}, {"iswc": OTHER_ISWC, **by_hand}) == [
        f"one work has several ISWCs: ISWC {ISWC} of a; ISWC {OTHER_ISWC} of b"
    ]


def test_one_iswc_with_two_works_of_musicbrainz() -> None:
    [sentence] = told({"iswc": ISWC, "mb_work_id": UUID}, {"iswc": ISWC, "mb_work_id": OTHER_UUID})
    assert sentence.startswith("one work has several ids of MusicBrainz works: ")


def test_what_sounds_alike_but_is_not_one_by_its_codes() -> None:
    sentences = told({"iswc": ISWC, "heard_as": ("b",)}, {"iswc": OTHER_ISWC, "twin_of": "a"})
    assert sentences == [
        "a and b sound like one song, but stay different works, since they differ in ISWCs"
    ]


def test_what_the_user_set_apart_is_no_contradiction() -> None:
    one, other = {"work_by_hand": "1"}, {"work_by_hand": "2"}
    assert told({"iswc": ISWC, **one}, {"iswc": ISWC, **other, "heard_as": ("a",)}) == []
    split = {"work_by_hand": "b", "split_from": "a"}
    assert told({"iswc": ISWC}, {"iswc": ISWC, **split, "heard_as": ("a",)}, {"iswc": ISWC}) == []


def test_many_recordings_are_counted() -> None:
    [sentence] = told(*[{"isrc": "?"}] * 6)
    assert "a, b, c, d and 2 more" in sentence


HEARD = {"listened": ADDED}


def test_a_code_that_neither_title_nor_ear_confirms() -> None:
    grace, sleeves = {"title": "Amazing Grace", **HEARD}, {"title": "Greensleeves", **HEARD}
    [sentence] = told(
        {**grace, "iswc": ISWC, "isrc": ISRC},
        {**grace, "title": "Amazing Grace (Live)", "iswc": ISWC},
        {**sleeves, "iswc": ISWC, "isrc": ISRC},
    )
    assert sentence.startswith(
        f"ISWC {ISWC} joins 'Amazing Grace' (a) and 'Greensleeves' (c), although their titles "
        "differ and they do not sound alike: "
    )
    for kind, code in (("isrc", ISRC), ("work_code", "w1"), ("mb_work_id", UUID)):
        assert len(told({**grace, kind: code}, {**sleeves, kind: code})) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"title": "Comme d'habitude"}, {"title": "My Way", "heard_as": ("a",)}),
        ({"title": "Hymn"}, {"title": "The Band - 01 - Hymn"}),
        ({"title": "Hymn"}, {"title": "Track 2"}),
        ({"title": "Hymn"}, {"title": None}),
        ({"title": "Hymn"}, {"title": "Song", "listened": None}),
        ({"title": "Hymn", "work_by_hand": "w"}, {"title": "Song", "work_by_hand": "w"}),
        ({"title": "Hymn", "work_by_hand": "w"}, {"title": "Song", "work_by_hand": "v"}),
    ],
)
def test_a_code_that_something_else_confirms_is_not_doubted(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    code = {"iswc": ISWC}
    assert told({**HEARD, **one, **code}, {**HEARD, **other, **code}) == []


def test_only_what_concerns_some_recordings_is_told() -> None:
    tracks = [{"isrc": "?"}, {"iswc": "T-1"}]
    assert len(told(*tracks)) == 2
    assert ["ISWC 'T-1' of b" in one for one in told(*tracks, about=["b", "x"])] == [True]
    assert told(*tracks, about=[]) == []


def test_what_fits_together_is_not_mentioned() -> None:
    song = {"artist": "Band", "title": "Song"}
    assert told({**song, "iswc": ISWC, "isrc": ISRC}, {**song, "isrc": "GBAYE6800012"}) == []
    assert told({**song, "iswc": ISWC}, {**song, "iswc": OTHER_ISWC}) == []
    assert told() == []
