"""What clients know of a recording: form fields with an artist, an album or a list of songs."""

from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock

from samesong.runtime.catalog.interface import ReferenceCatalog
from samesong.runtime.catalog.repertoire import Repertoire
from samesong.runtime.files.song_list import parse_song_list
from samesong.runtime.identification.identifier import Identifier
from samesong.runtime.identification.known_works import KnownWorks
from samesong.runtime.identification.search_scope import scope_of
from samesong.runtime.identification.shards import ShardsNow
from samesong.runtime.server.catalog_snapshot import CatalogSnapshot
from samesong.runtime.server.library import Library
from samesong.runtime.server.upload_form import TextField

FIELDS = ("artist", "album", "among")
"""Names of the fields."""

_LIST = "among"
_KEPT = 8  # identifiers: some megabytes each


def repertoire_of(fields: Iterable[TextField]) -> Repertoire:
    """Return the repertoire that form fields name.

    Parameters
    ----------
    fields : iterable of TextField
        Fields of the names `FIELDS`; blank ones say nothing.

    Returns
    -------
    Repertoire
        Empty if nothing is known.

    Raises
    ------
    SongListError
        If the list is unusable.
    """
    given = [field for field in fields if field.filename or field.text.strip()]
    lists = [field for field in given if field.name == _LIST]
    among = None
    if lists:
        among = tuple(
            entry
            for field in lists
            for entry in parse_song_list(field.content, field.filename or _LIST)
        )
    artists, albums = (
        tuple(field.text.strip() for field in given if field.name == name)
        for name in ("artist", "album")
    )
    return Repertoire(artists, albums, among)


@dataclass(frozen=True, eq=False)
class KnownSearch:
    """A search of a repertoire, or of the whole catalog where nothing is known.

    Attributes
    ----------
    catalog : ReferenceCatalog
        The tracks to compare with.
    known : KnownWorks or None
        The works of the repertoire; None where nothing is known.
    identifier : Identifier
        Identifies recordings against them.
    warnings : tuple of str
        Names that are not in the catalog or are ambiguous.
    shards : callable, optional
        Gives the shards that the tracks are searched in, where they are elsewhere: the few of a
        repertoire are searched here.
    """

    catalog: ReferenceCatalog
    known: KnownWorks | None
    identifier: Identifier
    warnings: tuple[str, ...]
    shards: ShardsNow | None = None


class KnownSearches:
    """The searches that clients asked for last, each made once for the catalog as it is.

    Parameters
    ----------
    library : Library
        The catalog.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._snapshot: CatalogSnapshot | None = None
        self._made: dict[Repertoire, KnownSearch] = {}
        self._making = Lock()

    def find(self, repertoire: Repertoire) -> KnownSearch:
        """Return the search of a repertoire.

        Parameters
        ----------
        repertoire : Repertoire
            What is known; empty for the whole catalog.

        Returns
        -------
        KnownSearch
            Of the catalog as it is now.

        Raises
        ------
        ProblemError
            If the catalog is empty.
        SongListError
            If none of the repertoire is in the catalog.
        """
        snapshot = self._library.searchable()
        if not repertoire:
            return KnownSearch(snapshot.catalog, None, snapshot.identifier, (), snapshot.shards)
        with self._making:
            if snapshot is not self._snapshot:
                self._snapshot, self._made = snapshot, {}
            if repertoire not in self._made:
                while len(self._made) >= _KEPT:
                    del self._made[next(iter(self._made))]
                self._made[repertoire] = self._make(snapshot, repertoire)
            return self._made[repertoire]

    def _make(self, snapshot: CatalogSnapshot, repertoire: Repertoire) -> KnownSearch:
        bundle, device = self._library.bundle, self._library.device
        scope = scope_of(snapshot.catalog, repertoire, bundle.fitted)
        identifier = Identifier(bundle, scope.catalog, device, known=scope.known)
        return KnownSearch(scope.catalog, scope.known, identifier, scope.warnings)
