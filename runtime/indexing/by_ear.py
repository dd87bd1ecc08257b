"""Last stage of indexing: other recordings of the new tracks' songs are found by ear.

Twins come first: one recording in another encoding needs no search for versions, and hides no
version from others. The largest file of new twins stands for the others, whichever was added first.
A track that was listened to before stays what it is, even if a larger twin arrives: answers have
named it, and its twin would bring nothing new. Every step is committed, so that an interrupted run
goes on where it ended.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice

from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.identification.version_finder import VersionFinder
from samesong.runtime.indexing.finders import Finders
from samesong.runtime.indexing.pending import PendingChanges

_BATCH = 16
"""Tracks that a finder is asked about at a time: their windows, 1 MB, are read at once, and a group
is work for 64 finders."""

_GROUP = 1024
_GROUP_SHARE = 64
"""Tracks whose twins are found, and hidden, before their versions are searched for: so many, or
this share of a large catalog. All finders open the catalog anew for each group, and what is not
committed by an interruption is one group's twins."""


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
    finders : Finders
        Searches it.
    on_heard : callable, optional
        Called with a `Heard` for each track that has other recordings.
    on_progress : callable, optional
        Called with the number of tracks done, and of all.
    """

    def __init__(
        self,
        catalog: CatalogWriter,
        finders: Finders,
        *,
        on_heard: Callable[[Heard], None] = lambda _: None,
        on_progress: Callable[[int, int], None] = lambda *_: None,
    ) -> None:
        self._catalog = catalog
        self._finders = finders
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
        if 2 * n_new > len(self._catalog):
            self._catalog.make_index()  # or else each finder reads most windows to find them
        group = max(_GROUP, len(self._catalog) // _GROUP_SHARE)
        while waiting:
            self._finders.renew()
            twins = self._find_twins(waiting[:group], waiting)
            rest = [one for one in waiting[:group] if one.track_id not in twins]
            waiting = [one for one in waiting[group:] if one.track_id not in twins]
            if twins:
                self._finders.renew()  # in which they are hidden
            self._find_versions(rest, n_new - len(waiting) - len(rest), n_new)

    def _find_twins(
        self, some: Sequence[CatalogTrack], waiting: Sequence[CatalogTrack]
    ) -> dict[str, str]:
        """Store which of the waiting tracks are twins, and return what stands for them."""
        place = {track.track_id: number for number, track in enumerate(waiting)}
        stand_ins: dict[str, str] = {}
        batches = _batches(track.track_id for track in some if track.track_id not in stand_ins)
        for track_id, twins in self._finders.ask(VersionFinder.twins, batches):
            if track_id in stand_ins:  # it was asked about before that was known
                continue
            # What does not wait was there before; what waits longer has not been looked at.
            before = [
                stand_ins.get(other, other)
                for other in twins
                if other in stand_ins or place.get(other, -1) < place[track_id]
            ]
            first = min(before, key=lambda other: place.get(other, -1), default=track_id)
            for other in (track_id, *twins):
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

    def _find_versions(self, tracks: Sequence[CatalogTrack], done: int, n_new: int) -> None:
        pending = PendingChanges(self._catalog)
        batches = _batches(track.track_id for track in tracks)
        found = self._finders.ask(VersionFinder.versions, batches)
        try:
            for track, (_, versions) in zip(tracks, found, strict=True):
                pending.update(replace(track, heard_as=tuple(versions), listened=datetime.now(UTC)))
                pending.commit_if_due()
                if versions:
                    self._on_heard(Heard(track.track_id, None, tuple(versions)))
                done += 1
                self._on_progress(done, n_new)
        finally:
            pending.commit()


def _batches(track_ids: Iterable[str]) -> Iterator[list[str]]:
    waiting = iter(track_ids)
    while batch := list(islice(waiting, _BATCH)):
        yield batch
