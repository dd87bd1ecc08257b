"""The columns of a catalog's two tables: to store another, add it here and raise `FORMAT`."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from types import NoneType
from typing import Any, get_args, get_type_hints

import pyarrow as pa

from samesong.runtime.catalog.interface import TrackInfo

FORMAT = 5
"""Version of the two tables; a catalog of another one is refused."""

CHECK = "check"
"""Column of the windows table: the CRC-32 of a window's sequences, since LanceDB keeps none."""

_ARROW = {
    str: pa.string(),
    int: pa.int32(),
    float: pa.float64(),
    datetime: pa.timestamp("us", tz="UTC"),
}


@dataclass(frozen=True, kw_only=True)
class CatalogTrack(TrackInfo):
    """One track of a catalog: each field is a column of the tracks table.

    Attributes
    ----------
    content_hash : str
        SHA-256 of the file's bytes; `track_id` is its beginning.
    n_windows : int
        Windows that it has in the windows table.
    added : datetime
        When it was added, UTC.
    """

    content_hash: str
    n_windows: int
    added: datetime

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as values that JSON knows.

        Returns
        -------
        dict
            The fields by their names.
        """
        return {**asdict(self), "added": self.added.isoformat(timespec="seconds")}


def _column_type(hint: Any) -> pa.DataType:
    [kind] = [one for one in get_args(hint) or (hint,) if one is not NoneType]
    return _ARROW[kind]


TRACKS = pa.schema(
    [(name, _column_type(hint)) for name, hint in get_type_hints(CatalogTrack).items()]
)
"""Schema of the tracks table."""


def windows_schema(dim: int) -> pa.Schema:
    """Return the schema of the windows table.

    Parameters
    ----------
    dim : int
        Length of the vectors of the coarsest level.

    Returns
    -------
    pyarrow.Schema
        Its columns.
    """
    return pa.schema(
        [
            ("track_id", pa.string()),
            ("index", pa.int32()),
            ("start", pa.float64()),
            ("end", pa.float64()),
            ("finer", pa.large_binary()),
            ("coarsest", pa.list_(pa.list_(pa.int8(), dim))),
            (CHECK, pa.uint32()),
        ]
    )


def track_rows(tracks: Iterable[CatalogTrack]) -> pa.Table:
    """Return tracks as rows of the tracks table.

    Parameters
    ----------
    tracks : iterable of CatalogTrack
        The tracks.

    Returns
    -------
    pyarrow.Table
        One row a track.
    """
    return pa.Table.from_pylist([asdict(track) for track in tracks], schema=TRACKS)


def tracks_from(rows: pa.Table) -> list[CatalogTrack]:
    """Return rows of the tracks table as tracks.

    Parameters
    ----------
    rows : pyarrow.Table
        With all columns of `TRACKS`.

    Returns
    -------
    list of CatalogTrack
        One a row.
    """
    return [CatalogTrack(**row) for row in rows.select(TRACKS.names).to_pylist()]
