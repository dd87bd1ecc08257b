"""Codes of works and recordings in one spelling: ISWC, ISRC, ids of MusicBrainz, the user's own."""

import re
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from samesong.runtime.works.folding import folded

_ISWC = re.compile(r"(?:ISWC)?T(\d{9})(\d)")
_ISRC = re.compile(r"(?:ISRC)?([A-Z]{2}[A-Z0-9]{3}\d{7})")
_UUID = re.compile(r"(?!0{8}-0)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MUSICBRAINZ = re.compile(
    r"(?:.*[/:])?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})"
)
_BETWEEN = re.compile(r"[;,|&\0]|(?<=\w)/\s*(?=T\W?\d|[A-Za-z]{2}\W?[A-Za-z0-9]{3}\W?\d)")
_NO_LETTERS = re.compile(r"[^A-Z0-9]")
# Between two numbers a separator counts: "1-23" is not "12-3".
_BETWEEN_NUMBERS = re.compile(r"(?<=\d) (?=\d)")


class Codes(NamedTuple):
    """What a field says that is to hold codes of one kind.

    Attributes
    ----------
    valid : tuple of str
        Each once, in one spelling, sorted.
    invalid : tuple of str
        What is none, as it was written.
    """

    valid: tuple[str, ...] = ()
    invalid: tuple[str, ...] = ()


def read_iswc(text: str) -> str | None:
    """Return an International Standard Musical Work Code in the spelling of its standard.

    Parameters
    ----------
    text : str
        With dots, hyphens and spaces or without.

    Returns
    -------
    str or None
        None if it is none, or its check digit is wrong.

    Examples
    --------
    >>> read_iswc("t0345246801")
    'T-034.524.680-1'
    >>> read_iswc("T-034.524.680-2") is None
    True
    """
    match = _ISWC.fullmatch(_NO_LETTERS.sub("", text.upper()))
    if match is None:
        return None
    digits, check = match.groups()
    total = 1 + sum(weight * int(digit) for weight, digit in enumerate(digits, 1))
    if (total + int(check)) % 10 or not int(digits):
        return None
    return f"T-{digits[:3]}.{digits[3:6]}.{digits[6:]}-{check}"


def read_isrc(text: str) -> str | None:
    """Return an International Standard Recording Code in twelve letters and digits.

    Parameters
    ----------
    text : str
        With hyphens and spaces or without.

    Returns
    -------
    str or None
        None if it is none.

    Examples
    --------
    >>> read_isrc("gb-aye-68-00011")
    'GBAYE6800011'
    """
    if _ISRC.fullmatch(text):
        return text[-12:]
    match = _ISRC.fullmatch(_NO_LETTERS.sub("", text.upper()))
    return match[1] if match else None


def read_musicbrainz_id(text: str) -> str | None:
    """Return an id of MusicBrainz, a UUID.

    Parameters
    ----------
    text : str
        The id, or the address of its page.

    Returns
    -------
    str or None
        In lower case with hyphens; None if it is none.

    Examples
    --------
    >>> read_musicbrainz_id("https://musicbrainz.org/work/5F7B2A1C-6B1D-4A5C-9D7E-0C7D2F2F1F11")
    '5f7b2a1c-6b1d-4a5c-9d7e-0c7d2f2f1f11'
    """
    if _UUID.fullmatch(text):
        return text
    match = _MUSICBRAINZ.fullmatch(text.strip().strip("{}").lower())
    if match is None or not int("".join(match.groups()), 16):
        return None
    return "-".join(match.groups())


def _read(read: Callable[[str], str | None], text: str) -> Codes:
    whole = read(text)
    if whole is not None:
        return Codes((whole,))
    parts = [part.strip() for part in _BETWEEN.split(text) if part.strip()]
    found = {part: read(part) for part in parts}
    return Codes(
        tuple(sorted({code for code in found.values() if code is not None})),
        tuple(part for part, code in found.items() if code is None),
    )


iswcs: Callable[[str], Codes] = partial(_read, read_iswc)
"""Read a field of ISWCs."""

isrcs: Callable[[str], Codes] = partial(_read, read_isrc)
"""Read a field of ISRCs."""

musicbrainz_ids: Callable[[str], Codes] = partial(_read, read_musicbrainz_id)
"""Read a field of MusicBrainz ids."""


def own_code(text: str) -> Codes:
    """Read a code of the user's own system, of which any text is valid.

    Parameters
    ----------
    text : str
        The code.

    Returns
    -------
    Codes
        In lower case, without punctuation and spaces, but for a hyphen between two numbers.

    Examples
    --------
    >>> own_code("W-1") == own_code("w 1") == own_code("W1")
    True
    >>> own_code("12.3").valid
    ('12-3',)
    """
    code = _BETWEEN_NUMBERS.sub("-", folded(text)).replace(" ", "")
    return Codes((code,)) if code else Codes()
