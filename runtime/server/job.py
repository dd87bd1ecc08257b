"""A job: a set list being found, with its progress, its result, and a way to cancel it."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from threading import Event, Lock
from time import monotonic
from typing import Any

from samesong.features.progress import OnProgress, Progress
from samesong.runtime.server.pace import Pace
from samesong.runtime.server.problems import ProblemError
from samesong.runtime.server.share_id import new_id
from samesong.runtime.setlist.document import Setlist
from samesong.runtime.setlist.finder import OnFound

MakeSetlist = Callable[[OnProgress, OnFound], Setlist]

Explain = Callable[[Exception], ProblemError]


class JobState(StrEnum):
    """The state of a job."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


_ENDED = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})


class CancelledError(Exception):
    """Raised inside the work of a cancelled job."""


class Job:
    """One set list being found.

    Parameters
    ----------
    recording : str
        Name of the recording.
    explain : callable
        Turns an exception into a `ProblemError` for the client.
    warnings : sequence of str, optional
        What the client is to be told.
    owner : str, optional
        Name of the client.
    id_ : str, optional
        Its identifier.

    Attributes
    ----------
    id : str
        Identifier, which cannot be guessed.
    recording : str
        Name of the recording.
    owner : str
        Name of the client.
    state : JobState
        The present state.
    problem : ProblemError or None
        The reason of a failure.
    result : Setlist or None
        The set list, when it is done.
    """

    def __init__(
        self,
        recording: str,
        explain: Explain,
        warnings: Sequence[str] = (),
        owner: str = "",
        id_: str | None = None,
    ) -> None:
        self.id = id_ or new_id()
        self.recording = recording
        self.owner = owner
        self.state = JobState.QUEUED
        self.problem: ProblemError | None = None
        self.result: Setlist | None = None
        self._explain = explain
        self._warnings = warnings  # to which the work may add
        self._stop = Event()
        self._progress = 0.0
        self._pace = Pace()
        self._so_far: Setlist | None = None
        self._lock = Lock()

    @property
    def ended(self) -> bool:
        """True when the job is done, failed or cancelled."""
        return self.state in _ENDED

    def run(self, make: MakeSetlist) -> None:
        """Find the set list; the outcome is in the attributes.

        Parameters
        ----------
        make : callable
            Returns the set list. It is given a function to report progress to, and one to report
            the list so far to.
        """
        if not self._move(JobState.RUNNING):
            return
        try:
            result = make(self._report, self._keep_so_far)
        except CancelledError:
            self._move(JobState.CANCELLED)
        except Exception as error:
            self.problem = self._explain(error)
            self._move(JobState.FAILED)
        else:
            self.result = result
            self._move(JobState.DONE)

    def cancel(self) -> None:
        """Stop the job; one that has ended stays as it is."""
        self._stop.set()
        self._move(JobState.CANCELLED)

    def to_dict(self, *, with_result: bool = True) -> dict[str, Any]:
        """Return the job as JSON.

        Parameters
        ----------
        with_result : bool, optional
            Include the set list.

        Returns
        -------
        dict
            Content of `samesong.runtime.server.job_schemas.JobModel`.
        """
        done = self.state is JobState.DONE
        content = {
            "id": self.id,
            "recording": self.recording,
            "state": str(self.state),
            "progress": 1.0 if done else round(self._progress, 4),
            "seconds_left": self._seconds_left(),
            "problem": self.problem and self.problem.to_dict(),
            "warnings": list(self._warnings),
        }
        if with_result:
            content["result"] = self.result.to_dict() if done and self.result else None
            so_far = None if self.ended else self._so_far
            content["so_far"] = so_far and so_far.to_dict()
        return content

    def _move(self, state: JobState) -> bool:
        """Change the state unless the job has ended; return True if it has that state now."""
        with self._lock:
            if not self.ended:
                self.state = state
            return self.state is state

    def _report(self, progress: Progress) -> None:
        if self._stop.is_set():
            raise CancelledError
        if progress.share is not None:
            self._progress = progress.share
            self._pace.report(self._progress, monotonic())

    def _keep_so_far(self, setlist: Setlist) -> None:
        self._so_far = setlist

    def _seconds_left(self) -> float | None:
        if self.state is not JobState.RUNNING:
            return None
        left = self._pace.seconds_left(monotonic())
        return None if left is None else round(left, 1)
