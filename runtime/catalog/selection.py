"""Some tracks of a catalog as a catalog of their own, which is searched in place of the whole."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import numpy as np

from samesong.features.errors import CatalogError
from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.catalog.interface import IndexState, StoredWindow
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.track_table import recordings_of
from samesong.runtime.outlines.store import Outlines, record_type
from samesong.runtime.representation.level_batch import LevelBlock

_BATCH = 256
"""Windows read at a time: about 4 MB of them."""


class Selection:
    """Some tracks of a catalog; a `samesong.ReferenceCatalog` that holds nothing else.

    A search of it finds what a search of a catalog with only these tracks finds. However large the
    whole catalog is, it costs no more than that, and reading the name of every window once.

    Parameters
    ----------
    catalog : Catalog
        The whole catalog.
    track_ids : iterable of str
        The tracks; unknown ones are left out.

    Raises
    ------
    CatalogError
        If the catalog cannot be read.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from samesong import Analyser, Catalog, CatalogWriter, Indexer, ModelBundle
    >>> from samesong.runtime.demo.run import DEMO_AUDIO
    >>> bundle = ModelBundle.load()
    >>> studio = [DEMO_AUDIO / f"studio_{song}.opus" for song in ("greensleeves", "oh_susanna")]
    >>> with TemporaryDirectory() as folder:
    ...     with CatalogWriter(folder, bundle) as writer:
    ...         outcomes = Indexer(writer, Analyser(bundle)).index(studio)
    ...     selection = Selection(Catalog(folder, bundle), [outcomes[0].track_id])
    ...     [track.title for track in selection.tracks()]
    ['Greensleeves']
    """

    def __init__(self, catalog: Catalog, track_ids: Iterable[str]) -> None:
        self._catalog = catalog
        wanted = set(track_ids)
        found = catalog.find_tracks(wanted)
        self._tracks = {track_id: found[track_id] for track_id in sorted(wanted & found.keys())}
        # A twin is passed over only where the track that stands for it was chosen as well.
        searched = [name for name, track in self._tracks.items() if track.twin_of not in wanted]
        self._keys = catalog.keys_of(searched)
        self._n_windows = sum(map(len, self._keys.values()))

    @property
    def fingerprint(self) -> str:
        """`ModelBundle.fingerprint` of the model that the windows were made with."""
        return self._catalog.fingerprint

    @property
    def n_windows(self) -> int:
        """Windows of the chosen tracks."""
        return self._n_windows

    @property
    def index(self) -> IndexState:
        """State of the index: none is used, since one of the whole catalog is no help."""
        return IndexState("chosen", 0, self._n_windows)

    def __len__(self) -> int:
        return len(self._tracks)

    def __contains__(self, track_id: str) -> bool:
        return track_id in self._tracks

    @property
    def n_works(self) -> int:
        """Works that the chosen tracks are recordings of."""
        return len({track.work for track in self._tracks.values()})

    def find_recordings(self, work_ids: Collection[str]) -> Mapping[str, list[CatalogTrack]]:
        """Return the chosen recordings of some works.

        Parameters
        ----------
        work_ids : collection of str
            Works, as `TrackInfo.work` names them.

        Returns
        -------
        mapping of str to list of CatalogTrack
            The recordings of each work, by its name, sorted by path.
        """
        return recordings_of(work_ids, self._tracks.values())

    def outlines(self) -> list[Outlines]:
        """Return the coarse outlines of the windows, made from the rows.

        Returns
        -------
        list of Outlines
            One with all of them, or none where there are no windows.
        """
        if not self._n_windows:
            return []
        model = self._catalog.model
        keys = np.array(self._all_keys(), np.int64)
        return [Outlines.of(self._catalog.levels(keys), record_type(model.steps, model.dim))]

    def coarsest(self, keys: Sequence[int]) -> LevelBlock:
        """Return the coarsest levels of windows.

        Parameters
        ----------
        keys : sequence of int
            Keys of the chosen windows.

        Returns
        -------
        LevelBlock
            In any order.
        """
        return self._catalog.coarsest(keys)

    def read(self, keys: Sequence[int]) -> list[StoredWindow]:
        """Return windows.

        Parameters
        ----------
        keys : sequence of int
            Keys of the chosen windows.

        Returns
        -------
        list of StoredWindow
            In any order.
        """
        return self._catalog.read(keys)

    def find_tracks(self, track_ids: Collection[str]) -> Mapping[str, CatalogTrack]:
        """Return those of some tracks that were chosen.

        Parameters
        ----------
        track_ids : collection of str
            Tracks that may exist.

        Returns
        -------
        mapping of str to CatalogTrack
            By track_id; others may be among them.
        """
        del track_ids  # all are in memory
        return self._tracks

    def iter_windows(self) -> Iterator[list[StoredWindow]]:
        """Yield all windows in batches, in constant memory.

        Yields
        ------
        list of StoredWindow
            Some hundreds.
        """
        keys = self._all_keys()
        for start in range(0, len(keys), _BATCH):
            yield self._catalog.read(keys[start : start + _BATCH])

    def windows_of(self, track_ids: Sequence[str]) -> list[StoredWindow]:
        """Return the windows of tracks.

        Parameters
        ----------
        track_ids : sequence of str
            The tracks; those that were not chosen have no windows.

        Returns
        -------
        list of StoredWindow
            In any order.
        """
        keys = [key for track_id in set(track_ids) for key in self._keys.get(track_id, ())]
        return self._catalog.read(keys) if keys else []

    def tracks(self) -> list[CatalogTrack]:
        """Return the chosen tracks.

        Returns
        -------
        list of CatalogTrack
            Sorted by path.
        """
        return sorted(self._tracks.values(), key=lambda track: track.path)

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
            If it was not chosen.
        """
        try:
            return self._tracks[track_id]
        except KeyError:
            raise CatalogError(
                f"no track {track_id!r} among the {len(self)} that were chosen of "
                f"{self._catalog.location}"
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
            If it was not chosen.
        """
        self.track(track_id)
        return self._catalog.windows(track_id)

    def _all_keys(self) -> list[int]:
        return [key for keys in self._keys.values() for key in keys]
