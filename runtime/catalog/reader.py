"""Catalogs of studio tracks in LanceDB, on disk or in an object store, as readers see them.

The tracks table is the source of truth: a track is in a catalog from the moment its row is there.
Its windows are written before that row and deleted after it, so that a reader never sees half a
track, and a writer that dies leaves only windows without a track, which readers pass over and the
next writer removes.
"""

from collections.abc import Collection, Mapping
from pathlib import Path

import pyarrow as pa

from samesong.features.errors import CatalogError, MismatchError
from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.catalog.interface import StoredWindow
from samesong.runtime.catalog.model import CatalogModel
from samesong.runtime.catalog.windows import CatalogWindows
from samesong.runtime.catalog.works import Work, works_of
from samesong.runtime.inference.bundle import ModelBundle


class Catalog(CatalogWindows):
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
        super().__init__(str(location))
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
        return self._opened.is_current()

    @property
    def identity(self) -> str:
        """Name that no other catalog has, nor one made anew of the same tracks."""
        return self._opened.identity

    @property
    def revision(self) -> str:
        """Name of the version that was opened; no other one has it, nor another catalog."""
        return self._opened.revision

    def holds(self, revision: str) -> bool:
        """Return whether this is a version of a catalog, or a later one.

        Parameters
        ----------
        revision : str
            Name of a version.

        Returns
        -------
        bool
            False for another catalog.
        """
        return self._opened.holds(revision)

    @property
    def layout(self) -> str:
        """Name of this version with its windows in these records, which are read for it."""
        return f"{self.revision}-{self._index.layout:08x}"

    def __len__(self) -> int:
        return len(self._tracks)

    @property
    def n_works(self) -> int:
        """Works that its tracks are recordings of."""
        return self._tracks.n_works

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

    def find_tracks(self, track_ids: Collection[str]) -> Mapping[str, CatalogTrack]:
        """Return those of some tracks that exist.

        Parameters
        ----------
        track_ids : collection of str
            Tracks that may exist.

        Returns
        -------
        mapping of str to CatalogTrack
            By track_id; others may be among them. No more than these are read, unless all were
            read before.
        """
        return self._tracks.some(track_ids)

    def columns(self, names: list[str]) -> pa.Table:
        """Return some columns of all tracks, in a tenth of the time that whole tracks take.

        Parameters
        ----------
        names : list of str
            Fields of `CatalogTrack`.

        Returns
        -------
        pyarrow.Table
            One row a track.
        """
        return self._tracks.columns(names)

    def find_recordings(self, work_ids: Collection[str]) -> Mapping[str, list[CatalogTrack]]:
        """Return the recordings of some works.

        Parameters
        ----------
        work_ids : collection of str
            Works of this catalog, as `TrackInfo.work` names them.

        Returns
        -------
        mapping of str to list of CatalogTrack
            All recordings of each work, by its name, sorted by path. No others are read.
        """
        return self._tracks.of_works(work_ids)

    def works(self) -> list[Work]:
        """Return all works.

        Returns
        -------
        list of Work
            Those of most recordings first, then by title; a track that stands alone is a work of
            its own.
        """
        return works_of(self._tracks.by_id.values())

    def _require(self, bundle: ModelBundle) -> None:
        given = CatalogModel.of(bundle)
        if given.fingerprint != self.fingerprint:
            raise MismatchError(
                f"catalog {self.location} was made with {self.model}, but {given} was given: "
                "give the catalog's model with --model, or index into a new catalog"
            )
