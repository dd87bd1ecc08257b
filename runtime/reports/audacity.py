"""Audacity label tracks: the songs as labels on the recording, to be checked by ear."""

from samesong.runtime.reports.candidates import described
from samesong.runtime.reports.report_format import ReportFormat
from samesong.runtime.reports.song_names import probability_in_words
from samesong.runtime.setlist.document import Setlist
from samesong.runtime.setlist.interlude import Interlude
from samesong.runtime.setlist.song import Song


def write_audacity(setlist: Setlist) -> str:
    """Return a set list as a label track: start, end and label, separated by tabs.

    Times are in seconds. A song without a name says what it may be, to be checked by ear. Audacity
    reads the track with File > Import > Labels, and can write it again.

    Parameters
    ----------
    setlist : Setlist
        The set list.

    Returns
    -------
    str
        One line per song and interlude.
    """
    return "".join(
        f"{song.start:.6f}\t{song.end:.6f}\t{_label(song)}\n" for song in setlist.entries
    )


def _label(song: Song | Interlude) -> str:
    sure = probability_in_words(song)
    return described(song) + (f" ({sure})" if sure else "")


FORMAT = ReportFormat("audacity", "text/plain", ".txt", "Labels for Audacity", write_audacity)
