"""Plain track lists: a time and a title a line, as under a video, which makes them its chapters."""

from samesong.runtime.display.text import hms, short_time, whole_seconds
from samesong.runtime.reports.report_format import ReportFormat
from samesong.runtime.reports.song_names import artist, title
from samesong.runtime.setlist.document import Setlist

OPENING = "Opening"
"""Title of what precedes the first song: video services take no list that does not begin at 0:00.
"""

_HOUR = 3600


def write_tracklist(setlist: Setlist) -> str:
    """Return a set list as lines such as ``0:17 Greensleeves``.

    Times are h:mm:ss throughout where the recording lasts an hour or more. Artists are named where
    there are several.

    Parameters
    ----------
    setlist : Setlist
        The set list.

    Returns
    -------
    str
        One line per song and interlude.
    """
    entries = setlist.entries
    several = len({artist(entry) for entry in entries} - {""}) > 1
    time = hms if whole_seconds(setlist.duration) >= _HOUR else short_time
    lines = [
        f"{time(entry.start)} "
        + " - ".join(filter(None, (title(entry), artist(entry) if several else "")))
        for entry in entries
    ]
    if entries and whole_seconds(entries[0].start) > 0:
        lines.insert(0, f"{time(0)} {OPENING}")
    return "".join(f"{line}\n" for line in lines)


FORMAT = ReportFormat(
    "tracklist", "text/plain", ".tracklist.txt", "Track list for video chapters", write_tracklist
)
