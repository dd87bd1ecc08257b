"""Reading audio files in workers, as `FileReader` reads them in this process."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samesong.features.audio_file import AudioFile, AudioInfo
from samesong.features.decoding.channels import Channel
from samesong.features.decoding.notes import Note
from samesong.features.decoding.spans import check_span
from samesong.features.errors import DecodeError
from samesong.runtime.files.content import FileContent
from samesong.runtime.files.reader import FileReader
from samesong.runtime.files.tags import Tags
from samesong.runtime.isolation.workers import Workers
from samesong.runtime.storage.address import is_local


class IsolatedFile(AudioFile):
    """An audio file that workers decode; otherwise as an `AudioFile`.

    Parameters
    ----------
    path : str or Path
        The file.
    workers : Workers
        Decode it.
    **options : object
        As `AudioFile` takes them.

    Raises
    ------
    DecodeError
        As `AudioFile` does.
    """

    def __init__(self, path: str | Path, workers: Workers, **options: Any) -> None:
        super().__init__(path, **options)
        self._workers = workers
        self._options = options
        self._known: AudioInfo | None = None

    @property
    def info(self) -> AudioInfo:
        """Its properties; raises `AudioError` as `samples` does."""
        if self._known is None:
            self._known = AudioInfo(**self.ask("info"))
        return self._known

    def samples(
        self, sample_rate: int, start: float = 0.0, duration: float | None = None
    ) -> Iterator[NDArray[np.float32]]:
        """Yield mono samples of a span in pieces, as `AudioFile.samples` does.

        Parameters
        ----------
        sample_rate : int
            Samples a second to yield.
        start : float, optional
            Where the span begins, in seconds, 0 or above.
        duration : float, optional
            Length of the span in seconds, above 0; by default, and at most, to the end.

        Yields
        ------
        ndarray, shape (n_samples,), float32
            Consecutive samples, full scale at 1.

        Raises
        ------
        AudioError
            As `AudioFile.samples` does, and where it takes more memory or time than a worker may.
        MissingExtraError
            As `AudioFile.samples` does.
        ValueError
            If `start` or `duration` is out of range.
        """
        check_span(start, duration)
        span = {"sample_rate": sample_rate, "start": start, "duration": duration}
        with closing(
            self._workers.stream("samples", self, self._options, sample_rate, span)
        ) as got:
            for piece in got:
                if isinstance(piece, dict):
                    self._known = AudioInfo(**piece["info"])
                    self.notes = tuple(Note(**note) for note in piece["notes"])
                else:
                    yield piece

    def ask(self, operation: str) -> dict[str, Any]:
        """Return what a worker finds out about the file.

        Parameters
        ----------
        operation : str
            ``"info"``, ``"content"`` or ``"tags"``.

        Returns
        -------
        dict
            The result.

        Raises
        ------
        AudioError, MissingExtraError
            If the file cannot be used.
        """
        return self._workers.result(operation, self, self._options)


class IsolatedReader(FileReader):
    """Reads audio files in workers.

    Parameters
    ----------
    workers : Workers
        They do it; close them when no file is read any more.
    channel : str or int, optional
        As for `FileReader`.
    stream_number : int, optional
        As for `FileReader`.

    Examples
    --------
    >>> from samesong.runtime.demo.run import DEMO_AUDIO
    >>> with Workers() as workers:
    ...     reader = IsolatedReader(workers)
    ...     with reader.open(DEMO_AUDIO / "studio_greensleeves.opus") as file:
    ...         print(reader.tags(file).title, file.info.channels)
    Greensleeves 1
    """

    def __init__(
        self,
        workers: Workers,
        *,
        channel: Channel | None = None,
        stream_number: int | None = None,
    ) -> None:
        super().__init__(channel=channel, stream_number=stream_number)
        self._workers = workers

    def open(self, path: str | Path) -> IsolatedFile:
        """Open a file.

        Parameters
        ----------
        path : str or Path
            The file.

        Returns
        -------
        IsolatedFile
            It, open.

        Raises
        ------
        DecodeError
            As `AudioFile` does, and if it is in an object store, which workers do not reach.
        """
        if not is_local(os.fspath(path)):
            raise DecodeError(
                f"{os.fspath(path)!r} is in an object store, and --isolate reads files on disk "
                "alone: copy it, or leave --isolate out"
            )
        return IsolatedFile(path, self._workers, **self._options)

    def content(self, file: AudioFile) -> FileContent:
        """Read all bytes of a file.

        Parameters
        ----------
        file : AudioFile
            The file; it stays open.

        Returns
        -------
        FileContent
            Its content.

        Raises
        ------
        AudioError
            If it cannot be read.
        """
        if isinstance(file, IsolatedFile):
            return FileContent(**file.ask("content"))
        return super().content(file)

    def tags(self, file: AudioFile) -> Tags:
        """Read the tags of a file.

        Parameters
        ----------
        file : AudioFile
            The file; it stays open.

        Returns
        -------
        Tags
            As `samesong.runtime.files.tags.read_tags` returns them.

        Raises
        ------
        AudioError
            If it cannot be read.
        """
        return Tags(**file.ask("tags")) if isinstance(file, IsolatedFile) else super().tags(file)
