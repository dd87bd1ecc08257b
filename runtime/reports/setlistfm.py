"""Titles alone, set by set, as set-list sites such as setlist.fm write them."""

from itertools import groupby

from samesong.runtime.display.text import one_line
from samesong.runtime.reports.report_format import ReportFormat
from samesong.runtime.reports.song_names import title
from samesong.runtime.setlist.document import Setlist


def write_setlistfm(setlist: Setlist) -> str:
    """Return the titles of a set list, one a line, below the name of each set.

    Interludes are left out. A song without a name is ``Unknown``.

    Parameters
    ----------
    setlist : Setlist
        The set list.

    Returns
    -------
    str
        Sets with an empty line between them; a name such as ``Encore:`` stands above each where the
        concert has several parts.
    """
    parts = []
    for name, songs in groupby(setlist.songs, key=lambda song: one_line(song.section)):
        head = [f"{name}:"] if name else []
        parts.append("".join(f"{line}\n" for line in [*head, *map(title, songs)]))
    return "\n".join(parts)


FORMAT = ReportFormat(
    "setlistfm", "text/plain", ".setlist.txt", "Text for setlist.fm", write_setlistfm
)
