"""What is heard between the songs of a set list."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from samesong.runtime.setlist.fields import Document, Number, Seconds


class InterludeKind(StrEnum):
    """What is heard where no song is played."""

    TALK = "talk"
    APPLAUSE = "applause"
    TUNING = "tuning"


class Interlude(Document):
    """Talk, applause or tuning between songs."""

    start: Seconds = Field(description="Start in the recording, in seconds.")
    end: Annotated[Number, Field(gt=0)] = Field(
        description="End in the recording, in seconds; above start."
    )
    kind: InterludeKind = Field(description="What is heard: talk, applause or tuning.")
