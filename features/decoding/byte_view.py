"""A part of a file as a file of its own, with bytes of its header put right."""

import io
from collections.abc import Mapping
from typing import BinaryIO


class ByteView(io.RawIOBase):
    """The bytes of a file from one place to another, read only.

    Parameters
    ----------
    stream : BinaryIO
        The file; not closed here.
    begin, end : int
        First byte, and the byte after the last.
    patches : mapping of int to bytes, optional
        Bytes that are read in place of the file's own, by where they begin in the file.
    """

    def __init__(
        self, stream: BinaryIO, begin: int, end: int, patches: Mapping[int, bytes] | None = None
    ) -> None:
        super().__init__()
        self._stream = stream
        self._begin, self._end = begin, end
        self._patches = dict(patches or {})
        self._position = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the position, counted from the beginning of the part."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to another position.

        Parameters
        ----------
        offset : int
            Bytes from `whence`.
        whence : int, optional
            One of the three of `io`.

        Returns
        -------
        int
            The new position, 0 or above.
        """
        base = (0, self._position, self._end - self._begin)[whence]
        self._position = max(0, base + offset)
        return self._position

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes.

        Parameters
        ----------
        size : int, optional
            Their number, at most; by default all that are left.

        Returns
        -------
        bytes
            Less than `size` where the part ends.
        """
        at = self._begin + self._position
        left = max(0, self._end - at)
        if not left:  # a damaged file has sent FFmpeg beyond any place that a file can have
            return b""
        self._stream.seek(at)
        data = self._stream.read(left if size < 0 else min(size, left))
        self._position += len(data)
        for place, patch in self._patches.items():
            if place < at + len(data) and at < place + len(patch):
                data = _patched(data, place - at, patch)
        return data


def _patched(data: bytes, offset: int, patch: bytes) -> bytes:
    whole = bytearray(data)
    for number, byte in enumerate(patch, offset):
        if 0 <= number < len(whole):
            whole[number] = byte
    return bytes(whole)
