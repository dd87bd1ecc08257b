"""Progress of indexing in seconds of audio: a file of ten hours is more than one of many."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

from samesong.features.limits import LONGEST
from samesong.features.progress import Progress


class StoppedError(Exception):
    """Reading was told to stop."""


class Workload:
    """The audio in some files and how much of it is done; several threads may use it.

    Parameters
    ----------
    files : sequence of Path
        Each once.
    """

    def __init__(self, files: Sequence[Path]) -> None:
        self._lock = Lock()
        self._sizes = {path: _size(path) for path in files}
        self._durations: dict[Path, float] = {}
        self._reading: dict[Path, float] = {}
        self._files_done = 0
        self._seconds_done = 0.0
        self._stopped = False
        # Bytes and seconds by extension: a minute of FLAC is several of MP3.
        self._unopened_bytes: Counter[str] = Counter()
        self._bytes: Counter[str] = Counter()
        self._seconds: dict[str, float] = {}
        for path, size in self._sizes.items():
            self._unopened_bytes[path.suffix.lower()] += size

    def begin(self, path: Path, duration: float) -> None:
        """Note the length of a file that is about to be read.

        Parameters
        ----------
        path : Path
            One of the files.
        duration : float
            Its length in seconds.
        """
        with self._lock:
            self._learn(path, duration)

    def read(self, path: Path, seconds: float) -> None:
        """Note how much of a file has been read.

        Parameters
        ----------
        path : Path
            A file that was begun.
        seconds : float
            Seconds read so far.

        Raises
        ------
        StoppedError
            If `stop` was called.
        """
        if self._stopped:
            raise StoppedError
        with self._lock:
            self._reading[path] = min(seconds, self._durations[path])

    def finish(self, path: Path, duration: float = 0.0) -> None:
        """Note that a file is done.

        Parameters
        ----------
        path : Path
            One of the files.
        duration : float, optional
            Its length in seconds, if it was not begun; 0 for one that cannot be read.
        """
        with self._lock:
            self._learn(path, duration)
            self._reading.pop(path, None)
            self._files_done += 1
            self._seconds_done += self._durations[path]

    def stop(self) -> None:
        """End all reading: `read` raises `StoppedError` from now on."""
        self._stopped = True

    def progress(self) -> Progress:
        """Return the progress so far.

        Returns
        -------
        Progress
            Of all files. The length of one that has not been opened is estimated by its size, from
            those that have been.
        """
        with self._lock:
            return Progress(
                "index",
                self._files_done,
                len(self._sizes),
                self._seconds_done + sum(self._reading.values()),
                sum(self._seconds.values()) + self._unopened_seconds(),
            )

    def _learn(self, path: Path, duration: float) -> None:
        if path in self._durations:
            return
        if not 0 <= duration <= LONGEST:  # a header may claim anything
            duration = 0.0
        self._durations[path] = duration
        extension, size = path.suffix.lower(), self._sizes[path]
        self._unopened_bytes[extension] -= size
        if duration:
            self._bytes[extension] += size
            self._seconds[extension] = self._seconds.get(extension, 0.0) + duration

    def _unopened_seconds(self) -> float:
        """Estimate the length of the files that have not been opened."""
        seconds, n_bytes = sum(self._seconds.values()), self._bytes.total()
        return sum(
            size * self._seconds.get(kind, seconds) / max(self._bytes.get(kind, n_bytes), 1)
            for kind, size in self._unopened_bytes.items()
        )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # it will fail, and takes no time
