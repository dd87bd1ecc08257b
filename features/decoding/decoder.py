"""Decoding a file: its parts one after the other, the stream and the channel that carry music."""

import os
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

import numpy as np
from av.audio.stream import AudioStream
from av.container import InputContainer
from numpy.typing import NDArray

from samesong.features.decoding.blocks import Block
from samesong.features.decoding.channels import Channel, Downmix, inner_products
from samesong.features.decoding.container import audio_streams, open_container
from samesong.features.decoding.finite import LARGEST, Silencer
from samesong.features.decoding.frames import FrameReader
from samesong.features.decoding.header import demuxer
from samesong.features.decoding.length import length_of, noted_length
from samesong.features.decoding.notes import Notes
from samesong.features.decoding.opening import quoted
from samesong.features.decoding.parts import Part, find_parts
from samesong.features.decoding.stream_choice import choose_stream
from samesong.features.errors import DecodeError
from samesong.features.limits import check_limits


@dataclass(frozen=True)
class Mono:
    """Consecutive samples of one channel.

    Attributes
    ----------
    time : float
        Seconds of the recording at which they begin.
    rate : int
        Samples a second.
    samples : ndarray, shape (n_samples,), float32
        Full scale at 1.
    """

    time: float
    rate: int
    samples: NDArray[np.float32]


@dataclass(frozen=True)
class StreamFacts:
    """The stream of a file that is decoded.

    Attributes
    ----------
    number, n_streams : int
        Its number from 0, and how many audio streams there are.
    sample_rate : int
        Samples a second, at the beginning.
    channels : int
        Number of channels, at the beginning.
    format : str
        Container and codec, such as ``FLAC/FLAC``.
    """

    number: int
    n_streams: int
    sample_rate: int
    channels: int
    format: str


class Decoder:
    """Decodes one file, any number of times; nothing is held open in between.

    Parameters
    ----------
    path : Path
        The file, for messages.
    stream : BinaryIO
        Its bytes, which stay open.
    channel : str or int, optional
        One of `channels.NAMES`, or the number of a channel from 1.
    number : int, optional
        Number of an audio stream from 1.
    """

    def __init__(
        self,
        path: Path,
        stream: BinaryIO,
        channel: Channel | None = None,
        number: int | None = None,
    ) -> None:
        self._path = path
        self._name = quoted(path)
        self._stream = stream
        self._channel = channel
        self._wanted = number
        self._size = stream.seek(0, os.SEEK_END)

    @cached_property
    def facts(self) -> StreamFacts:
        """The stream that is decoded; raises `DecodeError` if there is none."""
        with self._opened(self._parts[0]) as (container, streams):
            n_streams = len(streams)
            # Listening moves the bytes on, and nothing more is read from them here.
            number = choose_stream(
                self._name, n_streams, self._wanted, self._listen, lambda: self._length(0, 0)
            )
            codec = streams[number].codec_context
            check_limits(self._path, codec.sample_rate, codec.channels)
            return StreamFacts(
                number=number,
                n_streams=n_streams,
                sample_rate=codec.sample_rate,
                channels=codec.channels,
                format=f"{demuxer(container)}/{codec.name}".upper(),
            )

    @property
    def duration(self) -> float:
        """Seconds of the file as its headers tell it, or its packets where those cannot be right.

        Damage that decoding alone finds makes it shorter.
        """
        return sum(self._lengths)

    def mono(self, start: float, notes: Notes) -> Iterator[Mono]:
        """Decode to the end.

        Parameters
        ----------
        start : float
            Seconds that are not needed; decoding begins somewhat earlier, or at the beginning.
        notes : Notes
            Takes what is noticed.

        Yields
        ------
        Mono
            One following the other.

        Raises
        ------
        DecodeError
            If the file is not audio, or has not what a user chose of it.
        """
        number, begin = self.facts.number, 0.0
        notes.streams(number, self.facts.n_streams, self._wanted)
        downmix, silencer = Downmix(self._name, self._channel), Silencer()
        try:
            for index, part in enumerate(self._parts):
                if start and begin + self._lengths[index] < start and part is not self._parts[-1]:
                    begin += self._lengths[index]
                    continue
                notes.header(part.note)
                try:
                    with self._opened(part) as (container, streams):
                        reader = FrameReader(self._path, container, _of(streams, number))
                        with closing(reader.blocks(max(0.0, start - begin))) as blocks:
                            for block in blocks:
                                time = begin + block.time
                                planes, products = block.planes, inner_products(block.planes)
                                if not products.diagonal().max() <= LARGEST**2:
                                    planes = silencer(planes, time, block.rate)
                                    products = inner_products(planes)
                                yield Mono(time, block.rate, downmix(planes, products))
                                notes.cancelled(downmix.cancelled / block.rate)
                        notes.damage(begin, reader.damaged)
                        if not start:
                            noted = self._noted(part, container, streams)
                            notes.length(noted, begin, begin + reader.now)
                        begin += reader.now
                except DecodeError:
                    if len(self._parts) == 1 or not begin:
                        raise
                    notes.damage(begin, [0.0])
        finally:
            notes.silenced(silencer)

    @cached_property
    def _parts(self) -> list[Part]:
        return find_parts(self._stream, self._size)

    @cached_property
    def _lengths(self) -> list[float]:
        number = self.facts.number
        return [self._length(index, number) for index in range(len(self._parts))]

    def _length(self, index: int, number: int) -> float:
        part = self._parts[index]
        data = part.open(self._stream)
        try:
            with open_container(self._name, data) as container:
                stream = _of(audio_streams(self._name, container), number)
                return length_of(container, stream, data, part.end - part.begin)
        except DecodeError:
            if len(self._parts) == 1:
                raise
            return 0.0

    def _noted(
        self, part: Part, container: InputContainer, streams: list[AudioStream]
    ) -> float | None:
        stream = _of(streams, self.facts.number)
        data = part.open(self._stream)
        return noted_length(container, stream, data, part.end - part.begin)

    def _listen(self, number: int, start: float) -> Generator[Block]:
        with self._opened(self._parts[0]) as (container, streams):
            yield from FrameReader(self._path, container, streams[number]).blocks(start)

    @contextmanager
    def _opened(self, part: Part) -> Iterator[tuple[InputContainer, list[AudioStream]]]:
        data = part.open(self._stream)
        with open_container(self._name, data) as container:
            yield container, audio_streams(self._name, container)


def _of(streams: list[AudioStream], number: int) -> AudioStream:
    """Return a stream; parts may have fewer of them than the first."""
    return streams[min(number, len(streams) - 1)]
