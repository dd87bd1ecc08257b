"""The types of the fields of a set list, and what all of its parts have in common."""

from datetime import date as calendar_date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict
from pydantic_core import PydanticCustomError

LONGEST = 3_600_000
"""Seconds that a recording may last: 1,000 hours. Absurd times make absurd reports, and the frames
of a CUE sheet overflow in programs that read it."""

# Strict: neither "12" nor true passes for a number.
Text = Annotated[str, Strict()]
Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Length = Annotated[Number, Field(ge=0)]
Seconds = Annotated[Number, Field(ge=0, le=LONGEST)]


def _real_day(text: str) -> str:
    try:
        calendar_date.fromisoformat(text)
    except ValueError:
        raise PydanticCustomError("day", "not in the calendar") from None
    return text


Day = Annotated[
    Text,
    Field(pattern=r"^\d{4}-\d{2}-\d{2}$", json_schema_extra={"format": "date"}),
    AfterValidator(_real_day),
]
"""A day of the calendar, as YYYY-MM-DD."""


class Document(BaseModel):
    """Part of a set list."""

    # Every key is written, also where its value is the default.
    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)
