"""What retrieval asks of a catalog: tracks, and their windows, all of them or some."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.catalog.index import IndexState
from samesong.runtime.outlines.store import Outlines
from samesong.runtime.representation.level_batch import LevelBlock
from samesong.runtime.representation.window import Window


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
    """One window of a catalog's track, and the key that `ReferenceCatalog.read` knows it by."""

    track_id: str
    window: Window
    key: int


@dataclass(frozen=True, eq=False)
class StoredSketch:
    """What the shortlist looks at of one window of a catalog's track.

    Attributes
    ----------
    track_id
        The track.
    level
        (steps, dim) float32: the window's coarsest level.
    chroma
        As of `samesong.runtime.representation.window.Window`.
    """

    track_id: str
    level: NDArray[np.float32]
    chroma: NDArray[np.float32]


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

    def sketches(self, keys: Sequence[int]) -> Sequence[StoredSketch]:
        """Return what the shortlist looks at of the windows of some keys, in any order."""

    def read(self, keys: Sequence[int]) -> Sequence[StoredWindow]:
        """Return the windows of some keys, in any order, but for those of no track."""

    def iter_windows(self) -> Iterator[Sequence[StoredWindow]]:
        """Yield all windows in batches of some hundreds, never all of them in memory at once."""

    def windows(self, track_id: str) -> Sequence[StoredWindow]:
        """Return the windows of one track."""

    def windows_of(self, track_ids: Sequence[str]) -> Sequence[StoredWindow]:
        """Return the windows of some tracks, in any order; it reads the name of every window."""

    def track(self, track_id: str) -> TrackInfo:
        """Return what is known of one track."""
