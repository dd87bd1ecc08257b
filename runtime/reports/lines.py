"""Titles, artists and times as one line of text, whatever was in the tags."""

import math
import re
from pathlib import Path

from samesong.runtime.setlist.songs import Song

UNKNOWN = "Unknown"
"""How reports name a song that is not in the catalog."""

# Control characters, lone surrogates (of file names that are not UTF-8) and line separators: none
# can be written into a file of lines in UTF-8.
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def writable(text: str) -> str:
    """Return a path with a space for what cannot be written into a file of lines."""
    return _UNWRITABLE.sub(" ", text)


def one_line(text: str | None) -> str:
    r"""Return a text as one line that UTF-8 can hold; None is empty.

    >>> one_line(' Straight\r\n\tto  "you" ')
    'Straight to "you"'
    """
    return " ".join(writable(text or "").split())


def title(song: Song) -> str:
    """Return the title of a song; the name of its file where there is none."""
    if song.track is None:
        return UNKNOWN
    named = one_line(song.track.title) or one_line(Path(song.track.path).stem)
    return named or one_line(song.track.track_id) or UNKNOWN


def artist(song: Song) -> str:
    """Return the artist of a song; empty where it is not known."""
    return "" if song.track is None else one_line(song.track.artist)


def artist_and_title(song: Song) -> str:
    """Return both as players show them: ``Artist - Title``."""
    return " - ".join(filter(None, (artist(song), title(song))))


def clock(seconds: float) -> str:
    """Return a time as h:mm:ss.

    >>> clock(0), clock(3675.4)
    ('0:00:00', '1:01:15')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"


def semitones(key_shift: int) -> str:
    """Return a key shift with its sign, ``0`` without.

    >>> semitones(2), semitones(0), semitones(-11)
    ('+2', '0', '-11')
    """
    return f"{key_shift:+d}" if key_shift else "0"


def counted(count: int, thing: str) -> str:
    """Return how many there are of something.

    >>> counted(1, "song"), counted(0, "song")
    ('1 song', '0 songs')
    """
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def percent(probability: float) -> str:
    """Return a probability in whole percent; it is 100 only when it is certain.

    >>> percent(0.996), percent(1)
    ('99 %', '100 %')
    """
    return f"{math.floor(probability * 100)} %"
