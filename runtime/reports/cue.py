"""CUE sheets: players and editors show the songs of a recording as its tracks."""

import re
from collections.abc import Iterator
from pathlib import Path

from samesong.features.errors import SetlistError
from samesong.runtime.reports.candidates import candidates
from samesong.runtime.reports.report_format import ReportFormat
from samesong.runtime.reports.song_names import UNKNOWN, artist, title, title_and_artist
from samesong.runtime.reports.text import writable
from samesong.runtime.setlist.document import Setlist, Song

FRAMES = 75
"""Compact disc frames per second: the resolution of a CUE sheet."""
MOST_TRACKS = 99
"""A compact disc has no more tracks, and players read no more."""

_TYPES = {".mp3": "MP3", ".aif": "AIFF", ".aiff": "AIFF"}  # all others are WAVE
_ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}")


def write_cue(setlist: Setlist) -> str:
    """Return a set list as a CUE sheet.

    A song begins at its ``INDEX 01``; the time between the previous song and it is its pregap
    (``INDEX 00``). ``REM`` lines hold its end and its confidence; those of a song without a name
    hold the verdict on it and the candidates, each with its probability. A double quote, which the
    format cannot express, becomes a single one. Minutes exceed 99 in long recordings, which
    programs that only read discs may refuse. A set list without songs is one unknown track.

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
    free = 0  # first frame after the previous song
    before = -1  # first frame of the previous song
    for number, song in enumerate(songs, 1):
        # However short songs are, each one begins after the previous one.
        begin = max(round(song.start * FRAMES), before + 1)
        yield f"  TRACK {number:02} AUDIO"
        yield f"    TITLE {_quoted(title(song))}"
        if artist(song):
            yield f"    PERFORMER {_quoted(artist(song))}"
        code = _isrc(song)
        if code:
            yield f"    ISRC {code}"
        yield f"    REM END {_time(round(song.end * FRAMES))}"
        if song.confidence is not None:
            yield f"    REM CONFIDENCE {song.confidence:.3f}"
        if song.track is None:
            yield f"    REM VERDICT {song.verdict}"
        for one in candidates(song):
            name = _quoted(title_and_artist(one.track))
            yield f"    REM CANDIDATE {one.probability:.3f} {name}"
        if free < begin:
            yield f"    INDEX 00 {_time(free)}"
        yield f"    INDEX 01 {_time(begin)}"
        free, before = max(round(song.end * FRAMES), begin + 1), begin


def _whole() -> list[str]:
    return ["  TRACK 01 AUDIO", f"    TITLE {_quoted(UNKNOWN)}", "    INDEX 01 00:00:00"]


def _isrc(song: Song) -> str | None:
    """Return the code as the format requires it, without dashes, or None if it is not valid."""
    given = "" if song.track is None else song.track.isrc or ""
    code = re.sub(r"[\s-]", "", given).upper()
    return code if _ISRC.fullmatch(code) else None


def _quoted(text: str) -> str:
    # Some readers take a backslash before the closing quote for an escape.
    return '"' + re.sub(r"\\$", "/", writable(text).replace('"', "'")) + '"'


def _time(frames: int) -> str:
    seconds, frames = divmod(frames, FRAMES)
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes:02}:{seconds:02}:{frames:02}"


FORMAT = ReportFormat(
    "cue", "application/x-cue", ".cue", "for players", write_cue, opens_recording=True
)
