"""Limits of what is decoded, and the one place where a decoder's own errors get their meaning.

A header may claim anything. What it claims is compared with these limits before any work, and what
is decoded with them while it is.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from samesong.features.errors import DecodeError, SamesongError

LEAST_RATE = 4_000
"""Samples a second: half of a telephone's. What is slower has no music in it, and would grow to
many times its size when resampled."""
LARGEST_RATE = 768_000
"""Samples a second: the fastest that converters record PCM at."""
MOST_CHANNELS = 128
"""Channels: those of two MADI lines, the largest recordings of mixing desks."""
LONGEST = 48 * 3600.0
"""Seconds: two days, twice the longest recordings that radio stations keep."""


def check_limits(name: str | os.PathLike[str], sample_rate: int, channels: int) -> None:
    """Refuse a recording whose header claims what no recording has, before any work.

    Parameters
    ----------
    name : str or path
        The recording's, for the message.
    sample_rate : int
        Samples a second: `LEAST_RATE` to `LARGEST_RATE`.
    channels : int
        1 to `MOST_CHANNELS`.

    Raises
    ------
    DecodeError
        If one of them is out of range.

    Examples
    --------
    >>> check_limits("tape.wav", 44_100, 2)
    >>> check_limits("odd.wav", 1, 2)
    Traceback (most recent call last):
    ...
    samesong.features.errors.DecodeError: 'odd.wav' claims 1 sample a second; recordings have \
4,000 to 768,000: its header is damaged, so copy or export it again
    """
    if not LEAST_RATE <= sample_rate <= LARGEST_RATE:
        raise DecodeError(
            f"{os.fspath(name)!r} claims {_counted(sample_rate, 'sample')} a second; recordings "
            f"have {LEAST_RATE:,} to {LARGEST_RATE:,}: its header is damaged, so copy or export it "
            "again"
        )
    if not 1 <= channels <= MOST_CHANNELS:
        raise DecodeError(
            f"{os.fspath(name)!r} claims {_counted(channels, 'channel')}; recordings have 1 to "
            f"{MOST_CHANNELS}: its header is damaged, so copy or export it again"
        )


def check_length(name: str | os.PathLike[str], seconds: float, longest: float = LONGEST) -> None:
    """Refuse a recording of which more was decoded than any may have.

    Parameters
    ----------
    name : str or path
        The recording's, for the message.
    seconds : float
        Seconds decoded so far.
    longest : float, optional
        The limit in seconds.

    Raises
    ------
    DecodeError
        If they are more than `longest`.
    """
    if seconds > longest:
        raise DecodeError(
            f"{os.fspath(name)!r} lasts more than {longest / 3600:g} hours, the limit of one "
            "recording: divide it into several files"
        )


@contextmanager
def decoder_errors(name: str | os.PathLike[str]) -> Iterator[None]:
    """Turn whatever a decoder raises into the failure of one recording.

    Parameters
    ----------
    name : str or path
        The recording's, for the message.

    Yields
    ------
    None
        While it is being decoded.

    Raises
    ------
    DecodeError
        For every exception that is not samesong's own, `MemoryError` included; not for
        `KeyboardInterrupt` and the like.
    """
    try:
        yield
    except SamesongError:
        raise
    except MemoryError as error:
        raise DecodeError(
            f"{os.fspath(name)!r} needs more memory to be decoded than there is; copy it again, or "
            "convert it to FLAC"
        ) from error
    except Exception as error:
        raise DecodeError(
            f"{os.fspath(name)!r} cannot be decoded: its decoder failed ({described(error)}); copy "
            "it again, or convert it to FLAC"
        ) from error


def described(error: BaseException) -> str:
    """Return an unexpected exception in one line.

    Parameters
    ----------
    error : BaseException
        The exception.

    Returns
    -------
    str
        Its type, and the beginning of its message.

    Examples
    --------
    >>> described(ValueError("no such codec"))
    'ValueError: no such codec'
    """
    message = " ".join(str(error).split())[:200]
    kind = type(error).__name__
    return f"{kind}: {message}" if message else kind


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
