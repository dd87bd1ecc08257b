"""Where the index of a catalog is kept: what is asked of any such place, and the folder."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from samesong.runtime.catalog.level_parts import LevelParts
from samesong.runtime.outlines.store import Outlines

INDEX = "outlines.index"
"""Its name in a catalog's folder."""

UNFINISHED_INDEX = f"{INDEX}.new"
"""Its name while it is written."""


class IndexFiles(Protocol):
    """Where the index of a catalog is kept."""

    def open(self, kind: np.dtype[Any], /) -> list[Outlines]:
        """Open its outlines.

        Parameters
        ----------
        kind : dtype
            `samesong.runtime.outlines.store.record_type` of the windows.

        Returns
        -------
        list of Outlines
            All of them, in as many parts as it has; raises `FileNotFoundError` if there is no
            index, and `ValueError` if it is damaged.
        """

    def is_of(self, version: int, /) -> bool:
        """Return whether the index that was opened is of just the windows that there are.

        Parameters
        ----------
        version : int
            Of the table of windows.

        Returns
        -------
        bool
            False also where that is not known.
        """

    def levels(self, valid: NDArray[np.int64], /) -> LevelParts | None:
        """Open the coarsest levels of windows, where they are kept apart from the table.

        Parameters
        ----------
        valid : ndarray
            (n_keys,) int64: keys of the windows that are still what they were.

        Returns
        -------
        LevelParts or None
            None where they are not.
        """

    def replace(
        self,
        write: Callable[[IO[bytes]], None],
        record_bytes: int,
        levels: Iterable[pa.Table],
        version: int,
        /,
    ) -> None:
        """Make an index, in place of the one before.

        Parameters
        ----------
        write : callable
            Writes it to an empty file.
        record_bytes : int
            Bytes of a record.
        levels : iterable of pyarrow.Table
            The coarsest levels of all windows.
        version : int
            Of the table of windows.
        """

    def remove(self) -> None:
        """Remove the index, if there is one."""


class FolderIndex:
    """The index of a catalog in a folder; an `IndexFiles`.

    Parameters
    ----------
    folder : Path
        The catalog's.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self, kind: np.dtype[Any]) -> list[Outlines]:
        """Open its outlines.

        Parameters
        ----------
        kind : dtype
            `samesong.runtime.outlines.store.record_type` of the windows.

        Returns
        -------
        list of Outlines
            One; raises `FileNotFoundError` if there is no index, and `ValueError` if it is damaged
            or cannot be read.
        """
        try:
            return [Outlines(self._folder / INDEX, kind)]
        except FileNotFoundError:
            raise
        except OSError as error:
            raise ValueError(str(error)) from error

    def is_of(self, version: int) -> bool:
        """Return False: the table may have been put back from a copy since it was made.

        Parameters
        ----------
        version : int
            Of the table of windows.

        Returns
        -------
        bool
            False.
        """
        del version
        return False

    def levels(self, valid: NDArray[np.int64]) -> LevelParts | None:
        """Return None: on disk, the table is as near.

        Parameters
        ----------
        valid : ndarray
            Unused.

        Returns
        -------
        LevelParts or None
            None.
        """
        del valid
        return None

    def replace(
        self,
        write: Callable[[IO[bytes]], None],
        record_bytes: int,
        levels: Iterable[pa.Table],
        version: int,
    ) -> None:
        """Make an index, in place of the one before.

        Parameters
        ----------
        write : callable
            Writes it to an empty file.
        record_bytes, levels, version : object
            Unused: it is one file, of outlines alone, and says nothing of the table.

        Raises
        ------
        OSError
            If it cannot be written; then there is none, or the one before.
        """
        del record_bytes, levels, version
        unfinished = self._folder / UNFINISHED_INDEX
        try:
            with unfinished.open("wb") as file:
                write(file)
            unfinished.replace(self._folder / INDEX)
        finally:
            unfinished.unlink(missing_ok=True)

    def remove(self) -> None:
        """Remove the index, if there is one."""
        (self._folder / INDEX).unlink(missing_ok=True)
