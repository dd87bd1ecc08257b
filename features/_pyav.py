"""Decoding m4a, mp4, mov and webm with PyAV; the only module that imports it."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack
from fractions import Fraction
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import numpy as np
from numpy.typing import NDArray

from samesong.features.errors import DecodeError

_PREROLL = Fraction(1, 2)
"""Seconds decoded and thrown away after a seek, which the codec needs to fill its buffers."""
_OPTIONS = {"format_whitelist": "mov,matroska"}
"""Keeps FFmpeg from following playlists and other files that name further files or addresses."""

_log = logging.getLogger(__name__)


class PyAVSource:
    """A `Source` read by FFmpeg through PyAV: the first audio stream of a container.

    Parameters
    ----------
    path : Path
        The file, for messages.
    stream : FileIO
        Its bytes, at the beginning; not closed here. FFmpeg would read addresses and protocols
        into a name.

    Raises
    ------
    DecodeError
        If the container cannot be read or holds no audio.
    """

    def __init__(self, path: Path, stream: FileIO) -> None:
        self._path = path
        with ExitStack() as stack:
            try:
                self._container = stack.enter_context(av.open(stream, mode="r", options=_OPTIONS))
            except av.FFmpegError as error:
                raise DecodeError(
                    f"{str(path)!r} is damaged or incomplete and cannot be decoded ({error}); "
                    "copy or download it again"
                ) from error
            if not self._container.streams.audio:
                raise DecodeError(f"{str(path)!r} has no sound track; give a file that has one")
            self._stream = self._container.streams.audio[0]
            codec = self._stream.codec_context
            self.sample_rate: int = codec.sample_rate
            self.channels: int = codec.channels
            # A stream that does not say what its times are counted in counts samples.
            self._time_base = self._stream.time_base or Fraction(1, self.sample_rate)
            self.format = f"{self._container.format.name.split(',')[0]}/{codec.name}".upper()
            self._closing = stack.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.close()

    @property
    def duration(self) -> float:
        """Length in seconds; a browser's recording does not give it and is decoded to find out."""
        if self._stream.duration is not None:
            return float(self._stream.duration * self._time_base)
        if self._container.duration is not None:
            return float(self._container.duration / av.time_base)
        with FileIO(str(self._path)) as stream, PyAVSource(self._path, stream) as again:
            return sum(map(len, again.chunks(0))) / self.sample_rate

    def chunks(self, start: int) -> Iterator[NDArray[np.float32]]:
        """Yield mono samples; stops early, with a log entry, at damage.

        Parameters
        ----------
        start : int
            The first sample to yield.

        Yields
        ------
        ndarray, shape (n_samples,), float32
            Consecutive samples, full scale at 1.
        """
        try:
            yield from self._decoded(start)
        except av.FFmpegError as error:
            _log.warning("%r is damaged; only part of it is used (%s)", str(self._path), error)

    def _decoded(self, start: int) -> Iterator[NDArray[np.float32]]:
        base, origin = self._time_base, self._stream.start_time or 0
        early = max(Fraction(start, self.sample_rate) - _PREROLL, Fraction(0))
        if early:
            self._container.seek(origin + int(early / base), stream=self._stream)
        to_planar = av.AudioResampler(
            format="fltp", layout=self._stream.codec_context.layout, rate=self.sample_rate
        )
        position: int | None = None
        for frame in self._container.decode(self._stream):
            if position is None:
                position = round(((frame.pts or 0) - origin) * base * self.sample_rate)
            for planar in to_planar.resample(frame):
                mono = planar.to_ndarray().mean(axis=0)
                yield mono[max(start - position, 0) :]
                position += len(mono)
