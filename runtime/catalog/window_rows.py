"""Windows as rows of a catalog's windows table, and back."""

import math
from collections.abc import Sequence
from zlib import crc32

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from samesong.runtime.catalog.columns import windows_schema
from samesong.runtime.catalog.interface import StoredWindow
from samesong.runtime.catalog.track_values import CHECK
from samesong.runtime.representation.level_batch import LevelBlock
from samesong.runtime.representation.window import PackedWindow, Window, unpack

WINDOW = ["track_id", "finer", "coarsest", "start", "end"]
"""Columns that `windows_from` reads."""


def window_rows(track_id: str, windows: Sequence[Window], dim: int) -> pa.Table:
    """Return one track's windows as rows of the windows table.

    Parameters
    ----------
    track_id : str
        The track.
    windows : sequence of Window
        Its windows, in order.
    dim : int
        Length of the vectors of their coarsest level.

    Returns
    -------
    pyarrow.Table
        One row a window.
    """
    packed = [window.pack() for window in windows]
    columns = {
        "track_id": [track_id] * len(windows),
        "index": range(len(windows)),
        "start": [window.start for window in windows],
        "end": [window.end for window in windows],
        "finer": [one.finer for one in packed],
        "coarsest": _nested([one.coarsest for one in packed], dim),
        CHECK: [_checksum(one) for one in packed],
    }
    return pa.table(columns, schema=windows_schema(dim))


def is_as_written(rows: pa.Table) -> bool:
    """Return whether the sequences of windows are as they were written.

    Parameters
    ----------
    rows : pyarrow.Table
        Rows of the windows table with the columns `WINDOW` and `CHECK`.

    Returns
    -------
    bool
        True if all checksums agree.
    """
    return all(
        _checksum(one) == check
        for one, check in zip(_packed(rows), rows[CHECK].to_pylist(), strict=True)
    )


def _checksum(packed: PackedWindow) -> int:
    return crc32(packed.coarsest.tobytes(), crc32(packed.finer))


def _nested(levels: Sequence[NDArray[np.int8]], dim: int) -> pa.Array:
    ends = np.cumsum([0, *(len(rows) for rows in levels)])
    codes = np.concatenate([np.empty((0, dim), np.int8), *levels])
    rows = pa.FixedSizeListArray.from_arrays(pa.array(codes.ravel()), dim)
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), rows)


def levels_from(rows: pa.Table) -> LevelBlock:
    """Return the coarsest levels of windows.

    Parameters
    ----------
    rows : pyarrow.Table
        Rows of the windows table with the columns track_id, coarsest and _rowid.

    Returns
    -------
    LevelBlock
        All of them in one array.
    """
    column = rows["coarsest"].combine_chunks()
    vectors = column.flatten()
    offsets = column.offsets.to_numpy().astype(np.int64)
    return LevelBlock(
        keys=rows["_rowid"].to_numpy().astype(np.int64),
        track_ids=rows["track_id"].to_pylist(),
        firsts=offsets[:-1] - offsets[0],
        codes=vectors.flatten().to_numpy().reshape(-1, vectors.type.list_size),
    )


def windows_from(rows: pa.Table) -> list[StoredWindow]:
    """Return rows of the windows table as windows.

    Parameters
    ----------
    rows : pyarrow.Table
        With the columns `WINDOW` and _rowid.

    Returns
    -------
    list of StoredWindow
        One a row.

    Raises
    ------
    ValueError
        If a blob is damaged, a value is missing, or times are none.
    """
    missing = [name for name in ("finer", "coarsest", "start", "end") if rows[name].null_count]
    if missing:
        raise ValueError(f"{missing[0]} is missing")
    names = ("track_id", "_rowid", "start", "end")
    track_ids, keys, starts, ends = (rows[name].to_pylist() for name in names)
    for start, end in zip(starts, ends, strict=True):
        if not 0 <= start < end < math.inf:
            raise ValueError(f"it is from {start} to {end} s")
    windows = unpack(_packed(rows), starts, ends)
    return [StoredWindow(*one) for one in zip(track_ids, keys, windows, strict=True)]


def _packed(rows: pa.Table) -> list[PackedWindow]:
    block = levels_from(rows)
    levels = np.split(block.codes, block.firsts[1:]) if len(block.keys) else []
    return [PackedWindow(*one) for one in zip(rows["finer"].to_pylist(), levels, strict=True)]
