"""The multi-level deep sequences of one window, and their compact bytes."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.representation.batching import batches

Array = NDArray[np.float32]
Codes = NDArray[np.int8]

FINE = 8
COARSE = 4
"""Bits a component."""

_TOGETHER = 32
"""Blobs that are unpacked together: more fall out of a core's cache."""

_LAYOUTS = 64
"""Layouts of blobs that are remembered: a catalog has two or three."""

_COUNT = struct.Struct("<B")
_SHAPE = struct.Struct("<HHB")
# Largest code of a component, and the component it stands for times the root of the dimension: a
# component of a row of length 1 is about as large as one over that root. Of 4 bits, the range is
# the one with the least error; of 8, nothing that occurs is cut off.
_CODES = {COARSE: (7, 2.5), FINE: (127, 4.0)}


@dataclass(frozen=True, eq=False)
class DeepSequences:
    """Output of the branch for one window.

    Attributes
    ----------
    levels : tuple of ndarray
        One array a level, finest first, each (steps, dim) float32; every row has length 1,
        so the product of two rows is their cosine.
    embedding : ndarray
        (embedding_dim,) float32 of length 1.

    Examples
    --------
    >>> rows = np.eye(4, 32, dtype=np.float32)
    >>> sequences = DeepSequences((rows, rows, rows[:2], rows[:2]), np.eye(1, 128)[0])
    >>> float(sequences.levels[0][1] @ sequences.levels[1][1])  # the cosine of two steps
    1.0
    """

    levels: tuple[Array, ...]
    embedding: Array


