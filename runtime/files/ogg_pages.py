"""The pages of an Ogg file: which of them hold audio, and which identify and tag it."""

import struct
from collections.abc import Iterator
from typing import BinaryIO

_HEADER = struct.Struct("<4sxBqIIIB")
_BEGINS = 0x02


def ogg_audio(stream: BinaryIO, first: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of the audio packets of an Ogg file, page by page.

    Audio begins on a page of its own (RFC 7845, section 3; Vorbis I, section A.2). Page numbers and
    checksums, which other tags may change, are not part of it.

    Parameters
    ----------
    stream : BinaryIO
        The file; its position changes.
    first, end : int
        Where its pages begin and end.

    Yields
    ------
    tuple of int
        First byte, and the byte after the last. None if there is a codec whose headers are not
        known.
    """
    headers: dict[int, int] = {}  # packets before the audio, by stream
    while first + _HEADER.size <= end:
        stream.seek(first)
        magic, flags, _, serial, _, _, n_lengths = _HEADER.unpack(stream.read(_HEADER.size))
        if magic != b"OggS":
            return
        lengths = stream.read(n_lengths)
        begin = first + _HEADER.size + n_lengths
        stop = begin + sum(lengths)
        if flags & _BEGINS:
            n_headers = _n_headers(stream.read(80))
            if n_headers is None:
                return
            headers[serial] = n_headers
        if headers.get(serial, 0) > 0:
            headers[serial] -= sum(length < 255 for length in lengths)
        else:
            yield begin, stop
        first = stop


def _n_headers(packet: bytes) -> int | None:
    if packet.startswith(b"\x01vorbis"):
        return 3
    if packet.startswith(b"OpusHead"):
        return 2
    if packet.startswith(b"\x7fFLAC"):
        return 1 + int.from_bytes(packet[7:9], "big") if any(packet[7:9]) else None
    if packet.startswith(b"Speex   "):
        return 2 + int.from_bytes(packet[68:72], "little")
    return None
