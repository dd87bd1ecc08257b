"""CSV (RFC 4180), for spreadsheets and for filing with a rights society."""

import csv
import io
from collections.abc import Callable
from functools import partial

from samesong.runtime.display.text import decimal, hms, one_line, whole_seconds
from samesong.runtime.files.csv_formulas import guard
from samesong.runtime.reports.candidates import listed
from samesong.runtime.reports.file_parts import FilePart, file_parts
from samesong.runtime.reports.report_format import ReportFormat
from samesong.runtime.reports.song_names import artist, title
from samesong.runtime.setlist.document import Setlist
from samesong.runtime.setlist.interlude import Interlude
from samesong.runtime.setlist.song import Song

Entry = Song | Interlude

# Programs read these by place as well: new ones go to the end.
COLUMNS = (
    *("title", "artist", "isrc", "iswc", "start", "end", "duration", "probability"),
    *("verdict", "work_id", "candidates"),
)

# Without it, spreadsheets on Windows read a file in the local code page.
_BYTE_ORDER_MARK = "\ufeff"


def write_csv(setlist: Setlist) -> str:
    """Return a set list as CSV with a byte order mark, a header and one row per entry.

    Times are h:mm:ss; the probability is from 0 to 1, and empty where a person named the song. A
    song without a name has the title ``Unknown``, no codes and no probability; ``candidates`` lists
    what it may be. All cells are quoted. An apostrophe precedes whatever a spreadsheet would run as
    a formula, at the beginning of a cell or after a semicolon (OWASP, "CSV Injection").

    Further columns follow where there is something to say in them: ``kind`` (song, talk, applause,
    tuning), ``section`` (set or encore), ``file`` and ``file_start`` (where an entry begins, in a
    recording of several files), ``notes`` (on a song), and in every row ``concert_artist``,
    ``venue`` and ``date`` of the concert.

    Parameters
    ----------
    setlist : Setlist
        The set list.

    Returns
    -------
    str
        The table.
    """
    text = io.StringIO()
    text.write(_BYTE_ORDER_MARK)
    more = _more_columns(setlist)
    csv.writer(text).writerow([*COLUMNS, *more])
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(
        [*_row(entry), *(cell(entry) for cell in more.values())] for entry in setlist.entries
    )
    return text.getvalue()


def _row(song: Entry) -> list[str]:
    played = song if isinstance(song, Song) else None
    track = None if played is None else played.track
    isrc, iswc, work = (None, None, None)
    if track is not None:
        isrc, iswc, work = track.isrc, track.iswc, track.work_id
    texts = (title(song), artist(song), one_line(isrc), one_line(iswc))
    # From the rounded times, so that the row adds up.
    start, end = whole_seconds(song.start), whole_seconds(song.end)
    times = (hms(start), hms(end), hms(end - start))
    sure = None if played is None else played.probability
    found = ("", "", "")
    if played is not None:
        found = (str(played.verdict), guard(one_line(work)), guard(listed(played)))
    return [*map(guard, texts), *times, "" if sure is None else decimal(sure), *found]


def _more_columns(setlist: Setlist) -> dict[str, Callable[[Entry], str]]:
    columns: dict[str, Callable[[Entry], str]] = {}
    if setlist.interludes:
        columns["kind"] = lambda entry: "song" if isinstance(entry, Song) else str(entry.kind)
    if any(song.section for song in setlist.songs):
        columns["section"] = lambda entry: guard(
            one_line(entry.section) if isinstance(entry, Song) else ""
        )
    if setlist.files:

        def begins(entry: Entry) -> FilePart:
            return file_parts(setlist, entry.start, entry.end)[0]

        columns["file"] = lambda entry: guard(one_line(begins(entry).path))
        columns["file_start"] = lambda entry: hms(begins(entry).start)
    if any(song.notes for song in setlist.songs):
        columns["notes"] = lambda entry: guard(
            one_line(entry.notes) if isinstance(entry, Song) else ""
        )
    about = {"concert_artist": setlist.artist, "venue": setlist.venue, "date": setlist.date}
    for name, told in about.items():
        if one_line(told):
            columns[name] = partial(_same, guard(one_line(told)))
    return columns


def _same(text: str, _entry: Entry) -> str:
    return text


FORMAT = ReportFormat("csv", "text/csv", ".csv", "Spreadsheet (CSV)", write_csv)