def encode_rows(arrays: Sequence[Array], bits: Sequence[int]) -> bytes:
    """Pack arrays whose rows have length 1 (or 0) as integers of a few bits.

    Parameters
    ----------
    arrays : sequence of ndarray
        At most 255 arrays, each (rows, dim) float32 with at most 65,535 rows.
    bits : sequence of int
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
    """Quantise rows, as `encode_rows` does.

    Parameters
    ----------
    rows : ndarray
        (..., dim) float32, of length 1 or 0.
    bits : int, optional
        Bits a component: `FINE` or `COARSE`.

    Returns
    -------
    ndarray
        (..., dim) int8.
    """
    largest, _ = _CODES[bits]
    codes = np.rint(rows / step_of(rows.shape[-1], bits)).clip(-largest, largest)
    return np.asarray(codes, np.int8)


def rows_of(codes: Codes) -> Array:
    """Return the rows that codes stand for.

    Parameters
    ----------
    codes : ndarray
        (..., dim) int8, of any number of bits.

    Returns
    -------
    ndarray
        (..., dim) float32, of length 1 or 0.
    """
    return unit(codes.astype(np.float32))


def unit(rows: Array) -> Array:
    """Bring rows to length 1, in place; 0 stays 0.

    Parameters
    ----------
    rows : ndarray
        (..., dim) float32; it is overwritten.

    Returns
    -------
    ndarray
        The same array.
    """
    length = np.sqrt(np.einsum("...j,...j->...", rows, rows))[..., None]
    rows /= np.where(length > 0, length, 1)
    return rows


def decode_rows(blobs: Sequence[bytes], places: Sequence[int] | None = None) -> list[list[Array]]:
    """Unpack what `encode_rows` packed; rows have length 1 (or 0) again.

    Parameters
    ----------
    blobs : sequence of bytes
        As of `encode_rows`; those of one shape are unpacked together.
    places : sequence of int, optional
        Which of the arrays in each to return; all of them if left out.

    Returns
    -------
    list of list of ndarray
        The arrays of each blob, (rows, dim) float32.

    Raises
    ------
    ValueError
        If a blob is not as long as its own shapes say, or they make no sense.
    """
    headers = [_header(blob) for blob in blobs]
    decoded: list[list[Array]] = [[] for _ in blobs]
    for members in batches(headers, _TOGETHER):
        content = np.frombuffer(b"".join(blobs[i] for i in members), np.uint8)
        arrays = _decoded(headers[members[0]], content.reshape(len(members), -1), places)
        for place, i in enumerate(members):
            decoded[i] = [array[place] for array in arrays]
    return decoded


class PackedArray(NamedTuple):
    """One of the arrays in a blob.

    Attributes
    ----------
    steps, dim : int
        Its shape.
    bits : int
        `COARSE` or `FINE`.
    begin : int
        Byte of the blob at which its codes begin.
    """

    steps: int
    dim: int
    bits: int
    begin: int


def packed_arrays(blob: bytes) -> tuple[PackedArray, ...]:
    """Return where the arrays of a blob lie, without unpacking it.

    Parameters
    ----------
    blob : bytes
        As of `encode_rows`.

    Returns
    -------
    tuple of PackedArray
        In the order in which they were packed.

    Raises
    ------
    ValueError
        As `decode_rows` would.
    """
    return _arrays(_header(blob))


@lru_cache(_LAYOUTS)
def _arrays(header: bytes) -> tuple[PackedArray, ...]:
    heads = list(_SHAPE.iter_unpack(header[_COUNT.size :]))
    begins = np.cumsum([len(header), *(_size(*head) for head in heads)]).tolist()
    return tuple(
        PackedArray(steps, dim, bits, begin)
        for (steps, dim, bits), begin in zip(heads, begins[:-1], strict=True)
    )


def _header(blob: bytes) -> bytes:
    """Return the part of a blob that holds its shapes, after checking its length."""
    end = _COUNT.size + (blob[0] if blob else 0) * _SHAPE.size
    if len(blob) < end:
        raise ValueError(f"a blob of {len(blob)} bytes is too short for its header")
    if len(blob) != (size := _blob_size(blob[:end])):
        raise ValueError(f"a blob of {len(blob)} bytes should have {size} by its shapes")
    return blob[:end]


@lru_cache(_LAYOUTS)
def _blob_size(header: bytes) -> int:
    heads = list(_SHAPE.iter_unpack(header[_COUNT.size :]))
    if unknown := {width for _, _, width in heads} - _CODES.keys():
        raise ValueError(f"a blob has components of {min(unknown)} bits, not of 4 or 8")
    return len(header) + sum(_size(*head) for head in heads)


def _size(rows: int, dim: int, width: int) -> int:
    return -(-rows * dim * width // 8)


def _decoded(
    header: bytes, content: NDArray[np.uint8], places: Sequence[int] | None
) -> list[Array]:
    """Return arrays (n, rows, dim) of the content (n, bytes) of blobs that begin alike."""
    packed = _arrays(header)
    arrays = []
    for place in range(len(packed)) if places is None else places:
        rows, dim, width, begin = packed[place]
        codes = content[:, begin : begin + _size(rows, dim, width)]
        if width == FINE:
            values = codes.view(np.int8).astype(np.float32)
        else:
            # An eighth of the time that indexing takes.
            values = _HALVES.take(codes, axis=0).reshape(len(codes), -1)[:, : rows * dim]
        arrays.append(unit(values.reshape(len(codes), rows, dim)))
    return arrays


def step_of(dim: int, width: int = FINE) -> np.float32:
    """Return the component that a code of 1 stands for.

    Parameters
    ----------
    dim : int
        Dimension of the rows.
    width : int, optional
        Bits a component: `FINE` or `COARSE`.

    Returns
    -------
    float
        The step of the quantiser, in single precision.
    """
    largest, span = _CODES[width]
    return np.float32(span / largest / np.sqrt(dim))


def _pair(values: NDArray[np.int8]) -> NDArray[np.uint8]:
    halves = (np.append(values, np.zeros(len(values) % 2, np.int8)) + 8).astype(np.uint8)
    return np.asarray(halves[::2] | halves[1::2] << 4)


# Both codes of each byte. Their step need not be known: rows are brought to length 1.
_HALVES = np.stack([np.arange(256) % 16 - 8, np.arange(256) // 16 - 8], axis=1).astype(np.float32)
