"""The times that the header of a container tells, true or not."""

from fractions import Fraction

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition

_GUESSED = {"aac", "ac3", "amr", "mp3"}
"""Containers without a header, whose length FFmpeg guesses from the bit rate of their beginning."""


def demuxer(container: InputContainer) -> str:
    """Return FFmpeg's name of a container.

    Parameters
    ----------
    container : InputContainer
        The container.

    Returns
    -------
    str
        The first of its names, such as ``mov``.
    """
    return container.format.name.partition(",")[0]


def start_time(container: InputContainer, stream: AudioStream) -> float:
    """Return when a recording begins, sound and picture together.

    Parameters
    ----------
    container : InputContainer
        The container.
    stream : AudioStream
        One of its streams.

    Returns
    -------
    float
        In seconds of the container's own clock.
    """
    times = [seconds_of(stream.start_time, stream.time_base)]
    times += [
        seconds_of(video.start_time, video.time_base)
        for video in container.streams.video
        if not video.disposition & Disposition.attached_pic
    ]
    return min((time for time in times if time is not None), default=0.0)


def seconds_of(ticks: int | None, base: Fraction | None) -> float | None:
    """Return a time of a container in seconds.

    Parameters
    ----------
    ticks : int or None
        The time in units of `base`.
    base : Fraction or None
        The unit in seconds.

    Returns
    -------
    float or None
        None if either is unknown.
    """
    if ticks is None or base is None:
        return None
    return float(ticks * base)


def told_length(container: InputContainer, stream: AudioStream) -> float | None:
    """Return how long a stream lasts by its header.

    Parameters
    ----------
    container : InputContainer
        The container.
    stream : AudioStream
        One of its streams.

    Returns
    -------
    float or None
        In seconds, not necessarily true; None where the header does not tell.
    """
    kind = demuxer(container)
    if kind in _GUESSED:
        return None
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    # Matroska's may be counted from its first time, or from zero: who can say?
    if container.duration is None or (kind == "matroska" and stream.start_time):
        return None
    return float(container.duration / av.time_base)
