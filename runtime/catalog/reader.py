"""Catalogs of studio tracks in LanceDB, on disk or in an object store, as readers see them.

The tracks table is the source of truth: a track is in a catalog from the moment its row is there.
Its windows are written before that row and deleted after it, so that a reader never sees half a
track, and a writer that dies leaves only windows without a track, which readers pass over and the
next writer removes.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pyarrow as pa

from samesong.features.errors import CatalogError, MismatchError
from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.catalog.index import CatalogIndex
from samesong.runtime.catalog.interface import IndexState, StoredSketch, StoredWindow
from samesong.runtime.catalog.lance import connect, explained, find_table
from samesong.runtime.catalog.model import IDENTITY, CatalogModel
from samesong.runtime.catalog.track_table import TrackTable
from samesong.runtime.catalog.window_rows import WINDOW, windows_from
from samesong.runtime.catalog.window_table import WindowTable
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.outlines.store import Outlines, record_type
from samesong.runtime.representation.level_batch import LevelBlock

_ADVICE = "make one with 'samesong index CATALOG PATH...', or check the path"


def is_local(location: str) -> bool:
    """Return whether a catalog is in a folder rather than in an object store.

    Parameters
    ----------
    location : str
        A path, or the URI of an object store.

    Returns
    -------
    bool
        True for a path.
    """
    return "://" not in location


def _revision(tracks: Any, windows: Any) -> tuple[bytes, int, int]:
    """Return a value that changes with every change of a catalog, and differs between catalogs."""
    identity = (tracks.schema.metadata or {}).get(IDENTITY, b"")
    return identity, tracks.version, windows.version


class Catalog:
    """A catalog open for reading, as it was at that moment; later changes are not seen.

    Parameters
    ----------
    location : str or Path
        Folder, or the URI of an object store such as ``s3://bucket/catalog``.
    bundle : ModelBundle, optional
        The model that is going to read it; none is needed unless windows are compared.

    Attributes
    ----------
    location : str
        As it was given.
    model : CatalogModel
        The model that it was made with.

    Raises
    ------
    CatalogError
        If it does not exist, is no catalog, or is damaged.
    MismatchError
        If it was made with another model than `bundle`.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from samesong import Catalog, CatalogWriter, ModelBundle
    >>> bundle = ModelBundle.load()
    >>> with TemporaryDirectory() as folder:
    ...     CatalogWriter(folder, bundle).close()
    ...     len(Catalog(folder, bundle))
    0
    """

    def __init__(self, location: str | Path, bundle: ModelBundle | None = None) -> None:
        self.location = str(location)
        if is_local(self.location) and not Path(self.location).is_dir():
            raise CatalogError(f"no catalog at {self.location}: {_ADVICE}")
        with self._explained("read"):
            self._database = connect(self.location)
            # Tracks first: their windows were written before them, so they will be there too.
            tracks = find_table(self._database, "tracks")
            if tracks is None:
                raise CatalogError(f"{self.location} is not a catalog: {_ADVICE}")
            windows = self._database.open_table("windows")
            self.model = CatalogModel.from_metadata(tracks.schema.metadata, self.location)
        self._tracks = TrackTable(tracks, self.location)
        self._windows = WindowTable(windows, self.location)
        self._index = self._find_index()
        self._revision = _revision(tracks, windows)
        if bundle is not None:
            self._require(bundle)

    def is_current(self) -> bool:
        """Return whether the catalog is still as it was when it was opened.

        Returns
        -------
        bool
            False after any change.

        Raises
        ------
        CatalogError
            If it is gone.
        """
        with self._explained("read"):
            tables = [find_table(self._database, name) for name in ("tracks", "windows")]
        if None in tables:
            raise CatalogError(f"catalog {self.location} is gone: make it again")
        return _revision(*tables) == self._revision

    @property
    def fingerprint(self) -> str:
        """`ModelBundle.fingerprint` of the model that the windows were made with."""
        return self.model.fingerprint

    @property
    def identity(self) -> str:
        """Name that no other catalog has, nor one made anew of the same tracks."""
        return self._revision[0].decode()

    @property
    def n_windows(self) -> int:
        """Windows of its tracks."""
        return self._tracks.n_windows

    @property
    def index(self) -> IndexState:
        """State of the index, as found on first use."""
        return self._index.state

    def outlines(self) -> list[Outlines]:
        """Return the coarse outlines of all windows, those of no track included.

        Returns
        -------
        list of Outlines
            The index, and the windows that it lacks, whose outlines are made from the rows.
        """
        return self._index.outlines()

    def __len__(self) -> int:
        return len(self._tracks)

    def require_tracks(self) -> None:
        """Refuse a catalog without tracks.

        Raises
        ------
        CatalogError
            If there is no track.
        """
        if not len(self):
            raise CatalogError(
                f"catalog {self.location} is empty: add recordings with "
                f"'samesong index {self.location} PATH...'"
            )

    def __contains__(self, track_id: str) -> bool:
        return track_id in self._tracks.by_id

    def tracks(self) -> list[CatalogTrack]:
        """Return all tracks.

        Returns
        -------
        list of CatalogTrack
            Sorted by path.
        """
        return sorted(self._tracks.by_id.values(), key=lambda track: track.path)

    def track(self, track_id: str) -> CatalogTrack:
        """Return one track.

        Parameters
        ----------
        track_id : str
            Its name in the catalog.

        Returns
        -------
        CatalogTrack
            The track.

        Raises
        ------
        CatalogError
            If there is no such track.
        """
        try:
            return self._tracks.some([track_id])[track_id]
        except KeyError:
            raise CatalogError(
                f"no track {track_id!r} in {self.location}: 'samesong catalog list' names them"
            ) from None

    def windows(self, track_id: str) -> list[StoredWindow]:
        """Return the windows of one track.

        Parameters
        ----------
        track_id : str
            Its name in the catalog.

        Returns
        -------
        list of StoredWindow
            In order.

        Raises
        ------
        CatalogError
            If there is no such track.
        """
        self.track(track_id)
        return self._windows.of_track(track_id)

    def windows_of(self, track_ids: Sequence[str]) -> list[StoredWindow]:
        """Return the windows of tracks; the name of every window is read for it.

        Parameters
        ----------
        track_ids : sequence of str
            The tracks; unknown ones have no windows.

        Returns
        -------
        list of StoredWindow
            In any order.
        """
        return self._windows.of_tracks(track_ids)

    def iter_windows(self) -> Iterator[list[StoredWindow]]:
        """Yield the windows of all tracks in batches, in constant memory.

        Yields
        ------
        list of StoredWindow
            Some hundreds.
        """
        for rows in self._windows.pages(WINDOW):
            with self._explained("read"):
                batch = [one for one in windows_from(rows) if one.track_id in self._tracks.by_id]
            if batch:
                yield batch

    def iter_rows(self, columns: list[str]) -> Iterator[pa.Table]:
        """Yield the rows of all windows in batches, those of no track included.

        Parameters
        ----------
        columns : list of str
            Columns of the windows table.

        Yields
        ------
        pyarrow.Table
            Some hundreds of rows.
        """
        return self._windows.pages(columns)

    def coarsest(self, keys: Sequence[int]) -> LevelBlock:
        """Return the coarsest levels of windows.

        Parameters
        ----------
        keys : sequence of int
            Keys of this very catalog: from its `outlines` or a `StoredWindow`.

        Returns
        -------
        LevelBlock
            In any order, with windows of no track.
        """
        return self._windows.coarsest(keys)

    def sketches(self, keys: Sequence[int]) -> list[StoredSketch]:
        """Return the parts of windows that the shortlist compares.

        Parameters
        ----------
        keys : sequence of int
            Keys of this very catalog: from its `outlines` or a `StoredWindow`.

        Returns
        -------
        list of StoredSketch
            In any order, with windows of no track.
        """
        return self._windows.sketches(keys)

    def read(self, keys: Sequence[int]) -> list[StoredWindow]:
        """Return windows.

        Parameters
        ----------
        keys : sequence of int
            Keys of this very catalog: from its `outlines` or a `StoredWindow`.

        Returns
        -------
        list of StoredWindow
            In any order, without those of no track.
        """
        windows = self._windows.read(keys)
        tracks = self._tracks.some({one.track_id for one in windows})
        return [one for one in windows if one.track_id in tracks]

    def _find_index(self) -> CatalogIndex:
        kind = record_type(self.model.steps, self.model.dim)
        return CatalogIndex(self._folder, self._windows, kind)

    @property
    def _folder(self) -> Path | None:
        return Path(self.location) if is_local(self.location) else None

    def _require(self, bundle: ModelBundle) -> None:
        given = CatalogModel.of(bundle)
        if given.fingerprint != self.fingerprint:
            raise MismatchError(
                f"catalog {self.location} was made with {self.model}, but {given} was given: "
                "give the catalog's model with --model, or index into a new catalog"
            )

    def _explained(self, action: str) -> AbstractContextManager[None]:
        return explained(action, self.location)
