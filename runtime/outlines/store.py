"""The coarse outlines of many windows in one file, which is mapped into memory, not read.

A record holds `LANES` windows of one length side by side, as the scan wants them: windows that are
alike, so that a scan can pass over records that are nothing like a query. It carries its own
checksum, so that a damaged one is never searched.
"""

import os
from collections.abc import Iterable, Iterator
from copy import copy
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, Self
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.outlines.centroid import centroid, grouped
from samesong.runtime.outlines.downsample import coarse_outline
from samesong.runtime.outlines.layout import FACTORS, LANES
from samesong.runtime.representation.deep_sequences import codes_of, rows_of
from samesong.runtime.representation.level_batch import LevelBlock

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
    steps, dim : int
        Shape of the coarsest level of a whole window. The little of a longer window that does not
        fit is left out.

    Returns
    -------
    dtype
        ``check``, the CRC-32 of all that follows; ``steps`` of the outlines; ``keys``, ``tracks``
        (`track_code`) and ``centroids`` (LANES, dim) of the windows; and ``codes``
        (steps, dim, LANES).
    """
    shape = (max(1, steps // 4), -(-dim // FACTORS) * FACTORS, LANES)
    return np.dtype(
        [
            ("check", "<u4"),
            ("steps", "<i4"),
            ("keys", "<i8", LANES),
            ("tracks", "<u4", LANES),
            ("centroids", "i1", (LANES, dim)),
            ("codes", "i1", shape),
        ]
    )


def track_code(track_id: str) -> int:
    """Return 32 bits that stand for a track; two of a million may share them.

    Parameters
    ----------
    track_id : str
        The track.

    Returns
    -------
    int
        CRC-32 of its name.
    """
    return crc32(track_id.encode())


class Outlines:
    """The coarse outlines in a file.

    Parameters
    ----------
    file : path or file
        Its path, or an open file.
    kind : dtype
        `record_type` of its windows.

    Attributes
    ----------
    records
        (n_records,) of `kind`, mapped into memory.
    raw
        (n_records, bytes) int8: the same.
    steps
        (n_records,) int64: of the outlines in each record.
    centroids
        (n_records, LANES, dim) int8, mapped into memory: see `samesong.runtime.outlines.centroid`;
        0 where there is no window.
    keys, tracks : ndarray
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
        self.centroids: NDArray[np.int8] = self.records["centroids"]
        self.keys = self.records["keys"].copy()
        self.tracks = self.records["tracks"].copy()

    @classmethod
    def of(cls, blocks: Iterable[LevelBlock], kind: np.dtype[Any]) -> "Outlines":
        """Make the outlines of the windows of some blocks, in a file without a name.

        Parameters
        ----------
        blocks : iterable of LevelBlock
            The windows.
        kind : dtype
            `record_type` of them.

        Returns
        -------
        Outlines
            Of all windows.
        """
        with TemporaryFile() as file:
            write_outlines(file, blocks, kind)
            file.flush()
            return cls(file, kind)

    def keep(self, keys: NDArray[np.int64], tracks: NDArray[np.uint32]) -> NDArray[np.int64]:
        """Forget all windows that are not among these, and return the keys that are missing.

        A window of the same key but another track is another one: tables that were restored from a
        copy give keys anew.

        Parameters
        ----------
        keys, tracks : ndarray
            (n_windows,) of all there are to be.
        """
        order = np.argsort(keys)
        # One more at the end, so that every place is one.
        known = np.append(keys[order], np.iinfo(np.int64).max)
        places = np.searchsorted(known, self.keys)
        same = (known[places] == self.keys) & (np.append(tracks[order], 0)[places] == self.tracks)
        self.keys[~same] = NOBODY
        missing = np.ones(len(keys), np.bool_)
        missing[places[same]] = False
        return keys[order][missing]

    def only(self, places: NDArray[np.int64]) -> Self:
        """Return some of the records, copied into memory.

        Parameters
        ----------
        places : ndarray
            (n,) int64: places of the records in `records`.

        Returns
        -------
        Outlines
            These records, without the windows that were forgotten or hidden.
        """
        some = copy(self)
        some.raw = self.raw[places]
        some.records = some.raw.view(self.records.dtype)[:, 0]
        some.steps = self.steps[places]
        some.centroids = some.records["centroids"]
        some.keys, some.tracks = self.keys[places], self.tracks[places]
        return some

    def hide(self, tracks: NDArray[np.uint32]) -> None:
        """Pass over all windows of some tracks from now on.

        Parameters
        ----------
        tracks : ndarray
            (n_tracks,) uint32: `track_code` of each.
        """
        if len(tracks):
            self.keys[np.isin(self.tracks, tracks)] = NOBODY

    def __len__(self) -> int:
        return int(np.count_nonzero(self.keys != NOBODY))


def write_outlines(
    file: IO[bytes], blocks: Iterable[LevelBlock], kind: np.dtype[Any], folder: Path | None = None
) -> None:
    """Write the coarse outlines of the windows of some blocks, those that are alike side by side.

    Memory is that of a few blocks, and 50 bytes a window to find out which are alike.

    Parameters
    ----------
    file : path or file
        An empty file.
    blocks : iterable of LevelBlock
        The windows.
    kind : dtype
        `record_type` of them.
    folder : Path, optional
        Where as much again is written for a while; None stands for the system's temporary one.
    """
    windows = _window_type(kind)
    with TemporaryFile(dir=folder) as unsorted:
        for block in blocks:
            for rows in _outlines(block, windows):
                unsorted.write(rows.tobytes())
        unsorted.flush()
        size = unsorted.tell()
        found: Any = np.memmap(unsorted, windows, "r") if size else np.empty(0, windows)
        steps = found["steps"].copy()
        for length in np.unique(steps):
            alike = np.flatnonzero(steps == length)
            order = alike[grouped(found["centroid"][alike], LANES)]
            for start in range(0, len(order), LANES):
                file.write(_record(found[order[start : start + LANES]], kind))


def _window_type(kind: np.dtype[Any]) -> np.dtype[Any]:
    """Return what is written of each window before they are sorted."""
    steps, width, _ = kind["codes"].shape
    _, dim = kind["centroids"].shape
    fields = [("steps", "<i4"), ("key", "<i8"), ("track", "<u4"), ("centroid", "i1", dim)]
    return np.dtype([*fields, ("codes", "i1", (steps, width))])


def _outlines(block: LevelBlock, kind: np.dtype[Any]) -> Iterator[NDArray[Any]]:
    tracks = np.array([track_code(track_id) for track_id in block.track_ids], np.uint32)
    most, _ = kind["codes"].shape
    for places, codes in block.batches(_BATCH):
        levels = rows_of(codes)
        outlines = coarse_outline(levels)[:, :most]
        _, steps, dim = outlines.shape
        rows = np.zeros(len(places), kind)
        rows["steps"] = steps
        rows["key"] = block.keys[places]
        rows["track"] = tracks[places]
        rows["centroid"] = codes_of(centroid(levels))
        rows["codes"][:, :steps, :dim] = codes_of(outlines)
        yield rows


def _record(windows: NDArray[Any], kind: np.dtype[Any]) -> bytes:
    count = len(windows)
    record = np.zeros(1, kind)
    record["steps"] = windows["steps"][0]
    record["keys"] = NOBODY
    record["keys"][0, :count] = windows["key"]
    record["tracks"][0, :count] = windows["track"]
    record["centroids"][0, :count] = windows["centroid"]
    record["codes"][0, ..., :count] = windows["codes"].transpose(1, 2, 0)
    record["check"] = crc32(record.tobytes()[_CHECKED:])
    return record.tobytes()
