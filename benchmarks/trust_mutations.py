"""Damage to files, drawn by a seed: what disks, downloads and attackers do to them."""

import random
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from trust_seeds import Seed

from samesong.features.decoding.formats import SUFFIXES

_HEADER = 512
"""Bytes at the beginning to which half of all damage is done."""
_LONGEST = 2**18
"""Bytes of a file at most."""
_NUMBERS = (
    0,
    1,
    2,
    0x7F,
    0x80,
    0xFF,
    0x7FFF,
    0x8000,
    0xFFFF,
    2**31 - 1,
    2**31,
    2**32 - 1,
    2**64 - 1,
)
_SUFFIXES = (*sorted(SUFFIXES), ".txt", "")
# Words that parsers look for, put where they do not expect them.
_WORDS = (
    *(b"RIFF", b"RF64", b"FORM", b"WAVE", b"data", b"fmt ", b"SSND", b"COMM", b"LIST", b"ds64"),
    *(
        b"OggS",
        b"fLaC",
        b"ID3\x04",
        b"TAG",
        b"APETAGEX",
        b"Xing",
        b"Info",
        b"\xff\xfb",
        b"\xff\xf1",
    ),
    *(
        b"moov",
        b"mdat",
        b"stsz",
        b"stco",
        b"ftyp",
        b"\x1aE\xdf\xa3",
        b"OpusHead",
        b"\x0bw",
        b"wvpk",
    ),
)

Damage = Callable[[random.Random, bytearray, Sequence[Seed]], None]


@dataclass(frozen=True)
class Case:
    """A damaged file.

    Attributes
    ----------
    number : int
        Its number; with the seed, it says all about the case.
    story : str
        The file that it was made of, and the damage done to it.
    suffix : str
        Ending of its name, not necessarily that of its format.
    data : bytes
        Its content.
    """

    number: int
    story: str
    suffix: str
    data: bytes


def make_case(seed: int, number: int, seeds: Sequence[Seed]) -> Case:
    """Make a damaged file.

    Parameters
    ----------
    seed : int
        Of all cases.
    number : int
        The case's, 0 or above.
    seeds : sequence of Seed
        Sound files.

    Returns
    -------
    Case
        The same each time.
    """
    draw = random.Random(f"{seed}/{number}")
    origin = seeds[number % len(seeds)]
    data, story = bytearray(origin.data), [origin.name]
    for _ in range(draw.choice((1, 1, 1, 2, 2, 3, 5))):
        damage = draw.choice(_DAMAGES)
        damage(draw, data, seeds)
        del data[_LONGEST:]
        story.append(damage.__name__.strip("_"))
    if draw.random() < 0.5:  # otherwise no decoder reads what its checksum does not fit
        _mend_ogg(data)
    suffix = draw.choice(_SUFFIXES) if draw.random() < 0.1 else origin.suffix
    return Case(number, " ".join(story), suffix, bytes(data))


def _flip_bits(draw: random.Random, data: bytearray, _seeds: Sequence[Seed]) -> None:
    for _ in range(2 ** draw.randrange(7)):
        if data:
            data[_place(draw, data)] ^= 1 << draw.randrange(8)


def _extreme_field(draw: random.Random, data: bytearray, _seeds: Sequence[Seed]) -> None:
    for _ in range(draw.choice((1, 1, 2, 4))):
        kind = draw.choice("BHIQ")
        number = draw.choice(_NUMBERS) & (256 ** struct.calcsize(kind) - 1)
        _overwrite(data, _place(draw, data), struct.pack(draw.choice("<>") + kind, number))


