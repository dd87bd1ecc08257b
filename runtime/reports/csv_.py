"""CSV (RFC 4180), for spreadsheets and for filing with a rights society."""

import csv
import io
import re

from samesong.runtime.reports.lines import artist, clock, one_line, title
from samesong.runtime.setlist.songs import Setlist, Song

COLUMNS = ("title", "artist", "isrc", "iswc", "start", "end", "duration", "confidence")

# Spreadsheets on Windows take a file without it for one in a local code page.
_BYTE_ORDER_MARK = "\ufeff"
# What spreadsheets take for the beginning of a formula, also in the full-width forms of East Asia.
# Where a semicolon separates cells, as in many countries, one inside of a text begins a cell, too.
_FORMULA = re.compile("(^|;)(?=[\"']*[=+\\-@\uff1d\uff0b\uff0d\uff20])")


def write_csv(setlist: Setlist) -> str:
    """Return a set list as CSV with a header, a row a song, and a byte order mark.

    Times are h:mm:ss; the confidence goes from 0 to 1. An unknown song has the title ``Unknown``
    and no codes. All cells are quoted. What a spreadsheet would run as a formula, at the beginning
    of a cell or after a semicolon, has an apostrophe in front (OWASP, "CSV Injection"); without
    it, it is as it was.
    """
    text = io.StringIO()
    text.write(_BYTE_ORDER_MARK)
    csv.writer(text).writerow(COLUMNS)
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(map(_row, setlist.songs))
    return text.getvalue()


def guard(cell: str) -> str:
    """Return a cell such that no spreadsheet takes it for a formula.

    >>> guard("=cmd|' /C calc'!A0"), guard("'Round Midnight")
    ("'=cmd|' /C calc'!A0", "'Round Midnight")
    >>> guard("x;=1+1;y")
    "x;'=1+1;y"
    """
    return _FORMULA.sub(r"\1'", cell)


def _row(song: Song) -> list[str]:
    track = song.track
    isrc, iswc = (None, None) if track is None else (track.isrc, track.iswc)
    texts = (title(song), artist(song), one_line(isrc), one_line(iswc))
    # From the times as they are written, so that the row adds up.
    start, end = round(song.start), round(song.end)
    times = (clock(start), clock(end), clock(end - start))
    return [*map(guard, texts), *times, f"{song.confidence:.3f}"]
