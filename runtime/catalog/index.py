"""The index of a catalog: a file of all windows' coarse outlines, beside the tables.

It only saves reading the rows. Windows that it lacks are read from there, windows that are gone are
passed over, and one that is damaged is not used at all.
"""

from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.catalog.interface import IndexState
from samesong.runtime.catalog.lance import explained
from samesong.runtime.catalog.window_table import WindowTable
from samesong.runtime.outlines.store import Outlines, write_outlines

INDEX = "outlines.index"
"""Its name in a catalog's folder."""

UNFINISHED_INDEX = f"{INDEX}.new"
"""Its name while it is written."""


class CatalogIndex:
    """The index of a catalog as found on first use, with the windows that it lacks.

    Parameters
    ----------
    folder : Path, optional
        The catalog's; None in an object store, where there is no index.
    windows : WindowTable
        The catalog's windows.
    record_type : dtype
        `samesong.runtime.outlines.store.record_type` of the catalog's windows.
    """

    def __init__(
        self, folder: Path | None, windows: WindowTable, record_type: np.dtype[Any]
    ) -> None:
        self._folder = folder
        self._windows = windows
        self._record_type = record_type

    @property
    def state(self) -> IndexState:
        """Its state; raises `CatalogError` if the windows cannot be read."""
        indexed, missing, problem = self._found
        if indexed is None:
            return IndexState("broken" if problem else "none", 0, len(missing), problem)
        return IndexState("ready", len(indexed), len(missing))

    def outlines(self) -> list[Outlines]:
        """Return the coarse outlines of all windows, those of no track included.

        Outlines that the index lacks are made from the rows, into a file of their own.

        Returns
        -------
        list of Outlines
            At most two, each window in one of them.

        Raises
        ------
        CatalogError
            If the windows cannot be read.
        """
        indexed, missing, _ = self._found
        parts = [indexed] if indexed else []
        if len(missing):
            parts.append(Outlines.of(self._windows.levels(missing), self._record_type))
        return parts

    def make(self) -> None:
        """Write the index, unless there is a complete one or there can be none.

        Raises
        ------
        OSError
            If it cannot be written; then there is none, or the one before.
        CatalogError
            If the windows cannot be read.
        """
        if self._folder is None or (self.state.kind == "ready" and not self.state.n_unindexed):
            return
        unfinished = self._folder / UNFINISHED_INDEX
        try:
            with unfinished.open("wb") as file:
                keys, _ = self._windows.keys()
                blocks = self._windows.levels(keys)
                write_outlines(file, blocks, self._record_type, self._folder)
            unfinished.replace(self._folder / INDEX)
        finally:
            unfinished.unlink(missing_ok=True)

    def remove(self) -> None:
        """Remove the index, if there is one."""
        if self._folder is not None:
            (self._folder / INDEX).unlink(missing_ok=True)

    @cached_property
    def _found(self) -> tuple[Outlines | None, NDArray[np.int64], str]:
        """The index without windows that are gone, the keys that it lacks, and what is wrong."""
        keys, tracks = self._windows.keys()
        indexed, problem = self._open()
        if indexed is None:
            return None, keys, problem
        return indexed, indexed.keep(keys, tracks), ""

    def _open(self) -> tuple[Outlines | None, str]:
        """Return the index, if there is a sound one, and what is wrong with a damaged one."""
        if self._folder is None:
            return None, ""
        with explained("read", str(self._folder)):
            try:
                return Outlines(self._folder / INDEX, self._record_type), ""
            except FileNotFoundError:
                return None, ""
            except (OSError, ValueError) as error:
                return None, str(error)
