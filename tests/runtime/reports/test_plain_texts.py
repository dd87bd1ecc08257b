"""Track lists and titles as plain text, and a CUE sheet with a byte order mark."""

from hypothesis import given, settings

from samesong.runtime.reports.formats import FORMATS
from samesong.runtime.setlist.document import Setlist
from tests.runtime.reports.conftest import setlists


def test_the_track_list_is_this(setlist, night):
    assert FORMATS["tracklist"].write(setlist) == (
        "0:00:00 Opening\n0:00:12 Café, “Two” - The A's\n0:04:21 Unknown\n0:10:00 曲 - =1+1\n"
    )
    assert FORMATS["tracklist"].write(night) == (
        "0:00 Opening\n0:10 One\n1:35 Two\n2:30 (talk)\n2:40 Unknown\n"
    )


def test_the_titles_are_these(setlist, night):
    assert FORMATS["setlistfm"].write(setlist) == "Café, “Two”\nUnknown\n曲\n"
    assert FORMATS["setlistfm"].write(night) == "Set 1:\nOne\n\nSet 2:\nTwo\nUnknown\n"


@settings(deadline=None)
@given(setlists())
def test_every_song_has_a_line(setlist):
    for name in ("tracklist", "setlistfm"):
        text = FORMATS[name].write(setlist)
        text.encode()
        lines = [line for line in text.splitlines() if line]
        assert len(lines) >= len(setlist.songs)


def test_no_songs_are_no_lines():
    empty = Setlist(recording="a.wav", duration=9.0, songs=())
    assert FORMATS["tracklist"].write(empty) == ""
    assert FORMATS["setlistfm"].write(empty) == ""


def test_a_sheet_may_have_a_byte_order_mark(setlist):
    plain, marked = (FORMATS[name].write(setlist) for name in ("cue", "cue-bom"))
    assert marked == f"\ufeff{plain}"
    assert not plain.startswith("\ufeff")
