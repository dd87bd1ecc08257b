"""The names of a song in reports: its title and its artist."""

from pathlib import Path

from samesong.runtime.reports.text import one_line, percent
from samesong.runtime.setlist.document import Interlude, Song

UNKNOWN = "Unknown"
"""Title of a song that is not in the catalog."""


def title(song: Song | Interlude) -> str:
    """Return the title of a song, or else the name of its track's file; of an interlude its kind.

    Parameters
    ----------
    song : Song or Interlude
        An entry of a set list.

    Returns
    -------
    str
        One line, never empty.
    """
    if isinstance(song, Interlude):
        return f"({song.kind})"
    if song.track is None:
        return UNKNOWN
    named = one_line(song.track.title) or one_line(Path(song.track.path).stem)
    return named or one_line(song.track.track_id) or UNKNOWN


def artist(song: Song | Interlude) -> str:
    """Return the artist of a song.

    Parameters
    ----------
    song : Song or Interlude
        An entry of a set list.

    Returns
    -------
    str
        One line; empty where the artist is unknown.
    """
    if isinstance(song, Interlude) or song.track is None:
        return ""
    return one_line(song.track.artist)


def artist_and_title(song: Song | Interlude) -> str:
    """Return the names of a song as players show them: ``Artist - Title``.

    Parameters
    ----------
    song : Song or Interlude
        An entry of a set list.

    Returns
    -------
    str
        One line; the title alone where the artist is unknown.
    """
    return " - ".join(filter(None, (artist(song), title(song))))


def confidence(song: Song | Interlude) -> str:
    """Return the probability that the name of a song is right.

    Parameters
    ----------
    song : Song or Interlude
        An entry of a set list.

    Returns
    -------
    str
        In per cent; empty where there is none.
    """
    if isinstance(song, Interlude) or song.confidence is None:
        return ""
    return percent(song.confidence)
