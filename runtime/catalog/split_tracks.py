"""Tracks that users split from others, while those others are replaced."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from samesong.runtime.catalog.columns import CatalogTrack


def renamed(
    changed: Iterable[CatalogTrack], tracks: Iterable[CatalogTrack], names: Mapping[str, str]
) -> list[CatalogTrack]:
    """Let tracks stay split from others that were replaced.

    Parameters
    ----------
    changed : iterable of CatalogTrack
        Tracks that change anyway, as they are to be.
    tracks : iterable of CatalogTrack
        All tracks of a catalog as they are.
    names : mapping of str to str
        The track_id of each replacement, by that of the track that it replaces.

    Returns
    -------
    list of CatalogTrack
        `changed`, and all tracks that were split from one that was replaced.
    """
    found = {track.track_id: track for track in changed}
    if names:
        for track in tracks:
            if track.split_from and not names.keys().isdisjoint(track.split_from.split()):
                ids = " ".join(names.get(one, one) for one in track.split_from.split())
                found[track.track_id] = replace(found.get(track.track_id, track), split_from=ids)
    return [track for track in found.values() if track.track_id not in names]
