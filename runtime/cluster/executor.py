"""Analysing files on the workers of a Ray cluster.

A worker that dies takes one file with it, which is done again elsewhere: three times, after which
it is the file's failure. A node that dies, or the loss of a result, is never held against a file.
Results are fetched, and become part of the catalog, on the driver alone.
"""

import logging
import os
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import ray
from ray.exceptions import RayError

from samesong.features.errors import DecodeError, MismatchError
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.cluster import nodes, tasks
from samesong.runtime.cluster.calls import AHEAD, TRIES, Call, EndsWorkersError, told
from samesong.runtime.cluster.finders import RayFinders
from samesong.runtime.cluster.job import Job
from samesong.runtime.files.content import FileContent
from samesong.runtime.indexing.analyse_file import AnalysedTrack
from samesong.runtime.indexing.finders import Finders, LocalFinder
from samesong.runtime.indexing.progress import Workload
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.storage.address import is_local

_LOG = logging.getLogger(__name__)


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
        with told():
            nodes.require_fit(job)
            self._job = job
            self._read = ray.remote(num_cpus=1, max_retries=0)(tasks.read)
            analyse = nodes.resources(job.device)
            self._analyse = ray.remote(max_retries=0, **analyse)(tasks.analyse)
            self._workers = nodes.workers(job.device)
        self._running: dict[Any, tuple[Call, Path]] = {}
        self._reading: deque[tuple[Call, Path]] = deque()
        self._lengths: dict[Path, float] = {}

    @property
    def is_full(self) -> bool:
        """As of `Executor`."""
        return len(self._running) >= AHEAD * self._workers

    def contents(
        self, files: Iterable[Path]
    ) -> Iterator[tuple[Path, FileContent | Exception] | None]:  # numpydoc ignore=PR01
        """As of `Executor`; workers read files that are next in turn."""
        waiting = iter(files)
        while True:
            with told():
                while len(self._reading) < AHEAD * self._workers:
                    path = next(waiting, None)
                    if path is None:
                        break
                    self._reading.append((Call(self._read, self._job, path), path))
                if not self._reading:
                    return
                call, first = self._reading[0]
                result = _result(call, first) if call.is_done() else None
            if result is None:
                yield None
                continue
            self._reading.popleft()
            if isinstance(result, Exception):
                yield first, result
            else:
                content, self._lengths[first] = result
                yield first, content

    def start(
        self, path: Path, content: FileContent, load: Workload
    ) -> None:  # numpydoc ignore=PR01
        """As of `Executor`."""
        load.begin(path, self._lengths.pop(path, 0.0))
        with told():
            call = Call(self._analyse, self._job, path, content)
        self._running[call.answer] = call, path

    def finished(
        self, seconds: float
    ) -> list[tuple[Path, AnalysedTrack | Exception]]:  # numpydoc ignore=PR01
        """As of `Executor`."""
        results: list[tuple[Path, AnalysedTrack | Exception]] = []
        with told():
            self._workers = nodes.workers(self._device) or self._workers
            awaited = list(self._running)
            if not self.is_full and self._reading:  # or else nothing is done with what was read
                awaited.append(self._reading[0][0].answer)
            if awaited:
                ray.wait(awaited, timeout=seconds)
            for answer, (call, path) in list(self._running.items()):
                if not call.is_done():
                    continue
                del self._running[answer]
                result = _result(call, path)
                if result is None:
                    self._running[call.answer] = call, path
                else:
                    results.append((path, result))
        return results

    def stop(self) -> None:
        """As of `Executor`; workers are told to stop, and not waited for."""
        for call, _ in (*self._running.values(), *self._reading):
            with suppress(RayError, ConnectionError):
                ray.cancel(call.answer, force=True)
        self._running.clear()
        self._reading.clear()

    def finders(self, catalog: str) -> Finders:  # numpydoc ignore=PR01
        """As of `Executor`; in this process where a worker does not see the catalog."""
        seen = os.path.abspath(catalog) if is_local(catalog) else catalog
        identity = Catalog(catalog).identity
        # Files were looked at when the run began.
        job = replace(self._job, catalog=seen, identity=identity, samples=())
        try:
            return RayFinders(job)
        except MismatchError as error:
            _LOG.warning("this process alone looks for other recordings by ear: %s", error)
            return LocalFinder(catalog, ModelBundle.load(self._job.model), "cpu")


def _result(call: Call, path: Path) -> Any:
    """Return the result of a call, or its failure; None if it was given out anew."""
    try:
        return call.result()
    except EndsWorkersError:
        return DecodeError(
            f"{str(path)!r} ended the worker that read it {TRIES} times (a fault of its "
            "decoder, or too little memory): convert it to FLAC, or leave it out"
        )
