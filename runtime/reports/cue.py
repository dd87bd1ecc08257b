"""CUE sheets: players and editors show the songs of a recording as its tracks."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from samesong.features.errors import SetlistError
from samesong.runtime.display.text import decimal, one_line, writable
from samesong.runtime.reports.candidates import candidates
from samesong.runtime.reports.report_format import ReportFormat
from samesong.runtime.reports.song_names import UNKNOWN, artist, title, title_and_artist
from samesong.runtime.setlist.document import RecordingFile, Setlist
from samesong.runtime.setlist.interlude import Interlude
from samesong.runtime.setlist.song import Song

Entry = Song | Interlude

FRAMES = 75
"""Compact disc frames per second: the resolution of a CUE sheet."""
MOST_TRACKS = 99
"""A compact disc has no more tracks, and players read no more."""

_TYPES = {".mp3": "MP3", ".aif": "AIFF", ".aiff": "AIFF"}  # all others are WAVE
_ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}")


def write_cue(setlist: Setlist) -> str:
    """Return a set list as a CUE sheet.

    A song begins at its ``INDEX 01``; the time between the previous song and it is its pregap
    (``INDEX 00``). ``REM`` lines hold its end and its probability; those of a song without a name
    hold the verdict on it and the candidates, each with its probability. A double quote, which the
    format cannot express, becomes a single one. Minutes exceed 99 in long recordings, which
    programs that only read discs may refuse. In a recording of several files, a track belongs to
    the file in which it begins, and times are those of the file. A set list without songs is one
    unknown track. Date, venue and notes are ``REM`` lines.

    Parameters
    ----------
    setlist : Setlist
        The set list.

    Returns
    -------
    str
        The sheet.

    Raises
    ------
    SetlistError
        If there are more songs than a sheet can hold.
    """
    entries = setlist.entries
    if len(entries) > MOST_TRACKS:
        raise SetlistError(
            f"a CUE sheet holds at most {MOST_TRACKS} tracks, but there are {len(entries)} "
            f"{'songs and interludes' if setlist.interludes else 'songs'}; use another format"
        )
    whole = RecordingFile(path=setlist.recording, start=0.0, end=setlist.duration)
    files = setlist.files or (whole,)
    lines = [f"TITLE {_quoted(setlist.name)}"] if one_line(setlist.name) else []
    if one_line(setlist.artist):
        lines.append(f"PERFORMER {_quoted(one_line(setlist.artist))}")
    about = {"DATE": setlist.date, "VENUE": setlist.venue, "COMMENT": setlist.notes}
    lines += [
        f"REM {key} {_quoted(told)}" for key, told in about.items() if told and one_line(told)
    ]
    lines += _files(entries, files) if entries else [_file(files[0]), *_whole()]
    return "".join(f"{line}\n" for line in lines)


def _files(entries: Sequence[Entry], files: Sequence[RecordingFile]) -> Iterator[str]:
    """Write the tracks of each file; one that runs on into the next has a further index there."""
    number, end = 0, 0.0  # tracks so far, and the end of the last one
    index = 1
    for file in files:
        last = file is files[-1]
        begun = [
            one for one in entries[number:] if last or one.start < file.end
        ]  # in order, so these come first
        runs_on = number > 0 and end > file.start
        if not begun and not runs_on:
            continue
        yield _file(file)
        if runs_on:
            index += 1
            yield f"    INDEX {index:02} 00:00:00"
        if begun:
            yield from _tracks(begun, number, file, files, end)
            number, end, index = number + len(begun), begun[-1].end, 1


def _tracks(
    entries: Sequence[Entry],
    number: int,
    file: RecordingFile,
    files: Sequence[RecordingFile],
    end: float,
) -> Iterator[str]:
    """Write the tracks that begin in a file, after `number` others, the last of which ends then."""
    free = max(0, round((end - file.start) * FRAMES))  # first frame after the previous track
    before = 0 if free and end > file.start and number else -1  # first frame of the previous track
    for entry in entries:
        number += 1
        # However short tracks are, each one begins after the previous one.
        begin = max(round((entry.start - file.start) * FRAMES), before + 1)
        yield f"  TRACK {number:02} AUDIO"
        yield f"    TITLE {_quoted(title(entry))}"
        if artist(entry):
            yield f"    PERFORMER {_quoted(artist(entry))}"
        code = _isrc(entry)
        if code:
            yield f"    ISRC {code}"
        ending = next((one for one in files if entry.end <= one.end), files[-1])
        yield f"    REM END {_time(round((entry.end - ending.start) * FRAMES))}"
        if isinstance(entry, Song):
            yield from _remarks(entry)
        if free < begin:
            yield f"    INDEX 00 {_time(free)}"
        yield f"    INDEX 01 {_time(begin)}"
        free, before = max(round((entry.end - file.start) * FRAMES), begin + 1), begin


def _remarks(song: Song) -> Iterator[str]:
    """Write what a song was named by, or what it may be, and what a person remarks on it."""
    if song.probability is not None:
        yield f"    REM PROBABILITY {decimal(song.probability)}"
    if song.track is None:
        yield f"    REM VERDICT {song.verdict}"
    for one in candidates(song):
        yield f"    REM CANDIDATE {decimal(one.probability)} {_quoted(title_and_artist(one.track))}"
    if one_line(song.notes):
        yield f"    REM COMMENT {_quoted(song.notes or '')}"


def _file(file: RecordingFile) -> str:
    kind = _TYPES.get(Path(file.path).suffix.lower(), "WAVE")
    return f"FILE {_quoted(file.path)} {kind}"


def _whole() -> list[str]:
    return ["  TRACK 01 AUDIO", f"    TITLE {_quoted(UNKNOWN)}", "    INDEX 01 00:00:00"]


def _isrc(song: Entry) -> str | None:
    """Return the code as the format requires it: one, without dashes; None if none is valid."""
    track = song.track if isinstance(song, Song) else None
    given = "" if track is None else track.isrc or ""
    codes = (re.sub(r"[\s-]", "", code).upper() for code in given.split(";"))
    return next(filter(_ISRC.fullmatch, codes), None)


def _quoted(text: str) -> str:
    # Some readers take a backslash before the closing quote for an escape.
    return '"' + re.sub(r"\\$", "/", writable(text).replace('"', "'")) + '"'


def _time(frames: int) -> str:
    seconds, frames = divmod(frames, FRAMES)
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes:02}:{seconds:02}:{frames:02}"


def write_marked_cue(setlist: Setlist) -> str:
    """Return a set list as a CUE sheet with a byte order mark.

    Players on Windows read a sheet without one in the local code page; others stumble over it.

    Parameters
    ----------
    setlist : Setlist
        The set list.

    Returns
    -------
    str
        The sheet.

    Raises
    ------
    SetlistError
        As `write_cue` does.
    """
    return f"\ufeff{write_cue(setlist)}"


FORMAT = ReportFormat(
    "cue", "application/x-cue", ".cue", "Cue sheet (CUE)", write_cue, opens_recording=True
)
MARKED = ReportFormat(
    "cue-bom",
    "application/x-cue",
    ".cue",
    "Cue sheet for old players (CUE with a byte order mark)",
    write_marked_cue,
    opens_recording=True,
)
