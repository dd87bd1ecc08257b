"""Sizes that the headers of WAV and AIFF give their sound, put right where they cannot be.

A program that writes into a pipe cannot go back to write the size; one that stops leaves what it
wrote at first; and 32 bits wrap at 4 GB.
"""

import struct
from dataclasses import dataclass, replace
from typing import BinaryIO

WAVES = (b"RIFF", b"RF64", b"BW64")
"""Beginnings of WAV files; those of the last two tell sizes in 64 bits."""
_UNKNOWN = 0xFFFFFFFF
_LITTLE = 2**16
"""Bytes behind the samples that are not taken for more of them."""
_TAGS = (b"ID3", b"TAG", b"APET")


@dataclass(frozen=True)
class Sound:
    """The chunk of a file that holds its samples.

    Attributes
    ----------
    end : int
        The byte after it: the end of its file, where another file may have been appended.
    patches : dict of int to bytes
        What to read in place of the header's own bytes.
    said, found : int
        Bytes of samples by the header, and in truth.
    """

    end: int
    patches: dict[int, bytes]
    said: int
    found: int


def find_sound(stream: BinaryIO, begin: int, end: int) -> Sound | None:
    """Find the samples of a WAV or AIFF file.

    Parameters
    ----------
    stream : BinaryIO
        The file; its position changes.
    begin, end : int
        Where it begins and ends.

    Returns
    -------
    Sound or None
        None for files of another kind, and those without samples.
    """
    form = _read(stream, begin, 12)
    if form[:4] in WAVES and form[8:] == b"WAVE":
        order, name = "<", b"data"
    elif form[:4] == b"FORM" and form[8:] in (b"AIFF", b"AIFC"):
        order, name = ">", b"SSND"
    else:
        return None
    place, long = begin + 12, None
    while place + 8 <= end:
        kind, size = struct.unpack(f"{order}4sI", _read(stream, place, 8))
        if kind == b"ds64":  # of RF64: that of the file and that of the samples, in 64 bits
            long = place + 16
        elif kind == name and size == _UNKNOWN and long is not None:
            [size] = struct.unpack("<Q", _read(stream, long, 8))
            sound = _sound(stream, order, place, size, end)
            if sound.patches:
                return replace(sound, patches={long: struct.pack("<Q", sound.found)})
            return sound
        elif kind == name:
            sound = _sound(stream, order, place, size, end)
            if sound.patches:
                sound.patches[begin + 4] = _size_field(order, sound.end - begin - 8)
            return sound
        place += 8 + size + size % 2
    return None


def _sound(stream: BinaryIO, order: str, place: int, size: int, end: int) -> Sound:
    """Return the samples whose chunk begins at `place`."""
    first = place + 8
    after = first + size + size % 2
    if size and after < end and _is_chunk(stream, order, after, end):
        return Sound(_end_of_chunks(stream, order, after, end), {}, size, size)
    if size and (abs(end - after) <= 1 or (after < end and _is_other(stream, after, end))):
        return Sound(end, {}, size, size)
    # Cut short, wrapped, or never written: all that is there.
    return Sound(end, {place + 4: _size_field(order, end - first)}, size, end - first)


def _size_field(order: str, size: int) -> bytes:
    # FFmpeg reads a WAV of unknown size to its end; AIFF has no such size.
    return struct.pack(f"{order}I", min(size, _UNKNOWN if order == "<" else _UNKNOWN // 2))


def _is_other(stream: BinaryIO, place: int, end: int) -> bool:
    """Return whether what follows the samples is no more of them: tags, or little of whatever."""
    return end - place <= _LITTLE or _read(stream, place, 4).startswith(_TAGS)


def _end_of_chunks(stream: BinaryIO, order: str, place: int, end: int) -> int:
    """Return where the chunks that begin at a place end, and another file may begin."""
    while place + 8 <= end and _is_chunk(stream, order, place, end):
        kind, size = struct.unpack(f"{order}4sI", _read(stream, place, 8))
        if kind in (b"RIFF", b"FORM"):
            return place
        place += 8 + size + size % 2
    return end


def _is_chunk(stream: BinaryIO, order: str, place: int, end: int) -> bool:
    header = _read(stream, place, 8)
    if len(header) < 8 or not all(32 <= byte < 127 for byte in header[:4]):
        return False
    size = int.from_bytes(header[4:], "little" if order == "<" else "big")
    return place + 8 + size <= end + 1


def _read(stream: BinaryIO, at: int, size: int) -> bytes:
    stream.seek(at)
    return stream.read(size)
