"""The length of one part of a file: by its header where that can be right, else by its packets."""

from io import FileIO

import av
from av.audio.stream import AudioStream
from av.container import InputContainer

from samesong.features.decoding.byte_view import ByteView
from samesong.features.decoding.clock import Clock
from samesong.features.decoding.header import demuxer, seconds_of, start_time, told_length
from samesong.features.decoding.xing import counts_all_frames

_SAMPLES_PER_BYTE = 6000
"""More than any codec makes of a byte, be it of silence."""


def length_of(
    container: InputContainer, stream: AudioStream, data: FileIO | ByteView, size: int
) -> float:
    """Return how long a stream lasts.

    Parameters
    ----------
    container : InputContainer
        The container, at its beginning; it is somewhere else afterwards.
    stream : AudioStream
        One of its streams.
    data : FileIO or ByteView
        The bytes of the container; their position changes.
    size : int
        Their number.

    Returns
    -------
    float
        In seconds.
    """
    told = told_length(container, stream)
    kind = demuxer(container)
    if told is None or not 0 < told <= _longest(stream, size):
        return _walked(container, stream)
    if kind == "mp3":
        place = data.tell()
        counted = counts_all_frames(data, size)
        data.seek(place)
        return told if counted else _walked(container, stream)
    return told


def _longest(stream: AudioStream, size: int) -> float:
    return size * _SAMPLES_PER_BYTE / max(1, stream.codec_context.sample_rate)


def _walked(container: InputContainer, stream: AudioStream) -> float:
    """Count packets without decoding them."""
    clock = Clock(start_time(container, stream))
    try:
        for packet in container.demux(stream):
            if packet.size:
                duration = seconds_of(packet.duration, packet.time_base) or 0.0
                clock.follow(seconds_of(packet.pts, packet.time_base), duration)
    except av.FFmpegError:
        pass  # what comes before the damage counts
    return clock.now
