"""What users said about tracks, kept when their files are tagged anew or replaced."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.files.tags import Tags
from samesong.runtime.works.codes import Codes, isrcs, iswcs, musicbrainz_ids

FROM_TAGS = ("title", "artist", "album", "isrc", "iswc", "mb_work_id", "mb_recording_id")
"""Fields that tags give, unless they were set by hand."""

BY_HAND = ("work_code", "work_by_hand", "split_from", "work_title")
"""Fields that no tag gives."""

_GROUPING = ("work_by_hand", "split_from", "work_title")

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
        One of `FROM_TAGS` or `BY_HAND`.
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
        One of `FROM_TAGS` or `BY_HAND`.
    text : str or None
        The value.

    Returns
    -------
    str or None
        Several codes with semicolons between, those that are none as they were written.

    Examples
    --------
    >>> in_standard_spelling("iswc", "t0345246801/unknown"), in_standard_spelling("title", "t1")
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


def from_tags(tags: Tags) -> dict[str, Any]:
    """Return the fields of a track that its tags give.

    Parameters
    ----------
    tags : Tags
        Of its file.

    Returns
    -------
    dict
        Values by the fields, codes in the spelling of their standard.
    """
    return {name: in_standard_spelling(name, value) for name, value in asdict(tags).items()}


def edited(track: CatalogTrack, values: Mapping[str, str | None]) -> CatalogTrack:
    """Return a track with fields set by hand, which tags will not change.

    Parameters
    ----------
    track : CatalogTrack
        The track.
    values : mapping
        Values by the fields, of `FROM_TAGS` and `BY_HAND`; None empties a field.

    Returns
    -------
    CatalogTrack
        The track as it is to be.
    """
    by_hand = {*track.edited, *(name for name in values if name in FROM_TAGS)}
    names = tuple(name for name in FROM_TAGS if name in by_hand)
    told: dict[str, Any] = {**values, "edited": names}
    changed: CatalogTrack = replace(track, **told)
    return changed


def retagged(track: CatalogTrack, tags: Tags) -> CatalogTrack:
    """Return a track with other tags, but for what was set by hand.

    Parameters
    ----------
    track : CatalogTrack
        The track.
    tags : Tags
        Of its file.

    Returns
    -------
    CatalogTrack
        The track as it is to be.
    """
    told = {name: value for name, value in from_tags(tags).items() if name not in track.edited}
    changed: CatalogTrack = replace(track, **told)
    return changed


def set_by_hand(track: CatalogTrack) -> dict[str, Any]:
    """Return what a user set of a track.

    Parameters
    ----------
    track : CatalogTrack
        The track.

    Returns
    -------
    dict
        The values by the fields, empty ones that were set to be empty included.
    """
    names = [name for name in BY_HAND if getattr(track, name) is not None]
    return {name: getattr(track, name) for name in (*track.edited, *names)}


def inherit(track: CatalogTrack, removed: CatalogTrack) -> CatalogTrack:
    """Return a track with what was set by hand of another one of the same audio.

    Parameters
    ----------
    track : CatalogTrack
        The track; what was set by hand of it counts.
    removed : CatalogTrack
        The track that goes.

    Returns
    -------
    CatalogTrack
        The track as it is to be.
    """
    own = set_by_hand(track)
    kept = {*own, *(_GROUPING if track.work_by_hand else ())}
    return edited(track, {k: v for k, v in set_by_hand(removed).items() if k not in kept})


def succeed(track: CatalogTrack, replaced: CatalogTrack) -> CatalogTrack:
    """Return a track with what was set by hand of the one whose path it takes.

    A file is replaced by a better copy of the same song far more often than by another song.

    Parameters
    ----------
    track : CatalogTrack
        The new track.
    replaced : CatalogTrack
        The track that was read from its path before.

    Returns
    -------
    CatalogTrack
        The new track as it is to be.
    """
    changed: CatalogTrack = replace(track, **set_by_hand(replaced), edited=replaced.edited)
    return changed
