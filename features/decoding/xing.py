"""The count of frames at the beginning of an MP3, and whether it is that of all of the file."""

import struct
from io import FileIO

from samesong.features.decoding.byte_view import ByteView

_SEARCHED = 64
"""Bytes of the first frame within which the count lies."""
_SLACK = 2**16
"""Bytes by which the file may be longer: tags at its end."""


def counts_all_frames(stream: FileIO | ByteView, size: int) -> bool:
    """Return whether an MP3 gives its number of frames, and nothing was appended or cut off since.

    Parameters
    ----------
    stream : FileIO or ByteView
        The file; its position changes.
    size : int
        Its length in bytes.

    Returns
    -------
    bool
        False for a variable bit rate without a Xing header, and files that were glued together.
    """
    begin = 0
    stream.seek(0)
    if (header := stream.read(10)).startswith(b"ID3") and len(header) == 10:
        begin = 10 + sum((byte & 0x7F) << 7 * (3 - i) for i, byte in enumerate(header[6:]))
    stream.seek(begin)
    frame = stream.read(_SEARCHED)
    place = max(frame.find(b"Xing"), frame.find(b"Info"))
    if place < 0 or len(frame) < place + 16:
        return False
    flags, _, length = struct.unpack_from(">III", frame, place + 4)
    return bool(flags & 3 == 3 and 0 <= size - begin - length <= _SLACK)
