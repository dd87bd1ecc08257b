"""The index over a catalog's passages: whether it can be relied on, and building it.

LanceDB itself commits an index only when it is whole, but reads it without checking it. So what
was built is written down in the catalog's folder, `RECORD`: sizes and hashes of its files. An
index that does not agree with its record is not used, but built anew from the rows.
"""

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

COLUMN = "passages"
"""The column of the windows table that is indexed."""

RECORD = "index.json"

_ENDS = 65_536
"""Bytes at either end of a file that are read whenever a catalog is opened."""

# k-means settles early on passages, and 64 a partition show it enough.
_TRAINING = {"max_iterations": 10, "sample_rate": 64}


@dataclass(frozen=True)
class IndexState:
    """Whether a catalog has an index, and whether it can be relied on.

    Attributes
    ----------
    kind
        ``"ready"``, ``"none"``, or ``"broken"``.
    n_indexed, n_unindexed
        Windows in it, and those added since.
    problem
        What is wrong with a broken one; else empty.
    """

    kind: Literal["ready", "none", "broken"]
    n_indexed: int = 0
    n_unindexed: int = 0
    problem: str = ""


def index_state(table: Any, folder: Path | None, *, whole: bool = False) -> IndexState:
    """Look at the index of a windows table.

    Parameters
    ----------
    table
        The table.
    folder
        The catalog's; None in an object store, where nothing but its presence is checked.
    whole
        Read all of the index, instead of its sizes and both ends of its files.
    """
    try:
        found = [index for index in table.list_indices() if index.columns == [COLUMN]]
    except (OSError, RuntimeError, ValueError) as error:
        return IndexState("broken", problem=f"it cannot be opened ({error})")
    if not found:
        return IndexState("none")
    index = found[0]
    counts = (index.num_indexed_rows or 0, index.num_unindexed_rows or 0)
    problem = "" if folder is None else _problem(folder, str(index.index_uuid), whole=whole)
    return IndexState("broken" if problem else "ready", *counts, problem)


def build_index(table: Any, folder: Path | None, kind: Any) -> None:
    """Build the index anew from the rows, and write down what was built.

    Parameters
    ----------
    table
        The windows table.
    folder
        The catalog's; None in an object store.
    kind
        LanceDB's ``IvfRq``: one bit a dimension, built in a second where product quantisation
        takes minutes, since nothing but the partitions is learnt. What single bits lose, comparing
        the best candidates exactly brings back (benchmarks/candidate_indexes.py).
    """
    table.create_index(
        COLUMN, config=kind(distance_type="cosine", **_TRAINING), wait_timeout=timedelta(hours=12)
    )
    write_record(table, folder)


def write_record(table: Any, folder: Path | None) -> None:
    """Write down what the index is made of, after it was built or moved."""
    if folder is None:
        return
    (index,) = (index for index in table.list_indices() if index.columns == [COLUMN])
    uuid = str(index.index_uuid)
    content = {uuid: _files(_home(folder, uuid), whole=True)}
    unfinished = folder / f"{RECORD}.new"
    unfinished.write_text(json.dumps(content, indent=2) + "\n", "utf-8")
    unfinished.replace(folder / RECORD)


def drop_index(table: Any, folder: Path | None) -> None:
    """Remove the index, whatever its state."""
    for index in table.list_indices():
        if index.columns == [COLUMN]:
            table.drop_index(index.name)
    if folder is not None:
        with suppress(FileNotFoundError):
            (folder / RECORD).unlink()


def _home(folder: Path, uuid: str) -> Path:
    return folder / "windows.lance" / "_indices" / uuid


def _files(home: Path, *, whole: bool) -> dict[str, dict[str, Any]]:
    return {
        path.name: {
            "bytes": path.stat().st_size,
            "ends": _ends(path),
            **({"sha256": _sha256(path)} if whole else {}),
        }
        for path in sorted(home.iterdir())
    }


def _problem(folder: Path, uuid: str, *, whole: bool) -> str:
    try:
        record = json.loads((folder / RECORD).read_text("utf-8"))
        if uuid not in record:
            return "it was not finished"
        files = _files(_home(folder, uuid), whole=whole)
        for name, expected in record[uuid].items():
            found = files.get(name)
            if found is None:
                return f"{name} is missing"
            if found != {key: expected[key] for key in found}:
                return f"{name} is not what was written"
    except FileNotFoundError as error:
        return f"{Path(error.filename).name} is missing"
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        return f"it cannot be read ({error})"
    return ""


def _ends(path: Path) -> str:
    with path.open("rb") as file:
        digest = hashlib.sha256(file.read(_ENDS))
        file.seek(max(0, path.stat().st_size - _ENDS))
        digest.update(file.read(_ENDS))
    return digest.hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
