import m3u8
import pytest
from hypothesis import given, settings

from samesong.runtime.display.text import writable
from samesong.runtime.reports.candidates import described
from samesong.runtime.reports.formats import FORMATS
from tests.runtime.reports.conftest import setlists


def test_the_playlist_is_this(setlist):
    assert FORMATS["m3u"].write(setlist) == (
        "#EXTM3U\n"
        "#EXTENC:UTF-8\n"
        "#EXTINF:239,The A's - Café, “Two”\n"
        "#EXTVLCOPT:start-time=12.340\n"
        "#EXTVLCOPT:stop-time=251.000\n"
        "shows/night one.flac\n"
        "#EXTINF:340,Unknown, perhaps Greensleeves - Demo, 37 %\n"
        "#EXTVLCOPT:start-time=260.500\n"
        "#EXTVLCOPT:stop-time=600.000\n"
        "shows/night one.flac\n"
        "#EXTINF:3075,=1+1 - 曲\n"
        "#EXTVLCOPT:start-time=600.000\n"
        "#EXTVLCOPT:stop-time=3675.400\n"
        "shows/night one.flac\n"
    )


def test_a_song_that_runs_over_the_end_of_a_file_is_an_entry_in_each(night):
    lines = FORMATS["m3u"].write(night).splitlines()
    parts = [
        (path, *times) for *times, path in zip(lines[3::4], lines[4::4], lines[5::4], strict=True)
    ]
    start, stop = "#EXTVLCOPT:start-time=", "#EXTVLCOPT:stop-time="
    assert parts == [
        ("shows/night/d1t1.flac", f"{start}10.000", f"{stop}90.000"),
        ("shows/night/d1t1.flac", f"{start}95.000", f"{stop}100.000"),
        ("shows/night/d1t2.flac", f"{start}0.000", f"{stop}50.000"),
        ("shows/night/d1t2.flac", f"{start}50.000", f"{stop}58.500"),
        ("shows/night/d1t2.flac", f"{start}60.000", f"{stop}100.000"),
        ("shows/night/d1t3.flac", f"{start}0.000", f"{stop}90.000"),
    ]


def options(line, _number, _data, state):
    """Collect VLC's options of a segment, as m3u8 lets its users read tags of their own."""
    if not line.startswith("#EXTVLCOPT:"):
        return False
    name, value = line.removeprefix("#EXTVLCOPT:").split("=")
    state.setdefault("segment", {}).setdefault("custom_parser_values", {})[name] = float(value)
    return True


@settings(deadline=None, max_examples=60)
@given(setlists().filter(lambda setlist: writable(setlist.recording).strip()))
def test_any_set_list_is_read_back_by_m3u8(setlist):
    read = m3u8.loads(FORMATS["m3u"].write(setlist), custom_tags_parser=options)
    path = writable(setlist.recording).strip()
    for segment, song in zip(read.segments, setlist.songs, strict=True):
        assert segment.uri.removeprefix("./") == path.removeprefix("./")
        assert segment.title == described(song, most=1)
        assert segment.duration == pytest.approx(song.end - song.start, abs=0.5)
        assert segment.custom_parser_values == {
            "start-time": pytest.approx(song.start, abs=1e-3),
            "stop-time": pytest.approx(song.end, abs=1e-3),
        }


def test_the_recording_is_named_as_seen_from_the_playlist(setlist, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shows").mkdir()
    FORMATS["m3u"].save(setlist, tmp_path / "shows" / "set.m3u8")
    uris = {segment.uri for segment in m3u8.load(str(tmp_path / "shows" / "set.m3u8")).segments}
    assert uris == {"night one.flac"}
