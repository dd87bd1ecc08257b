"""Progress of long work: the one form in which all of samesong tells it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """Progress of long work at one moment.

    Attributes
    ----------
    stage : str
        What is being done: ``read`` (one recording), ``identify``, ``index``, ``listen`` (for other
        recordings of what was indexed), ``setlist``, ``analyse`` or ``score``.
    done : int
        Recordings that are done.
    total : int or None
        Recordings in all; None where nobody knows, as of an iterator.
    seconds_done : float, optional
        Seconds of audio that are done; 0 in stages that are not measured by them.
    seconds : float or None, optional
        Seconds of audio in all, in part an estimate; None where nobody knows.

    Examples
    --------
    >>> Progress("setlist", 0, 1, seconds_done=600.0, seconds=3600.0).share
    0.16666666666666666
    >>> Progress("identify", 3, None).share is None
    True
    """

    stage: str
    done: int
    total: int | None
    seconds_done: float = 0.0
    seconds: float | None = None

    @property
    def share(self) -> float | None:
        """Share of the stage that is done, 0 to 1: of the audio, or else of the recordings."""
        done, total = (self.seconds_done, self.seconds) if self.seconds else (self.done, self.total)
        return min(1.0, done / total) if total else None


OnProgress = Callable[[Progress], None]
"""Called from time to time with the progress so far, perhaps in another thread than the caller's,
but never twice at once. It should return soon. What it raises ends the work."""


def ignore(progress: Progress) -> None:
    """Do nothing: the progress of work that nobody watches.

    Parameters
    ----------
    progress : Progress
        The progress so far.
    """
    del progress
