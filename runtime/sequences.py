"""The multi-level deep sequences of one window, and their compact bytes."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Codes = NDArray[np.int8]

FINE = 8
COARSE = 4
"""Bits a component."""

_COUNT = struct.Struct("<B")
_SHAPE = struct.Struct("<HHB")
# Largest code of a component, and the component it stands for times the root of the dimension: a
# component of a row of length 1 is about as large as one over that root. Of 4 bits, the range is
# the one with the least error; of 8, nothing that occurs is cut off.
_CODES = {COARSE: (7, 2.5), FINE: (127, 4.0)}


@dataclass(frozen=True, eq=False)
class DeepSequences:
    """What the branch makes of one window.

    Attributes
    ----------
    levels
        One array a level, finest first, each (steps, dim) float32; every row has length 1,
        so the product of two rows is their cosine.
    embedding
        (embedding_dim,) float32 of length 1.
    """

    levels: tuple[Array, ...]
    embedding: Array


def encode_rows(arrays: Sequence[Array], bits: Sequence[int]) -> bytes:
    """Pack arrays whose rows have length 1 (or 0) as integers of a few bits.

    Parameters
    ----------
    arrays
        At most 255 arrays, each (rows, dim) float32 with at most 65,535 rows.
    bits
        Bits a component of each array: `COARSE` or `FINE`. Against an exact row of 32 dimensions,
        cosines are then off by 0.018 or 0.0016 (standard deviation).

    Returns
    -------
    bytes
        The number of arrays, shape and bits of each, then their values, row by row; two
        components of 4 bits share a byte, the first one in its lower half.
    """
    parts = [_COUNT.pack(len(arrays))]
    parts += [_SHAPE.pack(*array.shape, width) for array, width in zip(arrays, bits, strict=True)]
    for array, width in zip(arrays, bits, strict=True):
        values = codes_of(array, width).ravel()
        parts.append((values if width == FINE else _pair(values)).tobytes())
    return b"".join(parts)


def codes_of(rows: Array, bits: int = FINE) -> Codes:
    """Return (rows, dim) int8, the integers that `encode_rows` makes of rows of length 1 or 0."""
    largest, _ = _CODES[bits]
    codes = np.rint(rows / step_of(rows.shape[-1], bits)).clip(-largest, largest)
    return np.asarray(codes, np.int8)


def rows_of(codes: Codes) -> Array:
    """Return (..., dim) float32 rows of length 1 or 0, of codes of any number of bits."""
    return unit(codes.astype(np.float32))


def unit(rows: Array) -> Array:
    """Bring rows (..., dim) to length 1, in place; 0 stays 0."""
    length = np.sqrt(np.einsum("...j,...j->...", rows, rows))[..., None]
    rows /= np.where(length > 0, length, 1)
    return rows


def decode_rows(blob: bytes, places: Sequence[int] | None = None) -> list[Array]:
    """Unpack what `encode_rows` packed; rows have length 1 (or 0) again.

    Parameters
    ----------
    blob
        The bytes.
    places
        Which of the arrays to return; None stands for all.

    Returns
    -------
    list of (rows, dim) float32

    Raises
    ------
    ValueError
        If the blob is not as long as its own shapes say, or they make no sense.
    """
    try:
        (count,) = _COUNT.unpack_from(blob)
        heads = [_SHAPE.unpack_from(blob, _COUNT.size + i * _SHAPE.size) for i in range(count)]
    except struct.error as error:
        raise ValueError(f"a blob of {len(blob)} bytes is too short for its header") from error
    if unknown := {width for _, _, width in heads} - _CODES.keys():
        raise ValueError(f"a blob has components of {min(unknown)} bits, not of 4 or 8")
    sizes = [-(-rows * dim * width // 8) for rows, dim, width in heads]
    start = _COUNT.size + count * _SHAPE.size
    if len(blob) != start + sum(sizes):
        raise ValueError(
            f"a blob of {len(blob)} bytes should have {start + sum(sizes)} by its shapes"
        )
    begins = np.cumsum([start, *sizes[:-1]]).tolist()
    arrays = []
    for place in range(count) if places is None else places:
        rows, dim, width = heads[place]
        size, begin = sizes[place], begins[place]
        if width == FINE:
            values = np.frombuffer(blob, np.int8, size, begin).astype(np.float32)
        else:
            codes = np.frombuffer(blob, np.uint8, size, begin)
            # An eighth of the time that indexing takes.
            values = _HALVES.take(codes, axis=0).ravel()[: rows * dim]
        arrays.append(unit(values.reshape(rows, dim)))
    return arrays


def step_of(dim: int, width: int = FINE) -> np.float32:
    """Return the component that a code of 1 stands for."""
    largest, span = _CODES[width]
    return np.float32(span / largest / np.sqrt(dim))


def _pair(values: NDArray[np.int8]) -> NDArray[np.uint8]:
    halves = (np.append(values, np.zeros(len(values) % 2, np.int8)) + 8).astype(np.uint8)
    return np.asarray(halves[::2] | halves[1::2] << 4)


# Both codes of each byte. Their step need not be known: rows are brought to length 1.
_HALVES = np.stack([np.arange(256) % 16 - 8, np.arange(256) // 16 - 8], axis=1).astype(np.float32)
