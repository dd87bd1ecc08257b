"""Changes of a catalog that wait to be committed together."""

import time

from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.indexing.analyse_file import AnalysedTrack

_COMMIT_SECONDS = 10.0
# Groups grow with the catalog, so that the number of its versions grows slower than it.
_COMMIT_TRACKS = 16
_COMMIT_SHARE = 64


class PendingChanges:
    """Tracks that a catalog is to take in or update, in groups.

    Parameters
    ----------
    catalog : CatalogWriter
        The catalog.
    """

    def __init__(self, catalog: CatalogWriter) -> None:
        self._catalog = catalog
        self._added: list[AnalysedTrack] = []
        self._updated: dict[str, CatalogTrack] = {}
        self._committed = time.monotonic()

    def add(self, analysed: AnalysedTrack) -> None:
        """Add a track with the next group.

        Parameters
        ----------
        analysed : tuple of CatalogTrack and list of Window
            The track and its windows.
        """
        self._added.append(analysed)

    def update(self, track: CatalogTrack) -> None:
        """Update the row of a track with the next group.

        Parameters
        ----------
        track : CatalogTrack
            The track as it is now.
        """
        self._updated[track.track_id] = track

    def current(self, track_id: str) -> CatalogTrack:
        """Return a track of the catalog as it will be.

        Parameters
        ----------
        track_id : str
            A track that the catalog has, or that is added with the next group.

        Returns
        -------
        CatalogTrack
            The track.

        Raises
        ------
        CatalogError
            If there is none.
        """
        if track_id in self._updated:
            return self._updated[track_id]
        if track_id not in self._catalog:
            for track, _ in self._added:
                if track.track_id == track_id:
                    return track
        return self._catalog.track(track_id)

    def commit_if_due(self) -> None:
        """Commit the group if it is large or old enough; errors as for `commit`."""
        n_changes = len(self._added) + len(self._updated)
        enough = max(_COMMIT_TRACKS, len(self._catalog) // _COMMIT_SHARE)
        if n_changes >= enough or time.monotonic() - self._committed > _COMMIT_SECONDS:
            self.commit()

    def commit(self) -> None:
        """Commit the group.

        Raises
        ------
        CatalogError
            If the catalog cannot be written.
        """
        self._catalog.update(list(self._updated.values()))
        self._catalog.add(self._added)
        self._added, self._updated = [], {}
        self._committed = time.monotonic()
