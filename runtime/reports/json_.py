"""JSON, for programs, with a schema that describes it."""

import json
from importlib.resources import files
from typing import Any

from samesong.runtime.reports.report_format import ReportFormat
from samesong.runtime.setlist.document import Setlist


def write_json(setlist: Setlist) -> str:
    """Return a set list as `schema` describes it; `Setlist.from_dict` reads it again.

    Parameters
    ----------
    setlist : Setlist
        The set list.

    Returns
    -------
    str
        ASCII, which every terminal and program can read.
    """
    return json.dumps(setlist.to_dict(), indent=2, allow_nan=False) + "\n"


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a set list."""
    text = files("samesong.runtime.reports").joinpath("setlist.schema.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


FORMAT = ReportFormat("json", "application/json", ".json", "Data for programs (JSON)", write_json)
