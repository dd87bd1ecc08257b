"""What retrieval asks of a catalog: tracks, and their windows, all of them or some."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from samesong.runtime.catalog.index import IndexState
from samesong.runtime.outlines.store import Outlines
from samesong.runtime.representation.level_batch import LevelBlock
from samesong.runtime.representation.window import PackedWindow, Window, unpack


@dataclass(frozen=True)
class TrackInfo:
    """One studio recording of a catalog.

    Attributes
    ----------
    track_id
        Its name in the catalog, unique there.
    title, artist, album, isrc, iswc
        Its tags; None where the file has none. The ISRC names the recording, the ISWC the work.
    path
        Where it was read from.
    duration
        In seconds.
    """

    track_id: str
    title: str | None
    artist: str | None
    album: str | None
    isrc: str | None
    path: str
    duration: float
    iswc: str | None = None


@dataclass(frozen=True, eq=False)
class StoredWindow:
    """One window of a catalog's track, packed as it was stored.

    Attributes
    ----------
    track_id : str
        The track.
    key : int
        The window's key for `ReferenceCatalog.read`.
    start, end : float
        Where it lies in the track, in seconds.
    packed : PackedWindow
        Its deep sequences and its chroma, some 14 KB.
    """

    track_id: str
    key: int
    start: float
    end: float
    packed: PackedWindow

    @property
    def window(self) -> Window:
        """The window, unpacked anew each time; `unpacked` is faster for many."""
        return unpack([self.packed], [self.start], [self.end])[0]


def unpacked(stored: Sequence[StoredWindow]) -> list[Window]:
    """Unpack windows of a catalog together.

    Parameters
    ----------
    stored : sequence of StoredWindow
        Any of them.

    Returns
    -------
    list of Window
        In the same order.
    """
    return unpack(
        [one.packed for one in stored],
        [one.start for one in stored],
        [one.end for one in stored],
    )


class ReferenceCatalog(Protocol):
    """The part of a catalog that identification needs."""

    def __len__(self) -> int:
        """Return how many tracks there are."""

    @property
    def fingerprint(self) -> str:
        """`ModelBundle.fingerprint` of the model that the windows were made with."""

    @property
    def n_windows(self) -> int:
        """How many windows there are."""

    @property
    def index(self) -> IndexState:
        """Whether there is an index, a file of outlines, and how far it goes."""

    def outlines(self) -> Sequence[Outlines]:
        """Return the coarse outlines of all windows: the index, and those that it lacks."""

    def coarsest(self, keys: Sequence[int]) -> LevelBlock:
        """Return the coarsest levels of the windows of some keys, in any order."""

    def read(self, keys: Sequence[int]) -> Sequence[StoredWindow]:
        """Return the windows of some keys, in any order, those of no track included."""

    def find_tracks(self, track_ids: Collection[str]) -> Mapping[str, TrackInfo]:
        """Return those of some tracks that there are, by track_id, and perhaps others."""

    def iter_windows(self) -> Iterator[Sequence[StoredWindow]]:
        """Yield all windows in batches of some hundreds, never all of them in memory at once."""

    def windows(self, track_id: str) -> Sequence[StoredWindow]:
        """Return the windows of one track."""

    def windows_of(self, track_ids: Sequence[str]) -> Sequence[StoredWindow]:
        """Return the windows of some tracks, in any order; it reads the name of every window."""

    def track(self, track_id: str) -> TrackInfo:
        """Return what is known of one track."""
