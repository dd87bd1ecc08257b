"""What a recording is compared with: a whole catalog, or a repertoire that it is known to be of."""

from dataclasses import dataclass

from samesong.runtime.catalog.interface import ReferenceCatalog
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.repertoire import Repertoire, choose
from samesong.runtime.catalog.selection import Selection
from samesong.runtime.identification.known_works import KnownWorks
from samesong.runtime.inference.fitted import Fitted

OTHERS = 64
"""Works besides a repertoire that are compared as well. Without them nothing tells how much a
recording is like any music: in simulated concerts of known artists, 1,098 songs were named rightly
and 48 wrongly, with 64 others 1,104 and 31 (benchmarks/known_artists.py)."""


@dataclass(frozen=True, eq=False)
class SearchScope:
    """The tracks to compare with, and the works that are known to be likelier.

    Attributes
    ----------
    catalog : ReferenceCatalog
        The tracks.
    known : KnownWorks or None
        The works of the repertoire; None where nothing is known.
    warnings : tuple of str
        Names that are not in the catalog or are ambiguous.
    """

    catalog: ReferenceCatalog
    known: KnownWorks | None = None
    warnings: tuple[str, ...] = ()


def scope_of(
    catalog: Catalog, repertoire: Repertoire, fitted: Fitted, others: int = OTHERS
) -> SearchScope:
    """Return what to search for recordings of a repertoire.

    Parameters
    ----------
    catalog : Catalog
        The catalog.
    repertoire : Repertoire
        What is known of the recordings; empty if nothing is.
    fitted : Fitted
        Of the catalog's model.
    others : int, optional
        Works besides the repertoire to compare with.

    Returns
    -------
    SearchScope
        The whole catalog, where nothing is known; else the recordings of the repertoire's works,
        which are likelier, and one recording each of some others.

    Raises
    ------
    SongListError
        If none of the repertoire is in the catalog.
    CatalogError
        If the catalog cannot be read.
    """
    if not repertoire:
        return SearchScope(catalog)
    choice = choose(catalog, repertoire, others)
    return SearchScope(
        Selection(catalog, [*choice.track_ids, *choice.others]),
        KnownWorks(choice.works, fitted.repertoire.given_odds),
        choice.warnings,
    )
