"""The shapes of answers about the works of the catalog, as OpenAPI describes them."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field

from samesong.runtime.server.track_schemas import CatalogTrackModel


class WorkModel(BaseModel):
    """One work of the catalog, with its recordings."""

    work_id: str = Field(examples=["0f3a4c5d6e7f8091"])
    title: str | None = Field(examples=["Greensleeves"])
    artist: str | None = Field(examples=["The Ensemble"])
    named_by_hand: bool = Field(description="True if a person gave it its title.")
    grouped_by_hand: bool = Field(description="True if a person joined or split its recordings.")
    tracks: list[CatalogTrackModel] = Field(description="Its recordings, the oldest entry first.")


class SortColumn(StrEnum):
    """What works are sorted by."""

    RECORDINGS = "recordings"
    TITLE = "title"
    ARTIST = "artist"
    ISRC = "isrc"
    DURATION = "duration"
    ADDED = "added"


class WorkPageModel(BaseModel):
    """One page of a search for works."""

    total: int = Field(description="Number of works found, on all pages.")
    n_tracks: int = Field(description="Number of their recordings, on all pages.")
    limit: int
    offset: int
    works: list[WorkModel]


class ChangedWorksModel(BaseModel):
    """The works that were changed, as they are now."""

    works: list[WorkModel]


class WorkTitleModel(BaseModel):
    """The title of a work."""

    title: Annotated[str, Field(max_length=1000)] | None = Field(
        description="Null to go by the titles of its recordings again.", examples=["Greensleeves"]
    )
