"""The names of a song in reports: its title and its artist."""

from pathlib import Path

from samesong.runtime.display.text import one_line, percent
from samesong.runtime.setlist.interlude import Interlude
from samesong.runtime.setlist.song import Song, SongTrack

UNKNOWN = "Unknown"
"""Title of a song without a name."""


def track_title(track: SongTrack) -> str:
    """Return the title of a track, or else the name of its file.

    Parameters
    ----------
    track : SongTrack
        A track of a set list.

    Returns
    -------
    str
        One line, never empty.
    """
    named = one_line(track.title) or one_line(Path(track.path).stem)
    return named or one_line(track.track_id) or UNKNOWN


def title_and_artist(track: SongTrack) -> str:
    """Return the names of a track as people say them: ``Title - Artist``.

    Parameters
    ----------
    track : SongTrack
        A track of a set list.

    Returns
    -------
    str
        One line; the title alone where the artist is unknown.

    Examples
    --------
    >>> title_and_artist(SongTrack(track_id="1", title="Greensleeves", artist="The Ensemble"))
    'Greensleeves - The Ensemble'
    """
    return " - ".join(filter(None, (track_title(track), one_line(track.artist))))


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
    return UNKNOWN if song.track is None else track_title(song.track)


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


def probability_in_words(song: Song | Interlude) -> str:
    """Return the probability that the name of a song is right.

    Parameters
    ----------
    song : Song or Interlude
        An entry of a set list.

    Returns
    -------
    str
        In per cent; ``by hand`` where a person named it, and empty where it has no name.

    Examples
    --------
    >>> from samesong.runtime.setlist.song import SongTrack
    >>> named = SongTrack(track_id="", title="Encore")
    >>> songs = Song(start=0.0, end=9.0, track=named), Song(start=9.0, end=20.0)
    >>> [probability_in_words(song) for song in songs]
    ['by hand', '']
    """
    if isinstance(song, Interlude) or song.track is None:
        return ""
    return "by hand" if song.probability is None else percent(song.probability)
