"""An audio file that is opened once, for its bytes, its properties and its samples."""

import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import numpy as np
from numpy.typing import NDArray

from samesong.features.decoding.channels import Channel
from samesong.features.decoding.decoder import Decoder, Mono
from samesong.features.decoding.notes import Note, Notes
from samesong.features.decoding.opening import open_file, quoted, require_bytes
from samesong.features.decoding.spans import PREROLL, check_span, cut_span
from samesong.features.errors import DecodeError, ShortAudioError
from samesong.features.limits import check_length, check_limits, decoder_errors

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AudioInfo:
    """The properties of an audio file.

    Attributes
    ----------
    duration : float
        Length in seconds: as decoded, once the file was decoded to its end, before that by its
        header, or by its packets where the header cannot be right.
    sample_rate : int
        Samples a second in the file.
    channels : int
        Channels in the file.
    format : str
        Container and codec, such as ``WAV/PCM_S16LE``.
    """

    duration: float
    sample_rate: int
    channels: int
    format: str


class AudioFile:
    """An audio file, open until it is closed; a context manager.

    Each reading of samples starts a decoder of its own.

    Parameters
    ----------
    path : str or path
        A file of any of `samesong.features.decoding.formats.FORMATS`.
    stream : binary file, optional
        Its bytes, where they are at hand; `path` is then a name alone. They can be sought in, are
        read from their beginning, and stay open.
    channel : str or int, optional
        ``left``, ``right``, ``mid`` (the mean), ``side`` (half of left less right), or the number
        of a channel from 1. By default the mean, and another where channels cancel each other.
    stream_number : int, optional
        Number of an audio stream from 1; by default the first that is not silent.

    Attributes
    ----------
    path : Path
        The file's.
    stream : BinaryIO
        Its bytes, unbuffered. Leave them alone while samples are being read.
    notes : tuple of Note
        Remarks on what was chosen, mended or left out when samples were last read; they are logged
        as well.

    Raises
    ------
    DecodeError
        If the file is missing, is none, or must not be read.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        stream: BinaryIO | None = None,
        channel: Channel | None = None,
        stream_number: int | None = None,
    ) -> None:
        # A path may be of a kind that knows how to open what is no file on disk.
        self.path = path if isinstance(path, Path) else Path(path)
        self._is_borrowed = stream is not None
        self.stream: BinaryIO = open_file(self.path) if stream is None else stream
        self.notes: tuple[Note, ...] = ()
        self._name = quoted(self.path)
        self._choice = channel, stream_number
        self._length: float | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file, unless its bytes were given."""
        if not self._is_borrowed:
            self.stream.close()

    @property
    def name(self) -> str:
        """Its path as a text."""
        return os.fspath(self.path)

    @property
    def info(self) -> AudioInfo:
        """Its properties; raises `DecodeError` as `samples` does."""
        return self._info if self._length is None else replace(self._info, duration=self._length)

    def samples(
        self, sample_rate: int, start: float = 0.0, duration: float | None = None
    ) -> Iterator[NDArray[np.float32]]:
        """Yield mono samples of a span in pieces; only the span is decoded.

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
        DecodeError
            If the file is empty or not audio, nothing in the span can be decoded, or it does not
            have the channel or stream that was chosen.
        ShortAudioError
            If the recording ends before `start`.
        ValueError
            If `start` or `duration` is out of range.
        """
        check_span(start, duration)
        first = round(start * sample_rate)
        last = None if duration is None else first + round(duration * sample_rate)
        notes, end = Notes(), first
        decoded = self._decoder.mono(max(0.0, start - PREROLL), notes)
        try:
            with closing(cut_span(self._limited(decoded), sample_rate, first, last)) as pieces:
                while True:
                    # Not around the `yield`, where the caller's errors would be a decoder's.
                    with decoder_errors(self.path):
                        piece = next(pieces, None)
                    if piece is None:
                        break
                    end += len(piece)
                    yield piece
            if end == first:
                raise self._nothing(start)
            if last is None or end < last:
                self._length = end / sample_rate
        finally:
            self._note(notes)

    @cached_property
    def _decoder(self) -> Decoder:
        require_bytes(self.path, self.stream)
        return Decoder(self.path, self.stream, *self._choice)

    @cached_property
    def _info(self) -> AudioInfo:
        with decoder_errors(self.path):
            facts = self._decoder.facts
            check_limits(self.path, facts.sample_rate, facts.channels)
            duration = self._decoder.duration
        return AudioInfo(duration, facts.sample_rate, facts.channels, facts.format)

    def _limited(self, pieces: Iterable[Mono]) -> Iterator[Mono]:
        """Yield what is within all limits; of each part, the header was checked before."""
        for piece in pieces:
            check_length(self.path, piece.time)
            yield piece

    def _note(self, notes: Notes) -> None:
        self.notes, told = tuple(notes), self.notes
        for note in self.notes:
            if note not in told:
                _log.warning("%s: %s", self._name, note)

    def _nothing(self, start: float) -> Exception:
        if start and start >= self.info.duration:
            return ShortAudioError(
                f"{self._name} lasts {self.info.duration:.2f} s, so nothing is left from "
                f"{start:.2f} s on; start earlier"
            )
        return DecodeError(
            f"nothing can be decoded from {self._name}; it is truncated or damaged: "
            "copy or download it again"
        )


@contextmanager
def opened(file: str | os.PathLike[str] | AudioFile) -> Iterator[AudioFile]:
    """Open a file for the length of a context, unless it is open already.

    Parameters
    ----------
    file : str, path or AudioFile
        The file; one that is open stays open.

    Yields
    ------
    AudioFile
        It, open.

    Raises
    ------
    DecodeError
        As `AudioFile` does.
    """
    if isinstance(file, AudioFile):
        yield file
    else:
        with AudioFile(file) as one:
            yield one
