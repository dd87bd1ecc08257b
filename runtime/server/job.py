"""A set list being made: how far it is, what came of it, and how to stop it."""

import secrets
from collections.abc import Callable
from enum import StrEnum
from threading import Event, Lock
from time import monotonic
from typing import Any

from samesong.runtime.server.problems import ProblemError
from samesong.runtime.setlist.document import Setlist

Report = Callable[[float, float], None]
"""Told how many seconds of how many are done; raises to stop the work."""

Make = Callable[[Report], Setlist]

Explain = Callable[[Exception], ProblemError]


class State(StrEnum):
    """Where a job is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


_ENDED = frozenset({State.DONE, State.FAILED, State.CANCELLED})


class CancelledError(Exception):
    """The work was to stop."""


class Job:
    """One set list being made.

    Attributes
    ----------
    recording, id
        Name of the recording, and what the job is asked for by; that cannot be guessed.
    state, problem, result
        Where it is, why it failed, and what came of it.

    Parameters
    ----------
    recording
        Name of the recording.
    explain
        Tells what an error means to the one who asked.
    """

    def __init__(self, recording: str, explain: Explain) -> None:
        self.id = secrets.token_urlsafe(12)
        self.recording = recording
        self.state = State.QUEUED
        self.problem: ProblemError | None = None
        self.result: Setlist | None = None
        self._explain = explain
        self._stop = Event()
        self._progress = 0.0
        self._began = 0.0
        self._lock = Lock()

    @property
    def ended(self) -> bool:
        """Whether nothing more comes of it."""
        return self.state in _ENDED

    def run(self, make: Make) -> None:
        """Make the set list; whatever comes of it is in the attributes."""
        if not self._move(State.RUNNING):
            return
        self._began = monotonic()
        try:
            result = make(self._report)
        except CancelledError:
            self._move(State.CANCELLED)
        except Exception as error:
            self.problem = self._explain(error)
            self._move(State.FAILED)
        else:
            self.result = result
            self._move(State.DONE)

    def cancel(self) -> None:
        """Have it stop; what has ended stays as it is."""
        self._stop.set()
        self._move(State.CANCELLED)

    def to_dict(self, *, with_result: bool = True) -> dict[str, Any]:
        """Return the job as JSON knows it."""
        done = self.state is State.DONE
        content = {
            "id": self.id,
            "recording": self.recording,
            "state": str(self.state),
            "progress": 1.0 if done else round(self._progress, 4),
            "seconds_left": self._seconds_left(),
            "problem": self.problem and self.problem.to_dict(),
        }
        if with_result:
            content["result"] = self.result.to_dict() if done and self.result else None
        return content

    def _move(self, state: State) -> bool:
        """Change the state, unless it has ended."""
        with self._lock:
            if not self.ended:
                self.state = state
            return self.state is state

    def _report(self, done: float, duration: float) -> None:
        if self._stop.is_set():
            raise CancelledError
        if duration > 0:
            self._progress = min(done / duration, 1.0)

    def _seconds_left(self) -> float | None:
        progress = self._progress
        if self.state is not State.RUNNING or not progress:
            return None
        return round((monotonic() - self._began) * (1 - progress) / progress, 1)
