"""A pool of a few threads with a bounded queue, of which no client can have all."""

import asyncio
import math
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
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
        self._share = math.ceil(self._room / 2)
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix=name)
        self._lock = Lock()
        self._inside = 0
        self._of: Counter[str] = Counter()
        self._typical = 1.0  # seconds

    @property
    def inside(self) -> int:
        """Number of tasks that run or wait."""
        return self._inside

    def require_room(self, client: str = "") -> None:
        """Refuse early, before an upload is received for nothing.

        Parameters
        ----------
        client : str, optional
            Who asks, as `client_of` has it.

        Raises
        ------
        ProblemError
            If the queue is full, or half of it is this client's.
        """
        if client and self._of[client] >= self._share:
            raise self._busy(self._share, " of yours")
        if self._inside >= self._room:
            raise self._busy(self._room)

    def _busy(self, count: int, whose: str = "") -> ProblemError:
        seconds = math.ceil(self._typical * (count - self._workers + 1) / self._workers)
        seconds = max(1, seconds)
        return ProblemError(
            429,
            "busy",
            f"{count} requests{whose} are running or waiting: try again in about {seconds} s",
            retry_after=seconds,
        )

    def submit(self, work: Callable[[], T], client: str = "") -> Future[T]:
        """Queue a task.

        Parameters
        ----------
        work : callable
            The task.
        client : str, optional
            Who asks for it.

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
            self.require_room(client)
            try:
                future = self._threads.submit(self._timed, work)
            except RuntimeError:
                raise stopping() from None
            self._inside += 1
            self._of[client] += 1
        future.add_done_callback(partial(self._leave, client))
        return future

    async def run(self, work: Callable[[], T], client: str = "") -> T:
        """Queue a task and wait for it; it leaves the queue if the caller is cancelled.

        Parameters
        ----------
        work : callable
            The task.
        client : str, optional
            Who asks for it.

        Returns
        -------
        object
            The result of `work`.

        Raises
        ------
        ProblemError
            If the queue is full or the pool is closed.
        """
        return await asyncio.wrap_future(self.submit(work, client))

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

    def _leave(self, client: str, future: Future[T]) -> None:
        del future
        with self._lock:
            self._inside -= 1
            self._of[client] -= 1
            if not self._of[client]:
                del self._of[client]
