"""The outcome of indexing one file."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Status(StrEnum):
    """The kinds of outcome."""

    ADDED = "added"
    REPLACED = "replaced"
    """It took the place of other content under the same path."""
    PRESENT = "present"
    """It was in the catalog before."""
    MOVED = "moved"
    """So was its content, under a path where there is no file any more."""
    DUPLICATE = "duplicate"
    """Another file in the catalog has the same content."""
    FAILED = "failed"


@dataclass(frozen=True)
class Outcome:
    """The outcome of indexing one file.

    Attributes
    ----------
    path : Path
        The file.
    status : Status
        What was done with it.
    track_id : str, optional
        Its track; empty when it failed.
    detail : str, optional
        Why it failed, the path of the file that it duplicates, or its old path; else empty.
    """

    path: Path
    status: Status
    track_id: str = ""
    detail: str = ""
