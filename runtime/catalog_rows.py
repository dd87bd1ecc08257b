"""What a catalog keeps, as Python objects and as rows of its two tables."""

import json
from collections.abc import Container, Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from samesong.features.errors import CatalogError
from samesong.features.spec import FeatureSpec
from samesong.runtime.bundle import ModelBundle
from samesong.runtime.catalog_index import COLUMN
from samesong.runtime.passages import passage_dim, reference_passages
from samesong.runtime.recording import Window
from samesong.runtime.references import PassageBlock, StoredWindow, TrackInfo

FORMAT = 3
"""Version of the tables below and of the passages; a catalog of another one is refused."""

_METADATA_KEY = b"samesong"

TRACKS = pa.schema(
    [
        ("track_id", pa.string()),
        ("content_hash", pa.string()),
        ("path", pa.string()),
        ("title", pa.string()),
        ("artist", pa.string()),
        ("album", pa.string()),
        ("isrc", pa.string()),
        ("iswc", pa.string()),
        ("duration", pa.float64()),
        ("n_windows", pa.int32()),
        ("added", pa.timestamp("us", tz="UTC")),
    ]
)


def windows_schema(passage_dim: int) -> pa.Schema:
    """Return the schema of the windows table for passages of (passage_dim,) float16."""
    return pa.schema(
        [
            ("track_id", pa.string()),
            ("index", pa.int32()),
            ("start", pa.float64()),
            ("end", pa.float64()),
            ("sequences", pa.large_binary()),
            (COLUMN, pa.list_(pa.list_(pa.float16(), passage_dim))),
        ]
    )


@dataclass(frozen=True, kw_only=True)
class CatalogTrack(TrackInfo):
    """One track of a catalog, with what the catalog needs to look after it.

    Attributes
    ----------
    content_hash
        SHA-256 of the file's bytes; `track_id` is its beginning.
    n_windows
        How many windows it has in the windows table.
    added
        When it was added, UTC.
    """

    content_hash: str
    n_windows: int
    added: datetime

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        return {**asdict(self), "added": self.added.isoformat(timespec="seconds")}


@dataclass(frozen=True)
class CatalogModel:
    """The model that all windows of a catalog were made with.

    Attributes
    ----------
    name
        Of the bundle.
    fingerprint
        `ModelBundle.fingerprint`: what decides whether a bundle fits.
    front_end
        The bundle's feature specification.
    passage_dim
        Dimension of the passages that its windows are searched by.
    format
        Version of the catalog's tables.
    """

    name: str
    fingerprint: str
    front_end: dict[str, Any]
    passage_dim: int
    format: int = FORMAT

    @classmethod
    def of(cls, bundle: ModelBundle) -> "CatalogModel":
        """Describe a bundle."""
        manifest = bundle.manifest
        dim = passage_dim(manifest.level_dims)
        return cls(manifest.name, bundle.fingerprint, bundle.spec.to_dict(), dim)

    def __str__(self) -> str:
        spec = FeatureSpec.from_dict(self.front_end)
        return f"model {self.name!r} ({self.fingerprint}, front end {spec.name} v{spec.version})"

    def to_metadata(self) -> dict[bytes, bytes]:
        """Return it as the metadata of an Arrow schema."""
        return {_METADATA_KEY: json.dumps(asdict(self)).encode()}

    @classmethod
    def from_metadata(cls, metadata: dict[bytes, bytes] | None) -> "CatalogModel":
        """Read what `to_metadata` wrote.

        Raises
        ------
        ValueError
            If it is not there.
        CatalogError
            If it is of another format.
        """
        try:
            content = json.loads((metadata or {})[_METADATA_KEY])
            found = content.get("format", 0)
            if found < FORMAT:
                raise CatalogError(
                    f"the catalog was made by an older version (format {found}; this one reads "
                    f"format {FORMAT}): index the recordings again, into a new catalog"
                )
            if found > FORMAT:
                raise CatalogError(
                    f"the catalog was made by a newer version (format {found}; this one reads "
                    f"format {FORMAT}): bring samesong up to date"
                )
            return cls(**{field.name: content[field.name] for field in fields(cls)})
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("it does not say which model it was made with") from error


def track_rows(tracks: Iterable[CatalogTrack]) -> pa.Table:
    """Return tracks as rows of the tracks table."""
    return pa.Table.from_pylist([asdict(track) for track in tracks], schema=TRACKS)


def tracks_from(rows: pa.Table) -> list[CatalogTrack]:
    """Return rows of the tracks table as tracks."""
    return [CatalogTrack(**row) for row in rows.select(TRACKS.names).to_pylist()]


def window_rows(track_id: str, windows: Sequence[Window], passage_dim: int) -> pa.Table:
    """Return one track's windows as rows of the windows table."""
    passages = [reference_passages(window.sequences.levels[-1]) for window in windows]
    columns = {
        "track_id": [track_id] * len(windows),
        "index": range(len(windows)),
        "start": [window.start for window in windows],
        "end": [window.end for window in windows],
        "sequences": [window.to_bytes() for window in windows],
        COLUMN: _nested(passages, passage_dim),
    }
    return pa.table(columns, schema=windows_schema(passage_dim))


def passages_from(rows: pa.Table, track_ids: Container[str]) -> PassageBlock:
    """Return the passages of those rows of the windows table that belong to some tracks.

    Parameters
    ----------
    rows
        With the columns ``track_id``, passages and ``_rowid``.
    track_ids
        The tracks.
    """
    kept = [track_id in track_ids for track_id in rows["track_id"].to_pylist()]
    rows = rows.filter(pa.array(kept, pa.bool_())).combine_chunks()
    column = rows[COLUMN].combine_chunks()
    vectors = column.flatten()
    values = vectors.flatten().to_numpy().astype(np.float32)
    offsets = column.offsets.to_numpy().astype(np.int64)
    return PassageBlock(
        keys=rows["_rowid"].to_numpy().astype(np.int64),
        firsts=offsets[:-1] - offsets[0],
        vectors=values.reshape(len(vectors), -1),
    )


def _nested(passages: Sequence[NDArray[np.float32]], dim: int) -> pa.Array:
    counts = np.cumsum([0, *(len(rows) for rows in passages)])
    values = np.concatenate([np.empty((0, dim), np.float32), *passages]).astype(np.float16)
    vectors = pa.FixedSizeListArray.from_arrays(pa.array(values.ravel()), dim)
    return pa.ListArray.from_arrays(pa.array(counts, pa.int32()), vectors)


def window_from(row: dict[str, Any]) -> StoredWindow:
    """Return a row of the windows table, ``_rowid`` included, as a window.

    Raises
    ------
    ValueError
        If its blob is damaged.
    """
    window = Window.from_bytes(row["sequences"], row["start"], row["end"])
    return StoredWindow(row["track_id"], window, row["_rowid"])
