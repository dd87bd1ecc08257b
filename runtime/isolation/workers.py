"""The workers of a process: one for each file that is being read, kept for the next ones."""

import os
from collections.abc import Generator
from contextlib import closing
from threading import Lock
from types import TracebackType
from typing import Any, Self

from samesong.features.audio_file import AudioFile
from samesong.features.errors import DecodeError
from samesong.runtime.isolation.limits import WorkerLimits
from samesong.runtime.isolation.process import WorkerError, WorkerProcess


class Workers:
    """Processes that read files; a context manager that ends them. Several threads may use it.

    There are as many as files were being read at a time. One that dies, is stuck, or takes more
    than its limits is replaced.

    Parameters
    ----------
    limits : WorkerLimits, optional
        Limits of each.
    """

    def __init__(self, limits: WorkerLimits | None = None) -> None:
        self.limits = limits or WorkerLimits()
        self._lock = Lock()
        self._idle: list[WorkerProcess] = []
        self._busy: set[WorkerProcess] = set()
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def pids(self) -> list[int]:
        """Process ids of all workers, those that read a file last."""
        with self._lock:
            return [worker.pid for worker in (*self._idle, *self._busy)]

    def close(self) -> None:
        """End all workers; files that are being read fail."""
        with self._lock:
            self._closed = True
            workers, self._idle = [*self._idle, *self._busy], []
        for worker in workers:
            worker.close()

    def result(self, operation: str, file: AudioFile, options: dict[str, Any]) -> dict[str, Any]:
        """Return the result of an operation.

        Parameters
        ----------
        operation : str
            Name of one of `samesong.runtime.isolation.operations.OPERATIONS`.
        file : AudioFile
            The file.
        options : dict
            Keyword arguments that the file was opened with.

        Returns
        -------
        dict
            The result.

        Raises
        ------
        AudioError, MissingExtraError
            If the file cannot be used.
        """
        with closing(self.stream(operation, file, options)) as results:
            for result in results:
                if isinstance(result, dict):
                    return result
        raise DecodeError(f"{str(file.path)!r} made its decoder fail")

    def stream(
        self,
        operation: str,
        file: AudioFile,
        options: dict[str, Any],
        sample_rate: int = 1,
        arguments: dict[str, Any] | None = None,
    ) -> Generator[Any]:
        """Yield what an operation does.

        Parameters
        ----------
        operation : str
            Name of one of `samesong.runtime.isolation.operations.OPERATIONS`.
        file : AudioFile
            The file.
        options : dict
            Keyword arguments that the file was opened with.
        sample_rate : int, optional
            Samples in a second of sound.
        arguments : dict, optional
            Keyword arguments of the operation.

        Yields
        ------
        ndarray or dict
            Any number of pieces of sound, shape (n_samples,), float32, and the result at last.

        Raises
        ------
        AudioError, MissingExtraError
            If the file cannot be used.
        """
        status = os.fstat(file.stream.fileno())
        seconds = self.limits.seconds_for(status.st_size)
        request = {
            "operation": operation,
            "path": os.fspath(file.path),
            "identity": [status.st_dev, status.st_ino],
            "options": options,
            "arguments": arguments or {},
            "seconds": seconds,
        }
        worker = self._take(file)
        try:
            yield from worker.run(request, os.fspath(file.path), seconds, sample_rate)
        finally:
            self._give_back(worker)

    def _take(self, file: AudioFile) -> WorkerProcess:
        with self._lock:
            if self._closed:
                raise DecodeError(f"{str(file.path)!r} was not read: the program is being stopped")
            while self._idle:
                worker = self._idle.pop()
                if worker.is_alive:
                    self._busy.add(worker)
                    return worker
                worker.close()
            worker = WorkerProcess(self.limits)
            self._busy.add(worker)
        try:
            worker.start()
        except (WorkerError, OSError, EOFError, ValueError) as error:
            self._give_back(worker)
            raise DecodeError(
                f"{str(file.path)!r} was not read: no process could be started to read it in "
                f"({error}); close other programs"
            ) from error
        return worker

    def _give_back(self, worker: WorkerProcess) -> None:
        with self._lock:
            self._busy.discard(worker)
            if worker.is_usable and not self._closed:
                self._idle.append(worker)
                return
        worker.close()
