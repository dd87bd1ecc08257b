"""Audacity's label track: the songs as labels over the recording, to be checked by ear."""

from samesong.runtime.reports.lines import artist_and_title, percent
from samesong.runtime.setlist.songs import Setlist


def write_audacity(setlist: Setlist) -> str:
    """Return a set list as a label track: start, end and label, with a tab between them.

    Times are in seconds. Audacity reads it with File > Import > Labels, and writes it again.
    """
    return "".join(
        f"{song.start:.6f}\t{song.end:.6f}\t{artist_and_title(song)} ({percent(song.confidence)})\n"
        for song in setlist.songs
    )
