"""The works of a catalog: its tracks with the columns that say which work each is of."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.works.contradictions import contradictions
from samesong.runtime.works.grouping import group, in_founding_order
from samesong.runtime.works.work_name import work_artist, work_title


@dataclass(frozen=True)
class Work:
    """A work and its recordings.

    Attributes
    ----------
    work_id : str
        Its name in the catalog.
    title, artist : str, optional
        As `samesong.runtime.works.work_name` decides them.
    tracks : tuple of CatalogTrack
        Its recordings, in the order in which they were added; `CatalogTrack.work_reason` says why
        each belongs.
    """

    work_id: str
    title: str | None
    artist: str | None
    tracks: tuple[CatalogTrack, ...]


def works_of(tracks: Iterable[CatalogTrack]) -> list[Work]:
    """Return the works that tracks are recordings of.

    Parameters
    ----------
    tracks : iterable of CatalogTrack
        All tracks of these works.

    Returns
    -------
    list of Work
        Those of most recordings first, then by title.
    """
    grouped: dict[str, list[CatalogTrack]] = {}
    for track in tracks:
        grouped.setdefault(track.work, []).append(track)
    works = [_work(work_id, members) for work_id, members in grouped.items()]
    return sorted(works, key=lambda w: (-len(w.tracks), (w.title or "").casefold(), w.work_id))


def contradictions_of(
    tracks: Collection[CatalogTrack], about: Collection[str] | None = None
) -> list[str]:
    """Return what is contradictory or wrong about the works of tracks.

    Parameters
    ----------
    tracks : collection of CatalogTrack
        All tracks of a catalog.
    about : collection of str, optional
        track_ids; what concerns none of them is left out.

    Returns
    -------
    list of str
        As of `samesong.runtime.works.contradictions`.
    """
    return contradictions(tracks, {track.track_id: track.work for track in tracks}, about)


def _work(work_id: str, members: Sequence[CatalogTrack]) -> Work:
    tracks = in_founding_order(members)
    return Work(work_id, work_title(tracks), work_artist(tracks), tuple(tracks))


def regrouped(tracks: Iterable[CatalogTrack]) -> list[CatalogTrack]:
    """Return tracks with their works, and with twins that are each of one work.

    Parameters
    ----------
    tracks : iterable of CatalogTrack
        All tracks that links lead to from one of them.

    Returns
    -------
    list of CatalogTrack
        In any order.
    """
    current = list(tracks)
    while True:
        found = group(current)
        current = [
            replace(track, work_id=membership.work_id, work_reason=membership.reason)
            if (track.work_id, track.work_reason) != (membership.work_id, membership.reason)
            else track
            for track in current
            for membership in [found[track.track_id]]
        ]
        settled = _with_heads(current)
        if settled == current:
            return current
        # Who is another one's twin is what that one is heard as: it may belong elsewhere now.
        current = settled


def _with_heads(tracks: Sequence[CatalogTrack]) -> list[CatalogTrack]:
    """Return tracks of which each twin names one of its own work that is nobody's twin.

    Where the one that others name is gone, or is of another work, the oldest takes its place.
    """
    if all(track.twin_of is None for track in tracks):
        return list(tracks)
    by_id = {track.track_id: track for track in tracks}
    twins: dict[tuple[str, str], list[CatalogTrack]] = {}
    for track in in_founding_order(tracks):
        if track.twin_of is not None:
            twins.setdefault((_head_of(track, by_id), track.work), []).append(track)
    changed: dict[str, CatalogTrack] = {}
    for (named, work), members in twins.items():
        head = by_id.get(named)
        if head is None or head.work != work or head.twin_of is not None:
            first = members[0]
            heard = first.heard_as
            if named not in (first.track_id, *heard):
                # It is still the one that others were heard as.
                heard = (*heard, named)
            head = changed[first.track_id] = replace(first, twin_of=None, heard_as=heard)
        for track in members:
            if head.track_id not in (track.track_id, track.twin_of):
                changed[track.track_id] = replace(track, twin_of=head.track_id)
    return [changed.get(track.track_id, track) for track in tracks]


def _head_of(track: CatalogTrack, by_id: Mapping[str, CatalogTrack]) -> str:
    """Return the id at the end of the chain of twins; of a circle, its oldest track's."""
    named = [track.track_id]
    while (known := by_id.get(named[-1])) is not None and known.twin_of is not None:
        if known.twin_of in named:
            circle = named[named.index(known.twin_of) :]
            return in_founding_order(by_id[one] for one in circle)[0].track_id
        named.append(known.twin_of)
    return named[-1]
