"""The length of one part of a file: by its header where that can be right, else by its packets."""

import av
from av.audio.stream import AudioStream
from av.container import InputContainer

from samesong.features.decoding.byte_view import ByteView
from samesong.features.decoding.clock import Clock
from samesong.features.decoding.container import demuxed
from samesong.features.decoding.header import demuxer, seconds_of, start_time, told_length
from samesong.features.decoding.xing import FrameCount, read_frame_count

_SAMPLES_PER_BYTE = 6000
"""More than any codec makes of a byte, be it of silence."""


def length_of(container: InputContainer, stream: AudioStream, data: ByteView, size: int) -> float:
    """Return how long a stream lasts.

    Parameters
    ----------
    container : InputContainer
        The container, at its beginning; it is somewhere else afterwards.
    stream : AudioStream
        One of its streams.
    data : ByteView
        The bytes of the container; their position changes.
    size : int
        Their number.

    Returns
    -------
    float
        In seconds.
    """
    if (count := _frame_count(container, data, size)) is not None:
        if count.is_whole and stream.duration is not None and stream.time_base is not None:
            return max(0.0, float(stream.duration * stream.time_base))  # less than its padding
        return _walked(container, stream)
    told = told_length(container, stream)
    if told is None or not 0 < told <= _longest(stream, size):
        return _walked(container, stream)
    return told


def noted_length(
    container: InputContainer, stream: AudioStream, data: ByteView, size: int
) -> float | None:
    """Return how long a stream lasts by what is written in it, true or not.

    Parameters
    ----------
    container : InputContainer
        The container.
    stream : AudioStream
        One of its streams.
    data : ByteView
        The bytes of the container; their position stays as it is.
    size : int
        Their number.

    Returns
    -------
    float or None
        In seconds; None where nothing is written.
    """
    if (count := _frame_count(container, data, size)) is not None:
        codec = stream.codec_context
        return count.frames * codec.frame_size / codec.sample_rate
    return told_length(container, stream)


def _frame_count(container: InputContainer, data: ByteView, size: int) -> FrameCount | None:
    return read_frame_count(data, size) if demuxer(container) == "mp3" else None


def _longest(stream: AudioStream, size: int) -> float:
    return size * _SAMPLES_PER_BYTE / max(1, stream.codec_context.sample_rate)


def _walked(container: InputContainer, stream: AudioStream) -> float:
    """Count packets without decoding them."""
    clock = Clock(start_time(container, stream))
    try:
        for packet in demuxed(container, stream):
            if packet.size:
                duration = seconds_of(packet.duration, packet.time_base) or 0.0
                clock.follow(seconds_of(packet.pts, packet.time_base), duration)
    except av.FFmpegError:
        pass  # what comes before the damage counts
    return clock.now
