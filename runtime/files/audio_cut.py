"""Parts of audio files as files of their own: copied where the format allows it, or else FLAC."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import av
import mutagen
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet

from samesong.features.errors import DecodeError

COPIED = {
    "mp3": ".mp3",
    "aac": ".m4a",
    "alac": ".m4a",
    "opus": ".opus",
    "vorbis": ".ogg",
}
"""Codecs whose packets stand alone in a file of another length, and the suffix of such a file."""

FLAC = ".flac"

_EXACT = 16
"""Bits of a sample up to which FLAC of 16 bits loses nothing."""


def cut_audio(
    source: str | Path,
    target: Path,
    start: float,
    end: float,
    tags: Mapping[str, str],
    *,
    stream_number: int = 1,
) -> Path:
    """Write a part of an audio file into a file of its own.

    Packets are copied as they are where `COPIED` has their codec, so that nothing is lost; the part
    then begins and ends with whole packets, some 25 ms long. Everything else becomes FLAC, cut at
    the sample.

    Parameters
    ----------
    source : str or Path
        The audio file.
    target : Path
        The file to write; its suffix is added.
    start, end : float
        The part in seconds.
    tags : mapping of str to str
        Values by the names that mutagen's easy tags have, such as ``title``.
    stream_number : int, optional
        The audio stream, from 1.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    DecodeError
        If the source cannot be read, or has nothing there.
    OSError
        If the file cannot be written.
    """
    try:
        with av.open(str(source), metadata_errors="replace") as container:
            stream = container.streams.audio[stream_number - 1]
            suffix = COPIED.get(stream.codec.canonical_name, FLAC)
            path = target.with_name(target.name + suffix)
            write = _encode if suffix == FLAC else _copy
            n_written = write(container, stream, path, start, end)
    except (av.error.FFmpegError, IndexError) as error:
        if isinstance(error, OSError) and not isinstance(error, av.error.InvalidDataError):
            raise
        raise DecodeError(f"'{source}' cannot be cut ({error}): convert it to FLAC") from error
    if not n_written:
        path.unlink()
        raise DecodeError(f"'{source}' has no sound from {start:.2f} to {end:.2f} s")
    _tag(path, tags)
    return path


def _copy(
    container: InputContainer, stream: AudioStream, path: Path, start: float, end: float
) -> int:
    n_written = 0
    with av.open(str(path), "w") as out:
        copy = out.add_stream_from_template(stream)
        first: int | None = None
        for packet in _packets(container, stream, start, end):
            assert packet.pts is not None
            first = packet.pts if first is None else first
            packet.pts -= first
            packet.dts = packet.pts
            packet.stream = copy
            out.mux(packet)
            n_written += 1
    return n_written


def _packets(
    container: InputContainer, stream: AudioStream, start: float, end: float
) -> "Iterator[Packet[AudioStream]]":
    """Yield the packets that begin within a part."""
    assert stream.time_base is not None
    zero = stream.start_time or 0
    container.seek(zero + max(0, round((start - 1) / stream.time_base)), stream=stream)
    for packet in container.demux(stream):
        if packet.pts is None:
            continue
        time = float((packet.pts - zero) * stream.time_base)
        if time >= end:
            return
        if time >= start:
            yield packet


def _encode(
    container: InputContainer, stream: AudioStream, path: Path, start: float, end: float
) -> int:
    assert stream.time_base is not None
    zero = stream.start_time or 0
    bits = stream.codec_context.format.bits if stream.codec_context.format is not None else 32
    form = "s16" if bits <= _EXACT else "s32"
    resampler = av.AudioResampler(format=form)
    n_written = 0
    container.seek(zero + max(0, round((start - 1) / stream.time_base)), stream=stream)
    with av.open(str(path), "w") as out:
        flac = out.add_stream("flac", stream.rate, layout=stream.layout.name, format=form)
        for frame in container.decode(stream):
            time = float(((frame.pts or 0) - zero) * stream.time_base)
            if time >= end:
                break
            if time + frame.samples / stream.rate <= start:
                continue
            from_, to = (round((edge - time) * stream.rate) for edge in (start, end))
            for part in resampler.resample(frame):
                out.mux(flac.encode(_trimmed(part, max(0, from_), to)))
                n_written += 1
        out.mux(flac.encode(None))
    return n_written


def _trimmed(frame: AudioFrame, first: int, last: int) -> AudioFrame:
    """Return some samples of an interleaved frame."""
    n_channels = frame.layout.nb_channels
    samples = frame.to_ndarray()[:, first * n_channels : last * n_channels]
    part = AudioFrame.from_ndarray(samples, format=frame.format.name, layout=frame.layout.name)
    part.sample_rate = frame.sample_rate
    return part


def _tag(path: Path, tags: Mapping[str, str]) -> None:
    file = mutagen.File(path, easy=True)
    if file is None:
        return
    if file.tags is None:
        file.add_tags()
    for name, value in tags.items():
        file[name] = value
    file.save()
