"""Catalogs of studio tracks in LanceDB, on disk or in an object store, as readers see them.

The tracks table is the source of truth: a track is in a catalog from the moment its row is there.
Its windows are written before that row and deleted after it, so that a reader never sees half a
track, and a writer that dies leaves only windows without a track, which readers pass over and the
next writer removes. This is the only module that imports lancedb.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from samesong.features.errors import CatalogError, MismatchError
from samesong.runtime.bundle import ModelBundle
from samesong.runtime.catalog_rows import CatalogModel, CatalogTrack, tracks_from, window_from
from samesong.runtime.references import StoredWindow

BATCH = 256
"""Windows read at a time: about 6 MB of them."""

_REST_CLIENT = "lance_namespace_urllib3_client"
_SOURCE_LINE = re.compile(r",? /\S+\.rs:\d+:\d+.*")
_ADVICE = "make one with 'samesong index CATALOG PATH...', or check the path"
_FULL = ("os error 28", "No space left", "os error 27", "File too large", "os error 122")


def is_local(location: str) -> bool:
    """Tell a folder from the URI of an object store."""
    return "://" not in location


def connect(location: str) -> Any:
    """Connect to the LanceDB database at a location."""
    return _lancedb().connect(location)


def find_table(database: Any, name: str) -> Any | None:
    """Open a table of a LanceDB database; return None if it does not exist or was not finished."""
    try:
        return database.open_table(name)
    except ValueError as error:
        if "was not found" in str(error):
            return None
        raise


def is_one_of(track_ids: Iterable[str]) -> str:
    """Return the SQL condition that picks the rows of some tracks."""
    quoted = (track_id.replace("'", "''") for track_id in track_ids)
    return "track_id IN (" + ", ".join(f"'{track_id}'" for track_id in quoted) + ")"


class Catalog:
    """A catalog open for reading, as it was at that moment; later changes are not seen.

    Parameters
    ----------
    location
        Folder, or the URI of an object store such as ``s3://bucket/catalog``.
    bundle
        The model that is going to read it; None when no window is compared with others.

    Raises
    ------
    CatalogError
        If it does not exist, is no catalog, or is damaged.
    MismatchError
        If it was made with another model than `bundle`.
    """

    def __init__(self, location: str | Path, bundle: ModelBundle | None = None) -> None:
        self.location = str(location)
        if is_local(self.location) and not Path(self.location).is_dir():
            raise CatalogError(f"no catalog at {self.location}: {_ADVICE}")
        with self._explained("read"):
            database = connect(self.location)
            # Tracks first: their windows were written before them, so they will be there too.
            self._tracks_table: Any = find_table(database, "tracks")
            if self._tracks_table is None:
                raise CatalogError(f"{self.location} is not a catalog: {_ADVICE}")
            rows = self._tracks_table.search().to_arrow()
            self._windows_table = database.open_table("windows")
            self.model = CatalogModel.from_metadata(self._tracks_table.schema.metadata)
            self._tracks = {track.track_id: track for track in tracks_from(rows)}
        if bundle is not None:
            self._require(bundle)

    @property
    def fingerprint(self) -> str:
        """`ModelBundle.fingerprint` of the model that the windows were made with."""
        return self.model.fingerprint

    def __len__(self) -> int:
        return len(self._tracks)

    def __contains__(self, track_id: str) -> bool:
        return track_id in self._tracks

    def tracks(self) -> list[CatalogTrack]:
        """Return all tracks, sorted by path."""
        return sorted(self._tracks.values(), key=lambda track: track.path)

    def track(self, track_id: str) -> CatalogTrack:
        """Return one track.

        Raises
        ------
        CatalogError
            If there is no such track.
        """
        try:
            return self._tracks[track_id]
        except KeyError:
            raise CatalogError(
                f"no track {track_id!r} in {self.location}: 'samesong catalog list' names them"
            ) from None

    def windows(self, track_id: str) -> list[StoredWindow]:
        """Return the windows of one track, in order."""
        self.track(track_id)
        with self._explained("read"):
            rows = self._windows_table.search().where(is_one_of([track_id])).to_arrow()
            return [window_from(row) for row in rows.sort_by("index").to_pylist()]

    def iter_windows(self) -> Iterator[list[StoredWindow]]:
        """Yield the windows of all tracks in batches, in constant memory."""
        for rows in self.iter_rows(["track_id", "start", "end", "sequences"]):
            with self._explained("read"):
                batch = [window_from(row) for row in rows if row["track_id"] in self._tracks]
            if batch:
                yield batch

    def iter_rows(self, columns: list[str]) -> Iterator[list[dict[str, Any]]]:
        """Yield the rows of the windows table in batches, also those of no track."""
        # Page by page: one scan of the whole table reads gigabytes ahead.
        for offset in range(0, self.n_rows(), BATCH):
            with self._explained("read"):
                page = self._windows_table.search().select(columns).limit(BATCH).offset(offset)
                rows: list[dict[str, Any]] = page.to_arrow().to_pylist()
            yield rows

    def n_rows(self) -> int:
        """Return the number of rows of the windows table, also those of no track."""
        with self._explained("read"):
            return int(self._windows_table.count_rows())

    def _require(self, bundle: ModelBundle) -> None:
        given = CatalogModel.of(bundle)
        if given.fingerprint != self.fingerprint:
            raise MismatchError(
                f"catalog {self.location} was made with {self.model}, but {given} was given: "
                "give the catalog's model with --model, or index into a new catalog"
            )

    @contextmanager
    def _explained(self, action: str) -> Iterator[None]:
        """Turn what lancedb raises into a `CatalogError` that says what to do."""
        try:
            yield
        except (OSError, RuntimeError, ValueError) as error:
            reason = _SOURCE_LINE.sub("", str(error).strip().partition("\n")[0])
            if any(sign in reason for sign in _FULL):
                advice = "the disk is full: make room and run it again; what is in it stays valid"
            elif action == "read":
                advice = "it is damaged or was changed meanwhile: run 'samesong catalog verify'"
            else:
                advice = "what is in it stays valid: mend the cause and run it again"
            raise CatalogError(
                f"cannot {action} catalog {self.location}: {advice} ({reason})"
            ) from error


def _lancedb() -> ModuleType:
    """Import lancedb on first use, in half of the two seconds that it would take.

    The other half goes to a REST client that lancedb imports and an embedded database never
    calls. A package of its name that is not run stands in for it meanwhile.
    """
    client = find_spec(_REST_CLIENT)
    if "lancedb" not in sys.modules and _REST_CLIENT not in sys.modules and client is not None:
        sys.modules[_REST_CLIENT] = module_from_spec(client)
        try:
            with suppress(ImportError):  # should lancedb come to need it, import all of it below
                import_module("lancedb")
        finally:
            del sys.modules[_REST_CLIENT]
    return import_module("lancedb")
