import json
import math
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samesong.features.errors import SetlistError
from samesong.runtime.catalog.interface import TrackInfo
from samesong.runtime.identification.verdict import Verdict
from samesong.runtime.setlist.document import Setlist
from samesong.runtime.setlist.song import Candidate, Song, SongTrack

TRACK = SongTrack(
    track_id="a1",
    title="Greensleeves",
    artist="Anon",
    album=None,
    isrc="GBAYE0601498",
    iswc="T-034.524.680-1",
    path="/music/greensleeves.flac",
    duration=240.0,
)


def setlist(*songs: Song) -> Setlist:
    return Setlist(recording="concert.flac", duration=10.0, songs=songs)


def song(start: float = 1.0, end: float = 2.0, **changes: Any) -> Song:
    fields = {"track": TRACK, "probability": 0.9, "key_shift": -2, "tempo_ratio": 1.05, **changes}
    return Song(start=start, end=end, **fields)


UNKNOWN = {"track": None, "probability": None, "key_shift": None, "tempo_ratio": None}

texts = st.none() | st.text()
tracks = st.builds(
    SongTrack,
    track_id=st.text(),
    title=texts,
    artist=texts,
    album=texts,
    isrc=texts,
    iswc=texts,
    path=st.text(),
    duration=st.floats(0, 1e5),
    work_id=st.text(),
)
candidates = st.lists(
    st.builds(Candidate, track=tracks, probability=st.floats(0, 1)), max_size=3
).map(tuple)


@st.composite
def setlists(draw: st.DrawFn) -> Setlist:
    times = draw(st.lists(st.floats(0, 1e5), unique=True, max_size=12).map(sorted))
    songs = []
    for start, end in zip(times[::2], times[1::2], strict=False):
        known = draw(st.none() | tracks)
        shift = None if known is None else draw(st.integers(-11, 11))
        ratio = None if known is None else draw(st.floats(0.25, 4))
        songs.append(
            Song(
                start=start,
                end=end,
                track=known,
                probability=None if known is None else draw(st.none() | st.floats(0, 1)),
                verdict=draw(st.sampled_from(["probable", "none"])) if known is None else "match",
                candidates=draw(candidates),
                key_shift=shift,
                tempo_ratio=ratio,
            )
        )
    return Setlist(recording=draw(st.text()), duration=max([0.0, *times]), songs=tuple(songs))


def test_what_a_person_tells_of_a_concert_is_kept_and_older_lists_are_read() -> None:
    told = {"artist": "The Locals", "venue": "Town hall", "date": "2026-05-12", "notes": "Rain"}
    plain = setlist(song()).to_dict()
    plain["songs"][0]["notes"] = "with a guest"
    assert Setlist.from_dict({**plain, **told}).to_dict() == {**plain, **told}
    for name in told:
        del plain[name]
    del plain["songs"][0]["notes"]
    assert Setlist.from_dict(plain) == setlist(song())


@pytest.mark.parametrize("day", ["2026-02-30", "12 May 2026", "20260512", "2026-W20-2", 2026])
def test_a_day_that_is_none_is_refused(day: object) -> None:
    with pytest.raises(SetlistError, match=r"date is .*; give a day of the calendar as YYYY-MM-DD"):
        Setlist.from_dict({**setlist().to_dict(), "date": day})


@settings(deadline=None, max_examples=50)
@given(setlists())
def test_json_brings_the_same_set_list_back(setlist: Setlist) -> None:
    assert Setlist.from_dict(json.loads(json.dumps(setlist.to_dict()))) == setlist


def test_to_dict_is_the_documented_object() -> None:
    listed = setlist(song(), song(3, 4, **UNKNOWN)).to_dict()
    assert list(listed) == [
        "schema",
        "recording",
        "title",
        "artist",
        "venue",
        "date",
        "notes",
        "duration",
        "songs",
        "interludes",
        "files",
        "start",
        "end",
        "model",
        "threshold",
        "version",
    ]
    assert listed["schema"] == 3
    known, unknown = listed["songs"]
    assert known["track"] == {
        "track_id": "a1",
        "title": "Greensleeves",
        "artist": "Anon",
        "album": None,
        "isrc": "GBAYE0601498",
        "path": "/music/greensleeves.flac",
        "duration": 240.0,
        "iswc": "T-034.524.680-1",
        "work_id": "",
    }
    assert known["verdict"] == "match"
    assert unknown == {
        "start": 3,
        "end": 4,
        "verdict": "none",
        "candidates": [],
        "section": None,
        "notes": None,
        **UNKNOWN,
    }


def test_a_song_named_by_hand_needs_little() -> None:
    data = setlist(song()).to_dict()
    data["songs"] = [{"start": 1, "end": 2, "track": {"track_id": "", "title": "Mine"}}]
    (read,) = Setlist.from_dict(data).songs
    assert read.track == SongTrack(track_id="", title="Mine")
    assert read.track.path == ""
    assert (read.verdict, read.probability) == (Verdict.MATCH, None)
    assert (read.key_shift, read.tempo_ratio) == (None, None)


