"""The part of a catalog that identification and set lists need: its tracks, and their windows."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from samesong.runtime.outlines.store import Outlines
from samesong.runtime.representation.level_batch import LevelBlock
from samesong.runtime.representation.window import Window


@dataclass(frozen=True)
class TrackInfo:
    """One studio recording of a catalog.

    Attributes
    ----------
    track_id : str
        Its name in the catalog, unique there.
    title : str, optional
        From its tags, or else its file's name.
    artist : str, optional
        The performer, if its tags name one.
    album : str, optional
        The release, if its tags name one.
    isrc : str, optional
        The code of the recording, if its tags give one.
    path : str
        The file that it was read from.
    duration : float
        In seconds.
    iswc : str, optional
        The code of the work, if its tags give one.
    work_id : str, optional
        The work that it is a recording of, among the works of its catalog; empty if it stands
        alone.
    work_title : str, optional
        Name that the user gave its work.

    Examples
    --------
    >>> from samesong import TrackInfo
    >>> track = TrackInfo("4603a5ad", "Greensleeves", None, None, None, "/music/a.flac", 61.0)
    >>> track.title
    'Greensleeves'
    """

    track_id: str
    title: str | None
    artist: str | None
    album: str | None
    isrc: str | None
    path: str
    duration: float
    iswc: str | None = None
    work_id: str = ""
    work_title: str | None = None

    @property
    def work(self) -> str:
        """`work_id`, or where there is none `track_id`: a work of its own."""
        return self.work_id or self.track_id


@dataclass(frozen=True, eq=False)
class StoredWindow:
    """One window of a catalog's track.

    Attributes
    ----------
    track_id : str
        The track.
    key : int
        Its key, by which the catalog it comes from reads it again.
    window : Window
        The window, decoded when its sequences are first asked for.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from samesong import Analyser, CatalogWriter, Indexer, ModelBundle
    >>> from samesong.runtime.demo.run import DEMO_AUDIO
    >>> bundle = ModelBundle.load()
    >>> with TemporaryDirectory() as folder, CatalogWriter(folder, bundle) as catalog:
    ...     indexer = Indexer(catalog, Analyser(bundle))
    ...     [outcome] = indexer.index([DEMO_AUDIO / "studio_greensleeves.opus"])
    ...     first = catalog.windows(outcome.track_id)[0]
    ...     [again] = catalog.read([first.key])
    >>> again.window.start
    0.0
    """

    track_id: str
    key: int
    window: Window


@dataclass(frozen=True)
class IndexState:
    """The state of a catalog's index.

    Attributes
    ----------
    kind : str
        ``"ready"``, ``"none"``, ``"broken"``, or ``"chosen"`` where some tracks are searched alone,
        without it.
    n_indexed : int, optional
        Windows in it.
    n_unindexed : int, optional
        Windows that have to be read from the rows.
    problem : str, optional
        What is wrong with a broken one; else empty.
    """

    kind: Literal["ready", "none", "broken", "chosen"]
    n_indexed: int = 0
    n_unindexed: int = 0
    problem: str = ""


class ReferenceWindows(Protocol):
    """The windows of a catalog, which retrieval compares with a query's."""

    @property
    def fingerprint(self) -> str:
        """`ModelBundle.fingerprint` of the model that the windows were made with."""

    @property
    def n_windows(self) -> int:
        """Windows of all tracks."""

    @property
    def index(self) -> IndexState:
        """The state of the index, a file of outlines."""

    def outlines(self) -> Sequence[Outlines]:
        """Return the coarse outlines of all windows.

        Returns
        -------
        sequence of Outlines
            The index, and the windows that it lacks.
        """

    def coarsest(self, keys: Sequence[int]) -> LevelBlock:
        """Return the coarsest levels of windows.

        Parameters
        ----------
        keys : sequence of int
            Keys of this catalog.

        Returns
        -------
        LevelBlock
            The levels, in any order.
        """

    def read(self, keys: Sequence[int]) -> Sequence[StoredWindow]:
        """Return windows.

        Parameters
        ----------
        keys : sequence of int
            Keys of this catalog.

        Returns
        -------
        sequence of StoredWindow
            In any order, those of no track included.
        """

    def find_tracks(self, track_ids: Collection[str]) -> Mapping[str, TrackInfo]:
        """Return those of some tracks that exist.

        Parameters
        ----------
        track_ids : collection of str
            Tracks that may exist.

        Returns
        -------
        mapping of str to TrackInfo
            By track_id; others may be among them.
        """

    def iter_windows(self) -> Iterator[Sequence[StoredWindow]]:
        """Yield all windows in batches, never all of them in memory at once.

        Yields
        ------
        sequence of StoredWindow
            Some hundreds.
        """

    def windows_of(self, track_ids: Sequence[str]) -> Sequence[StoredWindow]:
        """Return the windows of tracks; the name of every window is read for it.

        Parameters
        ----------
        track_ids : sequence of str
            The tracks.

        Returns
        -------
        sequence of StoredWindow
            In any order.
        """


class ReferenceTracks(Protocol):
    """The tracks of a catalog, which answers name and set lists align."""

    def __len__(self) -> int:
        """Return the number of tracks."""

    @property
    def n_works(self) -> int:
        """Number of works that the tracks are recordings of."""

    def find_recordings(self, work_ids: Collection[str]) -> Mapping[str, Sequence[TrackInfo]]:
        """Return the recordings of some works.

        Parameters
        ----------
        work_ids : collection of str
            Works of this catalog, as `TrackInfo.work` names them.

        Returns
        -------
        mapping of str to sequence of TrackInfo
            All recordings of each work, by its name, sorted by path.
        """

    def tracks(self) -> Sequence[TrackInfo]:
        """Return all tracks.

        Returns
        -------
        sequence of TrackInfo
            Sorted by path.
        """

    def track(self, track_id: str) -> TrackInfo:
        """Return one track.

        Parameters
        ----------
        track_id : str
            Its name in the catalog.

        Returns
        -------
        TrackInfo
            The track.
        """

    def windows(self, track_id: str) -> Sequence[StoredWindow]:
        """Return the windows of one track.

        Parameters
        ----------
        track_id : str
            Its name in the catalog.

        Returns
        -------
        sequence of StoredWindow
            In order.
        """


class ReferenceCatalog(ReferenceWindows, ReferenceTracks, Protocol):
    """A catalog to identify against: its windows and its tracks.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from samesong import Catalog, CatalogWriter, ModelBundle, ReferenceCatalog
    >>> with TemporaryDirectory() as folder:
    ...     CatalogWriter(folder, ModelBundle.load()).close()
    ...     catalog: ReferenceCatalog = Catalog(folder)
    ...     print(len(catalog), catalog.n_windows, catalog.index.kind)
    0 0 none
    """
