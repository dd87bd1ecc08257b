"""The links of an Ogg chain: songs of web radio, each a file of its own behind the one before.

Some editors write the headers of Vorbis twice, which FFmpeg refuses: a link begins at the last.
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO

_HEADER = struct.Struct("<4sxBq12xB")
_BEGINS = 0x02
_VORBIS = b"\x01vorbis"


def find_links(stream: BinaryIO, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the links of an Ogg file.

    Parameters
    ----------
    stream : BinaryIO
        The file; its position changes.
    begin, end : int
        Where its pages begin and end.

    Yields
    ------
    tuple of int
        First byte, and the byte after the last.
    """
    opening, headers = True, True  # the streams of a link all begin before any goes on
    page = first = begin
    while page + _HEADER.size <= end:
        stream.seek(page)
        magic, flags, samples, n_lengths = _HEADER.unpack(stream.read(_HEADER.size))
        if magic != b"OggS":
            break  # damage, which FFmpeg finds its way through
        length = sum(stream.read(n_lengths))
        if flags & _BEGINS and not opening:
            yield first, page
            first, opening, headers = page, True, True
        elif headers and not flags and stream.read(len(_VORBIS)) == _VORBIS:
            first = page
        opening = opening and bool(flags & _BEGINS)
        headers = headers and samples <= 0
        page += _HEADER.size + n_lengths + length
    yield first, end
