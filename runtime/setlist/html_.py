"""Set lists in HTML, as notebooks show them below a cell; for files there is a report."""

from operator import itemgetter
from typing import TYPE_CHECKING

from samesong.runtime.display.html_table import html_table
from samesong.runtime.display.text import counted, percent, semitones, short_time, tempo

if TYPE_CHECKING:
    from samesong.runtime.setlist.document import Setlist
    from samesong.runtime.setlist.interlude import Interlude
    from samesong.runtime.setlist.song import Song

_HEADERS = ("start", "end", "title", "artist", "prob.", "key", "tempo", "may be")
_CANDIDATES = 2


def setlist_html(setlist: "Setlist") -> str:
    """Return a set list as a table.

    Parameters
    ----------
    setlist : Setlist
        The set list.

    Returns
    -------
    str
        HTML.
    """
    songs = counted(len(setlist.songs), "song")
    caption = f"{setlist.name} ({short_time(setlist.duration)}): {songs}, {setlist.n_named} named"
    rows = [(song.start, _song(song)) for song in setlist.songs]
    rows += [(one.start, _interlude(one)) for one in setlist.interludes]
    rows.sort(key=itemgetter(0))
    return html_table(caption, _HEADERS, [row for _, row in rows])


def _interlude(one: "Interlude") -> tuple[object, ...]:
    return short_time(one.start), short_time(one.end), f"({one.kind})", *[None] * 5


def _song(entry: "Song") -> tuple[object, ...]:
    times = short_time(entry.start), short_time(entry.end)
    track = entry.track
    candidates = () if track else entry.candidates[:_CANDIDATES]
    return (
        *times,
        (track.title or track.path) if track else "Unknown",
        track and track.artist,
        None if entry.probability is None else percent(entry.probability),
        None if entry.key_shift is None else semitones(entry.key_shift),
        None if entry.tempo_ratio is None else tempo(entry.tempo_ratio),
        "; ".join(f"{one.track.title} {percent(one.probability)}" for one in candidates),
    )
