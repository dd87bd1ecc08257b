"""The order of works in a page: by a column, whatever has nothing in it last."""

from collections.abc import Callable, Iterable
from typing import Any

from samesong.runtime.catalog.works import Work
from samesong.runtime.server.work_schemas import SortColumn

_KEYS: dict[SortColumn, Callable[[Work], Any]] = {
    SortColumn.RECORDINGS: lambda work: len(work.tracks),
    SortColumn.TITLE: lambda work: (work.title or "").casefold(),
    SortColumn.ARTIST: lambda work: (work.artist or "").casefold(),
    SortColumn.ISRC: lambda work: min((track.isrc or "" for track in work.tracks), default=""),
    SortColumn.DURATION: lambda work: max(track.duration for track in work.tracks),
    SortColumn.ADDED: lambda work: max(track.added for track in work.tracks),
}


def in_order(works: Iterable[Work], column: SortColumn, *, descending: bool) -> list[Work]:
    """Return works sorted by a column.

    Parameters
    ----------
    works : iterable of Work
        The works; those that are equal stay in this order.
    column : SortColumn
        The column.
    descending : bool
        The largest or latest first.

    Returns
    -------
    list of Work
        Works that have nothing in the column come last either way.
    """
    key = _KEYS[column]
    found = sorted(works, key=key, reverse=descending)
    return sorted(found, key=lambda work: key(work) == "")
