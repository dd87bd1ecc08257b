"""Decoding one part of a file to its end, on its clock."""

from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import InputContainer

from samesong.features.decoding.blocks import BLOCK, Block, BlockBuilder
from samesong.features.decoding.clock import Clock
from samesong.features.decoding.container import demuxed
from samesong.features.decoding.header import demuxer, seconds_of, start_time, told_length

_PREROLL = 0.5
"""Seconds decoded and thrown away after a seek, which the codec needs to fill its buffers."""
_INDEXED = {"wav", "w64", "aiff", "caf", "au", "mov", "matroska", "flac", "tta"}
"""Containers in which FFmpeg finds a time exactly; others are walked through, undecoded."""
_TAGS = (b"ID3", b"TAG", b"APETAGEX")
"""Of files that were glued together: FFmpeg takes those in the middle for sound."""


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
        self._container = container
        self._stream = stream
        self._clock = Clock(start_time(container, stream))
        self._builder = BlockBuilder(path)

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
        decode = self._stream.codec_context.decode
        builder, clock = self._builder, self._clock
        for packet in packets:
            try:
                frames = decode(packet)
            except av.FFmpegError:
                yield from self._lost(packet)
                continue
            for frame in frames:
                pts = frame.pts
                time = None if pts is None else pts * tick
                if not placed:
                    if time is not None:
                        clock.start(max(0.0, time - clock.origin))
                    placed = True
                if missing := clock.missing(time):
                    yield from self._held()
                    yield from self._silence(missing)
                if not builder.filled:
                    builder.time = clock.now
                if not builder.add(frame):
                    yield from self._held()
                    builder.time = clock.now
                    builder.add(frame)
                clock.passes(frame.samples, builder.rate)
                if builder.filled >= BLOCK:
                    yield from self._held()
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
        yield from self._silence(seconds_of(packet.duration, packet.time_base) or 0.0)

    def _held(self) -> Iterator[Block]:
        block = self._builder.take()
        if block is not None:
            yield block

    def _silence(self, seconds: float) -> Iterator[Block]:
        codec = self._stream.codec_context
        rate = self._builder.rate or codec.sample_rate
        left = round(seconds * rate)
        while left > 0:
            size = min(left, BLOCK)
            yield Block(self.now, rate, [np.zeros(size, np.float32)] * codec.channels)
            self._clock.passes(size, rate)
            left -= size
