"""How far indexing is, in seconds of audio: a file of ten hours is more than one of many."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from samesong.features import audio
from samesong.features.errors import AudioError, MissingExtraError


@dataclass(frozen=True)
class Headway:
    """How far indexing is.

    Attributes
    ----------
    files_done, n_files
        Files that are done, and all of them.
    seconds_done, seconds
        Seconds of audio that have been read or passed over, and all there are; as long as not
        every file has been looked at, those that have speak for the others.
    """

    files_done: int
    n_files: int
    seconds_done: float
    seconds: float


class StoppedError(Exception):
    """Reading was told to stop."""


class Workload:
    """The audio of some files and how much of it is done; several threads may use it.

    Parameters
    ----------
    files
        Each once.
    """

    def __init__(self, files: Sequence[Path]) -> None:
        self._files = files
        self._lock = Lock()
        self._durations: dict[Path, float] = {}
        self._duration = 0.0  # their sum
        self._reading: dict[Path, float] = {}
        self._files_done = 0
        self._seconds_done = 0.0
        self._stopped = False

    @contextmanager
    def surveyed(self) -> Iterator[Future[None]]:
        """Look at all files in a thread, as long as the context lasts; then stop all reading."""
        with ThreadPoolExecutor(1) as thread:
            survey = thread.submit(self._survey)
            try:
                yield survey
            finally:
                self._stopped = True

    def read(self, path: Path, seconds: float) -> None:
        """Note how much of a file has been read.

        Raises
        ------
        StoppedError
            If the context of `surveyed` has ended.
        """
        if self._stopped:
            raise StoppedError
        self._look_at(path)
        with self._lock:
            self._reading[path] = min(seconds, self._durations[path])

    def finish(self, path: Path) -> None:
        """Note that a file is done."""
        self._look_at(path)
        with self._lock:
            self._reading.pop(path, None)
            self._files_done += 1
            self._seconds_done += self._durations[path]

    def headway(self) -> Headway:
        """Return how far it is."""
        with self._lock:
            mean = self._duration / max(len(self._durations), 1)
            return Headway(
                self._files_done,
                len(self._files),
                self._seconds_done + sum(self._reading.values()),
                mean * len(self._files),
            )

    def _survey(self) -> None:
        for path in self._files:
            if self._stopped:
                return
            self._look_at(path)

    def _look_at(self, path: Path) -> None:
        if path in self._durations:
            return
        try:
            duration = audio.probe(path).duration
        except (AudioError, MissingExtraError):
            duration = 0.0  # it will fail, and takes no time
        with self._lock:
            if path not in self._durations:
                self._durations[path] = duration
                self._duration += duration
