"""What a catalog keeps, as Python objects and as rows of its two tables."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any
from zlib import crc32

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from samesong.features.errors import CatalogError
from samesong.features.spec import FeatureSpec
from samesong.runtime.catalog.interface import StoredWindow, TrackInfo
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.representation.deep_sequences import packed_arrays
from samesong.runtime.representation.level_batch import LevelBlock
from samesong.runtime.representation.window import PackedWindow, Window

FORMAT = 5
"""Version of the tables below; a catalog of another one is refused."""

_METADATA_KEY = b"samesong"

CHECK = "check"
"""Column of the windows table: the CRC-32 of a window's sequences, since LanceDB keeps none."""

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


def windows_schema(dim: int) -> pa.Schema:
    """Return the schema of the windows table for coarsest levels of (steps, dim)."""
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
    steps, dim
        Shape of the coarsest level of a whole window, which windows are searched by.
    format
        Version of the catalog's tables.
    """

    name: str
    fingerprint: str
    front_end: dict[str, Any]
    steps: int
    dim: int
    format: int = FORMAT

    @classmethod
    def of(cls, bundle: ModelBundle) -> "CatalogModel":
        """Describe a bundle."""
        manifest = bundle.manifest
        frames = round(manifest.window_seconds / bundle.spec.frame_period) + 1
        return cls(
            name=manifest.name,
            fingerprint=bundle.fingerprint,
            front_end=bundle.spec.to_dict(),
            steps=-(-frames // manifest.strides[-1]),
            dim=manifest.level_dims[-1],
        )

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


def window_rows(track_id: str, windows: Sequence[Window], dim: int) -> pa.Table:
    """Return one track's windows as rows of the windows table."""
    packed = [window.pack() for window in windows]
    columns = {
        "track_id": [track_id] * len(windows),
        "index": range(len(windows)),
        "start": [window.start for window in windows],
        "end": [window.end for window in windows],
        "finer": [one.finer for one in packed],
        "coarsest": _nested([one.coarsest for one in packed], dim),
        CHECK: [_checksum(one) for one in packed],
    }
    return pa.table(columns, schema=windows_schema(dim))


def is_as_written(rows: pa.Table) -> bool:
    """Tell whether the sequences of rows of the windows table, `CHECK` included, are unchanged."""
    return all(
        _checksum(one) == check
        for one, check in zip(_packed(rows), rows[CHECK].to_pylist(), strict=True)
    )


def _checksum(packed: PackedWindow) -> int:
    return crc32(packed.coarsest.tobytes(), crc32(packed.finer))


def _nested(levels: Sequence[NDArray[np.int8]], dim: int) -> pa.Array:
    ends = np.cumsum([0, *(len(rows) for rows in levels)])
    codes = np.concatenate([np.empty((0, dim), np.int8), *levels])
    rows = pa.FixedSizeListArray.from_arrays(pa.array(codes.ravel()), dim)
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), rows)


WINDOW = ["track_id", "finer", "coarsest", "start", "end"]
"""Columns that `windows_from` reads."""


def levels_from(rows: pa.Table) -> LevelBlock:
    """Return the coarsest levels of rows with the columns track_id, coarsest and _rowid."""
    column = rows["coarsest"].combine_chunks()
    vectors = column.flatten()
    offsets = column.offsets.to_numpy().astype(np.int64)
    return LevelBlock(
        keys=rows["_rowid"].to_numpy().astype(np.int64),
        track_ids=rows["track_id"].to_pylist(),
        firsts=offsets[:-1] - offsets[0],
        codes=vectors.flatten().to_numpy().reshape(-1, vectors.type.list_size),
    )


def windows_from(rows: pa.Table) -> list[StoredWindow]:
    """Return rows of the windows table, ``_rowid`` included, as windows.

    Raises
    ------
    ValueError
        If a blob is damaged.
    """
    names = ("track_id", "_rowid", "start", "end")
    columns = [rows[name].to_pylist() for name in names]
    packed = _packed(rows)
    for one in packed:
        packed_arrays(one.finer)  # here, since what unpacks it later knows no catalog to name
    return [StoredWindow(*one) for one in zip(*columns, packed, strict=True)]


def _packed(rows: pa.Table) -> list[PackedWindow]:
    block = levels_from(rows)
    levels = np.split(block.codes, block.firsts[1:]) if len(block.keys) else []
    return [PackedWindow(*one) for one in zip(rows["finer"].to_pylist(), levels, strict=True)]
