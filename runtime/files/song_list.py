"""Lists of songs that people keep: lines of text, playlists, and tables."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from samesong.features.errors import ManifestError, SongListError
from samesong.runtime.files.csv_formulas import unguard
from samesong.runtime.files.csv_table import parse_csv_table
from samesong.runtime.files.text_encoding import decode_text

PLAYLISTS = frozenset({".m3u", ".m3u8"})
"""Suffixes of playlists."""
TABLES = frozenset({".csv", ".tsv"})
"""Suffixes of tables."""

_CODES = ("track_id", "work_id", "isrc", "iswc", "work_code")
_COLUMNS = frozenset({"title", "artist", "path", *_CODES})
_DASH = re.compile(r"\s+[-\u2010-\u2015]\s+")

Name = tuple[str | None, str]
"""Artist, or None where any will do, and title."""


@dataclass(frozen=True)
class SongEntry:
    """One song of a list, in all the ways in which it may be meant.

    Attributes
    ----------
    where : str
        Name of the list, and number of the line, for messages.
    text : str
        As the list writes it.
    codes : tuple of str
        What may be an id of the track or the work, in any spelling.
    paths : tuple of str
        What may be the file of the track.
    names : tuple of Name
        Artist and title, the likeliest reading first.
    """

    where: str
    text: str
    codes: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    names: tuple[Name, ...] = ()


def read_song_list(path: Path) -> tuple[SongEntry, ...]:
    """Read a list of songs from a file.

    Parameters
    ----------
    path : Path
        A playlist or a table by its suffix, `PLAYLISTS` or `TABLES`; anything else is text.

    Returns
    -------
    tuple of SongEntry
        As of `parse_song_list`.

    Raises
    ------
    SongListError
        If the file cannot be read, or is no list.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SongListError(
            f"{path}: cannot be read ({error.strerror}): check the path of the list"
        ) from error
    return parse_song_list(content, str(path), path.absolute().parent)


def parse_song_list(content: bytes, name: str, folder: Path | None = None) -> tuple[SongEntry, ...]:
    """Parse a list of songs.

    Text has a song a line: a title, "Artist - Title", an id of a track or work, an ISRC, an ISWC,
    or a path. A playlist has paths, with names in ``#EXTINF`` lines. A table separates columns by
    commas, semicolons or tabs and names them in its first line: title and artist, path, track_id,
    work_id, isrc, iswc, work_code.

    Parameters
    ----------
    content : bytes
        In an encoding of `decode_text`.
    name : str
        Name of the list, for messages; its suffix tells the format.
    folder : Path, optional
        Folder that relative paths start from.

    Returns
    -------
    tuple of SongEntry
        In order, at least one.

    Raises
    ------
    SongListError
        If it is not text, has no song, or is a table without a column that names songs.

    Examples
    --------
    >>> [entry] = parse_song_list(b"The Band - Amazing Grace", "list.txt")
    >>> entry.names
    (('The Band', 'Amazing Grace'), (None, 'The Band - Amazing Grace'))
    """
    suffix = Path(name).suffix.lower()
    if suffix in TABLES:
        entries = tuple(_table(content, name, folder))
    elif suffix in PLAYLISTS:
        entries = tuple(_playlist(_decoded(content, name), name, folder))
    else:
        entries = tuple(_lines(_decoded(content, name), name, folder))
    if not entries:
        raise SongListError(f"{name} names no songs: write a title or an id in each line")
    return entries


def _decoded(content: bytes, name: str) -> str:
    try:
        return decode_text(content)[0]
    except ValueError as error:
        raise SongListError(
            f"{name} is not a text file ({error}): give a list of titles, a playlist or CSV"
        ) from error


def _lines(text: str, name: str, folder: Path | None) -> Iterator[SongEntry]:
    for number, line in enumerate(text.splitlines(), 1):
        if words := line.strip():
            yield SongEntry(
                _where(name, number), words, (words,), _paths(words, folder), _names(words)
            )


def _playlist(text: str, name: str, folder: Path | None) -> Iterator[SongEntry]:
    named = ""
    for number, line in enumerate(text.splitlines(), 1):
        words = line.strip()
        if words.upper().startswith("#EXTINF:"):
            named = words.partition(",")[2].strip()
        elif words and not words.startswith("#"):
            names = _names(named) if named else ()
            yield SongEntry(_where(name, number), words, paths=_paths(words, folder), names=names)
            named = ""


def _table(content: bytes, name: str, folder: Path | None) -> Iterator[SongEntry]:
    try:
        table = parse_csv_table(content, name, _COLUMNS)
    except ManifestError as error:
        raise SongListError(str(error)) from error
    if table.header and not _COLUMNS - {"artist"} & set(table.columns):
        raise SongListError(
            f"{name} has no column that names songs: its first line is "
            f"{', '.join(table.header)!r}, but must have one or more of "
            f"{', '.join(sorted(_COLUMNS))}"
        )
    for row in table.rows:
        cells = {column: unguard(cell) for column, cell in row.cells.items()}
        if entry := _row(_where(name, row.line), cells, folder):
            yield entry


def _row(where: str, cells: Mapping[str, str], folder: Path | None) -> SongEntry | None:
    artist, title, path = (cells.get(name, "") for name in ("artist", "title", "path"))
    codes = tuple(cells[name] for name in _CODES if cells.get(name))
    names: tuple[Name, ...] = ((artist or None, title),) if title else ()
    if not (codes or path or names):
        return None
    text = " - ".join(filter(None, (artist, title))) or path or codes[0]
    return SongEntry(where, text, codes, _paths(path, folder), names)


def _where(name: str, line: int) -> str:
    return f"{name}, line {line}"


def _names(text: str) -> tuple[Name, ...]:
    """Return every reading of a text as "Artist - Title", and as a title alone."""
    cuts = [(text[: dash.start()], text[dash.end() :]) for dash in _DASH.finditer(text)]
    return (*cuts, (None, text))


def _paths(text: str, folder: Path | None) -> tuple[str, ...]:
    if not text:
        return ()
    path = unquote(urlsplit(text).path) if text.lower().startswith("file:") else text
    # An id or a title may look like a relative path; where there is no such file, none is meant.
    starts = (folder, Path.cwd()) if folder is not None else ()
    found = dict.fromkeys(os.path.abspath(start / path) for start in starts)
    return (path, *(one for one in found if one != path))
