"""The shapes of answers about the catalog, as OpenAPI describes them."""

from pydantic import BaseModel, Field


class CatalogTrackModel(BaseModel):
    """One track of the catalog."""

    track_id: str = Field(examples=["0f3a4c5d6e7f8091"])
    title: str | None = Field(examples=["Greensleeves"])
    artist: str | None = Field(examples=["The Ensemble"])
    album: str | None
    isrc: str | None
    iswc: str | None
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


class TrackPageModel(BaseModel):
    """One page of a search in the catalog."""

    total: int = Field(description="Number of tracks found, on all pages.")
    limit: int
    offset: int
    tracks: list[CatalogTrackModel]
