from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samesong.runtime.works.grouping import Membership, group
from samesong.runtime.works.links import links_of

START = datetime(2026, 1, 2, tzinfo=UTC)
ISWC, OTHER_ISWC = "T-034.524.680-1", "T-000.000.001-0"
UUID, OTHER_UUID = "5f7b2a1c-6b1d-4a5c-9d7e-0c7d2f2f1f11", "0c7d2f2f-6b1d-4a5c-9d7e-5f7b2a1c1f11"


@dataclass(frozen=True)
class Track:
    track_id: str
    title: str | None = None
    artist: str | None = None
    isrc: str | None = None
    iswc: str | None = None
    mb_work_id: str | None = None
    mb_recording_id: str | None = None
    work_code: str | None = None
    work_by_hand: str | None = None
    added: datetime = START
    listened: datetime | None = None
    heard_as: tuple[str, ...] = ()
    twin_of: str | None = None
    split_from: str | None = None


def tracks(*fields: dict[str, Any]) -> list[Track]:
    """Return tracks "a", "b", ..., added one after the other."""
    return [
        Track("abcdefghijklmnopqrstuvwxyz"[i], added=START + timedelta(seconds=i), **one)
        for i, one in enumerate(fields)
    ]


def works(of: list[Track]) -> set[str]:
    """Return the tracks of each work, written together."""
    together: dict[str, str] = {}
    for track_id, one in sorted(group(of).items()):
        work = one.work_id or track_id
        together[work] = together.get(work, "") + track_id
    return set(together.values())


def named(title: str, **fields: Any) -> dict[str, Any]:
    return {"artist": "The Band", "title": title, **fields}


