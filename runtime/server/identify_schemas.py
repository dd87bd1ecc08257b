"""The shapes of answers about an uploaded recording, as OpenAPI describes them."""

from typing import Annotated

from pydantic import BaseModel, Field

from samesong.runtime.identification.verdict import Verdict

Span = Annotated[
    list[float], Field(min_length=2, max_length=2, description="Start and end, in seconds.")
]
Probability = Annotated[float, Field(ge=0, le=1)]

WARNINGS = (
    "Names in the fields artist, album and among that are not in the catalog or are ambiguous, and "
    "what was found wrong with the recording, such as a length that its header does not tell."
)


class VersionModel(BaseModel):
    """A recording of a song."""

    track_id: str
    title: str | None
    artist: str | None
    path: str
    duration: float = Field(description="In seconds.")


class MatchModel(BaseModel):
    """One song of a ranking, told by the recording of it that the query is closest to."""

    rank: int = Field(ge=1, examples=[1])
    work_id: str = Field(description="The work.", examples=["0f3a4c5d6e7f8091"])
    track_id: str = Field(examples=["0f3a4c5d6e7f8091"])
    path: str = Field(description="File that the recording was read from.")
    duration: float = Field(description="Length of the recording in seconds.")
    title: str | None = Field(examples=["Greensleeves"])
    artist: str | None = Field(examples=["The Ensemble"])
    isrc: str | None = Field(examples=["FIXYZ2600001"])
    iswc: str | None = Field(examples=["T-123.456.789-4"])
    probability: Probability = Field(
        description="Probability that the query is a performance of this song, rather than of "
        "another one of the catalog or of none of them."
    )
    key_shift: int = Field(description="Semitones by which the query is above the track.")
    query_span: Span
    reference_span: Span
    tempo_ratio: float = Field(description="Tempo of the query over that of the track.")
    recording: VersionModel = Field(
        description="The recording that the query is closest to, by its own title."
    )
    versions: list[VersionModel] = Field(description="The other recordings of the song.")


class RankingModel(BaseModel):
    """The songs of the catalog that are most likely the same, best first."""

    query: str = Field(examples=["concert-song.m4a"])
    verdict: Verdict = Field(
        description="The first song is a match; it is probable, but not sure enough to be named; "
        "or the query is none of these."
    )
    accepted: bool = Field(description="True for a match.")
    matches: list[MatchModel]
    none: Probability = Field(description="Probability that the query is none of these songs.")
    seconds: float = Field(description="Time that identification took.")
    warnings: list[str] = Field(description=WARNINGS)


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
    pair_probability: Probability = Field(
        description="Probability that the two are one song, judged from them alone, if that "
        "is as likely as not beforehand."
    )
    same: bool = Field(description="True when the probability is 0.5 or more.")
    key_shift: int
    query_span: Span
    reference_span: Span
    tempo_ratio: float
    query_window: Span = Field(description="Span of the rows of the CSMs.")
    reference_window: Span = Field(description="Span of their columns.")
    csms: list[CsmModel]
    path: list[Span] = Field(description="Aligned times of the query and of the reference.")
