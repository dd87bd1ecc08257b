"""The shapes of answers about an uploaded recording, as OpenAPI describes them."""

from typing import Annotated

from pydantic import BaseModel, Field

Span = Annotated[
    list[float], Field(min_length=2, max_length=2, description="Start and end, in seconds.")
]
Probability = Annotated[float, Field(ge=0, le=1)]


class MatchModel(BaseModel):
    """One track of a ranking."""

    rank: int = Field(ge=1, examples=[1])
    track_id: str = Field(examples=["0f3a4c5d6e7f8091"])
    title: str | None = Field(examples=["Greensleeves"])
    artist: str | None = Field(examples=["The Ensemble"])
    isrc: str | None = Field(examples=["FIXYZ2600001"])
    iswc: str | None = Field(examples=["T-123.456.789-4"])
    score: Probability = Field(description="Probability that it is the same song.")
    key_shift: int = Field(description="Semitones by which the query is above the track.")
    query_span: Span
    reference_span: Span
    tempo_ratio: float = Field(description="Tempo of the query over that of the track.")


class RankingModel(BaseModel):
    """The tracks of the catalog that are most likely the same song, best first."""

    query: str = Field(examples=["concert-song.m4a"])
    matches: list[MatchModel]
    accepted: bool = Field(description="True when the first match reaches the threshold.")
    seconds: float = Field(description="Time that identification took.")


class CsmModel(BaseModel):
    """A cross-similarity matrix: one byte per cell, row by row, in base64."""

    level: int = Field(ge=1, description="1 is the finest.")
    query_steps: int = Field(description="Rows.")
    reference_steps: int = Field(description="Columns.")
    step_seconds: float
    low: float = Field(description="Cosine similarity of byte 0.")
    high: float = Field(description="Cosine similarity of byte 255.")
    data: str


class ComparisonModel(BaseModel):
    """A comparison of two recordings: the probability of the same song, and where they match."""

    query: str = Field(examples=["concert-song.m4a"])
    reference: str = Field(examples=["studio.flac"])
    score: Probability
    same: bool = Field(description="True when the probability is 0.5 or more.")
    key_shift: int
    query_span: Span
    reference_span: Span
    tempo_ratio: float
    query_window: Span = Field(description="Span of the rows of the CSMs.")
    reference_window: Span = Field(description="Span of their columns.")
    csms: list[CsmModel]
    path: list[Span] = Field(description="Aligned times of the query and of the reference.")
