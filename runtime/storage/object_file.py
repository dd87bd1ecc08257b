"""An object as a file that is read by ranges, never copied to disk."""

import io
import os
from collections import OrderedDict
from typing import Any

from samesong.runtime.storage.objects import ObjectInfo, Objects

_BLOCK = 2**21
"""Bytes of a range: over a network, asking for fewer takes as long."""

_KEPT = 4
"""Blocks in memory; decoders go back and forth between the ends of a file."""


class ObjectFile(io.RawIOBase):
    """An object, open for reading.

    Parameters
    ----------
    objects : Objects
        Those that it is among.
    info : ObjectInfo
        The object; once it is written to, reading fails with an `OSError`.
    """

    def __init__(self, objects: Objects, info: ObjectInfo) -> None:
        super().__init__()
        self._objects = objects
        self._info = info
        self._position = 0
        self._blocks: OrderedDict[int, bytes] = OrderedDict()

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the position in bytes."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
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
            The new position.

        Raises
        ------
        OSError
            If it is before the beginning.
        """
        position = (0, self._position, self._info.size)[whence] + offset
        if position < 0:
            raise OSError("before the beginning of the object")
        self._position = position
        return position

    def readinto(self, buffer: Any, /) -> int:
        """Read as many bytes as fit, unless the object ends before.

        Parameters
        ----------
        buffer : bytearray or memoryview
            Where to put them.

        Returns
        -------
        int
            Their number.
        """
        room = memoryview(buffer).cast("B")
        done = 0
        while done < len(room) and self._position < self._info.size:
            number, start = divmod(self._position, _BLOCK)
            piece = memoryview(self._block(number))[start : start + len(room) - done]
            room[done : done + len(piece)] = piece
            done += len(piece)
            self._position += len(piece)
        return done

    def _block(self, number: int) -> bytes:
        if number not in self._blocks:
            end = min((number + 1) * _BLOCK, self._info.size)
            got = self._objects.read_range(self._info, number * _BLOCK, end)
            if len(got) != end - number * _BLOCK:
                raise OSError(f"{os.path.basename(self._info.name)} ended early")
            self._blocks[number] = got
            if len(self._blocks) > _KEPT:
                self._blocks.popitem(last=False)
        self._blocks.move_to_end(number)
        return self._blocks[number]
