"""The parts of a file that are decoded one after the other: most often one, all of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from samesong.features.decoding.byte_view import ByteView
from samesong.features.decoding.ogg_chain import find_links
from samesong.features.decoding.sized_chunks import WAVES, find_sound

_LONGEST_PADDING = 2**20
"""Zeros that are searched for what follows them."""


@dataclass(frozen=True)
class Part:
    """A part of a file that is a whole recording of its own.

    Attributes
    ----------
    begin, end : int
        First byte, and the byte after the last.
    patches : mapping of int to bytes
        Bytes to read in place of the file's own, by where they begin.
    note : str
        A lie of its header; empty where it has told none.
    """

    begin: int
    end: int
    patches: Mapping[int, bytes] = field(default_factory=dict)
    note: str = ""

    def open(self, stream: BinaryIO) -> ByteView:
        """Open the part.

        Parameters
        ----------
        stream : BinaryIO
            The file.

        Returns
        -------
        ByteView
            The part at its beginning.
        """
        return ByteView(stream, self.begin, self.end, self.patches)


def find_parts(stream: BinaryIO, size: int) -> list[Part]:
    """Find the parts of a file by the headers of its containers.

    Parameters
    ----------
    stream : BinaryIO
        The file; its position changes.
    size : int
        Its length in bytes.

    Returns
    -------
    list of Part
        In order, at least one.
    """
    begin = padding_end(stream)
    stream.seek(begin)
    magic = stream.read(4)
    if magic == b"OggS":
        return [Part(*link) for link in find_links(stream, begin, size)]
    if magic in (*WAVES, b"FORM"):
        return _chunked(stream, begin, size)
    return [Part(begin, size)]


def padding_end(stream: BinaryIO) -> int:
    """Return where a file begins: after ID3 tags that zeros follow, as some taggers leave them.

    FFmpeg passes over the tags of a file, but not over zeros behind them.

    Parameters
    ----------
    stream : BinaryIO
        The file; its position changes.

    Returns
    -------
    int
        0 without tags, or if nothing but the sound follows them.
    """
    begin = 0
    stream.seek(0)
    while len(header := stream.read(10)) == 10 and header.startswith(b"ID3"):
        length = sum((byte & 0x7F) << 7 * (3 - place) for place, byte in enumerate(header[6:]))
        begin += 10 + length + (10 if header[5] & 0x10 else 0)
        stream.seek(begin)
    if not begin:
        return 0
    stream.seek(begin)
    zeros = stream.read(_LONGEST_PADDING)
    padding = len(zeros) - len(zeros.lstrip(b"\0"))
    return begin + padding if 0 < padding < len(zeros) else 0


def _chunked(stream: BinaryIO, begin: int, size: int) -> list[Part]:
    parts: list[Part] = []
    while begin < size:
        sound = find_sound(stream, begin, size)
        if sound is None:
            break
        note = ""
        # A header that gives no size, as one from a pipe, gives no wrong one either.
        if sound.said not in (0, 0xFFFFFFFF, sound.found):
            note = f"its header tells of {sound.said:,} bytes of sound; there are {sound.found:,}"
        parts.append(Part(begin, sound.end, sound.patches, note))
        begin = sound.end
    return parts or [Part(begin, size)]
