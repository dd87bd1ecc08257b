"""Tracks that stand for their twins, and who does so once they are gone."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from samesong.runtime.catalog.columns import CatalogTrack


def promoted(tracks: Iterable[CatalogTrack], going: Collection[str]) -> list[CatalogTrack]:
    """Let the first of its twins stand for the others in place of a track that goes.

    It takes over what was heard of the track that goes, so that no version is lost with it.

    Parameters
    ----------
    tracks : iterable of CatalogTrack
        All tracks of a catalog, those that go included.
    going : collection of str
        track_ids of the tracks that are about to be removed.

    Returns
    -------
    list of CatalogTrack
        The tracks that change, as they are from now on.
    """
    gone = set(going)
    if not gone:
        return []
    every = list(tracks)
    twins: dict[str, list[CatalogTrack]] = {}
    for track in every:
        if track.twin_of in gone and track.track_id not in gone:
            twins.setdefault(track.twin_of, []).append(track)
    if not twins:
        return []
    versions: dict[str, list[str]] = {name: [] for name in twins}
    for track in every:
        if track.track_id in twins:
            versions[track.track_id] += track.heard_as
        for name in twins.keys() & set(track.heard_as):
            versions[name].append(track.track_id)
    changed: list[CatalogTrack] = []
    for name, members in twins.items():
        first, *others = sorted(members, key=lambda track: (track.added, track.track_id))
        heard_as = tuple(dict.fromkeys(one for one in versions[name] if one not in gone))
        changed.append(replace(first, twin_of=None, heard_as=heard_as))
        changed += [replace(one, twin_of=first.track_id) for one in others]
    return changed
