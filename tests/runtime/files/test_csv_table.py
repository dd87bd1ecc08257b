"""Tables are read as people's spreadsheets save them."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samesong.features.errors import ManifestError
from samesong.runtime.files.csv_table import parse_csv_table, read_csv_table

KNOWN = ("path", "title", "artist")


def cells(content: bytes) -> list[list[str]]:
    table = parse_csv_table(content, "list.csv", KNOWN)
    return [[row.cells[name] for name in table.columns] for row in table.rows]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_any_separator_and_line_end(separator: str, end: str) -> None:
    lines = ["path;title;artist", "a.mp3;One;", '"b;.mp3";Two;"The ""Two"""']
    content = end.join(lines).replace(";", separator)
    assert cells(content.encode()) == [
        ["a.mp3", "One", ""],
        [f"b{separator}.mp3", "Two", 'The "Two"'],
    ]


SONGS = {
    "utf-8": ["Ænima 世界"],
    "utf-8-sig": ["Ænima 世界"],
    "utf-16": ["Ænima 世界"],
    "cp1252": ["El Niño"],
    "cp1251": ["Группа крови"],
    "cp1253": ["Συννεφιασμένη Κυριακή"],
    "cp932": ["上を向いて歩こう"],
}


@pytest.mark.parametrize("encoding", SONGS)
def test_any_encoding(encoding: str) -> None:
    lines = [f"{number}.mp3;{title};X" for number, title in enumerate(SONGS[encoding])]
    content = "\n".join(["path;title;artist", *lines]).encode(encoding)
    table = parse_csv_table(content, "list.csv", KNOWN)
    assert [row.cells["title"] for row in table.rows] == SONGS[encoding]
    assert table.encoding == encoding.removesuffix("-sig")
    assert table.columns == KNOWN


@pytest.mark.parametrize(
    "title",
    ["São Paulo", "Håkan Hellström", "Zoë", "Canción", "Coração", "Þú ert", "50 Øre", "Motörhead"],
)
def test_few_accents_are_western(title: str) -> None:
    content = f"path;title;artist\na.mp3;{title};Somebody\nb.mp3;Second Song;Nobody\n"
    table = parse_csv_table(content.encode("cp1252"), "list.csv", KNOWN)
    assert table.rows[0].cells["title"] == title


def test_names_of_columns_are_read_as_people_write_them() -> None:
    table = parse_csv_table(b"Path ;Work ID;MB-Work-Id\na;b;c\n", "list.csv", KNOWN)
    assert table.columns == ("path", "work_id", "mb_work_id")


def test_the_separator_is_the_one_that_gives_known_names() -> None:
    assert cells(b"path;title, as on the cover, in full;artist\na,b,c;d;e\n")[0][0] == "a,b,c"


def test_excel_may_say_what_separates() -> None:
    content = b"sep=;\r\npath;title;artist\r\na;b;c\r\n"
    table = parse_csv_table(content, "list.csv", KNOWN)
    assert table.rows[0].cells == {"path": "a", "title": "b", "artist": "c"}
    assert table.rows[0].line == 3


def test_rows_of_nothing_are_passed_over_and_lines_counted() -> None:
    content = b'path,title,artist\n\n,,\n"a\nb",t\n, ,\nc,t,u,,\nd,t,u,, v\n'
    table = parse_csv_table(content, "list.csv", KNOWN)
    assert [(row.line, row.cells["path"], row.cells["artist"]) for row in table.rows] == [
        (5, "a\nb", ""),
        (7, "c", "u"),
        (8, "d", "u"),
    ]
    assert [row.surplus for row in table.rows] == [(), (), ("", "v")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"path,title\n\0,b\n", "no CSV: it holds zero bytes"),
        (b"\xff\xfe\x00", r"list\.csv is no CSV"),
        (b"path,title,Title\na,b,c\n", "names the column 'title' twice"),
        (b'path,title\na,"b\n', "line 2: cannot be read as CSV"),
    ],
)
def test_what_cannot_be_read_is_explained(content: bytes, message: str) -> None:
    with pytest.raises(ManifestError, match=message):
        parse_csv_table(content, "list.csv", KNOWN)


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"none\.csv cannot be read: No such file"):
        read_csv_table(tmp_path / "none.csv", KNOWN)


def test_nothing_is_an_empty_table() -> None:
    table = parse_csv_table(b"", "list.csv", KNOWN)
    assert (table.columns, table.rows) == ((), ())


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zs", "Zl", "Zp"]))


@given(rows=st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=5), separator=st.sampled_from(",;\t"))
def test_what_was_written_is_read(rows: list[tuple[str, str, str]], separator: str) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator)
    writer.writerows([KNOWN, *rows])
    assert cells(text.getvalue().encode()) == [list(row) for row in rows if any(row)]
