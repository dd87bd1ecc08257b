"""CUE sheets, with which players and editors see the songs of a recording as its tracks."""

import re
from collections.abc import Iterator
from pathlib import Path

from samesong.features.errors import SetlistError
from samesong.runtime.reports.lines import UNKNOWN, artist, title, writable
from samesong.runtime.setlist.songs import Setlist, Song

FRAMES = 75
"""Frames of a compact disc in a second: the resolution of a CUE sheet."""
MOST_TRACKS = 99
"""A compact disc has no more, and players read no more."""

_TYPES = {".mp3": "MP3", ".aif": "AIFF", ".aiff": "AIFF"}  # all others are called WAVE
_ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}")


def write_cue(setlist: Setlist) -> str:
    """Return a set list as a CUE sheet.

    A song begins at its ``INDEX 01``; what comes before it, since the end of the song in front, is
    its pregap (``INDEX 00``). ``REM`` lines tell its end and its confidence. A double quote, which
    the format cannot express, becomes a single one. Minutes go beyond 99 in long recordings; some
    readers of discs alone refuse that. A set list without songs is one unknown track.

    Raises
    ------
    SetlistError
        If there are more songs than a sheet can hold.
    """
    if len(setlist.songs) > MOST_TRACKS:
        raise SetlistError(
            f"a CUE sheet holds at most {MOST_TRACKS} tracks, but there are {len(setlist.songs)} "
            "songs; use another format"
        )
    path = Path(setlist.recording)
    kind = _TYPES.get(path.suffix.lower(), "WAVE")
    lines = [
        f"TITLE {_quoted(path.stem)}",
        f"FILE {_quoted(setlist.recording)} {kind}",
        *(_tracks(setlist.songs) if setlist.songs else _whole()),
    ]
    return "".join(f"{line}\n" for line in lines)


def _tracks(songs: tuple[Song, ...]) -> Iterator[str]:
    free = 0  # frame from which on no song has been yet
    before = -1  # first frame of the song in front
    for number, song in enumerate(songs, 1):
        # However short songs are, each one begins after the one in front of it.
        begin = max(round(song.start * FRAMES), before + 1)
        yield f"  TRACK {number:02} AUDIO"
        yield f"    TITLE {_quoted(title(song))}"
        if artist(song):
            yield f"    PERFORMER {_quoted(artist(song))}"
        code = _isrc(song)
        if code:
            yield f"    ISRC {code}"
        yield f"    REM END {_time(round(song.end * FRAMES))}"
        yield f"    REM CONFIDENCE {song.confidence:.3f}"
        if free < begin:
            yield f"    INDEX 00 {_time(free)}"
        yield f"    INDEX 01 {_time(begin)}"
        free, before = max(round(song.end * FRAMES), begin + 1), begin


def _whole() -> list[str]:
    return ["  TRACK 01 AUDIO", f"    TITLE {_quoted(UNKNOWN)}", "    INDEX 01 00:00:00"]


def _isrc(song: Song) -> str | None:
    """Return the code as the format wants it, without dashes; None where there is no valid one."""
    given = "" if song.track is None else song.track.isrc or ""
    code = re.sub(r"[\s-]", "", given).upper()
    return code if _ISRC.fullmatch(code) else None


def _quoted(text: str) -> str:
    # Some readers take a backslash in front of the closing quote for an escape.
    return '"' + re.sub(r"\\$", "/", writable(text).replace('"', "'")) + '"'


def _time(frames: int) -> str:
    seconds, frames = divmod(frames, FRAMES)
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes:02}:{seconds:02}:{frames:02}"
