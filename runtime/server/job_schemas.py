"""The shapes of answers about set lists being found, as OpenAPI describes them."""

from typing import Literal

from pydantic import BaseModel, Field

from samesong.runtime.server.identify_schemas import WARNINGS, Probability
from samesong.runtime.server.problem_schemas import ProblemModel
from samesong.runtime.setlist.document import Setlist


class JobSummaryModel(BaseModel):
    """Progress of a set list."""

    id: str
    recording: str = Field(examples=["concert.flac"])
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    progress: Probability
    seconds_left: float | None = Field(description="Null until enough is done to tell.")
    problem: ProblemModel | None = Field(description="Reason of a failure.")
    warnings: list[str] = Field(description=WARNINGS)


class JobModel(JobSummaryModel):
    """Progress of a set list, the list as far as it is known, and that when it is done."""

    result: Setlist | None
    so_far: Setlist | None = Field(
        description="While it works, the songs in what has been heard up to its end; from the "
        "first minutes on."
    )


class JobsModel(BaseModel):
    """The jobs of a client that the server remembers, newest first."""

    jobs: list[JobSummaryModel]
