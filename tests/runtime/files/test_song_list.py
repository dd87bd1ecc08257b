"""Lists of songs, as people and programs write them."""

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samesong.features.errors import SongListError
from samesong.runtime.files.song_list import parse_song_list, read_song_list


def test_a_line_is_a_title_or_artist_and_title_or_an_id_or_a_path(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("\n  Greensleeves \nThe Band - Up - On\n#9 Dream\n", "utf-8")
    first, second, third = read_song_list(path)
    assert first.where == f"{path}, line 2"
    assert first.text == "Greensleeves"
    assert first.codes == ("Greensleeves",)
    assert first.names == ((None, "Greensleeves"),)
    assert str(tmp_path / "Greensleeves") in first.paths
    assert second.names == (
        ("The Band", "Up - On"),
        ("The Band - Up", "On"),
        (None, "The Band - Up - On"),
    )
    assert third.text == "#9 Dream"


def test_a_playlist_has_paths_and_names(tmp_path: Path) -> None:
    path = tmp_path / "list.m3u8"
    path.write_text(
        "\ufeff#EXTM3U\n#EXTINF:123,The Band - Greensleeves\nmusic/a.flac\n"
        "/other/b.flac\nfile:///music/c%20d.flac\n",
        "utf-8",
    )
    first, second, third = read_song_list(path)
    assert first.paths[:2] == ("music/a.flac", str(tmp_path / "music/a.flac"))
    assert first.names[0] == ("The Band", "Greensleeves")
    assert first.codes == ()
    assert second.paths == ("/other/b.flac",)
    assert second.names == ()
    assert third.paths == ("/music/c d.flac",)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_has_columns(separator: str) -> None:
    rows = [
        ["Nr", "Title", " ARTIST ", "iswc"],
        ["1", "Greensleeves", "The Band", "T-034.524.680-1"],
        ["", "", "", ""],
        ["2", '"Hey, Jude; again"', "", ""],
        ["3", "", "The Band", ""],
    ]
    text = "\r\n".join(separator.join(row) for row in rows)
    first, second = parse_song_list(text.encode(), "list.csv")
    assert first.names == (("The Band", "Greensleeves"),)
    assert first.codes == ("T-034.524.680-1",)
    assert first.text == "The Band - Greensleeves"
    assert first.where == "list.csv, line 2"
    assert second.names == ((None, "Hey, Jude; again"),)


@pytest.mark.parametrize(
    "content",
    [
        "Café".encode(),
        codecs.BOM_UTF8 + "Café".encode(),
        "Café".encode("utf-16"),
        "Café".encode("cp1252"),
    ],
)
def test_texts_of_old_and_new_programs_are_read(content: bytes) -> None:
    [entry] = parse_song_list(content, "list.txt")
    assert entry.text == "Café"


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "list.txt", "list.txt names no songs"),
        (b" \n\n", "list.txt", "list.txt names no songs"),
        (b"#EXTM3U\n", "list.m3u", "list.m3u names no songs"),
        (b"title,artist\n", "list.csv", "list.csv names no songs"),
        (b"", "list.csv", "list.csv names no songs"),
        (b"artist,year\nThe Band,1969\n", "list.csv", "no column that names songs"),
        (b"Greensleeves\n", "list.csv", "its first line is 'Greensleeves'"),
        (b"fLaC\0\0\0\x22", "list.txt", "list.txt is not a text file"),
        (b"title\n" + b"x" * 200_000, "list.csv", "list.csv, line "),
    ],
)
def test_what_is_no_list_is_refused(content: bytes, name: str, said: str) -> None:
    with pytest.raises(SongListError, match=said):
        parse_song_list(content, name)


def test_a_list_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SongListError, match=r"missing\.txt: cannot be read"):
        read_song_list(tmp_path / "missing.txt")
    with pytest.raises(SongListError, match="cannot be read"):
        read_song_list(tmp_path)


@given(st.binary(max_size=200), st.sampled_from(["a.txt", "a.m3u", "a.csv"]))
def test_any_bytes_are_a_list_or_refused(content: bytes, name: str) -> None:
    try:
        entries = parse_song_list(content, name)
    except SongListError:
        return
    assert entries
    assert all(entry.text and (entry.codes or entry.paths or entry.names) for entry in entries)
