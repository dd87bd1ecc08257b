"""The index of a catalog: files of all windows' coarse outlines, beside the tables.

It only saves reading the rows. Windows that it lacks are read from there, windows that are gone are
passed over, and one that is damaged is not used at all.
"""

from functools import cached_property
from pathlib import Path
from typing import IO, Any
from zlib import crc32

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from samesong.runtime.catalog.index_files import IndexFiles
from samesong.runtime.catalog.interface import IndexState
from samesong.runtime.catalog.level_parts import LevelParts
from samesong.runtime.catalog.window_rows import levels_from
from samesong.runtime.catalog.window_table import WindowTable
from samesong.runtime.outlines.store import NOBODY, Outlines, write_outlines
from samesong.runtime.representation.level_batch import LevelBlock


class CatalogIndex:
    """The index of a catalog as found on first use, with the windows that it lacks.

    Parameters
    ----------
    files : IndexFiles
        Where it is kept.
    windows : WindowTable
        The catalog's windows.
    record_type : dtype
        `samesong.runtime.outlines.store.record_type` of the catalog's windows.
    scratch : Path, optional
        Folder for temporary files while it is made; by default the system's.
    """

    def __init__(
        self,
        files: IndexFiles,
        windows: WindowTable,
        record_type: np.dtype[Any],
        scratch: Path | None = None,
    ) -> None:
        self._files = files
        self._windows = windows
        self._record_type = record_type
        self._scratch = scratch

    @property
    def state(self) -> IndexState:
        """Its state; raises `CatalogError` if the windows cannot be read."""
        indexed, missing, problem = self._found
        if indexed is None:
            return IndexState("broken" if problem else "none", 0, len(missing), problem)
        return IndexState("ready", sum(map(len, indexed)), len(missing))

    def outlines(self, number: int = 0, count: int = 1) -> list[Outlines]:
        """Return the coarse outlines of all windows, those of no track included.

        Outlines that the index lacks are made from the rows, into a file of their own.

        Parameters
        ----------
        number, count : int, optional
            Return only the records of one shard of so many, copied into memory. A record holds
            windows that are alike, so that each shard has some of whatever a query is like.

        Returns
        -------
        list of Outlines
            Each window in one of them.

        Raises
        ------
        CatalogError
            If the windows cannot be read.
        """
        indexed, missing, _ = self._found
        parts = [part for part in indexed or () if len(part)]
        if count > 1:
            parts = [part.only(np.arange(number, len(part.steps), count)) for part in parts]
            missing = missing[number::count]
        if len(missing):
            parts.append(Outlines.of(self._windows.levels(missing), self._record_type))
        return parts

    @cached_property
    def layout(self) -> int:
        """Number that tells which windows are in which record: another one for another index."""
        indexed, missing, _ = self._found
        found = crc32(missing.tobytes())
        for part in indexed or ():
            found = crc32(part.records["keys"].tobytes(), found)
        return found

    def coarsest(self, keys: NDArray[np.int64]) -> LevelBlock:
        """Return the coarsest levels of windows, those that the index holds from there.

        Parameters
        ----------
        keys : ndarray
            (n_windows,) int64: keys of windows, each once.

        Returns
        -------
        LevelBlock
            In any order.

        Raises
        ------
        CatalogError
            If the windows cannot be read.
        """
        if self._levels is None or not len(keys):
            return self._windows.coarsest(keys.tolist())
        found, missing = self._levels.take(keys)
        if len(missing):
            found += self._windows.level_rows(missing)
        return levels_from(pa.concat_tables(found))

    def make(self) -> None:
        """Write the index, unless there is a complete one.

        Raises
        ------
        OSError
            If it cannot be written; then there is none, or the one before.
        CatalogError
            If the windows cannot be read.
        """
        if self.state.kind == "ready" and not self.state.n_unindexed:
            return

        keys, _ = self._windows.keys()

        def write(file: IO[bytes]) -> None:
            blocks = self._windows.levels(keys)
            write_outlines(file, blocks, self._record_type, self._scratch)

        levels = self._windows.level_rows(keys)
        version = self._windows.table.version
        self._files.replace(write, self._record_type.itemsize, levels, version)

    def remove(self) -> None:
        """Remove the index, if there is one."""
        self._files.remove()

    @cached_property
    def _found(self) -> tuple[list[Outlines] | None, NDArray[np.int64], str]:
        """The index without windows that are gone, the keys that it lacks, and what is wrong."""
        indexed, problem = self._open()
        if indexed is not None and self._files.is_of(self._windows.table.version):
            return indexed, np.empty(0, np.int64), ""
        keys, tracks = self._windows.keys()
        if indexed is None:
            return None, keys, problem
        missing = keys
        for part in indexed:
            missing = np.intersect1d(missing, part.keep(keys, tracks), assume_unique=True)
        return indexed, missing, ""

    @cached_property
    def _levels(self) -> LevelParts | None:
        indexed, _, _ = self._found
        if indexed is None:
            return None
        # Before twins are hidden or after: what is passed over here is read from the table.
        keys = [part.keys[part.keys != NOBODY] for part in indexed]
        return self._files.levels(np.concatenate([np.empty(0, np.int64), *keys]))

    def _open(self) -> tuple[list[Outlines] | None, str]:
        """Return the index, if there is a sound one, and what is wrong with a damaged one."""
        try:
            return self._files.open(self._record_type), ""
        except FileNotFoundError:
            return None, ""
        except ValueError as error:
            return None, str(error)
