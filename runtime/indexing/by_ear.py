"""Last stage of indexing: other recordings of the new tracks' songs are found by ear.

Twins come first: one recording in another encoding needs no search for versions, and hides no
version from others. The largest file of new twins stands for the others, whichever was added first.
A track that was listened to before stays what it is, even if a larger twin arrives: answers have
named it, and its twin would bring nothing new. Every step is committed, so that an interrupted run
goes on where it ended.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.identification.version_finder import VersionFinder
from samesong.runtime.indexing.pending import PendingChanges
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.representation.window import Window

_READ = 64
"""Tracks whose windows are read at a time: 4 MB of them."""


_GROUP = 1024
"""Tracks whose twins are found, and hidden, before their versions are searched for. The catalog is
opened anew for each group, and what is not committed by an interruption is one group's twins."""


@dataclass(frozen=True)
class Heard:
    """Other recordings of one track's song.

    Attributes
    ----------
    track_id : str
        The new track.
    twin_of : str or None
        The track that stands for it, if they are one recording.
    versions : tuple of str
        Other recordings of its song, the most certain first.
    """

    track_id: str
    twin_of: str | None
    versions: tuple[str, ...]


class VersionStage:
    """Finds other recordings of the tracks that were not listened to yet.

    Parameters
    ----------
    catalog : CatalogWriter
        The catalog.
    bundle : ModelBundle
        Its model.
    device : {'cpu', 'cuda'}, optional
        As `samesong.runtime.inference.onnx_session.Session` takes it.
    on_heard : callable, optional
        Called with a `Heard` for each track that has other recordings.
    on_progress : callable, optional
        Called with the number of tracks done, and of all.
    """

    def __init__(
        self,
        catalog: CatalogWriter,
        bundle: ModelBundle,
        device: Device = "cpu",
        *,
        on_heard: Callable[[Heard], None] = lambda _: None,
        on_progress: Callable[[int, int], None] = lambda *_: None,
    ) -> None:
        self._catalog = catalog
        self._bundle = bundle
        self._device = device
        self._on_heard = on_heard
        self._on_progress = on_progress

    def run(self, only: Collection[str] | None = None) -> None:
        """Listen to the tracks that were not listened to yet.

        Parameters
        ----------
        only : collection of str, optional
            track_ids of those to listen to; all by default.

        Raises
        ------
        CatalogError
            If the catalog cannot be read or written; what was committed before is in it.
        """
        waiting = sorted(
            (
                track
                for track in self._catalog.tracks()
                if track.listened is None and (only is None or track.track_id in only)
            ),
            key=lambda track: (-(track.size or 0), track.track_id),
        )
        n_new = len(waiting)
        while waiting:
            finder = self._finder()
            twins = self._find_twins(finder, waiting[:_GROUP], waiting)
            rest = [one for one in waiting[:_GROUP] if one.track_id not in twins]
            waiting = [one for one in waiting[_GROUP:] if one.track_id not in twins]
            if twins:
                finder = self._finder()  # in which they are hidden
            self._find_versions(finder, rest, n_new - len(waiting) - len(rest), n_new)

    def _find_twins(
        self, finder: VersionFinder, some: Sequence[CatalogTrack], waiting: Sequence[CatalogTrack]
    ) -> dict[str, str]:
        """Store which of the waiting tracks are twins, and return what stands for them."""
        place = {track.track_id: number for number, track in enumerate(waiting)}
        stand_ins: dict[str, str] = {}
        for track, windows in self._with_windows(some, finder):
            if track.track_id in stand_ins or not windows:
                continue
            twins = finder.twins(track.track_id, windows)
            # What does not wait was there before; what waits longer has not been looked at.
            before = [
                stand_ins.get(other, other)
                for other in twins
                if other in stand_ins or place.get(other, -1) < place[track.track_id]
            ]
            first = min(before, key=lambda other: place.get(other, -1), default=track.track_id)
            for other in (track.track_id, *twins):
                if other in place and other != first:
                    stand_ins.setdefault(other, first)
        now = datetime.now(UTC)
        self._catalog.update(
            [
                replace(self._catalog.track(twin), twin_of=first, listened=now)
                for twin, first in stand_ins.items()
            ]
        )
        for twin, first in stand_ins.items():
            self._on_heard(Heard(twin, first, ()))
        return stand_ins

    def _find_versions(
        self, finder: VersionFinder, tracks: Sequence[CatalogTrack], done: int, n_new: int
    ) -> None:
        pending = PendingChanges(self._catalog)
        try:
            for track, windows in self._with_windows(tracks, finder):
                versions = finder.versions(track.track_id, windows) if windows else []
                pending.update(replace(track, heard_as=tuple(versions), listened=datetime.now(UTC)))
                pending.commit_if_due()
                if versions:
                    self._on_heard(Heard(track.track_id, None, tuple(versions)))
                done += 1
                self._on_progress(done, n_new)
        finally:
            pending.commit()

    def _finder(self) -> VersionFinder:
        catalog = Catalog(self._catalog.location, self._bundle)
        return VersionFinder(self._bundle, catalog, self._device)

    def _with_windows(
        self, tracks: Sequence[CatalogTrack], finder: VersionFinder
    ) -> Iterator[tuple[CatalogTrack, list[Window]]]:
        for start in range(0, len(tracks), _READ):
            some = tracks[start : start + _READ]
            windows = finder.windows_of([track.track_id for track in some])
            for track in some:
                yield track, windows[track.track_id]
