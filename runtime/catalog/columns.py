"""The columns of a catalog's two tables: to store another, add it here and raise `FORMAT`."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from types import NoneType
from typing import Any, get_args, get_type_hints

import pyarrow as pa

from samesong.runtime.catalog.interface import TrackInfo
from samesong.runtime.catalog.track_values import CHECK, checksum, row_problem, values_of

FORMAT = 7
"""Version of the two tables; a catalog of another one is refused."""

_ARROW = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    datetime: pa.timestamp("us", tz="UTC"),
    tuple[str, ...]: pa.list_(pa.string()),
}


@dataclass(frozen=True, kw_only=True)
class CatalogTrack(TrackInfo):
    """One track of a catalog: each field is a column of the tracks table.

    Attributes
    ----------
    content_hash : str
        SHA-256 of the file's bytes; `track_id` is the beginning of the first one.
    n_windows : int
        Windows that it has in the windows table.
    added : datetime
        When it was added, UTC.
    audio_hash : str, optional
        SHA-256 of the encoded audio alone, which tags do not change; None where a container does
        not tell the two apart.
    size, modified : int, optional
        Bytes of the file and its time of change in nanoseconds, as when it was last read: a file
        of which both are the same is not read again.
    mb_work_id, mb_recording_id : str, optional
        MusicBrainz ids from its tags: of the composition, and of the recording.
    work_code : str, optional
        Identifier of the work in the user's own system.
    work_by_hand : str, optional
        Work that the user put it into: tracks with equal values belong together, tracks with
        different ones do not.
    split_from : str, optional
        track_ids, with spaces between, of the recordings that the user split it from: nothing but
        the user puts them together again.
    edited : tuple of str
        Fields that the user set, which tags do not change any more.
    heard_as : tuple of str
        track_ids of other recordings that the model found to be of the same song.
    listened : datetime, optional
        When the model last looked for such recordings, UTC; None before.
    twin_of : str, optional
        track_id of the track that stands for it in searches, where both are one recording in other
        encodings.
    work_reason : str
        Why it belongs to its work, in a few words.
    """

    content_hash: str
    n_windows: int
    added: datetime
    audio_hash: str | None = None
    size: int | None = None
    modified: int | None = None
    mb_work_id: str | None = None
    mb_recording_id: str | None = None
    work_code: str | None = None
    work_by_hand: str | None = None
    split_from: str | None = None
    edited: tuple[str, ...] = ()
    heard_as: tuple[str, ...] = ()
    listened: datetime | None = None
    twin_of: str | None = None
    work_reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as values that JSON knows.

        Returns
        -------
        dict
            The fields by their names; `work_id` is never empty, as of `work`.
        """
        times = {
            name: value.isoformat(timespec="seconds")
            for name, value in (("added", self.added), ("listened", self.listened))
            if value is not None
        }
        return {**asdict(self), "work_id": self.work, **times}


def _column_type(hint: Any) -> pa.DataType:
    if hint in _ARROW:
        return _ARROW[hint]
    [kind] = [one for one in get_args(hint) or (hint,) if one is not NoneType]
    return _ARROW[kind]


_HINTS = get_type_hints(CatalogTrack)

TRACKS = pa.schema(
    [*((name, _column_type(hint)) for name, hint in _HINTS.items()), (CHECK, pa.uint32())]
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
    rows = [asdict(track) for track in tracks]
    return pa.Table.from_pylist([row | {CHECK: checksum(row)} for row in rows], schema=TRACKS)


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

    Raises
    ------
    ValueError
        If one of them is not as samesong writes rows: a catalog may be damaged, or from elsewhere.
    """
    lists = [name for name, hint in _HINTS.items() if hint == tuple[str, ...]]
    found = []
    for row in values_of(rows.select(list(_HINTS))):
        if problem := row_problem(row):
            raise ValueError(problem)
        found.append(CatalogTrack(**row | {name: tuple(row[name]) for name in lists}))
    return found
