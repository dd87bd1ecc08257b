"""Keeping the works of a catalog right while its tracks change, without grouping all of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.catalog.works import regrouped
from samesong.runtime.works.link_index import LinkIndex
from samesong.runtime.works.links import links_of


class Regrouping:
    """Says which rows of a catalog change with some of its tracks, since their works do."""

    def __init__(self) -> None:
        self._links: LinkIndex | None = None

    def rows_after(
        self,
        by_id: Mapping[str, CatalogTrack],
        changed: Sequence[CatalogTrack],
        gone: Collection[str] = (),
    ) -> list[CatalogTrack]:
        """Return the rows to write when tracks are added, changed and removed.

        Parameters
        ----------
        by_id : mapping of str to CatalogTrack
            The tracks that the catalog has, by track_id.
        changed : sequence of CatalogTrack
            New tracks, and those that the catalog has as they are to be.
        gone : collection of str
            track_ids of tracks that are removed in the same step.

        Returns
        -------
        list of CatalogTrack
            `changed` with their works, and all other tracks whose row is to be another.
        """
        # Whoever is alone takes nothing along.
        if all(by_id[track_id].work_id == "" for track_id in gone) and all(
            _is_linked_as_before(track, by_id) for track in changed
        ):
            if self._links is not None:
                self._links.remove(gone)
            return [_in_work_of(track, by_id[track.track_id]) for track in changed]
        links = self._links or LinkIndex(by_id.values())
        self._links = None  # Until all is done: what fails half-way is not to be built upon.
        ids = [track.track_id for track in changed]
        affected = links.reachable([*ids, *gone])
        links.remove(gone)
        links.put(changed)
        affected = (affected | links.reachable(ids)).difference(gone)
        new = {track.track_id: track for track in changed}
        tracks = regrouped(new.get(one) or by_id[one] for one in sorted(affected))
        rows = [
            track for track in tracks if track.track_id in new or track != by_id[track.track_id]
        ]
        links.put(rows)
        self._links = links
        return rows

    def forget(self) -> None:
        """Forget the rows that could not be written."""
        self._links = None


def _is_linked_as_before(track: CatalogTrack, by_id: Mapping[str, CatalogTrack]) -> bool:
    before = by_id.get(track.track_id)
    return (
        before is not None
        and (before.twin_of, before.added, before.split_from)
        == (track.twin_of, track.added, track.split_from)
        and links_of(before) == links_of(track)
    )


def _in_work_of(track: CatalogTrack, before: CatalogTrack) -> CatalogTrack:
    return replace(track, work_id=before.work_id, work_reason=before.work_reason)
