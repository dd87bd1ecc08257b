"""Warnings of codes and groupings of a catalog that do not fit together."""

from collections.abc import Iterable

from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.works import contradictions_of
from samesong.runtime.cli.output import complain


def warn_of_contradictions(catalog: Catalog, about: Iterable[CatalogTrack]) -> None:
    """Print what is contradictory or wrong about the works of some tracks.

    Parameters
    ----------
    catalog : Catalog
        The catalog.
    about : iterable of CatalogTrack
        The tracks.
    """
    track_ids = {track.track_id for track in about}
    if track_ids:
        for sentence in contradictions_of(catalog.tracks(), track_ids):
            complain(sentence)