def test_versions_of_one_song_by_one_artist() -> None:
    of = tracks(
        named("Amazing Grace"),
        named("Amazing Grace (2009 Remaster)"),
        named("Amazing Grace (Radio Edit)"),
        {"artist": "Band, The", "title": "amazing grace - Live in the Studio"},
        named("Greensleeves"),
    )
    reason = "artist and title"
    assert group(of) == {
        **{track_id: Membership("a", reason) for track_id in "abcd"},
        "e": Membership("", ""),
    }


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ({"iswc": ISWC}, {"iswc": "t0345246801"}, f"ISWC {ISWC}"),
        ({"mb_work_id": UUID}, {"mb_work_id": UUID.upper()}, f"MusicBrainz work {UUID}"),
        ({"work_code": "W 17"}, {"work_code": "w-17"}, "work code w17"),
        ({"isrc": "GBAYE6800011"}, {"isrc": "gb-aye-68-00011"}, "ISRC GBAYE6800011"),
        (
            {"mb_recording_id": UUID},
            {"mb_recording_id": UUID.replace("-", "")},
            f"MusicBrainz recording {UUID}",
        ),
        ({"work_by_hand": "mine"}, {"work_by_hand": "mine"}, "by hand"),
        ({}, {"heard_as": ("a",)}, "by ear"),
        ({"heard_as": ("b",)}, {}, "by ear"),
        ({}, {"twin_of": "a"}, "by ear"),
        ({"heard_as": ("gone",)}, {"heard_as": ("gone",)}, "by ear"),
    ],
)
def test_what_joins_two_tracks(one: dict[str, Any], other: dict[str, Any], reason: str) -> None:
    of = tracks({"title": "One", **one}, {"title": "Other", **other})
    work_id = "mine" if reason == "by hand" else "a"
    assert set(group(of).values()) == {Membership(work_id, reason)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (named("Song", iswc=ISWC), named("Song", iswc=OTHER_ISWC)),
        ({"isrc": "GBAYE6800011", "iswc": ISWC}, {"isrc": "GBAYE6800011", "iswc": OTHER_ISWC}),
        ({"mb_work_id": UUID, "iswc": ISWC}, {"mb_work_id": UUID, "iswc": OTHER_ISWC}),
        ({"iswc": ISWC, "work_code": "1"}, {"iswc": ISWC, "work_code": "2"}),
        ({"work_by_hand": "1", "iswc": ISWC}, {"work_by_hand": "2", "iswc": ISWC}),
        ({"iswc": ISWC}, {"iswc": OTHER_ISWC, "twin_of": "a"}),
        (named("Song"), {"artist": "Others", "title": "Song"}),
        (named("Track 1"), named("Track 1")),
        (
            {"artist": "Unknown artist", "title": "Song"},
            {"artist": "unknown ARTIST", "title": "Song"},
        ),
        ({"title": "Song"}, {"title": "Song"}),
        ({"iswc": "T-1"}, {"iswc": "T-1"}),
        ({"iswc": "T-034.524.680-2"}, {"iswc": "T-034.524.680-2"}),
        ({"isrc": "0"}, {"isrc": "0"}),
        (  # A medley is no version of its songs.
            {"iswc": f"{ISWC}; {OTHER_ISWC}"},
            {"iswc": ISWC},
        ),
    ],
)
def test_what_joins_nothing(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert works(tracks(one, other)) == {"a", "b"}


@pytest.mark.parametrize(
    "fields",
    [
        {"iswc": ISWC},
        {"work_code": "1"},
        {"mb_work_id": UUID},
    ],
)
def test_the_hand_joins_what_codes_tell_apart(fields: dict[str, Any]) -> None:
    other = {"iswc": OTHER_ISWC, "work_code": "2", "mb_work_id": OTHER_UUID}
    of = tracks({"work_by_hand": "mine", **fields}, {"work_by_hand": "mine", **other})
    assert works(of) == {"ab"}


def test_recordings_of_one_work_have_codes_of_their_own() -> None:
    of = tracks(
        {"iswc": ISWC, "isrc": "GBAYE6800011", "mb_recording_id": UUID},
        {"iswc": ISWC, "isrc": "GBAYE6800012", "mb_recording_id": OTHER_UUID},
    )
    assert works(of) == {"ab"}


def test_twelve_untagged_tracks_are_twelve_works() -> None:
    of = tracks(*[{"title": "Track 1", "artist": "Unknown artist"}] * 12)
    assert len(works(of)) == 12


def test_each_recording_has_a_reason_of_its_own() -> None:
    of = tracks(
        named("Song", iswc=ISWC),
        {"title": "Lied", "iswc": ISWC},
        named("Song (Live)"),
        {"title": "untitled", "heard_as": ("c",)},
    )
    assert [one.reason for one in group(of).values()] == [
        f"ISWC {ISWC}",
        f"ISWC {ISWC}",
        "artist and title",
        "by ear",
    ]
    assert works(of) == {"abcd"}


def test_what_fits_two_works_goes_to_the_older() -> None:
    of = tracks(named("Song", iswc=ISWC), named("Song", iswc=OTHER_ISWC), named("Song (Live)"))
    assert works(of) == {"ac", "b"}


def test_what_fits_two_works_goes_where_the_user_put_others() -> None:
    of = tracks(
        named("Song", iswc=ISWC),
        named("Song", work_by_hand="w", iswc=OTHER_ISWC),
        named("Song (Live)"),
    )
    assert works(of) == {"a", "bc"}


def test_what_is_heard_as_a_track_goes_to_its_work() -> None:
    of = tracks(
        {"iswc": ISWC, "heard_as": ("b",)}, {"iswc": OTHER_ISWC}, {"title": "x", "heard_as": ("b",)}
    )
    assert works(of) == {"a", "bc"}


def test_a_work_given_by_hand_may_have_the_name_of_a_track_outside() -> None:
    of = tracks({}, {"work_by_hand": "a"}, {"work_by_hand": "a"}, {"heard_as": ("a",)})
    found = group(of)
    assert found["b"] == found["c"] == Membership("a", "by hand")
    assert found["a"] == found["d"] == Membership("a-2", "by ear")
    assert group(tracks({}, {"work_by_hand": "a"}))["a"] == Membership("a-2", "")


def test_a_track_alone_keeps_the_work_given_by_hand() -> None:
    assert group(tracks({"work_by_hand": "mine"})) == {"a": Membership("mine", "by hand")}


def test_no_tracks() -> None:
    assert group([]) == {}


def maybe(*values: str) -> st.SearchStrategy[str | None]:
    return st.none() | st.sampled_from(values)


IDS = "abcdefgh"
TRACKS = st.builds(
    Track,
    track_id=st.sampled_from(IDS),
    title=maybe("Song", "Song (Live)", "Lied", "Track 1"),
    artist=maybe("Band", "The Band", "Others", "Unknown"),
    isrc=maybe("GBAYE6800011", "gb-aye-68-00011", "GBAYE6800012", "?"),
    iswc=maybe(ISWC, OTHER_ISWC, "T0345246801", "T-1"),
    mb_work_id=maybe(UUID, OTHER_UUID),
    mb_recording_id=maybe(UUID, OTHER_UUID),
    work_code=maybe("1", "2"),
    work_by_hand=maybe("w", "v", "a"),
    added=st.integers(0, 3).map(lambda seconds: START + timedelta(seconds=seconds)),
    heard_as=st.lists(st.sampled_from([*IDS, "gone"]), max_size=2).map(tuple),
    twin_of=maybe(*IDS),
    split_from=maybe(*IDS, "a b", "b c gone"),
)
TOLD_APART_BY = ("iswc", "mb_work_id", "work_code", "work_by_hand", "split_from")
CATALOGS = st.lists(TRACKS, max_size=8, unique_by=lambda track: track.track_id)


@given(CATALOGS.flatmap(lambda of: st.tuples(st.just(of), st.permutations(of))))
def test_order_does_not_matter(both: tuple[list[Track], list[Track]]) -> None:
    of, shuffled = both
    assert group(of) == group(shuffled)


@given(CATALOGS)
def test_the_laws_of_works(of: list[Track]) -> None:
    found = group(of)
    assert found.keys() == {track.track_id for track in of}
    members: dict[str, list[Track]] = {}
    for track in of:
        members.setdefault(found[track.track_id].work_id or track.track_id, []).append(track)
    for work_id, together in members.items():
        hands = {track.work_by_hand for track in together} - {None}
        assert len(hands) <= 1
        if hands:
            assert hands == {work_id}
        else:
            first = min(together, key=lambda track: (track.added, track.track_id))
            assert work_id.removesuffix("-2") == first.track_id
        if len(together) > 1:
            assert all(found[track.track_id].work_id == work_id for track in together)
            assert all(found[track.track_id].reason for track in together)
    for one, other in combinations(of, 2):
        same = found[one.track_id].work_id == found[other.track_id].work_id != ""
        if one.work_by_hand and one.work_by_hand == other.work_by_hand:
            assert same
        elif one.work_by_hand and other.work_by_hand:
            assert not same
        apart = {one.split_from == other.track_id, other.split_from == one.track_id}
        if True in apart and not (one.work_by_hand and one.work_by_hand == other.work_by_hand):
            assert not same


def test_what_was_split_off_stays_apart_and_draws_nothing_along() -> None:
    of = tracks(
        {"iswc": ISWC, "work_by_hand": "a", "split_from": "b c"},
        {"iswc": ISWC},
        {"heard_as": ("a", "b")},
        {"iswc": ISWC, **named("Song")},
        named("Song"),
    )
    assert works(of) == {"a", "bcde"}
    assert group(of)["b"] == Membership("b", f"ISWC {ISWC}")


@given(CATALOGS)
def test_without_codes_all_links_join(of: list[Track]) -> None:
    """Where nothing can contradict, works are the connected components of all links."""
    of = [replace(t, **dict.fromkeys(TOLD_APART_BY)) for t in of]
    parts = {track.track_id: {track.track_id} for track in of}
    for one, other in combinations(of, 2):
        ears = {*one.heard_as, one.twin_of, one.track_id} & {
            *other.heard_as, other.twin_of, other.track_id,
        } - {None}  # fmt: skip
        if set(links_of(one)) & set(links_of(other)) or ears:
            union = parts[one.track_id] | parts[other.track_id]
            parts.update(dict.fromkeys(union, union))
    assert works(of) == {"".join(sorted(part)) for part in parts.values()}


@given(CATALOGS, st.sampled_from([{"iswc": ISWC}, named("Song"), {"heard_as": ("a",)}, {}]))
def test_a_newcomer_leaves_the_names_of_works_alone(
    of: list[Track], fields: dict[str, Any]
) -> None:
    """Works may become one by it, which is then called as the older; no new name turns up."""
    of = [replace(t, **dict.fromkeys(TOLD_APART_BY)) for t in of]
    newcomer = Track("z", added=START + timedelta(days=1), **fields)
    before, after = group(of), group([*of, newcomer])
    names = {one.work_id or track_id for track_id, one in before.items()}
    assert {after[t.track_id].work_id or t.track_id for t in of} <= names


@given(CATALOGS)
def test_a_stranger_changes_nothing(of: list[Track]) -> None:
    stranger = Track("z", "Something Else", "Somebody", added=START)
    assert group([*of, stranger]) == group(of) | {"z": Membership("", "")}
