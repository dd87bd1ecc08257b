"""What a catalog keeps, as Python objects and as rows of its two tables."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

import pyarrow as pa

from samesong.features.errors import CatalogError
from samesong.features.spec import FeatureSpec
from samesong.runtime.bundle import ModelBundle
from samesong.runtime.recording import Window
from samesong.runtime.references import StoredWindow, TrackInfo

FORMAT = 2
"""Version of the tables below; a catalog of another one is refused."""

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


def windows_schema(embedding_dim: int) -> pa.Schema:
    """Return the schema of the windows table for embeddings of (embedding_dim,) float32."""
    return pa.schema(
        [
            ("track_id", pa.string()),
            ("index", pa.int32()),
            ("start", pa.float64()),
            ("end", pa.float64()),
            ("sequences", pa.large_binary()),
            ("embedding", pa.list_(pa.float32(), embedding_dim)),
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
    embedding_dim
        Length of a window's embedding.
    format
        Version of the catalog's tables.
    """

    name: str
    fingerprint: str
    front_end: dict[str, Any]
    embedding_dim: int
    format: int = FORMAT

    @classmethod
    def of(cls, bundle: ModelBundle) -> "CatalogModel":
        """Describe a bundle."""
        manifest = bundle.manifest
        return cls(manifest.name, bundle.fingerprint, bundle.spec.to_dict(), manifest.embedding_dim)

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
            if content["format"] != FORMAT:
                raise CatalogError(
                    f"the catalog has format {content['format']}, this samesong reads format "
                    f"{FORMAT}: index the recordings again, into a new catalog"
                )
            return cls(**{field.name: content[field.name] for field in fields(cls)})
        except (KeyError, TypeError) as error:
            raise ValueError("it does not say which model it was made with") from error


def track_rows(tracks: Iterable[CatalogTrack]) -> pa.Table:
    """Return tracks as rows of the tracks table."""
    return pa.Table.from_pylist([asdict(track) for track in tracks], schema=TRACKS)


def tracks_from(rows: pa.Table) -> list[CatalogTrack]:
    """Return rows of the tracks table as tracks."""
    return [CatalogTrack(**row) for row in rows.select(TRACKS.names).to_pylist()]


def window_rows(track_id: str, windows: Sequence[Window], embedding_dim: int) -> pa.Table:
    """Return one track's windows as rows of the windows table."""
    return pa.Table.from_pylist(
        [
            {
                "track_id": track_id,
                "index": index,
                "start": window.start,
                "end": window.end,
                "sequences": window.to_bytes(),
                "embedding": window.sequences.embedding.tolist(),
            }
            for index, window in enumerate(windows)
        ],
        schema=windows_schema(embedding_dim),
    )


def window_from(row: dict[str, Any]) -> StoredWindow:
    """Return a row of the windows table as a window.

    Raises
    ------
    ValueError
        If its blob is damaged.
    """
    window = Window.from_bytes(row["sequences"], row["start"], row["end"])
    return StoredWindow(row["track_id"], window)
