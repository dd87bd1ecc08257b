"""Set lists: which songs a recording of a concert holds, and from when to when.

As JSON (``schema`` 1) a set list is::

    {"schema": 1, "recording": "concert.flac", "duration": 3600.0,
     "songs": [{"start": 12.3, "end": 250.1, "track": {...} or null, "confidence": 0.98,
                "key_shift": -2 or null, "tempo_ratio": 1.04 or null}]}

with times in seconds of the recording, songs in their order, and in a track its ``track_id``,
``title``, ``artist``, ``album``, ``isrc``, ``iswc``, ``path`` and ``duration``. A track of null is
a song that is not in the catalog.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from samesong.features.errors import SetlistError
from samesong.runtime.catalog.interface import TrackInfo

SCHEMA = 1
"""Version of the JSON above; a list of another one is refused."""

T = TypeVar("T")


@dataclass(frozen=True)
class Song:
    """One song of a recording.

    Attributes
    ----------
    start, end
        Where it lies in the recording, in seconds.
    track
        The studio track that it is a performance of; None when it is not in the catalog.
    confidence
        Probability that this is right, 0 to 1.
    key_shift
        Semitones by which it lies above the track, -11 to 11; None when the song is unknown.
    tempo_ratio
        Its tempo divided by the track's; None when the song is unknown.

    Raises
    ------
    SetlistError
        If a number is out of its range.
    """

    start: float
    end: float
    track: TrackInfo | None
    confidence: float
    key_shift: int | None
    tempo_ratio: float | None

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end < math.inf:
            raise SetlistError(
                f"a song from {self.start} to {self.end} s; its start must be 0 or above and "
                "below its end"
            )
        if not 0 <= self.confidence <= 1:
            raise SetlistError(f"confidence is {self.confidence}; give a value from 0 to 1")
        if self.key_shift is not None and not -11 <= self.key_shift <= 11:
            raise SetlistError(f"key_shift is {self.key_shift}; give -11 to 11 semitones")
        if self.tempo_ratio is not None and not 0 < self.tempo_ratio < math.inf:
            raise SetlistError(f"tempo_ratio is {self.tempo_ratio}; give a number above 0")

    def to_dict(self) -> dict[str, Any]:
        """Return the song as JSON knows it."""
        track = self.track
        return {
            "start": self.start,
            "end": self.end,
            "track": track and {field.name: getattr(track, field.name) for field in _TRACK},
            "confidence": self.confidence,
            "key_shift": self.key_shift,
            "tempo_ratio": self.tempo_ratio,
        }

    @classmethod
    def from_dict(cls, data: object) -> "Song":
        """Read what `to_dict` made, or what a person made of it.

        Of a track, ``track_id`` is needed alone; it may be empty for a song named by hand.

        Raises
        ------
        SetlistError
            If something is missing, of a wrong type or out of range.
        """
        given = _object(data, "a song")
        shift = given.get("key_shift")
        ratio = given.get("tempo_ratio")
        return cls(
            start=_number(given, "start"),
            end=_number(given, "end"),
            track=None if given.get("track") is None else _track(given["track"]),
            confidence=_number(given, "confidence"),
            key_shift=None if shift is None else _value(given, "key_shift", int, "an integer"),
            tempo_ratio=None if ratio is None else _number(given, "tempo_ratio"),
        )


_TRACK = fields(TrackInfo)


@dataclass(frozen=True)
class Setlist:
    """The songs of one recording.

    Attributes
    ----------
    recording
        Its path.
    duration
        Its length in seconds.
    songs
        In their order; none begins before the one in front of it ends.

    Raises
    ------
    SetlistError
        If songs overlap, or lie outside the recording.
    """

    recording: str
    duration: float
    songs: tuple[Song, ...]

    def __post_init__(self) -> None:
        if not 0 <= self.duration < math.inf:
            raise SetlistError(f"duration is {self.duration}; give the recording's seconds")
        before = 0.0
        for number, song in enumerate(self.songs, 1):
            if song.start < before:
                raise SetlistError(
                    f"song {number} begins at {song.start} s, before the one in front of it ends "
                    f"({before} s); songs must not overlap and must be in order"
                )
            if song.end > self.duration:
                raise SetlistError(
                    f"song {number} ends at {song.end} s, after the recording ({self.duration} s)"
                )
            before = song.end

    def to_dict(self) -> dict[str, Any]:
        """Return the set list as ``setlist --format json`` prints it."""
        return {
            "schema": SCHEMA,
            "recording": self.recording,
            "duration": self.duration,
            "songs": [song.to_dict() for song in self.songs],
        }

    @classmethod
    def from_dict(cls, data: object) -> "Setlist":
        """Read what `to_dict` made, or what a person made of it.

        Raises
        ------
        SetlistError
            If something is missing, of a wrong type or out of range.
        """
        given = _object(data, "a set list")
        if given.get("schema") != SCHEMA:
            raise SetlistError(
                f"a set list of schema {given.get('schema')!r}; this samesong reads {SCHEMA}"
            )
        songs = given.get("songs")
        if not isinstance(songs, Sequence) or isinstance(songs, str):
            raise SetlistError(f"songs is {_short(songs)}; give a list")
        return cls(
            recording=_value(given, "recording", str, "a text"),
            duration=_number(given, "duration"),
            songs=tuple(_numbered(number, song) for number, song in enumerate(songs, 1)),
        )


def _numbered(number: int, data: object) -> Song:
    try:
        return Song.from_dict(data)
    except SetlistError as error:
        raise SetlistError(f"song {number}: {error}") from error


def _track(data: object) -> TrackInfo:
    given = _object(data, "a track")
    texts = {
        name: None if given.get(name) is None else _value(given, name, str, "a text or null")
        for name in ("title", "artist", "album", "isrc", "iswc")
    }
    duration = _number(given, "duration") if "duration" in given else 0.0
    if not 0 <= duration < math.inf:
        raise SetlistError(f"a track's duration is {duration}; give seconds, 0 or above")
    return TrackInfo(
        track_id=_value(given, "track_id", str, "a text"),
        path=_value(given, "path", str, "a text") if "path" in given else "",
        duration=duration,
        **texts,
    )


def _object(data: object, what: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise SetlistError(f"{what} is {_short(data)}; give an object")
    return data


def _number(given: Mapping[str, Any], name: str) -> float:
    value = _value(given, name, (int, float), "a number")
    try:
        return float(value)
    except OverflowError as error:  # JSON has integers that no float holds
        raise SetlistError(f"{name} is {_short(value)}; give a finite number") from error


def _value(
    given: Mapping[str, Any], name: str, kind: type[T] | tuple[type[T], ...], wanted: str
) -> T:
    value = given.get(name)
    if not isinstance(value, kind) or isinstance(value, bool):
        found = _short(value) if name in given else "missing"
        raise SetlistError(f"{name} is {found}; give {wanted}")
    return value


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
