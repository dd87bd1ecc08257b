"""The outcome of indexing one file."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from samesong.runtime.files.failure import file_failure


class Status(StrEnum):
    """The kinds of outcome."""

    ADDED = "added"
    REPLACED = "replaced"
    """It took the place of other content under the same path."""
    PRESENT = "present"
    """It was in the catalog before."""
    MOVED = "moved"
    """So was its audio, under a path where it is no more."""
    RETAGGED = "retagged"
    """So was its audio, with other tags."""
    DUPLICATE = "duplicate"
    """Another file in the catalog has the same audio."""
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
        Why it failed, the path of the file that it duplicates, its old path, or what it took over
        from the track that it replaced; else empty.
    dropped : str, optional
        The track that was read from its path before and was removed, since its audio was found
        in no other file: its title, its track_id, and what was set by hand; else empty.
    """

    path: Path
    status: Status
    track_id: str = ""
    detail: str = ""
    dropped: str = ""


def failed(path: Path, error: Exception) -> Outcome:
    """Return the outcome of a file that could not be used.

    Parameters
    ----------
    path : Path
        The file.
    error : Exception
        Whatever was raised.

    Returns
    -------
    Outcome
        Its failure.

    Raises
    ------
    SamesongError
        As `file_failure` does.
    """
    return Outcome(path, Status.FAILED, detail=file_failure(path, error))
