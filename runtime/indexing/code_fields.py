"""Fields of tracks that hold codes: how they are written, and which hold none."""

from collections.abc import Callable

from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.works.codes import Codes, isrcs, iswcs, musicbrainz_ids

_CODES: dict[str, tuple[Callable[[str], Codes], str]] = {
    "isrc": (isrcs, "no ISRC (two letters, three letters or digits, seven digits)"),
    "iswc": (iswcs, "no ISWC (T, nine digits and the right check digit)"),
    "mb_work_id": (musicbrainz_ids, "no id of MusicBrainz (a UUID, or its address)"),
    "mb_recording_id": (musicbrainz_ids, "no id of MusicBrainz (a UUID, or its address)"),
}


def read_field(name: str, text: str) -> str | None:
    """Return the value of a field that a user wrote.

    Parameters
    ----------
    name : str
        Any field that tags or users set; most hold no codes.
    text : str
        What was written.

    Returns
    -------
    str or None
        Codes in their standard's spelling, several with semicolons between; None for nothing.

    Raises
    ------
    ValueError
        If it is no such code; the message says what it must be.

    Examples
    --------
    >>> read_field("isrc", "gb-aye-68-00011"), read_field("title", " ")
    ('GBAYE6800011', None)
    """
    text = text.strip()
    if not text or name not in _CODES:
        return text or None
    read, refusal = _CODES[name]
    codes = read(text)
    if codes.invalid or not codes.valid:
        raise ValueError(f"{name} {text!r} is {refusal}")
    return "; ".join(codes.valid)


def in_standard_spelling(name: str, text: str | None) -> str | None:
    """Return the value of a field with its codes in the spelling of their standard.

    Parameters
    ----------
    name : str
        Any field that tags or users set; most hold no codes.
    text : str or None
        The value.

    Returns
    -------
    str or None
        Several codes with semicolons between, those that are none as they were written.

    Examples
    --------
    >>> in_standard_spelling("iswc", "t0345246801; unknown"), in_standard_spelling("title", "t1")
    ('T-034.524.680-1; unknown', 't1')
    """
    if not text or name not in _CODES:
        return text
    codes = _CODES[name][0](text)
    return "; ".join((*codes.valid, *codes.invalid)) or text


def invalid_fields(track: CatalogTrack) -> list[str]:
    """Return the fields of a track that hold something else than the codes that they are for.

    Parameters
    ----------
    track : CatalogTrack
        The track.

    Returns
    -------
    list of str
        Such as "iswc".
    """
    return [
        name
        for name, (read, _) in _CODES.items()
        if (text := getattr(track, name)) and read(text).invalid
    ]
