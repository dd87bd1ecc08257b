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
    summary: str = Field(description="Name for people.", examples=["Spreadsheet (CSV)"])


class ShardModel(BaseModel):
    """One shard of the catalog on a cluster."""

    model_config = ConfigDict(from_attributes=True)

    number: int = Field(description="From 0.")
    n_windows: int = Field(description="Windows that it holds.")
    replicas: int = Field(description="Replicas that answer; 0 while a lost one is started again.")
    nodes: list[str] = Field(description="Addresses of the machines that they are on.")


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
    shards: list[ShardModel] = Field(
        description="The shards that the catalog is searched in; empty where this server does it."
    )
