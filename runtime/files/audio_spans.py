"""The spans of an audio file that hold its encoded audio, which tags beside them do not change.

Containers are only walked through: nothing is decoded, and no more than their headers is read.
"""

import struct
from collections.abc import Callable, Iterator
from typing import BinaryIO

from samesong.features.decoding.parts import padding_end
from samesong.features.decoding.sized_chunks import find_sound
from samesong.runtime.files.ogg_pages import ogg_audio

Span = tuple[int, int]
"""First byte, and the byte after the last."""

_UNKNOWN_SIZE = 0xFFFFFFFF
# Chunks that make the samples: their format and themselves.
_RIFF_AUDIO = (b"fmt ", b"data")
_AIFF_AUDIO = (b"COMM", b"SSND")


def audio_spans(stream: BinaryIO, size: int) -> list[Span] | None:
    """Return where the encoded audio of a file is.

    Parameters
    ----------
    stream : BinaryIO
        The file; its position changes.
    size : int
        Its length in bytes.

    Returns
    -------
    list of tuple of int, or None
        Spans in rising order; None for a container that is not known (Matroska, CAF, Wave64, AU),
        is damaged, or holds no audio.
    """
    first, end = padding_end(stream) or _after_id3(stream), _before_tags(stream, size)
    walk = _walk_for(_read(stream, first, 12))
    if walk is None:
        return None
    try:
        spans = [(begin, min(stop, end)) for begin, stop in walk(stream, first, end)]
    except (struct.error, IndexError):  # it ends in the middle of a header
        return None
    spans = [span for span in spans if span[0] < span[1]]
    return spans or None


def _frames(_stream: BinaryIO, first: int, end: int) -> Iterator[Span]:
    yield first, end


def _flac(stream: BinaryIO, first: int, end: int) -> Iterator[Span]:
    is_last = False
    first += 4
    while not is_last:
        header = _read(stream, first, 4)
        length = int.from_bytes(header[1:], "big")
        is_last = bool(header[0] & 0x80)
        if header[0] & 0x7F == 0:  # STREAMINFO
            yield first + 4, first + 4 + length
        first += 4 + length
    yield first, end


def _mp4(stream: BinaryIO, first: int, end: int) -> Iterator[Span]:
    while first + 8 <= end:
        length, kind = struct.unpack(">I4s", _read(stream, first, 8))
        begin = first + 8
        if length == 1:
            [length] = struct.unpack(">Q", _read(stream, begin, 8))
            begin += 8
        stop = first + length if length else end
        if stop < begin:
            return
        if kind == b"mdat":
            yield begin, stop
        first = stop


def _riff(stream: BinaryIO, first: int, end: int) -> Iterator[Span]:
    long_size = _UNKNOWN_SIZE
    for kind, begin, length in _chunks(stream, "<4sI", first, end):
        if kind == b"ds64":
            [long_size] = struct.unpack("<8xQ", _read(stream, begin, 16))
        elif kind == b"data" and length == _UNKNOWN_SIZE:
            yield begin, end if long_size == _UNKNOWN_SIZE else begin + long_size
        elif kind == b"RIFF":  # another file was glued on
            yield from _riff(stream, begin - 8, end)
            return
        elif kind in _RIFF_AUDIO:
            yield begin, begin + length


def _aiff(stream: BinaryIO, first: int, end: int) -> Iterator[Span]:
    for kind, begin, length in _chunks(stream, ">4sI", first, end):
        if kind in _AIFF_AUDIO:
            yield begin, begin + length


_Walk = Callable[[BinaryIO, int, int], Iterator[Span]]

_BY_START: dict[bytes, _Walk] = {b"fLaC": _flac, b"OggS": ogg_audio}
_BY_FORM: dict[tuple[bytes, bytes], _Walk] = {
    (b"RIFF", b"WAVE"): _riff,
    (b"RF64", b"WAVE"): _riff,
    (b"BW64", b"WAVE"): _riff,
    (b"FORM", b"AIFF"): _aiff,
    (b"FORM", b"AIFC"): _aiff,
}


def _walk_for(start: bytes) -> _Walk | None:
    """Return what walks through a container that begins with these twelve bytes."""
    known = _BY_START.get(start[:4]) or _BY_FORM.get((start[:4], start[8:]))
    if known is not None:
        return known
    if start[4:8] == b"ftyp":
        return _mp4
    # A frame of MPEG audio, of ADTS included, begins with eleven bits or more that are set.
    return _frames if start[:1] == b"\xff" and start[1:2] >= b"\xe0" else None


def _chunks(stream: BinaryIO, header: str, form: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield the chunks of a form; of the size of the samples, headers may be wrong."""
    sound = find_sound(stream, form, end)
    first = form + 12
    while first + 8 <= end:
        kind, length = struct.unpack(header, _read(stream, first, 8))
        if sound is not None and sound.patches and kind in (b"data", b"SSND"):
            yield kind, first + 8, sound.found
            return
        yield kind, first + 8, length
        first += 8 + length + length % 2


def _after_id3(stream: BinaryIO) -> int:
    first = 0
    while (header := _read(stream, first, 10)).startswith(b"ID3") and len(header) == 10:
        length = sum((byte & 0x7F) << 7 * (3 - place) for place, byte in enumerate(header[6:]))
        footer = 10 if header[5] & 0x10 else 0
        first += 10 + length + footer
    return first


def _before_tags(stream: BinaryIO, end: int) -> int:
    """Return where tags at the end of a file begin: ID3v1, APEv2 and Lyrics3v2, in any order."""
    while True:
        if _read(stream, end - 128, 3) == b"TAG":
            end -= 128
            continue
        footer = _read(stream, end - 32, 32)
        if footer.startswith(b"APETAGEX") and len(footer) == 32:
            length, flags = struct.unpack("<12xI4xI8x", footer)
            end -= max(length, 32) + (32 if flags & 0x80000000 else 0)
            continue
        lyrics = footer[-15:]
        if lyrics.endswith(b"LYRICS200") and lyrics[:6].isdigit():
            end -= int(lyrics[:6]) + 15
            continue
        return max(end, 0)


def _read(stream: BinaryIO, at: int, size: int) -> bytes:
    if at < 0:
        return b""
    stream.seek(at)
    return stream.read(size)
