"""The sound of a concert: one file or several in order, all of it or a part."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from os.path import commonpath
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from samesong.features.decoding.notes import Note
from samesong.features.errors import AudioError, ShortAudioError
from samesong.features.recording import Recording, Sound, name_of, open_recording
from samesong.runtime.files.reader import FileReader
from samesong.runtime.setlist.concert_name import concert_name
from samesong.runtime.setlist.segments import SHORTEST_UNKNOWN

Array = NDArray[np.float32]


LONGEST_SONG = 900.0
"""Seconds that a file of one song lasts, at most; longer ones are parts of a recording."""


@dataclass(frozen=True)
class FileSpan:
    """A file of a concert, and where it lies.

    Attributes
    ----------
    path : Path
        The file.
    start, end : float
        In seconds of the concert.
    """

    path: Path
    start: float
    end: float


class ConcertAudio:
    """The sound of a concert, whose files follow each other as if they were one.

    Files may differ in format, sample rate and channels. Where a concert has several files, one
    that cannot be read is left out, with its reason; no time passes for it.

    Parameters
    ----------
    paths : sequence of Recording
        The files in order, at least one; one that is no path is alone.
    start : float, optional
        Start of the part that is wanted, in seconds of the concert.
    end : float, optional
        Its end; by default that of the concert.
    reader : FileReader, optional
        Reads the files; by default in this process.
    heard : callable, optional
        Called with each piece that `samples` yields and its sample rate.

    Attributes
    ----------
    paths : tuple of Path
        The files that were given, or the name of what is in memory.
    start : float
        Start of the part, in seconds of the concert.
    failures : dict of Path to AudioError
        The files that could not be read so far, or not to their end.
    notes : dict of Path to tuple of Note
        Remarks on the files that were read so far, where there are any.

    Raises
    ------
    AudioError
        If no file can be read, or nothing of the concert lies in the part.
    ValueError
        If there is no path, `end` is not above `start`, or one of several is no path.
    """

    def __init__(
        self,
        paths: Sequence[Recording],
        *,
        start: float = 0.0,
        end: float | None = None,
        reader: FileReader | None = None,
        heard: Callable[[Array, int], None] | None = None,
    ) -> None:
        if not paths or not start >= 0 or (end is not None and not start < end):
            raise ValueError(
                f"{len(paths)} files from {start} to {end} s; give one or more, and an end above "
                "the start"
            )
        self._in_memory = next(
            (one for one in paths if not isinstance(one, (str, os.PathLike))), None
        )
        if self._in_memory is not None and len(paths) > 1:
            raise ValueError(
                f"{len(paths)} recordings, of which {name_of(self._in_memory)!r} is no path: give "
                "paths alone, or one recording"
            )
        self.paths = tuple(Path(name_of(one)) for one in paths)
        self.start = start
        self.failures: dict[Path, AudioError] = {}
        self.notes: dict[Path, tuple[Note, ...]] = {}
        self._end = end
        self._heard = heard
        self._reader = reader or FileReader()
        self._used: list[Path] = []
        self._lengths: list[float] = []  # by their headers, until they are read
        for path in self.paths:
            try:
                with self._open(path) as file:
                    self._lengths.append(file.info.duration)
            except AudioError as error:
                self.failures[path] = error
            else:
                self._used.append(path)
        if not self._used:
            raise self.failures[self.paths[0]]
        if start >= self.duration:
            raise ShortAudioError(
                f"{self.name} lasts {self.duration:.2f} s, so nothing is left from {start:.2f} s "
                "on; start earlier"
            )

    @cached_property
    def shared_name(self) -> str:
        """Name that several files share, as of `concert_name`; empty if there is none."""
        if len(self.paths) == 1:
            return ""
        albums = [self._album(path) for path in self._used]
        return concert_name([path.name for path in self._used], albums)

    @property
    def title(self) -> str | None:
        """Name of a concert of several files: the one they share, or else that of their folder.

        None for one file, which has a name of its own.
        """
        if len(self.paths) == 1:
            return None
        return self.shared_name or Path(self.name).name or None

    @property
    def name(self) -> str:
        """Path of the only file, or of the folder that holds all of them."""
        if len(self.paths) == 1:
            return str(self.paths[0])
        return commonpath([path.absolute().parent for path in self.paths])

    @property
    def is_in_memory(self) -> bool:
        """True of one that was given otherwise than by paths."""
        return self._in_memory is not None

    @property
    def files(self) -> tuple[FileSpan, ...]:
        """The files that are used, in order; ends are those of the headers until a file is read."""
        ends = accumulate(self._lengths, initial=0.0)
        return tuple(
            FileSpan(path, start, end)
            for path, (start, end) in zip(self._used, pairwise(ends), strict=True)
        )

    @property
    def joins(self) -> list[float]:
        """Seconds of the part at which a file begins that looks like a song, after another one.

        Recordings are also split where a tape or the limit of a file system ends, in mid-song.
        """
        files = self.files
        if max(file.end - file.start for file in files) > LONGEST_SONG:
            return []
        starts = [
            after.start - self.start
            for before, after in pairwise(files)
            if min(before.end - before.start, after.end - after.start) >= SHORTEST_UNKNOWN
        ]
        return [start for start in starts if start > 0]

    @property
    def duration(self) -> float:
        """Seconds of the whole concert."""
        return sum(self._lengths)

    @property
    def end(self) -> float:
        """End of the part, in seconds of the concert."""
        return self.duration if self._end is None else min(self._end, self.duration)

    @property
    def part(self) -> str:
        """The part that is wanted, in words; the same before and after the files are read."""
        end = "the end" if self._end is None else f"{self._end} s"
        return "all" if not self.start and self._end is None else f"{self.start} s to {end}"

    @property
    def sound(self) -> dict[str, str]:
        """What is taken of each file, as of `FileReader.sound`."""
        return self._reader.sound

    def samples(self, sample_rate: int) -> Iterator[Array]:
        """Yield the part in pieces, mono.

        Parameters
        ----------
        sample_rate : int
            Samples a second to yield.

        Yields
        ------
        ndarray
            (n_samples,) float32, one following the other, whatever file they are from.

        Raises
        ------
        AudioError
            If nothing of any file can be read.
        """
        begin, found = 0.0, False  # where the next file begins
        for number, path in enumerate(self._used):
            first = max(0.0, self.start - begin)
            seconds = None if self._end is None else self._end - begin - first
            if seconds is not None and seconds <= 0:
                break
            if first < self._lengths[number] or not self._lengths[number]:
                read = 0
                try:
                    with self._open(path) as file:
                        for piece in file.samples(sample_rate, first, seconds):
                            if self._heard is not None:
                                self._heard(piece, sample_rate)
                            yield piece
                            read += len(piece)
                        if file.notes:
                            self.notes[path] = file.notes
                except AudioError as error:
                    self.failures[path] = error
                found = found or read > 0
                if seconds is None or read < round(seconds * sample_rate):
                    self._lengths[number] = first + read / sample_rate if read else 0.0
            begin += self._lengths[number]
        if self.failures and (not found or len(self.paths) == 1):
            raise next(iter(self.failures.values()))

    def _open(self, path: Path) -> AbstractContextManager[Sound]:
        return (
            self._reader.open(path) if self._in_memory is None else open_recording(self._in_memory)
        )

    def _album(self, path: Path) -> str | None:
        try:
            with self._reader.open(path) as file:
                return self._reader.tags(file).album
        except AudioError:  # it has its say when it is decoded
            return None
