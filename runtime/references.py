"""What retrieval asks of a catalog: tracks, and their windows, all of them or some."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.catalog_index import IndexState
from samesong.runtime.recording import Window


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
class PassageBlock:
    """The passages of some windows of a catalog.

    Attributes
    ----------
    keys
        (n_windows,) int64: what `ReferenceCatalog.read` knows the windows by.
    firsts
        (n_windows,) int64: where the passages of each window begin in `vectors`.
    vectors
        (n_passages, dim) float32, rows of length 1.
    """

    keys: NDArray[np.int64]
    firsts: NDArray[np.int64]
    vectors: NDArray[np.float32]

    @property
    def counts(self) -> NDArray[np.int64]:
        """How many passages each window has, (n_windows,)."""
        return np.diff(self.firsts, append=len(self.vectors))

    def take(self, windows: NDArray[np.int64]) -> "PassageBlock":
        """Return some of the windows, by their places in the block."""
        counts = self.counts[windows]
        firsts = np.cumsum(counts) - counts
        rows = np.repeat(self.firsts[windows] - firsts, counts) + np.arange(counts.sum())
        return PassageBlock(self.keys[windows], firsts, self.vectors[rows])

    def join(self, other: "PassageBlock") -> "PassageBlock":
        """Return the windows of both."""
        return PassageBlock(
            np.concatenate([self.keys, other.keys]),
            np.concatenate([self.firsts, other.firsts + len(self.vectors)]),
            np.concatenate([self.vectors, other.vectors]),
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
        """Whether there is an index that `nearest` can use."""

    def iter_passages(self) -> Iterator[PassageBlock]:
        """Yield the passages of all windows in blocks, never all of them in memory at once."""

    def nearest(self, passages: NDArray[np.float32], count: int) -> Sequence[int]:
        """Return the keys of the windows nearest to a query's passages, best first, by an index."""

    def passages(self, keys: Sequence[int]) -> PassageBlock:
        """Return the passages of some windows."""

    def read(self, keys: Sequence[int]) -> Sequence[StoredWindow]:
        """Return the windows of some keys, in any order."""

    def iter_windows(self) -> Iterator[Sequence[StoredWindow]]:
        """Yield all windows in batches of some hundreds, never all of them in memory at once."""

    def windows(self, track_id: str) -> Sequence[StoredWindow]:
        """Return the windows of one track."""

    def windows_of(self, track_ids: Sequence[str]) -> Sequence[StoredWindow]:
        """Return the windows of some tracks, in any order."""

    def track(self, track_id: str) -> TrackInfo:
        """Return what is known of one track."""
