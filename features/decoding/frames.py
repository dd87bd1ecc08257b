"""Decoding one part of a file to its end, on its clock."""

from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.plane import AudioPlane
from av.audio.stream import AudioStream
from av.container import InputContainer
from numpy.typing import NDArray

from samesong.features.decoding.clock import Clock
from samesong.features.decoding.container import demuxed
from samesong.features.decoding.header import demuxer, seconds_of, start_time, told_length
from samesong.features.decoding.opening import quoted
from samesong.features.errors import DecodeError
from samesong.features.limits import check_limits

BLOCK = 2**16
"""Samples of each channel in a block, at most: 1.5 s at 44.1 kHz."""
_PREROLL = 0.5
"""Seconds decoded and thrown away after a seek, which the codec needs to fill its buffers."""
_LONGEST_PACKET = 20.0
"""Seconds of silence in place of a packet that cannot be decoded, at most: more than any codec puts
into one, whatever its header says."""
_INDEXED = {"wav", "w64", "aiff", "caf", "au", "mov", "matroska", "flac", "tta"}
"""Containers in which FFmpeg finds a time exactly; others are walked through, undecoded."""
_KINDS: dict[str, tuple[type[np.generic], float]] = {
    "u8": (np.uint8, 2.0**-7),
    "s16": (np.int16, 2.0**-15),
    "s32": (np.int32, 2.0**-31),
    "flt": (np.float32, 1.0),
    "dbl": (np.float64, 1.0),
}
"""FFmpeg's names of types of samples, and what full scale is multiplied by to be 1."""
_TAGS = (b"ID3", b"TAG", b"APETAGEX")
"""Of files that were glued together: FFmpeg takes those in the middle for sound."""

Planes = NDArray[np.float32]


@dataclass(frozen=True)
class Block:
    """Consecutive decoded samples.

    Attributes
    ----------
    time : float
        Seconds of the recording at which they begin.
    rate : int
        Samples a second.
    planes : ndarray, shape (n_channels, n_samples), float32
        Full scale at 1.
    """

    time: float
    rate: int
    planes: Planes


