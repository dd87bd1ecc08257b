import csv
import io

import pyarrow as pa
import pyarrow.csv
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samesong.runtime.display.text import one_line
from samesong.runtime.files.csv_formulas import unguard
from samesong.runtime.reports.csv_ import COLUMNS
from samesong.runtime.reports.formats import FORMATS
from samesong.runtime.reports.song_names import artist, title
from samesong.runtime.setlist.document import Setlist
from samesong.runtime.setlist.song import Candidate, Song, SongTrack
from tests.runtime.reports.conftest import setlists


def rows(text):
    """Read CSV as Python does, strictly."""
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))


def test_the_rows_are_these(setlist):
    assert rows(FORMATS["csv"].write(setlist)) == [
        list(COLUMNS),
        [
            "Café, “Two”",
            "The A's",
            "USRC17607839",
            "T-034.524.680-1",
            "0:00:12",
            "0:04:11",
            "0:03:59",
            "0.9870",
            "match",
            "w1",
            "",
        ],
        [
            *("Unknown", "", "", "", "0:04:21", "0:10:00", "0:05:39", ""),
            *("probable", "", "Greensleeves - Demo 37 %; Oh! Susanna 2 %"),
        ],
        [
            *("曲", "'=1+1", "", "", "0:10:00", "1:01:15", "0:51:15", "1.0000"),
            *("match", "", ""),
        ],
    ]


def test_the_columns_that_were_first_stay_first():
    assert COLUMNS[:8] == (
        *("title", "artist", "isrc", "iswc", "start", "end", "duration", "probability"),
    )


def test_kinds_sections_and_files_have_columns_where_there_are_some(night):
    header, *found = rows(FORMATS["csv"].write(night))
    assert header == [*COLUMNS, "kind", "section", "file", "file_start"]
    assert [(row[0], *row[-4:]) for row in found] == [
        ("One", "song", "Set 1", "shows/night/d1t1.flac", "0:00:10"),
        ("Two", "song", "Set 2", "shows/night/d1t1.flac", "0:01:35"),
        ("(talk)", "talk", "", "shows/night/d1t2.flac", "0:00:50"),
        ("Unknown", "song", "Set 2", "shows/night/d1t2.flac", "0:01:00"),
    ]


def test_a_file_begins_with_a_mark_and_its_lines_end_as_rfc_4180_has_it(setlist, tmp_path):
    path = tmp_path / "set.csv"
    FORMATS["csv"].save(setlist, path)
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbftitle,artist,")
    assert content.count(b"\r\n") == content.count(b"\n") == len(setlist.songs) + 1


@settings(deadline=None)
@given(setlists())
def test_any_set_list_is_read_back_by_two_readers(setlist):
    text = FORMATS["csv"].write(setlist)
    header, *found = rows(text)
    assert header == list(COLUMNS)
    assert [(unguard(row[0]), unguard(row[1])) for row in found] == [
        (title(song), artist(song)) for song in setlist.songs
    ]
    # Arrow skips the byte order mark by itself.
    table = pyarrow.csv.read_csv(
        io.BytesIO(text.encode()),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(COLUMNS, pa.string()), strings_can_be_null=False
        ),
    )
    assert [list(row.values()) for row in table.to_pylist()] == found


# Full-width forms of East Asia are formulas as well.
STARTS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@settings(deadline=None)
@given(setlists())
def test_no_cell_is_taken_for_a_formula(setlist):
    text = FORMATS["csv"].write(setlist)
    # As it is where a semicolon separates cells, a row is taken to pieces elsewhere.
    for delimiter in (",", ";"):
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            assert not any(cell.startswith(STARTS) for cell in row)


@pytest.mark.parametrize("text", ["x;=1+1;y", 'x;"=1+1";y', "x;'=1+1", '"=1+1"', ";;=1+1"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_no_piece_of_a_text_is_taken_for_a_formula(text, delimiter):
    track = SongTrack(
        track_id="1",
        title=text,
        artist=text,
        album=text,
        isrc=text,
        path="a.wav",
        duration=1.0,
        iswc=text,
        work_id=text,
    )
    content = FORMATS["csv"].write(
        Setlist(
            recording="a.wav",
            duration=9.0,
            songs=(
                Song(
                    start=1.0, end=8.0, track=track, probability=1.0, key_shift=0, tempo_ratio=1.0
                ),
                Song(start=8.0, end=9.0, candidates=(Candidate(track=track, probability=0.05),)),
            ),
        )
    )
    for row in csv.reader(io.StringIO(content, newline=""), delimiter=delimiter):
        assert not any(cell.startswith(STARTS) for cell in row)


def test_all_cells_are_quoted(setlist):
    line = FORMATS["csv"].write(setlist).splitlines()[2]
    assert line.startswith('"Unknown","","","","0:04:21","0:10:00","0:05:39","","probable","","G')


@settings(deadline=None)
@given(st.text())
def test_one_line_is_one_line_in_any_program(text):
    assert len(one_line(text).splitlines()) <= 1
    assert one_line(one_line(text)) == one_line(text)
    one_line(text).encode()
