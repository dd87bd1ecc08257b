"""The multi-level deep sequences of one window, and their compact bytes."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

_SCALE = 127.0
_COUNT = struct.Struct("<B")
_SHAPE = struct.Struct("<HH")


@dataclass(frozen=True, eq=False)
class DeepSequences:
    """What the branch makes of one window.

    Attributes
    ----------
    levels
        One array a level, finest first, each (steps, dim) float32; every row has length 1,
        so the product of two rows is their cosine.
    embedding
        (embedding_dim,) float32 of length 1, for candidate search.
    """

    levels: tuple[Array, ...]
    embedding: Array


def encode_rows(arrays: Sequence[Array]) -> bytes:
    """Pack arrays whose rows have length 1 (or 0) as int8, a quarter of their float32 size.

    Components of such rows lie in [-1, 1], so one fixed scale of 127 serves them all: a
    component is off by at most 1/254 and a cosine of 32 dimensions by about 0.003.

    Parameters
    ----------
    arrays
        At most 255 arrays, each (rows, dim) float32 with at most 65,535 rows.

    Returns
    -------
    bytes
        The number of arrays, the shape of each, then their values, row by row.
    """
    parts = [_COUNT.pack(len(arrays))]
    parts += [_SHAPE.pack(*array.shape) for array in arrays]
    parts += [np.rint(array * _SCALE).astype(np.int8).tobytes() for array in arrays]
    return b"".join(parts)


def decode_rows(blob: bytes) -> list[Array]:
    """Unpack what `encode_rows` packed.

    Returns
    -------
    list of (rows, dim) float32

    Raises
    ------
    ValueError
        If the blob is not as long as its own shapes say.
    """
    try:
        (count,) = _COUNT.unpack_from(blob)
        shapes = [_SHAPE.unpack_from(blob, _COUNT.size + i * _SHAPE.size) for i in range(count)]
    except struct.error as error:
        raise ValueError(f"a blob of {len(blob)} bytes is too short for its header") from error
    offset = _COUNT.size + count * _SHAPE.size
    expected = offset + sum(rows * dim for rows, dim in shapes)
    if len(blob) != expected:
        raise ValueError(f"a blob of {len(blob)} bytes should have {expected} by its shapes")
    values = np.frombuffer(blob, np.int8, offset=offset).astype(np.float32)
    values /= np.float32(_SCALE)
    arrays = []
    start = 0
    for rows, dim in shapes:
        arrays.append(values[start : start + rows * dim].reshape(rows, dim))
        start += rows * dim
    return arrays
