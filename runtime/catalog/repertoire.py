"""The repertoire that a recording is from: the artist, album or list of songs that users know."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from samesong.features.errors import SongListError
from samesong.runtime.catalog.name_column import Mask, NameColumn
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.track_names import TrackNames
from samesong.runtime.files.song_list import SongEntry

_TOLD = 20
"""Names that are listed in an error, at most."""
_NAMESAKES = 3
"""Songs of one title that are offered, at most."""
_LISTING = "'samesong catalog list' shows titles and ids"


@dataclass(frozen=True)
class Repertoire:
    """Songs that may be played: those by one of the artists, on one of the albums and in the list.

    What is not given is no condition.

    Attributes
    ----------
    artists, albums : tuple of str
        Names; case, accents, punctuation and articles make no difference.
    among : tuple of SongEntry, optional
        The list; None if there is none.

    Examples
    --------
    >>> bool(Repertoire()), bool(Repertoire(artists=("The Band",)))
    (False, True)
    """

    artists: tuple[str, ...] = ()
    albums: tuple[str, ...] = ()
    among: tuple[SongEntry, ...] | None = None

    def __bool__(self) -> bool:
        return bool(self.artists or self.albums or self.among is not None)


@dataclass(frozen=True)
class Choice:
    """The tracks of a catalog that a repertoire stands for.

    Attributes
    ----------
    works : frozenset of str
        The works of which a recording was named.
    track_ids : tuple of str
        All recordings of these works.
    others : tuple of str
        One recording each of some other works.
    warnings : tuple of str
        Names that are not in the catalog, or that stand for several artists or works; the others
        are used.
    """

    works: frozenset[str]
    track_ids: tuple[str, ...]
    others: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def choose(catalog: Catalog, repertoire: Repertoire, n_others: int = 0) -> Choice:
    """Choose the tracks of a catalog that are recordings of a repertoire's songs.

    Parameters
    ----------
    catalog : Catalog
        The catalog.
    repertoire : Repertoire
        What is known.
    n_others : int, optional
        Other works to choose as well: at random, but always the same.

    Returns
    -------
    Choice
        At least one track.

    Raises
    ------
    SongListError
        If nothing is left.
    CatalogError
        If the catalog cannot be read.
    """
    names = TrackNames(catalog)
    warnings: list[str] = []
    chosen = np.ones(len(names), np.bool_)
    if repertoire.artists:
        chosen &= _named("artist", repertoire.artists, names.artists, warnings)
    if repertoire.albums:
        on_albums = _named("album", repertoire.albums, names.albums, warnings)
        if not (chosen & on_albums).any():
            raise SongListError(
                f"no track of the catalog is by {_listed(repertoire.artists)} and on "
                f"{_listed(repertoire.albums)}: correct one of the names, or leave it out"
            )
        chosen &= on_albums
        warnings += _namesakes(repertoire.albums, chosen, names)
    if repertoire.among is not None:
        chosen &= _in_list(repertoire.among, chosen, names, warnings)
    works = names.works(np.flatnonzero(chosen).tolist())
    return Choice(
        frozenset(works), names.recordings(works), names.others(works, n_others), tuple(warnings)
    )


def _named(kind: str, wanted: Sequence[str], column: NameColumn, warnings: list[str]) -> Mask:
    """Return which tracks have any of some names; warn of those that none has."""
    masks = {name: column.mask(name) for name in wanted}
    unknown = [
        f"no {kind} {name!r} in the catalog" + (f" (nearest: {_listed(near)})" if near else "")
        for name, mask in masks.items()
        if not mask.any()
        for near in [column.nearest(name)]
    ]
    if len(unknown) == len(masks):
        raise SongListError(f"{'; '.join(unknown)}: correct the name, or leave it out")
    warnings += unknown
    found: Mask = np.any(list(masks.values()), axis=0)
    return found


def _namesakes(albums: Sequence[str], chosen: Mask, names: TrackNames) -> list[str]:
    """Return a warning for each name that several artists gave to an album."""
    by = {name: names.artists.names(chosen & names.albums.mask(name)) for name in albums}
    return [
        f"{name!r} is an album by {len(artists)} artists ({_listed(artists[:_TOLD])}): all are "
        "searched; name the artist as well to search one"
        for name, artists in by.items()
        if len(artists) > 1
    ]


def _in_list(
    entries: Sequence[SongEntry], among: Mask, names: TrackNames, warnings: list[str]
) -> Mask:
    """Return which tracks a list names; warn of entries that name none, and of ambiguous ones."""
    chosen = np.zeros(len(names), np.bool_)
    unknown = []
    for entry in entries:
        rows = names.find(entry, among)
        chosen[rows] = True
        if not rows:
            unknown.append(entry)
        elif (n_works := len(names.works(rows))) > 1:
            warnings.append(
                f"{entry.where}: {entry.text!r} stands for {n_works} works: all are searched; "
                "write 'Artist - Title' or an id to search one"
            )
    narrowed = not among.all()
    hints = [_elsewhere(one, names, narrowed=narrowed) for one in unknown]
    if len(unknown) == len(entries):
        shown = _listed(entry.text for entry in unknown[:_TOLD])
        raise SongListError(
            f"no song of the list is in the catalog, or by the artist and on the album that are "
            f"given ({len(entries)} listed: {shown}): correct the list; "
            + ("; ".join(list(filter(None, hints))[:_NAMESAKES]) or _LISTING)
        )
    for one, hint in zip(unknown, hints, strict=True):
        sentence = f"{one.where}: {one.text!r} is not "
        warnings.append(sentence + (f"there; {hint}" if hint else "in the catalog"))
    return chosen


def _elsewhere(entry: SongEntry, names: TrackNames, *, narrowed: bool) -> str:
    """Return how to write a song whose title the catalog has, but by others; empty if not."""
    found = names.under_other_artists(entry)
    if not found:
        return ""
    shown = " and ".join(map(repr, found[:_NAMESAKES]))
    more = f" and {len(found) - _NAMESAKES} more" if len(found) > _NAMESAKES else ""
    remedy = "write it so" if len(found) == 1 else "write one of these"
    if narrowed:
        remedy = "add that artist, or leave the artist and album out"
    return f"the catalog has {shown}{more}: {remedy}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(repr, names))
