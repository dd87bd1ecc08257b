"""Audacity label tracks: the songs as labels on the recording, to be checked by ear."""

from samesong.runtime.reports.report_format import ReportFormat
from samesong.runtime.reports.song_names import artist_and_title
from samesong.runtime.reports.text import percent
from samesong.runtime.setlist.document import Setlist


def write_audacity(setlist: Setlist) -> str:
    """Return a set list as a label track: start, end and label, separated by tabs.

    Times are in seconds. Audacity reads it with File > Import > Labels, and can write it again.

    Parameters
    ----------
    setlist : Setlist
        The set list.

    Returns
    -------
    str
        One line per song.
    """
    return "".join(
        f"{song.start:.6f}\t{song.end:.6f}\t{artist_and_title(song)} ({percent(song.confidence)})\n"
        for song in setlist.songs
    )


FORMAT = ReportFormat("audacity", "text/plain", ".txt", "labels for Audacity", write_audacity)
