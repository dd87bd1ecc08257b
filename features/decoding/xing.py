"""The count of frames at the beginning of an MP3: of Xing, which LAME and others write as well."""

import struct
from dataclasses import dataclass

from samesong.features.decoding.byte_view import ByteView

_SEARCHED = 64
"""Bytes of the first frame within which the count lies."""
_SLACK = 2**16
"""Bytes by which the file may be longer: tags at its end."""


@dataclass(frozen=True)
class FrameCount:
    """The number of frames that an MP3 gives.

    Attributes
    ----------
    frames : int
        Their number.
    is_whole : bool
        True if that is about all of the file: nothing was glued on or cut off.
    """

    frames: int
    is_whole: bool


def read_frame_count(stream: ByteView, size: int) -> FrameCount | None:
    """Read the number of frames that an MP3 gives.

    Parameters
    ----------
    stream : ByteView
        The file; its position stays as it is.
    size : int
        Its length in bytes.

    Returns
    -------
    FrameCount or None
        None for a file that gives none, or not the number of its bytes beside it.
    """
    place = stream.tell()
    try:
        return _read(stream, size)
    finally:
        stream.seek(place)


def _read(stream: ByteView, size: int) -> FrameCount | None:
    begin = 0
    stream.seek(0)
    if (header := stream.read(10)).startswith(b"ID3") and len(header) == 10:
        begin = 10 + sum((byte & 0x7F) << 7 * (3 - i) for i, byte in enumerate(header[6:]))
    stream.seek(begin)
    frame = stream.read(_SEARCHED)
    place = max(frame.find(b"Xing"), frame.find(b"Info"))
    if place < 0 or len(frame) < place + 16:
        return None
    flags, frames, length = struct.unpack_from(">III", frame, place + 4)
    if flags & 3 != 3:
        return None
    return FrameCount(frames, 0 <= size - begin - length <= _SLACK)
