"""The shape of a service's account of itself, as OpenAPI describes it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from samesong.runtime.server.identify_schemas import Probability


class LimitsModel(BaseModel):
    """Limits on uploads."""

    upload_bytes: int
    seconds: float = Field(description="Longest recording to identify, compare or add.")
    concert_seconds: float = Field(description="Longest recording for a set list.")


class ReportFormatModel(BaseModel):
    """A format of reports."""

    model_config = ConfigDict(from_attributes=True)

    name: str = Field(examples=["csv"])
    media_type: str = Field(examples=["text/csv"])
    suffix: str = Field(examples=[".csv"])
    summary: str


class HealthModel(BaseModel):
    """The version, catalog and limits of a running service."""

    status: Literal["ok"] = "ok"
    version: str
    model: str
    n_tracks: int
    threshold: Probability
    token_required: bool
    limits: LimitsModel
    audio_suffixes: list[str] = Field(
        description="Endings of the names of files that are taken for audio in folders.",
        examples=[[".flac", ".mp3"]],
    )
    report_formats: list[ReportFormatModel]
