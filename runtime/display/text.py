"""Texts, times and figures as people read them, on one line each."""

import math
import re
from collections.abc import Sequence

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


def whole_seconds(seconds: float) -> int:
    """Return a time rounded to seconds, halves up: every time that people read is rounded so.

    Parameters
    ----------
    seconds : float
        Any time.

    Returns
    -------
    int
        Whole seconds.

    Examples
    --------
    >>> [whole_seconds(time) for time in (0.49, 0.5, 2.5)]
    [0, 1, 3]
    """
    return math.floor(seconds + 0.5)


def hms(seconds: float) -> str:
    """Return a time as h:mm:ss, hours included even where they are 0.

    Parameters
    ----------
    seconds : float
        Seconds, 0 or above.

    Returns
    -------
    str
        The time, rounded as `whole_seconds` does.

    Examples
    --------
    >>> hms(0), hms(3675.4)
    ('0:00:00', '1:01:15')
    """
    minutes, rest = divmod(whole_seconds(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"


def short_time(seconds: float) -> str:
    """Return a time as m:ss, or as h:mm:ss from one hour on.

    Parameters
    ----------
    seconds : float
        Seconds, 0 or above.

    Returns
    -------
    str
        The time, rounded as `whole_seconds` does.

    Examples
    --------
    >>> short_time(75.4), short_time(3675)
    ('1:15', '1:01:15')
    """
    whole = whole_seconds(seconds)
    return hms(whole) if whole >= 3600 else f"{whole // 60}:{whole % 60:02}"


def span(start_and_end: Sequence[float]) -> str:
    """Return a span of time, such as ``0:12-2:03``.

    Parameters
    ----------
    start_and_end : sequence of float
        Start and end in seconds.

    Returns
    -------
    str
        Both as `short_time` writes them.

    Examples
    --------
    >>> span((12, 123))
    '0:12-2:03'
    """
    return "-".join(map(short_time, start_and_end))


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


def tempo(ratio: float) -> str:
    """Return a tempo ratio as a difference in per cent.

    Parameters
    ----------
    ratio : float
        Tempo of a recording divided by that of another, above 0.

    Returns
    -------
    str
        How much faster or slower the first one is, in whole per cent.

    Examples
    --------
    >>> tempo(1.34), tempo(0.854), tempo(1.004)
    ('34 % faster', '15 % slower', 'same tempo')
    """
    difference = math.floor((ratio - 1) * 100 + 0.5)
    if difference == 0:
        return "same tempo"
    return f"{abs(difference)} % {'faster' if difference > 0 else 'slower'}"


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


def percent(probability: float, digits: int = 0) -> str:
    """Return a probability in per cent, rounded down: nothing looks more certain than it is.

    So one that is below a threshold in whole per cent never looks as if it reached it. Below 10 %
    and from 99 % on it has one digit more; "> 99.9 %" stands for whatever is above that, since
    nobody knows a song for certain, and "< 1 %" for whatever is below. The page writes the same
    (``web/src/domain/words.ts``), and `decimal` the same in formats that programs read.

    Parameters
    ----------
    probability : float
        From 0 to 1.
    digits : int, optional
        Digits behind the point; with more than one, both ends are written in figures too.

    Returns
    -------
    str
        Per cent.

    Examples
    --------
    >>> percent(0.868), percent(0.4996), percent(0.9996), percent(0.037), percent(0.004)
    ('86 %', '49 %', '> 99.9 %', '3.7 %', '< 1 %')
    """
    if digits < 2:
        if probability > 0.999:
            return "> 99.9 %"
        if probability < 0.01 and digits == 0:
            return "< 1 %"
        if probability < 0.1 and digits == 0:
            return f"{_down(probability, 3) * 100:.1f}".removesuffix(".0") + " %"
        digits = 1 if probability >= 0.99 else digits
    return f"{_down(probability, 2 + digits) * 100:.{digits}f} %"


def decimal(probability: float) -> str:
    """Return a probability as programs read it, rounded down as `percent` does.

    Parameters
    ----------
    probability : float
        From 0 to 1.

    Returns
    -------
    str
        From 0 to 1, with four digits.

    Examples
    --------
    >>> decimal(0.868), decimal(0.49996), decimal(1.0)
    ('0.8680', '0.4999', '1.0000')
    """
    return f"{_down(probability, 4):.4f}"


def _down(number: float, digits: int) -> float:
    # In binary 0.57 * 100 is a little below 57.
    shifted: int = math.floor(number * 10**digits + 1e-9)
    return shifted / 10.0**digits


def percent_below(probability: float, threshold: float) -> tuple[str, str]:
    """Return a probability and the threshold that it is below, as texts that differ.

    Parameters
    ----------
    probability, threshold : float
        From 0 to 1, the first one below the second.

    Returns
    -------
    tuple of str
        Both in per cent, with as many digits as it takes; words where 9 do not tell them apart.

    Examples
    --------
    >>> percent_below(0.4996, 0.5), percent_below(0.9552, 0.9557)
    (('49 %', '50 %'), ('95.52 %', '95.57 %'))
    """
    if threshold == 1:
        return percent(probability), "100 %"
    texts = ((percent(probability, n), percent(threshold, n)) for n in range(10))
    least = percent(threshold)
    return next((pair for pair in texts if pair[0] != pair[1]), (f"just under {least}", least))
