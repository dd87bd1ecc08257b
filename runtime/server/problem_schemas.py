"""The shape of a refusal, as OpenAPI describes it."""

from pydantic import BaseModel, ConfigDict, Field


class ProblemModel(BaseModel):
    """The reason for which a request was refused or a job failed (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    code: str = Field(description="The reason for programs, more specific than the status.")
    detail: str = Field(description="The reason for people, and what to do.")

    formats: list[str] | None = Field(
        None,
        description="Suffixes of the files that can be read; with the code `unknown-format` alone.",
    )

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "about:blank",
                "title": "Unprocessable Entity",
                "status": 422,
                "code": "unknown-format",
                "detail": "'notes.txt' is not audio that can be decoded, or is damaged",
                "formats": ["mp3", "wav", "flac"],
            }
        }
    )
