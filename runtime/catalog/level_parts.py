"""The coarsest levels of windows in files on this machine, as they are in the table of windows.

Of each window of a query, thousands are compared with it by these; over a network, the table itself
would be read for most of a second.
"""

import mmap
from collections.abc import Iterable, Iterator
from typing import IO

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


def encoded(blocks: Iterable[pa.Table], n_bytes: int) -> Iterator[bytes]:
    """Yield the contents of files for rows of the table of windows.

    Parameters
    ----------
    blocks : iterable of pyarrow.Table
        The rows, with the columns track_id, coarsest and _rowid.
    n_bytes : int
        Bytes from which a file is full.

    Yields
    ------
    bytes
        The Arrow file of some blocks.
    """
    held: list[pa.Table] = []
    for block in blocks:
        held.append(block)
        if sum(one.nbytes for one in held) >= n_bytes:
            yield _encoded(held)
            held = []
    if held:
        yield _encoded(held)


def _encoded(blocks: list[pa.Table]) -> bytes:
    sink = pa.BufferOutputStream()
    rows = pa.concat_tables(blocks).combine_chunks()
    with pa.ipc.new_file(sink, rows.schema) as writer:
        writer.write_table(rows)
    return bytes(sink.getvalue())


class LevelParts:
    """The coarsest levels in some files, which are mapped into memory, not read.

    Parameters
    ----------
    files : iterable of file
        Open files with contents as of `encoded`; they may be closed afterwards.
    valid : ndarray
        (n_keys,) int64: keys of the windows that are still what they were; others are passed over.

    Raises
    ------
    ValueError
        If one of them is damaged.
    """

    def __init__(self, files: Iterable[IO[bytes]], valid: NDArray[np.int64]) -> None:
        self._parts: list[tuple[NDArray[np.int64], NDArray[np.int64], pa.Table]] = []
        for file in files:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            rows = pa.ipc.open_file(pa.BufferReader(pa.py_buffer(mapped))).read_all()
            keys = rows["_rowid"].to_numpy().astype(np.int64)
            places = np.flatnonzero(np.isin(keys, valid))
            order = places[np.argsort(keys[places])]
            self._parts.append((keys[order], order, rows))

    def take(self, keys: NDArray[np.int64]) -> tuple[list[pa.Table], NDArray[np.int64]]:
        """Return the rows of some windows, and the keys of those that are in no file.

        Parameters
        ----------
        keys : ndarray
            (n_windows,) int64: their keys, each once.

        Returns
        -------
        list of pyarrow.Table
            Rows with the columns track_id, coarsest and _rowid, in any order.
        ndarray
            (n_missing,) int64: the other keys.
        """
        found = []
        for known, order, rows in self._parts:
            places = np.searchsorted(known, keys)
            here = np.append(known, -1)[places] == keys
            if here.any():
                found.append(rows.take(pa.array(order[places[here]])))
                keys = keys[~here]
        return found, keys
