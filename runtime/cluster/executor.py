"""Analysing files on the workers of a Ray cluster.

A worker that dies takes one file with it, which is done again elsewhere: three times, after which
it is the file's failure. A node that dies, or the loss of a result, is never held against a file.
Results are fetched, and become part of the catalog, on the driver alone.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ray
from ray.exceptions import (
    NodeDiedError,
    ObjectLostError,
    OutOfMemoryError,
    RayError,
    RayTaskError,
    WorkerCrashedError,
)

from samesong.features.errors import ClusterError, DecodeError
from samesong.runtime.cluster import nodes, tasks
from samesong.runtime.cluster.faults import failure, first_line
from samesong.runtime.cluster.job import Job
from samesong.runtime.files.content import FileContent
from samesong.runtime.indexing.analyse_file import AnalysedTrack
from samesong.runtime.indexing.progress import Workload

_TRIES = 3
"""Workers that a file may kill."""

_AHEAD = 2
"""Files given out for each worker: the next one is there while the driver commits, and a cluster
that grows with its load sees what waits. Results that the driver has not fetched are no more."""


@dataclass
class _Call:
    """A task on a file, given out anew where its worker died."""

    task: Any
    path: Path
    arguments: tuple[Any, ...]
    killed: int = 0
    answer: Any = field(init=False)

    def __post_init__(self) -> None:
        self.give_out()

    def give_out(self) -> None:
        self.answer = self.task.remote(*self.arguments)


class RayExecutor:
    """An `samesong.runtime.indexing.executor.Executor` on the cluster that is connected.

    Parameters
    ----------
    job : Job
        The run.

    Raises
    ------
    ClusterError, DeviceError, MismatchError
        As `samesong.runtime.cluster.nodes.require_fit` does.
    """

    def __init__(self, job: Job) -> None:
        self._device = job.device
        with _told():
            nodes.require_fit(job)
            self._job = job
            # Ray's own retries would hold a dead node against a file.
            self._read = ray.remote(num_cpus=1, max_retries=0)(tasks.read)
            analyse = nodes.resources(job.device)
            self._analyse = ray.remote(max_retries=0, **analyse)(tasks.analyse)
            self._workers = nodes.workers(job.device)
        self._running: dict[Any, _Call] = {}
        self._reading: deque[_Call] = deque()
        self._lengths: dict[Path, float] = {}

    @property
    def is_full(self) -> bool:
        """As of `Executor`."""
        return len(self._running) >= _AHEAD * self._workers

    def contents(
        self, files: Iterable[Path]
    ) -> Iterator[tuple[Path, FileContent | Exception] | None]:
        """As of `Executor`; workers read files that are next in turn.

        Parameters
        ----------
        files : iterable of Path
            The files.

        Yields
        ------
        tuple of Path and FileContent, or None
            As of `Executor`.
        """
        waiting = iter(files)
        while True:
            with _told():
                while len(self._reading) < _AHEAD * self._workers:
                    path = next(waiting, None)
                    if path is None:
                        break
                    self._reading.append(_Call(self._read, path, (self._job, path)))
                if not self._reading:
                    return
                first = self._reading[0]
                result = _result(first) if _is_done(first) else None
            if result is None:
                yield None
                continue
            self._reading.popleft()
            if isinstance(result, Exception):
                yield first.path, result
            else:
                content, self._lengths[first.path] = result
                yield first.path, content

    def start(self, path: Path, content: FileContent, load: Workload) -> None:
        """As of `Executor`.

        Parameters
        ----------
        path : Path
            The file.
        content : FileContent
            Its content.
        load : Workload
            Is told how long the file is; how far it was read is told once it is done.
        """
        load.begin(path, self._lengths.pop(path, 0.0))
        with _told():
            call = _Call(self._analyse, path, (self._job, path, content))
        self._running[call.answer] = call

    def finished(self, seconds: float) -> list[tuple[Path, AnalysedTrack | Exception]]:
        """As of `Executor`.

        Parameters
        ----------
        seconds : float
            Time to wait.

        Returns
        -------
        list of tuple of Path and AnalysedTrack
            The files that were analysed meanwhile.
        """
        results: list[tuple[Path, AnalysedTrack | Exception]] = []
        with _told():
            self._workers = nodes.workers(self._device) or self._workers
            awaited = [*self._running, *(one.answer for one in list(self._reading)[:1])]
            if awaited:
                ray.wait(awaited, timeout=seconds)
            for answer, call in list(self._running.items()):
                if not _is_done(call):
                    continue
                del self._running[answer]
                result = _result(call)
                if result is None:
                    self._running[call.answer] = call
                else:
                    results.append((call.path, result))
        return results

    def stop(self) -> None:
        """As of `Executor`; workers are told to stop, and not waited for."""
        for call in (*self._running.values(), *self._reading):
            with suppress(RayError, ConnectionError):
                ray.cancel(call.answer, force=True)
        self._running.clear()
        self._reading.clear()


def _is_done(call: _Call) -> bool:
    done, _ = ray.wait([call.answer], timeout=0)
    return bool(done)


def _result(call: _Call) -> Any:
    """Return the result of a call, or its failure; None if it was given out anew."""
    try:
        return ray.get(call.answer)
    except (WorkerCrashedError, OutOfMemoryError):
        call.killed += 1
        if call.killed == _TRIES:
            return DecodeError(
                f"{str(call.path)!r} ended the worker that read it {_TRIES} times (a fault of its "
                "decoder, or too little memory): convert it to FLAC, or leave it out"
            )
    except (NodeDiedError, ObjectLostError):
        pass
    call.give_out()
    return None


@contextmanager
def _told() -> Iterator[None]:
    """Turn errors of Ray into those of samesong."""
    try:
        yield
    except RayTaskError as error:
        remedy = "repair samesong there, and run the same command again to go on"
        raise failure(error, "a worker of the cluster", remedy) from error
    except (RayError, ConnectionError) as error:
        raise ClusterError(
            f"the cluster was lost ({first_line(error)}): what was added is in the catalog; run "
            "the same command again to go on"
        ) from error
