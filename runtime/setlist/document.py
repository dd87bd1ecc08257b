"""The set list: the songs of one recording of a concert, with their times and studio tracks.

With its songs and interludes, this is its only definition. Reading checks against it, and the JSON
schema, the description of the HTTP service and the web page's types are generated from it, by
``scripts/generate_schemas.py``.
"""

from collections.abc import Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from samesong.features.errors import SetlistError
from samesong.runtime.display.data_frame import data_frame
from samesong.runtime.setlist.fields import Day, Document, Number, Seconds, Text
from samesong.runtime.setlist.html_ import setlist_html
from samesong.runtime.setlist.interlude import Interlude
from samesong.runtime.setlist.invalid import explain, short
from samesong.runtime.setlist.song import Song, SongTrack

if TYPE_CHECKING:
    from samesong.runtime.display.data_frame import DataFrame

SCHEMA: Literal[3] = 3
"""Version of the set list's JSON; a list of another version is refused."""


class RecordingFile(Document):
    """One of several files that a recording consists of."""

    path: Text = Field(description="Path of the file.")
    start: Seconds = Field(description="Where it begins in the recording, in seconds.")
    end: Seconds = Field(description="Where it ends in the recording, in seconds.")


class Setlist(Document):
    """The songs of one recording of a concert.

    Times are in seconds of that recording; they run on through its files where it has several.
    Within a version of the schema keys may be added, but none is removed or changes its meaning.

    Examples
    --------
    >>> song = {"start": 0.0, "end": 60.0, "track": {"track_id": "", "title": "Greensleeves"}}
    >>> setlist = Setlist.from_dict(
    ...     {"schema": 3, "recording": "concert.flac", "duration": 90.0, "songs": [song]}
    ... )
    >>> setlist.n_named, setlist.songs[0].track.title
    (1, 'Greensleeves')
    """

    model_config = ConfigDict(
        populate_by_name=True,
        json_schema_extra={
            "description": "The songs of one recording of a concert.\n\n"
            "Times are in seconds of that recording; they run on through its files where it has "
            "several.\nWithin a version of the schema keys may be added, but none is removed or "
            "changes its meaning.",
            "examples": [
                {
                    "schema": SCHEMA,
                    "recording": "concert.flac",
                    "title": None,
                    "artist": "The Ensemble",
                    "venue": "Town hall",
                    "date": "2026-05-12",
                    "notes": None,
                    "duration": 3600.0,
                    "songs": [
                        {
                            "start": 12.3,
                            "end": 250.1,
                            "verdict": "match",
                            "track": {
                                "track_id": "0f3a4c5d6e7f8091",
                                "title": "Greensleeves",
                                "artist": "The Ensemble",
                                "album": None,
                                "isrc": "FIXYZ2600001",
                                "path": "/music/greensleeves.flac",
                                "duration": 231.0,
                                "iswc": None,
                                "work_id": "0f3a4c5d6e7f8091",
                            },
                            "probability": 0.98,
                            "candidates": [],
                            "key_shift": -2,
                            "tempo_ratio": 1.04,
                            "section": None,
                            "notes": None,
                        }
                    ],
                    "interludes": [{"start": 0.0, "end": 12.3, "kind": "applause"}],
                    "files": [],
                    "start": 0.0,
                    "end": None,
                    "model": "harmonic",
                    "threshold": 0.5,
                    "version": None,
                }
            ],
        },
    )

    schema_: Literal[3] = Field(
        default=SCHEMA, alias="schema", description="Version of this schema."
    )
    recording: Text = Field(
        description="Path of the recording; of the folder that holds its files where it has "
        "several."
    )
    title: Text | None = Field(
        default=None,
        description="Name of the concert; null where it is that of the recording.",
    )
    artist: Text | None = Field(default=None, description="Who played; null if not told.")
    venue: Text | None = Field(default=None, description="Where they played; null if not told.")
    date: Day | None = Field(
        default=None, description="Day of the concert as YYYY-MM-DD; null if not told."
    )
    notes: Text | None = Field(default=None, description="Remarks of a person on the concert.")
    duration: Seconds = Field(description="Length of the recording in seconds.")
    songs: tuple[Song, ...] = Field(
        description="The songs in order. None starts before the previous one ends, and none ends "
        "after the recording."
    )
    interludes: tuple[Interlude, ...] = Field(
        default=(),
        description="Talk, applause and tuning between songs, in order; empty unless asked for.",
    )
    files: tuple[RecordingFile, ...] = Field(
        default=(), description="The files in order where the recording has several; else empty."
    )
    start: Seconds = Field(
        default=0.0, description="Start of the part that was searched, in seconds."
    )
    end: Seconds | None = Field(
        default=None,
        description="End of the part that was searched, in seconds; null where that is the end of "
        "the recording.",
    )
    model: Text | None = Field(
        default=None, description="Name of the model that found the songs; null if unknown."
    )
    threshold: Annotated[Number, Field(ge=0, le=1)] | None = Field(
        default=None,
        description="Probability at which a song was named, or more; null if unknown.",
    )
    version: Text | None = Field(
        default=None, description="Version of samesong that found the songs; null if unknown."
    )

    @property
    def name(self) -> str:
        """Name of the concert: its title, or else the name of the recording; it may be empty."""
        recording = PurePath(self.recording)
        return (self.title or "").strip() or (recording.name if self.files else recording.stem)

    @property
    def entries(self) -> tuple[Song | Interlude, ...]:
        """Songs and interludes in the order of their times."""
        return tuple(sorted((*self.songs, *self.interludes), key=lambda entry: entry.start))

    @property
    def n_named(self) -> int:
        """Number of songs with a name."""
        return sum(song.track is not None for song in self.songs)

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        before = 0.0
        for number, song in enumerate(self.songs, 1):
            if song.start < before:
                raise PydanticCustomError(
                    "order",
                    "song {number} starts at {start} s, before the previous one ends ({before} s); "
                    "songs must be in order and must not overlap",
                    {"number": number, "start": song.start, "before": before},
                )
            if song.end > self.duration:
                raise PydanticCustomError(
                    "order",
                    "song {number} ends at {end} s, after the recording ({duration} s)",
                    {"number": number, "end": song.end, "duration": self.duration},
                )
            before = song.end
        before = 0.0
        for number, one in enumerate(self.interludes, 1):
            if not before <= one.start < one.end <= self.duration:
                raise PydanticCustomError(
                    "order",
                    "interlude {number} is from {start} to {end} s; interludes must be in order, "
                    "end after they start, and lie within the recording",
                    {"number": number, "start": one.start, "end": one.end},
                )
            before = one.end
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return the set list as ``setlist --format json`` prints it.

        Returns
        -------
        dict
            Only what JSON can hold, lists among it, not tuples.
        """
        return self.model_dump(mode="json", by_alias=True)

    def to_pandas(self) -> "DataFrame":
        """Return the songs as a table for pandas.

        Returns
        -------
        pandas.DataFrame
            One row a song: its keys in `to_dict`, those of its track in place of it, and the
            recording.

        Raises
        ------
        MissingExtraError
            If pandas is not installed.
        """
        of_song = [name for name in Song.model_fields if name not in ("track", "candidates")]
        columns = ["recording", *of_song, *SongTrack.model_fields]
        rows = (
            {
                "recording": self.recording,
                **({} if song.track is None else song.track.model_dump(mode="json")),
                **song.model_dump(mode="json", include=set(of_song)),
            }
            for song in self.songs
        )
        return data_frame(columns, rows)

    def _repr_html_(self) -> str:
        return setlist_html(self)

    @classmethod
    def from_dict(cls, data: object) -> "Setlist":
        """Read what `to_dict` returned, perhaps after a person edited it.

        Parameters
        ----------
        data : object
            Decoded JSON.

        Returns
        -------
        Setlist
            The set list.

        Raises
        ------
        SetlistError
            If something is missing, of a wrong type or out of range; the message names the song,
            the key and the value.
        """
        if isinstance(data, Mapping) and data.get("schema") != SCHEMA:
            told = short(data["schema"]) if "schema" in data else "missing"
            raise SetlistError(
                f"its schema is {told}, and this samesong reads {SCHEMA}: "
                "find the songs again, or bring the file into that form"
            )
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise SetlistError(explain(error, cls.model_json_schema())) from error
