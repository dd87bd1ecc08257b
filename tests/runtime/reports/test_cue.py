import itertools
import re

import pylibcue
import pytest
from hypothesis import given, settings

from samesong.features.errors import SetlistError
from samesong.runtime.display.text import writable
from samesong.runtime.reports.cue import FRAMES
from samesong.runtime.reports.formats import FORMATS
from samesong.runtime.reports.song_names import artist, title
from samesong.runtime.setlist.document import Setlist
from samesong.runtime.setlist.fields import LONGEST
from samesong.runtime.setlist.song import Song
from tests.runtime.reports.conftest import setlists


def seconds(msf):
    return (msf[0] * 60 + msf[1]) + msf[2] / FRAMES


def quoted(text):
    """What is left of a text that a sheet cannot hold as it is."""
    return re.sub(r"\\$", "/", text.replace('"', "'"))


def test_the_sheet_is_this(setlist):
    assert FORMATS["cue"].write(setlist) == (
        'TITLE "night one"\n'
        'FILE "shows/night one.flac" WAVE\n'
        "  TRACK 01 AUDIO\n"
        '    TITLE "Café, “Two”"\n'
        '    PERFORMER "The A\'s"\n'
        "    ISRC USRC17607839\n"
        "    REM END 04:11:00\n"
        "    REM PROBABILITY 0.9870\n"
        "    INDEX 00 00:00:00\n"
        "    INDEX 01 00:12:26\n"
        "  TRACK 02 AUDIO\n"
        '    TITLE "Unknown"\n'
        "    REM END 10:00:00\n"
        "    REM VERDICT probable\n"
        '    REM CANDIDATE 0.3750 "Greensleeves - Demo"\n'
        '    REM CANDIDATE 0.0200 "Oh! Susanna"\n'
        "    INDEX 00 04:11:00\n"
        "    INDEX 01 04:20:38\n"
        "  TRACK 03 AUDIO\n"
        '    TITLE "曲"\n'
        '    PERFORMER "=1+1"\n'
        "    REM END 61:15:30\n"
        "    REM PROBABILITY 1.0000\n"
        "    INDEX 01 10:00:00\n"
    )


def test_each_file_holds_the_tracks_that_begin_in_it(night):
    assert FORMATS["cue"].write(night) == (
        'TITLE "night"\n'
        'FILE "shows/night/d1t1.flac" WAVE\n'
        "  TRACK 01 AUDIO\n"
        '    TITLE "One"\n'
        "    ISRC USRC17607839\n"
        "    REM END 01:30:00\n"
        "    INDEX 00 00:00:00\n"
        "    INDEX 01 00:10:00\n"
        "  TRACK 02 AUDIO\n"
        '    TITLE "Two"\n'
        "    REM END 00:50:00\n"
        "    REM PROBABILITY 0.7500\n"
        "    INDEX 00 01:30:00\n"
        "    INDEX 01 01:35:00\n"
        'FILE "shows/night/d1t2.flac" WAVE\n'
        "    INDEX 02 00:00:00\n"
        "  TRACK 03 AUDIO\n"
        '    TITLE "(talk)"\n'
        "    REM END 00:58:38\n"
        "    INDEX 01 00:50:00\n"
        "  TRACK 04 AUDIO\n"
        '    TITLE "Unknown"\n'
        "    REM END 01:30:00\n"
        "    REM VERDICT none\n"
        "    INDEX 00 00:58:38\n"
        "    INDEX 01 01:00:00\n"
        'FILE "shows/night/d1t3.flac" WAVE\n'
        "    INDEX 02 00:00:00\n"
    )


def test_a_sheet_of_several_files_is_read_back_by_libcue(night):
    sheet = list(pylibcue.parse_str(FORMATS["cue"].write(night)))
    assert [track.cdtext.title for track in sheet] == ["One", "Two", "(talk)", "Unknown"]
    assert [seconds(track.start) for track in sheet] == pytest.approx([10, 95, 50, 60])
    assert [track.filename[-9:-5] for track in sheet] == ["d1t1", "d1t1", "d1t2", "d1t2"]


