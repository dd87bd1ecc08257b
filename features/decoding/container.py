"""Opening a container with FFmpeg; the only module, beside `frames`, that knows its errors."""

from collections.abc import Iterator
from contextlib import contextmanager

import av
from av.audio.stream import AudioStream
from av.container import InputContainer

from samesong.features.decoding.byte_view import ByteView
from samesong.features.decoding.formats import DEMUXERS, listed
from samesong.features.errors import DecodeError

# FFmpeg's messages go nowhere: what users need to know is told in errors and notes.
av.logging.set_level(None)

_BUFFER = 2**17
"""Bytes read at a time, each time by a call of Python."""
_OPTIONS = {"format_whitelist": ",".join(sorted(DEMUXERS))}
"""Keeps FFmpeg from following playlists and other files that name further files or addresses."""


@contextmanager
def open_container(name: str, stream: ByteView) -> Iterator[InputContainer]:
    """Open a container.

    Parameters
    ----------
    name : str
        The file's, for messages.
    stream : ByteView
        Its bytes, at the beginning; not closed here. FFmpeg would read addresses and protocols
        into a name, and of a damaged file it may seek before the beginning.

    Yields
    ------
    InputContainer
        The container.

    Raises
    ------
    DecodeError
        If it is not audio that can be decoded.
    """
    try:
        # Tags are text in whatever encoding, which is no reason not to play a song.
        container = av.open(
            stream, mode="r", options=_OPTIONS, metadata_errors="replace", buffer_size=_BUFFER
        )
    except (av.FFmpegError, OSError, ValueError) as error:
        raise DecodeError(
            f"{name} is not audio that can be decoded, or is damaged ({_reason(error)}); formats "
            f"that can be read are {listed()}"
        ) from error
    with container:
        yield container


def audio_streams(name: str, container: InputContainer) -> list[AudioStream]:
    """Return the audio streams of a container that can be decoded.

    Parameters
    ----------
    name : str
        The file's, for messages.
    container : InputContainer
        The container.

    Returns
    -------
    list of AudioStream
        At least one.

    Raises
    ------
    DecodeError
        If there is none.
    """
    streams = list(container.streams.audio)
    if not streams:
        raise DecodeError(f"{name} has no sound track; give a file that has one")
    # One of a codec that FFmpeg does not know has no decoder.
    known = [stream for stream in streams if stream.codec_context is not None]
    if not known:
        raise DecodeError(
            f"{name} holds sound of a codec that cannot be decoded; convert it to FLAC, for example"
        )
    return known


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()
