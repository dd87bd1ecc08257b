"""CSV (RFC 4180), for spreadsheets and for filing with a rights society."""

import csv
import io

from samesong.runtime.files.csv_formulas import guard
from samesong.runtime.reports.report_format import ReportFormat
from samesong.runtime.reports.song_names import artist, title
from samesong.runtime.reports.text import hms, one_line
from samesong.runtime.setlist.document import Setlist, Song

COLUMNS = ("title", "artist", "isrc", "iswc", "start", "end", "duration", "confidence")

# Without it, spreadsheets on Windows read a file in the local code page.
_BYTE_ORDER_MARK = "\ufeff"


def write_csv(setlist: Setlist) -> str:
    """Return a set list as CSV with a byte order mark, a header and one row per song.

    Times are h:mm:ss; the confidence is from 0 to 1. An unknown song has the title ``Unknown`` and
    no codes. All cells are quoted. An apostrophe precedes whatever a spreadsheet would run as a
    formula, at the beginning of a cell or after a semicolon (OWASP, "CSV Injection").

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
    csv.writer(text).writerow(COLUMNS)
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(map(_row, setlist.songs))
    return text.getvalue()


def _row(song: Song) -> list[str]:
    track = song.track
    isrc, iswc = (None, None) if track is None else (track.isrc, track.iswc)
    texts = (title(song), artist(song), one_line(isrc), one_line(iswc))
    # From the rounded times, so that the row adds up.
    start, end = round(song.start), round(song.end)
    times = (hms(start), hms(end), hms(end - start))
    return [*map(guard, texts), *times, "" if song.confidence is None else f"{song.confidence:.3f}"]


FORMAT = ReportFormat("csv", "text/csv", ".csv", "for spreadsheets and filing", write_csv)
