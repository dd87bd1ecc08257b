"""Texts, times and figures as people read them, on one line each."""

import math
import re

# Control characters, lone surrogates (of file names that are not UTF-8) and line separators: none
# can be written into a file of lines in UTF-8.
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def writable(text: str) -> str:
    """Return a text with a space for whatever a file of lines in UTF-8 cannot hold.

    Parameters
    ----------
    text : str
        Any text, such as a path.

    Returns
    -------
    str
        The text, otherwise unchanged.
    """
    return _UNWRITABLE.sub(" ", text)


def one_line(text: str | None) -> str:
    r"""Return a text as one line that UTF-8 can hold.

    Parameters
    ----------
    text : str or None
        Any text, such as a tag.

    Returns
    -------
    str
        The text with single spaces; empty for None.

    Examples
    --------
    >>> one_line(' Straight\r\n\tto  "you" ')
    'Straight to "you"'
    """
    return " ".join(writable(text or "").split())


def hms(seconds: float) -> str:
    """Return a time as h:mm:ss, hours included even where they are 0.

    Parameters
    ----------
    seconds : float
        Seconds, 0 or above.

    Returns
    -------
    str
        The time, rounded to seconds.

    Examples
    --------
    >>> hms(0), hms(3675.4)
    ('0:00:00', '1:01:15')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"


def semitones(key_shift: int) -> str:
    """Return a key shift with its sign; 0 has none.

    Parameters
    ----------
    key_shift : int
        Semitones.

    Returns
    -------
    str
        The number.

    Examples
    --------
    >>> semitones(2), semitones(0), semitones(-11)
    ('+2', '0', '-11')
    """
    return f"{key_shift:+d}" if key_shift else "0"


def counted(count: int, thing: str) -> str:
    """Return a number of things in words.

    Parameters
    ----------
    count : int
        Number of things.
    thing : str
        A noun whose plural ends in s.

    Returns
    -------
    str
        Number and noun.

    Examples
    --------
    >>> counted(1, "song"), counted(0, "song")
    ('1 song', '0 songs')
    """
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def percent(probability: float) -> str:
    """Return a probability in whole per cent, rounded down: only certainty is 100 %.

    Parameters
    ----------
    probability : float
        From 0 to 1.

    Returns
    -------
    str
        Per cent.

    Examples
    --------
    >>> percent(0.996), percent(1)
    ('99 %', '100 %')
    """
    return f"{math.floor(probability * 100)} %"
