"""The coarse outlines of many windows in one file, which is mapped into memory, not read.

A record holds `LANES` windows of one length side by side, as the scan wants them. It carries its
own checksum, so that a damaged one is never searched.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.level_block import LevelBlock
from samesong.runtime.outline import coarse_outline
from samesong.runtime.sequences import codes_of, rows_of

LANES = 64
"""Windows in a record: more fall out of a core's cache when they are aligned."""

FACTORS = 8
"""Dimensions of a record are padded to a multiple of this: so many are multiplied at a time."""

NOBODY = -1
"""Key of an empty lane."""

_BATCH = 1024
"""Windows whose outlines are made at a time."""

_CHECKED = 4
"""Bytes at the beginning of a record that hold the checksum of all others."""


def record_type(steps: int, dim: int) -> np.dtype[Any]:
    """Return what a record is made of.

    Parameters
    ----------
    steps, dim
        Shape of the coarsest level of a whole window. The little of a longer window that does not
        fit is left out.

    Returns
    -------
    dtype
        ``check``, the CRC-32 of all that follows; ``steps`` of the outlines; ``keys`` and
        ``tracks`` (`track_code`) of the windows; and ``codes`` (steps, dim, LANES).
    """
    shape = (max(1, steps // 4), -(-dim // FACTORS) * FACTORS, LANES)
    return np.dtype(
        [
            ("check", "<u4"),
            ("steps", "<i4"),
            ("keys", "<i8", LANES),
            ("tracks", "<u4", LANES),
            ("codes", "i1", shape),
        ]
    )


def track_code(track_id: str) -> int:
    """Return 32 bits that stand for a track; two of a million may share them."""
    return crc32(track_id.encode())


class Outlines:
    """The coarse outlines in a file.

    Parameters
    ----------
    file
        Its path, or an open file.
    kind
        `record_type` of its windows.

    Attributes
    ----------
    records
        (n_records,) of `kind`, mapped into memory.
    raw
        (n_records, bytes) int8: the same.
    steps
        (n_records,) int64: of the outlines in each record.
    keys, tracks
        (n_records, LANES) int64 and uint32: of the windows; `NOBODY` where there is none.

    Raises
    ------
    ValueError
        If it is not what was written.
    OSError
        If it cannot be read.
    """

    def __init__(self, file: Path | IO[bytes], kind: np.dtype[Any]) -> None:
        size = file.stat().st_size if isinstance(file, Path) else os.fstat(file.fileno()).st_size
        if size % kind.itemsize:
            raise ValueError(f"its {size} bytes are no whole records of {kind.itemsize}")
        flat: Any = np.memmap(file, np.int8, "r") if size else np.empty(0, np.int8)
        self.raw: NDArray[np.int8] = flat.reshape(-1, kind.itemsize)
        self.records = self.raw.view(kind)[:, 0]
        for number, record in enumerate(self.raw):
            if crc32(record[_CHECKED:]) != self.records["check"][number]:
                raise ValueError(f"record {number} of {len(self.raw)} is not what was written")
        self.steps = self.records["steps"].astype(np.int64)
        self.keys = self.records["keys"].copy()
        self.tracks = self.records["tracks"].copy()

    @classmethod
    def of(cls, blocks: Iterable[LevelBlock], kind: np.dtype[Any]) -> "Outlines":
        """Make the outlines of the windows of some blocks, in a file without a name."""
        with TemporaryFile() as file:
            write_outlines(file, blocks, kind)
            file.flush()
            return cls(file, kind)

    def keep(self, keys: NDArray[np.int64]) -> None:
        """Forget all windows but those of some keys."""
        self.keys[~np.isin(self.keys, keys)] = NOBODY

    def __len__(self) -> int:
        return int(np.count_nonzero(self.keys != NOBODY))


class _Windows(NamedTuple):
    """Windows of one length: their keys, their tracks' codes, and outlines (n, steps, dim)."""

    keys: NDArray[np.int64]
    tracks: NDArray[np.uint32]
    codes: NDArray[np.int8]

    def join(self, other: "_Windows") -> "_Windows":
        return _Windows(
            np.concatenate([self.keys, other.keys]),
            np.concatenate([self.tracks, other.tracks]),
            np.concatenate([self.codes, other.codes]),
        )

    def part(self, start: int, end: int | None = None) -> "_Windows":
        return _Windows(self.keys[start:end], self.tracks[start:end], self.codes[start:end])


def write_outlines(file: IO[bytes], blocks: Iterable[LevelBlock], kind: np.dtype[Any]) -> None:
    """Write the coarse outlines of the windows of some blocks, in memory of a few blocks."""
    waiting: dict[int, _Windows] = {}
    for block in blocks:
        for windows in _outlines(block, kind):
            steps = windows.codes.shape[1]
            held = waiting[steps].join(windows) if steps in waiting else windows
            whole = len(held.keys) // LANES * LANES
            for start in range(0, whole, LANES):
                file.write(_record(held.part(start, start + LANES), kind))
            waiting[steps] = held.part(whole)
    for held in waiting.values():
        if len(held.keys):
            file.write(_record(held, kind))


def _outlines(block: LevelBlock, kind: np.dtype[Any]) -> Iterator[_Windows]:
    tracks = np.array([track_code(track_id) for track_id in block.track_ids], np.uint32)
    most, _, _ = kind["codes"].shape
    for places, codes in block.batches(_BATCH):
        rows = coarse_outline(rows_of(codes))[:, :most]
        yield _Windows(block.keys[places], tracks[places], codes_of(rows))


def _record(windows: _Windows, kind: np.dtype[Any]) -> bytes:
    count, steps, dim = windows.codes.shape
    record = np.zeros(1, kind)
    record["steps"] = steps
    record["keys"] = NOBODY
    record["keys"][0, :count] = windows.keys
    record["tracks"][0, :count] = windows.tracks
    record["codes"][0, :steps, :dim, :count] = windows.codes.transpose(1, 2, 0)
    record["check"] = crc32(record.tobytes()[_CHECKED:])
    return record.tobytes()
