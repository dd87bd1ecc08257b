"""What a recording is compared with: a whole catalog, or a repertoire that it is known to be of."""

from dataclasses import dataclass

from samesong.runtime.catalog.interface import ReferenceCatalog
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.repertoire import Repertoire, choose
from samesong.runtime.identification.posterior import EVEN
from samesong.runtime.inference.fitted import Fitted


@dataclass(frozen=True, eq=False)
class SearchScope:
    """The tracks to search, and the probability beforehand that the song is one of them.

    Attributes
    ----------
    catalog : ReferenceCatalog
        The tracks.
    known : float
        Probability beforehand that a recording is a performance of one of their works, 0 to 1.
    warnings : tuple of str
        Names that are not in the catalog or are ambiguous.
    """

    catalog: ReferenceCatalog
    known: float
    warnings: tuple[str, ...] = ()


def scope_of(catalog: Catalog, repertoire: Repertoire, fitted: Fitted) -> SearchScope:
    """Return what to search for recordings of a repertoire.

    Parameters
    ----------
    catalog : Catalog
        The catalog.
    repertoire : Repertoire
        What is known of the recordings; empty if nothing is.
    fitted : Fitted
        Of the catalog's model.

    Returns
    -------
    SearchScope
        The whole catalog, where nothing is known, with its songs as likely as none of them; else
        the repertoire's recordings, which are more likely.

    Raises
    ------
    SongListError
        If none of the repertoire is in the catalog.
    CatalogError
        If the catalog cannot be read.
    """
    if not repertoire:
        return SearchScope(catalog, EVEN)
    selection, warnings = choose(catalog, repertoire)
    return SearchScope(selection, share_of(selection.n_works, fitted), warnings)


def share_of(n_works: int, fitted: Fitted) -> float:
    """Return the probability beforehand that a song is one of a repertoire's.

    Parameters
    ----------
    n_works : int
        Works of the repertoire that are in the catalog, at least 1.
    fitted : Fitted
        Of the model.

    Returns
    -------
    float
        ``repertoire.share`` of ``posterior.none_cap`` works or more. With fewer the odds fall in
        proportion: if the catalog has one song of an artist, most that are played are others.
    """
    share = fitted.repertoire.share
    odds = share / (1 - share) * min(1.0, n_works / fitted.posterior.none_cap)
    return odds / (1 + odds)
