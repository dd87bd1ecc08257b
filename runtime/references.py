"""What the identifier asks of a catalog: tracks, and their windows in a stream."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

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
    """One window of a catalog's track."""

    track_id: str
    window: Window


class ReferenceCatalog(Protocol):
    """The part of a catalog that identification needs."""

    @property
    def fingerprint(self) -> str:
        """`ModelBundle.fingerprint` of the model that the windows were made with."""

    def iter_windows(self) -> Iterator[Sequence[StoredWindow]]:
        """Yield all windows in batches of some hundreds, never all of them in memory at once."""

    def windows(self, track_id: str) -> Sequence[StoredWindow]:
        """Return the windows of one track."""

    def track(self, track_id: str) -> TrackInfo:
        """Return what is known of one track."""
