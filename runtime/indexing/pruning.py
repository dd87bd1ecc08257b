"""Removing tracks without a file, and nothing that users said of what is still there."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.indexing.set_by_hand import inherit, set_by_hand
from samesong.runtime.indexing.track_lookup import hashes_of


@dataclass(frozen=True)
class Pruning:
    """What is to become of tracks without a file.

    Attributes
    ----------
    going : list of CatalogTrack
        Those that are removed.
    kept : list of CatalogTrack
        Those that are not, since users set something of them that no copy takes over.
    heirs : list of CatalogTrack
        Copies, as they are with what was set of tracks that go.
    """

    going: list[CatalogTrack]
    kept: list[CatalogTrack]
    heirs: list[CatalogTrack]

    def apply(self, catalog: CatalogWriter) -> None:
        """Remove the tracks, once their copies have what was set of them.

        Parameters
        ----------
        catalog : CatalogWriter
            The catalog.

        Raises
        ------
        CatalogError
            If it cannot be written.
        """
        catalog.update(self.heirs)
        catalog.remove(track.track_id for track in self.going)


def plan_pruning(
    tracks: Collection[CatalogTrack], missing: Sequence[CatalogTrack], *, edited: bool
) -> Pruning:
    """Say what is to become of tracks without a file.

    Parameters
    ----------
    tracks : collection of CatalogTrack
        All tracks of a catalog.
    missing : sequence of CatalogTrack
        Those of them without a file.
    edited : bool
        Remove also those that users set something of.

    Returns
    -------
    Pruning
        The plan; nothing is changed yet.
    """
    gone = {track.track_id for track in missing}
    copies = {
        key: track.track_id
        for track in tracks
        if track.track_id not in gone
        for key in hashes_of(track)
    }
    by_id = {track.track_id: track for track in tracks}
    going: list[CatalogTrack] = []
    kept: list[CatalogTrack] = []
    heirs: dict[str, CatalogTrack] = {}
    for track in missing:
        heir = next((copies[key] for key in hashes_of(track) if key in copies), None)
        if set_by_hand(track) and heir is not None:
            heirs[heir] = inherit(heirs.get(heir, by_id[heir]), track)
        lost = set_by_hand(track) and heir is None
        (kept if lost and not edited else going).append(track)
    changed = [track for track in heirs.values() if track != by_id[track.track_id]]
    return Pruning(going, kept, changed)
