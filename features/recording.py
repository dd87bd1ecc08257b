"""Recordings in every form that they are given in: paths, open files, bytes and samples."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import numpy as np
from numpy.typing import NDArray

from samesong.features.audio_file import AudioFile, AudioInfo, opened
from samesong.features.audio_samples import AudioSamples
from samesong.features.decoding.notes import Note
from samesong.features.errors import DecodeError, InvalidSamplesError

Recording = str | os.PathLike[str] | AudioFile | AudioSamples | bytes | BinaryIO
"""A recording by its path, or open and staying so, or all bytes of its file, or its samples."""

_BYTES = "bytes"
_NAMELESS = "open file"


class Sound(Protocol):
    """What an `AudioFile` and `AudioSamples` have in common."""

    @property
    def name(self) -> str:
        """Name in results and messages."""

    @property
    def info(self) -> AudioInfo:
        """Length, rate and channels."""

    @property
    def notes(self) -> tuple[Note, ...]:
        """Remarks on what was chosen, mended or left out when samples were last read."""

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
        """


def recording_of(recording: Any, sample_rate: int | None = None) -> Recording:
    """Return a recording with its rate, where it is an array.

    Parameters
    ----------
    recording : Recording or ndarray
        A recording; an array as `AudioSamples` takes it.
    sample_rate : int, optional
        Samples a second of an array; of all else it is not given.

    Returns
    -------
    Recording
        The array as `AudioSamples`; all else as it is.

    Raises
    ------
    InvalidSamplesError
        If an array has no rate, something else has one, or as `AudioSamples` does.
    DecodeError
        If it is none of what a recording can be given as.

    Examples
    --------
    >>> import numpy as np
    >>> recording_of(np.zeros(44_100), 44_100).info.duration
    1.0
    >>> recording_of("song.flac")
    'song.flac'
    """
    if hasattr(recording, "__array__"):
        if sample_rate is None:
            raise InvalidSamplesError(
                f"samples of shape {np.shape(recording)} have no rate: give sample_rate=, the "
                "samples a second, such as 44100"
            )
        return AudioSamples(recording, sample_rate)
    if not isinstance(recording, (str, os.PathLike, AudioFile, AudioSamples)) and not (
        isinstance(recording, (bytes, bytearray, memoryview)) or hasattr(recording, "read")
    ):
        raise DecodeError(
            f"an object of type {type(recording).__name__} is no recording: give a path, a file "
            "opened with mode 'rb', the bytes of a file, or an array of samples with sample_rate="
        )
    if sample_rate is not None:
        raise InvalidSamplesError(
            f"sample_rate={sample_rate} is for arrays of samples, and this is of "
            f"type {type(recording).__name__} and has its own: leave it out"
        )
    return bytes(recording) if isinstance(recording, (bytearray, memoryview)) else recording


def name_of(recording: Recording) -> str:
    """Return the name of a recording.

    Parameters
    ----------
    recording : Recording
        The recording.

    Returns
    -------
    str
        Its path, the name of samples, or what it is: ``bytes`` or ``open file``.
    """
    if isinstance(recording, (AudioFile, AudioSamples)):
        return recording.name
    if isinstance(recording, bytes):
        return _BYTES
    if isinstance(recording, (str, os.PathLike)):
        return os.fspath(recording)
    name = getattr(recording, "name", None)
    return name if isinstance(name, str) else _NAMELESS


@contextmanager
def open_recording(recording: Recording) -> Iterator[Sound]:
    """Open a recording for the length of a context, unless it is open already.

    Parameters
    ----------
    recording : Recording
        The recording; one that is open stays open.

    Yields
    ------
    Sound
        It, open.

    Raises
    ------
    DecodeError
        As `AudioFile` does, and if an open file cannot be read.
    """
    if isinstance(recording, AudioSamples):
        yield recording
    elif isinstance(recording, (str, os.PathLike, AudioFile)):
        with opened(recording) as file:
            yield file
    else:
        name = Path(name_of(recording))
        stream = io.BytesIO(recording) if isinstance(recording, bytes) else _checked(recording)
        with AudioFile(name, stream=stream) as file:
            yield file


def _checked(stream: BinaryIO) -> BinaryIO:
    """Refuse an open file that cannot be read as bytes, from any place."""
    name = repr(name_of(stream))
    if stream.closed:
        raise DecodeError(f"{name} is closed: open it again, or give its path")
    if not stream.readable():
        raise DecodeError(f"{name} is open for writing alone: open it with mode 'rb'")
    if not isinstance(stream.read(0), bytes):
        raise DecodeError(f"{name} is open as text: open it with mode 'rb'")
    if not stream.seekable():
        raise DecodeError(
            f"{name} is a pipe, in which nothing can be sought: read it, and give the bytes"
        )
    return stream
