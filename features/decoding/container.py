"""Opening a container with FFmpeg; the only module, beside `frames`, that knows its errors."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import av
from av.audio.codeccontext import AudioCodecContext
from av.audio.stream import AudioStream
from av.container import InputContainer

from samesong.features.decoding.byte_view import ByteView
from samesong.features.decoding.formats import DEMUXERS
from samesong.features.errors import DecodeError, UnknownFormatError

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
    UnknownFormatError
        If it is not audio that can be decoded.
    """
    try:
        # Tags are text in whatever encoding, which is no reason not to play a song.
        container = av.open(
            stream, mode="r", options=_OPTIONS, metadata_errors="replace", buffer_size=_BUFFER
        )
    except (av.FFmpegError, OSError, ValueError) as error:
        raise UnknownFormatError(
            f"{name} is not audio that can be decoded, or is damaged"
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
    for stream in known:
        _forget_channel_names(stream.codec_context)
    return known


def demuxed(container: InputContainer, stream: AudioStream) -> Iterator["av.Packet[AudioStream]"]:
    """Yield the packets of a stream to its end, the last of them empty.

    Parameters
    ----------
    container : InputContainer
        The container.
    stream : AudioStream
        One of its streams.

    Yields
    ------
    Packet
        One following the other.

    Raises
    ------
    FFmpegError
        If the next one cannot be read.
    """
    # After the last packet, PyAV looks for streams that came up on the way, as they do in captured
    # television, among those that there were at the beginning.
    with suppress(IndexError):
        yield from container.demux(stream)


def _forget_channel_names(codec: AudioCodecContext) -> None:
    """Leave of the layout of channels, before anything is decoded, nothing but their number.

    PyAV copies a layout with its pointer to a map of channels, and frees that with each copy: a
    header with an unusual order would crash the process. This one copy takes the map with it.
    """
    layout = codec.layout
    if layout.nb_channels:
        codec.layout = f"{layout.nb_channels}C"
