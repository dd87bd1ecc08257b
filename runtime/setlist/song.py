"""A song of a set list, the studio recording that it is named by, and those that it may be."""

from collections.abc import Collection, Mapping
from typing import Annotated, Self

from pydantic import Field, Strict, model_validator
from pydantic_core import PydanticCustomError

from samesong.runtime.catalog.interface import TrackInfo
from samesong.runtime.identification.verdict import Verdict
from samesong.runtime.setlist.fields import Document, Length, Number, Seconds, Text
from samesong.runtime.works.work_name import work_artist, work_title


class SongTrack(Document):
    """The studio recording that a song is a performance of; when read, it needs only `track_id`."""

    track_id: Text = Field(description="Its id in the catalog; empty for a song named by hand.")
    title: Text | None = Field(default=None, description="Title of its work, if known.")
    artist: Text | None = Field(default=None, description="Artist of its work, if known.")
    album: Text | None = Field(default=None, description="Its album, if known.")
    isrc: Text | None = Field(
        default=None,
        description="International Standard Recording Code, from the tags of the recording.",
    )
    path: Text = Field(default="", description="File that the studio recording was read from.")
    duration: Length = Field(default=0.0, description="Length of the studio recording in seconds.")
    iswc: Text | None = Field(
        default=None,
        description="International Standard Musical Work Code of the composition, from the tags of "
        "the recording.",
    )
    work_id: Text = Field(
        default="", description="The work in the catalog that it is a recording of."
    )

    @classmethod
    def of(cls, track: TrackInfo, recordings: Collection[TrackInfo]) -> Self:
        """Return a track of a catalog under the title and the artist of its work.

        Parameters
        ----------
        track : TrackInfo
            The recording.
        recordings : collection of TrackInfo
            All recordings of its work.

        Returns
        -------
        SongTrack
            With its work also where it is the only recording of it.
        """
        fields = {name: getattr(track, name) for name in cls.model_fields}
        name = {"title": work_title(recordings), "artist": work_artist(recordings)}
        return cls.model_validate({**fields, **name, "work_id": track.work})


class Candidate(Document):
    """A work that a song may be, told by the recording of it that the song is closest to."""

    track: SongTrack = Field(description="The studio recording.")
    probability: Annotated[Number, Field(ge=0, le=1)] = Field(
        description="Probability that the song is a performance of its work."
    )


class Song(Document):
    """One song of a recording."""

    start: Seconds = Field(description="Start in the recording, in seconds.")
    end: Annotated[Number, Field(gt=0)] = Field(
        description="End in the recording, in seconds; above start."
    )
    verdict: Verdict = Field(
        description="match: the song is named; probable: the first candidate stands out, but is "
        "not sure enough to be named; none: it is probably no song of the catalog."
    )
    track: SongTrack | None = Field(
        default=None, description="The studio recording; null unless the verdict is match."
    )
    probability: Annotated[Number, Field(ge=0, le=1)] | None = Field(
        default=None,
        description="Probability that the name is right; null for a song without a name, or one "
        "named by hand.",
    )
    candidates: tuple[Candidate, ...] = Field(
        default=(), description="The works that it may be, the most probable one first."
    )
    key_shift: Annotated[int, Strict(), Field(ge=-11, le=11)] | None = Field(
        default=None,
        description="Semitones by which the song is above the studio recording; null when the song "
        "is unknown.",
    )
    tempo_ratio: Annotated[Number, Field(gt=0)] | None = Field(
        default=None,
        description="Tempo of the song divided by that of the studio recording; null when the song "
        "is unknown.",
    )

    section: Text | None = Field(
        default=None,
        description="The part of the concert that it belongs to, such as Set 2 or Encore; null "
        "where the concert has one part only.",
    )
    notes: Text | None = Field(
        default=None, description="Remarks of a person on it, such as a guest or a false start."
    )

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, data: object) -> object:
        """Add the verdict to a song that was written by hand."""
        if isinstance(data, Mapping) and "verdict" not in data:
            return {**data, "verdict": "none" if data.get("track") is None else "match"}
        return data

    @model_validator(mode="after")
    def _check_verdict(self) -> Self:
        if (self.track is None) == (self.verdict is Verdict.MATCH):
            raise PydanticCustomError(
                "verdict",
                "a song with the verdict {verdict} and {track} track; a match has one, and no "
                "other verdict",
                {"verdict": str(self.verdict), "track": "no" if self.track is None else "a"},
            )
        if self.track is None and self.probability is not None:
            raise PydanticCustomError(
                "verdict",
                "a song without a track and a probability of {probability}; it has none",
                {"probability": self.probability},
            )
        return self

    @model_validator(mode="after")
    def _check_span(self) -> Self:
        if self.start >= self.end:
            raise PydanticCustomError(
                "span",
                "a song from {start} to {end} s; its start must be below its end",
                {"start": self.start, "end": self.end},
            )
        return self