def _nearby_field(draw: random.Random, data: bytearray, _seeds: Sequence[Seed]) -> None:
    """Add a little to a number, or multiply it, whichever byte comes first in it."""
    kind, order = draw.choice("BHI"), draw.choice("<>")
    size, place = struct.calcsize(kind), _place(draw, data)
    if place + size <= len(data):
        (number,) = struct.unpack_from(order + kind, data, place)
        number = draw.choice((number - 1, number + 1, number // 2, number * 2, -number))
        struct.pack_into(order + kind, data, place, number % 256**size)


def _word(draw: random.Random, data: bytearray, _seeds: Sequence[Seed]) -> None:
    word, place = draw.choice(_WORDS), _place(draw, data)
    if draw.random() < 0.5:
        _overwrite(data, place, word)
    else:
        data[place:place] = word


def _truncate(draw: random.Random, data: bytearray, _seeds: Sequence[Seed]) -> None:
    del data[_place(draw, data) :]


def _behead(draw: random.Random, data: bytearray, _seeds: Sequence[Seed]) -> None:
    del data[: _place(draw, data)]


def _splice(draw: random.Random, data: bytearray, seeds: Sequence[Seed]) -> None:
    other = draw.choice(seeds).data
    begin, size = draw.randrange(len(other)), _size(draw)
    place = _place(draw, data)
    data[place : place + draw.choice((0, size))] = other[begin : begin + size]


def _repeat(draw: random.Random, data: bytearray, _seeds: Sequence[Seed]) -> None:
    place = _place(draw, data)
    block = data[place : place + _size(draw)]
    data[place:place] = block * draw.choice((1, 1, 2, 10, 100))


def _remove(draw: random.Random, data: bytearray, _seeds: Sequence[Seed]) -> None:
    place = _place(draw, data)
    del data[place : place + _size(draw)]


def _move(draw: random.Random, data: bytearray, _seeds: Sequence[Seed]) -> None:
    place, size = _place(draw, data), _size(draw)
    block = data[place : place + size]
    del data[place : place + size]
    target = _place(draw, data)
    data[target:target] = block


def _run(draw: random.Random, data: bytearray, _seeds: Sequence[Seed]) -> None:
    _overwrite(data, _place(draw, data), draw.choice((b"\0", b"\xff", b"\x80")) * _size(draw))


def _noise(draw: random.Random, data: bytearray, _seeds: Sequence[Seed]) -> None:
    _overwrite(data, _place(draw, data), draw.randbytes(_size(draw)))


def _glue(draw: random.Random, data: bytearray, seeds: Sequence[Seed]) -> None:
    data += draw.choice((bytes(data), draw.choice(seeds).data))


def _tag_ahead(draw: random.Random, data: bytearray, _seeds: Sequence[Seed]) -> None:
    """Put an ID3 tag ahead, whose size is right or not, and sometimes zeros behind it."""
    size = _size(draw)
    told = draw.choice((size, size, size + 1, 0, 2**28 - 1))
    sizes = bytes(told >> 7 * place & 0x7F for place in (3, 2, 1, 0))
    flags = draw.choice((0, 0, 0x10, 0x40, 0xFF))
    data[:0] = b"ID3\x04\0" + bytes([flags]) + sizes + draw.choice((bytes(size), b"TIT2" * size))


_DAMAGES: tuple[Damage, ...] = (
    *(_flip_bits, _flip_bits, _extreme_field, _extreme_field, _nearby_field, _word, _truncate),
    *(_behead, _splice, _repeat, _remove, _move, _run, _noise, _glue, _tag_ahead),
)
"""Those that are most telling twice."""


def _place(draw: random.Random, data: bytearray) -> int:
    """Return a place in a file, in the header as often as behind it."""
    within = min(len(data), _HEADER) if draw.random() < 0.5 else len(data)
    return draw.randrange(within) if within else 0


def _size(draw: random.Random) -> int:
    return draw.randrange(1, 2 ** draw.randrange(1, 13) + 1)


def _overwrite(data: bytearray, place: int, new: bytes) -> None:
    """Write over bytes, never beyond the end."""
    new = new[: max(0, len(data) - place)]
    data[place : place + len(new)] = new


def _mend_ogg(data: bytearray) -> None:
    """Give all Ogg pages the checksums of what they hold now."""
    page = data.find(b"OggS")
    while 0 <= page <= len(data) - 27:
        body = page + 27 + data[page + 26]
        end = body + sum(data[page + 27 : body])
        data[page + 22 : page + 26] = bytes(4)
        struct.pack_into("<I", data, page + 22, _ogg_checksum(data[page:end]))
        page = data.find(b"OggS", max(end, page + 4))


def _ogg_checksum(page: bytes | bytearray) -> int:
    checksum = 0
    for byte in page:
        checksum = (checksum << 8 & 0xFFFFFFFF) ^ _CRC[checksum >> 24 ^ byte]
    return checksum


def _crc_entry(byte: int) -> int:
    value = byte << 24
    for _ in range(8):
        value = value << 1 & 0xFFFFFFFF ^ (0x04C11DB7 if value >> 31 else 0)
    return value


_CRC = [_crc_entry(byte) for byte in range(256)]
