"""JSON, for programs, with a schema that says what is in it."""

import json
from importlib.resources import files
from typing import Any

from samesong.runtime.setlist.songs import Setlist


def write_json(setlist: Setlist) -> str:
    """Return a set list as `schema` describes it; `Setlist.from_dict` reads it again.

    It is ASCII, which every terminal and program can read.
    """
    return json.dumps(setlist.to_dict(), indent=2, allow_nan=False) + "\n"


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a set list."""
    text = files("samesong.runtime.reports").joinpath("setlist.schema.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