def test_files_are_named_as_seen_from_the_sheet(night, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shows").mkdir()
    FORMATS["cue"].save(night, "shows/set.cue")
    assert 'FILE "night/d1t1.flac" WAVE' in (tmp_path / "shows" / "set.cue").read_text()


def test_a_file_in_which_nothing_is_played_is_left_out(night):
    quiet = night.model_copy(update={"songs": night.songs[:1], "interludes": ()})
    assert FORMATS["cue"].write(quiet).count("FILE") == 1


# The library, as discs have it, reads no minutes beyond 99.
@settings(deadline=None, max_examples=60)
@given(setlists(longest=5_900.0))
def test_any_set_list_is_read_back_by_libcue(setlist):
    sheet = list(pylibcue.parse_str(FORMATS["cue"].write(setlist)))
    assert len(sheet) == max(1, len(setlist.songs))
    for read, song in zip(sheet, setlist.songs, strict=False):
        assert read.cdtext.title == quoted(title(song))
        assert bool(read.cdtext.performer) == bool(artist(song))
        assert seconds(read.start) == pytest.approx(song.start, abs=len(setlist.songs) / FRAMES)
        assert read.filename == quoted(writable(setlist.recording))


@settings(deadline=None, max_examples=60)
@given(setlists())
def test_times_never_go_back(setlist):
    indexes = re.findall(r"INDEX (\d\d) (\d+):(\d\d):(\d\d)\n", FORMATS["cue"].write(setlist))
    times = [int(m) * 60 * FRAMES + int(s) * FRAMES + int(f) for _, m, s, f in indexes]
    assert all(a < b for a, b in itertools.pairwise(times))
    assert all(int(s) < 60 and int(f) < FRAMES for _, _, s, f in indexes)


def test_an_isrc_is_written_as_discs_have_it_or_not_at_all(setlist):
    sheet = list(pylibcue.parse_str(FORMATS["cue"].write(setlist)))
    assert [track.isrc for track in sheet] == ["USRC17607839", None, None]


def test_of_several_codes_the_first_valid_one_is_written(setlist):
    [first, *others] = setlist.songs
    track = first.track.model_copy(update={"isrc": "none; us-rc1-76-07839; GBAYE6800011"})
    several = setlist.model_copy(
        update={"songs": (first.model_copy(update={"track": track}), *others)}
    )
    [code, *_] = [one.isrc for one in pylibcue.parse_str(FORMATS["cue"].write(several))]
    assert code == "USRC17607839"
    assert "none; us-rc1-76-07839; GBAYE6800011" in FORMATS["csv"].write(several)


def test_the_file_is_named_as_seen_from_the_sheet(setlist, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sheets").mkdir()
    FORMATS["cue"].save(setlist, "sheets/set.cue")
    (first, *_) = pylibcue.parse_file(tmp_path / "sheets" / "set.cue")
    assert first.filename == "../shows/night one.flac"


@pytest.mark.parametrize(("name", "kind"), [("a.MP3", "MP3"), ("a.aiff", "AIFF"), ("a", "WAVE")])
def test_the_kind_of_file_is_told(name, kind):
    assert f'FILE "{name}" {kind}\n' in FORMATS["cue"].write(
        Setlist(recording=name, duration=9.0, songs=())
    )


def test_more_songs_than_a_sheet_holds_are_refused():
    songs = tuple(Song(start=i, end=i + 1) for i in range(100))
    full = FORMATS["cue"].write(Setlist(recording="a.wav", duration=100.0, songs=songs[:99]))
    assert len(pylibcue.parse_str(full)) == 99
    with pytest.raises(SetlistError, match="at most 99 tracks, but there are 100 songs"):
        FORMATS["cue"].write(Setlist(recording="a.wav", duration=100.0, songs=songs))


@pytest.mark.parametrize("name", FORMATS)
def test_the_longest_recording_there_may_be_is_written(name):
    song = Song(start=LONGEST - 2.0, end=LONGEST - 1.0, verdict="none")
    longest = Setlist(recording="a.wav", duration=LONGEST, songs=(song,))
    written = FORMATS[name].write(longest)
    assert len(written) < 50_000
    if name == "cue":
        assert "INDEX 01 59999:58:00\n" in written
