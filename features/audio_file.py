"""An audio file that is opened once, for its bytes, its properties and its samples."""

import math
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from samesong.features._source import Source, open_file, open_source
from samesong.features.errors import DecodeError, ShortAudioError
from samesong.features.limits import check_length, check_limits, decoder_errors
from samesong.features.resampling import resample_stream
from samesong.features.samples import finite_peak

_PREROLL = 0.1
"""Seconds decoded ahead of a span, so that the resampler's filter is full where it begins."""


@dataclass(frozen=True, slots=True)
class AudioInfo:
    """The properties of an audio file, as its header gives them.

    Attributes
    ----------
    duration : float
        Length in seconds.
    sample_rate : int
        Samples a second in the file.
    channels : int
        Channels in the file.
    format : str
        Container and codec, such as ``FLAC/PCM_16``.
    """

    duration: float
    sample_rate: int
    channels: int
    format: str


class AudioFile:
    """An audio file, open until it is closed; a context manager.

    Each reading of properties or samples starts a decoder of its own.

    Parameters
    ----------
    path : str or path
        A wav, flac, mp3, ogg or opus file; with the extra ``media`` also m4a, mp4, mov, webm.

    Attributes
    ----------
    path : Path
        The file's.
    stream : FileIO
        Its bytes, unbuffered. Leave them alone while samples are being read.

    Raises
    ------
    DecodeError
        If the file is missing, is none, or must not be read.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self.stream: FileIO = open_file(self.path)

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
        """Close the file."""
        self.stream.close()

    @cached_property
    def info(self) -> AudioInfo:
        """Its properties; raises `DecodeError` or `MissingExtraError` as `samples` does."""
        with self._source() as source, decoder_errors(self.path):
            return AudioInfo(source.duration, source.sample_rate, source.channels, source.format)

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
            If the file is empty or not audio, or nothing in the span can be decoded.
        ShortAudioError
            If the recording ends before `start`.
        InvalidSamplesError
            If samples are NaN or infinite.
        MissingExtraError
            If the file needs PyAV, which is not installed.
        ValueError
            If `start` or `duration` is out of range.
        """
        if not start >= 0 or (duration is not None and not duration > 0):
            raise ValueError(f"start={start} must be 0 or above, duration={duration} above 0")
        first = round(start * sample_rate)
        last = None if duration is None else first + round(duration * sample_rate)
        found = False
        # A decoder for each span: one that has decoded another would not begin as cleanly.
        with self._source() as source:
            pieces = self._span(source, sample_rate, first, last)
            while True:
                # Not around the `yield`, where the caller's errors would be taken for a decoder's.
                with decoder_errors(self.path):
                    piece = next(pieces, None)
                if piece is None:
                    break
                found = found or len(piece) > 0
                yield piece
        if not found:
            raise self._nothing(start)

    @contextmanager
    def _source(self) -> Iterator[Source]:
        """Open the decoder, and refuse what is beyond all limits."""
        with ExitStack() as held:
            with decoder_errors(self.path):
                source = held.enter_context(open_source(self.path, self.stream))
                check_limits(self.path, source.sample_rate, source.channels)
            yield source

    def _span(
        self, source: Source, sample_rate: int, first: int, last: int | None
    ) -> Iterator[NDArray[np.float32]]:
        """Yield samples `first` to `last` - 1 at `sample_rate`, in pieces."""
        common = math.gcd(source.sample_rate, sample_rate)
        # Decoding begins where a sample of the file and one of the result fall on the same instant.
        early = math.ceil(_PREROLL * common)
        instant = max(first // (sample_rate // common) - early, 0)
        position = instant * (sample_rate // common)
        decoded = self._decoded(source, instant * (source.sample_rate // common))
        for piece in resample_stream(decoded, source.sample_rate, sample_rate):
            end = len(piece) if last is None else max(last - position, 0)
            yield piece[max(first - position, 0) : end]
            position += len(piece)
            if last is not None and position >= last:
                return

    def _decoded(self, source: Source, start: int) -> Iterator[NDArray[np.float32]]:
        for chunk in source.chunks(start):
            finite_peak(chunk, repr(str(self.path)))
            start += len(chunk)
            check_length(self.path, start / source.sample_rate)
            yield chunk

    def _nothing(self, start: float) -> Exception:
        if start and start >= self.info.duration:
            return ShortAudioError(
                f"{str(self.path)!r} lasts {self.info.duration:.2f} s, so nothing is left from "
                f"{start:.2f} s on; start earlier"
            )
        return DecodeError(
            f"nothing can be decoded from {str(self.path)!r}; it is truncated or damaged: "
            "copy or download it again"
        )


Recording = str | os.PathLike[str] | AudioFile
"""A recording by its path, or one that is open and stays so."""


def name_of(recording: Recording) -> str:
    """Return the name of a recording.

    Parameters
    ----------
    recording : str, path or AudioFile
        The recording.

    Returns
    -------
    str
        Its path.
    """
    return os.fspath(recording.path if isinstance(recording, AudioFile) else recording)


@contextmanager
def opened(recording: Recording) -> Iterator[AudioFile]:
    """Open a recording for the length of a context, unless it is open already.

    Parameters
    ----------
    recording : str, path or AudioFile
        The recording; one that is open stays open.

    Yields
    ------
    AudioFile
        It, open.

    Raises
    ------
    DecodeError
        As `AudioFile` does.
    """
    if isinstance(recording, AudioFile):
        yield recording
    else:
        with AudioFile(recording) as file:
            yield file
