"""The links of an Ogg chain: songs of web radio, each a file of its own behind the one before."""

import struct
from collections.abc import Iterator
from typing import BinaryIO

_HEADER = struct.Struct("<4sxB20xB")
_BEGINS = 0x02


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
    opening = True  # the streams of a link all begin before any goes on
    page = first = begin
    while page + _HEADER.size <= end:
        stream.seek(page)
        magic, flags, n_lengths = _HEADER.unpack(stream.read(_HEADER.size))
        if magic != b"OggS":
            break  # damage, which FFmpeg finds its way through
        if flags & _BEGINS and not opening:
            yield first, page
            first, opening = page, True
        opening = opening and bool(flags & _BEGINS)
        page += _HEADER.size + n_lengths + sum(stream.read(n_lengths))
    yield first, end