class FrameReader:
    """Reads a stream of a container.

    Parameters
    ----------
    path : Path
        The file, for messages.
    container : InputContainer
        The container, at its beginning.
    stream : AudioStream
        One of its streams.

    Attributes
    ----------
    damaged : list of float
        Seconds at which a packet could not be decoded.
    """

    def __init__(self, path: Path, container: InputContainer, stream: AudioStream) -> None:
        self.damaged: list[float] = []
        self._path = path
        self._container = container
        self._stream = stream
        self._clock = Clock(start_time(container, stream))
        self._fifo = av.AudioFifo()
        self._kind: tuple[str, int, int] | None = None  # of those in the FIFO
        self._filled = 0  # samples in the FIFO
        self._begin = 0.0  # of the samples in the FIFO

    @property
    def now(self) -> float:
        """Seconds of the part that were decoded."""
        return self._clock.now

    def blocks(self, start: float = 0.0) -> Generator[Block]:
        """Decode to the end.

        Parameters
        ----------
        start : float, optional
            Seconds of the part that are not needed; decoding begins somewhat earlier.

        Yields
        ------
        Block
            One following the other.

        Raises
        ------
        DecodeError
            If its samples are of a type that is not known.
        """
        early = start - _PREROLL
        placed = early <= 0
        packets = iter(self._packets())
        told = told_length(self._container, self._stream)
        if not placed and demuxer(self._container) in _INDEXED and early < (told or 0):
            self._seek(early)
            packets = iter(self._packets())
        elif not placed:
            packets = self._walked(early)
        tick = float(self._stream.time_base or 0)  # a Fraction for each frame takes its time
        for packet in packets:
            try:
                frames = packet.decode()
            except av.FFmpegError:
                yield from self._lost(packet)
                continue
            for frame in frames:
                pts = frame.pts
                time = None if pts is None else pts * tick
                if not placed:
                    if time is not None:
                        self._clock.start(max(0.0, time - self._clock.origin))
                    placed = True
                if missing := self._clock.missing(time):
                    yield from self._held()
                    yield from self._silence(missing)
                yield from self._add(frame)
        yield from self._held()

    def _seek(self, early: float) -> None:
        base = self._stream.time_base
        target = round((early + self._clock.origin) / base) if base else 0
        # Of a damaged file, neither may work: decoding goes on from wherever it is.
        for place in (target, 0):
            with suppress(av.FFmpegError):
                self._container.seek(place, stream=self._stream)
                return

    def _walked(self, early: float) -> Iterator["av.Packet[AudioStream]"]:
        """Yield packets from the one that ends after `early` on; those before it are counted."""
        packets = self._packets()
        for packet in packets:
            seconds = seconds_of(packet.duration, packet.time_base)
            time = seconds_of(packet.pts, packet.time_base)
            # Without durations, there is no counting.
            if not seconds or self._clock.now + self._clock.missing(time) + seconds > early:
                yield packet
                break
            self._clock.follow(time, seconds)
        yield from packets

    def _packets(self) -> Iterator["av.Packet[AudioStream]"]:
        """Yield packets until there are no more, or they cannot be read."""
        try:
            yield from demuxed(self._container, self._stream)
        except av.FFmpegError:
            self.damaged.append(self.now)

    def _lost(self, packet: "av.Packet[AudioStream]") -> Iterator[Block]:
        """Yield silence in place of what cannot be decoded."""
        if not bytes(packet).startswith(_TAGS):
            self.damaged.append(self.now)
        yield from self._held()
        seconds = seconds_of(packet.duration, packet.time_base) or 0.0
        yield from self._silence(min(seconds, _LONGEST_PACKET))

    def _add(self, frame: AudioFrame) -> Iterator[Block]:
        kind = (frame.format.name, frame.layout.nb_channels, frame.sample_rate)
        if kind != self._kind:
            yield from self._held()
            check_limits(self._path, frame.sample_rate, frame.layout.nb_channels)
            self._fifo, self._kind = av.AudioFifo(), kind
        if not self._filled:
            self._begin = self._clock.now
        frame.pts = None  # the FIFO would compare it with its own count
        self._fifo.write(frame)
        self._filled += frame.samples
        self._clock.passes(frame.samples, kind[2])
        if self._filled >= BLOCK:
            yield from self._held()

    def _held(self) -> Iterator[Block]:
        frame = self._fifo.read() if self._filled else None
        self._filled = 0
        if frame is not None:
            yield Block(self._begin, frame.sample_rate, _planes(quoted(self._path), frame))

    def _silence(self, seconds: float) -> Iterator[Block]:
        codec = self._stream.codec_context
        rate = self._kind[2] if self._kind else codec.sample_rate
        left = round(seconds * rate)
        while left > 0:
            size = min(left, BLOCK)
            yield Block(self.now, rate, np.zeros((codec.channels, size), np.float32))
            self._clock.passes(size, rate)
            left -= size


def _planes(name: str, frame: AudioFrame) -> Planes:
    """Return the samples of a frame as float32, a row for each channel."""
    kind, n_channels = frame.format.packed.name, frame.layout.nb_channels
    if kind not in _KINDS:
        raise DecodeError(
            f"{name} holds samples of type {frame.format.name}; convert it to FLAC, for example"
        )
    dtype, scale = _KINDS[kind]
    # Not by to_ndarray(), which reads one plane too many where there are eight, or more, channels.
    if frame.format.is_planar:
        rows = [_samples(frame, plane, dtype, frame.samples) for plane in range(n_channels)]
        samples = rows[0][None] if n_channels == 1 else np.stack(rows)
    else:
        samples = _samples(frame, 0, dtype, frame.samples * n_channels).reshape(-1, n_channels).T
    with np.errstate(over="ignore", invalid="ignore"):  # of doubles, which are silenced later on
        floats = np.asarray(samples, np.float32)
    if scale == 1:
        return floats
    if kind == "u8":
        floats -= np.float32(128)
    return np.asarray(floats * np.float32(scale))


def _samples(frame: AudioFrame, plane: int, dtype: type[np.generic], count: int) -> NDArray[Any]:
    buffer: Any = AudioPlane(frame, plane)  # whose types do not tell that it is one
    return np.frombuffer(buffer, dtype, count)