def test_the_track_of_a_catalog_can_be_that_of_a_song() -> None:
    known = TrackInfo("a1", "Greensleeves", "Anon", None, None, "/a.flac", 240.0, "T-1")
    expected = asdict(known) | {"work_id": "a1"}
    del expected["work_title"]
    assert SongTrack.of(known, [known]).model_dump() == expected
    live = replace(known, track_id="a2", title="Greensleeves (Live)", artist="Anon feat. B")
    assert SongTrack.of(live, [live, known]).title == "Greensleeves"
    assert SongTrack.of(live, [live, known]).artist == "Anon"
    named = replace(known, work_title="My Song")
    assert SongTrack.of(live, [live, named]).title == "My Song"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"start": -1}, "song 2: start is -1; give a number from 0 to 3600000"),
        ({"start": 2}, "song 2: a song from 2.0 to 2.0 s; its start must be below its end"),
        ({"end": math.inf}, "song 2: end is inf; give a finite number"),
        ({"start": math.nan}, "start is nan; give a finite number"),
        ({"start": 10**400}, "give a finite number from 0 to 3600000"),
        ({"start": "1:00"}, r"song 2: start is '1:00'; give a number"),
        ({"end": True}, "end is True; give a number"),
        ({"probability": 1.5}, "probability is 1.5; give a number from 0 to 1 or null"),
        ({"probability": "high"}, "probability is 'high'; give a number from 0 to 1 or null"),
        ({"verdict": "sure"}, "verdict is 'sure'; give 'match', 'probable' or 'none'"),
        ({"verdict": "none"}, "song 2: a song with the verdict none and a track"),
        ({"track": None}, "song 2: a song with the verdict match and no track"),
        (
            {"track": None, "verdict": "none"},
            "song 2: a song without a track and a probability of 0.9; it has none",
        ),
        ({"key_shift": 12}, "key_shift is 12; give an integer from -11 to 11 or null"),
        ({"key_shift": 1.0}, "key_shift is 1.0; give an integer"),
        ({"tempo_ratio": 0}, "tempo_ratio is 0; give a number above 0 or null"),
        ({"track": "Greensleeves"}, "track is 'Greensleeves'; give an object or null"),
        (
            {"track": {"track_id": "", "duration": math.nan}},
            "song 2: track's duration is nan; give a finite",
        ),
        ({"track": {}}, "track_id is missing; give a text"),
        ({"track": {"track_id": "a", "title": 7}}, "title is 7; give a text or null"),
        ({"start": 0.5}, r"song 2 starts at 0.5 s, before the previous one ends \(1.0 s\)"),
        ({"end": 11}, r"song 2 ends at 11.0 s, after the recording \(10.0 s\)"),
    ],
)
def test_what_is_wrong_with_a_song_is_said(change: dict[str, Any], message: str) -> None:
    data = setlist(song(0, 1), song(1, 2)).to_dict()
    data["songs"][1].update(change)
    with pytest.raises(SetlistError, match=message):
        Setlist.from_dict(data)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schema": 1}, "its schema is 1, and this samesong reads 3: find the songs again"),
        ({"recording": None}, "recording is None; give a text"),
        ({"duration": math.inf}, "duration is inf; give a finite number from 0 to 3600000"),
        ({"duration": -1}, r"duration is -1; give a number from 0 to 3600000"),
        ({"duration": 1e300}, r"duration is 1e\+300; give a number from 0 to 3600000"),
        ({"start": 3_600_001}, "start is 3600001; give a number from 0 to 3600000"),
        ({"duration": 10**400}, "give a finite number"),
        ({"songs": "none"}, "songs is 'none'; give a list"),
        ({"songs": [3]}, "song 1 is 3; give an object"),
    ],
)
def test_what_is_wrong_with_a_set_list_is_said(change: dict[str, Any], message: str) -> None:
    with pytest.raises(SetlistError, match=message):
        Setlist.from_dict(setlist().to_dict() | change)


def test_a_set_list_is_an_object() -> None:
    with pytest.raises(SetlistError, match=r"a set list is \[\]; give an object"):
        Setlist.from_dict([])


def test_interludes_and_files_are_read_back() -> None:
    data = setlist(song()).to_dict() | {
        "interludes": [{"start": 2.0, "end": 3.5, "kind": "talk"}],
        "files": [{"path": "d1t1.flac", "start": 0.0, "end": 4.0}],
        "start": 0.5,
        "end": 3.5,
    }
    read = Setlist.from_dict(data)
    assert read.to_dict() == data
    assert [entry.start for entry in read.entries] == sorted(e.start for e in read.entries)
    assert (read.n_named, len(read.entries)) == (1, 2)


@pytest.mark.parametrize(
    ("interlude", "said"),
    [
        ({"start": 3.0, "end": 2.0, "kind": "talk"}, "interlude 1 is from 3.0 to 2.0 s"),
        ({"start": 1.0, "end": 1e9, "kind": "talk"}, "lie within the recording"),
        ({"start": 1.0, "end": 2.0, "kind": "song"}, "interlude 1: kind is 'song'; give 'talk'"),
    ],
)
def test_an_interlude_that_is_none_is_refused(interlude: dict[str, object], said: str) -> None:
    data = setlist(song()).to_dict() | {"interludes": [interlude]}
    with pytest.raises(SetlistError, match=said):
        Setlist.from_dict(data)
