"""The shapes of answers that are kept, as OpenAPI describes them."""

from typing import Literal

from pydantic import BaseModel, Field

from samesong.runtime.server.identify_schemas import RankingModel
from samesong.runtime.server.problem_schemas import ProblemModel


class KnownSongsModel(BaseModel):
    """What was known of a recording; only such songs were searched."""

    artists: list[str]
    albums: list[str]
    songs: int = Field(description="Number of songs listed.")
    lists: list[str] = Field(description="Names of the files that list them.")


class AnswerModel(BaseModel):
    """A recording that is identified, and the answer when there is one."""

    id: str
    recording: str = Field(description="Name of its file.", examples=["concert-song.m4a"])
    asked: str = Field(examples=["2026-11-23T03:12:45+00:00"])
    state: Literal["running", "done", "failed"]
    known: KnownSongsModel
    result: RankingModel | None = Field(description="The answer, when the state is done.")
    problem: ProblemModel | None = Field(description="Reason of a failure.")
