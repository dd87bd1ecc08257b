"""What requests and answers hold, as OpenAPI describes them."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Span = Annotated[
    list[float], Field(min_length=2, max_length=2, description="Start and end, in seconds.")
]
Probability = Annotated[float, Field(ge=0, le=1)]


class ProblemModel(BaseModel):
    """Why a request was refused, or a job failed (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    code: str = Field(description="The same for programs, and finer than the status.")
    detail: str = Field(description="What was wrong and what to do.")

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "about:blank",
                "title": "Unprocessable Entity",
                "status": 422,
                "code": "not-audio",
                "detail": "'notes.txt' is not audio that can be decoded, or is damaged; formats "
                "that can be read are wav, flac, mp3, ogg, opus, m4a, mp4, mov and webm",
            }
        }
    )


class MatchModel(BaseModel):
    """One track of a ranking."""

    rank: int = Field(ge=1, examples=[1])
    track_id: str = Field(examples=["0f3a4c5d6e7f8091"])
    title: str | None = Field(examples=["Greensleeves"])
    artist: str | None = Field(examples=["The Ensemble"])
    isrc: str | None = Field(examples=["FIXYZ2600001"])
    iswc: str | None = Field(examples=["T-123.456.789-4"])
    score: Probability = Field(description="Probability that it is the same song.")
    key_shift: int = Field(description="Semitones by which the query lies above the track.")
    query_span: Span
    reference_span: Span
    tempo_ratio: float = Field(description="Tempo of the query over that of the track.")


class RankingModel(BaseModel):
    """The tracks most like a recording, best first."""

    query: str = Field(examples=["concert-song.m4a"])
    matches: list[MatchModel]
    accepted: bool = Field(description="Whether the first match reaches the threshold.")
    seconds: float = Field(description="What identifying took.")


class CsmModel(BaseModel):
    """A cross-similarity matrix in a byte a cell, base64, row by row."""

    level: int = Field(ge=1, description="1 is the finest.")
    query_steps: int = Field(description="Rows.")
    reference_steps: int = Field(description="Columns.")
    step_seconds: float
    low: float = Field(description="The cosine that byte 0 stands for.")
    high: float = Field(description="The cosine that byte 255 stands for.")
    data: str


class ComparisonModel(BaseModel):
    """Whether two recordings are the same song, and where they match."""

    query: str = Field(examples=["concert-song.m4a"])
    reference: str = Field(examples=["studio.flac"])
    score: Probability
    same: bool = Field(description="Whether the probability is one half or more.")
    key_shift: int
    query_span: Span
    reference_span: Span
    tempo_ratio: float
    query_window: Span = Field(description="What the rows of the CSMs cover.")
    reference_window: Span = Field(description="What their columns cover.")
    csms: list[CsmModel]
    path: list[Span] = Field(description="Aligned times: of the query, and of the reference.")


class SetlistTrackModel(BaseModel):
    """The track that a song is a performance of."""

    track_id: str = Field(description="Empty for a song named by hand.")
    title: str | None = None
    artist: str | None = None
    album: str | None = None
    isrc: str | None = None
    iswc: str | None = None
    path: str = ""
    duration: float = 0.0


class SongModel(BaseModel):
    """One song of a set list."""

    start: float = Field(ge=0, description="Seconds in the recording.")
    end: float = Field(gt=0)
    track: SetlistTrackModel | None = Field(None, description="null: not in the catalog.")
    confidence: Probability
    key_shift: int | None = None
    tempo_ratio: float | None = None


class SetlistModel(BaseModel):
    """The songs of a recording, in order."""

    model_config = ConfigDict(
        populate_by_name=True,
        json_schema_extra={
            "example": {
                "schema": 1,
                "recording": "concert.flac",
                "duration": 3600.0,
                "songs": [
                    {
                        "start": 12.3,
                        "end": 250.1,
                        "track": {
                            "track_id": "0f3a4c5d6e7f8091",
                            "title": "Greensleeves",
                            "artist": "The Ensemble",
                            "isrc": "FIXYZ2600001",
                        },
                        "confidence": 0.98,
                        "key_shift": -2,
                        "tempo_ratio": 1.04,
                    }
                ],
            }
        },
    )

    schema_: Literal[1] = Field(alias="schema")
    recording: str
    duration: float = Field(ge=0)
    songs: list[SongModel]


class JobSummaryModel(BaseModel):
    """How far a set list is."""

    id: str
    recording: str = Field(examples=["concert.flac"])
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    progress: Probability
    seconds_left: float | None = Field(description="Known once some of it is done.")
    problem: ProblemModel | None = Field(description="Why it failed.")


class JobModel(JobSummaryModel):
    """How far a set list is, and the list when it is done."""

    result: SetlistModel | None


class JobsModel(BaseModel):
    """The jobs that are remembered, the newest first."""

    jobs: list[JobSummaryModel]


class TrackModel(BaseModel):
    """One track of the catalog."""

    track_id: str = Field(examples=["0f3a4c5d6e7f8091"])
    title: str | None = Field(examples=["Greensleeves"])
    artist: str | None = Field(examples=["The Ensemble"])
    album: str | None
    isrc: str | None
    iswc: str | None
    path: str = Field(examples=["/music/greensleeves.flac"])
    duration: float
    added: str = Field(examples=["2026-11-23T03:12:45+00:00"])
    has_audio: bool = Field(description="Whether its file is still there to be played.")


class TracksModel(BaseModel):
    """A page of the catalog."""

    total: int = Field(description="Tracks that the search finds.")
    limit: int
    offset: int
    tracks: list[TrackModel]


class LimitsModel(BaseModel):
    """How much is taken."""

    upload_bytes: int
    seconds: float = Field(description="Of a recording to identify, compare or add.")
    concert_seconds: float = Field(description="Of a recording for a set list.")


class ReportFormatModel(BaseModel):
    """A format that set lists are written in."""

    model_config = ConfigDict(from_attributes=True)

    name: str = Field(examples=["csv"])
    media_type: str = Field(examples=["text/csv"])
    suffix: str = Field(examples=[".csv"])
    summary: str


class HealthModel(BaseModel):
    """That the service is there, and what it is."""

    status: Literal["ok"] = "ok"
    version: str
    model: str
    n_tracks: int
    threshold: Probability
    token_required: bool
    limits: LimitsModel
    report_formats: list[ReportFormatModel]
