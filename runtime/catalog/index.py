"""The index of a catalog: a file of all windows' coarse outlines, beside the tables.

It only saves reading the rows. Windows that it lacks are read from there, windows that are gone are
passed over, and one that is damaged is not used at all.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from samesong.runtime.outlines.store import Outlines

INDEX = "outlines.index"
"""Its name in a catalog's folder."""


@dataclass(frozen=True)
class IndexState:
    """Whether a catalog has an index, and how far it goes.

    Attributes
    ----------
    kind
        ``"ready"``, ``"none"``, or ``"broken"``.
    n_indexed, n_unindexed
        Windows in it, and those that have to be read from the rows.
    problem
        What is wrong with a broken one; else empty.
    """

    kind: Literal["ready", "none", "broken"]
    n_indexed: int = 0
    n_unindexed: int = 0
    problem: str = ""


def open_index(folder: Path | None, kind: np.dtype[Any]) -> tuple[Outlines | None, str]:
    """Open the index of a catalog, all of which is checked.

    Parameters
    ----------
    folder
        The catalog's; None in an object store, where there is none.
    kind
        `samesong.runtime.outlines.store.record_type` of the catalog's windows.

    Returns
    -------
    outlines : Outlines or None
        What is in it; None if it does not exist or is damaged.
    problem : str
        What is wrong with it; else empty.
    """
    if folder is None:
        return None, ""
    try:
        return Outlines(folder / INDEX, kind), ""
    except FileNotFoundError:
        return None, ""
    except (OSError, ValueError) as error:
        return None, str(error)
