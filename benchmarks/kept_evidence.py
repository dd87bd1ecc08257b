"""Evidence that took long to find, kept in a file for the next run."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

Found = TypeVar("Found")


def kept(path: Path | None, kind: type[Found], find: Callable[[], Found]) -> Found:
    """Return what a file holds, or else find it and keep it there.

    Parameters
    ----------
    path : Path or None
        NPZ file; None to keep nothing.
    kind : type
        A dataclass whose fields are all arrays.
    find : callable
        Returns one.

    Returns
    -------
    object
        Of that kind.
    """
    if path is not None and path.exists():
        with np.load(path) as arrays:
            return kind(**arrays)
    found = find()
    if path is not None:
        np.savez(path, **vars(found))
    return found
