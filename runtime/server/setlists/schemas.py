"""The shapes of answers about set lists that are kept, as OpenAPI describes them."""

from pydantic import BaseModel, Field

from samesong.runtime.setlist.document import Setlist


class SetlistSummaryModel(BaseModel):
    """A set list that is kept, without its songs; times are in seconds since 1970."""

    id: str = Field(description="Part of its address; whoever has it may read and correct it.")
    name: str
    artist: str | None
    venue: str | None
    date: str | None
    duration: float
    n_songs: int
    n_named: int
    corrected: bool
    created: float
    changed: float
    audio_until: float | None = Field(description="When its audio is deleted; null without any.")


class SetlistSummariesModel(BaseModel):
    """The set lists of a client, newest first."""

    setlists: list[SetlistSummaryModel]


class KeptFileModel(BaseModel):
    """A file of a concert that can be played."""

    name: str
    start: float = Field(description="Where it begins in the concert, in seconds.")
    end: float = Field(description="Where it ends, in seconds.")


class KeptSetlistModel(SetlistSummaryModel):
    """A set list that is kept."""

    yours: bool = Field(description="Whether this client made it, and so may delete it.")
    warnings: list[str]
    setlist: Setlist = Field(description="As it is now.")
    found: Setlist = Field(description="As it was found.")
    files: list[KeptFileModel] = Field(description="Its audio, in order; empty without any.")


class WaveformModel(BaseModel):
    """The loudness of a recording."""

    seconds: float = Field(description="Seconds of each peak.")
    peaks: str = Field(description="One byte each in base64, from the start on; 255 is full scale.")
