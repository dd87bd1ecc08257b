"""Values of one row of the tracks table: their form, and their checksum.

A catalog may be damaged, edited with other software, or made by a stranger: nothing in it is taken
for a name of a folder, or for a number to count to, unless it has the form of one.
"""

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zlib import crc32

import pyarrow as pa

from samesong.features.errors import shown

CHECK = "check"
"""Column of both tables, since LanceDB keeps no checksums: the CRC-32 of a window's sequences, or
of all that is known of a track."""

TRACK_ID = re.compile(r"[0-9A-Za-z_-]{1,128}")
"""Form of the ids of tracks. A catalog from elsewhere may hold others, such as "..": folders have
no such names."""

MOST_WINDOWS = 1_000_000
"""Windows of one track, at most: of a recording of two years."""

_TEXTS = ("content_hash", "work_id", "work_reason", "added")
_LISTS = ("edited", "heard_as")


def values_of(rows: pa.Table) -> list[dict[str, Any]]:
    """Return the values of rows.

    Parameters
    ----------
    rows : pyarrow.Table
        Rows of the tracks table.

    Returns
    -------
    list of dict
        By columns; empty for a row with a value that Python cannot hold.
    """
    try:
        return list(rows.to_pylist())
    except (ValueError, OverflowError):  # such as a year beyond 9999, or a text that is not UTF-8
        if rows.num_rows == 1:
            return [{}]
        return [values_of(rows.slice(i, 1))[0] for i in range(rows.num_rows)]


def row_problem(row: Mapping[str, Any]) -> str:
    """Return what is wrong with the form of a row.

    Parameters
    ----------
    row : mapping
        Its values by columns.

    Returns
    -------
    str
        A sentence that names the row; empty if it is as samesong writes rows.
    """
    reason = _reason(row)
    if not reason:
        return ""
    return f"track {shown(row.get('track_id'))} ({shown(row.get('path'))}) {reason}"


def checksum(row: Mapping[str, Any]) -> int:
    """Return the checksum of a row.

    Parameters
    ----------
    row : mapping
        Its values by columns; the checksum itself does not count.

    Returns
    -------
    int
        CRC-32.
    """
    values = {name: value for name, value in row.items() if name != CHECK}
    return crc32(json.dumps(values, default=_utc, sort_keys=True).encode())


def _reason(row: Mapping[str, Any]) -> str:
    if not row:
        return "cannot be read"
    track_id, path = row["track_id"], row["path"]
    duration, n_windows = row["duration"], row["n_windows"]
    empty = [name for name in _TEXTS if row[name] is None]
    empty += [name for name in _LISTS if row[name] is None or None in row[name]]
    reasons = {
        "has an id that samesong never gives": not TRACK_ID.fullmatch(track_id or ""),
        "has no path": not path or "\0" in path,
        f"has a duration of {duration} s": not (duration is not None and 0 <= duration < math.inf),
        f"has {n_windows} windows": not (n_windows is not None and 0 <= n_windows <= MOST_WINDOWS),
        f"has no {', '.join(empty)}": bool(empty),
    }
    return next((reason for reason, applies in reasons.items() if applies), "")


def _utc(value: object) -> str:
    assert isinstance(value, datetime)
    return value.astimezone(UTC).isoformat()
