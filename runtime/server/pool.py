"""A pool of a few threads with a bounded queue."""

import asyncio
import math
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from time import monotonic
from typing import TypeVar

from samesong.runtime.server.problems import ProblemError, stopping

T = TypeVar("T")

_MEMORY = 0.8  # weight of the past in the running mean of the time that work takes


class Pool:
    """A few threads and a queue of limited length.

    Parameters
    ----------
    name : str
        Prefix of the names of its threads.
    workers : int
        Number of threads.
    waiting : int
        Length of the queue.
    """

    def __init__(self, name: str, workers: int, waiting: int) -> None:
        self._workers = workers
        self._room = workers + waiting
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix=name)
        self._lock = Lock()
        self._inside = 0
        self._typical = 1.0  # seconds

    @property
    def inside(self) -> int:
        """Number of tasks that run or wait."""
        return self._inside

    def require_room(self) -> None:
        """Refuse early, before an upload is received for nothing.

        Raises
        ------
        ProblemError
            If the queue is full.
        """
        if self._inside >= self._room:
            seconds = math.ceil(self._typical * (self._room - self._workers + 1) / self._workers)
            raise ProblemError(
                429,
                "busy",
                f"{self._room} requests are running or waiting: try again in about {seconds} s",
                retry_after=seconds,
            )

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Queue a task.

        Parameters
        ----------
        work : callable
            The task.

        Returns
        -------
        Future
            Its result.

        Raises
        ------
        ProblemError
            If the queue is full or the pool is closed.
        """
        with self._lock:
            self.require_room()
            try:
                future = self._threads.submit(self._timed, work)
            except RuntimeError:
                raise stopping() from None
            self._inside += 1
        future.add_done_callback(self._leave)
        return future

    async def run(self, work: Callable[[], T]) -> T:
        """Queue a task and wait for it; it leaves the queue if the caller is cancelled.

        Parameters
        ----------
        work : callable
            The task.

        Returns
        -------
        object
            The result of `work`.

        Raises
        ------
        ProblemError
            If the queue is full or the pool is closed.
        """
        return await asyncio.wrap_future(self.submit(work))

    def close(self) -> None:
        """Drop the tasks that wait, and wait for those that run."""
        self._threads.shutdown(cancel_futures=True)

    def _timed(self, work: Callable[[], T]) -> T:
        began = monotonic()
        try:
            return work()
        finally:
            spent = monotonic() - began
            self._typical = _MEMORY * self._typical + (1 - _MEMORY) * spent

    def _leave(self, future: Future[T]) -> None:
        del future
        with self._lock:
            self._inside -= 1
