"""The shapes of answers about the catalog, as OpenAPI describes them."""

from typing import Annotated

from pydantic import BaseModel, Field

_MOST_TRACKS = 1000  # in one request
TrackIds = Annotated[
    list[str],
    Field(min_length=1, max_length=_MOST_TRACKS, examples=[["0f3a4c5d6e7f8091"]]),
]
Text = Annotated[str, Field(max_length=1000)]


class CatalogTrackModel(BaseModel):
    """One track of the catalog."""

    track_id: str = Field(examples=["0f3a4c5d6e7f8091"])
    title: str | None = Field(examples=["Greensleeves"])
    artist: str | None = Field(examples=["The Ensemble"])
    album: str | None
    isrc: str | None
    iswc: str | None
    work_code: str | None = Field(description="Id of the work in a system of your own.")
    edited: list[str] = Field(
        description="Fields that were set by hand, which tags do not change any more.",
        examples=[["title"]],
    )
    work_id: str = Field(
        description="The work that it is a recording of.", examples=["0f3a4c5d6e7f8091"]
    )
    work_reason: str = Field(description="Why it belongs to that work; empty if it is alone.")
    twin_of: str | None = Field(
        description="The track that stands for it in searches, where both are one recording in "
        "other encodings."
    )
    path: str = Field(examples=["/music/greensleeves.flac"])
    duration: float
    added: str = Field(examples=["2026-11-23T03:12:45+00:00"])
    has_audio: bool = Field(description="True when its file can be played.")


class AddedTrackModel(CatalogTrackModel):
    """The track that a recording was added as."""

    warnings: list[str] = Field(
        description="What was found wrong with the recording, such as a length that its header "
        "does not tell."
    )


class TrackPageModel(BaseModel):
    """One page of a search in the catalog."""

    total: int = Field(description="Number of tracks found, on all pages.")
    limit: int
    offset: int
    tracks: list[CatalogTrackModel]


class RecordingsModel(BaseModel):
    """Recordings of the catalog."""

    track_ids: TrackIds


class EditModel(BaseModel):
    """What recordings are to say, whatever their tags say; fields that are left out stay."""

    track_ids: TrackIds
    title: Text | None = Field(None, description="Null empties a field.")
    artist: Text | None = None
    album: Text | None = None
    isrc: Text | None = Field(None, examples=["FIXYZ2600001"])
    iswc: Text | None = Field(None, examples=["T-034.524.680-1"])
    work_code: Text | None = Field(None, description="Id of the work in a system of your own.")


class EditedModel(BaseModel):
    """Recordings as they are now."""

    tracks: list[CatalogTrackModel]


class RemovedModel(BaseModel):
    """What was removed."""

    removed: int = Field(description="Number of recordings.")
